//! The file in which the official tools keep solved circuits, and which `bb prove --scheme chonk` takes.
//!
//! A MessagePack array of maps with `functionName`, `vk`, and `bytecode` and `witness` compressed with gzip. Protocol
//! source: `serializePrivateExecutionSteps` in `@aztec/stdlib/src/kernel/private_kernel_prover_output.ts`.

use core::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use protocol::artifact::VerificationKey;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use super::ChonkCircuit;

/// Most that all circuits of a file may hold when inflated; the largest transactions hold some 20 megabytes.
const MAX_INFLATED: u64 = 256 << 20;

/// A file does not hold solved circuits.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InputsError {
    /// It is not MessagePack of the expected shape.
    #[error("not a list of circuits with functionName, bytecode, witness and vk")]
    Shape(#[from] rmp_serde::decode::Error),
    /// Something follows the list.
    #[error("{0} bytes follow the list of circuits")]
    Trailing(usize),
    /// A compressed member is malformed.
    #[error("circuit {index}, {name}: cannot inflate {member}")]
    Gzip {
        /// Its place, from 0.
        index: usize,
        /// Its name.
        name: String,
        /// The member.
        member: &'static str,
        /// Where it is wrong.
        #[source]
        source: io::Error,
    },
    /// The members are too large.
    #[error("circuit {index}, {name}: the file inflates to more than {MAX_INFLATED} bytes")]
    TooLarge {
        /// Place of the circuit at which the limit was passed.
        index: usize,
        /// Its name.
        name: String,
    },
}

#[derive(Deserialize)]
struct Step {
    #[serde(rename = "functionName")]
    name: String,
    bytecode: Bytes,
    witness: Bytes,
    vk: Bytes,
}

struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Take;
        impl Visitor<'_> for Take {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Take)
    }
}

/// Reads such a file.
///
/// # Errors
/// If it is malformed, or inflates to more than 256 megabytes.
pub fn read_inputs(bytes: &[u8]) -> Result<Vec<ChonkCircuit>, InputsError> {
    let mut rest = bytes;
    let steps = Vec::<Step>::deserialize(&mut rmp_serde::Deserializer::new(&mut rest))?;
    if !rest.is_empty() {
        return Err(InputsError::Trailing(rest.len()));
    }
    let mut left = MAX_INFLATED;
    let circuit = |(index, Step { name, bytecode, witness, vk }): (usize, Step)| {
        let mut inflate = |member, compressed: &[u8]| {
            let mut plain = Vec::new();
            let read = MultiGzDecoder::new(compressed).take(left + 1).read_to_end(&mut plain);
            read.map_err(|source| InputsError::Gzip { index, name: name.clone(), member, source })?;
            let more = || InputsError::TooLarge { index, name: name.clone() };
            left = left.checked_sub(plain.len() as u64).ok_or_else(more)?;
            Ok::<_, InputsError>(plain)
        };
        let acir = Arc::from(inflate("bytecode", &bytecode.0)?);
        let witness = inflate("witness", &witness.0)?;
        Ok(ChonkCircuit { name, acir, key: VerificationKey::from_bytes(vk.0), witness })
    };
    steps.into_iter().enumerate().map(circuit).collect()
}
