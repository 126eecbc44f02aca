//! Private functions that call private functions: the official instance registry, which emits a nullifier.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;

use protocol::abi::{AbiParameter, AbiType, FunctionAbi, FunctionSelector, FunctionType, Visibility};
use protocol::address::AztecAddress;
use protocol::artifact::{ContractArtifact, FunctionArtifact, Outputs, VerificationKey};
use protocol::contract::protocol::ProtocolContract;
use protocol::hash::silo::args_hash;

use super::*;
use crate::contract::Override;
use crate::execution::testing::{CONTRACT, World, recorded_code, recorded_inputs};
use crate::execution::{ExecutionError, ExecutionFailure};

/// Fields of a private function's context.
const CONTEXT: usize = 37;

fn function(name: &str, function_type: FunctionType, arguments: usize) -> FunctionArtifact {
    let parameter = AbiParameter { name: "a".into(), ty: AbiType::Field, visibility: Visibility::Private };
    FunctionArtifact {
        abi: FunctionAbi {
            name: name.into(),
            function_type,
            is_only_self: false,
            is_static: false,
            is_initializer: false,
            parameters: vec![parameter; arguments],
            return_types: vec![],
            error_types: BTreeMap::new(),
        },
        bytecode: recorded_code("ccafb981"),
        verification_key: Some(VerificationKey::from_bytes(vec![0; VerificationKey::MEGA_SIZE])),
    }
}

fn registry() -> AztecAddress {
    ProtocolContract::ContractInstanceRegistry.address()
}

fn selector(name: &str) -> FunctionSelector {
    function(name, FunctionType::Private, 16).abi.selector().unwrap()
}

/// A client that knows the registry, and what one of its functions is called with.
fn world() -> (World, Vec<Fr>) {
    let mut world = World::new();
    let artifact = ContractArtifact {
        name: "Registry".into(),
        functions: vec![
            function("publish", FunctionType::Private, 16),
            function("look", FunctionType::Utility, 16),
            function("short", FunctionType::Private, 15),
        ],
        public_functions: vec![],
        outputs: Outputs::default(),
        storage_layout: BTreeMap::new(),
    };
    let instance = ProtocolContract::ContractInstanceRegistry.instance().instance;
    let overrides = [(registry(), Override { instance, artifact: Arc::new(artifact) })].into();
    world.env.contracts = world.env.contracts.with_overrides(&overrides).unwrap();
    (world, recorded_inputs("0002").split_off(CONTEXT))
}

async fn call_private(
    call: &mut Call<'_>,
    contract: AztecAddress,
    selector: FunctionSelector,
    arguments: &[Fr],
    is_static: bool,
) -> Result<Answer, OracleError> {
    let hash = args_hash(arguments);
    call.private()?.tx.hashed_values.store(arguments.to_vec(), hash);
    let inputs = [one(contract), one(selector.0), one(hash), one(6u64), one(is_static)];
    ask(call, "privateCallPrivateFunction", inputs).await
}

fn nested(result: Result<Answer, OracleError>) -> ExecutionError {
    match result {
        Err(OracleError::Nested(error)) => error,
        other => panic!("not the error of a call: {other:?}"),
    }
}

#[test]
fn a_call_tells_where_counters_go_on_and_what_it_returned() {
    let (mut world, arguments) = world();
    world.private(async |call| {
        let answer = call_private(call, registry(), selector("publish"), &arguments, false).await.unwrap();
        let private = call.private().unwrap();
        let made = private.nested.pop().unwrap();
        let inputs = &made.public_inputs;
        assert_eq!(answer, [vec![Fr::from(inputs.end_side_effect_counter.0), inputs.returns_hash].into()]);
        let context = inputs.call_context;
        assert_eq!((context.msg_sender, context.contract_address), (CONTRACT, registry()));
        assert_eq!((context.function_selector, context.is_static_call), (selector("publish"), false));
        assert_eq!((inputs.start_side_effect_counter.0, private.tx.calls), (6, 1));
        assert_eq!((made.contract_name.as_str(), made.function_name.as_str()), ("Registry", "publish"));
        // The nullifier is one of the transaction.
        let nullifier = inputs.nullifiers.items()[0].value;
        let siloed = protocol::hash::silo::silo_nullifier(registry(), nullifier);
        assert!(private.tx.notes.has_nullifier(registry(), siloed));
        assert_eq!(private.tx.notes.first_nullifier(), siloed);
    });
}

#[test]
fn static_calls_have_no_effects_and_neither_have_calls_of_static_calls() {
    for (caller_is_static, is_static) in [(false, true), (true, false)] {
        let (mut world, arguments) = world();
        world.private(async |call| {
            call.private().unwrap().context.is_static_call = caller_is_static;
            let refused = call_private(call, registry(), selector("publish"), &arguments, is_static).await;
            let expected = "the static call of Registry.publish changes state, sends a message or emits a log";
            assert_eq!(refusal(refused), expected);
        });
    }
}

#[test]
fn calls_without_end_end() {
    let (mut world, arguments) = world();
    world.private(async |call| {
        call.private().unwrap().depth = 64;
        let refused = call_private(call, registry(), selector("publish"), &arguments, false).await;
        assert_eq!(refusal(refused), "more than 64 private functions wait for each other");
        call.private().unwrap().depth = 63;
        call.private().unwrap().tx.calls = 1024;
        let refused = call_private(call, registry(), selector("publish"), &arguments, false).await;
        assert_eq!(refusal(refused), "the transaction calls more than 1024 private functions");
        call.private().unwrap().tx.calls = 1023;
        assert!(call_private(call, registry(), selector("publish"), &arguments, false).await.is_ok());
    });
}

#[test]
fn what_cannot_be_called_is_told() {
    let (mut world, arguments) = world();
    world.private(async |call| {
        let unknown = call_private(call, AztecAddress::from_u64(1 << 40), selector("publish"), &arguments, false).await;
        assert!(nested(unknown).hint().unwrap().starts_with("register the contract first"));
        let utility = nested(call_private(call, registry(), selector("look"), &arguments, false).await);
        assert_eq!(utility.to_string(), "Registry.look: it is a Utility function, not a Private one");
        let short = function("short", FunctionType::Private, 15).abi.selector().unwrap();
        let wrong = nested(call_private(call, registry(), short, &arguments, false).await);
        assert_eq!(wrong.to_string(), "Registry.short: it takes 15 fields of arguments, found 16");
        let inputs = [one(registry()), one(selector("publish").0), one(5u64), one(6u64), one(false)];
        let unknown = nested(ask(call, "privateCallPrivateFunction", inputs).await);
        assert!(matches!(*unknown.failure, ExecutionFailure::NoArguments(hash) if hash == Fr::from(5u8)));
        // Other arguments than those of the recording: the address does not follow from them.
        let mut other = arguments.clone();
        other[15] = Fr::from(2u8);
        let failed = nested(call_private(call, registry(), selector("publish"), &other, false).await);
        assert_eq!(failed.calls.len(), 1);
        assert!(!failed.opcodes.is_empty() && failed.sources.is_empty(), "{failed:?}");
    });
}
