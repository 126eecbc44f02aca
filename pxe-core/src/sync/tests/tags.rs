//! Senders count on.

use alloc::vec;

use protocol::block::Timestamp;
use protocol::tag::PreTag;
use protocol::tx::{RevertCode, TxHash};

use super::*;
use crate::node::AnchoredNode;
use crate::store::StoreError;
use crate::store::tags::{self, SenderIndexes, TagError};
use crate::store::txs::{self, TxEvent, TxRecord};
use crate::sync::SyncError;
use crate::sync::tags::next_index_as_sender;

/// The hash of the transaction of a block.
fn tx(number: u32) -> TxHash {
    effect(number).tx_hash
}

async fn next(job: &mut Job, node: &AnchoredNode) -> u32 {
    next_index_as_sender(job, node, &secret(1)).await.unwrap()
}

async fn known(job: &Job) -> SenderIndexes {
    tags::load_sender(job, &secret(1)).await.unwrap()
}

async fn pend(job: &mut Job, index: u32, tx_hash: TxHash) {
    tags::store_pending(job, &[PreTag { secret: secret(1), index }], tx_hash).await.unwrap();
}

#[test]
fn the_first_tag_is_found_in_one_round_trip() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(2), 0)]]));
        assert_eq!(next(job, &node.anchored()).await, 0);
        assert_eq!(bodies(&node), 1);
        assert_eq!(known(job).await, SenderIndexes::default());
    });
}

#[test]
fn tags_on_chain_are_used() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(1), 0), (secret(1), 1)], vec![(secret(1), 2)]]));
        assert_eq!(next(job, &node.anchored()).await, 3);
        assert_eq!(known(job).await, SenderIndexes { finalized: None, pending: vec![(1, tx(1)), (2, tx(2))] });
        assert_eq!(bodies(&node), 2);
        node.chain().finalized = 1;
        assert_eq!(next(job, &node.anchored()).await, 3);
        assert_eq!(known(job).await, SenderIndexes { finalized: Some(1), pending: vec![(2, tx(2))] });
        assert_eq!(bodies(&node), 2, "the window moved");
        node.chain().finalize_all();
        assert_eq!(next(job, &node.anchored()).await, 3);
        assert_eq!(known(job).await, SenderIndexes { finalized: Some(2), pending: vec![] });
    });
}

#[test]
fn transactions_that_wait_keep_their_tags_and_lost_ones_free_them() {
    run(async |job| {
        let mut chain = chain_of([vec![]]);
        chain.pending.push(tx(50));
        let node = TestNode::new(chain);
        pend(job, 0, tx(50)).await;
        pend(job, 1, tx(51)).await;
        assert_eq!(next(job, &node.anchored()).await, 1, "the node does not know transaction 51");
        assert_eq!(bodies(&node), 1);
        pend(job, 1, tx(52)).await;
        let record = TxRecord::new(tx(52), Timestamp(1), Timestamp(9), vec![], &[]);
        txs::record(job, &record).await.unwrap();
        assert_eq!(next(job, &node.anchored()).await, 2, "transaction 52 is on its way");
        txs::update(job, tx(52), &TxEvent::Accepted).await.unwrap();
        assert_eq!(next(job, &node.anchored()).await, 1, "the node lost transaction 52");
        node.chain().pending.clear();
        assert_eq!(next(job, &node.anchored()).await, 0);
        assert_eq!(known(job).await, SenderIndexes::default());
    });
}

#[test]
fn reverted_transactions_free_their_tags() {
    run(async |job| {
        let mut chain = chain_of([vec![(secret(1), 0)]]);
        let mut reverted = effect(60);
        reverted.revert_code = RevertCode::AppLogicReverted;
        reverted.private_logs = vec![private_log(SiloedTag::compute(&secret(1), 1).to_field(), &[])];
        chain.add_block(vec![reverted]);
        let node = TestNode::new(chain);
        assert_eq!(next(job, &node.anchored()).await, 1);
        assert_eq!(known(job).await.pending, [(0, tx(1))]);
    });
}

#[test]
fn squashed_logs_count() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(1), 0), (secret(1), 1)]]));
        pend(job, 3, tx(1)).await;
        assert_eq!(next(job, &node.anchored()).await, 4);
        assert_eq!(known(job).await.pending, [(3, tx(1))]);
    });
}

#[test]
fn long_histories_are_followed_in_few_round_trips() {
    run(async |job| {
        // Ten tags in each of a hundred blocks.
        let blocks = (0..100u32).map(|block| (0..10).map(|index| (secret(1), 10 * block + index)).collect());
        let mut chain = chain_of(blocks);
        chain.finalize_all();
        add_blocks(&mut chain, [vec![(secret(1), 1000)]]);
        let node = TestNode::new(chain);
        assert_eq!(next(job, &node.anchored()).await, 1001);
        assert_eq!(known(job).await, SenderIndexes { finalized: Some(999), pending: vec![(1000, tx(101))] });
        let bodies = bodies(&node);
        assert!(bodies <= 9, "{bodies} bodies");
    });
}

#[test]
fn a_tag_beyond_the_window_is_not_looked_for() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(1), 20)]]));
        assert_eq!(next(job, &node.anchored()).await, 0);
        // A tag that a transaction of this device uses is known without the chain.
        pend(job, 20, tx(1)).await;
        assert_eq!(next(job, &node.anchored()).await, 21);
        let error = tags::store_pending(job, &[PreTag { secret: secret(1), index: 21 }], tx(9)).await.unwrap_err();
        assert!(matches!(error, StoreError::Tag(TagError::BeyondWindow { .. })), "{error}");
    });
}

#[test]
fn a_receipt_of_another_transaction_is_a_lie() {
    run(async |job| {
        let node = TestNode::new(chain_of([vec![(secret(1), 0)]]));
        node.lie("node_getTxReceipt", |value| value["txHash"] = serde_json::to_value(tx(2)).unwrap());
        let error = next_index_as_sender(job, &node.anchored(), &secret(1)).await.unwrap_err();
        assert!(matches!(error, SyncError::Node(_)), "{error}");
    });
}
