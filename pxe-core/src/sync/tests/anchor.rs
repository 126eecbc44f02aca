//! The anchor follows the chain, and goes back with it.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::block::{BlockId, BlockNumber};
use protocol::field::Fr;
use protocol::note::Note;
use serde_json::Value;

use crate::node::NodeError;
use crate::node::testing::{Chain, TestNode, effect};
use crate::scopes::Scopes;
use crate::store::notes::{NoteFilter, NoteStatus, StoredNote};
use crate::store::{Job, MemoryStore, notes, sync};
use crate::sync::SyncError;
use crate::sync::anchor::{Advance, Move, SyncTip, advance};

/// A client that keeps what it learns.
struct Client {
    node: TestNode,
    store: MemoryStore,
}

impl Client {
    fn new(blocks: u32) -> Self {
        let mut chain = Chain::new();
        (0..blocks).for_each(|number| chain.add_block(alloc::vec![effect(number)]));
        Self { node: TestNode::new(chain), store: MemoryStore::default() }
    }

    async fn job(&self) -> Job {
        Job::begin(&self.store).await.unwrap()
    }

    async fn try_advance(&self, tip: SyncTip) -> Result<Advance, SyncError> {
        let mut job = self.job().await;
        let advance = advance(&mut job, &self.node.client(), tip).await?;
        job.commit(&self.store).await.unwrap();
        Ok(advance)
    }

    async fn advance(&self) -> Move {
        let advance = self.try_advance(SyncTip::Proposed).await.unwrap();
        let (newest, finalized) = self.node.newest();
        assert_eq!((advance.anchor.header, advance.anchor.finalized), (newest, finalized));
        assert_eq!(sync::anchor(&self.job().await).await.unwrap(), Some(advance.anchor.header));
        advance.moved
    }

    fn add_blocks(&self, count: u32) {
        let first = self.node.chain().tip() + 1000;
        (first..first + count).for_each(|number| self.node.chain().add_block(alloc::vec![effect(number)]));
    }

    fn bodies(&self) -> usize {
        self.node.take_asked().len()
    }

    /// A note of a block, spent in another one.
    async fn add_note(&self, number: u32, spent: Option<u32>) {
        let mut job = self.job().await;
        let note = StoredNote {
            note: Note::default(),
            contract: AztecAddress::ZERO,
            owner: AztecAddress::ZERO,
            storage_slot: Fr::ZERO,
            randomness: Fr::ZERO,
            note_nonce: Fr::ZERO,
            note_hash: Fr::ZERO,
            siloed_nullifier: number.into(),
            tx_hash: effect(number).tx_hash,
            block: BlockId { number: BlockNumber(number), hash: Fr::from(number).into() },
            tx_index: 0,
            note_index: 0,
        };
        notes::add(&mut job, &note, AztecAddress::ZERO).await.unwrap();
        if let Some(block) = spent {
            notes::nullify(&mut job, note.contract, note.siloed_nullifier, BlockNumber(block)).await.unwrap();
        }
        job.commit(&self.store).await.unwrap();
    }

    /// The blocks of the notes that can be spent.
    async fn notes(&self) -> Vec<u32> {
        let filter = NoteFilter {
            contract: AztecAddress::ZERO,
            owner: None,
            storage_slot: None,
            status: NoteStatus::Active,
            scopes: Scopes::All,
        };
        let notes = notes::find(&self.job().await, &filter).await.unwrap();
        notes.iter().map(|note| note.block.number.0).collect()
    }
}

#[test]
fn one_round_trip_to_the_newest_block() {
    block_on(async {
        let client = Client::new(3);
        assert_eq!(client.advance().await, Move::Forward { from: None });
        assert_eq!(client.bodies(), 1);
        assert_eq!(client.advance().await, Move::None);
        assert_eq!(client.bodies(), 1);
        client.add_blocks(7);
        assert_eq!(client.advance().await, Move::Forward { from: Some(BlockNumber(3)) });
        assert_eq!(client.bodies(), 1);
    });
}

#[test]
fn a_chain_without_blocks_has_an_anchor_too() {
    block_on(async {
        let client = Client::new(0);
        // Nodes name block 0 by the hash it has without prefilled state.
        let other = |value: &mut Value| value["proposed"]["hash"] = Fr::from(5u32).to_string().into();
        client.node.lie("node_getL2Tips", other);
        assert_eq!(client.advance().await, Move::Forward { from: None });
        assert_eq!(client.advance().await, Move::None);
        client.node.be_honest();
        client.add_blocks(1);
        assert_eq!(client.advance().await, Move::Forward { from: Some(BlockNumber(0)) });
    });
}

#[test]
fn other_tips_are_followed() {
    block_on(async {
        let client = Client::new(9);
        (client.node.chain().checkpointed, client.node.chain().proven, client.node.chain().finalized) = (7, 5, 3);
        for (tip, number) in [(SyncTip::Finalized, 3), (SyncTip::Proven, 5), (SyncTip::Checkpointed, 7)] {
            let advance = client.try_advance(tip).await.unwrap();
            assert_eq!(advance.anchor.header, client.node.chain().header(number));
            assert_eq!(client.bodies(), 2);
            assert_eq!(client.try_advance(tip).await.unwrap().moved, Move::None);
            assert_eq!(client.bodies(), 1);
        }
    });
}

#[test]
fn what_was_taken_back_is_undone() {
    block_on(async {
        let client = Client::new(4);
        client.advance().await;
        client.add_blocks(2);
        client.advance().await;
        client.add_blocks(2);
        client.advance().await;
        for (block, spent) in [(1, None), (2, Some(5)), (3, Some(8)), (6, None), (7, None)] {
            client.add_note(block, spent).await;
        }
        assert_eq!(client.notes().await, [1, 6, 7]);
        client.node.chain().take_back(6);
        client.add_blocks(3);
        client.bodies();
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(8), to: BlockNumber(6) });
        assert_eq!(client.bodies(), 2);
        assert_eq!(client.notes().await, [1, 3, 6]);
        // Block 5 was never an anchor: everything after block 4 is looked for again.
        client.node.chain().take_back(5);
        client.add_blocks(3);
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(9), to: BlockNumber(4) });
        assert_eq!(client.notes().await, [1, 2, 3]);
        // A node that is behind, and one that goes on.
        client.node.chain().take_back(4);
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(8), to: BlockNumber(4) });
        assert_eq!(client.advance().await, Move::None);
        client.add_blocks(1);
        assert_eq!(client.advance().await, Move::Forward { from: Some(BlockNumber(4)) });
    });
}

#[test]
fn what_is_final_is_not_undone() {
    block_on(async {
        let client = Client::new(4);
        client.node.chain().finalized = 2;
        client.node.chain().proven = 2;
        client.node.chain().checkpointed = 2;
        client.advance().await;
        client.add_note(2, None).await;
        client.add_note(3, None).await;
        client.node.chain().take_back(2);
        client.add_blocks(4);
        // Block 2 was never an anchor, but it was final.
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(4), to: BlockNumber(2) });
        assert_eq!(client.notes().await, [2]);
    });
}

#[test]
fn a_chain_without_a_final_block_is_another_one() {
    block_on(async {
        let client = Client::new(4);
        client.node.chain().finalize_all();
        client.advance().await;
        client.add_note(3, None).await;
        client.node.chain().take_back(2);
        client.node.chain().finalized = 2;
        client.add_blocks(4);
        let error = client.try_advance(SyncTip::Proposed).await.unwrap_err();
        assert!(matches!(error, SyncError::OtherChain { number: BlockNumber(4) }), "{error}");
        assert!(error.hint().is_some());
        assert_eq!(client.notes().await, [3]);
    });
}

#[test]
fn old_anchors_are_forgotten_when_they_are_final() {
    block_on(async {
        let client = Client::new(1);
        for round in 1..200 {
            client.advance().await;
            client.add_blocks(1);
            if round == 150 {
                let mut chain = client.node.chain();
                (chain.checkpointed, chain.proven, chain.finalized) = (148, 148, 148);
            }
        }
        client.advance().await;
        let kept = sync::blocks(&client.job().await).await.unwrap();
        assert_eq!(kept.iter().map(|id| id.number.0).collect::<Vec<_>>(), (148..=200).rev().collect::<Vec<_>>());
        // All of them are looked for in one go.
        client.node.chain().take_back(149);
        client.add_blocks(60);
        client.bodies();
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(200), to: BlockNumber(149) });
        assert_eq!(client.bodies(), 2);
    });
}

#[test]
fn a_chain_that_moves_at_every_look_is_followed() {
    block_on(async {
        let client = Client::new(6);
        client.advance().await;
        client.add_blocks(3);
        let hashes: Vec<_> = (7..=8).map(|number| client.node.chain().header(number).hash().to_string()).collect();
        let looks = AtomicUsize::new(0);
        client.node.lie("node_getL2Tips", move |value| {
            let look = looks.fetch_add(1, Ordering::SeqCst).min(1);
            value["proposed"] = serde_json::json!({ "number": 7 + look, "hash": hashes[look] });
        });
        let advance = client.try_advance(SyncTip::Proposed).await.unwrap();
        assert_eq!(advance.moved, Move::Forward { from: Some(BlockNumber(6)) });
        assert_eq!(advance.anchor.header.number(), BlockNumber(7));
    });
}

#[test]
fn lies_move_nothing() {
    block_on(async {
        let client = Client::new(6);
        client.advance().await;
        client.add_blocks(1);
        let other_field = || Value::from(Fr::from(0xbadu32).to_string());
        let put = |method: &'static str, path: &'static str, new: Value| {
            client.node.be_honest();
            client.node.lie(method, move |value| *value.pointer_mut(path).unwrap() = new.clone());
        };
        let fails = async |what: &str| {
            let error = client.try_advance(SyncTip::Proposed).await.expect_err(what);
            assert!(matches!(error, SyncError::Node(NodeError::False { .. }) | SyncError::Restless), "{what}: {error}");
            assert_eq!(sync::anchor(&client.job().await).await.unwrap().unwrap().number(), BlockNumber(6));
        };
        put("node_getL2Tips", "/finalized/block/number", 8.into());
        fails("a final block after the newest").await;
        put("node_getL2Tips", "/proposed/hash", other_field());
        client.node.lie("node_getBlockHeader", |value| *value = Value::Null);
        fails("a block that does not exist").await;
        put("node_getBlockHeader", "/totalFees", other_field());
        fails("a header with another hash").await;
        client.node.be_honest();
        let version = |value: &mut Value| value["globalVariables"]["version"] = Fr::from(7u32).to_string().into();
        client.node.lie("node_getBlockHeader", version);
        let mut header = client.node.chain().header(7);
        header.global_variables.version = Fr::from(7u32);
        let hash = header.hash();
        client.node.lie("node_getL2Tips", move |value| value["proposed"]["hash"] = hash.to_string().into());
        fails("a block of another rollup").await;
        // A node that denies a block can only make it look for it again.
        client.node.be_honest();
        client.node.lie("node_getBlockHashMembershipWitness", |value| *value = Value::Null);
        assert_eq!(client.advance().await, Move::Back { from: BlockNumber(6), to: BlockNumber(0) });
    });
}

#[test]
fn a_block_that_comes_in_between_is_looked_at_again() {
    block_on(async {
        let client = Client::new(2);
        let hurried = client.node.clone();
        let tip = client.node.chain().header(2);
        // The tips are still those before the newest block.
        client.add_blocks(1);
        client.node.lie("node_getL2Tips", move |value| {
            value["proposed"] = serde_json::json!({"number": 2, "hash": tip.hash()});
        });
        let advance = client.try_advance(SyncTip::Proposed).await.unwrap();
        assert_eq!((advance.anchor.header, hurried.take_asked().len()), (tip, 2));
    });
}
