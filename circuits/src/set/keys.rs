//! Keys derived from code, and where they are kept.
//!
//! ```text
//! 0    "AZLKEYS" and the format version, 1
//! 8    id of the SRS
//! 40   for each key: SHA-256 of the code, the key
//! ...  SHA-256 of all before it
//! ```

use std::collections::BTreeMap;
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};

use protocol::artifact::VerificationKey;
use protocol::hash::sha256;
use thiserror::Error;

use super::BytecodeHash;
use crate::srs::{SrsId, SrsKind};

const MAGIC: [u8; 8] = *b"AZLKEYS\x01";
const HASH: usize = 32;
const ENTRY: usize = HASH + VerificationKey::MEGA_SIZE;

/// Why bytes are not the kept keys of an SRS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeysError {
    /// Bytes are missing or were changed.
    #[error("the file of derived keys is damaged")]
    Damaged,
    /// Keys of another SRS.
    #[error("the derived keys belong to another SRS")]
    OtherSrs,
}

/// Keys of client circuits and private functions under one SRS, by their code.
#[derive(Debug, Clone)]
pub struct DerivedKeys {
    srs: SrsKind,
    keys: BTreeMap<BytecodeHash, VerificationKey>,
    /// Where they are written after each change.
    #[cfg(not(target_arch = "wasm32"))]
    path: Option<PathBuf>,
}

impl DerivedKeys {
    /// None yet, and kept in memory only.
    #[must_use]
    pub const fn new(srs: SrsKind) -> Self {
        Self {
            srs,
            keys: BTreeMap::new(),
            #[cfg(not(target_arch = "wasm32"))]
            path: None,
        }
    }

    /// The keys kept in a folder, none if there is no file or not a good one, and keeps them there from now on.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn in_folder(folder: &Path, srs: SrsKind) -> Self {
        let path = folder.join(format!("keys-{}.dat", srs.name()));
        let kept = std::fs::read(&path).ok().and_then(|bytes| Self::from_bytes(srs, &bytes).ok());
        Self { path: Some(path), ..kept.unwrap_or_else(|| Self::new(srs)) }
    }

    /// The SRS the keys belong to.
    #[must_use]
    pub const fn srs(&self) -> SrsKind {
        self.srs
    }

    /// The SRS the keys belong to, as an id.
    #[must_use]
    pub fn srs_id(&self) -> SrsId {
        self.srs.id()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of some code.
    #[must_use]
    pub fn get(&self, code: BytecodeHash) -> Option<&VerificationKey> {
        self.keys.get(&code)
    }

    /// The keys, in the order of the hashes of their code.
    pub fn keys(&self) -> impl Iterator<Item = &VerificationKey> {
        self.keys.values()
    }

    /// The keys with the hashes of their code, in the order of the hashes.
    pub fn iter(&self) -> impl Iterator<Item = (BytecodeHash, &VerificationKey)> {
        self.keys.iter().map(|(code, key)| (*code, key))
    }

    /// Adds a key.
    ///
    /// # Errors
    /// If the keys have a file and it cannot be written. The key is added all the same.
    pub fn insert(&mut self, code: BytecodeHash, key: VerificationKey) -> std::io::Result<()> {
        self.keys.insert(code, key);
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(path) = &self.path {
            crate::disk::replace(path, &[&self.to_bytes()])?;
        }
        Ok(())
    }

    /// The keys as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.srs_id().as_bytes());
        for (code, key) in &self.keys {
            bytes.extend(code.0);
            bytes.extend(key.as_bytes());
        }
        bytes.extend(sha256(&[&bytes]));
        bytes
    }

    /// Reads keys back.
    ///
    /// # Errors
    /// If the bytes are damaged or belong to another SRS.
    pub fn from_bytes(srs: SrsKind, bytes: &[u8]) -> Result<Self, KeysError> {
        let (rest, hash) = bytes.split_last_chunk::<HASH>().ok_or(KeysError::Damaged)?;
        if sha256(&[rest]) != *hash {
            return Err(KeysError::Damaged);
        }
        let rest = rest.strip_prefix(&MAGIC).ok_or(KeysError::Damaged)?;
        let (id, rest) = rest.split_first_chunk::<HASH>().ok_or(KeysError::Damaged)?;
        if id != srs.id().as_bytes() {
            return Err(KeysError::OtherSrs);
        }
        let (entries, []) = rest.as_chunks::<ENTRY>() else { return Err(KeysError::Damaged) };
        let mut keys = Self::new(srs);
        for entry in entries {
            let (code, key) = entry.split_first_chunk::<HASH>().expect("an entry is longer");
            keys.keys.insert(BytecodeHash(*code), VerificationKey::from_bytes(key.to_vec()));
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: SrsKind = SrsKind::InsecureDevelopment;

    fn key(byte: u8) -> VerificationKey {
        VerificationKey::from_bytes(vec![byte; VerificationKey::MEGA_SIZE])
    }

    #[test]
    fn keys_survive_in_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = DerivedKeys::in_folder(folder.path(), KIND);
        assert!(keys.is_empty());
        keys.insert(BytecodeHash([1; 32]), key(1)).unwrap();
        keys.insert(BytecodeHash([2; 32]), key(2)).unwrap();
        let again = DerivedKeys::in_folder(folder.path(), KIND);
        assert_eq!((again.len(), again.get(BytecodeHash([2; 32]))), (2, Some(&key(2))));
        assert!(DerivedKeys::in_folder(folder.path(), SrsKind::Ignition).is_empty());
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert!(file.to_str().unwrap().contains("INSECURE"));
        std::fs::write(file, b"damaged").unwrap();
        assert!(DerivedKeys::in_folder(folder.path(), KIND).is_empty());
    }

    #[test]
    fn damaged_and_foreign_keys_are_refused() {
        let mut keys = DerivedKeys::new(KIND);
        keys.insert(BytecodeHash([1; 32]), key(1)).unwrap();
        let bytes = keys.to_bytes();
        assert_eq!(DerivedKeys::from_bytes(KIND, &bytes).unwrap().to_bytes(), bytes);
        assert_eq!(DerivedKeys::from_bytes(SrsKind::Ignition, &bytes).unwrap_err(), KeysError::OtherSrs);
        for at in (0..bytes.len()).step_by(61) {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert_eq!(DerivedKeys::from_bytes(KIND, &bad).unwrap_err(), KeysError::Damaged, "{at}");
            assert_eq!(DerivedKeys::from_bytes(KIND, &bytes[..at]).unwrap_err(), KeysError::Damaged, "{at}");
        }
    }
}
