//! A transaction as it is sent.
//!
//! Protocol source: `@aztec/stdlib/src/tx/tx.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::{ChonkProof, HashedValues, TxHash};
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u8};
use crate::constants::{CHONK_PROOF_LENGTH, CONTRACT_CLASS_LOG_SIZE_IN_FIELDS, DA_GAS_PER_FIELD, TX_DA_GAS_OVERHEAD};
use crate::field::Fr;
use crate::gas::GasSettings;
use crate::kernel::{PrivateKernelTailCircuitPublicInputs, PublicCallRequest, TailEffects};
use crate::log::{ContractClassLog, ContractClassLogFields};

/// Most items of a list with a one-byte count.
const MAX_ITEMS: usize = u8::MAX as usize;

/// A transaction, proven or for simulation.
///
/// Bytes: hash, data, proof, class logs and calldata behind one-byte counts. JSON: an object of the same members, of
/// which `data` and `chonkProof` are base64.
///
/// The hash is that of the data, except after decoding bytes: there it is what the sender wrote until
/// [`Tx::verify_hash`] says otherwise. In JSON the hash is recomputed, whatever is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tx {
    tx_hash: TxHash,
    data: PrivateKernelTailCircuitPublicInputs,
    chonk_proof: ChonkProof,
    contract_class_log_fields: Vec<ContractClassLogFields>,
    public_function_calldata: Vec<HashedValues>,
}

/// Parts do not make a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TxError {
    /// A list is longer than its one-byte count can say.
    #[error("{list} has {found} items, at most {MAX_ITEMS} can be sent")]
    TooManyItems {
        /// Name of the list.
        list: &'static str,
        /// Its length.
        found: usize,
    },
    /// Nodes pass on no transaction of this size.
    #[error("the transaction {tx_hash} takes {size} bytes, at most {max} are passed on", max = Tx::MAX_SIZE)]
    TooLarge {
        /// The transaction.
        tx_hash: TxHash,
        /// Its size in bytes.
        size: usize,
    },
}

/// A transaction does not have the hash it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the transaction claims the hash {claimed}, its data has {computed}")]
pub struct TxHashMismatch {
    /// What the sender wrote.
    pub claimed: TxHash,
    /// What the data says.
    pub computed: TxHash,
}

impl Tx {
    /// Bytes of the largest transaction that nodes pass on.
    ///
    /// Protocol source: `MAX_TX_SIZE_KB` in `@aztec/stdlib/src/p2p/constants.ts`.
    pub const MAX_SIZE: usize = 512 * 1024;

    /// The transaction of these parts; its hash is computed.
    pub fn new(
        data: PrivateKernelTailCircuitPublicInputs,
        chonk_proof: ChonkProof,
        contract_class_log_fields: Vec<ContractClassLogFields>,
        public_function_calldata: Vec<HashedValues>,
    ) -> Result<Self, TxError> {
        let lengths = [
            ("contractClassLogFields", contract_class_log_fields.len()),
            ("publicFunctionCalldata", public_function_calldata.len()),
        ];
        if let Some((list, found)) = lengths.into_iter().find(|(_, length)| *length > MAX_ITEMS) {
            return Err(TxError::TooManyItems { list, found });
        }
        let tx_hash = data.tx_hash();
        Ok(Self { tx_hash, data, chonk_proof, contract_class_log_fields, public_function_calldata })
    }

    /// The hash. After decoding bytes it is only claimed, see [`Tx::verify_hash`].
    #[must_use]
    pub fn tx_hash(&self) -> TxHash {
        self.tx_hash
    }

    /// Checks that the hash is that of the data. Costs as much as hashing 2784 fields.
    pub fn verify_hash(&self) -> Result<(), TxHashMismatch> {
        match self.data.tx_hash() {
            computed if computed == self.tx_hash => Ok(()),
            computed => Err(TxHashMismatch { claimed: self.tx_hash, computed }),
        }
    }

    /// What the kernels output: constants, side effects, fee payer.
    #[must_use]
    pub fn data(&self) -> &PrivateKernelTailCircuitPublicInputs {
        &self.data
    }

    /// The proof of the data.
    #[must_use]
    pub fn chonk_proof(&self) -> &ChonkProof {
        &self.chonk_proof
    }

    /// Payloads of the contract class logs, in the order of their hashes in the data.
    #[must_use]
    pub fn contract_class_log_fields(&self) -> &[ContractClassLogFields] {
        &self.contract_class_log_fields
    }

    /// Calldata of the public calls, in any order.
    #[must_use]
    pub fn public_function_calldata(&self) -> &[HashedValues] {
        &self.public_function_calldata
    }

    /// What the transaction may use and pay.
    #[must_use]
    pub fn gas_settings(&self) -> &GasSettings {
        &self.data.constants.tx_context.gas_settings
    }

    /// Whether anything is left to execute publicly.
    #[must_use]
    pub fn has_public_calls(&self) -> bool {
        self.data.public_calls().next().is_some()
    }

    /// The calldata of a call of this transaction, unless the sender left it out.
    #[must_use]
    pub fn calldata(&self, call: &PublicCallRequest) -> Option<&[Fr]> {
        // Of two with the same hash the last counts, as in the official node.
        let found = self.public_function_calldata.iter().rev().find(|values| values.hash == call.calldata_hash);
        found.map(|values| &values.values[..])
    }

    /// Calldata fields of all public calls together.
    #[must_use]
    pub fn calldata_length(&self) -> usize {
        self.public_function_calldata.iter().map(|values| values.values.len()).sum()
    }

    /// The contract class logs: each hash of the data with the payload at its place. Nothing says that they match.
    pub fn contract_class_logs(&self) -> impl Iterator<Item = ContractClassLog> {
        self.data.contract_class_log_hashes().zip(&self.contract_class_log_fields).map(|(hash, fields)| {
            ContractClassLog {
                contract_address: hash.contract_address,
                fields: fields.clone(),
                emitted_length: hash.inner.length,
            }
        })
    }

    /// Length of the byte form.
    #[must_use]
    pub fn size(&self) -> usize {
        let data = match self.data.effects {
            TailEffects::ForRollup(_) => 38557,
            TailEffects::ForPublic(_) => 82722,
        };
        let proof = 4 + 32 * CHONK_PROOF_LENGTH;
        let class_logs = 1 + self.contract_class_log_fields.len() * 32 * CONTRACT_CLASS_LOG_SIZE_IN_FIELDS;
        let calldata = 1 + self.public_function_calldata.len() * 36 + self.calldata_length() * 32;
        32 + data + proof + class_logs + calldata
    }

    /// Checks that nodes will pass the transaction on.
    pub fn check_size(&self) -> Result<(), TxError> {
        match self.size() {
            size if size > Self::MAX_SIZE => Err(TxError::TooLarge { tx_hash: self.tx_hash, size }),
            _ => Ok(()),
        }
    }

    /// Blob fields the private effects will take in a block, the transaction's overhead included.
    #[must_use]
    pub fn private_effects_size_in_fields(&self) -> u64 {
        u64::from(TX_DA_GAS_OVERHEAD / DA_GAS_PER_FIELD) + self.data.counts().da_fields()
    }
}

crate::any_value!(
    Tx,
    any::<(PrivateKernelTailCircuitPublicInputs, ChonkProof, Option<ContractClassLogFields>, Vec<HashedValues>,)>()
        .prop_map(|(data, proof, class_log, mut calldata)| {
            calldata.truncate(4);
            Self::new(data, proof, class_log.into_iter().collect(), calldata).expect("few items")
        })
);

impl Encode for Tx {
    fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.size());
        self.tx_hash.encode(out);
        self.data.encode(out);
        self.chonk_proof.encode(out);
        encode_vec_u8(&self.contract_class_log_fields, out);
        encode_vec_u8(&self.public_function_calldata, out);
    }
}

impl Decode for Tx {
    const MIN_SIZE: usize = 32 + PrivateKernelTailCircuitPublicInputs::MIN_SIZE + ChonkProof::MIN_SIZE + 2;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            tx_hash: reader.member("tx_hash")?,
            data: reader.member("data")?,
            chonk_proof: reader.member("chonk_proof")?,
            contract_class_log_fields: reader
                .vec_u8(MAX_ITEMS)
                .map_err(|error| error.within("contract_class_log_fields"))?,
            public_function_calldata: reader
                .vec_u8(MAX_ITEMS)
                .map_err(|error| error.within("public_function_calldata"))?,
        })
    }
}

impl<'de> Deserialize<'de> for Tx {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "Tx", rename_all = "camelCase")]
        struct Json {
            data: PrivateKernelTailCircuitPublicInputs,
            chonk_proof: ChonkProof,
            contract_class_log_fields: Vec<ContractClassLogFields>,
            public_function_calldata: Vec<HashedValues>,
        }
        let Json { data, chonk_proof, contract_class_log_fields, public_function_calldata } =
            Json::deserialize(deserializer)?;
        Self::new(data, chonk_proof, contract_class_log_fields, public_function_calldata)
            .map_err(serde::de::Error::custom)
    }
}
