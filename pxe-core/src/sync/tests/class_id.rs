//! Contracts run the class the registry says.

use alloc::string::ToString;
use alloc::vec;

use protocol::block::Timestamp;
use protocol::codec::ToFields;
use protocol::contract::{ContractClassId, DelayedClassId};
use protocol::hash::silo::public_data_leaf_slot;
use protocol::tx::PublicDataWrite;

use super::*;
use crate::node::NodeError;
use crate::sync::SyncError;
use crate::sync::class_id::{current_class_id, current_class_ids};

fn class(number: u32) -> ContractClassId {
    ContractClassId::from_field(field(number))
}

/// A chain whose registry changes the contract's class from 0, which is the first one, to 2 at second 100.
fn node(time: u64) -> TestNode {
    let value = DelayedClassId { next: class(2), change: 100, ..DelayedClassId::default() };
    let fields = value.to_fields().into_iter().chain([value.hash()]);
    let first = DelayedClassId::slot(CONTRACT);
    let writes = (0u32..).zip(fields).map(|(offset, value)| {
        let leaf_slot = public_data_leaf_slot(DelayedClassId::contract(), first + field(offset));
        PublicDataWrite { leaf_slot, value }
    });
    let mut update = effect(1);
    update.public_data_writes = writes.filter(|write| !write.value.is_zero()).collect();
    let mut chain = Chain::new();
    chain.add_block_at(vec![update], Timestamp(time));
    TestNode::new(chain)
}

#[test]
fn the_class_changes_at_its_time() {
    run(async |_| {
        for (time, expected) in [(99, 1), (100, 2)] {
            let node = node(time);
            assert_eq!(current_class_id(&node.anchored(), CONTRACT, class(1)).await.unwrap(), class(expected));
            assert_eq!(bodies(&node), 1);
            let contracts = [(AztecAddress::from_u64(88), class(5)), (CONTRACT, class(1))];
            let found = current_class_ids(&node.anchored(), &contracts).await.unwrap();
            assert_eq!(found, [class(5), class(expected)]);
            assert_eq!(bodies(&node), 1);
        }
    });
}

#[test]
fn another_value_than_the_registry_has_is_a_lie() {
    run(async |_| {
        let node = node(100);
        node.lie("node_getPublicStorageAt", |value| *value = Fr::from(3u32).to_string().into());
        let error = current_class_id(&node.anchored(), CONTRACT, class(1)).await.unwrap_err();
        assert!(matches!(error, SyncError::Node(NodeError::False { .. })), "{error}");
        node.be_honest();
        node.lie("node_getPublicDataWitness", |value| {
            value["leafPreimage"]["leaf"]["value"] = Fr::ZERO.to_string().into();
        });
        let error = current_class_id(&node.anchored(), CONTRACT, class(1)).await.unwrap_err();
        assert!(matches!(error, SyncError::Node(NodeError::False { .. })), "{error}");
    });
}
