//! Contracts that ask for what there is not, or in the wrong way.

use alloc::format;
use alloc::string::String;
use alloc::vec;

use super::super::ArgumentError;
use super::super::table::{Level, ORACLES};
use super::*;
use crate::execution::testing::World;

/// Names and numbers of arguments of all oracles that contracts of 4.1.2 declare.
///
/// Protocol source: `aztec-nr/aztec/src/oracle/`, as the artifacts of `@aztec/noir-contracts.js` carry it.
const OFFICIAL: &str = "
privateCallPrivateFunction 5, privateGetNextAppTagAsSender 2, privateGetSenderForTags 0, privateIsNullifierPending 2,
privateIsSideEffectCounterRevertible 1, privateLoadFromExecutionCache 1, privateNotifyCreatedContractClassLog 4,
privateNotifyCreatedNote 7, privateNotifyCreatedNullifier 1, privateNotifyEnqueuedPublicFunctionCall 4,
privateNotifyNullifiedNote 3, privateNotifySetMinRevertibleSideEffectCounter 1,
privateNotifySetPublicTeardownFunctionCall 4, privateSetSenderForTags 1, privateStoreInExecutionCache 2,
utilityAes128Decrypt 4, utilityAssertCompatibleOracleVersion 1, utilityBulkRetrieveLogs 3, utilityCheckNullifierExists 1,
utilityCopyCapsule 4, utilityDeleteCapsule 2, utilityEmitOffchainEffect 1, utilityFetchTaggedLogs 1,
utilityGetAuthWitness 1, utilityGetBlockHashMembershipWitness 2, utilityGetBlockHeader 1, utilityGetContractInstance 1,
utilityGetKeyValidationRequest 2, utilityGetL1ToL2MembershipWitness 3, utilityGetLowNullifierMembershipWitness 2,
utilityGetNoteHashMembershipWitness 2, utilityGetNotes 18, utilityGetNullifierMembershipWitness 2,
utilityGetPublicDataWitness 2, utilityGetRandomField 0, utilityGetSharedSecret 4, utilityGetUtilityContext 0,
utilityLoadCapsule 3, utilityLog 4, utilityStorageRead 4, utilityStoreCapsule 3,
utilityTryGetPublicKeysAndPartialAddress 1, utilityValidateAndStoreEnqueuedNotesAndEvents 3";

#[test]
fn the_table_has_all_oracles() {
    let mut found: Vec<String> =
        ORACLES.iter().map(|oracle| format!("{} {}", oracle.name, oracle.arguments.len())).collect();
    found.sort();
    let official: Vec<&str> = OFFICIAL.split(',').map(str::trim).collect();
    assert_eq!(found, official);
}

#[test]
fn unknown_oracles_are_told_with_what_to_do() {
    World::new().private(async |call| {
        let error = ask(call, "privateDoMagic", []).await.unwrap_err();
        assert_eq!(format!("{error}"), "the client has no such oracle; it has those of version 12");
        assert!(error.hint().unwrap().starts_with("compile the contract with Aztec.nr"));
    });
}

#[test]
fn what_private_functions_may_do_utility_functions_may_not() {
    for oracle in ORACLES {
        let inputs = vec![one(0u64); oracle.arguments.len()];
        let result = World::new().utility(async |call| answer(call, oracle.name, inputs).await);
        let refused = matches!(result, Err(OracleError::PrivateOnly));
        assert_eq!(refused, oracle.level == Level::Private, "{}", oracle.name);
    }
}

#[test]
fn wrong_numbers_of_arguments_are_told() {
    let mut world = World::new();
    for oracle in ORACLES {
        let right = oracle.arguments.len();
        for count in [right + 1, right + 20].into_iter().chain(right.checked_sub(1)) {
            let inputs = vec![one(1u64); count];
            let result = world.private(async |call| answer(call, oracle.name, inputs).await);
            let Err(OracleError::Argument(ArgumentError::Count { expected, found })) = result else {
                panic!("{} took {count} arguments", oracle.name)
            };
            assert_eq!((expected, found), (right, count));
        }
    }
}

/// Every argument in turn is something else; whatever comes of it, it is an answer or an error that says why.
#[test]
fn arguments_may_be_anything() {
    let mut world = World::new();
    let odd = [
        ForeignValue::Array(vec![]),
        ForeignValue::Single(Fr::MAX),
        ForeignValue::Array(vec![Fr::MAX; 2]),
        ForeignValue::Array(vec![Fr::MAX; 3023]),
        ForeignValue::Single(Fr::from(u32::MAX)),
    ];
    let mut told = 0;
    for oracle in ORACLES {
        for usual in [0u64, 1] {
            for index in 0..oracle.arguments.len() {
                for odd in &odd {
                    let mut inputs = vec![one(usual); oracle.arguments.len()];
                    inputs[index] = odd.clone();
                    let result = world.private(async |call| answer(call, oracle.name, inputs).await);
                    if let Err(OracleError::Argument(ArgumentError::Type { name, .. })) = result {
                        assert!(oracle.arguments.contains(&name));
                        told += 1;
                    }
                }
            }
        }
    }
    assert!(told > 500, "{told}");
}
