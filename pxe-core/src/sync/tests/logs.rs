//! Recipients find what is for them.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec;

use protocol::block::{BlockNumber, Timestamp};
use protocol::keys::{AddressSecret, CompleteAddress, PartialAddress, SecretKey};
use protocol::tag::PreTag;

use super::*;
use crate::keystore::{AccountSecrets, Credential, KdfParams, KeyStore, KeyStoreError};
use crate::node::{Anchor, AnchoredNode};
use crate::node::{PrivateLogs, Questions};
use crate::port::Rng;
use crate::store::tags::{self, RecipientIndexes};
use crate::store::{capsules, senders};
use crate::sync::SyncError;
use crate::sync::logs::{Inbox, find, first_tags, inboxes};
use crate::sync::tags::{first_tags as first_tags_as_sender, next_index_as_sender, receipts_of_pending};

/// Where logs go.
const BASE: Fr = Fr::ONE;
const RECIPIENT: AztecAddress = AztecAddress::from_field(Fr::MAX);

/// Numbers that everybody can guess.
#[derive(Debug)]
struct Sevens;

impl Rng for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn inbox(secrets: Vec<TaggingSecret>) -> Inbox {
    Inbox { recipient: RECIPIENT, secrets, is_new: false }
}

/// Finds logs and gives them all to the contract.
async fn fetch(
    job: &mut Job,
    node: &AnchoredNode,
    contract: AztecAddress,
    inboxes: Vec<Inbox>,
    base: Fr,
) -> Result<usize, SyncError> {
    find(job, node, inboxes).await?.give(job, contract, base, usize::MAX).await
}

/// Fetches what is for one account from one sender.
async fn fetch_one(job: &mut Job, node: &AnchoredNode) -> usize {
    fetch(job, node, CONTRACT, vec![inbox(vec![secret(1)])], BASE).await.unwrap()
}

/// Number of the transaction and of the tag of each log in the array, which is emptied.
async fn take(job: &mut Job) -> Vec<(u32, u32)> {
    let elements = capsules::array_read_all(job, CONTRACT, BASE).await.unwrap();
    capsules::array_clear(job, CONTRACT, BASE).await.unwrap();
    elements.iter().map(|log| (log[1].to_u32().unwrap(), log[2].to_u32().unwrap())).collect()
}

/// The tags of the logs in the array, which is emptied.
async fn take_tags(job: &mut Job) -> Vec<u32> {
    take(job).await.into_iter().map(|(_, index)| index).collect()
}

async fn known(job: &Job) -> RecipientIndexes {
    tags::load_recipient(job, &secret(1)).await.unwrap()
}

#[test]
fn logs_come_with_their_transaction() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![], vec![(secret(1), 3)]]));
        assert_eq!(fetch_one(job, &node.anchored()).await, 1);
        let elements = capsules::array_read_all(job, CONTRACT, BASE).await.unwrap();
        let mut expected = vec![Fr::ZERO; 85];
        expected[..3].copy_from_slice(&[SiloedTag::compute(&secret(1), 3).to_field(), field(2), field(3)]);
        expected[16] = field(3);
        expected[17] = effect(2).tx_hash.to_field();
        (expected[18], expected[82]) = (field(3_000_002), field(1));
        expected[83] = effect(2).nullifiers[0];
        expected[84] = RECIPIENT.to_field();
        assert_eq!(elements, [expected]);
        assert_eq!(bodies(&node), 1);
    });
}

#[test]
fn all_inboxes_are_read_in_one_round_trip_and_in_order() {
    run(async |job| {
        let tags = |numbers: &[(u32, u32)]| numbers.iter().map(|(number, index)| (secret(*number), *index)).collect();
        let node = TestNode::new(chain_of([tags(&[(4, 1), (3, 0)]), tags(&[(1, 2), (2, 0)]), tags(&[(1, 0), (2, 0)])]));
        let inboxes = [(5, vec![2, 1, 9]), (6, vec![3, 4])].map(|(recipient, numbers)| Inbox {
            recipient: AztecAddress::from_u64(recipient),
            ..inbox(numbers.into_iter().map(secret).collect())
        });
        assert_eq!(fetch(job, &node.anchored(), CONTRACT, inboxes.into(), BASE).await.unwrap(), 6);
        // By recipient, sender, tag, block.
        assert_eq!(take(job).await, [(2, 0), (3, 0), (3, 0), (2, 2), (1, 0), (1, 1)]);
        assert_eq!(bodies(&node), 1);
    });
}

#[test]
fn a_log_comes_again_until_it_is_old() {
    run(async |job| {
        let mut chain = chain_of([vec![(secret(1), 0)], vec![(secret(1), 1)]]);
        let node = TestNode::new(chain_of([]));
        assert_eq!(fetch_one(job, &node.anchored()).await, 0);
        assert_eq!(known(job).await, RecipientIndexes::default());
        chain.finalize_all();
        *node.chain() = chain;
        for _ in 0..2 {
            assert_eq!(fetch_one(job, &node.anchored()).await, 2);
            assert_eq!(take_tags(job).await, [0, 1]);
            assert_eq!(known(job).await, RecipientIndexes { aged: None, finalized: Some(1) });
        }
        // The first log is old a day after it; the second one not yet.
        let day_after = Timestamp(node.chain().header(1).timestamp().0 + 86400);
        node.chain().add_block_at(vec![], day_after);
        assert_eq!(fetch_one(job, &node.anchored()).await, 2);
        assert_eq!(known(job).await, RecipientIndexes { aged: Some(0), finalized: Some(1) });
        take(job).await;
        assert_eq!(fetch_one(job, &node.anchored()).await, 1);
        assert_eq!(take_tags(job).await, [1]);
    });
}

#[test]
fn what_is_old_but_not_final_comes_again() {
    run(async |job| {
        let mut chain = chain_of([vec![(secret(1), 0)]]);
        chain.add_block_at(vec![], Timestamp(1_000_000));
        let node = TestNode::new(chain);
        for _ in 0..2 {
            assert_eq!(fetch_one(job, &node.anchored()).await, 1);
            assert_eq!(known(job).await, RecipientIndexes::default());
        }
    });
}

#[test]
fn the_window_moves_with_what_is_final() {
    run(async |job| {
        // Without a final tag, tags up to 20 are looked for.
        let node = TestNode::new(chain_of([vec![(secret(1), 20), (secret(1), 21)]]));
        assert_eq!(fetch_one(job, &node.anchored()).await, 1);
        assert_eq!(take_tags(job).await, [20]);
        // With one, up to 20 after it.
        node.chain().finalize_all();
        add_blocks(&mut node.chain(), [vec![(secret(1), 40), (secret(1), 41), (secret(1), 42)]]);
        assert_eq!(fetch_one(job, &node.anchored()).await, 4);
        assert_eq!(take_tags(job).await, [20, 21, 40, 41]);
        assert_eq!(known(job).await.finalized, Some(21));
        // A window without logs is the last, even if there are some behind it.
        let node = TestNode::new(chain_of([vec![(secret(3), 22)]]));
        node.chain().finalize_all();
        let inbox = inbox(vec![secret(3)]);
        assert_eq!(fetch(job, &node.anchored(), CONTRACT, vec![inbox], BASE).await.unwrap(), 0);
    });
}

#[test]
fn long_histories_are_read_in_few_round_trips() {
    for (count, most_bodies) in [(10, 2), (100, 4), (1000, 8)] {
        run(async |job| {
            let blocks = (0..count / 10).map(|block| (0..10).map(|index| (secret(1), 10 * block + index)).collect());
            let mut chain = chain_of(blocks);
            chain.finalize_all();
            let node = TestNode::new(chain);
            assert_eq!(fetch_one(job, &node.anchored()).await, count as usize);
            assert_eq!(take_tags(job).await, (0..count).collect::<Vec<_>>());
            assert_eq!(known(job).await.finalized, Some(count - 1));
            let bodies = bodies(&node);
            assert!(bodies <= most_bodies, "{bodies} bodies for {count} logs");
        });
    }
}

#[test]
fn logs_after_the_anchor_are_not_there_yet() {
    run(async |job| {
        let mut chain = chain_of([vec![(secret(1), 0)], vec![(secret(1), 1)]]);
        chain.finalize_all();
        let node = TestNode::new(chain);
        let anchor = Anchor::new(node.chain().header(1), BlockNumber(1));
        let at = AnchoredNode::new(node.client(), anchor);
        assert_eq!(fetch_one(job, &at).await, 1);
        assert_eq!(known(job).await.finalized, Some(0));
    });
}

#[test]
fn what_is_asked_in_advance_is_not_asked_again() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(1), 0)]]));
        let at = node.anchored();
        let inboxes = vec![inbox(vec![secret(1), secret(2)])];
        let mut questions = Questions::new();
        let tags = first_tags(job, inboxes.clone()).await.unwrap();
        assert_eq!(tags.len(), 42);
        questions.add_all(tags.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
        at.ask(questions).await.unwrap();
        assert_eq!(fetch(job, &at, CONTRACT, inboxes, BASE).await.unwrap(), 1);
        assert_eq!(bodies(&node), 1);
    });
}

#[test]
fn what_is_found_can_be_given_bit_by_bit() {
    run(async |job| {
        let mut chain = chain_of([(0..5).map(|index| (secret(1), index)).collect()]);
        chain.finalize_all();
        let node = TestNode::new(chain);
        let mut found = find(job, &node.anchored(), vec![inbox(vec![secret(1)])]).await.unwrap();
        for (given, left) in [(2, 3), (2, 1), (1, 0), (0, 0)] {
            assert_eq!(found.give(job, CONTRACT, BASE, 2).await.unwrap(), given);
            assert_eq!((found.len(), found.is_empty()), (left, left == 0));
            // What a contract does not take is found again.
            assert_eq!(known(job).await.finalized, (left == 0).then_some(4));
        }
        assert_eq!(take_tags(job).await, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn of_new_inboxes_many_tags_are_asked_in_advance_but_not_too_many() {
    run(async |job| {
        let mut chain = chain_of((0..100).map(|index| vec![(secret(1), index)]).collect::<Vec<_>>());
        chain.finalize_all();
        let node = TestNode::new(chain);
        let at = node.anchored();
        let inboxes = vec![Inbox { is_new: true, ..inbox(vec![secret(1), secret(2)]) }];
        let mut questions = Questions::new();
        let tags = first_tags(job, inboxes.clone()).await.unwrap();
        assert_eq!(tags.len(), 2 * 181);
        questions.add_all(tags.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
        at.ask(questions).await.unwrap();
        assert!(bodies(&node) > 0);
        assert_eq!(fetch(job, &at, CONTRACT, inboxes, BASE).await.unwrap(), 100);
        assert_eq!(bodies(&node), 0);
        let many = (10..110).map(secret).collect();
        let tags = first_tags(job, vec![Inbox { is_new: true, ..inbox(many) }]).await.unwrap();
        assert_eq!(tags.len(), 100 * (21 + 8));
    });
}

#[test]
fn inboxes_have_a_secret_for_each_sender_once() {
    run(async |job| {
        let keys =
            KeyStore::create(job, Credential::Key(&[1; 32]), KdfParams::INSECURE, Arc::new(Sevens)).await.unwrap();
        let mut own = Vec::new();
        for seed in [1u32, 2] {
            let (secret, partial) = (SecretKey::from_field(seed.into()), PartialAddress::from_field(seed.into()));
            let account = keys.add_account(job, secret, partial, AccountSecrets::default()).await.unwrap();
            own.push(account.address());
        }
        let (alice, bob) = (own[0], own[1]);
        let secret = SecretKey::from_field(3u32.into());
        let carol = CompleteAddress::from_secret_key(&secret, PartialAddress::from_field(3u32.into()));
        let of_carol = AddressSecret::derive(&secret.master_keys().ivsk_m, carol.preaddress());
        let not_a_point = (1u64..).map(AztecAddress::from_u64).find(|address| !address.is_valid()).unwrap();
        for sender in [bob, carol.address(), not_a_point] {
            senders::add(job, sender).await.unwrap();
        }
        let mut expected = [bob, carol.address()];
        expected.sort_unstable();
        // Twice, the second time from what is remembered.
        for _ in 0..2 {
            let found = inboxes(job, &keys, CONTRACT, &own, &own).await.unwrap();
            for (inbox, recipient) in found.iter().zip(&own) {
                assert_eq!(inbox.recipient, *recipient);
                let own_secret = keys.address_secret(*recipient).unwrap();
                let senders = expected.iter().chain([&alice]);
                let secrets =
                    senders.map(|from| TaggingSecret::derive(&own_secret, *from, CONTRACT, *recipient).unwrap());
                assert_eq!(inbox.secrets, secrets.collect::<Vec<_>>());
            }
            // The sender derives the same.
            let sent = TaggingSecret::derive(&of_carol, alice, CONTRACT, alice).unwrap();
            assert!(found[0].secrets.contains(&sent));
        }
        let error = inboxes(job, &keys, CONTRACT, &[carol.address()], &own).await.unwrap_err();
        assert!(matches!(error, SyncError::Keys(KeyStoreError::UnknownAccount(_))), "{error}");
        keys.lock();
        let error = inboxes(job, &keys, CONTRACT, &own, &own).await.unwrap_err();
        assert!(matches!(error, SyncError::Keys(KeyStoreError::Locked)), "{error}");
    });
}

#[test]
fn what_a_sender_asks_first_is_asked_in_advance() {
    run(async |job| {
        let keys =
            KeyStore::create(job, Credential::Key(&[1; 32]), KdfParams::INSECURE, Arc::new(Sevens)).await.unwrap();
        let (secret, partial) = (SecretKey::from_field(1u32.into()), PartialAddress::from_field(1u32.into()));
        let alice = keys.add_account(job, secret, partial, AccountSecrets::default()).await.unwrap().address();
        let secret = SecretKey::from_field(3u32.into());
        let carol = CompleteAddress::from_secret_key(&secret, PartialAddress::from_field(3u32.into())).address();
        senders::add(job, carol).await.unwrap();
        let to_carol = keys.tagging_secret(alice, carol, CONTRACT, carol).unwrap().unwrap();
        let mut chain = chain_of([vec![(to_carol.clone(), 0)]]);
        chain.pending.push(effect(9).tx_hash);
        let node = TestNode::new(chain);
        for (index, number) in [(0, 1), (1, 9)] {
            let tag = PreTag { secret: to_carol.clone(), index };
            tags::store_pending(job, &[tag], effect(number).tx_hash).await.unwrap();
        }
        let at = node.anchored();
        let contracts = BTreeSet::from([CONTRACT]);
        let first = first_tags_as_sender(job, &keys, alice, &contracts, &BTreeSet::new()).await.unwrap();
        assert_eq!(first.len(), 2 * 20);
        assert_eq!(first_tags_as_sender(job, &keys, alice, &contracts, &contracts).await.unwrap().len(), 2 * 40);
        let mut questions = Questions::new();
        questions.add_all(first.into_iter().map(|tag| PrivateLogs { page: 0, tag }));
        questions.add_all(receipts_of_pending(job).await.unwrap());
        at.ask(questions).await.unwrap();
        assert_eq!(bodies(&node), 1);
        assert_eq!(next_index_as_sender(job, &at, &to_carol).await.unwrap(), 2);
        let to_alice = keys.tagging_secret(alice, alice, CONTRACT, alice).unwrap().unwrap();
        assert_eq!(next_index_as_sender(job, &at, &to_alice).await.unwrap(), 0);
        assert_eq!(bodies(&node), 0);
    });
}
