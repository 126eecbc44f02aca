//! The proof a client makes.
//!
//! Protocol source: `@aztec/stdlib/src/proofs/chonk_proof.ts`.

use alloc::vec::Vec;

use crate::codec::{Array, Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use crate::constants::CHONK_PROOF_LENGTH;
use crate::field::Fr;

/// A Chonk proof without its public inputs: 1935 fields. Simulations and networks without proofs use all zeros.
///
/// Bytes: the number of fields as four bytes, the fields. JSON: the bytes as base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ChonkProof {
    /// The fields.
    pub fields: Array<Fr, CHONK_PROOF_LENGTH>,
}

crate::any_struct!(ChonkProof { fields: Array<Fr, CHONK_PROOF_LENGTH> });

impl ChonkProof {
    /// Splits what the prover returns, public inputs first, into those and the proof. None when it is too short.
    #[must_use]
    pub fn split(mut public_inputs_and_proof: Vec<Fr>) -> Option<(Vec<Fr>, Self)> {
        let public_inputs = public_inputs_and_proof.len().checked_sub(CHONK_PROOF_LENGTH)?;
        let fields = Array::new(public_inputs_and_proof.split_off(public_inputs))?;
        Some((public_inputs_and_proof, Self { fields }))
    }

    /// What the verifier takes: the public inputs, then the proof.
    #[must_use]
    pub fn with_public_inputs(&self, public_inputs: &[Fr]) -> Vec<Fr> {
        [public_inputs, &self.fields].concat()
    }

    /// Whether there is no proof.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.iter().all(Fr::is_zero)
    }
}

impl Encode for ChonkProof {
    fn encode(&self, out: &mut Vec<u8>) {
        crate::codec::encode_vec_u32(&self.fields, out);
    }
}

impl Decode for ChonkProof {
    const MIN_SIZE: usize = 4 + 32 * CHONK_PROOF_LENGTH;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        match u32::decode(reader)? as usize {
            CHONK_PROOF_LENGTH => Ok(Self { fields: reader.member("fields")? }),
            found => {
                let kind = DecodeErrorKind::WrongLength { found, expected: CHONK_PROOF_LENGTH };
                Err(reader.error_at(start, kind).within("fields"))
            }
        }
    }
}

json_is_buffer!(ChonkProof, buffer_base64);
