//! Notes and events that contracts find are stored if they are there.

use alloc::string::ToString;
use alloc::vec;

use protocol::abi::EventSelector;
use protocol::block::{BlockId, BlockNumber};
use protocol::hash::silo::{note_hash_nonce, silo_note_hash, silo_nullifier, unique_note_hash};
use protocol::note::Note;
use protocol::tx::TxHash;
use serde_json::Value;

use super::*;
use crate::node::{Anchor, AnchoredNode, NodeError};
use crate::scopes::Scopes;
use crate::store::capsules;
use crate::store::events::{self, EventFilter, StoredEvent};
use crate::store::notes::{self, NoteFilter, NoteStatus, StoredNote};
use crate::sync::SyncError;
use crate::sync::notes::{sync_nullifiers, validate_and_store};

const NOTES: Fr = Fr::ONE;
const EVENTS: Fr = Fr::MAX;
const RECIPIENT: AztecAddress = AztecAddress::from_field(Fr::MAX);

/// The inner hash of a note, the one of its nullifier, and that of an event.
fn note_hash(number: u32) -> Fr {
    field(100 + number)
}

fn nullifier(number: u32) -> Fr {
    silo_nullifier(CONTRACT, field(200 + number))
}

fn commitment(number: u32) -> Fr {
    silo_nullifier(CONTRACT, field(300 + number))
}

/// The nonce of a note at a place of a transaction.
fn nonce(tx: u32, place: u32) -> Fr {
    note_hash_nonce(effect(tx).nullifiers[0], place)
}

fn unique(number: u32, tx: u32, place: u32) -> Fr {
    unique_note_hash(nonce(tx, place), silo_note_hash(CONTRACT, note_hash(number)))
}

fn note_request(number: u32, tx: u32, place: u32) -> Vec<Fr> {
    let mut fields = vec![CONTRACT.to_field(), field(1), field(2), field(3), nonce(tx, place)];
    fields.extend([field(number), field(9)]);
    fields.resize(13, Fr::ZERO);
    fields.extend([field(2), note_hash(number), field(200 + number), effect(tx).tx_hash.to_field()]);
    fields.push(RECIPIENT.to_field());
    fields
}

fn event_request(number: u32, tx: u32) -> Vec<Fr> {
    let mut fields = vec![CONTRACT.to_field(), field(77), field(4), field(number)];
    fields.resize(13, Fr::ZERO);
    fields.extend([field(1), field(300 + number), effect(tx).tx_hash.to_field(), RECIPIENT.to_field()]);
    fields
}

/// Transaction 1 in block 1; 2 and 3 in block 2: 3 has notes 1 and 2 at places 0 and 1, event 1 and a log; 4 spends note 1
/// in block 3.
fn node() -> TestNode {
    let mut chain = Chain::new();
    chain.add_block(vec![effect(1)]);
    let mut third = effect(3);
    third.note_hashes = vec![unique(1, 3, 0), unique(2, 3, 1)];
    third.nullifiers.extend([field(5000), commitment(1)]);
    third.private_logs = vec![private_log(field(80), &[])];
    chain.add_block(vec![effect(2), third]);
    let mut fourth = effect(4);
    fourth.nullifiers.push(nullifier(1));
    chain.add_block(vec![fourth]);
    TestNode::new(chain)
}

async fn store(job: &mut Job, node: &AnchoredNode, notes: &[Vec<Fr>], events: &[Vec<Fr>]) -> Result<(), SyncError> {
    capsules::array_clear(job, CONTRACT, NOTES).await.unwrap();
    capsules::array_push(job, CONTRACT, NOTES, notes).await.unwrap();
    capsules::array_clear(job, CONTRACT, EVENTS).await.unwrap();
    capsules::array_push(job, CONTRACT, EVENTS, events).await.unwrap();
    validate_and_store(job, node, CONTRACT, NOTES, EVENTS).await
}

async fn stored_notes(job: &Job, status: NoteStatus) -> Vec<StoredNote> {
    let scopes = Scopes::Accounts(vec![RECIPIENT]);
    let filter = NoteFilter { contract: CONTRACT, owner: None, storage_slot: Some(field(2)), status, scopes };
    notes::find(job, &filter).await.unwrap()
}

async fn stored_events(job: &Job) -> Vec<StoredEvent> {
    let filter = EventFilter {
        contract: CONTRACT,
        selector: EventSelector::from(77),
        scopes: Scopes::Accounts(vec![RECIPIENT]),
        tx_hash: None,
        from: BlockNumber(1),
        to: BlockNumber(10),
    };
    events::find(job, &filter).await.unwrap()
}

/// With the transaction seen in a log, and without.
async fn in_both_ways(node: &TestNode, check: impl AsyncFn(&mut Job, AnchoredNode, &str)) {
    for way in ["by effect", "by log"] {
        let at = node.anchored();
        if way == "by log" {
            at.private_logs_by_tags(&[field(80).into()]).await.unwrap();
        }
        node.take_asked();
        let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
        check(&mut job, at, way).await;
    }
}

#[test]
fn what_is_there_is_stored_in_one_round_trip() {
    block_on(async {
        let node = node();
        in_both_ways(&node, async |job, at, way| {
            let requests = [note_request(2, 3, 1), note_request(1, 3, 0)];
            store(job, &at, &requests, &[event_request(1, 3)]).await.unwrap();
            let asked = node.take_asked();
            assert_eq!(asked.len(), 1, "{way}");
            assert_eq!(asked[0].iter().any(|method| method == "node_getTxEffect"), way == "by effect");
            for base in [NOTES, EVENTS] {
                assert_eq!(capsules::array_len(job, CONTRACT, base).await.unwrap(), 0);
            }
            let block = BlockId { number: BlockNumber(2), hash: node.chain().header(2).hash() };
            let spendable = stored_notes(job, NoteStatus::Active).await;
            let expected = StoredNote {
                note: Note(vec![field(2), field(9)]),
                contract: CONTRACT,
                owner: AztecAddress::from_u64(1),
                storage_slot: field(2),
                randomness: field(3),
                note_nonce: nonce(3, 1),
                note_hash: note_hash(2),
                siloed_nullifier: nullifier(2),
                tx_hash: effect(3).tx_hash,
                block,
                tx_index: 2,
                note_index: 1,
            };
            assert!(spendable == [expected], "{way}");
            let all = stored_notes(job, NoteStatus::ActiveOrNullified).await;
            assert_eq!(all.iter().map(|note| note.note_hash).collect::<Vec<_>>(), [note_hash(1), note_hash(2)]);
            let expected = StoredEvent {
                contract: CONTRACT,
                selector: EventSelector::from(77),
                packed: vec![field(1)],
                randomness: field(4),
                siloed_commitment: commitment(1),
                tx_hash: effect(3).tx_hash,
                block,
                tx_index: 4,
                event_index: 2,
            };
            assert!(stored_events(job).await == [expected], "{way}");
            // Again, which changes nothing.
            store(job, &at, &requests, &[event_request(1, 3)]).await.unwrap();
            assert_eq!(stored_notes(job, NoteStatus::ActiveOrNullified).await.len(), 2);
            assert_eq!(stored_events(job).await.len(), 1);
        })
        .await;
    });
}

#[test]
fn a_note_is_spent_when_its_nullifier_is_there() {
    run(async |job| {
        let node = node();
        let before = AnchoredNode::new(node.client(), Anchor::new(node.chain().header(2), BlockNumber(0)));
        store(job, &before, &[note_request(1, 3, 0), note_request(2, 3, 1)], &[]).await.unwrap();
        assert_eq!(stored_notes(job, NoteStatus::Active).await.len(), 2);
        assert_eq!(sync_nullifiers(job, &before, CONTRACT, &Scopes::All).await.unwrap(), 0);
        bodies(&node);
        let at = node.anchored();
        assert_eq!(sync_nullifiers(job, &at, CONTRACT, &Scopes::Accounts(vec![])).await.unwrap(), 0);
        assert_eq!(bodies(&node), 0);
        assert_eq!(sync_nullifiers(job, &at, CONTRACT, &Scopes::All).await.unwrap(), 1);
        assert_eq!(bodies(&node), 1);
        assert_eq!(stored_notes(job, NoteStatus::Active).await[0].note_hash, note_hash(2));
        assert_eq!(sync_nullifiers(job, &at, CONTRACT, &Scopes::All).await.unwrap(), 0);
        notes::unwind(job, BlockNumber(2)).await.unwrap();
        assert_eq!(stored_notes(job, NoteStatus::Active).await.len(), 2);
    });
}

#[test]
fn what_is_not_there_is_refused() {
    block_on(async {
        let node = node();
        in_both_ways(&node, async |job, at, way| {
            // Another note, another transaction that has it, a place that has another one, an event that nobody emitted.
            for request in [note_request(3, 3, 0), note_request(1, 1, 0), note_request(1, 3, 1)] {
                let error = store(job, &at, &[request], &[]).await.unwrap_err();
                assert!(matches!(error, SyncError::NoteNotFound { .. }), "{way}: {error}");
            }
            for request in [event_request(2, 3), event_request(1, 1)] {
                let error = store(job, &at, &[], &[request]).await.unwrap_err();
                assert!(matches!(error, SyncError::EventNotFound { .. }), "{way}: {error}");
            }
            let mut unknown = note_request(1, 3, 0);
            unknown[16] = field(12345);
            let error = store(job, &at, &[unknown], &[]).await.unwrap_err();
            let expected = TxHash::from_field(field(12345));
            assert!(matches!(error, SyncError::TxNotFound { tx_hash, .. } if tx_hash == expected), "{way}: {error}");
            assert!(stored_notes(job, NoteStatus::ActiveOrNullified).await.is_empty());
            assert!(stored_events(job).await.is_empty());
        })
        .await;
    });
}

#[test]
fn what_is_after_the_anchor_is_not_there() {
    run(async |job| {
        let node = node();
        let at = AnchoredNode::new(node.client(), Anchor::new(node.chain().header(1), BlockNumber(0)));
        for (notes, events) in [(vec![note_request(1, 3, 0)], vec![]), (vec![], vec![event_request(1, 3)])] {
            let error = store(job, &at, &notes, &events).await.unwrap_err();
            assert!(matches!(error, SyncError::TxNotFound { anchor: BlockNumber(1), .. }), "{error}");
        }
    });
}

#[test]
fn a_contract_speaks_only_for_the_contract_it_names() {
    run(async |job| {
        let node = node();
        let mut request = note_request(1, 3, 0);
        request[0] = field(8);
        let error = store(job, &node.anchored(), &[request], &[]).await.unwrap_err();
        assert!(matches!(error, SyncError::NoteNotFound { .. }), "{error}");
    });
}

#[test]
fn a_node_cannot_make_notes_up() {
    block_on(async {
        type Lie = fn(&mut Value);
        let lies: [(&str, Lie); 6] = [
            // A note and an event in an effect and in a log that are not in the trees.
            ("node_getTxEffect", |value| {
                value["data"]["noteHashes"][0] = unique(9, 3, 0).to_string().into();
                value["data"]["nullifiers"][1] = commitment(9).to_string().into();
            }),
            ("node_getPrivateLogsByTags", |value| value[0][0]["noteHashes"][0] = unique(9, 3, 0).to_string().into()),
            // Their places and blocks.
            ("node_findLeavesIndexes", |value| in_first(value, "data", "3".into())),
            ("node_findLeavesIndexes", |value| in_first(value, "l2BlockNumber", 1.into())),
            ("node_getTxEffect", |value| value["data"]["noteHashes"].as_array_mut().unwrap().swap(0, 1)),
            ("node_getPrivateLogsByTags", |value| value[0][0]["noteHashes"].as_array_mut().unwrap().swap(0, 1)),
        ];
        for (method, lie) in lies {
            let node = node();
            node.lie(method, lie);
            in_both_ways(&node, async |job, at, way| {
                if (method == "node_getTxEffect" && way == "by log") || (method.contains("Logs") && way == "by effect")
                {
                    return;
                }
                for (notes, events) in [
                    (vec![note_request(9, 3, 0)], vec![]),
                    (vec![note_request(2, 3, 1)], vec![]),
                    (vec![], vec![event_request(9, 3)]),
                ] {
                    let outcome = store(job, &at, &notes, &events).await;
                    match outcome {
                        Ok(()) => assert!(notes == [note_request(2, 3, 1)] && !lie_moves(method), "{method}, {way}"),
                        Err(SyncError::Node(NodeError::False { .. })) => {}
                        Err(error) => assert!(error.to_string().contains("is not in transaction"), "{error}"),
                    }
                }
                assert!(stored_events(job).await.is_empty());
                let stored = stored_notes(job, NoteStatus::ActiveOrNullified).await;
                assert!(stored.iter().all(|note| note.note_hash == note_hash(2)), "{method}, {way}");
            })
            .await;
        }
    });
}

fn in_first(value: &mut Value, member: &str, new: Value) {
    if value[0].is_object() {
        value[0][member] = new;
    }
}

fn lie_moves(method: &str) -> bool {
    method == "node_findLeavesIndexes"
}

#[test]
fn many_notes_are_stored_in_few_round_trips() {
    for (count, most_bodies) in [(10, 1), (90, 1), (1000, 12)] {
        run(async |job| {
            let mut chain = Chain::new();
            let tag = |number| Fr::from(10_000 + number);
            for block in 0..10 {
                let effects = (block * count / 10..(block + 1) * count / 10).map(|number| {
                    let mut effect = effect(number);
                    effect.note_hashes = vec![unique(number, number, 0)];
                    effect.private_logs = vec![private_log(tag(number), &[])];
                    effect
                });
                chain.add_block(effects.collect());
            }
            let node = TestNode::new(chain);
            let at = node.anchored();
            let tags: Vec<SiloedTag> = (0..count).map(|number| tag(number).into()).collect();
            at.private_logs_by_tags(&tags).await.unwrap();
            let requests: Vec<_> = (0..count).map(|number| note_request(number, number, 0)).collect();
            bodies(&node);
            store(job, &at, &requests, &[]).await.unwrap();
            let bodies = bodies(&node);
            assert!(bodies <= most_bodies, "{bodies} bodies for {count} notes");
            assert_eq!(stored_notes(job, NoteStatus::Active).await.len(), count as usize);
        });
    }
}
