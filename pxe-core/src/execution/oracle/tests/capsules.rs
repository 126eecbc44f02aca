//! Capsules of the store and of the transaction.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::tx::Capsule;

use super::*;
use crate::execution::budget::Budget;
use crate::execution::testing::{CONTRACT, World};
use crate::store::capsules;

async fn load(call: &mut Call<'_>, slot: u64, length: u64) -> Answer {
    ask(call, "utilityLoadCapsule", [one(CONTRACT), one(slot), one(length)]).await.unwrap()
}

#[test]
fn are_stored_loaded_copied_and_deleted() {
    let mut world = World::new();
    world.utility(async |call| {
        assert_eq!(load(call, 5, 2).await, [one(0u64), list(&[0, 0])]);
        for slot in 5..8 {
            let store = [one(CONTRACT), one(slot), list(&[slot, 1])];
            assert!(ask(call, "utilityStoreCapsule", store).await.unwrap().is_empty());
        }
        // The length asked for matters only where nothing is.
        assert_eq!(load(call, 5, 9).await, [one(1u64), list(&[5, 1])]);
        for (from, to, expected) in [(5u64, 6u64, [5, 5, 6]), (6, 5, [5, 6, 6])] {
            ask(call, "utilityCopyCapsule", [one(CONTRACT), one(from), one(to), one(2u64)]).await.unwrap();
            for (slot, expected) in (5..).zip(expected) {
                assert_eq!(load(call, slot, 2).await, [one(1u64), list(&[expected, 1])], "{from} {to}");
            }
        }
        ask(call, "utilityDeleteCapsule", [one(CONTRACT), one(5u64)]).await.unwrap();
        assert_eq!(load(call, 5, 1).await, [one(0u64), list(&[0])]);
        let copied = ask(call, "utilityCopyCapsule", [one(CONTRACT), one(5u64), one(9u64), one(1u64)]).await;
        assert!(refusal(copied).contains("which is empty"));
    });
    pollster::block_on(async {
        assert_eq!(capsules::get(&world.job, CONTRACT, Fr::from(6u8)).await.unwrap(), Some(fields(&[6, 1])));
    });
}

#[test]
fn those_of_the_transaction_hide_those_of_the_store() {
    let mut world = World::new();
    let capsule = |contract_address, data| Capsule { contract_address, storage_slot: Fr::from(5u8), data };
    world.capsules = vec![
        capsule(AztecAddress::from_u64(77), fields(&[1])),
        capsule(CONTRACT, fields(&[2])),
        capsule(CONTRACT, fields(&[3])),
    ];
    world.private(async |call| {
        ask(call, "utilityStoreCapsule", [one(CONTRACT), one(5u64), list(&[4])]).await.unwrap();
        assert_eq!(load(call, 5, 1).await, [one(1u64), list(&[2])]);
    });
    world.capsules.clear();
    world.private(async |call| assert_eq!(load(call, 5, 1).await, [one(1u64), list(&[4])]));
}

#[test]
fn of_other_contracts_are_out_of_reach() {
    World::new().utility(async |call| {
        let other = || one(77u64);
        let refused = [
            ask(call, "utilityStoreCapsule", [other(), one(5u64), list(&[1])]).await,
            ask(call, "utilityLoadCapsule", [other(), one(5u64), one(1u64)]).await,
            ask(call, "utilityDeleteCapsule", [other(), one(5u64)]).await,
            ask(call, "utilityCopyCapsule", [other(), one(5u64), one(6u64), one(1u64)]).await,
            ask(call, "utilityBulkRetrieveLogs", [other(), one(5u64), one(6u64)]).await,
            ask(call, "utilityValidateAndStoreEnqueuedNotesAndEvents", [other(), one(5u64), one(6u64)]).await,
        ];
        for refused in refused {
            assert!(refusal(refused).contains("may only name itself"));
        }
    });
}

#[test]
fn cannot_fill_the_memory() {
    let mut world = World::new();
    world.utility(async |call| {
        let asked = ask(call, "utilityLoadCapsule", [one(CONTRACT), one(5u64), one(u64::from(u32::MAX))]).await;
        assert_eq!(refusal(asked), "argument length is 4294967295, the most is 65536");
        let many = ForeignValue::Array(vec![Fr::ONE; 1 << 20]);
        for slot in 0..3u64 {
            ask(call, "utilityStoreCapsule", [one(CONTRACT), one(slot), many.clone()]).await.unwrap();
        }
        // A copy counts as what it copies.
        let copied = ask(call, "utilityCopyCapsule", [one(CONTRACT), one(0u64), one(9u64), one(3u64)]).await;
        assert!(refusal(copied).contains(&alloc::format!("{} fields", Budget::FIELDS)));
    });
}
