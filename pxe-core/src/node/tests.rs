//! What an honest node says is believed, and no lie that can be noticed is.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::log::TxScopedL2Log;
use protocol::merkle::{MembershipWitness, NullifierMembershipWitness};
use protocol::message::L1ToL2MessageHash;
use protocol::tx::PublicDataWrite;
use serde_json::{Value, json};

use super::testing::{Chain, TestNode, effect, private_log, public_log};
use super::*;

const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);

fn field(number: u32) -> Fr {
    number.into()
}

/// Three blocks, of which the second has all kinds of things in its second transaction.
fn node() -> TestNode {
    let mut chain = Chain::new();
    chain.add_message(field(70));
    chain.add_block(vec![effect(1)]);
    let mut full = effect(2);
    full.note_hashes = vec![field(500), field(501)];
    full.nullifiers.push(field(600));
    full.private_logs = vec![private_log(field(80), &[1, 2])];
    full.public_logs = vec![public_log(CONTRACT, field(90), &[3])];
    let leaf_slot = public_data_leaf_slot(CONTRACT, field(8));
    full.public_data_writes = vec![PublicDataWrite { leaf_slot, value: field(42) }];
    chain.add_block(vec![effect(3), full]);
    chain.add_block(vec![effect(4)]);
    TestNode::new(chain)
}

fn hash(node: &TestNode, number: u32) -> BlockHash {
    node.chain().header(number).hash()
}

/// Each kind of question, with the method that answers it.
async fn ask_everything(of: &TestNode) -> Vec<(&'static str, Result<(), NodeError>)> {
    let at = of.anchored();
    let block = at.hash();
    let witness = at.nullifier_witness(block, field(600)).await;
    let mut answers = vec![("node_getNullifierMembershipWitness", witness.map(|found| assert!(found.is_some())))];
    let witness = at.low_nullifier_witness(block, field(601)).await;
    let check = |low: NullifierMembershipWitness| assert_eq!(low.leaf_preimage.leaf.nullifier, field(600));
    answers.push(("node_getLowNullifierMembershipWitness", witness.map(check)));
    let values = at.storages(block, CONTRACT, field(7), 3).await;
    let check = |values| assert_eq!(values, [Fr::ZERO, field(42), Fr::ZERO]);
    answers.push(("node_getPublicDataWitness", values.map(check)));
    let witness = at.note_hash_witness(block, field(501)).await;
    answers
        .push(("node_getNoteHashMembershipWitness", witness.map(|found| assert_eq!(found.unwrap().leaf_index.0, 129))));
    let witness = at.block_hash_witness(block, hash(of, 1)).await;
    let check = |found: Option<MembershipWitness<30>>| assert_eq!(found.unwrap().leaf_index.0, 1);
    answers.push(("node_getBlockHashMembershipWitness", witness.map(check)));
    let witness = at.message_witness(L1ToL2MessageHash::from_field(field(70))).await;
    answers.push(("node_getL1ToL2MessageMembershipWitness", witness.map(|found| assert!(found.is_some()))));
    let header = at.block_header(BlockNumber(2)).await;
    answers.push(("node_getBlockHeader", header.map(|found| assert_eq!(found, Some(of.chain().header(2))))));
    let found = at.find_nullifiers(&[field(600), field(601)]).await;
    let check = |found| assert_eq!(found, [Some(BlockNumber(2)), None]);
    answers.push(("node_findLeavesIndexes", found.map(check)));
    let found = at.ask_one(NoteHashLeafOf(field(500))).await;
    // The place is what the node says.
    answers.push(("node_findLeavesIndexes", found.map(|_| ())));
    let logs = at.private_logs_by_tags(&[field(81).into(), field(80).into()]).await;
    let check = |logs: Vec<Vec<TxScopedL2Log>>| {
        assert!(logs[0].is_empty());
        assert_eq!(logs[1][0].log_data, [80, 1, 2].map(field));
    };
    answers.push(("node_getPrivateLogsByTags", logs.map(check)));
    let logs = at.public_logs_by_tags(CONTRACT, &[field(90).into()]).await;
    let check = |logs: Vec<Vec<TxScopedL2Log>>| assert_eq!(logs[0][0].log_data, [90, 3].map(field));
    answers.push(("node_getPublicLogsByTagsFromContract", logs.map(check)));
    let tx_hash = effect(2).tx_hash;
    let found = at.tx_effect(tx_hash).await;
    answers.push(("node_getTxEffect", found.map(|found| assert_eq!(found.unwrap().tx_index_in_block, 1))));
    let receipt = at.ask_one(ReceiptOf(tx_hash)).await;
    answers.push(("node_getTxReceipt", receipt.map(|receipt| assert!(receipt.has_succeeded()))));
    answers
}

#[test]
fn what_is_asked_later_travels_with_other_questions_and_what_may_change_is_known_to_one_work_only() {
    block_on(async {
        let node = node();
        let at = node.anchored();
        let (mined, unknown) = (ReceiptOf(effect(2).tx_hash), ReceiptOf(effect(99).tx_hash));
        let mut later = Questions::new();
        later.add_all([mined, unknown]);
        at.ask_later(later.clone()).await;
        assert!(!at.knows(&later).await && node.take_asked().is_empty());
        at.tx_effect(effect(2).tx_hash).await.unwrap();
        assert_eq!(node.take_asked(), [["node_getTxEffect", "node_getTxReceipt", "node_getTxReceipt"]]);
        assert!(at.knows(&later).await);
        assert_eq!(at.ask_one(unknown).await.unwrap().status, protocol::tx::TxStatus::Dropped);
        assert!(node.take_asked().is_empty());
        at.begin().await;
        at.ask_all(&[mined, unknown]).await.unwrap();
        assert_eq!(node.take_asked(), [["node_getTxReceipt"]]);
    });
}

#[test]
fn an_honest_node_is_believed() {
    block_on(async {
        for (method, outcome) in ask_everything(&node()).await {
            outcome.unwrap_or_else(|error| panic!("{method}: {error}"));
        }
    });
}

type Lie = Box<dyn Fn(&mut Value) + Send>;

/// Replaces what is at a path, where something is.
fn put(path: &'static str, new: impl Into<Value>) -> impl Fn(&mut Value) + Send {
    let new = new.into();
    move |value| {
        if let Some(old) = value.pointer_mut(path) {
            *old = new.clone();
        }
    }
}

/// Changes the first log.
fn in_log(how: impl Fn(&mut Value) + Send) -> impl Fn(&mut Value) + Send {
    move |value| {
        if let Some(log) = value.as_array_mut().unwrap().iter_mut().find_map(|logs| logs.get_mut(0)) {
            how(log);
        }
    }
}

/// Changes a node of a path in base64.
fn other_path(value: &mut Value) {
    if let Some(text) = value.as_str() {
        let changed = if &text[100..101] == "A" { "B" } else { "A" };
        *value = [&text[..100], changed, &text[101..]].concat().into();
    }
}

#[test]
fn each_lie_is_noticed_and_says_what_it_contradicts() {
    fn no(method: &'static str, lie: impl Fn(&mut Value) + Send + 'static) -> (&'static str, Lie) {
        (method, Box::new(lie))
    }
    let other = other_text();
    let lies = [
        no("node_getNullifierMembershipWitness", put("/index", "3")),
        no("node_getNullifierMembershipWitness", put("/leafPreimage/leaf/nullifier", other.clone())),
        no("node_getNullifierMembershipWitness", put("/leafPreimage/nextIndex", "5")),
        no("node_getLowNullifierMembershipWitness", |value| *value = Value::Null),
        no("node_getLowNullifierMembershipWitness", put("/leafPreimage/leaf/nullifier", field(602).to_string())),
        no("node_getLowNullifierMembershipWitness", put("/leafPreimage/nextKey", field(601).to_string())),
        no("node_getLowNullifierMembershipWitness", put("/index", "1")),
        no("node_getPublicDataWitness", |value| *value = Value::Null),
        no("node_getPublicDataWitness", put("/leafPreimage/leaf/value", other.clone())),
        no("node_getPublicDataWitness", put("/leafPreimage/leaf/slot", Fr::MAX.to_string())),
        no("node_getNoteHashMembershipWitness", other_path),
        no("node_getBlockHashMembershipWitness", other_path),
        no("node_getL1ToL2MessageMembershipWitness", put("/0", "3")),
        no("node_getBlockHeader", put("/globalVariables/blockNumber", 1)),
        no("node_getBlockHeader", put("/totalManaUsed", other.clone())),
        no("node_findLeavesIndexes", |value| _ = value.as_array_mut().unwrap().pop()),
        no("node_findLeavesIndexes", put("/0/l2BlockNumber", 4)),
        no("node_findLeavesIndexes", put("/0/l2BlockNumber", 3)),
        no("node_findLeavesIndexes", put("/0/data", "1000000")),
        no("node_findLeavesIndexes", put("/0/data", "1")),
        no("node_findLeavesIndexes", put("/0", Value::Null)),
        no("node_getPrivateLogsByTags", |value| _ = value.as_array_mut().unwrap().pop()),
        no("node_getPrivateLogsByTags", |value| value.as_array_mut().unwrap().swap(0, 1)),
        no("node_getPrivateLogsByTags", |value| {
            if let Some(logs) = value.as_array_mut().unwrap().iter_mut().find(|logs| logs[0].is_object()) {
                *logs = vec![logs[0].clone(); 11].into();
            }
        }),
        no("node_getPrivateLogsByTags", in_log(|log| fill(&mut log["logData"], 17))),
        no("node_getPrivateLogsByTags", in_log(|log| fill(&mut log["noteHashes"], 65))),
        no("node_getPrivateLogsByTags", in_log(|log| log["blockTimestamp"] = "181".into())),
        no("node_getPublicLogsByTagsFromContract", put("/0/0/logData/0", other.clone())),
        no("node_getTxEffect", put("/data/txHash", other.clone())),
        no("node_getTxEffect", put("/l2BlockNumber", 3)),
        no("node_getTxReceipt", put("/txHash", other)),
    ];
    block_on(async {
        for (index, (method, lie)) in lies.into_iter().enumerate() {
            let node = node();
            node.lie(method, lie);
            let told: Vec<_> = ask_everything(&node).await;
            let false_about: Vec<&str> = told
                .iter()
                .filter_map(|(_, outcome)| match outcome {
                    Ok(()) => None,
                    Err(NodeError::False { method, what }) => {
                        assert!(!what.is_empty());
                        Some(*method)
                    }
                    Err(error) => panic!("lie {index} about {method}: {error}"),
                })
                .collect();
            assert!(false_about.contains(&method), "lie {index} about {method} was believed: {false_about:?}");
        }
    });
}

fn other_text() -> String {
    field(0xbad).to_string()
}

/// Makes a list longer.
fn fill(list: &mut Value, length: usize) {
    list.as_array_mut().unwrap().resize(length, other_text().into());
}

#[test]
fn a_question_is_asked_once_and_with_others() {
    block_on(async {
        let node = node();
        let at = node.anchored();
        let block = at.hash();
        let mut questions = Questions::new();
        questions.add_all([500, 501].map(|hash| NoteHashAt { block, note_hash: field(hash) }));
        questions.add_all((0..250).map(|number| NoteHashLeafOf(field(number))));
        questions.add(EffectOf(effect(2).tx_hash));
        questions.add_all([2, 99].map(|number| ReceiptOf(effect(number).tx_hash)));
        let count = questions.len();
        assert_eq!(count, 255);
        at.ask(questions.clone()).await.unwrap();
        assert_eq!(node.take_asked().iter().map(Vec::len).collect::<Vec<_>>(), [8]);
        at.ask(questions.clone()).await.unwrap();
        assert!(node.take_asked().is_empty());
        at.begin().await;
        at.ask(questions).await.unwrap();
        assert_eq!(node.take_asked(), [["node_getTxReceipt"]], "a transaction that is not known may be now");
        assert_eq!(at.client().stats().round_trips, 2);
        assert!(at.ask(Questions::new()).await.is_ok());
        assert!(node.take_asked().is_empty());
    });
}

#[test]
fn state_of_other_blocks_is_checked_against_their_headers() {
    block_on(async {
        let node = node();
        let at = node.anchored();
        let earlier = hash(&node, 1);
        assert_eq!(at.note_hash_witness(earlier, field(500)).await.unwrap(), None);
        assert_eq!(at.storage(earlier, CONTRACT, field(8)).await.unwrap(), Fr::ZERO);
        let asked = node.take_asked();
        assert_eq!(asked[0], ["node_getBlockHeader", "node_getNoteHashMembershipWitness"]);
        assert_eq!(asked[1], ["node_getPublicDataWitness"]);
        assert_eq!(at.storage(hash(&node, 2), CONTRACT, field(8)).await.unwrap(), field(42));
        // A header that does not hash to what names the block is no ground.
        let at = node.anchored();
        node.lie("node_getBlockHeader", put("/state/partial/publicDataTree/root", other_text()));
        assert!(at.storage(earlier, CONTRACT, field(8)).await.is_err());
        node.lie("node_getBlockHeader", |value| *value = Value::Null);
        assert!(at.ask_one(HeaderOf(earlier)).await.unwrap().is_none());
        let error = at.storage(earlier, CONTRACT, field(8)).await.unwrap_err();
        assert!(matches!(error, NodeError::False { .. }), "{error}");
    });
}

#[test]
fn headers_are_on_the_chain_of_the_anchor() {
    block_on(async {
        let node = node();
        let at = node.anchored();
        assert_eq!(at.block_header(BlockNumber(3)).await.unwrap().unwrap(), *at.header());
        assert_eq!(at.block_header(BlockNumber(4)).await.unwrap(), None);
        assert_eq!(at.block_header(BlockNumber(0)).await.unwrap(), Some(node.chain().header(0)));
        node.lie("node_getBlockHashMembershipWitness", |value| *value = Value::Null);
        let error = at.block_header(BlockNumber(1)).await.unwrap_err();
        assert!(matches!(error, NodeError::False { .. }), "{error}");
    });
}

#[test]
fn all_pages_of_logs_are_read() {
    block_on(async {
        let mut chain = Chain::new();
        for number in 0..21u32 {
            let mut effect = effect(number);
            effect.private_logs = vec![private_log(field(80), &[number])];
            if number < 10 {
                effect.private_logs.push(private_log(field(81), &[number]));
            }
            chain.add_block(vec![effect]);
        }
        let node = TestNode::new(chain);
        let at = node.anchored();
        let logs = at.private_logs_by_tags(&[field(82).into(), field(81).into(), field(80).into()]).await.unwrap();
        assert_eq!(logs.iter().map(Vec::len).collect::<Vec<_>>(), [0, 10, 21]);
        assert!(logs[2].iter().zip(0..).all(|(log, number)| log.log_data[1] == field(number)));
        assert_eq!(node.take_asked().len(), 3);
    });
}

#[test]
fn many_nullifiers_are_proven_where_they_are_found() {
    block_on(async {
        let node = node();
        let at = node.anchored();
        let nullifiers: Vec<Fr> = (560..660).map(field).collect();
        let found = at.find_nullifiers(&nullifiers).await.unwrap();
        assert_eq!(found.iter().flatten().collect::<Vec<_>>(), [&BlockNumber(2)]);
        let asked = node.take_asked();
        assert_eq!(asked, [["node_findLeavesIndexes"], ["node_getNullifierMembershipWitness"]]);
        let at = node.anchored();
        node.lie("node_findLeavesIndexes", |value| {
            let of = value[40].clone();
            value[41] = json!({"l2BlockNumber": 2, "l2BlockHash": of["l2BlockHash"], "data": "7"});
        });
        let error = at.find_nullifiers(&nullifiers).await.unwrap_err();
        assert!(matches!(error, NodeError::False { .. }), "{error}");
    });
}
