//! The stored form of what the roles and the key store keep, recorded. What fails here is data of users that can no longer be read: the form is
//! changed together with [`SCHEMA`](super::network::SCHEMA) and a migration, and then recorded anew.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use pollster::block_on;
use protocol::abi::EventSelector;
use protocol::address::{AztecAddress, EthAddress};
use protocol::block::{BlockHash, BlockHeader, BlockId, BlockNumber, Timestamp};
use protocol::field::Fr;
use protocol::keys::{PartialAddress, SecretKey};
use protocol::note::Note;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use protocol::tag::{PreTag, TaggingSecret};
use protocol::tx::TxHash;
use sha2::{Digest, Sha256};

use super::*;
use crate::account::AccountKind;
use crate::keystore::{AccountSecrets, Credential, KdfParams, KeyStore, SeedPhrase, SigningKey, SigningMaterial};
use crate::port::Rng;

/// Always the same bytes: what is sealed with them is always the same too.
#[derive(Debug)]
pub(super) struct Fixed;

impl Rng for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x11);
    }
}

const BLOCK: BlockId = BlockId { number: BlockNumber(5), hash: BlockHash::from_field(Fr::ONE) };

fn number(number: u64) -> AztecAddress {
    AztecAddress::from_u64(number)
}

/// One of everything.
pub(super) async fn fill(store: &MemoryStore) {
    let network = network::NetworkId {
        l1_chain_id: L1ChainId(31337),
        rollup_version: RollupVersion(7),
        rollup_address: EthAddress::from_bytes([9; 20]),
    };
    network::open(store, &network).await.unwrap();
    let mut job = Job::begin(store).await.unwrap();
    let keys = KeyStore::create(&mut job, Credential::Passphrase("passphrase"), KdfParams::INSECURE, Arc::new(Fixed));
    let keys = keys.await.unwrap();
    let signing = [
        SigningMaterial::None,
        SigningMaterial::Key(SigningKey::new(&[3; 32])),
        SigningMaterial::External { public_key: [4; 64], handle: vec![5, 6] },
    ];
    let kinds = AccountKind::ALL.map(Some).into_iter().chain([None]);
    for ((secret, kind), signing) in (1u32..).zip(kinds).zip(signing.into_iter().cycle()) {
        let extra =
            AccountSecrets { kind, salt: 2u32.into(), signing, seed_index: kind.map(|_| 8), alias: "me".into() };
        let partial = PartialAddress::from_field(3u32.into());
        keys.add_account(&mut job, SecretKey::from_field(secret.into()), partial, extra).await.unwrap();
    }
    keys.set_seed(&mut job, &SeedPhrase::generate(&Fixed, Default::default())).unwrap();
    senders::set_alias(&mut job, number(6), "Bob");

    for nullifier in [20u32, 21] {
        let note = notes::StoredNote {
            note: Note(vec![Fr::from(1u8), Fr::from(2u8)]),
            contract: number(10),
            owner: number(11),
            storage_slot: 12u8.into(),
            randomness: 13u8.into(),
            note_nonce: 14u8.into(),
            note_hash: 15u8.into(),
            siloed_nullifier: nullifier.into(),
            tx_hash: TxHash::from_field(16u8.into()),
            block: BLOCK,
            tx_index: 1,
            note_index: 2,
        };
        notes::add(&mut job, &note, number(11)).await.unwrap();
        notes::add(&mut job, &note, number(30)).await.unwrap();
    }
    notes::nullify(&mut job, number(10), 21u8.into(), BlockNumber(6)).await.unwrap();
    let event = events::StoredEvent {
        contract: number(10),
        selector: EventSelector(0x0102_0304),
        packed: vec![Fr::from(40u8)],
        randomness: 41u8.into(),
        siloed_commitment: 42u8.into(),
        tx_hash: TxHash::from_field(16u8.into()),
        block: BLOCK,
        tx_index: 1,
        event_index: 3,
    };
    events::add(&mut job, &event, number(11)).await.unwrap();
    capsules::put(&mut job, number(10), 50u8.into(), &[Fr::from(51u8), Fr::from(52u8)]);

    let secret = TaggingSecret { secret: 60u8.into(), app: number(10) };
    let tag = PreTag { secret: secret.clone(), index: 2 };
    tags::store_pending(&mut job, core::slice::from_ref(&tag), TxHash::from_field(16u8.into())).await.unwrap();
    tags::finalize(&mut job, TxHash::from_field(16u8.into())).await.unwrap();
    tags::store_pending(&mut job, &[PreTag { index: 3, ..tag.clone() }], TxHash::from_field(17u8.into()))
        .await
        .unwrap();
    tags::save_recipient(&mut job, &secret, &tags::RecipientIndexes { aged: None, finalized: Some(4) });
    let mut header = BlockHeader::default();
    header.global_variables.block_number = BLOCK.number;
    sync::set_anchor(&mut job, &header);
    let record = txs::TxRecord::new(TxHash::from_field(16u8.into()), Timestamp(1), Timestamp(2), vec![Fr::ONE], &[tag]);
    txs::record(&mut job, &record).await.unwrap();
    job.commit(store).await.unwrap();
}

#[test]
fn the_stored_form_is_the_recorded_one() {
    let found = block_on(async {
        let store = MemoryStore::default();
        fill(&store).await;
        let job = Job::begin(&store).await.unwrap();
        let mut found = BTreeMap::new();
        for table in Table::ALL {
            let mut hash = Sha256::new();
            let entries = job.scan(table, &[], &[], usize::MAX).await.unwrap();
            for (key, value) in &entries {
                for part in [key, value] {
                    hash.update((part.len() as u64).to_be_bytes());
                    hash.update(part);
                }
            }
            found.insert(table.name(), (entries.len(), const_hex::encode(&hash.finalize()[..8])));
        }
        found
    });
    let lines: Vec<String> =
        found.iter().map(|(table, (entries, hash))| alloc::format!("{table} {entries} {hash}")).collect();
    assert_eq!(network::SCHEMA, 2, "record the form of the new version");
    assert_eq!(lines, RECORDED);
}

/// Table, entries, beginning of the SHA-256 of all of them.
const RECORDED: [&str; 17] = [
    "accounts 5 d17792cda9b65a82",
    "active_notes 1 a340aea4b7a50aa1",
    "artifacts 0 e3b0c44298fc1c14",
    "block_index 4 a548a9aebd5eda72",
    "capsules 1 4fffb7f8e598d498",
    "event_index 1 4cd878d25ed20a44",
    "events 1 be05c86eb189dbca",
    "instances 0 e3b0c44298fc1c14",
    "meta 3 3cccf6bfd31979cc",
    "note_index 2 e41f1c950f2e5eae",
    "nullified_notes 1 c25a791cf6476f31",
    "recipient_tags 1 e59b1ed24b7cdbd2",
    "secrets 6 eea35b9d83426b53",
    "sender_tags 2 f04302bc3fe383f3",
    "senders 1 d28a16cd3c008d48",
    "sync 2 a53213390ef12f2a",
    "txs 2 f8ed29dfbe4b71ee",
];
