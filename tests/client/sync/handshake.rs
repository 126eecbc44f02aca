//! A node is of the network and the protocol that are wanted, or says in one sentence what it is.

use pollster::block_on;
use protocol::address::EthAddress;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use pxe_core::node::{Expectation, HandshakeError, Trait, shake_hands};
use serde_json::{Value, json};

use crate::node::TestNetwork;

#[test]
fn a_node_of_the_network_is_taken() {
    block_on(async {
        let client = TestNetwork::new().client();
        let info = shake_hands(&client, &Expectation::default()).await.unwrap();
        let expected = Expectation {
            l1_chain_id: Some(info.l1_chain_id),
            l1_rollup_address: Some(info.l1_contract_addresses.rollup_address),
            rollup_version: Some(info.rollup_version),
            ..Expectation::default()
        };
        shake_hands(&client, &expected).await.unwrap();
        assert_eq!(client.stats().round_trips, 2);
    });
}

#[test]
fn another_one_is_not() {
    let mismatch = |change: fn(&mut Value), expected: Expectation| {
        let network = TestNetwork::new();
        network.lie(move |_, result| change(result));
        let error = block_on(shake_hands(&network.client(), &expected)).unwrap_err();
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
        match &error {
            HandshakeError::Mismatch { of, .. } => (*of, error.to_string()),
            HandshakeError::Node(error) => panic!("{error}"),
        }
    };
    let (of, told) = mismatch(|info| info["nodeVersion"] = "5.0.0".into(), Expectation::default());
    assert_eq!(of, Trait::ProtocolVersion);
    assert_eq!(told, "the protocol version of the node: 5.0.0; expected: 4.1.2");
    let addresses: fn(&mut Value) = |info| {
        info["protocolContractAddresses"]["feeJuice"] = json!(format!("0x{:064x}", 9));
    };
    assert_eq!(mismatch(addresses, Expectation::default()).0, Trait::ProtocolContractAddresses);
    let other = [
        (Trait::L1ChainId, Expectation { l1_chain_id: Some(L1ChainId(1)), ..Expectation::default() }),
        (Trait::L1RollupAddress, Expectation { l1_rollup_address: Some(EthAddress::ZERO), ..Expectation::default() }),
        (Trait::RollupVersion, Expectation { rollup_version: Some(RollupVersion(1)), ..Expectation::default() }),
    ];
    for (of, expected) in other {
        assert_eq!(mismatch(|_| {}, expected).0, of);
    }
}
