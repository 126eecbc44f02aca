//! Packs of made-up artifacts, whole and broken.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::format::HEADER_SIZE;
use super::*;
use crate::artifact::tests::CONTRACT;
use crate::artifact::{
    Bytecode, CircuitAbi, CircuitArtifact, CircuitKey, ContractArtifact, DebugJson, VerificationKey,
};

fn contract(name: &str) -> ContractArtifact {
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [1; VerificationKey::MEGA_SIZE]);
    let json = CONTRACT.replace("AAAA", &key);
    ContractArtifact { name: name.into(), ..ContractArtifact::from_json(json.as_bytes()).unwrap() }
}

fn circuit() -> CircuitArtifact {
    CircuitArtifact {
        name: "c".into(),
        hash: "7".into(),
        abi: CircuitAbi { parameters: vec![], return_type: None, error_types: Default::default() },
        bytecode: Bytecode::from_bytes(vec![0; 5000]),
        verification_key: Some(CircuitKey { key: VerificationKey::from_bytes(vec![2; 64]), hash: Default::default() }),
    }
}

fn package() -> Package {
    Package { name: "@a/b".into(), version: "1".into() }
}

fn pack() -> (Vec<u8>, PackStats) {
    let mut builder = PackBuilder::new(package());
    builder.contract(&contract("A")).unwrap();
    builder.contract(&contract("B")).unwrap();
    builder.circuit(&circuit()).unwrap();
    builder.finish().unwrap()
}

fn debug_pack() -> Vec<u8> {
    let mut builder = DebugPackBuilder::new(package());
    builder.contract("A", &DebugJson::from_json(CONTRACT.as_bytes()).unwrap()).unwrap();
    builder.finish().unwrap().0
}

/// Everything a reader can ask of a pack.
fn read_all(bytes: &[u8]) -> Result<(), PackError> {
    let pack = Pack::open(bytes)?;
    for entry in &pack.index().contracts {
        let contract = pack.contract(&entry.name)?;
        contract.artifact()?;
        contract.verify()?;
    }
    for entry in &pack.index().circuits {
        pack.circuit(&entry.name)?;
    }
    Ok(())
}

#[test]
fn what_goes_in_comes_out() {
    let (bytes, stats) = pack();
    read_all(&bytes).unwrap();
    let pack = Pack::open(bytes).unwrap();
    assert_eq!(pack.contract("A").unwrap().artifact().unwrap(), contract("A"));
    assert_eq!(pack.circuit("c").unwrap(), circuit());
    let one = pack.contract("B").unwrap();
    let send = contract("B").function("send").cloned().unwrap();
    assert_eq!(one.function("send").unwrap(), send);
    assert_eq!(one.function_by_selector(send.abi.selector().unwrap()).unwrap(), send);
    assert_eq!(pack.contract("A").unwrap().manifest(), one.manifest(), "equal functions are kept once");
    assert!(stats.blobs < stats.references && stats.stored < stats.distinct && stats.distinct < stats.referenced);
}

#[test]
fn code_may_be_kept_outside_of_the_pack() {
    let whole = contract("A");
    let mut outline = whole.clone();
    let send = outline.functions.iter_mut().find(|function| function.abi.name == "send").unwrap();
    send.bytecode = Bytecode::elsewhere(send.bytecode.sha256());
    let send = send.clone();
    assert_eq!(outline.class_id().unwrap(), whole.class_id().unwrap());
    let mut builder = PackBuilder::new(package());
    builder.contract(&outline).unwrap();
    let (bytes, _) = builder.finish().unwrap();
    let pack = Pack::open(bytes).unwrap();
    let packed = pack.contract("A").unwrap();
    assert_eq!(packed.verify().unwrap(), outline);
    let found = packed.function("send").unwrap();
    assert_eq!(found, send);
    assert!(found.bytecode.is_elsewhere() && found.bytecode.as_bytes().is_empty());
    let error =
        pack.blob(&packed.manifest().functions.iter().find(|f| f.name == "send").unwrap().bytecode).unwrap_err();
    assert!(matches!(error, PackError::Elsewhere { .. }), "{error}");
    let error = serde_json::to_string(&outline).unwrap_err().to_string();
    assert!(error.contains("kept somewhere else"), "{error}");
}

#[test]
fn debug_information_is_a_pack_of_its_own() {
    let bytes = debug_pack();
    let pack = DebugPack::open(bytes.as_slice()).unwrap();
    let contract = pack.contract("A").unwrap();
    assert_eq!(contract.file(3).unwrap().unwrap().path, "a.nr");
    assert!(contract.file(4).unwrap().is_none());
    assert!(contract.function("send").unwrap().is_some() && contract.function("x").unwrap().is_none());
    let error = Pack::open(bytes.as_slice()).unwrap_err().to_string();
    assert_eq!(error, "the pack holds debug information where artifacts was expected");
}

#[test]
fn what_is_not_there_is_named() {
    let (bytes, _) = pack();
    let pack = Pack::open(bytes).unwrap();
    assert_eq!(pack.contract("X").unwrap_err().to_string(), "no contract named X in @a/b");
    let error = pack.contract("A").unwrap().function("x").unwrap_err().to_string();
    assert_eq!(error, "no function named x in @a/b, contract A");
    let mut builder = PackBuilder::new(package());
    builder.contract(&contract("A")).unwrap();
    assert_eq!(builder.contract(&contract("A")).unwrap_err().to_string(), "@a/b has two contracts named A");
}

/// A pack whose index was changed and hashed anew: what a hostile maker of packs can do.
fn with_index(change: impl FnOnce(&mut Index)) -> Vec<u8> {
    let (bytes, _) = pack();
    let mut index = Pack::open(bytes.as_slice()).unwrap().index().clone();
    let old = postcard::to_allocvec(&index).unwrap().len();
    change(&mut index);
    let index = postcard::to_allocvec(&index).unwrap();
    let mut out = bytes[..9].to_vec();
    out.extend_from_slice(&u32::try_from(index.len()).unwrap().to_be_bytes());
    out.extend_from_slice(&crate::hash::sha256(&[&index]));
    out.extend_from_slice(&index);
    out.extend_from_slice(&bytes[HEADER_SIZE + old..]);
    out
}

#[test]
fn lies_in_the_index_are_found() {
    let error = |change: fn(&mut Index)| read_all(&with_index(change)).unwrap_err().to_string();
    assert!(error(|index| index.circuits[0].bytecode.offset = u64::MAX).contains("reaches beyond the pack"));
    assert!(error(|index| index.circuits[0].bytecode.offset = 1 << 40).contains("reaches beyond the pack"));
    assert!(error(|index| index.circuits[0].bytecode.size = u32::MAX).contains("reaches beyond the pack"));
    assert!(error(|index| index.circuits[0].bytecode.length = u32::MAX).contains("the maximum is"));
    assert!(error(|index| index.circuits[0].bytecode.length -= 1).contains("does not inflate"));
    assert!(error(|index| index.circuits[0].bytecode.length += 1).contains("its length is another"));
    assert!(error(|index| index.circuits[0].bytecode.sha256[0] ^= 1).contains("its hash is another"));
    assert!(error(|index| index.circuits[0].abi = index.circuits[0].bytecode).contains("interface at"));
    assert!(error(|index| index.contracts[0].class_id = Default::default()).contains("the index says class id 0x000"));
    assert!(error(|index| index.contracts[0].name = "Z".into()).contains("contract Z: the index says class id"));
}

proptest! {
    #[test]
    fn a_broken_pack_is_refused(at in 0usize..20_000, flip in 1u8..=255) {
        let (mut bytes, _) = pack();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        prop_assert!(read_all(&bytes).is_err());
        prop_assert!(read_all(&bytes[..at]).is_err());
    }

    #[test]
    fn a_random_index_is_no_danger(index in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = pack().0[..9].to_vec();
        bytes.extend_from_slice(&(index.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&crate::hash::sha256(&[&index]));
        bytes.extend_from_slice(&index);
        let _ = read_all(&bytes);
    }
}
