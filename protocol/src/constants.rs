//! Numbers of the protocol, under their official names.
//!
//! Protocol source: `@aztec/constants/src/constants.gen.ts` and `constants.ts` beside it, which replaces some of them. A
//! vector test compares each with the official value.

use ark_ff::MontFp;

use crate::field::Fr;

/// Declares constants and the list of them that tests compare with the official packages.
macro_rules! constants {
    ($($(#[$meta:meta])* $name:ident: $ty:ty = $value:expr;)*) => {
        $($(#[$meta])* pub const $name: $ty = $value;)*

        /// Every number of this module, by its official name.
        pub const ALL: &[(&str, u64)] = &[$((stringify!($name), $name as u64)),*];
    };
}

constants! {
    // Tree heights.

    /// Archive tree: block hashes.
    ARCHIVE_HEIGHT: usize = 30;
    /// Note hash tree.
    NOTE_HASH_TREE_HEIGHT: usize = 42;
    /// Nullifier tree.
    NULLIFIER_TREE_HEIGHT: usize = 42;
    /// Public data tree.
    PUBLIC_DATA_TREE_HEIGHT: usize = 40;
    /// L1 to L2 message tree.
    L1_TO_L2_MSG_TREE_HEIGHT: usize = 36;
    /// Tree of checkpoint out hashes of an epoch.
    OUT_HASH_TREE_HEIGHT: usize = 5;
    /// Tree of verification keys.
    VK_TREE_HEIGHT: usize = 7;
    /// Private functions of a contract class.
    FUNCTION_TREE_HEIGHT: usize = 7;
    /// Note hashes one transaction appends.
    NOTE_HASH_SUBTREE_HEIGHT: usize = 6;
    /// Nullifiers one transaction appends.
    NULLIFIER_SUBTREE_HEIGHT: usize = 6;
    /// Public data leaves at genesis, per subtree.
    PUBLIC_DATA_SUBTREE_HEIGHT: usize = 6;
    /// Messages one checkpoint appends.
    L1_TO_L2_MSG_SUBTREE_HEIGHT: usize = 10;

    // Limits per transaction.

    /// Note hashes.
    MAX_NOTE_HASHES_PER_TX: usize = 64;
    /// Nullifiers.
    MAX_NULLIFIERS_PER_TX: usize = 64;
    /// Pending private calls in the kernel.
    MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX: usize = 16;
    /// Enqueued public calls.
    MAX_ENQUEUED_CALLS_PER_TX: usize = 32;
    /// Public data writes, the fee write included.
    MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX: usize = 64;
    /// Public data writes of contracts.
    MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX: usize = 63;
    /// L2 to L1 messages.
    MAX_L2_TO_L1_MSGS_PER_TX: usize = 8;
    /// Private logs.
    MAX_PRIVATE_LOGS_PER_TX: usize = 64;
    /// Contract class logs.
    MAX_CONTRACT_CLASS_LOGS_PER_TX: usize = 1;
    /// Note hash reads.
    MAX_NOTE_HASH_READ_REQUESTS_PER_TX: usize = 64;
    /// Nullifier reads.
    MAX_NULLIFIER_READ_REQUESTS_PER_TX: usize = 64;
    /// Key validations.
    MAX_KEY_VALIDATION_REQUESTS_PER_TX: usize = 64;
    /// Calldata fields of all enqueued public calls together.
    MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS: usize = 16000;
    /// Distinct contract classes whose bytecode is fetched.
    MAX_PUBLIC_CALLS_TO_UNIQUE_CONTRACT_CLASS_IDS: usize = 21;

    // Limits per private call.

    /// Note hashes.
    MAX_NOTE_HASHES_PER_CALL: usize = 16;
    /// Nullifiers.
    MAX_NULLIFIERS_PER_CALL: usize = 16;
    /// Nested private calls.
    MAX_PRIVATE_CALL_STACK_LENGTH_PER_CALL: usize = 8;
    /// Enqueued public calls.
    MAX_ENQUEUED_CALLS_PER_CALL: usize = 32;
    /// L2 to L1 messages.
    MAX_L2_TO_L1_MSGS_PER_CALL: usize = 8;
    /// Private logs.
    MAX_PRIVATE_LOGS_PER_CALL: usize = 16;
    /// Contract class logs.
    MAX_CONTRACT_CLASS_LOGS_PER_CALL: usize = 1;
    /// Note hash reads.
    MAX_NOTE_HASH_READ_REQUESTS_PER_CALL: usize = 16;
    /// Nullifier reads.
    MAX_NULLIFIER_READ_REQUESTS_PER_CALL: usize = 16;
    /// Key validations.
    MAX_KEY_VALIDATION_REQUESTS_PER_CALL: usize = 16;

    // Logs and bytecode, in fields.

    /// A private log.
    PRIVATE_LOG_SIZE_IN_FIELDS: usize = 16;
    /// All public logs of a transaction, headers included.
    FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH: usize = 4096;
    /// Header of a public log: length and contract.
    PUBLIC_LOG_HEADER_LENGTH: usize = 2;
    /// Payload of a public log.
    MAX_PUBLIC_LOG_SIZE_IN_FIELDS: usize = 4094;
    /// A contract class log.
    CONTRACT_CLASS_LOG_SIZE_IN_FIELDS: usize = 3023;
    /// Packed public bytecode of a contract class.
    MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS: usize = 3000;
    /// Verification key of a private function or client kernel.
    MEGA_VK_LENGTH_IN_FIELDS: usize = 127;
    /// Client proof without its public inputs.
    CHONK_PROOF_LENGTH: usize = 1935;

    // Lengths of field forms.

    /// Transaction request.
    TX_REQUEST_LENGTH: usize = 15;
    /// Transaction context.
    TX_CONTEXT_LENGTH: usize = 10;
    /// Block header.
    BLOCK_HEADER_LENGTH: usize = 22;
    /// Global variables.
    GLOBAL_VARIABLES_LENGTH: usize = 9;
    /// Checkpoint header, in bytes.
    CHECKPOINT_HEADER_SIZE_IN_BYTES: usize = 316;
    /// Context inputs of a private function.
    PRIVATE_CONTEXT_INPUTS_LENGTH: usize = 37;
    /// Public inputs of a private function.
    PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH: usize = 870;
    /// Kernel output of a private-only transaction.
    PRIVATE_TO_ROLLUP_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH: usize = 1281;
    /// Kernel output of a transaction with public calls.
    PRIVATE_TO_PUBLIC_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH: usize = 2784;
    /// Effects accumulated by the private kernels.
    PRIVATE_ACCUMULATED_DATA_LENGTH: usize = 2059;
    /// Requests the private kernels still have to validate.
    PRIVATE_VALIDATION_REQUESTS_LENGTH: usize = 771;

    // Blocks, checkpoints, blobs.

    /// Field elements in a blob.
    FIELDS_PER_BLOB: usize = 4096;
    /// Blobs of a checkpoint.
    BLOBS_PER_CHECKPOINT: usize = 6;
    /// Checkpoints of an epoch.
    MAX_CHECKPOINTS_PER_EPOCH: usize = 32;
    /// L1 to L2 messages of a checkpoint.
    NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP: usize = 1024;
    /// Addresses 1 to this are reserved for protocol contracts.
    MAX_PROTOCOL_CONTRACTS: usize = 11;

    // Time.

    /// Longest life of a transaction after its anchor block, in seconds.
    MAX_TX_LIFETIME: u64 = 86400;
    /// Delay of a contract class update, in seconds.
    DEFAULT_UPDATE_DELAY: u64 = 86400;
    /// Shortest delay of a contract class update, in seconds.
    MINIMUM_UPDATE_DELAY: u64 = 600;
    /// Number of the first block after genesis.
    INITIAL_L2_BLOCK_NUM: u64 = 1;
    /// Number of the first checkpoint.
    INITIAL_CHECKPOINT_NUMBER: u64 = 1;

    // Gas.

    /// Bytes of a field on the data availability layer.
    DA_BYTES_PER_FIELD: u32 = 32;
    /// Data availability gas per byte.
    DA_GAS_PER_BYTE: u32 = 1;
    /// Data availability gas per field.
    DA_GAS_PER_FIELD: u32 = 32;
    /// Data availability gas of any transaction.
    TX_DA_GAS_OVERHEAD: u32 = 96;
    /// L2 gas of any transaction with public calls.
    PUBLIC_TX_L2_GAS_OVERHEAD: u32 = 540_000;
    /// L2 gas of any private-only transaction.
    PRIVATE_TX_L2_GAS_OVERHEAD: u32 = 440_000;
    /// L2 gas per enqueued public call.
    FIXED_AVM_STARTUP_L2_GAS: u32 = 20000;
    /// L2 gas the AVM can process in a transaction.
    AVM_MAX_PROCESSABLE_L2_GAS: u32 = 6_000_000;
    /// L2 gas limit of a transaction.
    MAX_PROCESSABLE_L2_GAS: u32 = 6_540_000;
    /// Data availability gas of a checkpoint.
    MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT: u32 = 786_432;
    /// L2 gas per private note hash.
    L2_GAS_PER_NOTE_HASH: u32 = 9200;
    /// L2 gas per private nullifier.
    L2_GAS_PER_NULLIFIER: u32 = 16000;
    /// L2 gas per private L2 to L1 message.
    L2_GAS_PER_L2_TO_L1_MSG: u32 = 5200;
    /// L2 gas per note hash that accompanies public calls.
    AVM_EMITNOTEHASH_BASE_L2_GAS: u32 = 19275;
    /// L2 gas per nullifier that accompanies public calls.
    AVM_EMITNULLIFIER_BASE_L2_GAS: u32 = 30800;
    /// L2 gas per L2 to L1 message that accompanies public calls.
    AVM_SENDL2TOL1MSG_BASE_L2_GAS: u32 = 5239;
    /// L2 gas per private log.
    L2_GAS_PER_PRIVATE_LOG: u32 = 2500;
    /// L2 gas per contract class log.
    L2_GAS_PER_CONTRACT_CLASS_LOG: u32 = 73000;

    // Gas limits a client chooses when it is told none.

    /// L2 gas limit.
    DEFAULT_L2_GAS_LIMIT: u32 = MAX_PROCESSABLE_L2_GAS;
    /// Teardown L2 gas limit.
    DEFAULT_TEARDOWN_L2_GAS_LIMIT: u32 = DEFAULT_L2_GAS_LIMIT / 8;
    /// Data availability gas limit.
    DEFAULT_DA_GAS_LIMIT: u32 = MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT / 4;
    /// Teardown data availability gas limit.
    DEFAULT_TEARDOWN_DA_GAS_LIMIT: u32 = DEFAULT_DA_GAS_LIMIT / 2;

    // Gas limits of a transaction that is simulated to learn what it needs.

    /// L2 gas limit.
    GAS_ESTIMATION_L2_GAS_LIMIT: u32 = 13_080_000;
    /// Teardown L2 gas limit.
    GAS_ESTIMATION_TEARDOWN_L2_GAS_LIMIT: u32 = 6_540_000;
    /// Data availability gas limit.
    GAS_ESTIMATION_DA_GAS_LIMIT: u32 = 1_572_864;
    /// Teardown data availability gas limit.
    GAS_ESTIMATION_TEARDOWN_DA_GAS_LIMIT: u32 = 786_432;
}

/// Hash of the genesis block of a network without prefilled state; tips report it on every network.
pub const GENESIS_BLOCK_HEADER_HASH: Fr =
    Fr::from_ark(MontFp!("21694244557328181932449230888455310614586084993178835904749768133365362325861"));
/// Archive root after the genesis block of a network without prefilled state.
pub const GENESIS_ARCHIVE_ROOT: Fr =
    Fr::from_ark(MontFp!("9682850228538071369704502076456077473410427336083826595120404283897422804423"));
/// Out hash of an epoch without L2 to L1 messages.
pub const EMPTY_EPOCH_OUT_HASH: Fr =
    Fr::from_ark(MontFp!("355785372471781095838790036702437931769306153278986832745847530947941691539"));
/// First field of the log that publishes a contract class.
pub const CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE: Fr =
    Fr::from_ark(MontFp!("14907836659448373306373608164128296596488873008270905914742877230397948162628"));
/// First field of the log that publishes a contract instance.
pub const CONTRACT_INSTANCE_PUBLISHED_MAGIC_VALUE: Fr =
    Fr::from_ark(MontFp!("10538216027419913765597387738085647348651103543680388181336823392401502757423"));
/// First field of the log that updates an instance to another class.
pub const CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE: Fr =
    Fr::from_ark(MontFp!("20721543224513346060908370400407150739273836456436647488068002302723900469047"));
/// Capsule slot from which the class registry reads the bytecode to publish.
pub const CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT: Fr =
    Fr::from_ark(MontFp!("14193106819744442689484501689686180698286338820089744102289275815863062044599"));
/// Address under which padding side effects are emitted.
pub const SIDE_EFFECT_MASKING_ADDRESS: Fr =
    Fr::from_ark(MontFp!("19523154334483583633304358390644137470227519736821975910774528428729027989987"));

/// Field constants, by their official name.
pub const ALL_FIELDS: &[(&str, Fr)] = &[
    ("GENESIS_BLOCK_HEADER_HASH", GENESIS_BLOCK_HEADER_HASH),
    ("GENESIS_ARCHIVE_ROOT", GENESIS_ARCHIVE_ROOT),
    ("EMPTY_EPOCH_OUT_HASH", EMPTY_EPOCH_OUT_HASH),
    ("CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE", CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE),
    ("CONTRACT_INSTANCE_PUBLISHED_MAGIC_VALUE", CONTRACT_INSTANCE_PUBLISHED_MAGIC_VALUE),
    ("CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE", CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE),
    ("CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT", CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT),
    ("SIDE_EFFECT_MASKING_ADDRESS", SIDE_EFFECT_MASKING_ADDRESS),
];
