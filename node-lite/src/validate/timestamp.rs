//! The transaction has not expired.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/timestamp_validator.ts`.

use protocol::block::{BlockNumber, GlobalVariables};
use protocol::tx::Tx;

use super::Refusal;

/// What is built on genesis, whose time is 0, expires before every block; it may be in block 1 and no later one.
const NEVER_EXPIRED: BlockNumber = BlockNumber(1);

pub(super) fn check(tx: &Tx, next: &GlobalVariables) -> Option<Refusal> {
    let expires = tx.data().expiration_timestamp;
    let expired = next.block_number != NEVER_EXPIRED && expires < next.timestamp;
    expired.then_some(Refusal::ExpirationTimestamp { expires, block: next.timestamp })
}
