//! A chain recorded from the official archiver's store, asked for over RPC.
//!
//! The data is made by `tests/state/generate/archive.mjs`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use node_lite::archive::InboxMessage;
use node_lite::config::{Config, Data};
use node_lite::rpc::ServerConfig;
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::block::{BlockNumber, CheckpointNumber, L1BlockHash, L1BlockNumber, L2Block, PublishedCheckpoint};
use protocol::codec::Decode;
use protocol::field::Fr;
use protocol::merkle::LeafIndex;
use protocol::message::InboxLeaf;
use serde_json::{Value, json};

use crate::harness::{TestNode, quiet};

fn steps() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/state/data/archive.jsonl.gz");
    let lines = BufReader::new(GzDecoder::new(File::open(file).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    let hex = value.as_str().unwrap();
    let hex = hex.strip_prefix("0x").unwrap_or(hex);
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn message(value: &Value) -> InboxMessage {
    let leaf: Fr = value[1].as_str().unwrap().parse().unwrap();
    InboxMessage {
        message: InboxLeaf { index: value[0].as_str().unwrap().parse().unwrap(), leaf: leaf.into() },
        l1_block_number: L1BlockNumber(value[2].as_u64().unwrap()),
        l1_block_hash: L1BlockHash(bytes(&value[3]).try_into().unwrap()),
        rolling_hash: bytes(&value[4]).try_into().unwrap(),
    }
}

fn write(store: &ChainStore, step: &Value) {
    let done = match step["op"].as_str().unwrap() {
        "block" => {
            let block = L2Block::from_buffer(&bytes(&step["block"])).unwrap();
            let mut fork = store.snapshot().unwrap().fork().unwrap();
            fork.apply_block(&block, &[]).unwrap();
            store.write(|batch| batch.append_block(&block, &mut fork))
        }
        "checkpoint" => {
            let checkpoint = PublishedCheckpoint::from_buffer(&bytes(&step["checkpoint"])).unwrap();
            store.write(|batch| batch.add_checkpoint(&checkpoint))
        }
        "messages" => {
            let messages: Vec<_> = step["messages"].as_array().unwrap().iter().map(message).collect();
            store.write(|batch| batch.add_messages(&messages))
        }
        "forgetMessages" => {
            let from = LeafIndex(step["from"].as_str().unwrap().parse().unwrap());
            store.write(|batch| batch.remove_messages_from(from))
        }
        "tips" => store.write(|batch| {
            batch.set_proven(CheckpointNumber(number(&step["proven"])))?;
            batch.set_finalized(CheckpointNumber(number(&step["finalized"])))
        }),
        "unwind" => store.write(|batch| batch.unwind(BlockNumber(number(&step["to"])))),
        _ => Ok(()),
    };
    done.unwrap();
}

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

/// The calls that ask what the official store was asked, with what they must answer.
fn calls(question: &str, input: &Value, out: &Value, page: usize) -> Vec<(&'static str, Value, Value)> {
    let one = |method, params, out: &Value| vec![(method, params, out.clone())];
    match question {
        "privateLogsByTags" => one("node_getPrivateLogsByTags", json!([input["tags"], input["page"]]), out),
        "publicLogsByTags" => {
            let params = json!([input["contract"], input["tags"], input["page"]]);
            one("node_getPublicLogsByTagsFromContract", params, out)
        }
        // Pages of the recorded store are shorter.
        "publicLogs" if out["logs"].as_array().unwrap().len() < page => one("node_getPublicLogs", json!([input]), out),
        "contractClassLogs" if out["logs"].as_array().unwrap().len() < page => {
            one("node_getContractClassLogs", json!([input]), out)
        }
        "txEffect" => one("node_getTxEffect", json!([input]), out),
        "contractClass" => one("node_getContractClass", json!([input]), out),
        "message" => {
            let checkpoint = out.as_str().map(|index| index.parse::<u64>().unwrap() / 1024 + 1);
            vec![
                ("node_isL1ToL2MessageSynced", json!([input]), json!(!out.is_null())),
                ("node_getL1ToL2MessageCheckpoint", json!([input]), json!(checkpoint)),
            ]
        }
        "block" => one("node_getBlock", json!([input]), out),
        "checkpointedBlock" if !out.is_null() => one("node_getCheckpointedBlocks", json!([input, 1]), &json!([out])),
        // What is proven by now depends on the time.
        "tips" => vec![
            ("node_getBlockNumber", json!([]), out["proposed"]["number"].clone()),
            ("node_getCheckpointedBlockNumber", json!([]), out["checkpointed"]["block"]["number"].clone()),
            ("node_getCheckpointNumber", json!([]), out["checkpointed"]["checkpoint"]["number"].clone()),
        ],
        _ => vec![],
    }
}

#[test]
fn the_rpc_answers_as_the_official_store() {
    let steps = steps();
    let page = usize::try_from(steps[0]["page"].as_u64().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = ChainStore::open(&folder.path().join("chain.redb"), &Genesis::default()).unwrap();
    steps.iter().skip(1).for_each(|step| write(&store, step));
    drop(store);
    let mut config = Config { data: Data::Folder(folder.path().into()), ..quiet() };
    config.network.funded.clear();
    let node = TestNode::start(config, ServerConfig::default());
    let last_write = steps.iter().rposition(|step| step["op"] != "ask").unwrap();
    let mut compared = 0;
    for step in &steps[last_write + 1..] {
        let out = without_caches(&step["out"]);
        for (method, params, expected) in calls(step["q"].as_str().unwrap(), &step["in"], &out, page) {
            let found = node.result(method, &params);
            assert!(found == expected, "{method}{params}\n found {found}\n wanted {expected}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
    // Blocks by hash and archive, and the epochs they are in.
    let blocks = node.result("node_getBlocks", &json!([1, 50]));
    for block in blocks.as_array().unwrap() {
        let by_archive = node.result("node_getBlockByArchive", &json!([block["archive"]["root"]]));
        assert_eq!(&by_archive, block);
    }
    let checkpoints = node.result("node_getCheckpoints", &json!([1, 50]));
    for checkpoint in checkpoints.as_array().unwrap() {
        let slot = checkpoint["checkpoint"]["header"]["slotNumber"].as_u64().unwrap();
        let epoch = node.result("node_getCheckpointsDataForEpoch", &json!([slot / 2]));
        let numbers: Vec<_> = epoch.as_array().unwrap().iter().map(|data| &data["checkpointNumber"]).collect();
        assert!(numbers.contains(&&checkpoint["checkpoint"]["number"]), "{epoch}");
        let messages = node.result("node_getL2ToL1Messages", &json!([slot / 2]));
        assert_eq!(messages.as_array().unwrap().len(), numbers.len());
    }
}
