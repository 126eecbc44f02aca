//! The proof, as transactions carry it and as barretenberg takes it.
//!
//! Protocol source: `@aztec/stdlib/src/proofs/chonk_proof.ts`, `@aztec/bb.js/src/barretenberg/backend.ts`.

use core::fmt;

use barretenberg_rs::generated_types as wire;
use protocol::constants::CHONK_PROOF_LENGTH;
use protocol::field::Fr;
use protocol::tx::ChonkProof;
use thiserror::Error;

/// A part of a Chonk proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The proof of the hiding kernel, behind its public inputs.
    Mega,
    /// That the lists of curve operations were joined correctly.
    Merge,
    /// The curve operations.
    Eccvm,
    /// The opening of the commitments on Grumpkin.
    Ipa,
    /// That both curves saw the same operations.
    Translator,
}

impl Part {
    /// The parts in their order.
    pub const ALL: [Self; 5] = [Self::Mega, Self::Merge, Self::Eccvm, Self::Ipa, Self::Translator];

    /// Its number of fields, without public inputs.
    #[must_use]
    pub const fn fields(self) -> usize {
        match self {
            Self::Mega => 435,
            Self::Merge => 42,
            Self::Eccvm => 608,
            Self::Ipa => 64,
            Self::Translator => 786,
        }
    }
}

const _: () = {
    let (mut sum, mut index) = (0, 0);
    while index < Part::ALL.len() {
        sum += Part::ALL[index].fields();
        index += 1;
    }
    assert!(sum == CHONK_PROOF_LENGTH);
};

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mega => "mega",
            Self::Merge => "merge",
            Self::Eccvm => "eccvm",
            Self::Ipa => "ipa",
            Self::Translator => "translator",
        })
    }
}

/// Fields are not a Chonk proof.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A part has another length than it should.
    #[error("the {part} part of the proof has {found} fields, expected {expected}")]
    PartLength {
        /// The part.
        part: Part,
        /// Fields it has, public inputs included.
        found: usize,
        /// Fields it should have; for the mega part, at least.
        expected: usize,
    },
    /// A field is not 32 bytes below the modulus.
    #[error("field {index} of the {part} part of the proof is not 32 bytes below the field modulus")]
    Field {
        /// The part.
        part: Part,
        /// The place in the part.
        index: usize,
    },
    /// Bytes that are not a whole number of fields, or too few.
    #[error("{bytes} bytes are not a proof: fields of 32 bytes, at least {CHONK_PROOF_LENGTH}")]
    Bytes {
        /// Their number.
        bytes: usize,
    },
}

/// The proof of a transaction's private part with what it proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateProof {
    /// Public inputs: what the hiding kernel returns.
    pub public_inputs: Vec<Fr>,
    /// The proof.
    pub proof: ChonkProof,
}

impl PrivateProof {
    /// Takes the parts barretenberg returns.
    pub(crate) fn from_wire(proof: &wire::ChonkProof) -> Result<Self, ProofError> {
        let parts = parts(proof);
        let public = parts[0].len().saturating_sub(Part::Mega.fields());
        let mut fields = Vec::with_capacity(public + CHONK_PROOF_LENGTH);
        for (part, values) in Part::ALL.into_iter().zip(parts) {
            let expected = part.fields() + if part == Part::Mega { public } else { 0 };
            if values.len() != expected {
                return Err(ProofError::PartLength { part, found: values.len(), expected });
            }
            for (index, value) in values.iter().enumerate() {
                let error = ProofError::Field { part, index };
                let bytes: &[u8; 32] = value.as_slice().try_into().map_err(|_| error.clone())?;
                fields.push(Fr::from_be_bytes(bytes).map_err(|_| error)?);
            }
        }
        Ok(Self::from_fields(fields).expect("the parts have at least the length of a proof"))
    }

    /// The parts as barretenberg takes them.
    pub(crate) fn to_wire(&self) -> wire::ChonkProof {
        let mut fields = self.public_inputs.iter().chain(&self.proof.fields).map(|field| field.to_be_bytes().to_vec());
        let public = self.public_inputs.len();
        let mut take = |part: Part, more: usize| fields.by_ref().take(part.fields() + more).collect();
        wire::ChonkProof {
            mega_proof: take(Part::Mega, public),
            goblin_proof: wire::GoblinProof {
                merge_proof: take(Part::Merge, 0),
                eccvm_proof: take(Part::Eccvm, 0),
                ipa_proof: take(Part::Ipa, 0),
                translator_proof: take(Part::Translator, 0),
            },
        }
    }

    fn from_fields(fields: Vec<Fr>) -> Option<Self> {
        let (public_inputs, proof) = ChonkProof::split(fields)?;
        Some(Self { public_inputs, proof })
    }

    /// Reads the form the official `bb prove` writes: public inputs, then the proof, 32 bytes a field.
    ///
    /// # Errors
    /// If the length cannot be right, or a field is not below the modulus.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
        let error = || ProofError::Bytes { bytes: bytes.len() };
        let (words, []) = bytes.as_chunks::<32>() else { return Err(error()) };
        let public = words.len().checked_sub(CHONK_PROOF_LENGTH).ok_or_else(error)?;
        let field = |(place, word)| Fr::from_be_bytes(word).map_err(|_| locate(place, public));
        let fields = words.iter().enumerate().map(field).collect::<Result<_, _>>()?;
        Self::from_fields(fields).ok_or_else(error)
    }

    /// Writes that form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.public_inputs.iter().chain(&self.proof.fields).flat_map(|field| field.to_be_bytes()).collect()
    }
}

/// The error for the field at `place` behind each other of all parts.
fn locate(place: usize, public: usize) -> ProofError {
    let mut start = 0;
    for part in Part::ALL {
        let end = start + part.fields() + if part == Part::Mega { public } else { 0 };
        if place < end {
            return ProofError::Field { part, index: place - start };
        }
        start = end;
    }
    ProofError::Field { part: Part::Translator, index: place - start }
}

fn parts(proof: &wire::ChonkProof) -> [&[Vec<u8>]; 5] {
    let wire::GoblinProof { merge_proof, eccvm_proof, ipa_proof, translator_proof } = &proof.goblin_proof;
    [&proof.mega_proof, merge_proof, eccvm_proof, ipa_proof, translator_proof]
}
