//! Artifacts, classes, instances and the protocol contracts.

use std::collections::BTreeMap;

use base64::Engine;
use protocol::abi::FunctionSelector;
use protocol::artifact::{ContractArtifact, FunctionArtifact, VerificationKey};
use protocol::contract::protocol::{ProtocolContract, ProtocolContracts};
use protocol::contract::{
    ClassIdPreimage, ContractClass, ContractInstance, InitializationHash, PrivateFunction, PrivateFunctionTree,
    Version1, bytecode_commitment,
};
use serde_json::{Value, json};

use super::form::{Answer, arg, as_json, bytes, decoded, joined, member, ok, or};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("bytecodeCommitment", |input| ok(or(bytecode_commitment(&bytes(input)?))?)),
    many("privateFunctionLeaf", |input| ok(arg::<PrivateFunction>(input)?.leaf())),
    many("privateFunctionsRoot", |input| ok(or(PrivateFunctionTree::new(arg(input)?))?.root())),
    many("privateFunctionMembership", |input| {
        let tree = or(PrivateFunctionTree::new(member(input, "functions")?))?;
        let found = tree.membership(member(input, "selector")?).ok_or("no such function")?;
        Ok(json!({ "index": found.leaf_index, "siblings": found.sibling_path }))
    }),
    many("contractClass", contract_class),
    many("contractClassId", |input| ok(arg::<ClassIdPreimage>(input)?.class_id())),
    many("verificationKeyFields", |input| Ok(joined(&or(VerificationKey::from_bytes(bytes(input)?).fields())?))),
    many("artifact", artifact),
    many("contractInstance", |input| {
        let instance = decoded::<ContractInstance>(input)?;
        let with_address = or(instance.with_address())?;
        or(with_address.verify())?;
        Ok(json!({
            "saltedInitializationHash": instance.salted_initialization_hash(),
            "partialAddress": instance.partial_address(),
            "address": with_address.address,
            "json": as_json(&with_address)?,
        }))
    }),
    many("initializationHash", |input| {
        ok(InitializationHash::new(member(input, "selector")?, &member::<Vec<_>>(input, "args")?))
    }),
    finite("noInitializationHash", 1, |_| ok(InitializationHash::ZERO)),
    finite("protocolContract", 6, |input| {
        let contract = ProtocolContract::ALL.into_iter().find(|contract| input == contract.name());
        let contract = contract.ok_or("no such protocol contract")?;
        let instance = contract.instance();
        Ok(json!({
            "address": instance.address,
            "salt": instance.instance.salt,
            "classId": contract.class_id(),
            "derivedAddress": contract.derived_address(),
            "initializationHash": instance.instance.initialization_hash,
            "preimage": contract.class_preimage(),
            "privateFunctions": contract.private_functions().collect::<Vec<_>>(),
        }))
    }),
    finite("protocolContracts", 1, |_| {
        let contracts = ProtocolContracts::official();
        Ok(json!({ "derivedAddresses": contracts.0, "hash": contracts.hash() }))
    }),
];

fn contract_class(input: &Value) -> Answer {
    let class = ContractClass {
        version: member::<Version1>(input, "version")?,
        artifact_hash: member(input, "artifactHash")?,
        private_functions: member(input, "privateFunctions")?,
        packed_bytecode: bytes(&input["packedBytecode"])?,
    };
    let preimage = or(class.preimage())?;
    with_id(preimage)
}

fn with_id(preimage: ClassIdPreimage) -> Answer {
    let mut answer = ok(preimage)?;
    answer["id"] = ok(preimage.class_id())?;
    Ok(answer)
}

fn artifact(input: &Value) -> Answer {
    // The key is given once and stands for that of every private function.
    let key = base64::engine::general_purpose::STANDARD.encode(bytes(&input["verificationKey"])?);
    let mut raw = input["artifact"].clone();
    for function in raw["functions"].as_array_mut().into_iter().flatten() {
        if function.get("verification_key").is_some() {
            function["verification_key"] = Value::from(key.clone());
        }
    }
    let artifact = or(ContractArtifact::from_json(raw.to_string().as_bytes()))?;
    let again = or(ContractArtifact::from_json(ok(&artifact)?.to_string().as_bytes()))?;
    if again != artifact {
        return Err("our own JSON is another artifact".to_owned());
    }
    let functions = artifact.functions.iter().map(function).collect::<Result<Vec<_>, _>>()?;
    let hashes = or(artifact.hash_preimage())?;
    let class = or(artifact.class_preimage())?;
    let slots: BTreeMap<_, _> =
        artifact.storage_layout.iter().map(|(name, slot)| (name, json!({ "slot": slot }))).collect();
    Ok(json!({
        "functions": functions,
        "publicFunctions": artifact.public_functions.iter().map(|abi| &abi.name).collect::<Vec<_>>(),
        "storageLayout": slots,
        "initializer": artifact.default_initializer().map_or("", |abi| &abi.name),
        "privateFunctionRoot": hashes.private_function_root,
        "utilityFunctionRoot": hashes.utility_function_root,
        "metadataHash": hashes.metadata_hash,
        "artifactHash": hashes.hash(),
        "privateFunctionsRoot": class.private_functions_root,
        "publicBytecodeCommitment": class.public_bytecode_commitment,
        "classId": class.class_id(),
    }))
}

fn function(function: &FunctionArtifact) -> Answer {
    let abi = &function.abi;
    let selector: FunctionSelector = or(abi.selector())?;
    Ok(json!({
        "name": abi.name,
        "selector": selector,
        "type": abi.function_type,
        "isInitializer": abi.is_initializer,
        "isStatic": abi.is_static,
        "isOnlySelf": abi.is_only_self,
        "metadataHash": function.metadata_hash(),
        "artifactHash": or(function.artifact_leaf())?,
    }))
}
