use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tag::{PreTag, TaggingSecret};
use protocol::tx::TxHash;

use super::*;
use crate::store::StoreError;
use crate::store::tags::{
    self, RecipientIndexes, SenderIndexes, TagError, WINDOW, drop_tx, finalize, load_recipient, load_sender,
    pending_txs, save_recipient, store_pending,
};

/// By secret: the last finalized tag and the tag of each transaction.
#[derive(Default)]
struct Model {
    finalized: BTreeMap<u8, u32>,
    pending: BTreeMap<(u8, u8), u32>,
}

#[derive(Debug, Clone)]
enum Op {
    Store(Vec<(u8, u32)>, u8),
    Finalize(u8),
    Drop(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (prop::collection::vec((0..3u8, prop_oneof![0..12u32, 0..60u32]), 0..3), 0..6u8)
            .prop_map(|(tags, tx)| Op::Store(tags, tx)),
        2 => (0..6u8).prop_map(Op::Finalize),
        1 => (0..6u8).prop_map(Op::Drop),
    ]
}

fn secret(number: u8) -> TaggingSecret {
    TaggingSecret { secret: Fr::from(number), app: AztecAddress::from_u64(9) }
}

fn tx_hash(number: u8) -> TxHash {
    TxHash::from_field(number.into())
}

fn refusal(model: &Model, tags: &[(u8, u32)], tx: u8) -> Option<&'static str> {
    let mut seen = BTreeSet::new();
    for (secret, index) in tags {
        let finalized = model.finalized.get(secret);
        if !seen.insert(*secret) {
            return Some("duplicate");
        }
        if *index > finalized.copied().unwrap_or(0) + WINDOW {
            return Some("window");
        }
        if finalized.is_some_and(|finalized| index <= finalized) {
            return Some("finalized");
        }
        if model.pending.get(&(*secret, tx)).is_some_and(|noted| noted != index) {
            return Some("different");
        }
    }
    None
}

async fn step(job: &mut Job, model: &mut Model, op: Op) {
    match op {
        Op::Store(list, tx) => {
            let list_of_tags: Vec<_> =
                list.iter().map(|(number, index)| PreTag { secret: secret(*number), index: *index }).collect();
            let before = job.writes().clone();
            let stored = store_pending(job, &list_of_tags, tx_hash(tx)).await;
            let found = stored.map_err(|error| match error {
                StoreError::Tag(TagError::Duplicate { .. }) => "duplicate",
                StoreError::Tag(TagError::BeyondWindow { .. }) => "window",
                StoreError::Tag(TagError::Finalized { .. }) => "finalized",
                StoreError::Tag(TagError::Different { .. }) => "different",
                other => panic!("{other}"),
            });
            assert_eq!(found.err(), refusal(model, &list, tx));
            match found {
                Ok(()) => model.pending.extend(list.iter().map(|(secret, index)| ((*secret, tx), *index))),
                Err(_) => assert!(*job.writes() == before, "what is refused changes nothing"),
            }
        }
        Op::Finalize(tx) => {
            finalize(job, tx_hash(tx)).await.unwrap();
            for number in 0..3 {
                if let Some(index) = model.pending.get(&(number, tx)).copied() {
                    model.finalized.insert(number, index);
                    model.pending.retain(|(of, _), pending| *of != number || *pending > index);
                }
            }
        }
        Op::Drop(tx) => {
            drop_tx(job, tx_hash(tx)).await.unwrap();
            model.pending.retain(|(_, of), _| *of != tx);
        }
    }
    for number in 0..3 {
        let found = load_sender(job, &secret(number)).await.unwrap();
        let pending: BTreeMap<_, _> = model
            .pending
            .iter()
            .filter(|((of, _), _)| *of == number)
            .map(|((_, tx), index)| (tx_hash(*tx), *index))
            .collect();
        assert_eq!(found.finalized, model.finalized.get(&number).copied());
        assert_eq!(found.pending.len(), pending.len());
        assert_eq!(found.last_used(), pending.values().max().copied().or(found.finalized));
        let in_range: Vec<_> = pending.iter().filter(|(_, index)| (3..9).contains(*index)).map(|(tx, _)| *tx).collect();
        assert_eq!(found.pending_in(3..9), in_range);
        assert_eq!(found.pending.into_iter().map(|(index, tx)| (tx, index)).collect::<BTreeMap<_, _>>(), pending);
    }
    let txs: BTreeSet<_> = model.pending.keys().map(|(_, tx)| tx_hash(*tx)).collect();
    assert_eq!(pending_txs(job).await.unwrap(), txs.into_iter().collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn tags_are_as_in_the_model(ops in ops(op())) {
        run(ops, step);
    }
}

#[test]
fn indexes_are_saved_whole() {
    block_on(async {
        let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
        let indexes = SenderIndexes { finalized: Some(3), pending: vec![(5, tx_hash(1)), (4, tx_hash(2))] };
        tags::save_sender(&mut job, &secret(1), &indexes).await.unwrap();
        assert_eq!(load_sender(&job, &secret(1)).await.unwrap(), indexes);
        let fewer = SenderIndexes { finalized: Some(4), pending: vec![(5, tx_hash(1))] };
        tags::save_sender(&mut job, &secret(1), &fewer).await.unwrap();
        assert_eq!(pending_txs(&job).await.unwrap(), [tx_hash(1)]);
        tags::save_sender(&mut job, &secret(1), &SenderIndexes::default()).await.unwrap();
        assert_empty(&job, &[Table::SenderTags]).await;

        let indexes = RecipientIndexes { aged: None, finalized: Some(7) };
        save_recipient(&mut job, &secret(1), &indexes);
        assert_eq!(load_recipient(&job, &secret(1)).await.unwrap(), indexes);
        assert_eq!(load_recipient(&job, &secret(2)).await.unwrap(), RecipientIndexes::default());
        let other_app = TaggingSecret { app: AztecAddress::from_u64(8), ..secret(1) };
        assert_eq!(load_recipient(&job, &other_app).await.unwrap(), RecipientIndexes::default());
    });
}
