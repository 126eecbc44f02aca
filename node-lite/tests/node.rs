//! A node from the inside: blocks by hand, time, messages, going back, the chain as a stream, restarts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use node_lite::config::{Config, Data, Mining, Network};
use node_lite::genesis::protocol_classes;
use node_lite::node::{Node, NodeError, TimeSource};
use node_lite::parameters::{ParameterSet, Parameters};
use protocol::address::{AztecAddress, EthAddress};
use protocol::block::{BlockNumber, CheckpointNumber, Timestamp};
use protocol::constants::MAX_TX_LIFETIME;
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::lookup::MerkleTreeId;

const START: u64 = 1_800_000_000;

fn config(data: Data) -> Config {
    let mut config =
        Config { data, mining: Mining::Manual, time: TimeSource::new(|| Timestamp(START)), ..Config::default() };
    config.network.test_accounts = false;
    config
}

fn memory() -> Arc<Node> {
    Node::open(config(Data::Memory)).unwrap()
}

fn on_disk(folder: &Path) -> Arc<Node> {
    Node::open(config(Data::Folder(folder.to_path_buf()))).unwrap()
}

fn latest(node: &Node) -> BlockNumber {
    node.snapshot().unwrap().latest_block().unwrap()
}

fn archive_root(node: &Node) -> Fr {
    node.snapshot().unwrap().latest_state().unwrap().tree(MerkleTreeId::Archive).root
}

fn dump(node: &Node) -> Vec<u8> {
    let mut bytes = Vec::new();
    node.dump(&mut bytes).unwrap();
    bytes
}

/// A node with a bit of everything.
fn used(node: &Node) {
    node.mine(2).unwrap();
    node.fund(AztecAddress::from_u64(1000), 5).unwrap();
    node.set_public_storage(AztecAddress::from_u64(7), Fr::from(3u8), Fr::from(9u8)).unwrap();
    node.send_message(EthAddress::from_bytes([7; 20]), AztecAddress::from_u64(1000), Fr::ONE, Fr::ONE).unwrap();
    node.mine(3).unwrap();
}

#[test]
fn protocol_contracts_are_there_from_the_start() {
    let snapshot = memory().snapshot().unwrap();
    let parameters = Parameters::of(ParameterSet::Official);
    for (number, class) in (1..).zip(protocol_classes(&parameters)) {
        let instance = snapshot.contract_instance(AztecAddress::from_u64(number), Timestamp(0)).unwrap().unwrap();
        assert_eq!(instance.instance.current_contract_class_id, class.id);
        assert_eq!(snapshot.contract_class(class.id).unwrap().unwrap(), class);
    }
}

#[test]
fn blocks_have_slots_of_their_own_and_epochs_become_proven() {
    let node = memory();
    let constants = node.constants();
    assert_eq!(node.mine(5).unwrap(), BlockNumber(5));
    let snapshot = node.snapshot().unwrap();
    for number in 1..=5 {
        let header = snapshot.block_header(BlockNumber(number)).unwrap().unwrap();
        assert_eq!((header.slot().0, header.timestamp()), (number, constants.slot_start(header.slot())));
        let checkpoint = snapshot.checkpoint(CheckpointNumber(number)).unwrap().unwrap().checkpoint;
        assert_eq!(checkpoint.header.slot_number, header.slot());
        assert_eq!(checkpoint.header.last_archive_root, header.last_archive.root);
    }
    // It is the start of slot 6: epochs 0 to 2, slots 0 to 5, are over.
    let tips = snapshot.tips().unwrap();
    assert_eq!((tips.proposed.number.0, tips.checkpointed.block.number.0, tips.proven.block.number.0), (5, 5, 5));
    assert_eq!(tips.finalized.block.number.0, 0);
    node.increase_time(64 * 12).unwrap();
    assert_eq!(node.snapshot().unwrap().tips().unwrap().finalized.block.number.0, 5);
}

#[test]
fn time_goes_forward_only() {
    let node = memory();
    let now = node.time();
    node.set_time(Timestamp(now.0 + 1000)).unwrap();
    assert_eq!(node.time(), Timestamp(now.0 + 1000));
    assert!(matches!(node.set_time(now), Err(NodeError::PastTime { asked, .. }) if asked == now));
    node.mine(1).unwrap();
    let header = node.snapshot().unwrap().block_header(BlockNumber(1)).unwrap().unwrap();
    assert_eq!(header.slot(), node.constants().slot_at(Timestamp(now.0 + 1000)));
    assert!(node.time() > header.timestamp());
}

#[test]
fn after_a_day_there_is_a_block_to_anchor_transactions_at() {
    let node = memory();
    node.set_mining(Mining::Auto);
    node.mine(1).unwrap();
    node.increase_time(MAX_TX_LIFETIME / 2).unwrap();
    assert_eq!(latest(&node), BlockNumber(1));
    let time = node.increase_time(MAX_TX_LIFETIME).unwrap();
    assert_eq!(latest(&node), BlockNumber(2));
    let header = node.snapshot().unwrap().block_header(BlockNumber(2)).unwrap().unwrap();
    assert_eq!(header.slot(), node.constants().slot_at(time));
    // Whoever mines by hand decides.
    node.set_mining(Mining::Manual);
    node.increase_time(2 * MAX_TX_LIFETIME).unwrap();
    assert_eq!(latest(&node), BlockNumber(2));
}

#[test]
fn changes_by_hand() {
    let node = memory();
    let account = AztecAddress::from_u64(1234);
    node.fund(account, 10).unwrap();
    node.fund(account, 32).unwrap();
    assert!(matches!(node.fund(account, u128::MAX), Err(NodeError::BalanceOverflow)));
    let (contract, slot) = (AztecAddress::from_u64(77), Fr::from(5u8));
    node.set_public_storage(contract, slot, Fr::from(8u8)).unwrap();
    let state = node.snapshot().unwrap().latest_state().unwrap();
    let balance = node_lite::state::fee_juice_balance_slot(account);
    assert_eq!(state.public_value(balance).unwrap(), Fr::from(42u8));
    assert_eq!(state.public_value(public_data_leaf_slot(contract, slot)).unwrap(), Fr::from(8u8));
    assert_eq!(latest(&node), BlockNumber(3));
}

#[test]
fn messages_come_in_two_checkpoints_later() {
    let node = memory();
    node.mine(3).unwrap();
    let send =
        || node.send_message(EthAddress::from_bytes([1; 20]), AztecAddress::from_u64(2), Fr::ONE, Fr::ZERO).unwrap();
    let ((first, first_leaf), (_, second_leaf)) = (send(), send());
    assert_eq!((first_leaf.index, second_leaf.index), (4 * 1024, 4 * 1024 + 1));
    assert_eq!(first.hash(), first_leaf.leaf);
    let found = |hash: L1ToL2MessageHash| {
        let state = node.snapshot().unwrap().latest_state().unwrap();
        state.find(MerkleTreeId::L1ToL2MessageTree, hash.to_field()).unwrap().map(|index| index.0)
    };
    node.mine(1).unwrap();
    assert_eq!(found(first_leaf.leaf), None);
    node.mine(1).unwrap();
    assert_eq!((found(first_leaf.leaf), found(second_leaf.leaf)), (Some(4096), Some(4097)));
}

#[test]
fn with_automatic_mining_messages_come_in_at_once() {
    let node = memory();
    node.set_mining(Mining::Auto);
    let (_, leaf) = node.deposit_fee_juice(AztecAddress::from_u64(9), 1, Fr::ONE).unwrap();
    let state = node.snapshot().unwrap().latest_state().unwrap();
    let index = state.find(MerkleTreeId::L1ToL2MessageTree, leaf.leaf.to_field()).unwrap();
    assert_eq!(index.map(|index| index.0), Some(leaf.index));
}

#[test]
fn going_back() {
    let node = memory();
    node.mine(2).unwrap();
    let (id, time, root) = (node.take_snapshot().unwrap(), node.time(), archive_root(&node));
    used(&node);
    let later = node.take_snapshot().unwrap();
    assert!(node.revert_to_snapshot(id).unwrap());
    assert_eq!((latest(&node), node.time(), archive_root(&node)), (BlockNumber(2), time, root));
    assert!(!node.revert_to_snapshot(id).unwrap() && !node.revert_to_snapshot(later).unwrap());
    used(&node);
    assert_eq!(node.reorg(3).unwrap().0, latest(&node).0);
    assert!(matches!(node.reorg(100), Err(NodeError::TooDeep { depth: 100, .. })));
    node.mine(1).unwrap();
}

#[test]
fn a_chain_as_a_stream() {
    let (node, other) = (memory(), memory());
    used(&node);
    let bytes = dump(&node);
    assert_eq!(bytes, dump(&node));
    assert_eq!(other.load(&mut &bytes[..]).unwrap(), latest(&node));
    assert_eq!((archive_root(&other), other.time()), (archive_root(&node), node.time()));
    assert_eq!(dump(&other), bytes);
    assert_eq!(node.mine(1).unwrap(), other.mine(1).unwrap());
    assert_eq!(archive_root(&other), archive_root(&node));

    // Whatever is wrong with the bytes, the chain stays.
    let root = archive_root(&other);
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(other.load(&mut &damaged[..]).is_err(), "byte {at}");
        assert!(other.load(&mut &bytes[..at]).is_err(), "cut at {at}");
        assert_eq!(archive_root(&other), root);
    }
}

#[test]
fn a_node_continues_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (root, time, constants) = {
        let node = on_disk(folder.path());
        used(&node);
        (archive_root(&node), node.time(), node.constants())
    };
    let node = on_disk(folder.path());
    assert_eq!((archive_root(&node), node.time(), node.constants()), (root, time, constants));
    let bytes = dump(&node);
    node.mine(1).unwrap();
    node.load(&mut &bytes[..]).unwrap();
    drop(node);
    let node = on_disk(folder.path());
    assert_eq!(archive_root(&node), root);
    assert!(Node::open(config(Data::Folder(folder.path().to_path_buf()))).is_err(), "the data is in use");
}

#[test]
fn a_chain_keeps_its_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let open = |set| {
        let network = Network { test_accounts: false, funded: Vec::new(), ..Network::local(set) };
        Node::open(Config { network, ..config(Data::Folder(folder.path().to_path_buf())) }).map_err(Box::new)
    };
    drop(open(ParameterSet::InsecureDevelopment).unwrap());
    let error = open(ParameterSet::Official).unwrap_err();
    assert!(matches!(*error, NodeError::OtherParameters { wanted: ParameterSet::Official }), "{error}");
    open(ParameterSet::InsecureDevelopment).unwrap();
}

/// The accounts and the token of the official local network, and the same with other keys.
#[test]
fn test_contracts_are_there_from_the_start() {
    for set in [ParameterSet::Official, ParameterSet::InsecureDevelopment] {
        test_contracts_are_there(set);
    }
}

fn test_contracts_are_there(set: ParameterSet) {
    let node = Node::open(Config { network: Network::local(set), ..config(Data::Memory) }).unwrap();
    let snapshot = node.snapshot().unwrap();
    assert_eq!(latest(&node).0 as usize, node_lite::genesis::test_deployments(set).len());
    let published = |name: &str| {
        let contract = node_lite::genesis::test_contracts(set);
        let contract = contract.into_iter().find(|contract| contract.name == name).unwrap();
        snapshot.contract_instance(contract.address, node.time()).unwrap().is_some()
    };
    assert!(published("Token"));
    let payer = node_lite::genesis::test_accounts(set)[0].address;
    let balance = node_lite::state::fee_juice_balance_slot(payer);
    let left = snapshot.latest_state().unwrap().public_value(balance).unwrap();
    assert!(!left.is_zero() && left < Fr::from(node_lite::state::Genesis::DEFAULT_FUNDS));
}

#[test]
fn interval_mining_makes_no_empty_blocks() {
    let ticks = Arc::new(AtomicU64::new(START));
    let time = {
        let ticks = Arc::clone(&ticks);
        TimeSource::new(move || Timestamp(ticks.fetch_add(1, Ordering::Relaxed)))
    };
    let node = Node::open(Config { time, ..config(Data::Memory) }).unwrap();
    node.set_mining(Mining::Interval(std::time::Duration::from_millis(5)));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        Arc::clone(&node).run(tokio::time::sleep(std::time::Duration::from_millis(100))).await;
    });
    assert_eq!(latest(&node), BlockNumber(0));
}
