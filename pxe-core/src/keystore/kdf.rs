//! From a passphrase to a key, slowly.

use alloc::vec::Vec;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use protocol::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use thiserror::Error;
use zeroize::Zeroizing;

/// What deriving a key from a passphrase costs (Argon2id, version 1.3).
///
/// The more it costs, the more guessing the passphrase of a stolen store costs. The default takes some tenths of a second
/// on a laptop. What is derived depends on the parameters, so they are kept beside the sealed key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Why a key cannot be derived.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KdfError {
    /// The parameters are not ones that are ever used: a store that names them was tampered with.
    #[error("{memory_kib} KiB of memory, {passes} passes and {lanes} lanes are not parameters this software accepts")]
    Parameters {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
        /// Independent parts of the memory.
        lanes: u32,
    },
    /// There is not enough memory.
    #[error("{memory_kib} KiB of memory are not to be had")]
    Memory {
        /// Memory asked for, in KiB.
        memory_kib: u32,
    },
    /// The passphrase is longer than Argon2 takes, 4 GiB.
    #[error("the passphrase is too long")]
    TooLong,
}

impl KdfError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Memory { .. } => Some("close other programs or tabs and try again"),
            _ => None,
        }
    }
}

/// 64 MiB, 3 passes, 1 lane.
impl Default for KdfParams {
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

impl KdfParams {
    /// The least memory: below it a passphrase is protected by nothing.
    pub const MIN_MEMORY_KIB: u32 = 64;
    /// The most memory.
    pub const MAX_MEMORY_KIB: u32 = 1 << 20;
    /// The most passes.
    pub const MAX_PASSES: u32 = 64;
    /// The most lanes.
    pub const MAX_LANES: u32 = 8;
    /// The most memory times passes, which bounds the time a hostile store can cost.
    pub const MAX_WORK_KIB: u32 = 1 << 22;

    /// What browsers take on small devices: 32 MiB, 3 passes, 1 lane.
    pub const SMALL: Self = Self { memory_kib: 32 * 1024, passes: 3, lanes: 1 };
    /// As quick as it gets, for tests and for stores nobody can steal. Protects nothing.
    pub const INSECURE: Self = Self { memory_kib: Self::MIN_MEMORY_KIB, passes: 1, lanes: 1 };

    /// Parameters within the bounds.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfError> {
        let in_bounds = (Self::MIN_MEMORY_KIB..=Self::MAX_MEMORY_KIB).contains(&memory_kib)
            && (1..=Self::MAX_PASSES).contains(&passes)
            && (1..=Self::MAX_LANES).contains(&lanes)
            && memory_kib.saturating_mul(passes) <= Self::MAX_WORK_KIB;
        match in_bounds {
            true => Ok(Self { memory_kib, passes, lanes }),
            false => Err(KdfError::Parameters { memory_kib, passes, lanes }),
        }
    }

    /// Memory, in KiB.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Independent parts of the memory. They are worked through one after the other.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// The key of a passphrase, which is compared byte for byte.
    pub(super) fn derive(&self, passphrase: &str, salt: &[u8; SALT]) -> Result<Zeroizing<[u8; 32]>, KdfError> {
        let Self { memory_kib, passes, lanes } = *self;
        let refused = KdfError::Parameters { memory_kib, passes, lanes };
        let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(|_| refused)?;
        let mut blocks = Zeroizing::new(Vec::new());
        let count = params.block_count();
        blocks.try_reserve_exact(count).map_err(|_| KdfError::Memory { memory_kib })?;
        blocks.resize(count, Block::default());
        let mut key = Zeroizing::new([0; 32]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let derived =
            argon2.hash_password_into_with_memory(passphrase.as_bytes(), salt, &mut *key, blocks.as_mut_slice());
        derived.map_err(|_| KdfError::TooLong)?;
        Ok(key)
    }
}

/// Length of the salt.
pub(super) const SALT: usize = 16;

impl Encode for KdfParams {
    fn encode(&self, out: &mut Vec<u8>) {
        self.memory_kib.encode(out);
        self.passes.encode(out);
        self.lanes.encode(out);
    }
}

/// What a store says is hostile: parameters out of bounds are refused.
impl Decode for KdfParams {
    const MIN_SIZE: usize = 12;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let params = Self::new(reader.member("memory")?, reader.member("passes")?, reader.member("lanes")?);
        params.map_err(|_| reader.error_at(start, DecodeErrorKind::Invalid("parameters out of bounds")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from OpenSSL through `crypto.argon2Sync` of Node.js 24.
    #[test]
    fn known_keys() {
        let derive = |memory_kib, passes, lanes| {
            KdfParams::new(memory_kib, passes, lanes).unwrap().derive("correct horse", b"saltsaltsaltsalt").unwrap()
        };
        let expected = "e4e60f7061f6f649933674378754abe7cfae92c2d9fbd5e2af89dab06f296995";
        assert_eq!(const_hex::encode(*derive(256, 3, 2)), expected);
        let expected = "e6374c2335a815bcd23a5ea4df06a2f6e5377fc2c3f879865d0828d6e84740f2";
        assert_eq!(const_hex::encode(*derive(64, 2, 1)), expected);
    }

    #[test]
    fn everything_makes_a_difference() {
        let params = KdfParams::new(64, 2, 1).unwrap();
        let key = params.derive("correct horse", b"saltsaltsaltsalt").unwrap();
        assert_ne!(key, params.derive("correct horsf", b"saltsaltsaltsalt").unwrap());
        assert_ne!(key, params.derive("correct horse", b"saltsaltsaltsalu").unwrap());
        assert_ne!(key, KdfParams::new(64, 1, 1).unwrap().derive("correct horse", b"saltsaltsaltsalt").unwrap());
    }

    #[test]
    fn parameters_out_of_bounds_are_refused_before_anything_is_allocated() {
        let bad = [(u32::MAX, 1, 1), (63, 1, 1), (64, 0, 1), (64, 65, 1), (64, 1, 0), (64, 1, 9), (1 << 20, 5, 1)];
        for (memory_kib, passes, lanes) in bad {
            let error = KdfParams::new(memory_kib, passes, lanes).unwrap_err();
            assert_eq!(error, KdfError::Parameters { memory_kib, passes, lanes });
            let bytes = KdfParams { memory_kib, passes, lanes }.to_buffer();
            assert!(KdfParams::from_buffer(&bytes).is_err());
        }
        for good in [KdfParams::default(), KdfParams::SMALL, KdfParams::INSECURE] {
            assert_eq!(KdfParams::from_buffer(&good.to_buffer()), Ok(good));
            assert_eq!(KdfParams::new(good.memory_kib(), good.passes(), good.lanes()), Ok(good));
        }
    }
}
