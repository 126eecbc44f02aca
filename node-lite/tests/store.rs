//! Writers and readers of one store: who sees what, and what is refused.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod common;

use common::{block, effect, made_up};
use node_lite::avm::PublicState;
use node_lite::state::Genesis;
use node_lite::store::{ChainStore, StoreError};
use protocol::block::{BlockNumber, BlockParameter};
use protocol::field::Fr;
use protocol::merkle::{LeafIndex, PublicDataLeaf};
use protocol::rpc::lookup::MerkleTreeId;

fn store() -> ChainStore {
    ChainStore::in_memory(&Genesis::default()).unwrap()
}

fn add(store: &ChainStore, txs: u32) {
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let number = fork.base().0 + 1;
    let block = block(&mut fork, (0..txs).map(|tx| effect(number, tx)).collect());
    store.write(|batch| batch.append_block(&block, &mut fork)).unwrap();
}

#[test]
fn a_reader_sees_one_moment_only() {
    let store = store();
    add(&store, 2);
    add(&store, 1);
    let before = store.snapshot().unwrap();
    let mut fork = before.fork().unwrap();
    let root = fork.tree(MerkleTreeId::NullifierTree).unwrap();
    store.write(|batch| batch.unwind(BlockNumber(1))).unwrap();
    store.write(|batch| batch.keep_states(1)).unwrap();
    add(&store, 3);
    assert_eq!(before.latest_block().unwrap(), BlockNumber(2));
    let nullifier = made_up(2, 0, 3);
    let witness = fork.nullifier_witness(nullifier).unwrap();
    assert_eq!((witness.leaf_preimage.leaf.nullifier, witness.root()), (nullifier, root.root));
    assert_eq!(before.block_number(BlockParameter::Latest).unwrap(), Some(BlockNumber(2)));
    assert!(before.state_at(BlockNumber(0)).is_ok());
    assert!(matches!(
        store.snapshot().unwrap().state_at(BlockNumber(0)),
        Err(StoreError::PrunedBlock { oldest: BlockNumber(1), .. })
    ));
}

#[test]
fn a_failed_write_changes_nothing() {
    let store = store();
    add(&store, 1);
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let good = block(&mut fork, vec![effect(2, 0)]);
    let failed = store.write(|batch| {
        batch.append_block(&good, &mut fork)?;
        batch.unwind(BlockNumber(9))
    });
    assert!(matches!(failed, Err(StoreError::UnknownBlock { latest: BlockNumber(2), .. })));
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.latest_block().unwrap(), BlockNumber(1));
    assert!(snapshot.tx_effect(effect(2, 0).tx_hash).unwrap().is_none());
    // The fork is as it was: the same block can be tried again.
    store.write(|batch| batch.append_block(&good, &mut fork)).unwrap();
    assert_eq!(store.snapshot().unwrap().block(BlockNumber(2)).unwrap(), Some(good));
}

#[test]
fn forks_of_another_chain_are_refused() {
    let store = store();
    add(&store, 1);
    add(&store, 1);
    let mut stale = store.snapshot().unwrap().fork().unwrap();
    let on_stale = block(&mut stale, vec![]);
    store.write(|batch| batch.unwind(BlockNumber(1))).unwrap();
    add(&store, 2);
    let refused = store.write(|batch| batch.append_block(&on_stale, &mut stale));
    assert!(matches!(refused, Err(StoreError::StaleFork { base: BlockNumber(2), .. })));

    let mut old = store.snapshot().unwrap().fork_at(BlockNumber(1)).unwrap();
    let on_old = block(&mut old, vec![]);
    let refused = store.write(|batch| batch.append_block(&on_old, &mut old));
    assert!(matches!(refused, Err(StoreError::NotNext { found: BlockNumber(2), latest: BlockNumber(2) })));

    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let mut wrong = block(&mut fork, vec![]);
    wrong.index_within_checkpoint = 1.into();
    let refused = store.write(|batch| batch.append_block(&wrong, &mut fork));
    assert!(matches!(refused, Err(StoreError::NotNextInCheckpoint { .. })));
    fork.write_public_data(&[PublicDataLeaf { slot: 1000u32.into(), value: Fr::ONE }]).unwrap();
    let refused = store.write(|batch| batch.append_block(&wrong, &mut fork));
    assert!(matches!(refused, Err(StoreError::StateMismatch { tree: MerkleTreeId::PublicDataTree, .. })));
    assert_eq!(store.snapshot().unwrap().latest_block().unwrap(), BlockNumber(2));
}

#[test]
fn a_fork_is_what_public_execution_reads() {
    let store = store();
    add(&store, 2);
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let (slot, nullifier) = (made_up(1, 0, 6), made_up(1, 1, 4));
    assert_eq!(PublicState::public_data(&fork, slot).unwrap(), made_up(1, 0, 7));
    assert!(fork.nullifier_exists(nullifier).unwrap());
    assert_eq!(
        (fork.note_hash_count().unwrap(), fork.note_hash(LeafIndex(64)).unwrap()),
        (128, Some(made_up(1, 1, 1)))
    );
    assert_eq!(fork.l1_to_l2_message(LeafIndex(0)).unwrap(), Some(made_up(1, 0, 100)));
    assert_eq!(fork.l1_to_l2_message(LeafIndex(1024)).unwrap(), None);

    let depth = fork.checkpoint();
    fork.checkpoint();
    fork.write_public_data(&[PublicDataLeaf { slot, value: Fr::ONE }]).unwrap();
    fork.insert_nullifiers(&[made_up(9, 9, 9)]).unwrap();
    assert!(fork.insert_nullifiers(&[made_up(9, 9, 8), nullifier]).is_err());
    fork.append_note_hashes(&[Fr::ONE]).unwrap();
    assert_eq!(fork.note_hash(LeafIndex(128)).unwrap(), Some(Fr::ONE));
    assert_eq!(fork.public_value(slot).unwrap(), Fr::ONE);
    assert!(!fork.nullifier_exists(made_up(9, 9, 8)).unwrap());
    fork.pad_tx().unwrap();
    assert_eq!(fork.note_hash_count().unwrap(), 192);
    fork.revert_to(depth - 1);
    assert_eq!(fork.public_value(slot).unwrap(), made_up(1, 0, 7));
    assert!(!fork.nullifier_exists(made_up(9, 9, 9)).unwrap());
    assert_eq!(fork.state_reference().unwrap(), store.snapshot().unwrap().latest_state().unwrap().state_reference());
}

#[test]
fn readers_do_not_wait_for_a_writer() {
    let store = store();
    add(&store, 1);
    let snapshot = store.snapshot().unwrap();
    store
        .write(|batch| {
            batch.unwind(BlockNumber(0))?;
            std::thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let view = store.snapshot().unwrap().latest_state().unwrap();
                    (view.block(), view.nullifier_witness(made_up(1, 0, 3)).unwrap().root())
                });
                let root = snapshot.latest_state().unwrap().tree(MerkleTreeId::NullifierTree).root;
                assert_eq!(reader.join().unwrap(), (BlockNumber(1), root));
            });
            Ok(())
        })
        .unwrap();
    assert_eq!(store.snapshot().unwrap().latest_block().unwrap(), BlockNumber(0));
}
