//! Every circuit and private function takes and gives witnesses as its ABI says.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use circuits::abi_map::{AbiMapped, CircuitMap, MapError, decode_parameters, decode_return, encode_parameters};
use circuits::kernel_inputs::{
    HidingKernelMap, KernelInitMap, KernelInnerMap, KernelResetMap, KernelTailMap, KernelTailToPublicMap,
};
use circuits::witness::WitnessMap;
use protocol::abi::{AbiParameter, AbiType, Sign, StructType};
use protocol::artifact::{CircuitAbi, CircuitArtifact};
use protocol::field::Fr;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::verify::{Check, text};

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    /// Fields of some value of a type. Empty options carry zeros, as encoders write them.
    fn fill(&mut self, ty: &AbiType, out: &mut Vec<Fr>) {
        match ty {
            AbiType::Field => out.push(Fr::from(self.wide()) * Fr::from(self.wide())),
            AbiType::Boolean => out.push(Fr::from(self.next() & 1 == 1)),
            AbiType::Integer { width, sign: Sign::Unsigned | Sign::Signed } => {
                out.push(Fr::from(self.wide() >> (128 - width)));
            }
            AbiType::String { length } => (0..*length).for_each(|_| out.push(Fr::from(32 + self.next() % 95))),
            AbiType::Array { length, item } => (0..*length).for_each(|_| self.fill(item, out)),
            AbiType::Tuple(types) => types.iter().for_each(|ty| self.fill(ty, out)),
            AbiType::Struct(StructType { path, fields }) if path == "std::option::Option" && self.next() & 1 == 0 => {
                fields.iter().for_each(|field| self.zero(&field.ty, out));
            }
            AbiType::Struct(StructType { path, fields }) if path == "std::option::Option" => {
                out.push(Fr::ONE);
                fields.iter().skip(1).for_each(|field| self.fill(&field.ty, out));
            }
            AbiType::Struct(ty) => ty.fields.iter().for_each(|field| self.fill(&field.ty, out)),
        }
    }

    fn zero(&mut self, ty: &AbiType, out: &mut Vec<Fr>) {
        let start = out.len();
        self.fill(ty, out);
        out[start..].fill(Fr::ZERO);
    }
}

/// A random witness of the parameters becomes values, and these the same witness.
pub(super) fn parameters(parameters: &[AbiParameter]) -> Check {
    let mut fields = Vec::new();
    let mut numbers = Numbers(parameters.len() as u64);
    parameters.iter().for_each(|parameter| numbers.fill(&parameter.ty, &mut fields));
    let witness = WitnessMap::from_values(fields);
    let values = decode_parameters(parameters, &witness).map_err(text)?;
    if encode_parameters(parameters, &values).map_err(text)? != witness {
        return Err("a random witness changes on its way to values and back".to_owned());
    }
    Ok(())
}

/// A random witness of the parameters and of what the circuit returns becomes values; that of the parameters is the
/// same on its way back, typed too if the circuit is one of the client's kernel.
pub(super) fn circuit(circuit: &CircuitArtifact) -> Check {
    parameters(&circuit.abi.parameters)?;
    let mut fields = Vec::new();
    let types = circuit.abi.parameters.iter().map(|parameter| &parameter.ty);
    let mut numbers = Numbers(circuit.name.len() as u64);
    types.chain(circuit.abi.return_type.iter().map(|returned| &returned.abi_type)).for_each(|ty| {
        numbers.fill(ty, &mut fields);
    });
    decode_return(&circuit.abi, &WitnessMap::from_values(fields)).map_err(text)?;
    fits(&circuit.name, &circuit.abi).map_err(text)
}

/// Does something with the map of a circuit of the client's kernel.
macro_rules! with_map {
    ($name:expr, $abi:expr, |$map:ident| $then:expr) => {{
        let (name, abi) = ($name.replace("_simulated", ""), $abi);
        match name.as_str() {
            "private_kernel_init" => KernelInitMap::new(abi).and_then(|$map| $then),
            "private_kernel_inner" => KernelInnerMap::new(abi).and_then(|$map| $then),
            "private_kernel_tail" => KernelTailMap::new(abi).and_then(|$map| $then),
            "private_kernel_tail_to_public" => KernelTailToPublicMap::new(abi).and_then(|$map| $then),
            "hiding_kernel_to_rollup" | "hiding_kernel_to_public" => HidingKernelMap::new(abi).and_then(|$map| $then),
            reset if reset.starts_with("private_kernel_reset") => KernelResetMap::new(abi).and_then(|$map| $then),
            _ => Ok(Default::default()),
        }
    }};
}

fn fits(name: &str, abi: &CircuitAbi) -> Result<(), MapError> {
    with_map!(name, abi, |_map| Ok(()))
}

/// Decodes and encodes the inputs, decodes the output.
fn encoded_again<I: AbiMapped, O: AbiMapped>(
    map: &CircuitMap<I, O>,
    inputs: &WitnessMap,
    solved: Option<&WitnessMap>,
) -> Result<WitnessMap, MapError> {
    solved.map(|solved| map.output(solved)).transpose()?;
    map.encode(&map.decode(inputs)?)
}

/// A recorded execution; there is more in its file.
#[derive(Deserialize)]
struct Recorded {
    /// Digest of the bytecode.
    sha: String,
    /// The first witnesses.
    init: Vec<(u32, Fr)>,
}

/// Witnesses as recordings keep them: a little-endian index of four bytes, then the field.
fn read_records(bytes: &[u8]) -> Result<WitnessMap, String> {
    let mut witness = WitnessMap::new();
    for record in bytes.chunks_exact(36) {
        let (index, value) = record.split_first_chunk().ok_or("no record")?;
        let value = value.try_into().map_err(text)?;
        witness.insert(u32::from_le_bytes(*index), Fr::from_be_bytes(value).map_err(text)?).map_err(text)?;
    }
    Ok(witness)
}

/// The circuits of the client's kernel by the digest that recordings name them by.
#[derive(Default)]
pub(super) struct Kernels(BTreeMap<String, (String, CircuitAbi)>);

impl Kernels {
    /// Keeps a circuit, if it is one of the client's kernel.
    pub(super) fn add(&mut self, circuit: &CircuitArtifact) {
        if circuit.name.contains("kernel") {
            let digest = Sha256::digest(circuit.bytecode.as_bytes());
            let sha: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
            self.0.insert(sha, (circuit.name.clone(), circuit.abi.clone()));
        }
    }

    /// What the recorded execution `file` started with becomes typed inputs, and these the same witnesses; what it
    /// returned becomes a typed output. Tells whether the execution is one of a kernel circuit.
    pub(super) fn check(&self, file: &Path) -> Result<bool, String> {
        let recorded: Recorded = serde_json::from_slice(&fs::read(file).map_err(text)?).map_err(text)?;
        let Some((name, abi)) = self.0.get(&recorded.sha) else { return Ok(false) };
        // Executions that failed have no solved witness.
        let solved = match fs::read(file.with_extension("wit")) {
            Ok(records) => Some(read_records(&records)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(text(error)),
        };
        let mut inputs = WitnessMap::new();
        for (index, value) in recorded.init {
            inputs.insert(index, value).map_err(text)?;
        }
        let again: Result<WitnessMap, MapError> =
            with_map!(name, abi, |map| encoded_again(&map, &inputs, solved.as_ref()));
        if again.map_err(|error| format!("{name}: {error}"))? != inputs {
            return Err(format!("{name}: the inputs change on their way to typed values and back"));
        }
        Ok(true)
    }
}
