//! The hash by which a checkpoint commits to the messages it brings in.
//!
//! Protocol source: `@aztec/stdlib/src/messaging/in_hash.ts`.

use alloc::vec::Vec;

use thiserror::Error;

use super::L1ToL2MessageHash;
use crate::constants::NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP;
use crate::field::Fr;
use crate::merkle::{Sha256Truncated, balanced_root};

/// A checkpoint cannot bring in that many messages.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{found} messages, a checkpoint brings in at most {NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP}")]
pub struct TooManyMessages {
    /// The messages there are.
    pub found: usize,
}

/// `in_hash` of a checkpoint header: root of the balanced SHA-256 tree over the messages, zeros up to 1024.
pub fn in_hash(messages: &[L1ToL2MessageHash]) -> Result<Fr, TooManyMessages> {
    let mut leaves: Vec<Fr> = messages.iter().map(|message| message.to_field()).collect();
    if leaves.len() > NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP {
        return Err(TooManyMessages { found: leaves.len() });
    }
    leaves.resize(NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP, Fr::ZERO);
    Ok(balanced_root::<Sha256Truncated>(&leaves).expect("1024 is a power of two"))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn known_roots() {
        let root = |numbers: &[u8]| {
            let messages: Vec<L1ToL2MessageHash> = numbers.iter().map(|number| Fr::from(*number).into()).collect();
            in_hash(&messages).unwrap().to_string()
        };
        assert_eq!(root(&[]), "0x00de7b349d2306334734e4f58b1302a6ed5a6c796a706f6597a5641b6d468223");
        assert_eq!(root(&[1, 2, 3]), "0x00c72a2486dd63e8cd97b47aa15a679657b4adebe9ff5002e021d45cad3f9eb7");
        assert_eq!(in_hash(&[L1ToL2MessageHash::ZERO; 1025]), Err(TooManyMessages { found: 1025 }));
    }
}
