use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use protocol::abi::EventSelector;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::field::Fr;
use protocol::tx::TxHash;

use super::*;
use crate::scopes::Scopes;
use crate::store::events::{EventFilter, StoredEvent, add, find, unwind};

type Model = BTreeMap<u8, (StoredEvent, BTreeSet<u8>)>;

#[derive(Debug, Clone)]
enum Op {
    Add { id: u8, contract: u8, selector: u32, block: u32, tx: u32, scope: u8 },
    Unwind { to: u32 },
    Find { contract: u8, selector: u32, scopes: Option<Vec<u8>>, tx: Option<u32>, from: u32, to: u32 },
}

fn address(number: u8) -> AztecAddress {
    AztecAddress::from_u64(number.into())
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (0..12u8, 0..2u8, 0..2u32, 1..10u32, 0..3u32, 0..3u8).prop_map(|(id, contract, selector, block, tx, scope)| {
            Op::Add { id, contract, selector, block, tx, scope }
        }),
        1 => (0..10u32).prop_map(|to| Op::Unwind { to }),
        4 => (0..2u8, 0..2u32, prop::option::of(prop::collection::vec(0..3u8, 0..3)), prop::option::of(0..3u32), 0..10u32,
              0..12u32).prop_map(|(contract, selector, scopes, tx, from, to)| {
            Op::Find { contract, selector, scopes, tx, from, to }
        }),
    ]
}

async fn step(job: &mut Job, model: &mut Model, op: Op) {
    match op {
        Op::Add { id, contract, selector, block, tx, scope } => {
            let event = StoredEvent {
                contract: address(contract),
                selector: EventSelector(selector),
                packed: vec![Fr::from(id); id.into()],
                randomness: Fr::from(block),
                siloed_commitment: id.into(),
                tx_hash: TxHash::from_field(tx.into()),
                block: BlockId { number: BlockNumber(block), hash: BlockHash::from_field(block.into()) },
                tx_index: tx,
                event_index: id.into(),
            };
            add(job, &event, address(scope)).await.unwrap();
            model.entry(id).or_insert((event, BTreeSet::new())).1.insert(scope);
        }
        Op::Unwind { to } => {
            unwind(job, BlockNumber(to)).await.unwrap();
            model.retain(|_, (event, _)| event.block.number.0 <= to);
        }
        Op::Find { contract, selector, scopes, tx, from, to } => {
            let mut expected: Vec<_> = model
                .values()
                .filter(|(event, _)| (event.contract, event.selector.0) == (address(contract), selector))
                .filter(|(event, _)| (from..to).contains(&event.block.number.0))
                .filter(|(event, _)| tx.is_none_or(|tx| event.tx_hash.to_field() == tx.into()))
                .filter(|(_, seen)| {
                    scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| seen.contains(scope)))
                })
                .map(|(event, _)| event.clone())
                .collect();
            expected.sort_by_key(|event| (event.block.number, event.tx_index, event.event_index));
            let filter = EventFilter {
                contract: address(contract),
                selector: EventSelector(selector),
                scopes: scopes.map_or(Scopes::All, |list| Scopes::Accounts(list.into_iter().map(address).collect())),
                tx_hash: tx.map(|tx| TxHash::from_field(tx.into())),
                from: BlockNumber(from),
                to: BlockNumber(to),
            };
            assert!(find(job, &filter).await.unwrap() == expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn events_are_as_in_the_model_and_leave_nothing_behind(ops in ops(op())) {
        let store = run(ops, step);
        block_on(async {
            let mut job = Job::begin(&store).await.unwrap();
            unwind(&mut job, BlockNumber(0)).await.unwrap();
            assert_empty(&job, &[Table::Events, Table::EventIndex, Table::BlockIndex]).await;
        });
    }
}

#[test]
fn more_events_than_are_read_at_once() {
    block_on(async {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        let event = |number: u32| StoredEvent {
            contract: address(1),
            selector: EventSelector(1),
            packed: Vec::new(),
            randomness: Fr::ZERO,
            siloed_commitment: number.into(),
            tx_hash: TxHash::ZERO,
            block: BlockId { number: BlockNumber(number / 10), hash: BlockHash::ZERO },
            tx_index: 0,
            event_index: number,
        };
        for number in 0..1000 {
            add(&mut job, &event(number), address(1)).await.unwrap();
        }
        let filter = |from, to| EventFilter {
            contract: address(1),
            selector: EventSelector(1),
            scopes: Scopes::All,
            tx_hash: None,
            from: BlockNumber(from),
            to: BlockNumber(to),
        };
        for (from, to) in [(0, 100), (0, 101), (13, 77), (99, 100), (100, u32::MAX), (50, 50), (60, 50)] {
            let found = find(&job, &filter(from, to)).await.unwrap();
            let expected: Vec<_> = (0..1000).filter(|number| (from..to).contains(&(number / 10))).map(event).collect();
            assert!(found == expected, "{from}..{to}");
        }
    });
}
