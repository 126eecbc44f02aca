//! What a live official node answered (`tests/fixtures`), against our types: same values, same text.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use protocol::block::{BlockHeader, CheckpointHeader, L2Tips};
use protocol::codec::{Decode, Encode};
use protocol::contract::{ContractClassPublic, ContractInstanceWithAddress};
use protocol::gas::GasFees;
use protocol::hash::sha256;
use protocol::log::{LogId, TxScopedL2Log};
use protocol::rpc::node::NodeCall;
use protocol::rpc::{ErrorCode, ErrorObject};
use protocol::tx::{IndexedTxEffect, PublicSimulationOutput, Tx, TxEffect, TxReceipt, TxValidationResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

/// No record is larger, unpacked.
const MAX_FILE: usize = 8 << 20;

/// Members that official objects carry by accident: a header's cached hash, and the block that published a class.
const ARTEFACTS: [&str; 2] = ["_cachedHash", "l2BlockNumber"];

/// Calls that the official node takes otherwise: it refuses addresses with fewer digits than they have, where we read them
/// as numbers like other fields, and takes a fraction for a count.
const DIFFERENT: [&str; 3] =
    ["node_getContract, not an address", "node_getPublicStorageAt, short address", "node_getCheckpoints, fraction"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The content of a gzip file without optional header fields.
fn gunzip(bytes: &[u8]) -> Vec<u8> {
    assert_eq!(bytes[..4], [0x1f, 0x8b, 8, 0], "gzip, deflate, no optional fields");
    let (body, trailer) = bytes[10..].split_at(bytes.len() - 18);
    let content = miniz_oxide::inflate::decompress_to_vec_with_limit(body, MAX_FILE).expect("deflate data");
    assert_eq!(trailer[4..], u32::try_from(content.len()).unwrap().to_le_bytes());
    content
}

fn read(name: &str) -> Vec<u8> {
    let bytes = fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    if name.ends_with(".gz") { gunzip(&bytes) } else { bytes }
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).unwrap()
}

/// Every record of every method: (`getBlock`, the line).
fn records() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut names: Vec<_> = fs::read_dir(folder().join("rpc"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("transport") && !name.starts_with("not-a-method"))
        .collect();
    names.sort();
    for name in names {
        let method = name.split('.').next().unwrap();
        let text = String::from_utf8(read(&format!("rpc/{name}"))).unwrap();
        all.extend(text.lines().map(|line| (method.to_owned(), line.to_owned())));
    }
    all
}

/// Calls `visit` with every object inside `value` that has all of `keys`.
fn objects_with<'a>(value: &'a Value, keys: &[&str], visit: &mut dyn FnMut(&'a Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects_with(item, keys, visit)),
        Value::Object(members) => {
            if keys.iter().all(|key| members.contains_key(*key)) {
                visit(value);
            }
            members.values().for_each(|member| objects_with(member, keys, visit));
        }
        _ => {}
    }
}

/// Every object in the replies with these keys parses and prints as the same value. With `ordered`, also as the same
/// text: members in the official order.
fn same<T: Serialize + DeserializeOwned>(keys: &[&str], ordered: bool) -> Vec<T> {
    let mut all = Vec::new();
    for (method, line) in records() {
        let record: Value = serde_json::from_str(&line).unwrap();
        let plain = line.replace(r#","_cachedHash":{}"#, "");
        objects_with(&record["response"], keys, &mut |object| {
            let case = &record["case"];
            let parsed: T =
                serde_json::from_value(object.clone()).unwrap_or_else(|error| panic!("{method}, {case}: {error}"));
            let printed = serde_json::to_value(&parsed).unwrap();
            let mut expected = object.clone();
            for key in ARTEFACTS.into_iter().filter(|key| printed.get(key).is_none()) {
                expected.as_object_mut().unwrap().remove(key);
            }
            assert_eq!(printed, expected, "{method}, {case}");
            let text = serde_json::to_string(&parsed).unwrap();
            assert!(!ordered || plain.contains(&text), "{method}, {case}: {text}");
            all.push(parsed);
        });
    }
    all
}

#[test]
fn record_is_whole() {
    let meta = json("meta.json");
    let mut counts = BTreeMap::new();
    for (method, line) in records() {
        let record: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(record["request"]["method"], format!("node_{method}"));
        assert!(record["request"]["params"].is_array(), "{line}");
        assert_eq!(record["response"]["jsonrpc"], "2.0", "{line}");
        *counts.entry(method).or_insert(0u64) += 1;
    }
    let answered: BTreeMap<String, u64> = serde_json::from_value(meta["answered"].clone()).unwrap();
    assert_eq!(counts, answered);
    assert_eq!(meta["missing"], serde_json::json!([]));
    for (index, key, count) in [("tx/index.json", None, "txs"), ("blocks/index.json", Some("blocks"), "blocks")] {
        let index = json(index);
        let list = key.map_or(&index, |key| &index[key]).as_array().unwrap();
        assert_eq!(meta[count], list.len());
    }
}

#[test]
fn block_headers() {
    let headers: Vec<BlockHeader> = same(&["lastArchive", "spongeBlobHash", "globalVariables"], true);
    assert!(headers.len() >= 20, "{}", headers.len());
    // Receipts name blocks by the hash that the node computed.
    let hashes: BTreeMap<_, _> = headers.iter().map(|header| (u64::from(header.number().0), header.hash())).collect();
    let mut compared = 0;
    for (_, line) in records() {
        let record: Value = serde_json::from_str(&line).unwrap();
        for [number, hash] in [["blockNumber", "blockHash"], ["l2BlockNumber", "l2BlockHash"]] {
            objects_with(&record["response"], &[number, hash], &mut |object| {
                if let Some(known) = object[number].as_u64().and_then(|number| hashes.get(&number)) {
                    assert_eq!(object[hash], known.to_string());
                    compared += 1;
                }
            });
        }
    }
    assert!(compared >= 15, "{compared}");
}

/// A block's binary form starts with its header.
#[test]
fn binary_headers() {
    for block in json("blocks/index.json")["blocks"].as_array().unwrap() {
        let bytes = read(&format!("blocks/{}", block["file"].as_str().unwrap()));
        let header = BlockHeader::from_buffer(&bytes[..BlockHeader::MIN_SIZE]).unwrap();
        assert_eq!(block["hash"], header.hash().to_string());
        assert_eq!(header.to_buffer(), bytes[..BlockHeader::MIN_SIZE]);
    }
}

/// A tx reads from its binary form, has its hash, and is written as the official bytes and the official JSON text.
#[test]
fn binary_txs() {
    for record in json("tx/index.json").as_array().unwrap() {
        let bytes = read(&format!("tx/{}", record["file"].as_str().unwrap()));
        let tx = Tx::from_buffer(&bytes).unwrap();
        tx.verify_hash().unwrap();
        assert_eq!(record["txHash"], tx.tx_hash().to_string());
        assert_eq!(record["kind"] == "public", tx.has_public_calls());
        assert_eq!(record["bytes"], tx.size());
        assert_eq!(tx.to_buffer(), bytes);
        let text = serde_json::to_string(&tx).unwrap();
        assert_eq!(record["jsonSha256"], const_hex::encode(sha256(&[text.as_bytes()])));
        assert_eq!(serde_json::from_str::<Tx>(&text).unwrap(), tx);
        // The gas the circuits metered is what our meter says.
        let gas = match tx.data().for_public() {
            None => tx.data().counts().private_only_gas(),
            Some(_) => {
                let teardown = tx.data().teardown_call().map(|_| tx.gas_settings().teardown_gas_limits);
                tx.data().counts().gas_with_public_calls(teardown)
            }
        };
        assert_eq!(gas, Ok(tx.data().gas_used), "{}", record["what"]);
    }
}

#[test]
fn effects_and_receipts() {
    let effects: Vec<TxEffect> = same(&["revertCode", "publicDataWrites"], true);
    assert!(effects.len() >= 30, "{}", effects.len());
    for effect in effects {
        assert_eq!(TxEffect::from_buffer(&effect.to_buffer()), Ok(effect));
    }
    let indexed: Vec<IndexedTxEffect> = same(&["data", "txIndexInBlock"], true);
    assert!(!indexed.is_empty());
    let receipts: Vec<TxReceipt> = same(&["txHash", "status"], true);
    assert!(receipts.iter().any(TxReceipt::has_succeeded) && receipts.iter().any(TxReceipt::has_reverted));
    let outputs: Vec<PublicSimulationOutput> = same(&["publicReturnValues", "gasUsed"], true);
    assert!(outputs.iter().any(|output| output.revert_reason.is_some()));
    let results: Vec<TxValidationResult> = same(&["result", "reason"], true);
    assert!(!results.is_empty());
    let logs: Vec<LogId> = same(&["txIndex", "logIndex"], true);
    assert!(!logs.is_empty());
    let found: Vec<TxScopedL2Log> = same(&["logData", "firstNullifier"], true);
    assert!(!found.is_empty());
}

#[test]
fn checkpoint_headers() {
    let headers: Vec<CheckpointHeader> = same(&["blockHeadersHash", "epochOutHash"], true);
    assert!(headers.len() >= 10, "{}", headers.len());
    let tips: Vec<L2Tips> = same(&["proposed", "checkpointed"], false);
    assert!(!tips.is_empty());
    let known: Vec<_> = headers.iter().map(CheckpointHeader::hash).collect();
    assert!(
        tips.iter()
            .any(|tip| known.contains(&tip.finalized.checkpoint.hash)
                || known.contains(&tip.checkpointed.checkpoint.hash))
    );
}

#[test]
fn contracts() {
    let instances: Vec<ContractInstanceWithAddress> = same(&["currentContractClassId", "address"], true);
    assert!(instances.iter().filter(|instance| instance.verify().is_ok()).count() > 0);
    let classes: Vec<ContractClassPublic> = same(&["artifactHash", "packedBytecode"], false);
    assert!(!classes.is_empty());
    for class in classes {
        class.verify().unwrap();
    }
}

#[test]
fn fees() {
    assert!(same::<GasFees>(&["feePerDaGas", "feePerL2Gas"], true).len() > 50);
}

/// Without the members that official objects carry by accident.
fn without_artefacts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_artefacts),
        Value::Object(members) => {
            members.remove("_cachedHash");
            // A class; elsewhere the member says where something is.
            if members.contains_key("packedBytecode") {
                members.remove("l2BlockNumber");
            }
            members.values_mut().for_each(without_artefacts);
        }
        _ => {}
    }
}

/// Every call parses into its declared type, which refuses what the official schema refuses; every result parses, and
/// prints as the same value with members in the same order.
#[test]
fn every_method() {
    #[derive(serde::Deserialize)]
    struct Record<'a> {
        case: String,
        #[serde(borrow)]
        request: Request<'a>,
        #[serde(borrow)]
        response: Response<'a>,
    }
    #[derive(serde::Deserialize)]
    struct Request<'a> {
        method: String,
        #[serde(borrow)]
        params: &'a RawValue,
    }
    #[derive(serde::Deserialize)]
    struct Response<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        error: Option<ErrorObject>,
    }

    let mut failures = Vec::new();
    let mut called = BTreeSet::new();
    for (_, line) in records() {
        let Record { case, request: Request { method, params }, response } = serde_json::from_str(&line).unwrap();
        let name = format!("{method}, {case}");
        if DIFFERENT.contains(&name.as_str()) {
            continue;
        }
        let call = NodeCall::from_call(&method, Some(params)).unwrap_or_else(|| panic!("{name}: no such method"));
        match (call, response.error.map(|error| error.code)) {
            (Ok(_), Some(ErrorCode::InvalidParams)) => failures.push(format!("{name}: not refused")),
            (Err(error), None) => failures.push(format!("{name}: {error}")),
            (Ok(_), None) => {}
            (_, Some(_)) => continue,
        }
        called.insert(method.clone());
        let written = match NodeCall::rewrite_result(&method, response.result).unwrap() {
            Ok(written) => written,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let mut expected = response.result.map(|result| serde_json::from_str::<Value>(result.get()).unwrap());
        expected.iter_mut().for_each(without_artefacts);
        let ours = written.as_ref().map(|written| serde_json::from_str::<Value>(written).unwrap());
        if ours != expected {
            failures.push(format!("{name}: another value"));
        } else if let Some(result) = response.result {
            let official = result.get().replace(r#","_cachedHash":{}"#, "");
            // Of a class, the first member is where it was published.
            let members = official.strip_prefix(r#"{"l2BlockNumber":"#).and_then(|rest| rest.split_once(','));
            let official = members.map_or(official.clone(), |(_, rest)| format!("{{{rest}"));
            if written.as_deref() != Some(&official) {
                failures.push(format!("{name}: another text"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    let declared: BTreeSet<_> = NodeCall::METHODS.iter().map(|method| method.name.to_owned()).collect();
    assert_eq!(called, declared);
}
