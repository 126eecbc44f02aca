//! A writer that is killed at any moment loses nothing it has acknowledged, and never leaves half of a write.
//!
//! `STATE_CRASH_ROUNDS` asks for more rounds than a quick run makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod common;

use std::io::{BufRead, BufReader, Write, stdout};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{block, effect, made_up};
use node_lite::state::Genesis;
use node_lite::store::{ChainStore, StoreError};
use protocol::block::BlockNumber;
use protocol::field::Fr;
use protocol::merkle::Poseidon2;
use protocol::rpc::lookup::MerkleTreeId;

const FILE: &str = "STATE_CRASH_FILE";
const KEPT: u32 = 12;

/// What the writer does to a chain whose latest block is `latest`: every seventh block it takes two back, but not the
/// same again and again.
fn unwinds(latest: u32, turn: u32) -> bool {
    latest % 7 == 6 && turn % 4 == 1
}

fn add_block(store: &ChainStore) -> u32 {
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let number = fork.base().0 + 1;
    let block = block(&mut fork, (0..number % 4).map(|tx| effect(number, tx)).collect());
    store
        .write(|batch| {
            batch.append_block(&block, &mut fork)?;
            batch.keep_states(KEPT)
        })
        .unwrap();
    number
}

/// The child: writes, and says so after each write, until it is killed.
#[test]
fn writes_until_it_is_killed() {
    let Ok(file) = std::env::var(FILE) else { return };
    let store = ChainStore::open(Path::new(&file), &Genesis::default()).unwrap();
    let say = |latest: u32| {
        println!("\nlatest {latest}");
        stdout().flush().unwrap();
    };
    say(store.snapshot().unwrap().latest_block().unwrap().0);
    for turn in 0.. {
        let latest = store.snapshot().unwrap().latest_block().unwrap().0;
        if unwinds(latest, turn) {
            store.write(|batch| batch.unwind(BlockNumber(latest - 2))).unwrap();
            say(latest - 2);
        } else {
            say(add_block(&store));
        }
    }
}

/// Starts the child, kills it after a while; returns the latest block it acknowledged, if it came to say one.
fn run_and_kill(file: &Path, after: Duration) -> Option<u32> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["writes_until_it_is_killed", "--exact", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let killer = std::thread::spawn(move || {
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap()
    });
    let mut acknowledged = None;
    for line in output.lines().map_while(Result::ok) {
        if let Some(latest) = line.strip_prefix("latest ") {
            acknowledged = latest.parse().ok().or(acknowledged);
        }
    }
    let status = killer.join().unwrap();
    assert!(!status.success(), "the writer ended by itself: {status}");
    acknowledged
}

/// Everything that is there fits together, and is what a chain without crashes has.
fn check(store: &ChainStore, expected: &[Fr]) {
    let snapshot = store.snapshot().unwrap();
    let (oldest, latest) = (snapshot.oldest_state().unwrap(), snapshot.latest_block().unwrap());
    assert!(snapshot.block(latest).unwrap().is_some());
    assert!(snapshot.block(BlockNumber(latest.0 + 1)).unwrap().is_none());
    for number in oldest.0.max(1)..=latest.0 {
        let view = snapshot.state_at(BlockNumber(number)).unwrap();
        assert_eq!(view.tree(MerkleTreeId::Archive).root, expected[number as usize]);
        let block = snapshot.block(BlockNumber(number)).unwrap().unwrap();
        assert_eq!(view.state_reference(), block.header.state);
        for effect in &block.body.tx_effects {
            let place = snapshot.tx_place(effect.tx_hash).unwrap().unwrap();
            assert_eq!(place.block.0, number);
            for nullifier in &effect.nullifiers {
                let witness = view.nullifier_witness(*nullifier).unwrap();
                assert_eq!(witness.leaf_preimage.leaf.nullifier, *nullifier);
                assert_eq!(witness.root(), block.header.state.partial.nullifier_tree.root);
            }
            for note_hash in &effect.note_hashes {
                let index = view.find(MerkleTreeId::NoteHashTree, *note_hash).unwrap().unwrap();
                let path = view.sibling_path(MerkleTreeId::NoteHashTree, index).unwrap();
                let root = block.header.state.partial.note_hash_tree.root;
                assert_eq!(path.root::<Poseidon2>(*note_hash, index), root);
            }
        }
    }
    let later = made_up(latest.0 + 1, 0, 3);
    assert!(!snapshot.latest_state().unwrap().low_nullifier(later).unwrap().already_present);
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if std::env::var(FILE).is_ok() {
        return;
    }
    let rounds: u32 = std::env::var("STATE_CRASH_ROUNDS").map_or(4, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain.redb");
    let perfect = ChainStore::in_memory(&Genesis::default()).unwrap();
    let root = |store: &ChainStore| store.snapshot().unwrap().latest_state().unwrap().tree(MerkleTreeId::Archive).root;
    let mut expected = vec![root(&perfect)];
    let (mut latest, mut furthest) = (0, 0);
    for round in 0..rounds {
        // Some children are killed while they open the database.
        let after = Duration::from_millis(u64::from((round * 137 + 60) % 900));
        let acknowledged = run_and_kill(&file, after).unwrap_or(latest);
        let store = ChainStore::open(&file, &Genesis::default()).unwrap();
        latest = store.snapshot().unwrap().latest_block().unwrap().0;
        let next = [acknowledged, acknowledged + 1, acknowledged.saturating_sub(2)];
        assert!(next.contains(&latest), "round {round}: acknowledged {acknowledged}, found {latest}");
        while expected.len() <= latest as usize {
            add_block(&perfect);
            expected.push(root(&perfect));
        }
        check(&store, &expected);
        furthest = furthest.max(latest);
    }
    assert!(furthest > 0, "no child lived long enough to write");
}

#[test]
fn a_damaged_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain.redb");
    let store = ChainStore::open(&file, &Genesis::default()).unwrap();
    (1..=5).for_each(|number| assert_eq!(add_block(&store), number));
    drop(store);
    let whole = std::fs::read(&file).unwrap();

    std::fs::write(&file, b"not a database, but long enough to be looked at twice").unwrap();
    let error = ChainStore::open(&file, &Genesis::default()).unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
    assert!(error.to_string().contains("chain.redb"), "{error}");

    // Cut off, or zeros all over: an error, not a panic, and not an empty chain.
    let mut zeros = whole.clone();
    zeros[4096..].fill(0);
    for damaged in [&whole[..whole.len() / 3], &zeros] {
        std::fs::write(&file, damaged).unwrap();
        let error = ChainStore::open(&file, &Genesis::default()).unwrap_err();
        assert!(!matches!(error, StoreError::OtherGenesis { .. }), "{error}");
    }

    std::fs::write(&file, &whole).unwrap();
    let store = ChainStore::open(&file, &Genesis::default()).unwrap();
    let in_use = ChainStore::open(&file, &Genesis::default()).unwrap_err();
    assert!(matches!(in_use, StoreError::Open { .. }), "{in_use}");
    drop(store);
    let other = Genesis::funding(&["0x05".parse().unwrap()], 7);
    let error = ChainStore::open(&file, &other).unwrap_err();
    assert!(matches!(error, StoreError::OtherGenesis { .. }), "{error}");
}
