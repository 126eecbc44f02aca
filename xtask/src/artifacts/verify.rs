//! Every artifact against the values the official code computes, and every pack against the JSON it was made from.

use std::collections::BTreeMap;
use std::fs;

use protocol::abi::{FunctionAbi, FunctionType};
use protocol::artifact::pack::{DebugPack, Pack};
use protocol::artifact::{
    CircuitArtifact, ContractArtifact, DebugJson, VerificationKey, VerificationKeyHash, VerificationKeyTree,
};
use protocol::contract::PrivateFunctionTree;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::hash::silo::verification_key_hash;
use serde::Deserialize;
use serde_json::{Value, json};

use super::build::{Artifact, files, read};
use super::{ArtifactsError, Options, at, file_name, root, witness};
use crate::{Error, packages};

#[derive(Deserialize)]
struct Case {
    f: String,
    #[serde(rename = "in")]
    input: Value,
    out: Value,
}

/// Official values by package and artifact; the tree of keys under two empty names.
fn official() -> Result<BTreeMap<(String, String), Case>, Error> {
    let path = root().join("tests/vectors/data/artifacts.jsonl");
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let mut cases = BTreeMap::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let case: Case =
            serde_json::from_str(line).map_err(|source| ArtifactsError::Vectors { line: index + 1, source })?;
        let name = |key: &str| case.input[key].as_str().unwrap_or_default().to_owned();
        cases.insert((name("package"), name("artifact")), case);
    }
    Ok(cases)
}

/// A check: why it fails, if it does.
pub(super) type Check = Result<(), String>;

pub(super) fn text(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

fn same(official: &Value, ours: &Value) -> Check {
    if official == ours {
        return Ok(());
    }
    let (Some(official), Some(members)) = (official.as_object(), ours.as_object()) else {
        return Err(format!("official {official}, ours {ours}"));
    };
    for (name, value) in official {
        let ours = members.get(name).unwrap_or(&Value::Null);
        if value != ours {
            return Err(format!("{name}: official {value}, ours {ours}"));
        }
    }
    Err("ours has members the official value has not".to_owned())
}

/// What the official code says about a contract, computed by ours.
fn contract_values(contract: &ContractArtifact) -> Result<Value, protocol::artifact::ArtifactError> {
    let mut functions = Vec::new();
    for function in &contract.functions {
        let mut value = json!({
            "name": function.abi.name,
            "type": function.abi.function_type,
            "selector": function.abi.selector()?,
            "size": function.bytecode.as_bytes().len(),
            "hash": function.artifact_leaf()?,
        });
        if function.verification_key.is_some() {
            value["vkHash"] = json!(function.verification_key_hash()?);
        }
        functions.push(value);
    }
    let public = |abi: &FunctionAbi| Ok(json!({ "name": abi.name, "selector": abi.selector()? }));
    let public: Result<Vec<_>, protocol::abi::SignatureError> = contract.public_functions.iter().map(public).collect();
    let hashes = contract.hash_preimage()?;
    let class = contract.class_preimage()?;
    let slots: BTreeMap<_, _> =
        contract.storage_layout.iter().map(|(name, slot)| (name, json!({ "slot": slot }))).collect();
    Ok(json!({
        "name": contract.name,
        "functions": functions,
        "publicFunctions": public?,
        "storageLayout": slots,
        "initializer": contract.default_initializer().map_or("", |abi| &abi.name),
        "privateFunctionRoot": hashes.private_function_root,
        "utilityFunctionRoot": hashes.utility_function_root,
        "metadataHash": hashes.metadata_hash,
        "artifactHash": hashes.hash(),
        "privateFunctionsRoot": class.private_functions_root,
        "publicBytecodeCommitment": class.public_bytecode_commitment,
        "classId": class.class_id(),
    }))
}

fn check_contract(contract: &ContractArtifact, official: &Case, pack: &Pack<Vec<u8>>) -> Check {
    same(&official.out, &contract_values(contract).map_err(text)?)?;
    let packed = pack.contract(&contract.name).map_err(text)?;
    if packed.verify().map_err(text)? != *contract {
        return Err("the pack holds another contract".to_owned());
    }
    for function in &contract.functions {
        if packed.function(&function.abi.name).map_err(text)? != *function {
            return Err(format!("the pack holds another function {}", function.abi.name));
        }
    }
    // Every private function is where its class says.
    let class = contract.class().map_err(text)?;
    let tree = PrivateFunctionTree::new(class.private_functions).map_err(text)?;
    for function in contract.functions_of(FunctionType::Private) {
        let selector = function.abi.selector().map_err(text)?;
        if tree.membership(selector).is_none() {
            return Err(format!("{} is not in the tree of private functions", function.abi.name));
        }
        witness::parameters(&function.abi.parameters).map_err(|error| format!("{}: {error}", function.abi.name))?;
    }
    let passed_on = serde_json::to_vec(contract).map_err(text)?;
    if ContractArtifact::from_json(&passed_on).map_err(text)? != *contract {
        return Err("the JSON that wallets pass on is another contract".to_owned());
    }
    Ok(())
}

fn check_debug(contract: &ContractArtifact, json: &[u8], pack: &DebugPack<Vec<u8>>) -> Check {
    let json = DebugJson::from_json(json).map_err(text)?;
    let packed = pack.contract(&contract.name).map_err(text)?;
    for (id, file) in json.files().map_err(text)? {
        if packed.file(id).map_err(text)? != Some(file) {
            return Err(format!("the debug pack holds another file {id}"));
        }
    }
    for name in json.function_names() {
        if packed.function(name).map_err(text)?.is_none() {
            return Err(format!("the debug pack has no symbols of {name}"));
        }
    }
    Ok(())
}

fn check_circuit(
    circuit: &CircuitArtifact,
    official: &Case,
    pack: &Pack<Vec<u8>>,
    tree: &VerificationKeyTree,
) -> Check {
    let mut ours = json!({ "size": circuit.bytecode.as_bytes().len() });
    if let Some(found) = &circuit.verification_key {
        let fields = found.key.fields().map_err(text)?;
        let fields_hash = verification_key_hash(&fields);
        if found.key.as_bytes().len() == VerificationKey::MEGA_SIZE && fields_hash != found.hash.to_field() {
            return Err("the key does not hash to what its file says".to_owned());
        }
        ours["fields"] = json!(fields.len());
        ours["fieldsHash"] = json!(fields_hash);
        ours["vkHash"] = json!(found.hash);
        ours["vkIndex"] = tree.index_of(found.hash).map_or(json!(-1), |index| json!(index));
    }
    same(&official.out, &ours)?;
    if pack.circuit(&circuit.name).map_err(text)? != *circuit {
        return Err("the pack holds another circuit".to_owned());
    }
    witness::circuit(circuit)
}

fn key_tree(official: &Case) -> Result<VerificationKeyTree, String> {
    let leaves: Vec<VerificationKeyHash> = Vec::deserialize(&official.out["leaves"]).map_err(text)?;
    VerificationKeyTree::new(leaves).ok_or_else(|| "too many keys".to_owned())
}

/// Checks everything and prints what failed; each artifact counts as a test, and so do the tree of keys and each
/// protocol contract.
pub(super) fn run(options: &Options) -> Result<(), Error> {
    let mut official = official()?;
    let (mut passed, mut failed) = (0, 0);
    let mut count = |name: &str, check: Check| match check {
        Ok(()) => passed += 1,
        Err(reason) => {
            failed += 1;
            println!("{name}: {reason}");
        }
    };
    let tree_case = official.remove(&<(String, String)>::default());
    let tree = match tree_case.as_ref().ok_or_else(|| "no official tree of keys".to_owned()).and_then(|case| {
        let tree = key_tree(case)?;
        let path: Vec<Fr> = tree.sibling_path(5).to_vec();
        same(
            &json!({ "root": case.out["root"], "path": case.out["path"] }),
            &json!({ "root": tree.root(), "path": path }),
        )?;
        Ok(tree)
    }) {
        Ok(tree) => {
            count("tree of verification keys", Ok(()));
            tree
        }
        Err(reason) => {
            count("tree of verification keys", Err(reason));
            VerificationKeyTree::new(Vec::new()).expect("an empty tree has room")
        }
    };
    let mut kernels = witness::Kernels::default();
    for name in packages::names()? {
        let wrong = |source| ArtifactsError::Pack { package: name.clone(), source };
        let path = options.out.join(file_name(&name, false));
        let pack = Pack::open(fs::read(&path).map_err(at(&path))?).map_err(wrong)?;
        let debug = if options.debug {
            let path = options.out.join(file_name(&name, true));
            Some(DebugPack::open(fs::read(&path).map_err(at(&path))?).map_err(wrong)?)
        } else {
            None
        };
        let (mut contracts, mut functions, mut circuits) = (0, 0, 0);
        for (file, json) in files(&name)? {
            let label = format!("{name}: {file}");
            let Some(case) = official.remove(&(name.clone(), file.trim_end_matches(".json").to_owned())) else {
                count(&label, Err("no official value".to_owned()));
                continue;
            };
            match (read(&name, &file, &json)?, case.f.as_str()) {
                (Artifact::Contract(contract), "contract") => {
                    contracts += 1;
                    functions += contract.abis().count();
                    count(&label, check_contract(&contract, &case, &pack));
                    if let Some(debug) = &debug {
                        count(&format!("{label}, debug"), check_debug(&contract, &json, debug));
                    }
                    let protocol = ProtocolContract::ALL.into_iter().find(|known| known.name() == contract.name);
                    if let Some(known) = protocol.filter(|_| name.ends_with("/protocol-contracts")) {
                        let expected = (known.class_id(), known.class_preimage());
                        let computed = contract.class_preimage().map(|preimage| (preimage.class_id(), preimage));
                        let equal = if computed == Ok(expected) { Ok(()) } else { Err("another class".to_owned()) };
                        count(&format!("{label}, protocol contract"), equal);
                    }
                }
                (Artifact::Circuit(circuit), "circuit") => {
                    circuits += 1;
                    count(&label, check_circuit(&circuit, &case, &pack, &tree));
                    kernels.add(&circuit);
                }
                _ => count(&label, Err(format!("the official value is that of a {}", case.f))),
            }
        }
        println!("{name}: {contracts} contracts with {functions} functions, {circuits} circuits");
    }
    if let Some(folder) = &options.recorded {
        let mut recorded = 0;
        for entry in fs::read_dir(folder).map_err(at(folder))? {
            let path = entry.map_err(at(folder))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                match kernels.check(&path) {
                    Ok(false) => {}
                    checked => {
                        recorded += 1;
                        count(&path.display().to_string(), checked.map(|_| ()));
                    }
                }
            }
        }
        println!("{}: {recorded} executions of kernel circuits", folder.display());
    }
    for (package, artifact) in official.keys() {
        count(&format!("{package}: {artifact}"), Err("in the official values but not in the package".to_owned()));
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Error::Tests(failed)) }
}
