//! A store that lies leads to errors, not to panics: whoever can write to the disk cannot do more than delete.

use std::sync::Arc;

use pollster::block_on;
use protocol::abi::EventSelector;
use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::field::Fr;
use protocol::tag::{PreTag, TaggingSecret};
use protocol::tx::TxHash;

use super::form::{Fixed, fill};
use super::*;
use crate::keystore::{Credential, KeyStore};
use crate::scopes::Scopes;

/// Asks for everything that [`fill`] wrote, and undoes it; keys, which take long, only where they matter. Says how many
/// answers are errors.
async fn use_all(store: &MemoryStore, keys: bool) -> usize {
    let mut errors = 0;
    let mut tally = |is_error: bool| errors += usize::from(is_error);
    let mut job = Job::begin(store).await.unwrap();
    let (contract, tx_hash) = (AztecAddress::from_u64(10), TxHash::from_field(16u8.into()));
    tally(network::network(&job).await.is_err());
    for storage_slot in [None, Some(Fr::from(12u8))] {
        let status = notes::NoteStatus::ActiveOrNullified;
        let filter = notes::NoteFilter { contract, owner: None, storage_slot, status, scopes: Scopes::All };
        tally(notes::find(&job, &filter).await.is_err());
    }
    for scopes in [Scopes::All, Scopes::Accounts(Vec::from([AztecAddress::from_u64(11)]))] {
        tally(notes::active_nullifiers(&job, contract, &scopes).await.is_err());
    }
    tally(notes::nullify(&mut job, contract, 20u8.into(), BlockNumber(7)).await.is_err());
    let filter = events::EventFilter {
        contract,
        selector: EventSelector(0x0102_0304),
        scopes: Scopes::All,
        tx_hash: None,
        from: BlockNumber(0),
        to: BlockNumber(u32::MAX),
    };
    tally(events::find(&job, &filter).await.is_err());
    tally(capsules::get(&job, contract, 50u8.into()).await.is_err());
    tally(capsules::array_read_all(&job, contract, 50u8.into()).await.is_err());
    tally(capsules::array_clear(&mut job, contract, 50u8.into()).await.is_err());
    tally(senders::aliased(&job).await.is_err());
    let secret = TaggingSecret { secret: 60u8.into(), app: contract };
    tally(tags::load_sender(&job, &secret).await.is_err());
    tally(tags::load_recipient(&job, &secret).await.is_err());
    tally(tags::pending_txs(&job).await.is_err());
    tally(tags::store_pending(&mut job, &[PreTag { secret, index: 4 }], TxHash::ZERO).await.is_err());
    tally(tags::finalize(&mut job, TxHash::from_field(17u8.into())).await.is_err());
    tally(sync::anchor(&job).await.is_err());
    tally(sync::blocks(&job).await.is_err());
    tally(txs::all(&job).await.is_err());
    tally(txs::open(&job).await.is_err());
    tally(txs::update(&mut job, tx_hash, &txs::TxEvent::Accepted).await.is_err());
    tally(KeyStore::accounts(&job).await.is_err());
    if keys {
        let unlocked = async {
            let keys = KeyStore::open(&job, Arc::new(Fixed)).await?;
            keys.unlock(&job, Credential::Passphrase("passphrase")).await?;
            keys.seed(&job).await
        };
        tally(unlocked.await.is_err());
    }
    tally(unwind(&mut job, BlockNumber(0)).await.is_err());
    errors
}

#[test]
fn a_store_that_lies_leads_to_errors() {
    block_on(async {
        let honest = MemoryStore::default();
        fill(&honest).await;
        // What is there is no array of capsules.
        assert_eq!(use_all(&honest, true).await, 1);
        let job = Job::begin(&honest).await.unwrap();
        let mut noticed = 0;
        for table in Table::ALL {
            let keys = [Table::Meta, Table::Accounts, Table::Secrets].contains(&table);
            for (key, value) in job.scan(table, &[], &[], usize::MAX).await.unwrap() {
                let mut lies: Vec<Option<Vec<u8>>> = Vec::from([None, Some(Vec::new()), Some(Vec::from([0xff; 400]))]);
                // Parameters of the key derivation within their bounds may be slow; they have tests of their own.
                let places = (0..value.len())
                    .step_by(if keys { 29 } else { 5 })
                    .filter(|place| key != b"keys" || !(1..13).contains(place));
                for place in places {
                    let mut lie = value.clone();
                    lie[place] ^= 0xff;
                    lies.push(Some(lie));
                    lies.push(Some(value[..place].to_vec()));
                }
                for lie in lies {
                    let store = MemoryStore::default();
                    let mut liar = Job::begin(&honest).await.unwrap();
                    let mut all = Batch::new();
                    for table in Table::ALL {
                        for (key, value) in liar.scan(table, &[], &[], usize::MAX).await.unwrap() {
                            all.put(table, key, value);
                        }
                    }
                    match lie {
                        Some(lie) => all.put(table, key.clone(), lie),
                        None => all.delete(table, key.clone()),
                    }
                    liar.roll_back(all);
                    liar.commit(&store).await.unwrap();
                    noticed += usize::from(use_all(&store, keys).await > 1);
                }
            }
        }
        assert!(noticed > 200, "{noticed}");
    });
}
