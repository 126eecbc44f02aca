//! Messages between L1 and L2.

mod in_hash;
mod l1_to_l2;
mod l2_to_l1;

pub use in_hash::{TooManyMessages, in_hash};
pub use l1_to_l2::{
    InboxLeaf, L1Actor, L1ToL2Message, L1ToL2MessageHash, L2Actor, fee_juice_claim_content, message_nullifier,
};
pub use l2_to_l1::{
    EpochPlace, L2ToL1MembershipWitness, L2ToL1WitnessError, TooManyCheckpoints, block_out_hash, checkpoint_out_hash,
    epoch_out_hash, l2_to_l1_message_hash, l2_to_l1_witness, tx_out_hash,
};
