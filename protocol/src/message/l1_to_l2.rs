//! Messages from L1: sent to the inbox, brought in by a checkpoint, consumed by a contract.
//!
//! Protocol source: `@aztec/stdlib/src/messaging/{l1_to_l2_message,l1_actor,l2_actor,inbox_leaf}.ts`.

use core::ops::Range;

use crate::address::{AztecAddress, EthAddress};
use crate::block::CheckpointNumber;
use crate::codec::ToFields;
use crate::constants::{INITIAL_CHECKPOINT_NUMBER, NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP};
use crate::field::Fr;
use crate::hash::silo::silo_nullifier;
use crate::hash::{DomainSeparator, poseidon2_with_separator, sha256_to_field};

crate::field_newtype! {
    /// Hash of an L1 to L2 message: its leaf in the message tree.
    pub struct L1ToL2MessageHash;
}

wire_struct! {
    /// Who sends a message to L2: 24 bytes, 2 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct L1Actor {
        /// The account or contract.
        pub sender: EthAddress,
        /// The L1 chain it is on.
        pub chain_id: u32,
    }
}

wire_struct! {
    /// Who a message is for: 36 bytes, 2 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct L2Actor {
        /// The contract.
        pub recipient: AztecAddress,
        /// The version of the rollup it is on.
        pub version: u32,
    }
}

wire_struct! {
    /// A message from L1 to L2: 156 bytes, 7 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct L1ToL2Message {
        /// Who sends it.
        pub sender: L1Actor,
        /// Who may consume it.
        pub recipient: L2Actor,
        /// What it says: a hash the two ends agree on.
        pub content: Fr,
        /// Hash of the secret that consuming it takes.
        pub secret_hash: Fr,
        /// Its leaf index in the message tree.
        pub index: Fr,
    }
}

impl L1ToL2Message {
    /// The message's leaf: truncated SHA-256 of the seven fields.
    #[must_use]
    pub fn hash(&self) -> L1ToL2MessageHash {
        let words: [[u8; 32]; 7] = {
            let mut words = [[0; 32]; 7];
            for (word, field) in words.iter_mut().zip(self.to_fields()) {
                *word = field.to_be_bytes();
            }
            words
        };
        sha256_to_field(&[words.as_flattened()]).into()
    }
}

/// The nullifier by which `contract` consumes a message.
///
/// Protocol source: `computeL1ToL2MessageNullifier` in `@aztec/stdlib/src/hash/hash.ts`.
#[must_use]
pub fn message_nullifier(contract: AztecAddress, message: L1ToL2MessageHash, secret: Fr) -> Fr {
    silo_nullifier(contract, poseidon2_with_separator(&[message.to_field(), secret], DomainSeparator::MessageNullifier))
}

/// Content of the message by which the fee juice portal lets `to` claim `amount`: the hash of the call
/// `claim(bytes32,uint256)` as Ethereum encodes it.
///
/// Protocol source: `l1-contracts/src/core/messagebridge/FeeJuicePortal.sol`.
#[must_use]
pub fn fee_juice_claim_content(to: AztecAddress, amount: u128) -> Fr {
    const CLAIM_SELECTOR: [u8; 4] = [0x63, 0xf4, 0x49, 0x68];
    sha256_to_field(&[&CLAIM_SELECTOR, &to.to_field().to_be_bytes(), &Fr::from(amount).to_be_bytes()])
}

/// A message as the inbox reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InboxLeaf {
    /// Its leaf index in the message tree.
    pub index: u64,
    /// Its hash.
    pub leaf: L1ToL2MessageHash,
}

const MESSAGES_PER_CHECKPOINT: u64 = NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP as u64;

impl InboxLeaf {
    /// The leaf indexes of the messages that a checkpoint brings in; none before the first checkpoint.
    #[must_use]
    pub fn indexes_of(checkpoint: CheckpointNumber) -> Range<u64> {
        match u64::from(checkpoint.0).checked_sub(INITIAL_CHECKPOINT_NUMBER) {
            None => 0..0,
            Some(earlier) => earlier * MESSAGES_PER_CHECKPOINT..(earlier + 1) * MESSAGES_PER_CHECKPOINT,
        }
    }

    /// The checkpoint that brings the message in, if its number fits.
    #[must_use]
    pub fn checkpoint(&self) -> Option<CheckpointNumber> {
        u32::try_from(self.index / MESSAGES_PER_CHECKPOINT + INITIAL_CHECKPOINT_NUMBER).ok().map(CheckpointNumber)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Decode, Encode};

    fn field(text: &str) -> Fr {
        text.parse().expect("a field literal")
    }

    #[test]
    fn known_hashes() {
        let message = L1ToL2Message {
            sender: L1Actor { sender: EthAddress::from_bytes([0x11; 20]), chain_id: 31337 },
            recipient: L2Actor { recipient: AztecAddress::from_u64(5), version: 3 },
            content: Fr::from(6u8),
            secret_hash: Fr::from(7u8),
            index: Fr::from(1024u32),
        };
        let leaf = field("0x0027fbe59a831d7817546b9e0639613446db416178b4bcc7b03ab2e1eb2dd399");
        assert_eq!(message.hash().to_field(), leaf);
        assert_eq!(message.to_buffer().len(), 156);
        assert_eq!(L1ToL2Message::from_buffer(&message.to_buffer()), Ok(message));
        assert_eq!(
            message_nullifier(AztecAddress::from_u64(5), Fr::from(9u8).into(), Fr::from(10u8)),
            field("0x29b603526a225d1eda5a6470279a533aa2bb7156638c19552b1394b3c154f60c")
        );
        assert_eq!(
            fee_juice_claim_content(AztecAddress::from_u64(5), 1000),
            field("0x002b5f752704eacc3847288d6215c7dc99c2c3d01cb3000d336afddba88ae07d")
        );
    }

    #[test]
    fn indexes() {
        assert_eq!(InboxLeaf::indexes_of(CheckpointNumber(0)), 0..0);
        assert_eq!(InboxLeaf::indexes_of(CheckpointNumber(3)), 2048..3072);
        let checkpoint = |index| InboxLeaf { index, leaf: L1ToL2MessageHash::ZERO }.checkpoint();
        assert_eq!(checkpoint(2048), Some(CheckpointNumber(3)));
        assert_eq!(checkpoint(2047), Some(CheckpointNumber(2)));
        assert_eq!(checkpoint(u64::MAX), None);
    }
}
