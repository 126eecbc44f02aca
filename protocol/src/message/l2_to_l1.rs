//! Messages to L1: sent by contracts, gathered in a tree per epoch, consumed once the epoch is proven.
//!
//! The tree has four levels of trees: the messages of a transaction, the transactions of a block and the blocks of a
//! checkpoint, where those without messages are taken out, and the 32 places for checkpoints of an epoch.
//!
//! Protocol source: `@aztec/stdlib/src/messaging/{out_hash,l2_to_l1_membership}.ts`, `@aztec/stdlib/src/hash/hash.ts`.

use alloc::vec::Vec;

use thiserror::Error;

use crate::address::{AztecAddress, EthAddress};
use crate::constants::MAX_CHECKPOINTS_PER_EPOCH;
use crate::field::Fr;
use crate::hash::sha256_to_field;
use crate::merkle::{
    LeafIndex, Sha256Truncated, SiblingPath, UnbalancedPath, balanced_root, unbalanced_path, unbalanced_root,
    wonky_path, wonky_root,
};

/// Hash of a message from L2 to L1.
#[must_use]
pub fn l2_to_l1_message_hash(
    sender: AztecAddress,
    rollup_version: Fr,
    recipient: EthAddress,
    chain_id: Fr,
    content: Fr,
) -> Fr {
    sha256_to_field(&[
        &sender.to_field().to_be_bytes(),
        &rollup_version.to_be_bytes(),
        &recipient.to_bytes(),
        &chain_id.to_be_bytes(),
        &content.to_be_bytes(),
    ])
}

/// Out hash of a transaction with these message hashes; 0 without any.
#[must_use]
pub fn tx_out_hash(messages: &[Fr]) -> Fr {
    unbalanced_root::<Sha256Truncated>(messages)
}

/// Out hash of a block, given the message hashes of each transaction.
#[must_use]
pub fn block_out_hash(txs: &[Vec<Fr>]) -> Fr {
    wonky_root::<Sha256Truncated>(&tx_out_hashes(txs))
}

/// Out hash of a checkpoint, given the message hashes of each transaction of each block.
#[must_use]
pub fn checkpoint_out_hash(blocks: &[Vec<Vec<Fr>>]) -> Fr {
    wonky_root::<Sha256Truncated>(&block_out_hashes(blocks))
}

/// An epoch cannot have that many checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{found} checkpoints, an epoch has at most {MAX_CHECKPOINTS_PER_EPOCH}")]
pub struct TooManyCheckpoints {
    /// The checkpoints there are.
    pub found: usize,
}

/// Out hash of an epoch so far, given the out hashes of its checkpoints: what the header of the last of them holds.
pub fn epoch_out_hash(checkpoint_out_hashes: &[Fr]) -> Result<Fr, TooManyCheckpoints> {
    let leaves = epoch_leaves(checkpoint_out_hashes.to_vec())?;
    Ok(balanced_root::<Sha256Truncated>(&leaves).expect("32 is a power of two"))
}

fn epoch_leaves(mut checkpoint_out_hashes: Vec<Fr>) -> Result<Vec<Fr>, TooManyCheckpoints> {
    let found = checkpoint_out_hashes.len();
    if found > MAX_CHECKPOINTS_PER_EPOCH {
        return Err(TooManyCheckpoints { found });
    }
    checkpoint_out_hashes.resize(MAX_CHECKPOINTS_PER_EPOCH, Fr::ZERO);
    Ok(checkpoint_out_hashes)
}

fn tx_out_hashes(txs: &[Vec<Fr>]) -> Vec<Fr> {
    txs.iter().map(|messages| tx_out_hash(messages)).collect()
}

fn block_out_hashes(blocks: &[Vec<Vec<Fr>>]) -> Vec<Fr> {
    blocks.iter().map(|txs| block_out_hash(txs)).collect()
}

/// Where a transaction is in its epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpochPlace {
    /// Place of the checkpoint in the epoch.
    pub checkpoint: usize,
    /// Place of the block in the checkpoint.
    pub block: usize,
    /// Place of the transaction in the block.
    pub tx: usize,
}

/// That a message is in the tree of its epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L2ToL1MembershipWitness {
    /// Out hash of the epoch.
    pub root: Fr,
    /// Position of the message on its level.
    pub leaf_index: LeafIndex,
    /// The nodes beside the way from the message to the root.
    pub sibling_path: SiblingPath,
}

impl L2ToL1MembershipWitness {
    /// The number by which the outbox marks the message as consumed. It stays the same when the epoch grows.
    #[must_use]
    pub fn leaf_id(&self) -> u64 {
        (1 << self.sibling_path.nodes().len().min(63)) + self.leaf_index.0
    }

    /// Whether the witness is one of `message`.
    #[must_use]
    pub fn proves(&self, message: Fr) -> bool {
        self.sibling_path.root::<Sha256Truncated>(message, self.leaf_index) == self.root
    }
}

/// There is no witness of a message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum L2ToL1WitnessError {
    /// The epoch has no transaction there.
    #[error("the epoch has no transaction {} in block {} of checkpoint {}", .0.tx, .0.block, .0.checkpoint)]
    NoSuchTx(EpochPlace),
    /// The transaction did not send the message.
    #[error("the transaction did not send message {0}")]
    NotFound(Fr),
    /// The transaction sent the message more than once and was not told which to take.
    #[error("the transaction sent message {message} {times} times: say which is meant")]
    Ambiguous {
        /// The message.
        message: Fr,
        /// How often it was sent.
        times: usize,
    },
    /// The transaction sent another message at the given place.
    #[error("message {index} of the transaction is not {message}")]
    Mismatch {
        /// The message.
        message: Fr,
        /// The given place.
        index: usize,
    },
    /// The epoch has too many checkpoints.
    #[error(transparent)]
    TooManyCheckpoints(#[from] TooManyCheckpoints),
    /// The trees are larger than any real ones.
    #[error("the path to the message has {0} nodes")]
    TooDeep(usize),
}

/// The witness of a message, given all message hashes of the epoch by checkpoint, block and transaction. `index` says
/// which message of the transaction is meant; needed only when it sent equal ones.
pub fn l2_to_l1_witness(
    epoch: &[Vec<Vec<Vec<Fr>>>],
    place: EpochPlace,
    message: Fr,
    index: Option<usize>,
) -> Result<L2ToL1MembershipWitness, L2ToL1WitnessError> {
    let no_such_tx = || L2ToL1WitnessError::NoSuchTx(place);
    let blocks = epoch.get(place.checkpoint).ok_or_else(no_such_tx)?;
    let txs = blocks.get(place.block).ok_or_else(no_such_tx)?;
    let messages = txs.get(place.tx).ok_or_else(no_such_tx)?;
    let index = message_index(messages, message, index)?;

    let checkpoint_out_hashes = epoch.iter().map(|blocks| checkpoint_out_hash(blocks)).collect();
    let checkpoints = epoch_leaves(checkpoint_out_hashes)?;
    let paths = [
        unbalanced_path::<Sha256Truncated>(messages, index),
        wonky_path::<Sha256Truncated>(&tx_out_hashes(txs), place.tx),
        wonky_path::<Sha256Truncated>(&block_out_hashes(blocks), place.block),
        unbalanced_path::<Sha256Truncated>(&checkpoints, place.checkpoint),
    ];
    let root = unbalanced_root::<Sha256Truncated>(&checkpoints);
    let mut leaf_index = 0;
    let mut nodes = Vec::new();
    for path in paths {
        // A place without a path has out hash 0, which no message gives.
        let UnbalancedPath { index, siblings } = path.ok_or(L2ToL1WitnessError::NotFound(message))?;
        let depth = nodes.len() + siblings.nodes().len();
        if depth >= SiblingPath::MAX_LENGTH {
            return Err(L2ToL1WitnessError::TooDeep(depth));
        }
        leaf_index |= index.0 << nodes.len();
        nodes.extend(siblings.into_nodes());
    }
    Ok(L2ToL1MembershipWitness { root, leaf_index: LeafIndex(leaf_index), sibling_path: SiblingPath::new(nodes) })
}

fn message_index(messages: &[Fr], message: Fr, index: Option<usize>) -> Result<usize, L2ToL1WitnessError> {
    if let Some(index) = index {
        let found = messages.get(index) == Some(&message);
        return if found { Ok(index) } else { Err(L2ToL1WitnessError::Mismatch { message, index }) };
    }
    let first = messages.iter().position(|sent| *sent == message).ok_or(L2ToL1WitnessError::NotFound(message))?;
    match messages.iter().filter(|sent| **sent == message).count() {
        1 => Ok(first),
        times => Err(L2ToL1WitnessError::Ambiguous { message, times }),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::constants::EMPTY_EPOCH_OUT_HASH;

    fn field(text: &str) -> Fr {
        text.parse().expect("a field literal")
    }

    /// Three checkpoints: one with three blocks, one empty, one with a block of five transactions.
    fn epoch() -> Vec<Vec<Vec<Vec<Fr>>>> {
        let messages = |numbers: &[u8]| numbers.iter().map(|number| Fr::from(*number)).collect::<Vec<Fr>>();
        vec![
            vec![
                vec![messages(&[1]), vec![], messages(&[2, 3, 4])],
                vec![vec![]],
                vec![messages(&[5, 6]), messages(&[7])],
            ],
            vec![vec![vec![]]],
            vec![vec![vec![], messages(&[8, 9]), messages(&[10]), vec![], messages(&[11])]],
        ]
    }

    #[test]
    fn hashes() {
        assert_eq!(
            l2_to_l1_message_hash(
                AztecAddress::from_u64(5),
                Fr::from(3u8),
                EthAddress::from_bytes([0x11; 20]),
                Fr::from(31337u32),
                Fr::from(6u8),
            ),
            field("0x006193fece946d2ee05c0d89c3345fa6df7ced38d28cc86a1c8e35dd2d78971e")
        );
        let epoch = epoch();
        assert_eq!(
            tx_out_hash(&epoch[0][0][2]),
            field("0x002e8991f9fda64e8a082686cb14665bb9a03f0eff9504af238a866eb9fb9c3c")
        );
        assert_eq!(
            block_out_hash(&epoch[0][0]),
            field("0x0061e4f688df8c91b3be1911abc53e2bf1ab93910503e3ab83cadae02f36d6ea")
        );
        assert_eq!(
            checkpoint_out_hash(&epoch[0]),
            field("0x00b1d65fe367b087c6db8ef6883f8d345f14745acb2def5debbb212559ce8716")
        );
        let checkpoints: Vec<Fr> = epoch.iter().map(|blocks| checkpoint_out_hash(blocks)).collect();
        assert_eq!(
            epoch_out_hash(&checkpoints),
            Ok(field("0x003e8a45c20c2a589ac666b03a8cb238ff60d0645828e58656d623ba781b59c1"))
        );
        assert_eq!(epoch_out_hash(&[]), Ok(EMPTY_EPOCH_OUT_HASH));
        assert_eq!(epoch_out_hash(&[Fr::ZERO; 33]), Err(TooManyCheckpoints { found: 33 }));
    }

    #[test]
    fn witnesses_are_the_official_ones() {
        let epoch = epoch();
        // Checkpoint, block, transaction, message; leaf index and path length as the official package computes them.
        let cases = [
            ([0, 0, 0, 0], 0, 7),
            ([0, 0, 2, 0], 4, 9),
            ([0, 0, 2, 2], 3, 8),
            ([0, 2, 0, 1], 5, 8),
            ([0, 2, 1, 0], 3, 7),
            ([2, 0, 1, 1], 17, 8),
            ([2, 0, 4, 0], 5, 6),
            ([2, 0, 2, 0], 9, 7),
        ];
        for ([checkpoint, block, tx, index], leaf_index, length) in cases {
            let message = epoch[checkpoint][block][tx][index];
            let place = EpochPlace { checkpoint, block, tx };
            let witness = l2_to_l1_witness(&epoch, place, message, None).unwrap();
            assert_eq!((witness.leaf_index.0, witness.sibling_path.nodes().len()), (leaf_index, length), "{message}");
            assert_eq!(witness.leaf_id(), (1 << length) + leaf_index);
            assert!(witness.proves(message) && !witness.proves(message + Fr::ONE));
            assert_eq!(l2_to_l1_witness(&epoch, place, message, Some(index)), Ok(witness));
        }
    }

    #[test]
    fn what_has_no_witness() {
        let mut epoch = epoch();
        let place = EpochPlace { checkpoint: 0, block: 0, tx: 2 };
        let witness = |epoch: &[_], place, message: u8, index| l2_to_l1_witness(epoch, place, message.into(), index);
        let one = Fr::ONE;
        assert_eq!(witness(&epoch, place, 1, None), Err(L2ToL1WitnessError::NotFound(one)));
        let mismatch = L2ToL1WitnessError::Mismatch { message: one, index: 9 };
        assert_eq!(witness(&epoch, place, 1, Some(9)), Err(mismatch));
        let nowhere = EpochPlace { checkpoint: 0, block: 7, tx: 0 };
        assert_eq!(witness(&epoch, nowhere, 1, None), Err(L2ToL1WitnessError::NoSuchTx(nowhere)));
        epoch[0][0][2].extend([one, one]);
        let ambiguous = L2ToL1WitnessError::Ambiguous { message: one, times: 2 };
        assert_eq!(witness(&epoch, place, 1, None), Err(ambiguous));
        assert!(witness(&epoch, place, 1, Some(4)).is_ok());
        epoch.resize(33, vec![]);
        assert!(matches!(witness(&epoch, place, 2, None), Err(L2ToL1WitnessError::TooManyCheckpoints(_))));
    }
}
