//! How a caller names a block.
//!
//! Protocol source: `@aztec/stdlib/src/block/block_parameter.ts`.

use core::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{BlockHash, BlockNumber};

/// A block by hash, by number, or the latest one. JSON: a string with the hash, a number, or `"latest"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BlockParameter {
    /// The block with this hash.
    Hash(BlockHash),
    /// The block with this number.
    Number(BlockNumber),
    /// The last block the node knows, proposed ones included.
    #[default]
    Latest,
}

impl From<BlockHash> for BlockParameter {
    fn from(hash: BlockHash) -> Self {
        Self::Hash(hash)
    }
}

impl From<BlockNumber> for BlockParameter {
    fn from(number: BlockNumber) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for BlockParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash(hash) => hash.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Latest => f.write_str("latest"),
        }
    }
}

impl Serialize for BlockParameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Hash(hash) => hash.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Latest => serializer.serialize_str("latest"),
        }
    }
}

impl<'de> Deserialize<'de> for BlockParameter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ParameterVisitor;

        impl Visitor<'_> for ParameterVisitor {
            type Value = BlockParameter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a block hash, a block number or \"latest\"")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<BlockParameter, E> {
                let number = u32::try_from(number).map_err(|_| E::custom("a block number has at most 32 bits"))?;
                Ok(BlockParameter::Number(BlockNumber(number)))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<BlockParameter, E> {
                // JavaScript may write an integer as 7.0.
                if number % 1.0 == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    return Ok(BlockParameter::Number(BlockNumber(number as u32)));
                }
                Err(E::custom("a block number is an unsigned integer of at most 32 bits"))
            }

            /// The official node tries the hash first, so that a string of digits is a hash, not a number.
            fn visit_str<E: Error>(self, text: &str) -> Result<BlockParameter, E> {
                match text {
                    "latest" => Ok(BlockParameter::Latest),
                    _ => text.parse().map(BlockParameter::Hash).map_err(E::custom),
                }
            }
        }

        deserializer.deserialize_any(ParameterVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_first_then_number_then_latest() {
        let parse = |json: &str| crate::json::from_str::<BlockParameter>(json);
        let five = crate::field::Fr::from(5u8);
        assert_eq!(parse("5"), Ok(BlockParameter::Number(5.into())));
        assert_eq!(parse("5.0"), Ok(BlockParameter::Number(5.into())));
        assert_eq!(parse("\"5\""), Ok(BlockParameter::Hash(five.into())));
        assert_eq!(parse("\"0x5\""), Ok(BlockParameter::Hash(five.into())));
        assert_eq!(parse("\"latest\""), Ok(BlockParameter::Latest));
        for wrong in ["-1", "1.5", "4294967296", "null", "true", "\"\"", "\"newest\"", "\"-1\"", "[]"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for block in [BlockParameter::Latest, BlockNumber(7).into(), BlockHash::from(five).into()] {
            assert_eq!(parse(&serde_json::to_string(&block).unwrap()), Ok(block));
        }
    }
}
