//! The block a transaction is built on is in the chain.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/block_header_validator.ts`.

use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::Tx;

use super::Refusal;
use crate::state::Fork;
use crate::store::StoreError;

pub(super) fn check(tx: &Tx, fork: &Fork) -> Result<Option<Refusal>, StoreError> {
    let anchor = &tx.data().constants.anchor_block_header;
    let hash = anchor.hash();
    let found = fork.find(MerkleTreeId::Archive, hash.to_field())?;
    Ok(found.is_none().then(|| Refusal::BlockHeader { number: anchor.number(), hash }))
}
