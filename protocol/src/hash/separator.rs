//! Domain separators: constants in front of a hash input that keep the hashes of different things apart.

use alloc::format;

use super::poseidon2_bytes;
use crate::field::Fr;

macro_rules! domain_separators {
    ($($(#[$meta:meta])* $variant:ident = $value:literal, $name:literal;)*) => {
        /// What a Poseidon2 hash is for. Its number is the first input of the hash.
        ///
        /// Protocol source: `DomainSeparator` in `@aztec/constants/src/constants.gen.ts`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum DomainSeparator {
            $($(#[$meta])* $variant = $value,)*
        }

        impl DomainSeparator {
            /// Every separator.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The official name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

domain_separators! {
    /// Inner note hash (contract code).
    NoteHash = 116_501_019, "NOTE_HASH";
    /// Nonce that makes a note hash unique.
    NoteHashNonce = 1_721_808_740, "NOTE_HASH_NONCE";
    /// Note hash made unique by its nonce: the leaf of the note hash tree.
    UniqueNoteHash = 226_850_429, "UNIQUE_NOTE_HASH";
    /// Note hash siloed by its contract.
    SiloedNoteHash = 3_361_878_420, "SILOED_NOTE_HASH";
    /// Inner note nullifier (contract code).
    NoteNullifier = 50_789_342, "NOTE_NULLIFIER";
    /// Consumption of an L1 to L2 message.
    MessageNullifier = 3_754_509_616, "MESSAGE_NULLIFIER";
    /// Nullifier siloed by its contract: the leaf of the nullifier tree.
    SiloedNullifier = 57_496_191, "SILOED_NULLIFIER";
    /// Tag of a private log siloed by its contract.
    PrivateLogFirstField = 2_769_976_252, "PRIVATE_LOG_FIRST_FIELD";
    /// Key of the public data tree.
    PublicLeafSlot = 1_247_650_290, "PUBLIC_LEAF_SLOT";
    /// Storage slot of a map entry.
    PublicStorageMapSlot = 4_015_149_901, "PUBLIC_STORAGE_MAP_SLOT";
    /// Leaf of the private function tree.
    PrivateFunctionLeaf = 1_389_398_688, "PRIVATE_FUNCTION_LEAF";
    /// Commitment to public bytecode (combined with its length).
    PublicBytecode = 260_313_585, "PUBLIC_BYTECODE";
    /// Contract class id.
    ContractClassId = 3_923_495_515, "CONTRACT_CLASS_ID";
    /// Initialization hash.
    Initializer = 385_396_519, "INITIALIZER";
    /// Nullifier hiding key, master and app-siloed.
    NhkM = 242_137_788, "NHK_M";
    /// Incoming viewing secret key.
    IvskM = 2_747_825_907, "IVSK_M";
    /// Outgoing viewing secret key.
    OvskM = 4_272_201_051, "OVSK_M";
    /// Tagging secret key.
    TskM = 1_546_190_975, "TSK_M";
    /// Hash of the four master public keys.
    PublicKeysHash = 777_457_226, "PUBLIC_KEYS_HASH";
    /// Salted initialization hash and partial address.
    PartialAddress = 2_103_633_018, "PARTIAL_ADDRESS";
    /// Preaddress.
    ContractAddressV1 = 1_788_365_517, "CONTRACT_ADDRESS_V1";
    /// Block hash.
    BlockHeaderHash = 4_195_546_849, "BLOCK_HEADER_HASH";
    /// Transaction request hash.
    TxRequest = 3_763_737_512, "TX_REQUEST";
    /// Hash of a transaction with public calls.
    PublicTxHash = 1_630_108_851, "PUBLIC_TX_HASH";
    /// Hash of a private-only transaction.
    PrivateTxHash = 1_971_680_439, "PRIVATE_TX_HASH";
    /// Calldata of a public call.
    PublicCalldata = 2_760_353_947, "PUBLIC_CALLDATA";
    /// Arguments and return values of a private call.
    FunctionArgs = 3_576_554_347, "FUNCTION_ARGS";
    /// Hash of the protocol contracts.
    ProtocolContracts = 3_904_434_327, "PROTOCOL_CONTRACTS";
    /// Commitment of a private event (contract code).
    EventCommitment = 2_517_418_573, "EVENT_COMMITMENT";
    /// Inner authwit hash.
    AuthwitInner = 221_354_163, "AUTHWIT_INNER";
    /// Outer authwit hash.
    AuthwitOuter = 3_283_595_782, "AUTHWIT_OUTER";
    /// Spending of an authwit (contract code).
    AuthwitNullifier = 1_239_150_694, "AUTHWIT_NULLIFIER";
    /// Message encryption key (contract code).
    SymmetricKey = 3_882_206_064, "SYMMETRIC_KEY";
    /// Second message encryption key (contract code).
    SymmetricKey2 = 4_129_434_989, "SYMMETRIC_KEY_2";
    /// Masking of ciphertext fields (contract code).
    CiphertextFieldMask = 1_870_492_847, "CIPHERTEXT_FIELD_MASK";
    /// Partial notes (contract code).
    PartialNoteValidityCommitment = 623_934_423, "PARTIAL_NOTE_VALIDITY_COMMITMENT";
    /// Reserved; the initialization check does not use it.
    InitializationNullifier = 1_653_084_894, "INITIALIZATION_NULLIFIER";
    /// Hash of a claim secret.
    SecretHash = 4_199_652_938, "SECRET_HASH";
    /// Reserved.
    TxNullifier = 1_025_801_951, "TX_NULLIFIER";
    /// Entrypoint payload.
    SignaturePayload = 463_525_807, "SIGNATURE_PAYLOAD";
}

impl DomainSeparator {
    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self as u32
    }

    /// The number as a hash input.
    #[must_use]
    pub fn to_field(self) -> Fr {
        Fr::from(self.value())
    }

    /// The number as derived from the name: the last four bytes of the byte hash of `az_dom_sep__` and the name in
    /// lower case.
    #[must_use]
    pub fn derived_from_name(self) -> u32 {
        let hash = poseidon2_bytes(format!("az_dom_sep__{}", self.name().to_lowercase()).as_bytes()).to_be_bytes();
        u32::from_be_bytes([hash[28], hash[29], hash[30], hash[31]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_follows_from_its_name() {
        assert_eq!(DomainSeparator::ALL.len(), 40);
        for separator in DomainSeparator::ALL {
            assert_eq!(separator.value(), separator.derived_from_name(), "{}", separator.name());
        }
    }
}
