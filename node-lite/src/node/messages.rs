//! Messages from L1 and to it, on the built-in L1.

use protocol::address::{AztecAddress, EthAddress};
use protocol::block::{CheckpointNumber, EpochNumber};
use protocol::constants::EMPTY_EPOCH_OUT_HASH;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::merkle::{LeafIndex, SiblingPath};
use protocol::message::{InboxLeaf, L1Actor, L1ToL2Message, L2Actor, L2ToL1MembershipWitness, fee_juice_claim_content};
use sha3::{Digest, Keccak256};

use super::produce::Contents;
use super::{Node, NodeError, Result};
use crate::archive::InboxMessage;
use crate::config::Mining;
use crate::l1::outbox::OutboxError;
use crate::store::Snapshot;

/// Checkpoints between the tip when a message is sent and the one that brings it in.
const INBOX_LAG: u32 = 2;

/// Where the next message goes.
///
/// Protocol source: `l1-contracts/src/core/messagebridge/Inbox.sol`.
fn next_index(snapshot: &Snapshot) -> Result<u64> {
    let in_progress = CheckpointNumber(snapshot.latest_checkpoint()?.0 + INBOX_LAG);
    let first = InboxLeaf::indexes_of(in_progress).start;
    // The inbox is not rewound when checkpoints are taken back.
    Ok(snapshot.last_message()?.map_or(first, |last| first.max(last.message.index + 1)))
}

impl Node {
    /// Sends a message from an L1 account to a contract. With automatic mining, blocks are made until it is there.
    pub fn send_message(
        &self,
        sender: EthAddress,
        recipient: AztecAddress,
        content: Fr,
        secret_hash: Fr,
    ) -> Result<(L1ToL2Message, InboxLeaf)> {
        let mut producer = self.producer();
        let snapshot = self.chain().store.snapshot()?;
        let index = next_index(&snapshot)?;
        let network = &self.config.network;
        let chain_id = u32::try_from(network.l1_chain_id.0).map_err(|_| NodeError::ChainId(network.l1_chain_id))?;
        let message = L1ToL2Message {
            sender: L1Actor { sender, chain_id },
            recipient: L2Actor { recipient, version: network.rollup_version.0 },
            content,
            secret_hash,
            index: index.into(),
        };
        let leaf = InboxLeaf { index, leaf: message.hash() };
        let mut rolling = snapshot.last_message()?.map_or([0; 16], |last| last.rolling_hash).to_vec();
        rolling.extend(leaf.leaf.to_field().to_be_bytes());
        let l1 = self.chain().l1.block_at(self.time());
        let mut rolling_hash = [0; 16];
        rolling_hash.copy_from_slice(&Keccak256::digest(&rolling)[..16]);
        let entry = InboxMessage {
            message: leaf,
            l1_block_number: l1.block_number,
            l1_block_hash: l1.block_hash,
            rolling_hash,
        };
        self.chain().store.write(|batch| batch.add_messages(&[entry]))?;
        if self.mining() == Mining::Auto {
            let checkpoint = leaf.checkpoint().expect("its index is that of a checkpoint");
            while self.chain().store.snapshot()?.latest_checkpoint()? < checkpoint {
                self.produce(&mut producer, Contents::PendingOrNone)?;
            }
        }
        Ok((message, leaf))
    }

    /// Deposits fee juice on L1 for an account, to be claimed with the secret.
    ///
    /// Protocol source: `l1-contracts/src/core/messagebridge/FeeJuicePortal.sol`; the inbox names the portal by the
    /// address of the contract it belongs to.
    pub fn deposit_fee_juice(
        &self,
        to: AztecAddress,
        amount: u128,
        secret_hash: Fr,
    ) -> Result<(L1ToL2Message, InboxLeaf)> {
        let contract = ProtocolContract::FeeJuice.address();
        let portal = EthAddress::from_field(contract.to_field()).expect("the contract's address is small");
        self.send_message(portal, contract, fee_juice_claim_content(to, amount), secret_hash)
    }

    /// Consumes a message to L1, as the L1 contract it is for would: once, when its epoch is proven.
    ///
    /// `index` and `path` are its witness in the tree of the epoch.
    pub fn consume_message(&self, message: Fr, epoch: EpochNumber, index: LeafIndex, path: SiblingPath) -> Result<()> {
        let _producer = self.producer();
        let snapshot = self.snapshot()?;
        let root = self.outbox_root(&snapshot, epoch)?.ok_or(OutboxError::NoRoot { epoch })?;
        let witness = L2ToL1MembershipWitness { root, leaf_index: index, sibling_path: path };
        if !witness.proves(message) {
            return Err(OutboxError::NotThere { message, epoch, index, root }.into());
        }
        if snapshot.is_consumed(epoch, witness.leaf_id())? {
            return Err(OutboxError::Consumed { message, epoch }.into());
        }
        self.chain().store.write(|batch| batch.consume_message(epoch, witness.leaf_id(), message))?;
        Ok(())
    }

    /// Root of the messages to L1 of an epoch, once that is proven and if it has any.
    fn outbox_root(&self, snapshot: &Snapshot, epoch: EpochNumber) -> Result<Option<Fr>> {
        let checkpoints = snapshot.checkpoints_in_slots(self.chain().constants.slots_of(epoch))?;
        let proven = snapshot.tips()?.proven.checkpoint.number;
        let last = checkpoints.last().filter(|last| last.checkpoint_number <= proven);
        Ok(last.map(|last| last.header.epoch_out_hash).filter(|root| *root != EMPTY_EPOCH_OUT_HASH))
    }
}
