//! Messages between L1 and L2.

mod l1_to_l2;

pub use l1_to_l2::{
    InboxLeaf, L1Actor, L1ToL2Message, L1ToL2MessageHash, L2Actor, fee_juice_claim_content, message_nullifier,
};
