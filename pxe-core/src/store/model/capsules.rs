use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;

use super::*;
use crate::store::StoreError;
use crate::store::capsules::{self, CapsuleError};

type Model = BTreeMap<(u8, u8), Vec<Fr>>;

#[derive(Debug, Clone)]
enum Op {
    Put(u8, u8, Vec<u8>),
    Delete(u8, u8),
    Copy(u8, u8, u8, u8),
    Push(u8, u8, Vec<Vec<u8>>),
    ReadAll(u8, u8),
    Clear(u8, u8),
}

fn op() -> impl Strategy<Value = Op> {
    let at = || (0..2u8, 0..12u8);
    let fields = || prop::collection::vec(0..4u8, 0..3);
    prop_oneof![
        4 => (at(), fields()).prop_map(|((contract, slot), fields)| Op::Put(contract, slot, fields)),
        1 => at().prop_map(|(contract, slot)| Op::Delete(contract, slot)),
        3 => (at(), 0..12u8, 0..5u8).prop_map(|((contract, from), to, count)| Op::Copy(contract, from, to, count)),
        3 => (at(), prop::collection::vec(fields(), 0..3)).prop_map(|((contract, base), items)| Op::Push(contract, base, items)),
        3 => at().prop_map(|(contract, base)| Op::ReadAll(contract, base)),
        1 => at().prop_map(|(contract, base)| Op::Clear(contract, base)),
    ]
}

fn fields(numbers: &[u8]) -> Vec<Fr> {
    numbers.iter().map(|number| Fr::from(*number)).collect()
}

/// The length of an array, if there is one or nothing.
fn length(model: &Model, contract: u8, base: u8) -> Option<u8> {
    match model.get(&(contract, base)) {
        None => Some(0),
        Some(capsule) => capsule.first().map(|length| length.to_u32().unwrap() as u8),
    }
}

async fn step(job: &mut Job, model: &mut Model, op: Op) {
    let address = |contract: u8| AztecAddress::from_u64(contract.into());
    match op {
        Op::Put(contract, slot, numbers) => {
            capsules::put(job, address(contract), slot.into(), &fields(&numbers));
            model.insert((contract, slot), fields(&numbers));
        }
        Op::Delete(contract, slot) => {
            capsules::delete(job, address(contract), slot.into());
            model.remove(&(contract, slot));
        }
        Op::Copy(contract, from, to, count) => {
            let source: Option<Vec<_>> =
                (0..count).map(|index| model.get(&(contract, from + index)).cloned()).collect();
            let copied = capsules::copy(job, address(contract), from.into(), to.into(), count.into()).await;
            match source {
                Some(source) => {
                    copied.unwrap();
                    model.extend((to..).zip(source).map(|(slot, capsule)| ((contract, slot), capsule)));
                }
                None => assert!(matches!(copied, Err(StoreError::Capsule(CapsuleError::EmptySource { .. })))),
            }
        }
        Op::Push(contract, base, items) => {
            let items: Vec<_> = items.iter().map(|item| fields(item)).collect();
            let pushed = capsules::array_push(job, address(contract), base.into(), &items).await;
            match length(model, contract, base) {
                Some(length) => {
                    pushed.unwrap();
                    let after = length + items.len() as u8;
                    model.extend((base + 1 + length..).zip(items).map(|(slot, item)| ((contract, slot), item)));
                    model.insert((contract, base), fields(&[after]));
                }
                None => assert!(matches!(pushed, Err(StoreError::Capsule(CapsuleError::NoLength { .. })))),
            }
        }
        Op::ReadAll(contract, base) => {
            let found = capsules::array_read_all(job, address(contract), base.into()).await;
            let items = length(model, contract, base).map(|length| {
                (0..length).map(|index| model.get(&(contract, base + 1 + index)).cloned()).collect::<Option<Vec<_>>>()
            });
            match items {
                Some(Some(items)) => assert_eq!(found.unwrap(), items),
                Some(None) => assert!(matches!(found, Err(StoreError::Capsule(CapsuleError::MissingElement { .. })))),
                None => assert!(matches!(found, Err(StoreError::Capsule(CapsuleError::NoLength { .. })))),
            }
        }
        Op::Clear(contract, base) => {
            let cleared = capsules::array_clear(job, address(contract), base.into()).await;
            match length(model, contract, base) {
                Some(length) => {
                    cleared.unwrap();
                    (0..length).for_each(|index| drop(model.remove(&(contract, base + 1 + index))));
                    model.insert((contract, base), fields(&[0]));
                }
                None => assert!(matches!(cleared, Err(StoreError::Capsule(CapsuleError::NoLength { .. })))),
            }
        }
    }
    for contract in 0..2 {
        for slot in 0..30 {
            let found = capsules::get(job, address(contract), slot.into()).await.unwrap();
            assert_eq!(found.as_ref(), model.get(&(contract, slot)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn capsules_are_as_in_the_model(ops in ops(op())) {
        run(ops, step);
    }
}
