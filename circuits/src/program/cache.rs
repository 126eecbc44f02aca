//! Programs that were decoded before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::artifact::Bytecode;
use protocol::hash::sha256;

use super::{Program, ProgramError};

/// Programs by the hash of their code, up to a total size; the ones not used for longest leave first. Clones share the
/// programs, also between threads.
#[derive(Clone)]
pub struct ProgramCache {
    entries: Arc<Mutex<Entries>>,
    limit: usize,
}

#[derive(Default)]
struct Entries {
    by_hash: HashMap<[u8; 32], Entry>,
    size: usize,
    clock: u64,
}

struct Entry {
    program: Program,
    used: u64,
}

impl ProgramCache {
    /// Bytes that hold a wallet's daily functions and kernels.
    pub const DEFAULT_LIMIT: usize = 256 << 20;

    /// A cache of programs that take at most `limit` bytes of memory together.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { entries: Arc::default(), limit }
    }

    /// The program of this code: decodes it unless it is there. A program larger than the whole cache is not kept.
    ///
    /// # Errors
    /// If the code cannot be decoded.
    pub fn get(&self, bytecode: &Bytecode) -> Result<Program, ProgramError> {
        self.get_hashed(&sha256(&[bytecode.as_bytes()]), bytecode)
    }

    /// [`ProgramCache::get`] for who knows the SHA-256 of the code: it is taken at its word, so that a program that is there
    /// costs nothing.
    ///
    /// # Errors
    /// If the code cannot be decoded.
    pub fn get_hashed(&self, hash: &[u8; 32], bytecode: &Bytecode) -> Result<Program, ProgramError> {
        if let Some(program) = self.entries().touch(hash) {
            return Ok(program);
        }
        // Not under the lock: other threads go on meanwhile, at worst decoding the same.
        let program = Program::decode(bytecode)?;
        if program.size_in_memory() <= self.limit {
            self.entries().insert(*hash, program.clone(), self.limit);
        }
        Ok(program)
    }

    /// Programs in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().by_hash.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes its programs take.
    #[must_use]
    pub fn size_in_memory(&self) -> usize {
        self.entries().size
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        // Nothing panics half way through a change.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ProgramCache {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LIMIT)
    }
}

impl core::fmt::Debug for ProgramCache {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ProgramCache({} programs, {} of {} bytes)", self.len(), self.size_in_memory(), self.limit)
    }
}

impl Entries {
    fn touch(&mut self, hash: &[u8; 32]) -> Option<Program> {
        self.clock += 1;
        let entry = self.by_hash.get_mut(hash)?;
        entry.used = self.clock;
        Some(entry.program.clone())
    }

    fn insert(&mut self, hash: [u8; 32], program: Program, limit: usize) {
        self.clock += 1;
        self.size += program.size_in_memory();
        if let Some(replaced) = self.by_hash.insert(hash, Entry { program, used: self.clock }) {
            self.size -= replaced.program.size_in_memory();
        }
        while self.size > limit {
            let oldest = self.by_hash.iter().min_by_key(|(_, entry)| entry.used).map(|(hash, _)| *hash);
            let Some(removed) = oldest.and_then(|oldest| self.by_hash.remove(&oldest)) else { return };
            self.size -= removed.program.size_in_memory();
        }
    }
}
