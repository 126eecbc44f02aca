//! The client follows a node in the same process: from an empty store to its notes, in how many round trips, and back.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod handshake;
mod node;

use std::collections::BTreeSet;
use std::sync::Arc;

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::field::Fr;
use protocol::hash::silo::{note_hash_nonce, silo_note_hash, silo_nullifier, unique_note_hash};
use protocol::keys::{PartialAddress, SecretKey};
use protocol::log::PrivateLog;
use protocol::tag::{SiloedTag, TaggingSecret};
use pxe_core::keystore::{AccountSecrets, Credential, KdfParams, KeyStore};
use pxe_core::node::{AnchoredNode, NodeClient, NodeError, PrivateLogs, Questions};
use pxe_core::port::Rng;
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{NoteFilter, NoteStatus};
use pxe_core::store::{Job, MemoryStore, capsules, notes};
use pxe_core::sync::anchor::{Move, SyncTip, advance};
use pxe_core::sync::logs::Inbox;
use pxe_core::sync::notes::{sync_nullifiers, validate_and_store};
use pxe_core::sync::{SyncError, class_id, logs, tags};

use node::{Effects, TestNetwork};

const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);
const LOGS: Fr = Fr::ONE;
const NOTES: Fr = Fr::MAX;
/// Where nobody puts anything.
const EVENTS: Fr = protocol::constants::GENESIS_BLOCK_HEADER_HASH;

/// Numbers that everybody can guess.
#[derive(Debug)]
struct Zeros;

impl Rng for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A client with one account.
struct Client {
    node: NodeClient,
    store: MemoryStore,
    keys: KeyStore,
    account: AztecAddress,
    anchored: Option<AnchoredNode>,
}

/// Bodies sent, by what they were sent for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Bodies {
    advance: u32,
    ahead: u32,
    fetch: u32,
    validate: u32,
    nullifiers: u32,
}

impl Bodies {
    fn sum(&self) -> u32 {
        self.advance + self.ahead + self.fetch + self.validate + self.nullifiers
    }
}

impl Client {
    async fn new(network: &TestNetwork) -> Self {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        let keys =
            KeyStore::create(&mut job, Credential::Key(&[3; 32]), KdfParams::default(), Arc::new(Zeros)).await.unwrap();
        let (secret, partial) = (SecretKey::from_field(Fr::ONE), PartialAddress::from_field(Fr::ONE));
        let account = keys.add_account(&mut job, secret, partial, AccountSecrets::default()).await.unwrap().address();
        job.commit(&store).await.unwrap();
        Self { node: network.client(), store, keys, account, anchored: None }
    }

    /// The secret under which the account sends to itself.
    fn secret(&self) -> TaggingSecret {
        let own = self.keys.address_secret(self.account).unwrap();
        TaggingSecret::derive(&own, self.account, CONTRACT, self.account).unwrap()
    }

    /// Bodies sent since this was asked last.
    fn bodies(&self, before: &mut u32) -> u32 {
        let now = self.node.stats().round_trips;
        let sent = now - *before;
        *before = now;
        sent
    }

    /// Does what happens when a function of the contract is about to run, and the part of the contract too.
    async fn sync(&mut self) -> Result<(Move, Bodies), SyncError> {
        let mut before = self.node.stats().round_trips;
        let mut bodies = Bodies::default();
        let mut job = Job::begin(&self.store).await.unwrap();
        let advance = advance(&mut job, &self.node, SyncTip::Proposed).await?;
        bodies.advance = self.bodies(&mut before);
        let anchored = match self.anchored.take() {
            Some(anchored) if anchored.hash() == advance.anchor.hash => anchored,
            _ => AnchoredNode::new(self.node.clone(), advance.anchor),
        };
        anchored.ask(self.questions(&job, &anchored).await?).await?;
        bodies.ahead = self.bodies(&mut before);
        let inboxes = self.inboxes(&job).await?;
        logs::find(&job, &anchored, inboxes).await?.give(&mut job, CONTRACT, LOGS, usize::MAX).await?;
        bodies.fetch = self.bodies(&mut before);
        self.find_notes(&mut job).await;
        validate_and_store(&mut job, &anchored, CONTRACT, NOTES, EVENTS).await?;
        bodies.validate = self.bodies(&mut before);
        sync_nullifiers(&mut job, &anchored, CONTRACT, &Scopes::All).await?;
        bodies.nullifiers = self.bodies(&mut before);
        job.commit(&self.store).await.unwrap();
        self.anchored = Some(anchored);
        Ok((advance.moved, bodies))
    }

    async fn inboxes(&self, job: &Job) -> Result<Vec<Inbox>, SyncError> {
        logs::inboxes(job, &self.keys, CONTRACT, &[self.account], &[self.account]).await
    }

    /// What is known to be asked.
    async fn questions(&self, job: &Job, node: &AnchoredNode) -> Result<Questions, SyncError> {
        let mut questions = class_id::questions(node, &[CONTRACT]);
        let tags = logs::first_tags(job, self.inboxes(job).await?).await?;
        questions.add_all(tags.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
        let nullifiers = notes::active_nullifiers(job, CONTRACT, &Scopes::All).await?;
        questions.extend(node.nullifier_questions(&nullifiers));
        let contracts = BTreeSet::from([CONTRACT]);
        let tags = tags::first_tags(job, &self.keys, self.account, &contracts, &BTreeSet::new()).await?;
        questions.add_all(tags.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
        questions.add_all(tags::receipts_of_pending(job).await?);
        Ok(questions)
    }

    /// What the contract does: each log has the place of the note in its transaction, and its hash.
    async fn find_notes(&self, job: &mut Job) {
        let found = capsules::array_read_all(job, CONTRACT, LOGS).await.unwrap();
        capsules::array_clear(job, CONTRACT, LOGS).await.unwrap();
        let request = |log: &Vec<Fr>| {
            let (place, hash, tx_hash, first_nullifier) = (log[1], log[2], log[17], log[83]);
            let nonce = note_hash_nonce(first_nullifier, place.to_u32().unwrap());
            let mut fields = vec![CONTRACT.to_field(), self.account.to_field(), Fr::ZERO, Fr::ZERO, nonce, hash];
            fields.resize(13, Fr::ZERO);
            fields.extend([Fr::ONE, hash, inner_nullifier(hash), tx_hash, log[84]]);
            fields
        };
        let requests: Vec<_> = found.iter().map(request).collect();
        capsules::array_push(job, CONTRACT, NOTES, &requests).await.unwrap();
    }

    /// The notes that can be spent, in order.
    async fn notes(&self) -> Vec<Fr> {
        let filter = NoteFilter {
            contract: CONTRACT,
            owner: Some(self.account),
            storage_slot: Some(Fr::ZERO),
            status: NoteStatus::Active,
            scopes: Scopes::All,
        };
        let notes = notes::find(&Job::begin(&self.store).await.unwrap(), &filter).await.unwrap();
        notes.into_iter().map(|note| note.note.0[0]).collect()
    }
}

fn inner_nullifier(note_hash: Fr) -> Fr {
    note_hash + Fr::from(1_000_000u32)
}

fn nullifier(note_hash: u32) -> Fr {
    silo_nullifier(CONTRACT, inner_nullifier(note_hash.into()))
}

/// Hands in a transaction that makes notes with these hashes, each with a log whose tags begin with an index.
fn send_notes(network: &TestNetwork, secret: &TaggingSecret, hashes: std::ops::Range<u32>, first_index: u32) {
    let first_nullifier = Fr::from(5_000_000 + hashes.start) * Fr::from(7u32);
    let note_hashes = (0u32..).zip(hashes.clone()).map(|(place, hash)| {
        unique_note_hash(note_hash_nonce(first_nullifier, place), silo_note_hash(CONTRACT, hash.into()))
    });
    let logs = (0u32..).zip(hashes.clone()).map(|(place, hash)| {
        let tag = SiloedTag::compute(secret, first_index + place).to_field();
        PrivateLog::from_emitted_fields(&[tag, place.into(), hash.into()]).unwrap()
    });
    let effects =
        Effects { nullifiers: vec![first_nullifier], note_hashes: note_hashes.collect(), logs: logs.collect() };
    network.send(effects);
}

/// A network whose first block has no transactions: they need a block to be anchored to.
fn network() -> TestNetwork {
    let network = TestNetwork::new();
    network.mine();
    network
}

#[test]
fn a_client_without_anything_finds_all_its_notes_in_few_round_trips() {
    // Notes, notes of each transaction, bodies at most.
    for (count, per_tx, most) in [(10u32, 2, 4), (100, 5, 8), (1000, 10, 20)] {
        block_on(async {
            let network = network();
            let mut client = Client::new(&network).await;
            let secret = client.secret();
            for first in (0..count).step_by(per_tx as usize) {
                send_notes(&network, &secret, first..first + per_tx, first);
                network.mine();
            }
            network.finalize();
            let (moved, bodies) = client.sync().await.unwrap();
            assert_eq!(moved, Move::Forward { from: None });
            println!("{count} notes: {bodies:?}");
            assert!(bodies.sum() <= most, "{count} notes: {bodies:?}");
            assert_eq!(client.notes().await, (0..count).map(Fr::from).collect::<Vec<_>>());
            // Nothing new: one look, and nothing else.
            let (moved, bodies) = client.sync().await.unwrap();
            assert_eq!((moved, bodies.sum()), (Move::None, 1), "{bodies:?}");
        });
    }
}

#[test]
fn a_new_block_costs_three_round_trips_at_most() {
    block_on(async {
        let network = network();
        let mut client = Client::new(&network).await;
        let secret = client.secret();
        client.sync().await.unwrap();
        network.mine();
        let (_, bodies) = client.sync().await.unwrap();
        assert_eq!(bodies, Bodies { advance: 1, ahead: 1, ..Bodies::default() });
        send_notes(&network, &secret, 10..12, 0);
        network.mine();
        let (_, bodies) = client.sync().await.unwrap();
        assert_eq!(bodies, Bodies { advance: 1, ahead: 1, validate: 1, ..Bodies::default() });
        assert_eq!(client.notes().await, [10u32, 11].map(Fr::from));
        // One is spent, which makes another.
        let mut effects = Effects {
            nullifiers: vec![Fr::from(99u32) * Fr::from(99_999u32), nullifier(10)],
            note_hashes: vec![],
            logs: vec![],
        };
        let nonce = note_hash_nonce(effects.nullifiers[0], 0);
        effects.note_hashes.push(unique_note_hash(nonce, silo_note_hash(CONTRACT, Fr::from(12u32))));
        let tag = SiloedTag::compute(&secret, 2).to_field();
        effects.logs.push(PrivateLog::from_emitted_fields(&[tag, Fr::ZERO, Fr::from(12u32)]).unwrap());
        network.send(effects);
        network.mine();
        let (_, bodies) = client.sync().await.unwrap();
        assert_eq!(bodies, Bodies { advance: 1, ahead: 1, validate: 1, ..Bodies::default() });
        assert_eq!(client.notes().await, [11u32, 12].map(Fr::from));
        // The sender knows that three tags are used, and asks only what became of the transactions it did not know of.
        let anchored = client.anchored.as_ref().unwrap();
        let mut job = Job::begin(&client.store).await.unwrap();
        let before = client.node.stats();
        assert_eq!(tags::next_index_as_sender(&mut job, anchored, &secret).await.unwrap(), 3);
        assert_eq!(client.node.stats().round_trips - before.round_trips, 1);
    });
}

#[test]
fn blocks_that_are_taken_back_take_their_notes_with_them() {
    block_on(async {
        let network = network();
        let mut client = Client::new(&network).await;
        let secret = client.secret();
        send_notes(&network, &secret, 10..12, 0);
        network.mine();
        client.sync().await.unwrap();
        network.send(Effects {
            nullifiers: vec![Fr::from(77_777u32), nullifier(10)],
            note_hashes: vec![],
            logs: vec![],
        });
        send_notes(&network, &secret, 20..21, 2);
        network.mine();
        client.sync().await.unwrap();
        assert_eq!(client.notes().await, [11u32, 20].map(Fr::from));
        network.take_back(1);
        let (moved, _) = client.sync().await.unwrap();
        let Move::Back { from, to } = moved else { panic!("{moved:?}") };
        assert_eq!(from.0, to.0 + 1);
        assert_eq!(client.notes().await, [10u32, 11].map(Fr::from));
        // They come again.
        network.mine();
        client.sync().await.unwrap();
        assert_eq!(client.notes().await, [11u32, 20].map(Fr::from));
        network.take_back(1);
        network.mine();
        network.mine();
        let (moved, _) = client.sync().await.unwrap();
        assert!(matches!(moved, Move::Back { to, .. } if to > BlockNumber(0)), "{moved:?}");
        assert_eq!(client.notes().await, [11u32, 20].map(Fr::from));
    });
}

#[test]
fn a_lying_node_is_caught() {
    type Lie = fn(&str, &mut serde_json::Value);
    let lies: [Lie; 3] = [
        |method, result| {
            if method == "node_getNoteHashMembershipWitness" {
                let text = result.as_str().unwrap();
                *result = [&text[..60], if &text[60..61] == "A" { "B" } else { "A" }, &text[61..]].concat().into();
            }
        },
        |method, result| {
            if method == "node_getPrivateLogsByTags" {
                result.as_array_mut().unwrap().rotate_left(1);
            }
        },
        |method, result| {
            if method == "node_getPublicDataWitness" {
                result["leafPreimage"]["nextIndex"] = "3".into();
            }
        },
    ];
    for lie in lies {
        block_on(async {
            let network = network();
            let mut client = Client::new(&network).await;
            send_notes(&network, &client.secret(), 10..12, 0);
            network.mine();
            network.lie(lie);
            let error = client.sync().await.unwrap_err();
            assert!(matches!(error, SyncError::Node(NodeError::False { .. })), "{error}");
            assert!(client.notes().await.is_empty());
        });
    }
}
