//! What is asked of the chain.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::codec::ToFields;
use protocol::contract::protocol::ProtocolContract;
use protocol::hash::silo::{public_data_leaf_slot, silo_nullifier};
use protocol::message::message_nullifier;
use protocol::tx::{PublicDataWrite, TxEffect};

use super::*;
use crate::execution::testing::{CONTRACT, World};
use crate::node::testing::{Chain, effect};

/// A chain of three blocks; the second has a note hash, nullifiers and storage.
fn chain() -> Chain {
    let mut chain = Chain::new();
    chain.add_block(vec![effect(1)]);
    let slot = |slot: u64| public_data_leaf_slot(CONTRACT, slot.into());
    chain.add_message(Fr::from(555u32));
    chain.add_message(Fr::from(556u32));
    chain.add_block(vec![TxEffect {
        note_hashes: fields(&[40, 41]),
        nullifiers: vec![
            Fr::from(420u32),
            silo_nullifier(CONTRACT, Fr::from(43u8)),
            message_nullifier(CONTRACT, Fr::from(556u32).into(), Fr::from(9u8)),
        ],
        public_data_writes: (7u64..9)
            .map(|number| PublicDataWrite { leaf_slot: slot(number), value: (number * 100).into() })
            .collect(),
        ..effect(2)
    }]);
    chain.add_block(vec![effect(3)]);
    chain
}

/// Lengths of results: none for a single value.
fn shape(answer: &Answer) -> Vec<Option<usize>> {
    answer
        .iter()
        .map(|value| match value {
            ForeignValue::Single(_) => None,
            ForeignValue::Array(values) => Some(values.len()),
        })
        .collect()
}

#[test]
fn contexts_headers_and_instances_are_single_values() {
    let mut world = World::at(chain());
    let [earlier, anchor] = [1, 3].map(|number| world.node.chain().header(number));
    world.utility(async |call| {
        let mut expected = anchor.to_fields();
        expected.push(CONTRACT.to_field());
        assert_eq!(singles(&ask(call, "utilityGetUtilityContext", []).await.unwrap()), expected);
        for (number, header) in [(1u64, earlier), (3, anchor)] {
            let answer = ask(call, "utilityGetBlockHeader", [one(number)]).await.unwrap();
            assert_eq!(singles(&answer), header.to_fields());
        }
        let refused = ask(call, "utilityGetBlockHeader", [one(4u64)]).await;
        assert_eq!(refusal(refused), "block 4 is after the anchor block 3");

        let known = ProtocolContract::FeeJuice.instance();
        let answer = ask(call, "utilityGetContractInstance", [one(known.address)]).await.unwrap();
        let mut expected = vec![
            known.instance.salt,
            known.instance.deployer.to_field(),
            known.instance.current_contract_class_id.to_field(),
            known.instance.initialization_hash.to_field(),
        ];
        expected.extend(known.instance.public_keys.to_fields());
        assert_eq!((singles(&answer), answer.len()), (expected, 16));
        let unknown = ask(call, "utilityGetContractInstance", [one(1u64 << 40)]).await.unwrap_err();
        assert!(unknown.hint().unwrap().starts_with("register the contract first"));
    });
}

#[test]
fn witnesses_end_with_their_path() {
    let mut world = World::at(chain());
    let [first, second, anchor] = [1, 2, 3].map(|number| world.node.chain().header(number).hash());
    let slot = public_data_leaf_slot(CONTRACT, Fr::from(7u8));
    world.utility(async |call| {
        let found = ask(call, "utilityGetNoteHashMembershipWitness", [one(anchor), one(41u64)]).await.unwrap();
        assert_eq!((found[0].clone(), shape(&found)), (one(65u64), vec![None, Some(42)]));
        let found = ask(call, "utilityGetBlockHashMembershipWitness", [one(anchor), one(second)]).await.unwrap();
        assert_eq!((found[0].clone(), shape(&found)), (one(2u64), vec![None, Some(30)]));
        let found = ask(call, "utilityGetNullifierMembershipWitness", [one(anchor), one(420u64)]).await.unwrap();
        assert_eq!((found[1].clone(), shape(&found)), (one(420u64), vec![None, None, None, None, Some(42)]));
        let low = ask(call, "utilityGetLowNullifierMembershipWitness", [one(anchor), one(500u64)]).await.unwrap();
        assert_eq!((low[1].clone(), shape(&low)), (one(420u64), vec![None, None, None, None, Some(42)]));
        let found = ask(call, "utilityGetPublicDataWitness", [one(anchor), one(slot)]).await.unwrap();
        assert_eq!(found[1..3], [one(slot), one(700u64)]);
        assert_eq!(shape(&found), [None, None, None, None, None, Some(40)]);

        // At an earlier block none of that was there.
        for (name, value, what) in [
            ("utilityGetNoteHashMembershipWitness", Fr::from(41u8), "note hash"),
            ("utilityGetNullifierMembershipWitness", Fr::from(420u32), "nullifier"),
            ("utilityGetBlockHashMembershipWitness", second.to_field(), "block"),
        ] {
            let refused = refusal(ask(call, name, [one(first), one(value)]).await);
            assert_eq!(refused, alloc::format!("{what} {value} is not in the tree of block {first}"));
        }
    });
}

#[test]
fn storage_is_read_in_a_row() {
    let mut world = World::at(chain());
    let [first, anchor] = [1, 3].map(|number| world.node.chain().header(number).hash());
    world.utility(async |call| {
        let read = async |call: &mut Call<'_>, block: Fr, count: u64| {
            ask(call, "utilityStorageRead", [one(block), one(CONTRACT), one(6u64), one(count)]).await
        };
        assert_eq!(read(call, anchor.into(), 4).await.unwrap(), [list(&[0, 700, 800, 0])]);
        assert_eq!(read(call, first.into(), 4).await.unwrap(), [list(&[0, 0, 0, 0])]);
        assert_eq!(read(call, anchor.into(), 0).await.unwrap(), [list(&[])]);
        let refused = refusal(read(call, anchor.into(), 5000).await);
        assert_eq!(refused, "argument count is 5000, the most is 4096");
    });
}

#[test]
fn nullifiers_exist_on_chain_or_in_the_transaction() {
    let name = "utilityCheckNullifierExists";
    let mut world = World::at(chain());
    world.utility(async |call| {
        assert_eq!(ask(call, name, [one(43u64)]).await.unwrap(), [one(1u64)]);
        assert_eq!(ask(call, name, [one(44u64)]).await.unwrap(), [one(0u64)]);
    });
    world.private(async |call| {
        assert_eq!(ask(call, name, [one(44u64)]).await.unwrap(), [one(0u64)]);
        ask(call, "privateNotifyCreatedNullifier", [one(44u64)]).await.unwrap();
        assert_eq!(ask(call, name, [one(44u64)]).await.unwrap(), [one(1u64)]);
        let pending = async |call: &mut Call<'_>, contract: AztecAddress| {
            ask(call, "privateIsNullifierPending", [one(44u64), one(contract)]).await.unwrap()
        };
        assert_eq!(pending(call, CONTRACT).await, [one(1u64)]);
        assert_eq!(pending(call, AztecAddress::from_u64(7)).await, [one(0u64)]);
    });
}

#[test]
fn messages_from_l1_are_told_until_they_are_consumed() {
    let mut world = World::at(chain());
    world.utility(async |call| {
        let message = async |call: &mut Call<'_>, message: u64, secret: u64| {
            ask(call, "utilityGetL1ToL2MembershipWitness", [one(CONTRACT), one(message), one(secret)]).await
        };
        let found = message(call, 556, 8).await.unwrap();
        assert_eq!((found[0].clone(), shape(&found)), (one(1u64), vec![None, Some(36)]));
        assert!(refusal(message(call, 556, 9).await).ends_with("from L1 was consumed already"));
        let unknown = message(call, 557, 9).await.unwrap_err();
        assert!(unknown.hint().unwrap().contains("wait"));
    });
}

#[test]
fn a_lie_is_no_answer() {
    let mut world = World::at(chain());
    let anchor = world.node.chain().header(3).hash();
    world.node.lie("node_getPublicDataWitness", |result| result["leafPreimage"]["leaf"]["value"] = "0x05".into());
    world.utility(async |call| {
        let read = ask(call, "utilityStorageRead", [one(anchor), one(CONTRACT), one(7u64), one(1u64)]).await;
        assert!(matches!(read, Err(OracleError::Node(crate::node::NodeError::False { .. }))));
    });
}
