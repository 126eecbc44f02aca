//! What a recorded session holds.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use circuits::witness::WitnessMap;
use protocol::field::Fr;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Where recordings are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe")
}

/// Reads an xz file.
pub(crate) fn unpack(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    lzma_rs::xz_decompress(&mut packed.as_slice(), &mut bytes).unwrap();
    bytes
}

/// The entries of a session.
pub(crate) fn entries(name: &str) -> Vec<Value> {
    let text = String::from_utf8(unpack(&format!("{name}.jsonl.xz"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A list of fields in its compact form.
pub(crate) fn fields(text: &Value) -> Vec<Fr> {
    let text = text.as_str().unwrap();
    let mut fields = Vec::new();
    for item in text.split(',').filter(|item| !item.is_empty()) {
        let (value, count) = item.split_once('*').unwrap_or((item, "1"));
        let value: Fr = format!("0x{value}").parse().unwrap();
        fields.resize(fields.len() + count.parse::<usize>().unwrap(), value);
    }
    fields
}

/// The random bytes that oracles drew.
pub(crate) fn draws(entry: &Value) -> VecDeque<Vec<u8>> {
    let draws = entry["draws"].as_array().map(Vec::as_slice).unwrap_or_default();
    let drawn = draws.iter().filter(|draw| draw["who"] == "oracle");
    drawn.map(|draw| const_hex::decode(draw["bytes"].as_str().unwrap()).unwrap()).collect()
}

/// The digest of a solved witness.
pub(crate) fn digest(witness: &WitnessMap) -> String {
    let mut hash = Sha256::new();
    for (index, value) in witness.iter() {
        hash.update(index.to_le_bytes());
        hash.update(value.to_be_bytes());
    }
    const_hex::encode(&hash.finalize()[..16])
}
