//! All code whose key depends on the SRS: client circuits, and the private functions of the contracts whose keys the
//! checkout keeps.

use std::io::Read;

use circuits::disk::FileSource;
use circuits::set::{BytecodeHash, Circuit, CircuitSet};
use flate2::read::MultiGzDecoder;
use protocol::abi::FunctionType;
use protocol::artifact::pack::Pack;
use protocol::artifact::{Bytecode, ContractArtifact};
use protocol::hash::sha256;

use super::ParamsError;

/// Packs of the contracts whose keys are kept: all of the first three, of the test contracts only those in
/// [`TEST_CONTRACTS`].
pub(super) const CONTRACT_PACKS: [&str; 4] =
    ["protocol-contracts.pack", "accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack"];
/// Test contracts that examples and tests use.
const TEST_CONTRACTS: [&str; 3] = ["Counter", "Parent", "Child"];

/// A circuit or private function.
pub(super) struct Code {
    /// `private_kernel_init`, or `Token:transfer`.
    pub(super) name: String,
    /// What its key is kept under.
    pub(super) hash: BytecodeHash,
    bytecode: Bytecode,
}

impl Code {
    /// Its plain ACIR.
    pub(super) fn acir(&self) -> Result<Vec<u8>, ParamsError> {
        let mut acir = Vec::new();
        let read = MultiGzDecoder::new(self.bytecode.as_bytes()).read_to_end(&mut acir);
        read.map_err(|source| ParamsError::Code { name: self.name.clone(), source })?;
        Ok(acir)
    }
}

/// Where the code is.
pub(super) struct Source {
    pub(super) circuits: CircuitSet<FileSource>,
    /// As in [`CONTRACT_PACKS`].
    pub(super) contracts: Vec<Pack<FileSource>>,
}

impl Source {
    /// The pack of `@aztec/protocol-contracts`.
    pub(super) fn protocol_contracts(&self) -> &Pack<FileSource> {
        &self.contracts[0]
    }

    /// Calls `f` with each circuit and private function.
    pub(super) fn for_each(&self, f: &mut dyn FnMut(Code)) -> Result<(), ParamsError> {
        for circuit in Circuit::client() {
            let bytecode = self.circuits.load(circuit)?.bytecode;
            f(Code { name: circuit.name(), hash: self.circuits.bytecode_hash(circuit), bytecode });
        }
        self.for_each_contract(&mut |contract| {
            private_functions(&contract).for_each(&mut *f);
            Ok(())
        })
    }

    /// Calls `f` with each contract whose keys are kept.
    pub(super) fn for_each_contract(
        &self,
        f: &mut dyn FnMut(ContractArtifact) -> Result<(), ParamsError>,
    ) -> Result<(), ParamsError> {
        for (pack, name) in self.contracts.iter().zip(CONTRACT_PACKS) {
            let all = name != "noir-test-contracts.js.pack";
            let contracts = pack.index().contracts.iter();
            for entry in contracts.filter(|entry| all || TEST_CONTRACTS.contains(&entry.name.as_str())) {
                f(pack.contract(&entry.name)?.artifact()?)?;
            }
        }
        Ok(())
    }
}

/// The private functions of a contract.
pub(super) fn private_functions(contract: &ContractArtifact) -> impl Iterator<Item = Code> {
    contract.functions_of(FunctionType::Private).map(|function| Code {
        name: format!("{}:{}", contract.name, function.abi.name),
        hash: BytecodeHash(sha256(&[function.bytecode.as_bytes()])),
        bytecode: function.bytecode.clone(),
    })
}
