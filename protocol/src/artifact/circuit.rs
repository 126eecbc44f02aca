//! The circuits of the protocol: kernels and rollups.
//!
//! Protocol source: `@aztec/stdlib/src/noir/index.ts`, `@aztec/noir-protocol-circuits-types/src/utils/vk_json.ts`.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::json::checked;
use super::{ArtifactError, Bytecode, VerificationKey, VerificationKeyHash};
use crate::abi::{AbiParameter, AbiType, ErrorSelector, ErrorType, Visibility};
use crate::field::Fr;
use crate::json;

/// What a circuit takes and returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitAbi {
    /// Parameters.
    pub parameters: Vec<AbiParameter>,
    /// What it returns.
    pub return_type: Option<CircuitReturn>,
    /// Errors it can fail with.
    #[serde(default)]
    pub error_types: BTreeMap<ErrorSelector, ErrorType>,
}

/// What a circuit returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitReturn {
    /// The type.
    pub abi_type: AbiType,
    /// Who sees it.
    pub visibility: Visibility,
}

/// A verification key with its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitKey {
    /// The key.
    pub key: VerificationKey,
    /// Its hash: `hashVK` of the fields for client kernels; keys of rollup circuits are hashed by another rule.
    pub hash: VerificationKeyHash,
}

/// A circuit of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitArtifact {
    /// Name: that of its file.
    pub name: String,
    /// The compiler's hash of the program, decimal.
    pub hash: String,
    /// The interface.
    pub abi: CircuitAbi,
    /// The code.
    pub bytecode: Bytecode,
    /// The verification key; circuits that are only simulated have none.
    pub verification_key: Option<CircuitKey>,
}

#[derive(Deserialize)]
struct RawCircuit<'a> {
    #[serde(default)]
    hash: String,
    abi: CircuitAbi,
    bytecode: Bytecode,
    #[serde(rename = "verificationKey", borrow)]
    verification_key: Option<RawKey<'a>>,
}

#[derive(Deserialize)]
struct RawKey<'a> {
    #[serde(with = "json::hex")]
    bytes: Vec<u8>,
    #[serde(borrow)]
    fields: Vec<Cow<'a, str>>,
    /// Hex without `0x`.
    #[serde(borrow)]
    hash: Cow<'a, str>,
}

impl CircuitArtifact {
    /// Reads the JSON of a protocol circuit. The key is stated twice there, as bytes and as fields: they must agree.
    pub fn from_json(name: &str, json: &[u8]) -> Result<Self, ArtifactError> {
        let raw: RawCircuit<'_> = json::from_slice(checked(json)?)?;
        let verification_key = raw.verification_key.map(|raw| raw.read(name)).transpose()?;
        Ok(Self { name: name.into(), hash: raw.hash, abi: raw.abi, bytecode: raw.bytecode, verification_key })
    }
}

impl RawKey<'_> {
    fn read(self, circuit: &str) -> Result<CircuitKey, ArtifactError> {
        let key = VerificationKey::from_bytes(self.bytes);
        let wrong_key = |source| ArtifactError::VerificationKey { function: circuit.into(), source };
        let differs = |what| ArtifactError::KeyMismatch { circuit: circuit.into(), what };
        let fields = key.fields().map_err(wrong_key)?;
        if fields.len() != self.fields.len()
            || fields.iter().zip(&self.fields).any(|(field, text)| text.parse::<Fr>() != Ok(*field))
        {
            return Err(differs("fields"));
        }
        let hash = alloc::format!("0x{}", self.hash.trim_start_matches("0x")).parse();
        let hash: VerificationKeyHash = hash.map_err(|_| differs("hash"))?;
        if key.as_bytes().len() == VerificationKey::MEGA_SIZE && key.mega_hash().map_err(wrong_key)? != hash {
            return Err(differs("hash"));
        }
        Ok(CircuitKey { key, hash })
    }
}
