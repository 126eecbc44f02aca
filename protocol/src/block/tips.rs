//! How far the chain has come, by how sure it is.
//!
//! Protocol source: `@aztec/stdlib/src/block/l2_block_source.ts`.

use serde::{Deserialize, Serialize};

use super::{BlockHash, BlockNumber, CheckpointHash, CheckpointNumber};
use crate::constants::GENESIS_BLOCK_HEADER_HASH;

/// Names a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockId {
    /// Its number.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: BlockHash,
}

/// Names a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckpointId {
    /// Its number.
    pub number: CheckpointNumber,
    /// The hash of its header.
    pub hash: CheckpointHash,
}

/// A checkpoint and its last block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TipId {
    /// The block.
    pub block: BlockId,
    /// The checkpoint.
    pub checkpoint: CheckpointId,
}

/// The last block of each degree of certainty: finalized is at or before proven, that at or before checkpointed, that at
/// or before proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct L2Tips {
    /// Known to this node.
    pub proposed: BlockId,
    /// In an epoch whose proof L1 accepted.
    pub proven: TipId,
    /// Proven in an L1 block that is final.
    pub finalized: TipId,
    /// Published on L1.
    pub checkpointed: TipId,
}

impl TipId {
    /// Block 0. Its hash is that of a network without prefilled state, on every network.
    pub const GENESIS: Self = Self {
        block: BlockId { number: BlockNumber(0), hash: BlockHash::from_field(GENESIS_BLOCK_HEADER_HASH) },
        checkpoint: CheckpointId { number: CheckpointNumber(0), hash: CheckpointHash::GENESIS },
    };
}

impl L2Tips {
    /// The tips of a network without blocks.
    pub const GENESIS: Self = Self {
        proposed: TipId::GENESIS.block,
        checkpointed: TipId::GENESIS,
        proven: TipId::GENESIS,
        finalized: TipId::GENESIS,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genesis_json() {
        let block = r#"{"number":0,"hash":"0x2ff681dd7730c7b9e5650c70afa57ee81377792dfc95d98c11817b8c761ff965"}"#;
        let checkpoint = r#"{"number":0,"hash":"0x007802c95d2f1ade746d97350a18ddbfdb9f5bee2803436917a3cf3d6a685a3a"}"#;
        let tip = alloc::format!(r#"{{"block":{block},"checkpoint":{checkpoint}}}"#);
        let json = alloc::format!(r#"{{"proposed":{block},"proven":{tip},"finalized":{tip},"checkpointed":{tip}}}"#);
        assert_eq!(serde_json::to_string(&L2Tips::GENESIS).unwrap(), json);
        assert_eq!(crate::json::from_str::<L2Tips>(&json).unwrap(), L2Tips::GENESIS);
    }
}
