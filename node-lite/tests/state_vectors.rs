//! Chains recorded from the official world state, replayed: every root, path and look-up must be the same.
//!
//! The data is made by `tests/state/generate/world.mjs`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod common;

use common::{bytes, field, fields, lines};
use node_lite::state::{Fork, Genesis, View};
use node_lite::store::{ChainStore, StoreError};
use protocol::block::{BlockHeader, BlockNumber, L2Block};
use protocol::codec::{Decode, Encode};
use protocol::field::Fr;
use protocol::merkle::{IndexedLeaf, Insertion, LeafIndex, LeafWitness, PublicDataLeaf, SiblingPath};
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::lookup::MerkleTreeId;
use serde_json::Value;

fn path(value: &Value) -> SiblingPath {
    let nodes = bytes(value);
    SiblingPath::new(nodes.chunks(32).map(|node| Fr::from_be_bytes(node.try_into().unwrap()).unwrap()).collect())
}

fn tree(value: &Value) -> MerkleTreeId {
    MerkleTreeId::try_from(value.as_u64().unwrap() as u8).unwrap()
}

fn index(value: &Value) -> LeafIndex {
    LeafIndex(value.as_str().unwrap().parse().unwrap())
}

fn block_number(value: &Value) -> BlockNumber {
    BlockNumber(value.as_u64().unwrap() as u32)
}

fn roots(value: &Value) -> Vec<(Fr, u32)> {
    let one = |one: &Value| (field(&one[0]), one[1].as_u64().unwrap() as u32);
    value.as_array().unwrap().iter().map(one).collect()
}

fn roots_of_view(view: &View) -> Vec<(Fr, u32)> {
    let tree = |tree| view.tree(tree);
    MerkleTreeId::ALL.map(tree).iter().map(|state| (state.root, state.next_available_leaf_index)).collect()
}

fn roots_of_fork(fork: &mut Fork) -> Vec<(Fr, u32)> {
    let mut tree = |tree| fork.tree(tree).unwrap();
    MerkleTreeId::ALL.map(&mut tree).iter().map(|state| (state.root, state.next_available_leaf_index)).collect()
}

fn writes(value: &Value) -> Vec<PublicDataLeaf> {
    let one = |one: &Value| PublicDataLeaf { slot: field(&one[0]), value: field(&one[1]) };
    value.as_array().unwrap().iter().map(one).collect()
}

fn check_witnesses<L: IndexedLeaf + std::fmt::Debug>(found: &[Insertion<L>], expected: &Value) {
    let check = |found: &LeafWitness<L>, expected: &Value| {
        assert_eq!(found.index, index(&expected[0]));
        assert_eq!(found.leaf_preimage.to_buffer(), bytes(&expected[1]));
        assert_eq!(found.sibling_path, path(&expected[2]));
    };
    assert_eq!(expected[0].as_array().unwrap().len(), found.len());
    for (at, found) in found.iter().enumerate() {
        check(&found.low_leaf, &expected[0][at]);
        // Of a leaf that was updated in place the official store gives zeros here.
        if let Some(new) = &found.new_leaf {
            check(new, &expected[1][at]);
        }
    }
}

fn messages(step: &Value) -> Vec<L1ToL2MessageHash> {
    fields(&step["messages"]).into_iter().map(Into::into).collect()
}

fn ask(store: &ChainStore, step: &Value) {
    let view = store.snapshot().unwrap().state_at(block_number(&step["block"])).unwrap();
    assert_eq!(roots_of_view(&view), roots(&step["trees"]));
    for find in step["find"].as_array().unwrap() {
        let (tree, value) = (tree(&find[0]), field(&find[1]));
        let found = view.find(tree, value).unwrap();
        assert_eq!(found, find[2].is_string().then(|| index(&find[2])), "{tree:?} {value}");
        if let Some(found) = found {
            let block = view.block_of_leaf(tree, found).unwrap();
            assert_eq!(block, find[3].is_u64().then(|| block_number(&find[3])), "{tree:?} {found}");
        }
    }
    for leaf in step["leaves"].as_array().unwrap() {
        let (tree, index) = (tree(&leaf[0]), index(&leaf[1]));
        let found = view.sibling_path(tree, index).unwrap();
        assert_eq!(found, path(&leaf[2]), "{tree:?} {index}");
        let hash = view.leaf(tree, index).unwrap().unwrap();
        assert_eq!(found.root::<protocol::merkle::Poseidon2>(hash, index), view.tree(tree).root, "{tree:?} {index}");
    }
    for low in step["low"].as_array().unwrap() {
        let key = field(&low[1]);
        let (index, present, preimage, path) =
            (index(&low[2]), low[3].as_bool().unwrap(), bytes(&low[4]), path(&low[5]));
        match tree(&low[0]) {
            MerkleTreeId::NullifierTree => {
                assert_eq!(view.low_nullifier(key).unwrap().already_present, present);
                let found = view.nullifier_witness(key).unwrap();
                assert_eq!((found.index, found.leaf_preimage.to_buffer(), found.sibling_path), (index, preimage, path));
            }
            _ => {
                let low = view.low_public_data(key).unwrap();
                assert_eq!(low.already_present, present);
                let value = if present { low.preimage.leaf.value } else { Fr::ZERO };
                assert_eq!(view.public_value(key).unwrap(), value);
                let found = view.public_data_witness(key).unwrap();
                assert_eq!((found.index, found.leaf_preimage.to_buffer(), found.sibling_path), (index, preimage, path));
            }
        }
    }
}

fn fork(store: &ChainStore, step: &Value) {
    let mut fork = store.snapshot().unwrap().fork_at(block_number(&step["block"])).unwrap();
    for step in step["steps"].as_array().unwrap() {
        match step[0].as_str().unwrap() {
            "notes" => drop(fork.append_note_hashes(&fields(&step[1])).unwrap()),
            "nullifiers" => {
                check_witnesses(&fork.insert_nullifiers_with_witnesses(&fields(&step[1])).unwrap(), &step[2]);
            }
            "writes" => {
                check_witnesses(&fork.write_public_data_with_witnesses(&writes(&step[1])).unwrap(), &step[2]);
            }
            "checkpoint" => drop(fork.checkpoint()),
            "commit" => fork.commit(),
            "revert" => {
                fork.revert();
                assert_eq!(roots_of_fork(&mut fork), roots(&step[1]));
            }
            "look" => assert_eq!(roots_of_fork(&mut fork), roots(&step[1])),
            other => panic!("unknown step {other}"),
        }
    }
}

/// Replays one chain; returns how many steps it has.
fn replay(name: &str, open: impl Fn(&Genesis) -> ChainStore) -> usize {
    let steps = lines(name);
    let genesis = Genesis { public_data: writes(&steps[0]["prefilled"]), ..Genesis::default() };
    let mut store = open(&genesis);
    for (number, step) in steps.iter().enumerate() {
        let check_roots = |store: &ChainStore| {
            let view = store.snapshot().unwrap().latest_state().unwrap();
            assert_eq!(roots_of_view(&view), roots(&step["trees"]), "{name} step {number}");
        };
        match step["op"].as_str().unwrap() {
            "genesis" => {
                let header = BlockHeader::from_buffer(&bytes(&step["header"])).unwrap();
                assert_eq!(store.snapshot().unwrap().genesis_header().unwrap(), header);
                check_roots(&store);
            }
            "block" => {
                let block = L2Block::from_buffer(&bytes(&step["block"])).unwrap();
                let mut fork = store.snapshot().unwrap().fork().unwrap();
                fork.apply_block(&block, &messages(step)).unwrap();
                store.write(|batch| batch.append_block(&block, &mut fork)).unwrap();
                check_roots(&store);
                if number % 16 == 0 {
                    drop((fork, store));
                    store = open(&genesis);
                    check_roots(&store);
                }
            }
            "refused" => {
                let block = L2Block::from_buffer(&bytes(&step["block"])).unwrap();
                let mut fork = store.snapshot().unwrap().fork().unwrap();
                let before = roots_of_fork(&mut fork);
                let refused = fork.apply_block(&block, &messages(step)).unwrap_err();
                assert!(matches!(refused, StoreError::StateMismatch { tree: MerkleTreeId::NullifierTree, .. }));
                assert_eq!(roots_of_fork(&mut fork), before);
            }
            "unwind" => {
                store.write(|batch| batch.unwind(block_number(&step["to"]))).unwrap();
                check_roots(&store);
            }
            "keep" => {
                let count = step["count"].as_u64().unwrap() as u32;
                store.write(|batch| batch.keep_states(count)).unwrap();
                let (snapshot, oldest) = (store.snapshot().unwrap(), block_number(&step["oldest"]));
                assert_eq!(snapshot.oldest_state().unwrap(), oldest);
                let gone = snapshot.state_at(BlockNumber(oldest.0 - 1)).unwrap_err();
                assert!(matches!(gone, StoreError::PrunedBlock { .. }));
            }
            "ask" => ask(&store, step),
            "fork" => fork(&store, step),
            other => panic!("unknown step {other}"),
        }
    }
    steps.len()
}

fn replay_on_disk(name: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain.redb");
    replay(name, |genesis| ChainStore::open(&file, genesis).unwrap())
}

#[test]
fn a_chain_that_is_unwound() {
    assert!(replay_on_disk("unwinding") > 100);
}

#[test]
fn a_chain_that_forgets() {
    assert!(replay_on_disk("pruning") > 100);
}

#[test]
fn a_long_chain() {
    assert!(replay_on_disk("long") > 250);
}

/// The recorded local network: its genesis and its first block, which publishes contracts.
#[test]
fn the_first_block_of_a_live_network() {
    let funded = [
        "0x0a60414ee907527880b7a53d4dacdeb9ef768bb98d9d8d1e7200725c13763331",
        "0x00cedf87a800bd88274762d77ffd93e97bc881d1fc99570d62ba97953597914d",
        "0x1dd551228da3a56b5da5f5d73728e08d8114f59897c27136f1bcdd4c05028905",
        "0x099602ed42e355e5338ade3a9e314b3d15b6030b058a0c17c385f4a0f2d2b71a",
        "0x09a4df73aa47f82531a038d1d51abfc85b27665c4b7ca751e2d4fa9f19caffb2",
    ];
    let accounts = funded.map(|account| account.parse().unwrap());
    let store = ChainStore::in_memory(&Genesis::funding(&accounts, Genesis::DEFAULT_FUNDS)).unwrap();
    let replies = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/rpc/getBlock.jsonl"));
    let replies: Vec<Value> = replies.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let recorded = |case: &str| -> L2Block {
        let reply = replies.iter().find(|reply| reply["case"] == case).unwrap();
        serde_json::from_value(reply["response"]["result"].clone()).unwrap()
    };
    assert_eq!(store.snapshot().unwrap().block(BlockNumber(0)).unwrap(), Some(recorded("genesis")));
    let block = recorded("block 1");
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    fork.apply_block(&block, &[]).unwrap();
    store.write(|batch| batch.append_block(&block, &mut fork)).unwrap();
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.block(BlockNumber(1)).unwrap().as_ref(), Some(&block));
    for effect in &block.body.tx_effects {
        for write in &effect.public_data_writes {
            let witness = snapshot.latest_state().unwrap().public_data_witness(write.leaf_slot).unwrap();
            assert_eq!(witness.root(), block.header.state.partial.public_data_tree.root);
        }
    }
}
