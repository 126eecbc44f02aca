use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::field::Fr;
use protocol::note::Note;
use protocol::tx::TxHash;

use super::*;
use crate::scopes::Scopes;
use crate::store::notes::{NoteFilter, NoteStatus, StoredNote, active_nullifiers, add, find, nullify, unwind};

/// Contract and nullifier.
type Id = (u8, u8);

#[derive(Clone)]
struct Known {
    note: StoredNote,
    scopes: BTreeSet<u8>,
    nullified: Option<u32>,
}

type Model = BTreeMap<Id, Known>;

#[derive(Debug, Clone)]
enum Op {
    Add { id: Id, slot: u8, owner: u8, block: u32, tx: u32, scope: u8 },
    Nullify { id: Id, block: u32 },
    Unwind { to: u32 },
    Find { contract: u8, owner: Option<u8>, slot: Option<u8>, spent: bool, scopes: Option<Vec<u8>> },
}

fn address(number: u8) -> AztecAddress {
    AztecAddress::from_u64(number.into())
}

fn scopes(accounts: &Option<Vec<u8>>) -> Scopes {
    accounts.as_ref().map_or(Scopes::All, |accounts| Scopes::Accounts(accounts.iter().copied().map(address).collect()))
}

fn op() -> impl Strategy<Value = Op> {
    let id = || (0..2u8, 0..8u8);
    let block = || 1..10u32;
    prop_oneof![
        5 => (id(), 0..3u8, 0..3u8, block(), 0..2u32, 0..3u8).prop_map(|(id, slot, owner, block, tx, scope)| {
            Op::Add { id, slot, owner, block, tx, scope }
        }),
        3 => (id(), block()).prop_map(|(id, block)| Op::Nullify { id, block }),
        1 => (0..10u32).prop_map(|to| Op::Unwind { to }),
        4 => (0..2u8, any::<Option<bool>>(), prop::option::of(0..3u8), any::<bool>(),
              prop::option::of(prop::collection::vec(0..3u8, 0..3))).prop_map(|(contract, owner, slot, spent, scopes)| {
            Op::Find { contract, owner: owner.map(u8::from), slot, spent, scopes }
        }),
    ]
}

async fn step(job: &mut Job, model: &mut Model, op: Op) {
    match op {
        Op::Add { id, slot, owner, block, tx, scope } => {
            let note = StoredNote {
                note: Note(vec![id.1.into(), slot.into()]),
                contract: address(id.0),
                owner: address(owner),
                storage_slot: slot.into(),
                randomness: Fr::from(block),
                note_nonce: Fr::from(tx),
                note_hash: Fr::from(7u8),
                siloed_nullifier: id.1.into(),
                tx_hash: TxHash::from_field(tx.into()),
                block: BlockId { number: BlockNumber(block), hash: BlockHash::from_field(block.into()) },
                tx_index: tx,
                note_index: id.1.into(),
            };
            add(job, &note, address(scope)).await.unwrap();
            let known = model.entry(id).or_insert(Known { note, scopes: BTreeSet::new(), nullified: None });
            known.scopes.insert(scope);
        }
        Op::Nullify { id, block } => {
            let news = nullify(job, address(id.0), id.1.into(), BlockNumber(block)).await.unwrap();
            let known = model.get_mut(&id).filter(|known| known.nullified.is_none());
            assert_eq!(news, known.is_some());
            if let Some(known) = known {
                known.nullified = Some(block);
            }
        }
        Op::Unwind { to } => {
            unwind(job, BlockNumber(to)).await.unwrap();
            model.retain(|_, known| known.note.block.number.0 <= to);
            for known in model.values_mut() {
                known.nullified = known.nullified.filter(|block| *block <= to);
            }
        }
        Op::Find { contract, owner, slot, spent, scopes: accounts } => {
            let status = if spent { NoteStatus::ActiveOrNullified } else { NoteStatus::Active };
            let scopes = scopes(&accounts);
            let seen =
                |known: &&Known| accounts.as_ref().is_none_or(|list| list.iter().any(|one| known.scopes.contains(one)));
            let in_contract = || model.iter().filter(|(id, _)| id.0 == contract).map(|(_, known)| known).filter(seen);
            let mut expected: Vec<_> = in_contract()
                .filter(|known| spent || known.nullified.is_none())
                .filter(|known| owner.is_none_or(|owner| known.note.owner == address(owner)))
                .filter(|known| slot.is_none_or(|slot| known.note.storage_slot == slot.into()))
                .map(|known| known.note.clone())
                .collect();
            expected.sort_by_key(|note| (note.block.number, note.tx_index, note.note_index));
            let owner = owner.map(address);
            let filter =
                NoteFilter { contract: address(contract), owner, storage_slot: slot.map(Fr::from), status, scopes };
            assert!(find(job, &filter).await.unwrap() == expected);
            let expected: BTreeSet<_> = in_contract()
                .filter(|known| known.nullified.is_none())
                .map(|known| known.note.siloed_nullifier)
                .collect();
            let found = active_nullifiers(job, filter.contract, &filter.scopes).await.unwrap();
            assert_eq!((found.len(), found.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn notes_are_as_in_the_model_and_leave_nothing_behind(ops in ops(op())) {
        let store = run(ops, step);
        block_on(async {
            let mut job = Job::begin(&store).await.unwrap();
            unwind(&mut job, BlockNumber(0)).await.unwrap();
            assert_empty(&job, &[Table::ActiveNotes, Table::NullifiedNotes, Table::NoteIndex, Table::BlockIndex]).await;
        });
    }
}
