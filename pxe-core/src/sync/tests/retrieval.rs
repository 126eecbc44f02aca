//! Contracts ask for logs by tag.

use alloc::vec;

use protocol::block::BlockNumber;
use protocol::tag::Tag;

use super::*;
use crate::node::testing::public_log;
use crate::node::{Anchor, AnchoredNode, NodeError};
use crate::store::{StoreError, capsules};
use crate::sync::SyncError;
use crate::sync::retrieval::bulk_retrieve_logs;

const REQUESTS: Fr = protocol::constants::GENESIS_BLOCK_HEADER_HASH;
/// Their first element is at 0, so that they are far from the requests.
const RESPONSES: Fr = Fr::MAX;
const OTHER: AztecAddress = AztecAddress::from_field(Fr::MAX);

/// Requests of logs, each contract and tag, and how many were found.
async fn retrieve(job: &mut Job, node: &AnchoredNode, requests: &[(AztecAddress, u32)]) -> Result<usize, SyncError> {
    capsules::array_clear(job, CONTRACT, REQUESTS).await.unwrap();
    let requests: Vec<_> = requests.iter().map(|(contract, tag)| vec![contract.to_field(), field(*tag)]).collect();
    capsules::array_push(job, CONTRACT, REQUESTS, &requests).await.unwrap();
    bulk_retrieve_logs(job, node, CONTRACT, REQUESTS, RESPONSES).await
}

fn siloed(tag: u32) -> Fr {
    Tag::from_field(field(tag)).silo(CONTRACT).to_field()
}

fn node() -> TestNode {
    let mut chain = Chain::new();
    let mut first = effect(1);
    first.public_logs = vec![public_log(CONTRACT, field(10), &[1, 2]), public_log(OTHER, field(10), &[3])];
    first.private_logs = vec![private_log(siloed(11), &[4])];
    chain.add_block(vec![first]);
    let mut second = effect(2);
    second.public_logs = vec![public_log(CONTRACT, field(12), &[]), public_log(CONTRACT, field(12), &[])];
    second.private_logs = vec![private_log(siloed(10), &[5])];
    chain.add_block(vec![second]);
    TestNode::new(chain)
}

#[test]
fn answers_come_in_the_order_of_the_requests_and_in_one_round_trip() {
    run(async |job| {
        let node = node();
        // Leftovers of an earlier time.
        capsules::array_push(job, CONTRACT, RESPONSES, &vec![vec![Fr::ONE]; 9]).await.unwrap();
        let requests = [(OTHER, 10), (CONTRACT, 13), (CONTRACT, 11), (OTHER, 12)];
        assert_eq!(retrieve(job, &node.anchored(), &requests).await.unwrap(), 2);
        assert_eq!(bodies(&node), 1);
        assert_eq!(capsules::array_len(job, CONTRACT, REQUESTS).await.unwrap(), 0);
        let responses = capsules::array_read_all(job, CONTRACT, RESPONSES).await.unwrap();
        assert!(responses.iter().all(|response| response.len() == 84));
        let contents: Vec<_> = responses.iter().map(|response| (response[0], response[1], response[16])).collect();
        let some = |content| (Fr::ONE, field(content), Fr::ONE);
        let none = (Fr::ZERO, Fr::ZERO, Fr::ZERO);
        assert_eq!(contents, [some(3), none, some(4), none]);
        assert_eq!(responses[0][17], effect(1).tx_hash.to_field());
        assert_eq!(responses[2][83], effect(1).nullifiers[0]);
    });
}

#[test]
fn a_tag_has_one_log() {
    run(async |job| {
        let node = node();
        for tag in [10, 12] {
            let error = retrieve(job, &node.anchored(), &[(CONTRACT, tag)]).await.unwrap_err();
            assert!(matches!(error, SyncError::SeveralLogs { count: 2, .. }), "{error}");
        }
        // At the first block the other log is not there yet.
        let anchor = Anchor::new(node.chain().header(1), BlockNumber(0));
        let at = AnchoredNode::new(node.client(), anchor);
        assert_eq!(retrieve(job, &at, &[(CONTRACT, 10), (CONTRACT, 12)]).await.unwrap(), 1);
    });
}

#[test]
fn nothing_is_asked_for_no_requests() {
    run(async |job| {
        let node = node();
        assert_eq!(bulk_retrieve_logs(job, &node.anchored(), CONTRACT, REQUESTS, RESPONSES).await.unwrap(), 0);
        assert_eq!(bodies(&node), 0);
        assert_eq!(capsules::get(job, CONTRACT, RESPONSES).await.unwrap(), Some(vec![Fr::ZERO]));
    });
}

#[test]
fn broken_requests_and_lies_are_refused() {
    run(async |job| {
        let node = node();
        capsules::array_push(job, CONTRACT, REQUESTS, &[vec![Fr::ONE]]).await.unwrap();
        let error = bulk_retrieve_logs(job, &node.anchored(), CONTRACT, REQUESTS, RESPONSES).await.unwrap_err();
        assert!(matches!(error, SyncError::Request { index: 0, .. }), "{error}");
        capsules::put(job, CONTRACT, REQUESTS, &[field(u32::MAX)]);
        let error = bulk_retrieve_logs(job, &node.anchored(), CONTRACT, REQUESTS, RESPONSES).await.unwrap_err();
        assert!(matches!(error, SyncError::Store(StoreError::Capsule(_))), "{error}");
        capsules::put(job, CONTRACT, REQUESTS, &[Fr::ZERO]);
        node.lie("node_getPublicLogsByTagsFromContract", |value| {
            value[0][0]["logData"][0] = value[0][0]["logData"][1].clone()
        });
        let error = retrieve(job, &node.anchored(), &[(CONTRACT, 10)]).await.unwrap_err();
        assert!(matches!(error, SyncError::Node(NodeError::False { .. })), "{error}");
    });
}
