//! Notes of the store and of the transaction.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::hash::silo::{note_hash_nonce, silo_nullifier};
use protocol::note::Note;
use protocol::tx::TxHash;

use super::*;
use crate::execution::testing::{CONTRACT, PROTOCOL_NULLIFIER, World};
use crate::scopes::Scopes;
use crate::store::notes::{self, StoredNote};

const OWNER: u64 = 70;
const SLOT: u64 = 71;

/// A stored note of two items, of a block of its own.
fn stored(number: u64, owner: u64) -> StoredNote {
    StoredNote {
        note: Note(fields(&[number, number % 2])),
        contract: CONTRACT,
        owner: AztecAddress::from_u64(owner),
        storage_slot: SLOT.into(),
        randomness: (number + 1000).into(),
        note_nonce: (number + 2000).into(),
        note_hash: (number + 3000).into(),
        siloed_nullifier: silo_nullifier(CONTRACT, (number + 4000).into()),
        tx_hash: TxHash::from_field(number.into()),
        block: BlockId { number: BlockNumber(number as u32), hash: BlockHash::from_field(number.into()) },
        tx_index: 0,
        note_index: 0,
    }
}

fn world(notes: &[(u64, u64)]) -> World {
    let mut world = World::new();
    let scope = world.alice.address();
    for (number, owner) in notes {
        pollster::block_on(notes::add(&mut world.job, &stored(*number, *owner), scope)).unwrap();
    }
    world
}

/// What a contract asks for when it asks for notes.
struct Wanted {
    owner: Option<u64>,
    /// Item, value, comparator.
    select: Option<[u64; 3]>,
    /// Item, order.
    sort: Option<[u64; 2]>,
    limit: u64,
    offset: u64,
    status: u64,
    max_notes: u64,
    packed_length: u64,
}

impl Default for Wanted {
    fn default() -> Self {
        let (limit, offset, status, max_notes, packed_length) = (0, 0, 1, 4, 8);
        Self { owner: Some(OWNER), select: None, sort: None, limit, offset, status, max_notes, packed_length }
    }
}

async fn get(call: &mut Call<'_>, wanted: &Wanted) -> Result<Answer, OracleError> {
    let [item, value, comparator] = wanted.select.unwrap_or_default();
    let [sort_item, order] = wanted.sort.unwrap_or_default();
    ask(
        call,
        "utilityGetNotes",
        [
            one(u64::from(wanted.owner.is_some())),
            one(wanted.owner.unwrap_or(0)),
            one(SLOT),
            one(u64::from(wanted.select.is_some())),
            list(&[item, 0]),
            list(&[0, 0]),
            list(&[32, 0]),
            list(&[value, 0]),
            list(&[if comparator == 0 { 1 } else { comparator }, 1]),
            list(&[sort_item]),
            list(&[0]),
            list(&[32]),
            list(&[order]),
            one(wanted.limit),
            one(wanted.offset),
            one(wanted.status),
            one(wanted.max_notes),
            one(wanted.packed_length),
        ],
    )
    .await
}

/// The first item of each note, and the stages.
fn found(answer: &Answer) -> Vec<(u64, u64)> {
    let [ForeignValue::Array(storage), ForeignValue::Single(length)] = &answer[..] else {
        panic!("not a list and its length: {answer:?}")
    };
    let length = length.to_u64().unwrap() as usize;
    let (notes, padding) = storage.split_at(length * 8);
    assert!(storage.len() == 32 && padding.iter().all(Fr::is_zero));
    notes.chunks(8).map(|note| (note[0].to_u64().unwrap(), note[6].to_u64().unwrap())).collect()
}

async fn create(call: &mut Call<'_>, number: u64, counter: u64) -> Result<Answer, OracleError> {
    let inputs = [
        one(OWNER),
        one(SLOT),
        one(number + 1000),
        one(0u64),
        list(&[number, number % 2]),
        one(number + 3000),
        one(counter),
    ];
    ask(call, "privateNotifyCreatedNote", inputs).await
}

#[test]
fn settled_notes_are_packed_in_the_order_of_the_chain() {
    let mut world = world(&[(3, OWNER), (1, OWNER), (2, 99)]);
    world.utility(async |call| {
        let answer = get(call, &Wanted { max_notes: 3, ..Wanted::default() }).await.unwrap();
        let packed = |number: u64| [number, number % 2, 1, OWNER, number + 1000, SLOT, 3, number + 2000];
        let mut expected = [packed(1), packed(3)].concat();
        expected.resize(24, 0);
        assert_eq!(answer, [list(&expected), one(2u64)]);
        let of_all = get(call, &Wanted { owner: None, ..Wanted::default() }).await.unwrap();
        assert_eq!(found(&of_all), [(1, 3), (2, 3), (3, 3)]);
    });
}

#[test]
fn are_selected_sorted_and_paged() {
    let mut world = world(&[(1, OWNER), (2, OWNER), (3, OWNER), (4, OWNER)]);
    world.utility(async |call| {
        let numbers = async |call: &mut Call<'_>, wanted: Wanted| {
            found(&get(call, &wanted).await.unwrap()).into_iter().map(|(number, _)| number).collect::<Vec<_>>()
        };
        let select = Some([1, 1, 1]);
        assert_eq!(numbers(call, Wanted { select, ..Wanted::default() }).await, [1, 3]);
        let sort = Some([0, 1]);
        assert_eq!(numbers(call, Wanted { sort, ..Wanted::default() }).await, [4, 3, 2, 1]);
        assert_eq!(numbers(call, Wanted { sort, limit: 2, offset: 1, ..Wanted::default() }).await, [3, 2]);
        assert_eq!(numbers(call, Wanted { select, sort, limit: 1, ..Wanted::default() }).await, [3]);
        let refused = refusal(get(call, &Wanted { select: Some([2, 1, 1]), ..Wanted::default() }).await);
        assert_eq!(refused, "item 2 of a note of 2 items is asked for");
    });
}

#[test]
fn scopes_and_status_count() {
    let mut world = world(&[(1, OWNER), (2, OWNER)]);
    let nullifier = stored(1, OWNER).siloed_nullifier;
    assert!(pollster::block_on(notes::nullify(&mut world.job, CONTRACT, nullifier, BlockNumber(3))).unwrap());
    let numbers = |world: &mut World, status| {
        let wanted = Wanted { status, ..Wanted::default() };
        found(&world.utility(async |call| get(call, &wanted).await).unwrap()).len()
    };
    assert_eq!((numbers(&mut world, 1), numbers(&mut world, 2)), (1, 2));
    world.scopes = Scopes::Accounts(vec![world.bob.address()]);
    assert_eq!(numbers(&mut world, 2), 0);
    world.scopes = Scopes::Accounts(vec![world.alice.address()]);
    assert_eq!(numbers(&mut world, 2), 2);
    let wanted = Wanted { status: 3, ..Wanted::default() };
    assert_eq!(refusal(world.utility(async |call| get(call, &wanted).await)), "there is no note status 3");
}

#[test]
fn more_or_longer_notes_than_there_is_room_for_are_refused() {
    let mut world = world(&[(1, OWNER), (2, OWNER)]);
    world.utility(async |call| {
        let refused = refusal(get(call, &Wanted { max_notes: 1, ..Wanted::default() }).await);
        assert_eq!(refused, "2 notes were found, the contract has room for 1");
        let refused = refusal(get(call, &Wanted { packed_length: 9, ..Wanted::default() }).await);
        assert_eq!(refused, "a note has 8 fields, where the contract expects 9");
        let wanted = Wanted { max_notes: 1 << 20, packed_length: 1 << 20, ..Wanted::default() };
        assert!(refusal(get(call, &wanted).await).starts_with("argument max_notes * packed_length is 4294967295"));
    });
}

#[test]
fn notes_of_the_transaction_come_last_and_change_their_stage() {
    let mut world = world(&[(1, OWNER), (2, OWNER)]);
    world.private(async |call| {
        create(call, 8, 3).await.unwrap();
        create(call, 9, 4).await.unwrap();
        let all = get(call, &Wanted::default()).await.unwrap();
        assert_eq!(found(&all), [(1, 3), (2, 3), (8, 1), (9, 1)]);

        // A settled note is spent by its nullifier, one of the transaction by its hash.
        ask(call, "privateNotifyNullifiedNote", [one(4001u64), one(0u64), one(5u64)]).await.unwrap();
        ask(call, "privateNotifyNullifiedNote", [one(77u64), one(3008u64), one(6u64)]).await.unwrap();
        assert_eq!(found(&get(call, &Wanted::default()).await.unwrap()), [(2, 3), (9, 1)]);

        let revertible = async |call: &mut Call<'_>, counter: u64| {
            ask(call, "privateIsSideEffectCounterRevertible", [one(counter)]).await.unwrap()
        };
        assert_eq!(revertible(call, 7).await, [one(0u64)]);
        ask(call, "privateNotifySetMinRevertibleSideEffectCounter", [one(7u64)]).await.unwrap();
        assert_eq!((revertible(call, 6).await, revertible(call, 7).await), (vec![one(0u64)], vec![one(1u64)]));
        let twice = ask(call, "privateNotifySetMinRevertibleSideEffectCounter", [one(8u64)]).await;
        assert!(refusal(twice).contains("it began at 7"));
        assert_eq!(found(&get(call, &Wanted::default()).await.unwrap()), [(2, 3), (9, 2)]);
        let pending: Vec<_> = get(call, &Wanted::default()).await.unwrap()[0].fields()[8..16].to_vec();
        let generator = silo_nullifier(CONTRACT, Fr::from(4001u32));
        assert_eq!(pending[7], note_hash_nonce(generator, 0));

        let private = call.private().unwrap();
        let made: Vec<_> = private.new_notes.iter().map(|note| (note.note_hash, note.counter.0)).collect();
        assert_eq!(made, [(Fr::from(3008u32), 3), (Fr::from(3009u32), 4)]);
        assert_eq!(private.nullified_notes, [(3.into(), 6.into())].into());
        assert_eq!(private.tx.notes.first_nullifier(), generator);
    });
}

#[test]
fn contradicting_side_effects_are_refused() {
    World::new().private(async |call| {
        create(call, 8, 3).await.unwrap();
        assert!(refusal(create(call, 9, 3).await).contains("not above 3"));
        let unknown = ask(call, "privateNotifyNullifiedNote", [one(1u64), one(5u64), one(6u64)]).await;
        assert!(refusal(unknown).contains("has no pending note with hash"));
        ask(call, "privateNotifyCreatedNullifier", [one(1u64)]).await.unwrap();
        assert!(refusal(ask(call, "privateNotifyCreatedNullifier", [one(1u64)]).await).contains("a second time"));
        assert_ne!(call.private().unwrap().tx.notes.first_nullifier(), PROTOCOL_NULLIFIER.into());
    });
}
