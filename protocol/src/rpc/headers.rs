//! HTTP headers by which a node says what it is; a client compares those it has an expectation of.
//!
//! Protocol source: `@aztec/stdlib/src/versioning/versioning.ts`,
//! `@aztec/foundation/src/json-rpc/server/api_key_auth.ts`.

/// Id of the L1 chain, in decimal.
pub const L1_CHAIN_ID: &str = "x-aztec-l1ChainId";
/// Address of the rollup on L1.
pub const L1_ROLLUP_ADDRESS: &str = "x-aztec-l1RollupAddress";
/// Version of the rollup, in decimal.
pub const ROLLUP_VERSION: &str = "x-aztec-rollupVersion";
/// Root of the tree of verification keys.
pub const VK_TREE_ROOT: &str = "x-aztec-l2CircuitsVkTreeRoot";
/// Hash of the protocol contracts.
pub const PROTOCOL_CONTRACTS_HASH: &str = "x-aztec-l2ProtocolContractsHash";
/// Version of the node's software.
pub const PACKAGE_VERSION: &str = "x-aztec-packageVersion";
/// Every header of a reply.
pub const ALL: [&str; 6] =
    [L1_CHAIN_ID, L1_ROLLUP_ADDRESS, ROLLUP_VERSION, VK_TREE_ROOT, PROTOCOL_CONTRACTS_HASH, PACKAGE_VERSION];

/// Header of a request that carries the key of the admin port.
pub const API_KEY: &str = "x-api-key";
