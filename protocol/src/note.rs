//! Notes: their content and the form in which contracts read them back.
//!
//! Protocol source: `@aztec/stdlib/src/note/note.ts`,
//! `@aztec/pxe/src/contract_function_simulator/oracle/note_packing_utils.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::abi::{self, AbiType, Checks, Value};
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u32};
use crate::field::Fr;

/// The packed content of a note.
///
/// Bytes: a four-byte count, the fields. JSON: the bytes in base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Note(pub Vec<Fr>);

crate::any_value!(Note, any::<Vec<Fr>>().prop_map(Self));

impl Note {
    /// The content as a value of the note's struct type. Only for notes that pack their members one after the other.
    pub fn decode_as(&self, ty: &AbiType, checks: Checks) -> Result<Value, DecodeError> {
        abi::decode(ty, &self.0, checks)
    }
}

impl Encode for Note {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_vec_u32(&self.0, out);
    }
}

impl Decode for Note {
    const MIN_SIZE: usize = 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.vec_u32(usize::MAX).map(Self)
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_base64::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Note {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::buffer_base64::deserialize(deserializer)
    }
}

/// A settled note without a nonce: nothing could prove that it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a note is neither pending nor has it a nonce: its existence cannot be proven")]
pub struct UnprovableNote;

/// How far a note has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteStage {
    /// Created in this transaction, in the phase that reads it: its hash has no nonce yet.
    PendingSamePhase,
    /// Created in this transaction, in an earlier phase.
    PendingPreviousPhase {
        /// Nonce of its hash.
        nonce: Fr,
    },
    /// In the note hash tree.
    Settled {
        /// Nonce of its hash.
        nonce: Fr,
    },
}

impl NoteStage {
    /// The stage of a note, whose nonce is zero while it has none.
    pub fn new(is_pending: bool, nonce: Fr) -> Result<Self, UnprovableNote> {
        match (is_pending, nonce.is_zero()) {
            (true, true) => Ok(Self::PendingSamePhase),
            (true, false) => Ok(Self::PendingPreviousPhase { nonce }),
            (false, false) => Ok(Self::Settled { nonce }),
            (false, true) => Err(UnprovableNote),
        }
    }

    /// Number of the stage and nonce, as contracts read them.
    #[must_use]
    pub fn to_fields(self) -> [Fr; 2] {
        match self {
            Self::PendingSamePhase => [Fr::from(1u8), Fr::ZERO],
            Self::PendingPreviousPhase { nonce } => [Fr::from(2u8), nonce],
            Self::Settled { nonce } => [Fr::from(3u8), nonce],
        }
    }
}

/// A note with what a contract needs to prove that it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintedNote {
    /// The content.
    pub note: Note,
    /// The contract whose note it is.
    pub contract_address: AztecAddress,
    /// Who owns it.
    pub owner: AztecAddress,
    /// Hides the content in the note hash.
    pub randomness: Fr,
    /// The storage slot it is in.
    pub storage_slot: Fr,
    /// How far it has come.
    pub stage: NoteStage,
}

impl HintedNote {
    /// The fields contracts unpack: content, contract, owner, randomness, slot, stage, nonce.
    #[must_use]
    pub fn pack(&self) -> Vec<Fr> {
        let Self { note, contract_address, owner, randomness, storage_slot, stage } = self;
        let mut fields = Vec::with_capacity(note.0.len() + 6);
        fields.extend_from_slice(&note.0);
        fields.extend([contract_address.to_field(), owner.to_field(), *randomness, *storage_slot]);
        fields.extend(stage.to_fields());
        fields
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn notes_survive_bytes_and_json() {
        let note = Note(vec![Fr::ONE, Fr::MAX]);
        assert_eq!(Note::from_buffer(&note.to_buffer()), Ok(note.clone()));
        let json = serde_json::to_string(&note).unwrap();
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note);
        assert!(Note::from_buffer(&[0xff; 40]).is_err());
        let ty = AbiType::structure("a::Note", [("a", AbiType::unsigned(8)), ("b", AbiType::Field)]);
        assert_eq!(note.decode_as(&ty, Checks::Strict).unwrap().member("a"), Some(&Value::Unsigned(1)));
    }

    #[test]
    fn hinted_notes_end_in_stage_and_nonce() {
        let pack = |is_pending, nonce: u8| {
            let stage = NoteStage::new(is_pending, nonce.into())?;
            let (contract_address, owner) = (AztecAddress::from_u64(2), AztecAddress::from_u64(3));
            let note = Note(vec![Fr::ONE]);
            let (randomness, storage_slot) = (Fr::from(4u8), Fr::from(5u8));
            Ok(HintedNote { note, contract_address, owner, randomness, storage_slot, stage }.pack())
        };
        assert_eq!(pack(true, 0), Ok([1u8, 2, 3, 4, 5, 1, 0].map(Fr::from).to_vec()));
        assert_eq!(pack(true, 6), Ok([1u8, 2, 3, 4, 5, 2, 6].map(Fr::from).to_vec()));
        assert_eq!(pack(false, 6), Ok([1u8, 2, 3, 4, 5, 3, 6].map(Fr::from).to_vec()));
        assert_eq!(pack(false, 0), Err(UnprovableNote));
    }
}
