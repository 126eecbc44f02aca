//! The workloads, under the names that all three runners know.

use circuits::kernel_inputs::KernelTailMap;
use circuits::witness::WitnessMap;
use protocol::abi::{FunctionAbi, Value, argument_count, arguments_from_json, encode};
use protocol::artifact::pack::Pack;
use protocol::artifact::{CircuitArtifact, ContractArtifact};
use protocol::codec::{Decode, Encode};
use protocol::field::Fr;
use protocol::hash::{poseidon2, poseidon2_permutation};
use protocol::keys::{CompleteAddress, PartialAddress, SecretKey};
use protocol::merkle::{
    AppendOnlyTree, IndexedTree, MemoryLeaves, MemoryNodes, NullifierLeaf, Poseidon2, TreeHeight, genesis_leaves,
};
use protocol::tx::Tx;

use crate::Inputs;

/// Something to time.
#[expect(missing_debug_implementations, reason = "holds a closure")]
pub struct Workload {
    /// Its name.
    pub name: &'static str,
    /// Does it once and returns something that depends on all of it.
    pub run: Box<dyn FnMut() -> u64>,
}

fn low(field: Fr) -> u64 {
    field.to_limbs()[0]
}

/// A contract's JSON, its pack and a function of it.
fn function(json: &[u8], name: &str) -> FunctionAbi {
    let artifact = ContractArtifact::from_json(json).expect("the input is an official artifact");
    artifact.function(name).expect("the contract has this function").abi.clone()
}

/// Every workload.
///
/// # Panics
/// If an input is not what its name says.
#[must_use]
pub fn workloads(inputs: &Inputs) -> Vec<Workload> {
    let mut list = Vec::new();
    hashing(&mut list);
    trees(&mut list);
    artifacts(inputs, &mut list);
    transactions(inputs, &mut list);
    kernels(inputs, &mut list);
    list
}

fn add(list: &mut Vec<Workload>, name: &'static str, run: impl FnMut() -> u64 + 'static) {
    list.push(Workload { name, run: Box::new(run) });
}

fn hashing(list: &mut Vec<Workload>) {
    let mut state = [1u8, 2, 3, 4].map(|n| -Fr::from(n));
    add(list, "poseidon2 permutation", move || {
        state = poseidon2_permutation(state);
        low(state[0])
    });
    let mut pair = [state[0], state[1]];
    add(list, "poseidon2 hash of 2", move || {
        pair[0] = poseidon2(&pair);
        low(pair[0])
    });
    let many: Vec<Fr> = (0..3000u32).map(|n| -Fr::from(n + 1)).collect();
    add(list, "poseidon2 hash of 3000", move || low(poseidon2(&many)));
    let mut secret = 1u64;
    add(list, "address from secret", move || {
        secret += 1;
        let partial_address = PartialAddress::from_field(state[0]);
        let account = CompleteAddress::from_secret_key(&SecretKey::from_field(secret.into()), partial_address);
        low(account.address().to_field())
    });
}

fn trees(list: &mut Vec<Workload>) {
    for (name, count) in [("append 64 leaves", 64u64), ("append 1024 leaves", 1024)] {
        let mut tree = AppendOnlyTree::<_, Poseidon2>::new(MemoryNodes::default(), TreeHeight::NOTE_HASH);
        let mut next = 1000u64;
        add(list, name, move || {
            let leaves: Vec<Fr> = (next..next + count).map(Fr::from).collect();
            next += count;
            tree.append(&leaves).expect("there is room");
            low(tree.root().expect("memory does not fail"))
        });
    }
    let mut tree = IndexedTree::new(MemoryLeaves::default());
    tree.start(&genesis_leaves::<NullifierLeaf>(&[]).expect("an empty genesis")).expect("a new tree");
    let factor: Fr = "0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18".parse().expect("a literal");
    let mut next = 1000u64;
    add(list, "insert 64 nullifiers", move || {
        let leaves: Vec<_> = (next..next + 64).map(|n| NullifierLeaf { nullifier: Fr::from(n) * factor }).collect();
        next += 64;
        tree.insert_batch_with_witnesses(&leaves).expect("new nullifiers");
        low(tree.root().expect("memory does not fail"))
    });
}

fn artifacts(inputs: &Inputs, list: &mut Vec<Workload>) {
    let json = inputs.get("token.json").to_vec();
    let token = ContractArtifact::from_json(&json).expect("the input is an official artifact");
    let load = move || ContractArtifact::from_json(&json).expect("parsed before").functions.len() as u64;
    add(list, "load contract, JSON", load);
    let pack = inputs.get("contracts.pack").to_vec();
    let open = move || {
        let pack = Pack::open(pack.as_slice()).expect("the input is a pack");
        pack.contract("Token").and_then(|contract| contract.artifact()).expect("the pack is whole").functions.len()
            as u64
    };
    add(list, "load contract, pack", open);
    let pack = inputs.get("contracts.pack").to_vec();
    let open = move || {
        let pack = Pack::open(pack.as_slice()).expect("the input is a pack");
        let function = pack.contract("Token").and_then(|contract| contract.function("transfer"));
        function.expect("the pack is whole").bytecode.as_bytes().len() as u64
    };
    add(list, "load one function, pack", open);
    add(list, "class id of a loaded contract", move || low(token.class_id().expect("an official artifact").to_field()));

    let entrypoint = function(inputs.get("account.json"), "entrypoint");
    let text = inputs.get("arguments.json").to_vec();
    let from_json = move |entrypoint: &FunctionAbi, text: &[u8]| -> Vec<Value> {
        let json: Vec<serde_json::Value> = serde_json::from_slice(text).expect("the input is JSON");
        arguments_from_json(&entrypoint.parameters, &json).expect("the input fits the function")
    };
    let values = from_json(&entrypoint, &text);
    let parameters = entrypoint.parameters.clone();
    let sum = |fields: Vec<Fr>| fields.into_iter().map(low).fold(0, u64::wrapping_add);
    add(list, "encode arguments", move || sum(encode(&parameters, &values).expect("encoded before")));
    add(list, "encode arguments, JSON text", move || {
        sum(encode(&entrypoint.parameters, &from_json(&entrypoint, &text)).expect("encoded before"))
    });
}

fn transactions(inputs: &Inputs, list: &mut Vec<Workload>) {
    let bytes = inputs.get("tx.bin").to_vec();
    let decode = move || Tx::from_buffer(&bytes).expect("the input is a transaction").to_buffer().len() as u64;
    add(list, "decode and encode tx", decode);
    let bytes = inputs.get("tx.bin").to_vec();
    add(list, "decode tx", move || u64::from(Tx::from_buffer(&bytes).is_ok()));
    let json = inputs.get("tx.json").to_vec();
    add(list, "decode tx, JSON", move || u64::from(serde_json::from_slice::<Tx>(&json).is_ok()));
}

fn kernels(inputs: &Inputs, list: &mut Vec<Workload>) {
    let tail = CircuitArtifact::from_json("tail", inputs.get("tail.json")).expect("the input is an official artifact");
    let map = KernelTailMap::new(&tail.abi).expect("the circuit is that of the inputs");
    let fields = argument_count(&tail.abi.parameters).expect("the types are usable");
    let zeros = WitnessMap::from_values(core::iter::repeat_n(Fr::ZERO, fields));
    let values = map.decode(&zeros).expect("zeros are inputs");
    add(list, "encode kernel inputs", move || map.encode(&values).expect("the inputs fit").get(0).map_or(0, low));
}
