//! A chain recorded from the official archiver's store, replayed: the archive must give the same answers.
//!
//! The data is made by `tests/state/generate/archive.mjs`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod common;

use common::{bytes, field, fields, lines};
use node_lite::archive::InboxMessage;
use node_lite::state::Genesis;
use node_lite::store::{ChainStore, Snapshot};
use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, CheckpointNumber, L1BlockHash, L1BlockNumber, L2Block, PublishedCheckpoint};
use protocol::block::{SlotNumber, Timestamp};
use protocol::codec::Decode;
use protocol::log::{LogFilter, LogId};
use protocol::merkle::LeafIndex;
use protocol::message::InboxLeaf;
use serde_json::{Value, json};

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap() as u32
}

fn message(value: &Value) -> InboxMessage {
    InboxMessage {
        message: InboxLeaf { index: value[0].as_str().unwrap().parse().unwrap(), leaf: field(&value[1]).into() },
        l1_block_number: L1BlockNumber(value[2].as_u64().unwrap()),
        l1_block_hash: L1BlockHash(bytes(&value[3]).try_into().unwrap()),
        rolling_hash: bytes(&value[4]).try_into().unwrap(),
    }
}

/// The logs of a page beside what the official store gives, whose pages are shorter.
fn page<L: serde::Serialize>(found: protocol::rpc::lookup::LogPage<L>, expected: &Value, size: usize) -> Value {
    let mut logs: Vec<Value> = found.logs.iter().map(|log| serde_json::to_value(log).unwrap()).collect();
    let full = logs.len() >= size;
    logs.truncate(size);
    // Both stores claim a full page for an inverted range.
    let inverted = logs.is_empty() && expected["maxLogsHit"] == json!(true);
    json!({ "logs": logs, "maxLogsHit": full || (inverted && found.max_logs_hit) })
}

fn answer(snapshot: &Snapshot, question: &str, input: &Value, expected: &Value, size: usize) -> Value {
    let value = |value: &dyn Fn() -> Value| value();
    let tags = || fields(&input["tags"]);
    match question {
        "privateLogsByTags" => {
            let tags: Vec<_> = tags().into_iter().map(Into::into).collect();
            serde_json::to_value(snapshot.private_logs_by_tags(&tags, number(&input["page"])).unwrap()).unwrap()
        }
        "publicLogsByTags" => {
            let tags: Vec<_> = tags().into_iter().map(Into::into).collect();
            let contract = AztecAddress::from_field(field(&input["contract"]));
            let logs = snapshot.public_logs_by_tags(contract, &tags, number(&input["page"])).unwrap();
            serde_json::to_value(logs).unwrap()
        }
        "publicLogs" => {
            let filter: LogFilter = serde_json::from_value(input.clone()).unwrap();
            page(snapshot.public_logs(&filter).unwrap(), expected, size)
        }
        "contractClassLogs" => {
            let filter: LogFilter = serde_json::from_value(input.clone()).unwrap();
            page(snapshot.contract_class_logs(&filter).unwrap(), expected, size)
        }
        "txEffect" => serde_json::to_value(snapshot.tx_effect(field(input).into()).unwrap()).unwrap(),
        "contractClass" => serde_json::to_value(snapshot.contract_class(field(input).into()).unwrap()).unwrap(),
        "contractInstance" => {
            let time = Timestamp(input["time"].as_str().unwrap().parse().unwrap());
            let address = AztecAddress::from_field(field(&input["address"]));
            serde_json::to_value(snapshot.contract_instance(address, time).unwrap()).unwrap()
        }
        "message" => value(&|| match snapshot.message(field(input).into()).unwrap() {
            Some(found) => json!(found.index.to_string()),
            None => Value::Null,
        }),
        "messagesOf" => serde_json::to_value(snapshot.messages_of(CheckpointNumber(number(input))).unwrap()).unwrap(),
        "blockByHash" => json!(snapshot.block_by_hash(field(input).into()).unwrap().map(|block| block.0)),
        "blockByArchive" => json!(snapshot.block_by_archive(field(input)).unwrap().map(|block| block.0)),
        "block" => serde_json::to_value(snapshot.block(BlockNumber(number(input))).unwrap()).unwrap(),
        "checkpointedBlock" => {
            serde_json::to_value(snapshot.checkpointed_block(BlockNumber(number(input))).unwrap()).unwrap()
        }
        "checkpointData" => {
            serde_json::to_value(snapshot.checkpoint_data(CheckpointNumber(number(input))).unwrap()).unwrap()
        }
        "checkpointsInSlots" => {
            let slots = SlotNumber(number(&input[0]))..=SlotNumber(number(&input[1]));
            serde_json::to_value(snapshot.checkpoints_in_slots(slots).unwrap()).unwrap()
        }
        "tips" => serde_json::to_value(snapshot.tips().unwrap()).unwrap(),
        other => panic!("unknown question {other}"),
    }
}

/// Drops the key by which the official objects remember their hash.
fn without_caches(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !name.starts_with('_'));
            kept.map(|(name, value)| (name.clone(), without_caches(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_caches).collect(),
        other => other.clone(),
    }
}

/// Asks for public logs one after the other, each after the one before.
fn one_by_one(snapshot: &Snapshot, filter: &LogFilter) -> Vec<LogId> {
    let mut found = vec![];
    let mut after = None;
    loop {
        let page = snapshot.public_logs(&LogFilter { after_log: after, ..*filter }).unwrap();
        let Some(first) = page.logs.first() else { return found };
        found.push(first.id);
        after = Some(first.id);
    }
}

#[test]
fn the_archive_answers_as_the_official_one() {
    let steps = lines("archive");
    let size = steps[0]["page"].as_u64().unwrap() as usize;
    let folder = tempfile::tempdir().unwrap();
    let store = ChainStore::open(&folder.path().join("chain.redb"), &Genesis::default()).unwrap();
    let mut asked = 0;
    for (at, step) in steps.iter().enumerate().skip(1) {
        match step["op"].as_str().unwrap() {
            "block" => {
                let block = L2Block::from_buffer(&bytes(&step["block"])).unwrap();
                let mut fork = store.snapshot().unwrap().fork().unwrap();
                fork.apply_block(&block, &[]).unwrap();
                store.write(|batch| batch.append_block(&block, &mut fork)).unwrap();
                assert_eq!(store.snapshot().unwrap().block(block.number()).unwrap(), Some(block));
            }
            "checkpoint" => {
                let checkpoint = PublishedCheckpoint::from_buffer(&bytes(&step["checkpoint"])).unwrap();
                store.write(|batch| batch.add_checkpoint(&checkpoint)).unwrap();
                let number = checkpoint.checkpoint.number;
                assert_eq!(store.snapshot().unwrap().checkpoint(number).unwrap(), Some(checkpoint));
                assert!(store.snapshot().unwrap().checkpoint(CheckpointNumber(number.0 + 1)).unwrap().is_none());
            }
            "messages" => {
                let messages: Vec<_> = step["messages"].as_array().unwrap().iter().map(message).collect();
                store.write(|batch| batch.add_messages(&messages)).unwrap();
                // Again, as after a reorganization of L1.
                store.write(|batch| batch.add_messages(&messages)).unwrap();
                assert_eq!(store.snapshot().unwrap().last_message().unwrap(), messages.last().copied());
                let mut gap = *messages.last().unwrap();
                gap.message.index += 2;
                store.write(|batch| batch.add_messages(&[gap])).unwrap_err();
            }
            "forgetMessages" => {
                let from = LeafIndex(step["from"].as_str().unwrap().parse().unwrap());
                store.write(|batch| batch.remove_messages_from(from)).unwrap();
            }
            "tips" => {
                let (proven, finalized) = (number(&step["proven"]), number(&step["finalized"]));
                store
                    .write(|batch| {
                        batch.set_proven(CheckpointNumber(proven))?;
                        batch.set_finalized(CheckpointNumber(finalized))
                    })
                    .unwrap();
            }
            "unwind" => store.write(|batch| batch.unwind(BlockNumber(number(&step["to"])))).unwrap(),
            "ask" => {
                asked += 1;
                let (question, input) = (step["q"].as_str().unwrap(), &step["in"]);
                let expected = without_caches(&step["out"]);
                let snapshot = store.snapshot().unwrap();
                let found = answer(&snapshot, question, input, &expected, size);
                assert!(found == expected, "step {at}: {question} {input}\n found {found}\n wanted {expected}");
            }
            other => panic!("unknown step {other}"),
        }
    }
    assert!(asked > 200, "{asked} questions");

    let snapshot = store.snapshot().unwrap();
    let all = snapshot.public_logs(&LogFilter::default()).unwrap();
    let ids: Vec<LogId> = all.logs.iter().map(|log| log.id).collect();
    assert!(ids.len() > size && ids.is_sorted_by_key(|id| (id.block_number, id.tx_index, id.log_index)));
    assert_eq!(one_by_one(&snapshot, &LogFilter::default()), ids);
    let contract = all.logs[0].log.contract_address;
    let of_contract: Vec<LogId> =
        all.logs.iter().filter(|log| log.log.contract_address == contract).map(|log| log.id).collect();
    let filter = LogFilter { contract_address: Some(contract), ..LogFilter::default() };
    assert_eq!(one_by_one(&snapshot, &filter), of_contract);
    let of_tx: Vec<LogId> = ids.iter().filter(|id| id.tx_hash == ids[0].tx_hash).copied().collect();
    assert_eq!(one_by_one(&snapshot, &LogFilter { tx_hash: Some(ids[0].tx_hash), ..LogFilter::default() }), of_tx);

    // Everything goes, and the same blocks can come again.
    let blocks = snapshot.blocks(BlockNumber(1), u32::MAX).unwrap();
    store.write(|batch| batch.unwind(BlockNumber(0))).unwrap();
    let empty = store.snapshot().unwrap();
    assert_eq!(empty.tips().unwrap(), protocol::block::L2Tips::GENESIS);
    assert!(empty.public_logs(&LogFilter::default()).unwrap().logs.is_empty());
    assert!(empty.tx_effect(ids[0].tx_hash).unwrap().is_none());
    for block in &blocks {
        let mut fork = store.snapshot().unwrap().fork().unwrap();
        fork.apply_block(block, &[]).unwrap();
        store.write(|batch| batch.append_block(block, &mut fork)).unwrap();
    }
    assert_eq!(store.snapshot().unwrap().public_logs(&LogFilter::default()).unwrap(), all);
}
