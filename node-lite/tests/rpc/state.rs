//! Witnesses lead to the roots that headers claim; blocks are named by number, hash and `latest`.

use protocol::block::{BlockHeader, L2Block, L2Tips};
use protocol::constants::{ARCHIVE_HEIGHT, NOTE_HASH_TREE_HEIGHT};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::merkle::{MembershipWitness, NullifierMembershipWitness, Poseidon2, PublicDataWitness};
use protocol::rpc::lookup::MessageWitness;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::harness::TestNode;

fn get<T: DeserializeOwned>(node: &TestNode, method: &str, params: Value) -> T {
    let result = node.result(method, &params);
    protocol::json::from_str(&result.to_string()).unwrap_or_else(|error| panic!("{method}{params}: {error}: {result}"))
}

/// Some blocks with public writes, each of which brings a nullifier; a message; and empty blocks.
fn node() -> TestNode {
    let node = TestNode::quiet();
    for value in 1..=3 {
        node.result("dev_setPublicStorage", &json!([field(9), field(value), field(value * 10)]));
    }
    let sender = "0x00000000000000000000000000000000000000bb";
    node.result("dev_sendL1ToL2Message", &json!([sender, field(9), field(5), field(6)]));
    node.result("dev_mine", &json!([4]));
    node
}

fn field(value: u64) -> String {
    Fr::from(value).to_string()
}

#[test]
fn blocks_by_number_hash_archive_and_name() {
    let node = node();
    let tips: L2Tips = get(&node, "node_getL2Tips", json!([]));
    let latest: L2Block = get(&node, "node_getBlock", json!(["latest"]));
    assert_eq!((latest.number(), latest.hash()), (tips.proposed.number, tips.proposed.hash));
    for (method, params) in [
        ("node_getBlock", json!([latest.number()])),
        ("node_getBlock", json!([latest.hash()])),
        ("node_getBlockByHash", json!([latest.hash()])),
        ("node_getBlockByArchive", json!([latest.archive.root])),
    ] {
        assert_eq!(get::<L2Block>(&node, method, params), latest, "{method}");
    }
    for (method, params) in [
        ("node_getBlockHeader", json!([])),
        ("node_getBlockHeader", json!([null])),
        ("node_getBlockHeader", json!(["latest"])),
        ("node_getBlockHeader", json!([latest.hash()])),
        ("node_getBlockHeaderByArchive", json!([latest.archive.root])),
    ] {
        assert_eq!(get::<BlockHeader>(&node, method, params), latest.header, "{method}");
    }
    let blocks: Vec<L2Block> = get(&node, "node_getBlocks", json!([1, 50]));
    assert_eq!(blocks.len(), latest.number().0 as usize);
    assert_eq!(blocks.last(), Some(&latest));
    let genesis: L2Block = get(&node, "node_getBlock", json!([0]));
    let by_hash: L2Block = get(&node, "node_getBlock", json!([genesis.header.hash()]));
    assert_eq!((genesis.archive, by_hash.header), (Default::default(), genesis.header));
    assert_eq!(blocks[0].header.last_archive.next_available_leaf_index.into_inner(), 1);
}

trait IntoInner {
    fn into_inner(self) -> u64;
}

impl<T: Into<u64>> IntoInner for T {
    fn into_inner(self) -> u64 {
        self.into()
    }
}

#[test]
fn witnesses_lead_to_the_roots_of_headers() {
    let node = node();
    let blocks: Vec<L2Block> = get(&node, "node_getBlocks", json!([1, 50]));
    for block in &blocks {
        let state = &block.header.state;
        for name in [json!(block.number()), json!(block.hash())] {
            for effect in block.body.tx_effects.iter() {
                for nullifier in &effect.nullifiers {
                    let witness: NullifierMembershipWitness =
                        get(&node, "node_getNullifierMembershipWitness", json!([name, nullifier]));
                    assert_eq!(witness.root(), state.partial.nullifier_tree.root);
                    assert_eq!(witness.leaf_preimage.leaf.nullifier, *nullifier);
                }
                for write in &effect.public_data_writes {
                    let witness: PublicDataWitness =
                        get(&node, "node_getPublicDataWitness", json!([name, write.leaf_slot]));
                    assert_eq!(witness.root(), state.partial.public_data_tree.root);
                    assert_eq!(witness.leaf_preimage.leaf.value, write.value);
                }
            }
            let low: NullifierMembershipWitness =
                get(&node, "node_getLowNullifierMembershipWitness", json!([name, field(0xbeef)]));
            assert_eq!(low.root(), state.partial.nullifier_tree.root);
            assert!(low.leaf_preimage.leaf.nullifier < Fr::from(0xbeefu64));
            let absent = node.result("node_getNullifierMembershipWitness", &json!([name, field(0xbeef)]));
            assert_eq!(absent, Value::Null);
            let absent = node.result("node_getNoteHashMembershipWitness", &json!([name, field(0xbeef)]));
            assert_eq!(absent, Value::Null);
        }
    }
}

/// A path for a block leads to the archive that the reference block's header names; a block is not in its own.
#[test]
fn block_hashes_are_proven_against_the_archive_before() {
    let node = node();
    let blocks: Vec<L2Block> = get(&node, "node_getBlocks", json!([1, 50]));
    for pair in blocks.windows(2) {
        for name in [json!(pair[1].number()), json!(pair[1].hash())] {
            let witness: MembershipWitness<ARCHIVE_HEIGHT> =
                get(&node, "node_getBlockHashMembershipWitness", json!([name, pair[0].hash()]));
            assert_eq!(witness.root(pair[0].hash().to_field()), pair[1].header.last_archive.root);
            let own = node.result("node_getBlockHashMembershipWitness", &json!([name, pair[1].hash()]));
            assert_eq!(own, Value::Null);
        }
    }
    // One beyond the last: its archive is known already.
    let last = blocks.last().unwrap();
    let next = last.number().0 + 1;
    let witness: MembershipWitness<ARCHIVE_HEIGHT> =
        get(&node, "node_getBlockHashMembershipWitness", json!([next, last.hash()]));
    assert_eq!(witness.root(last.hash().to_field()), last.archive.root);
}

#[test]
fn leaves_are_found_with_the_block_that_brought_them() {
    let node = node();
    let blocks: Vec<L2Block> = get(&node, "node_getBlocks", json!([1, 50]));
    let second = &blocks[1];
    let nullifier = second.body.tx_effects[0].nullifiers[0];
    let slot = public_data_leaf_slot(protocol::address::AztecAddress::from_u64(9), Fr::from(2u64));
    for (tree, leaf) in [(0, nullifier), (2, slot), (4, second.hash().to_field())] {
        let find = |block: Value| node.result("node_findLeavesIndexes", &json!([block, tree, [leaf, field(0xbeef)]]));
        let found = find(json!("latest"));
        assert_eq!(
            (&found[0]["l2BlockNumber"], &found[0]["l2BlockHash"]),
            (&json!(2), &json!(second.hash())),
            "{tree}"
        );
        assert_eq!(found[1], Value::Null);
        assert_eq!(find(json!(2))[0], found[0]);
        assert_eq!(find(json!(1)), json!([null, null]));
    }
    // What was there from the start came with block 1, and before that with genesis.
    let from_start = |block: u32| node.result("node_findLeavesIndexes", &json!([block, 0, [field(1)]]))[0].clone();
    assert_eq!((&from_start(3)["l2BlockNumber"], &from_start(0)["l2BlockNumber"]), (&json!(1), &json!(0)));
    assert_eq!(node.result("node_findLeavesIndexes", &json!(["latest", 1, []])), json!([]));
}

#[test]
fn messages_are_proven() {
    let node = node();
    let header: BlockHeader = get(&node, "node_getBlockHeader", json!([]));
    let sender = "0x00000000000000000000000000000000000000bb";
    let sent = node.result("dev_sendL1ToL2Message", &json!([sender, field(9), field(7), field(8)]));
    assert_eq!(
        node.result("node_getL1ToL2MessageMembershipWitness", &json!(["latest", sent["messageHash"]])),
        Value::Null
    );
    node.result("dev_mine", &json!([3]));
    let after: BlockHeader = get(&node, "node_getBlockHeader", json!([]));
    assert_ne!(header.state.l1_to_l2_message_tree, after.state.l1_to_l2_message_tree);
    let MessageWitness(index, path) =
        get(&node, "node_getL1ToL2MessageMembershipWitness", json!(["latest", sent["messageHash"]]));
    let leaf: Fr = sent["messageHash"].as_str().unwrap().parse().unwrap();
    assert_eq!(path.root::<Poseidon2>(leaf, index), after.state.l1_to_l2_message_tree.root);
    let _height_is_that_of_notes: Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>> = None;
}

#[test]
fn what_is_not_there_is_said_in_the_official_words() {
    let node = node();
    let latest = node.result("node_getBlockNumber", &json!([])).as_u64().unwrap();
    let unknown = field(0xbeef);
    for (method, rest) in [
        ("node_getPublicStorageAt", vec![json!(field(9)), json!(field(1))]),
        ("node_findLeavesIndexes", vec![json!(0), json!([])]),
        ("node_getNullifierMembershipWitness", vec![json!(field(1))]),
        ("node_getLowNullifierMembershipWitness", vec![json!(field(1))]),
        ("node_getPublicDataWitness", vec![json!(field(1))]),
        ("node_getNoteHashMembershipWitness", vec![json!(field(1))]),
        ("node_getL1ToL2MessageMembershipWitness", vec![json!(field(1))]),
    ] {
        let error = |block: Value| node.error(method, &Value::from([vec![block], rest.clone()].concat()));
        let future = format!("Queried block {} not yet synced by the node (node is synced upto {latest}).", latest + 5);
        assert_eq!(error(json!(latest + 5)), (-32702, future));
        let text = format!(
            "Block hash {unknown} not found when querying world state. If the node API has been queried with anchor block \
             hash possibly a reorg has occurred."
        );
        assert_eq!(error(json!(unknown)), (-32702, text), "{method}");
    }
    for method in ["node_getBlock", "node_getBlockHeader"] {
        assert_eq!(node.result(method, &json!([latest + 5])), Value::Null);
        assert_eq!(node.result(method, &json!([unknown])), Value::Null);
    }
    let witness = |block: Value| node.error("node_getBlockHashMembershipWitness", &json!([block, field(1)]));
    assert_eq!(witness(json!(0)), (-32702, "BlockNumber must be non-negative, got -1".into()));
    assert_eq!(witness(json!(unknown)), (-32702, format!("Block hash {unknown} not found.")));
    let future = format!("Queried block {} not yet synced by the node (node is synced upto {latest}).", latest + 4);
    assert_eq!(witness(json!(latest + 5)), (-32702, future));
    let logs = node.error("node_getPrivateLogsByTags", &json!([[field(1)], 0, unknown]));
    let text = format!("Block {unknown} not found in the node. This might indicate a reorg has occurred.");
    assert_eq!(logs, (-32702, text));
}

/// A block that mines in between is seen by no call of a batch, or by all after it.
#[test]
fn reads_of_a_batch_see_one_moment() {
    let node = node();
    let calls: Vec<_> = (0..60)
        .map(|id| match id % 2 {
            0 => json!({"id": id, "method": "node_getBlockNumber"}),
            _ => json!({"id": id, "method": "node_getBlockHeader", "params": ["latest"]}),
        })
        .collect();
    let body = json!(calls).to_string();
    std::thread::scope(|scope| {
        let mining = scope.spawn(|| (0..20).for_each(|_| drop(node.result("dev_mine", &json!([])))));
        while !mining.is_finished() {
            let replies = node.post(&body).json();
            let numbers: Vec<u64> = replies
                .as_array()
                .unwrap()
                .iter()
                .map(|reply| match &reply["result"] {
                    Value::Number(number) => number.as_u64().unwrap(),
                    header => header["globalVariables"]["blockNumber"].as_u64().unwrap(),
                })
                .collect();
            assert!(numbers.windows(2).all(|pair| pair[0] == pair[1]), "{numbers:?}");
        }
    });
    let order = json!([{"id": 1, "method": "dev_mine"}, {"id": 2, "method": "node_getBlockNumber"}]);
    let replies = node.post(&order.to_string()).json();
    assert_eq!(replies[0]["result"], replies[1]["result"], "a call sees what the one before it did");
}
