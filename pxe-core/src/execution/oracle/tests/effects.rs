//! What private functions hand over.

use alloc::vec;

use protocol::constants::CONTRACT_CLASS_LOG_SIZE_IN_FIELDS;
use protocol::log::{ContractClassLog, ContractClassLogFields};

use super::*;
use crate::execution::testing::{CONTRACT, World};
use crate::execution::{CountedContractClassLog, OffchainEffect};

async fn store(call: &mut Call<'_>, values: ForeignValue, hash: u64) {
    assert!(ask(call, "privateStoreInExecutionCache", [values, one(hash)]).await.unwrap().is_empty());
}

#[test]
fn values_are_found_by_their_hash() {
    World::new().private(async |call| {
        store(call, list(&[1, 2]), 5).await;
        let load = async |call: &mut Call<'_>, hash: u64| ask(call, "privateLoadFromExecutionCache", [one(hash)]).await;
        assert_eq!(load(call, 5).await.unwrap(), [list(&[1, 2])]);
        assert_eq!(load(call, 0).await.unwrap(), [list(&[])]);
        assert!(refusal(load(call, 6).await).ends_with("are not known"));
    });
}

#[test]
fn public_calls_need_their_calldata_and_have_room_for_16000_fields() {
    let enqueue = async |call: &mut Call<'_>, name: &str, hash: u64| {
        ask(call, name, [one(CONTRACT), one(hash), one(3u64), one(0u64)]).await
    };
    World::new().private(async |call| {
        let names = ["privateNotifyEnqueuedPublicFunctionCall", "privateNotifySetPublicTeardownFunctionCall"];
        for name in names {
            assert!(refusal(enqueue(call, name, 5).await).ends_with("are not known"));
        }
        store(call, ForeignValue::Array(vec![Fr::ONE; 8000]), 5).await;
        store(call, list(&[1]), 6).await;
        for name in names {
            assert!(enqueue(call, name, 5).await.unwrap().is_empty());
        }
        for name in names {
            let refused = refusal(enqueue(call, name, 6).await);
            assert!(refused.ends_with("fields, the most is 16000"), "{refused}");
        }
    });
}

#[test]
fn logs_and_offchain_effects_are_kept() {
    World::new().private(async |call| {
        let mut fields = fields(&[1, 2, 3]);
        fields.resize(CONTRACT_CLASS_LOG_SIZE_IN_FIELDS, Fr::ZERO);
        let inputs = [one(3u64), fields.into(), one(3u64), one(9u64)];
        ask(call, "privateNotifyCreatedContractClassLog", inputs).await.unwrap();
        ask(call, "utilityEmitOffchainEffect", [list(&[7, 8])]).await.unwrap();
        let private = call.private().unwrap();
        let log = ContractClassLog {
            contract_address: protocol::address::AztecAddress::from_u64(3),
            fields: ContractClassLogFields::from_emitted_fields(super::fields(&[1, 2, 3])).unwrap(),
            emitted_length: 3,
        };
        assert_eq!(private.contract_class_logs, [CountedContractClassLog { log, counter: 9.into() }]);
        let effect = OffchainEffect { data: super::fields(&[7, 8]), contract_address: CONTRACT };
        assert_eq!(private.offchain_effects, [effect]);
    });
}
