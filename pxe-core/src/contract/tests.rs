//! Made-up contracts registered, found again and replaced.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use pollster::block_on;
use protocol::abi::{AbiParameter, AbiType, FunctionAbi, FunctionSelector, FunctionType, Visibility};
use protocol::address::AztecAddress;
use protocol::artifact::pack::{Pack, PackBuilder, Package};
use protocol::artifact::{Bytecode, ContractArtifact, FunctionArtifact, Outputs, VerificationKey};
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{
    ContractClassId, ContractInstance, ContractInstanceWithAddress, FunctionMembership, InitializationHash, Version1,
};
use protocol::field::Fr;
use protocol::keys::PublicKeys;

use super::*;
use crate::store::{Job, MemoryStore, Table};

fn vk(byte: u8) -> VerificationKey {
    VerificationKey::from_bytes([0, byte].repeat(VerificationKey::MEGA_SIZE / 2))
}

fn abi(name: &str, function_type: FunctionType, parameters: &[AbiType]) -> FunctionAbi {
    let parameter = |(index, ty): (usize, &AbiType)| AbiParameter {
        name: format!("p{index}"),
        ty: ty.clone(),
        visibility: Visibility::Private,
    };
    FunctionAbi {
        name: name.into(),
        function_type,
        is_only_self: false,
        is_static: false,
        is_initializer: name == "constructor",
        parameters: parameters.iter().enumerate().map(parameter).collect(),
        return_types: vec![AbiType::Field],
        error_types: BTreeMap::new(),
    }
}

fn function(name: &str, function_type: FunctionType, code: u8) -> FunctionArtifact {
    FunctionArtifact {
        abi: abi(name, function_type, &[AbiType::Field, AbiType::Boolean]),
        bytecode: Bytecode::from_bytes(vec![code; 100]),
        verification_key: (function_type == FunctionType::Private).then(|| vk(code)),
    }
}

/// A made-up contract with a function of each type.
pub(crate) fn contract(name: &str) -> ContractArtifact {
    ContractArtifact {
        name: name.into(),
        functions: vec![
            function("constructor", FunctionType::Private, 1),
            function("spend", FunctionType::Private, 2),
            function("look", FunctionType::Utility, 3),
            function("public_dispatch", FunctionType::Public, 4),
        ],
        public_functions: vec![abi("mint", FunctionType::Public, &[AbiType::Field])],
        outputs: Outputs::default(),
        storage_layout: [("balances".to_owned(), Fr::ONE)].into(),
    }
}

fn instance(class: ContractClassId) -> ContractInstanceWithAddress {
    let instance = ContractInstance {
        version: Version1,
        salt: Fr::from(7u8),
        deployer: AztecAddress::ZERO,
        current_contract_class_id: class,
        original_contract_class_id: class,
        initialization_hash: InitializationHash::ZERO,
        public_keys: PublicKeys::DEFAULT,
    };
    instance.with_address().unwrap()
}

fn selector(name: &str) -> FunctionSelector {
    let artifact = contract("A");
    artifact.abis().find(|abi| abi.name == name).unwrap().selector().unwrap()
}

fn official() -> Contracts {
    Contracts::new(ProtocolClasses::official(), FunctionKeys::Shipped)
}

async fn job() -> Job {
    Job::begin(&MemoryStore::default()).await.unwrap()
}

#[test]
fn a_function_is_loaded_without_the_rest() {
    block_on(async {
        let (store, artifact) = (MemoryStore::default(), contract("A"));
        let at = instance(artifact.class_id().unwrap());
        let mut job = Job::begin(&store).await.unwrap();
        official().register(&mut job, &at, Some(&artifact)).await.unwrap();
        job.commit(&store).await.unwrap();

        // Others forget what they loaded; what is stored of other functions is not looked at.
        let (contracts, mut job) = (official(), Job::begin(&store).await.unwrap());
        for (key, _) in job.scan(Table::Artifacts, &[], &[], usize::MAX).await.unwrap() {
            if key.len() > 32 && key[33..] != selector("spend").0.to_be_bytes() {
                job.put(Table::Artifacts, key, vec![0xff; 3]);
            }
        }
        let spend = contracts.function(&job, at.address, selector("spend")).await.unwrap();
        let expected = &artifact.functions[1];
        assert_eq!((&spend.abi, &spend.bytecode), (&expected.abi, &expected.bytecode));
        assert_eq!(spend.verification_key, expected.verification_key);
        assert_eq!(spend.vk_hash, Some(expected.verification_key_hash().unwrap()));
        assert_eq!((spend.contract_name.as_str(), spend.code), ("A", CodeHash::of(&expected.bytecode)));
        // Loaded once.
        let again = contracts.function_named(&job, at.address, "spend").await.unwrap();
        assert!(Arc::ptr_eq(&spend, &again));
        let error = contracts.function(&job, at.address, selector("look")).await.unwrap_err();
        assert!(matches!(error, ContractError::Damaged { part: "function", .. }), "{error}");
    });
}

#[test]
fn what_was_registered_comes_back_whole() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let at = instance(artifact.class_id().unwrap());
        contracts.register(&mut job, &at, Some(&artifact)).await.unwrap();
        let id = at.instance.current_contract_class_id;
        assert_eq!(contracts.artifact(&job, id).await.unwrap(), Some(artifact.clone()));
        assert_eq!(contracts.instance(&job, at.address).await.unwrap(), Some(at));
        let all = contracts.instances(&job).await.unwrap();
        assert_eq!((all.len(), all[6]), (7, at));
        let class = contracts.class_of(&job, at.address).await.unwrap();
        assert_eq!(class.preimage, artifact.class_preimage().unwrap());
        // Read back from the store it is the same.
        let fresh = official();
        assert_eq!(*fresh.class_of(&job, at.address).await.unwrap(), *class);
        let bytecode = fresh.public_bytecode(&job, &class).await.unwrap();
        assert_eq!(bytecode, artifact.functions[3].bytecode);
        let mint = fresh.abi(&job, at.address, selector("mint")).await.unwrap();
        assert_eq!(mint, artifact.public_functions[0]);
        let look = fresh.abi(&job, at.address, selector("look")).await.unwrap();
        assert_eq!(look.name, "look");
        // Public functions have no code of their own.
        let error = fresh.function(&job, at.address, selector("mint")).await.unwrap_err();
        assert!(matches!(error, ContractError::UnknownFunction { .. }));
        assert!(error.to_string().contains("contract A at 0x"), "{error}");
        let names = fresh.names(&job, at.address, selector("mint")).await;
        assert_eq!((names.contract.as_deref(), names.function.as_deref()), (Some("A"), Some("mint")));
        assert_eq!(fresh.names(&job, AztecAddress::from_u64(1234), selector("mint")).await, FunctionName::default());
    });
}

#[test]
fn hints_follow_the_current_class_and_the_original_address() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let at = instance(artifact.class_id().unwrap());
        contracts.register(&mut job, &at, Some(&artifact)).await.unwrap();
        let before = contracts.call_hints(&job, at.address, selector("spend")).await.unwrap();
        let mut next = contract("B");
        next.functions.insert(0, function("added", FunctionType::Private, 9));
        let (old, new) = (artifact.class_id().unwrap(), next.class_id().unwrap());

        let error = contracts.update(&mut job, at.address, &next, old).await.unwrap_err();
        let ContractError::OtherClass(other) = error else { panic!("{error}") };
        assert_eq!((other.expected, other.found), (old, new));
        contracts.update(&mut job, at.address, &next, new).await.unwrap();
        let after = contracts.call_hints(&job, at.address, selector("spend")).await.unwrap();
        assert_eq!((after.original_class, after.current_class), (old, new));
        let address = after.salted_initialization_hash.partial_address(after.original_class);
        assert_eq!(protocol::keys::address_from(&after.public_keys, address), Ok(at.address));
        assert_ne!(before.membership, after.membership);
        for (hints, artifact) in [(before, &artifact), (after, &next)] {
            let preimage = artifact.class_preimage().unwrap();
            assert_eq!(hints.class_artifact_hash, preimage.artifact_hash);
            assert_eq!(hints.public_bytecode_commitment, preimage.public_bytecode_commitment);
            assert_eq!(root(&hints, artifact), preimage.private_functions_root);
        }
        // The class registered last has the function that was added, and utility functions have no hints.
        assert!(contracts.function_named(&job, at.address, "added").await.is_ok());
        assert!(contracts.call_hints(&job, at.address, selector("look")).await.is_err());
    });
}

fn root(hints: &CallHints, artifact: &ContractArtifact) -> Fr {
    let vk_hash = artifact.function("spend").unwrap().verification_key_hash().unwrap().to_field();
    let leaf = protocol::contract::PrivateFunction { selector: selector("spend"), vk_hash }.leaf();
    let FunctionMembership { leaf_index, sibling_path } = hints.membership;
    sibling_path.iter().enumerate().fold(leaf, |node, (level, sibling)| {
        let pair = if leaf_index >> level & 1 == 1 { [*sibling, node] } else { [node, *sibling] };
        protocol::hash::poseidon2(&pair)
    })
}

#[test]
fn what_does_not_fit_is_refused() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let at = instance(artifact.class_id().unwrap());
        let error = contracts.register(&mut job, &at, None).await.unwrap_err();
        assert!(matches!(error, ContractError::UnknownClass(_)) && error.hint().is_some());
        let error = contracts.register(&mut job, &at, Some(&contract("B"))).await.unwrap_err();
        assert!(matches!(error, ContractError::OtherClass(_)));
        let moved = ContractInstanceWithAddress { address: AztecAddress::from_u64(77), ..at };
        let error = contracts.register(&mut job, &moved, Some(&artifact)).await.unwrap_err();
        assert!(matches!(error, ContractError::Address(_)));
        let fee_juice = ContractInstanceWithAddress { address: ProtocolContract::FeeJuice.address(), ..at };
        let error = contracts.register(&mut job, &fee_juice, Some(&artifact)).await.unwrap_err();
        assert!(matches!(error, ContractError::OtherProtocolContract { contract: ProtocolContract::FeeJuice }));
        let mut twice = contract("A");
        twice.functions.push(function("spend", FunctionType::Utility, 8));
        let error = contracts.register_class(&mut job, &twice).await.unwrap_err();
        assert!(matches!(error, ContractError::RepeatedSelector { .. }));
        let mut keyless = contract("A");
        keyless.functions[1].verification_key = None;
        assert!(contracts.register_class(&mut job, &keyless).await.is_err());
        assert!(job.writes().is_empty());
        let error = contracts.function(&job, at.address, selector("spend")).await.unwrap_err();
        assert!(matches!(error, ContractError::UnknownInstance(_)));
    });
}

fn pack(artifacts: &[ContractArtifact]) -> Pack<alloc::vec::Vec<u8>> {
    let mut builder = PackBuilder::new(Package { name: "@a/b".into(), version: "1".into() });
    artifacts.iter().for_each(|artifact| builder.contract(artifact).unwrap());
    Pack::open(builder.finish().unwrap().0).unwrap()
}

#[test]
fn packs_of_the_wrong_protocol_contracts_are_refused() {
    block_on(async {
        let artifacts = ProtocolContract::ALL.map(|protocol| contract(protocol.name()));
        let pack = pack(&artifacts);
        let error = official().register_protocol_contracts(&mut job().await, &pack).await.unwrap_err();
        let ContractError::OtherProtocolClass { contract, found, .. } = error else { panic!("{error}") };
        assert_eq!((contract, found), (ProtocolContract::AuthRegistry, artifacts[0].class_id().unwrap()));
    });
}

#[test]
fn a_network_with_its_own_keys_has_its_own_classes() {
    block_on(async {
        let (artifact, mut job) = (contract("A"), job().await);
        let pack = pack(core::slice::from_ref(&artifact));
        let mut rekeyed = artifact.clone();
        let mut keys = BTreeMap::new();
        for (index, function) in rekeyed.functions.iter_mut().take(2).enumerate() {
            let key = vk(100 + u8::try_from(index).unwrap());
            keys.insert(CodeHash::of(&function.bytecode), key.clone());
            function.verification_key = Some(key);
        }
        let contracts = Contracts::new(ProtocolClasses::official(), FunctionKeys::Replaced(BTreeMap::new()));
        let error = contracts.register_class(&mut job, &artifact).await.unwrap_err();
        let ContractError::NoKey { function, code, .. } = &error else { panic!("{error}") };
        assert_eq!((function.as_str(), *code), ("constructor", CodeHash::of(&artifact.functions[0].bytecode)));
        assert!(contracts.register_packed(&mut job, &pack, "A").await.is_err());

        contracts.add_keys(keys).await;
        let id = contracts.register_packed(&mut job, &pack, "A").await.unwrap();
        assert_eq!(id, rekeyed.class_id().unwrap());
        assert_ne!(id, artifact.class_id().unwrap());
        assert_eq!(contracts.register_class(&mut job, &artifact).await.unwrap(), id);
        assert_eq!(contracts.artifact(&job, id).await.unwrap(), Some(rekeyed));
    });
}

#[test]
fn a_stand_in_runs_in_place_of_a_contract() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let at = instance(artifact.class_id().unwrap());
        contracts.register(&mut job, &at, Some(&artifact)).await.unwrap();
        let mut stub = contract("Stub");
        stub.functions = vec![function("spend", FunctionType::Private, 200)];
        stub.functions[0].verification_key = None;
        let given = Override::account(Arc::new(stub), Fr::from(99u8));
        let simulated = contracts.with_overrides(&[(at.address, given)].into()).unwrap();
        assert!(simulated.is_overridden(at.address) && !contracts.is_overridden(at.address));
        let function = simulated.function(&job, at.address, selector("spend")).await.unwrap();
        assert_eq!((function.contract_name.as_str(), function.bytecode.as_bytes()[0]), ("Stub", 200));
        assert!(simulated.function(&job, at.address, selector("constructor")).await.is_err());
        let found = simulated.known_instance(&job, at.address).await.unwrap();
        assert_eq!((found.address, found.instance.salt), (at.address, Fr::from(99u8)));
        assert_eq!(found.instance.current_contract_class_id, at.instance.current_contract_class_id);
        // Others are untouched, and so is the original.
        let function = contracts.function(&job, at.address, selector("spend")).await.unwrap();
        assert_eq!(function.contract_name, String::from("A"));
        // A stand-in for nobody is nobody.
        let nobody = AztecAddress::from_u64(1234);
        assert_eq!(simulated.instance(&job, nobody).await.unwrap(), None);
    });
}

#[test]
fn functions_used_longest_ago_leave_the_cache_first() {
    block_on(async {
        let cache = super::cache::Cache::new(250);
        let class = ContractClassId::ZERO;
        for name in ["constructor", "spend"] {
            let function = contract("A").function(name).unwrap().clone();
            let loaded = LoadedFunction::of("A", selector(name), function).unwrap();
            cache.add_function(class, loaded).await;
        }
        assert!(cache.function(class, selector("constructor")).await.is_some());
        let function = contract("A").function("look").unwrap().clone();
        cache.add_function(class, LoadedFunction::of("A", selector("look"), function).unwrap()).await;
        assert!(cache.function(class, selector("spend")).await.is_none());
        assert!(cache.function(class, selector("constructor")).await.is_some());
        assert!(cache.function(class, selector("look")).await.is_some());
    });
}

#[test]
fn calls_are_made_of_names_and_json() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let at = instance(artifact.class_id().unwrap());
        contracts.register(&mut job, &at, Some(&artifact)).await.unwrap();
        let json = [serde_json::json!("0x10"), serde_json::json!(true)];
        let call = contracts.call(&job, at.address, "spend", &json[..]).await.unwrap();
        assert_eq!(
            (call.to, call.selector, &call.args[..]),
            (at.address, selector("spend"), &[Fr::from(16u8), Fr::ONE][..])
        );
        assert_eq!(returned(&call, &[Fr::from(9u8)]), Ok(protocol::abi::Value::Field(Fr::from(9u8))));
        assert!(returned(&call, &[]).is_err());
        let values: [protocol::abi::Value; 2] = [Fr::from(16u8).into(), true.into()];
        assert_eq!(contracts.call(&job, at.address, "spend", &values[..]).await.unwrap(), call);
        let public = contracts.call(&job, at.address, "mint", &json[..1]).await.unwrap();
        assert_eq!(public.function_type, FunctionType::Public);

        let wrong = [serde_json::json!("0x10"), serde_json::json!("yes")];
        let error = contracts.call(&job, at.address, "spend", &wrong[..]).await.unwrap_err();
        assert!(error.to_string().starts_with("spend.p1: expected bool"), "{error}");
        let error = contracts.call(&job, at.address, "steal", &json[..]).await.unwrap_err();
        assert_eq!(error.to_string(), "contract A has no function named steal");
    });
}

#[test]
fn an_instance_commits_to_its_constructor_call() {
    let artifact = contract("A");
    let class = artifact.class_id().unwrap();
    let values: &[protocol::abi::Value] = &[Fr::ONE.into(), false.into()];
    let rest = (Fr::from(3u8), AztecAddress::ZERO, PublicKeys::DEFAULT);
    let made = Instantiation::new(&artifact, class, None, values, rest).unwrap();
    let constructor = made.constructor.unwrap();
    assert_eq!((constructor.to, constructor.selector), (made.instance.address, selector("constructor")));
    let hash = InitializationHash::new(constructor.selector, &constructor.args);
    assert_eq!(made.instance.instance.initialization_hash, hash);
    assert_eq!(made.instance.verify(), Ok(()));
    let named = Instantiation::new(&artifact, class, Some("constructor"), values, rest).unwrap();
    assert_eq!(named.instance, made.instance);
    let error = Instantiation::new(&artifact, class, Some("spend"), values, rest).unwrap_err();
    assert!(matches!(error, CallError::Contract(ContractError::Artifact(_))), "{error}");

    let mut plain = contract("B");
    plain.functions.remove(0);
    let none: &[protocol::abi::Value] = &[];
    let made = Instantiation::new(&plain, class, None, none, rest).unwrap();
    assert_eq!((made.constructor, made.instance.instance.initialization_hash), (None, InitializationHash::ZERO));
    assert!(Instantiation::new(&plain, class, None, values, rest).is_err());
}

#[test]
fn opcodes_are_found_in_the_sources() {
    use protocol::artifact::{DebugInfo, OpcodeLocation};
    let at_opcode = |opcode| move |debug: &DebugInfo| debug.call_stack(OpcodeLocation::Acir(opcode));
    let source = "fn spend() {\n    check(1);\n}\n";
    let start = source.find("check").unwrap();
    let symbols = serde_json::json!({ "debug_infos": [{
        "location_tree": { "locations": [
            { "parent": null, "value": { "span": { "start": 0, "end": 0 }, "file": 0 } },
            { "parent": 0, "value": { "span": { "start": start, "end": start + 8 }, "file": 7 } },
        ] },
        "acir_locations": { "3": 1 },
        "brillig_locations": {},
    }] });
    let deflated = miniz_oxide::deflate::compress_to_vec(symbols.to_string().as_bytes(), 6);
    let mut json = serde_json::to_value(contract("A")).unwrap();
    json["functions"][1]["debugSymbols"] = serde_json::to_value(Bytecode::from_bytes(deflated)).unwrap();
    json["fileMap"] = serde_json::json!({ "7": { "path": "src/main.nr", "source": source } });
    let json = serde_json::to_vec(&json).unwrap();
    block_on(async {
        let (contracts, mut job) = (official(), job().await);
        let id = contracts.register_json_with_debug(&mut job, &json).await.unwrap();
        let at = instance(id);
        contracts.register(&mut job, &at, None).await.unwrap();
        let places = async |name, opcode| {
            contracts.source_places(&job, at.address, selector(name), at_opcode(opcode)).await.unwrap()
        };
        let found = places("spend", 3).await;
        assert_eq!((found[0].to_string().as_str(), found[0].text.as_str()), ("src/main.nr:2:5", "check(1)"));
        assert!(places("spend", 4).await.is_empty());
        assert!(places("look", 3).await.is_empty());
        // The same class without: nothing is known, and nothing fails.
        let mut job = super::tests::job().await;
        contracts.register(&mut job, &at, Some(&contract("A"))).await.unwrap();
        let none = contracts.source_places(&job, at.address, selector("spend"), at_opcode(3)).await.unwrap();
        assert!(none.is_empty());
    });
}

/// Code by its hash, and how often it was asked for.
#[derive(Debug, Default)]
struct Codes(BTreeMap<CodeHash, Vec<u8>>, core::sync::atomic::AtomicUsize);

#[async_trait::async_trait]
impl CodeSource for Codes {
    async fn code(&self, hash: CodeHash) -> Result<Vec<u8>, Box<dyn core::error::Error + Send + Sync>> {
        self.1.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        self.0.get(&hash).cloned().ok_or_else(|| "no such file".into())
    }
}

/// An artifact without the code of what is not public, and that code.
fn outline(artifact: &ContractArtifact) -> (ContractArtifact, Codes) {
    let (mut outline, mut codes) = (artifact.clone(), Codes::default());
    for function in &mut outline.functions {
        if function.abi.function_type != FunctionType::Public {
            let hash = function.bytecode.sha256();
            let code = core::mem::replace(&mut function.bytecode, Bytecode::elsewhere(hash));
            codes.0.insert(CodeHash(hash), code.into_bytes());
        }
    }
    (outline, codes)
}

#[test]
fn code_that_an_artifact_lacks_is_fetched_when_it_is_called_or_when_there_is_time() {
    block_on(async {
        let artifact = contract("A");
        let (outline, codes) = outline(&artifact);
        let codes = Arc::new(codes);
        let (contracts, mut job) = (official().with_code(Arc::clone(&codes) as _), job().await);
        let id = contracts.register_class(&mut job, &outline).await.unwrap();
        assert_eq!(id, artifact.class_id().unwrap());
        let class = contracts.known_class(&job, id).await.unwrap();
        let asked = || codes.1.load(core::sync::atomic::Ordering::Relaxed);
        assert_eq!((contracts.artifact(&job, id).await.unwrap(), asked()), (Some(outline.clone()), 0));

        let spend = contracts.class_function(&job, &class, selector("spend")).await.unwrap().unwrap();
        assert_eq!(&spend.bytecode, &artifact.function("spend").unwrap().bytecode);
        assert_eq!(asked(), 1);

        let missing = contracts.missing_code(&job).await.unwrap();
        assert_eq!(missing.len(), codes.0.len());
        let wrong = contracts.store_code(&mut job, missing[0], &Bytecode::from_bytes(vec![9])).await.unwrap_err();
        assert!(matches!(wrong, ContractError::OtherCode { .. }), "{wrong}");
        for missing in missing {
            let code = contracts.fetch_missing(&job, missing).await.unwrap();
            contracts.store_code(&mut job, missing, &code).await.unwrap();
        }
        // Whole, and at hand without the source.
        assert!(contracts.missing_code(&job).await.unwrap().is_empty());
        assert_eq!(official().artifact(&job, id).await.unwrap(), Some(artifact.clone()));
        official().class_function(&job, &class, selector("look")).await.unwrap().unwrap();
    });
}

#[test]
fn a_whole_artifact_completes_what_was_registered_without_code() {
    block_on(async {
        let (contracts, mut job, artifact) = (official(), job().await, contract("A"));
        let (outline, mut codes) = outline(&artifact);
        let id = contracts.register_class(&mut job, &outline).await.unwrap();
        let class = contracts.known_class(&job, id).await.unwrap();
        let error = contracts.class_function(&job, &class, selector("spend")).await.unwrap_err();
        assert!(matches!(&error, ContractError::NoCode { function, .. } if function == "spend"), "{error}");
        // Code of another hash is not taken.
        codes.0.values_mut().for_each(|code| code.push(0));
        let deceived = contracts.clone().with_code(Arc::new(codes));
        let error = deceived.class_function(&job, &class, selector("spend")).await.unwrap_err();
        assert!(matches!(error, ContractError::OtherCode { .. }), "{error}");
        let error = contracts.clone().with_code(Arc::new(Codes::default()));
        let error = error.class_function(&job, &class, selector("spend")).await.unwrap_err();
        assert!(error.to_string().contains("no such file"), "{error}");

        contracts.register_class(&mut job, &outline).await.unwrap();
        assert!(!contracts.missing_code(&job).await.unwrap().is_empty());
        contracts.register_class(&mut job, &artifact).await.unwrap();
        assert!(contracts.missing_code(&job).await.unwrap().is_empty());
        assert_eq!(contracts.artifact(&job, id).await.unwrap(), Some(artifact));
    });
}

#[test]
fn public_code_must_be_in_the_artifact() {
    block_on(async {
        let (contracts, mut job, mut artifact) = (official(), job().await, contract("A"));
        let public = artifact.functions.iter_mut().find(|function| function.abi.function_type == FunctionType::Public);
        let public = public.unwrap();
        public.bytecode = Bytecode::elsewhere(public.bytecode.sha256());
        let error = contracts.register_class(&mut job, &artifact).await.unwrap_err();
        assert!(error.to_string().contains("is not in the artifact"), "{error}");
        assert!(artifact.class_id().is_err());
    });
}
