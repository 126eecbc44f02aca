//! The transaction is not too large.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/size_validator.ts`.

use protocol::tx::Tx;

use super::Refusal;

pub(super) fn check(tx: &Tx) -> Option<Refusal> {
    let (size, max) = (tx.size(), Tx::MAX_SIZE);
    (size > max).then_some(Refusal::Size { size, max })
}
