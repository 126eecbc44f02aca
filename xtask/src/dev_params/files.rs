//! What the checkout keeps of the keys: all of those under the development SRS for clients, and what a node needs.

use std::fs;
use std::io::Write;

use circuits::set::{Circuit, DerivedKeys, Parameters};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use protocol::artifact::VerificationKey;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use serde::Serialize;

use super::ParamsError;
use crate::{Error, shell};

const KEYS: &str = "circuits/development/keys.bin.z";
/// What a node needs of the parameters.
const NODE: [&str; 2] = ["node-lite/parameters/official.json", "node-lite/parameters/development.json"];

/// A protocol contract; the other parts of its class do not depend on the SRS.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contract {
    name: &'static str,
    private_functions_root: Fr,
}

/// What a node needs of the parameters.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeParameters<'a> {
    srs: &'static str,
    vk_tree_root: Fr,
    protocol_contracts: Vec<Contract>,
    hiding_kernel_to_rollup: &'a VerificationKey,
    hiding_kernel_to_public: &'a VerificationKey,
}

fn node_parameters(parameters: &Parameters) -> String {
    let contract = |contract: ProtocolContract| {
        let root = parameters.protocol_contract(contract).class_preimage.private_functions_root;
        Contract { name: contract.name(), private_functions_root: root }
    };
    let node = NodeParameters {
        srs: parameters.srs().name(),
        vk_tree_root: parameters.key_tree_root(),
        protocol_contracts: ProtocolContract::ALL.into_iter().map(contract).collect(),
        hiding_kernel_to_rollup: &parameters.key(Circuit::HidingKernelToRollup).key,
        hiding_kernel_to_public: &parameters.key(Circuit::HidingKernelToPublic).key,
    };
    let json = serde_json::to_string_pretty(&node).expect("it has text keys and no fallible members");
    json + "\n"
}

fn replace(name: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = shell::root().join(name);
    let at = |source| Error::Io { path: path.clone(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at)?;
    }
    fs::write(&path, bytes).map_err(at)?;
    println!("wrote {name}, {} bytes", bytes.len());
    Ok(())
}

/// Writes all of it; returns how many files there are.
pub(super) fn write(keys: &DerivedKeys, official: &Parameters, development: &Parameters) -> Result<usize, Error> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(&keys.to_bytes()).and_then(|()| packed.finish());
    replace(KEYS, &packed.expect("writing to memory cannot fail"))?;
    for (name, parameters) in NODE.into_iter().zip([official, development]) {
        replace(name, node_parameters(parameters).as_bytes())?;
    }
    Ok(1 + NODE.len())
}

/// Whether the files for nodes are what follows from the parameters; returns how many there are.
pub(super) fn check(official: &Parameters, development: &Parameters) -> Result<usize, Error> {
    for (name, parameters) in NODE.into_iter().zip([official, development]) {
        let path = shell::root().join(name);
        let text = fs::read_to_string(&path).map_err(|source| Error::Io { path, source })?;
        if text != node_parameters(parameters) {
            return Err(ParamsError::Outdated(name).into());
        }
    }
    Ok(NODE.len())
}
