//! What all participants of a network must agree on, and what depends on its SRS.
//!
//! Protocol source: `@aztec/noir-protocol-circuits-types/src/artifacts/vks/tree.ts`,
//! `@aztec/protocol-contracts/src/protocol_contract_data.ts`.

use protocol::artifact::pack::ReadAt;
use protocol::artifact::{CircuitKey, VerificationKeyHash, VerificationKeyTree};
use protocol::contract::protocol::{ProtocolContract, ProtocolContracts};
use protocol::contract::{ClassIdPreimage, ContractClassId, PrivateFunction};
use protocol::field::Fr;
use thiserror::Error;

use super::{Circuit, CircuitSet, SetError};
use crate::kernel_inputs::{KernelKey, KernelKeyError, KernelKeyMembership};
use crate::srs::{Srs, SrsId, SrsKind};

/// Proofs and parameters that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WrongSrs {
    /// Production parameters with an SRS whose secret is public.
    #[error(
        "this network proves with the Aztec Ignition SRS; an INSECURE development SRS was given, under which anyone can \
         forge proofs, so none of its proofs would be accepted"
    )]
    DevelopmentInProduction,
    /// Development parameters with the production SRS.
    #[error(
        "this network was set up with an INSECURE development SRS and has keys of its own; proofs under the Aztec \
         Ignition SRS do not fit them"
    )]
    ProductionInDevelopment,
    /// Development parameters with another development SRS.
    #[error("this network was set up with the SRS {expected}; another one was given: {found}")]
    Other {
        /// The network's SRS.
        expected: SrsId,
        /// The SRS given.
        found: SrsId,
    },
}

/// A protocol contract as a network has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtocolContractParameters {
    /// Which one.
    pub contract: ProtocolContract,
    /// Its private functions, by selector.
    pub private_functions: Vec<PrivateFunction>,
    /// What its class id is the hash of.
    pub class_preimage: ClassIdPreimage,
    /// Id of its class.
    pub class_id: ContractClassId,
}

impl ProtocolContractParameters {
    fn official(contract: ProtocolContract) -> Self {
        Self {
            contract,
            private_functions: contract.private_functions().collect(),
            class_preimage: contract.class_preimage(),
            class_id: contract.class_id(),
        }
    }
}

/// What all participants of a network must agree on: the SRS, the keys, and what follows from them.
#[derive(Debug, Clone)]
pub struct Parameters {
    srs: SrsKind,
    /// By circuit.
    keys: Vec<CircuitKey>,
    tree: VerificationKeyTree,
    contracts: Vec<ProtocolContractParameters>,
    addresses: ProtocolContracts,
}

impl Parameters {
    /// Those of every official network of protocol 4.1.2.
    ///
    /// # Errors
    /// If the pack is damaged, cannot be read, or holds other keys than those of this version.
    pub fn official<R: ReadAt>(circuits: &CircuitSet<R>) -> Result<Self, SetError> {
        let keys = Circuit::all().map(|circuit| circuits.key(circuit)).collect::<Result<Vec<_>, _>>()?;
        let contracts = ProtocolContract::ALL.map(ProtocolContractParameters::official).into();
        let parameters = Self::new(SrsKind::Ignition, keys, contracts);
        let (expected, found) = (official_vk_tree_root(), parameters.key_tree_root());
        if expected == found { Ok(parameters) } else { Err(SetError::Root { expected, found }) }
    }

    /// `keys` are by circuit, `contracts` by address; all of them.
    pub(super) fn new(srs: SrsKind, keys: Vec<CircuitKey>, contracts: Vec<ProtocolContractParameters>) -> Self {
        let leaves = keys.iter().map(|key| key.hash).collect();
        let tree = VerificationKeyTree::new(leaves).expect("there are fewer circuits than leaves");
        let mut addresses = ProtocolContracts::official();
        for (address, contract) in addresses.0.iter_mut().zip(&contracts) {
            let instance = contract.contract.instance_of(contract.class_id).instance;
            *address = instance.address().expect("protocol contracts have the default keys, which give a point");
        }
        Self { srs, keys, tree, contracts, addresses }
    }

    /// The SRS the network's proofs are made with.
    #[must_use]
    pub const fn srs(&self) -> SrsKind {
        self.srs
    }

    /// Whether proofs under this SRS fit the keys.
    ///
    /// # Errors
    /// If they do not, and why.
    pub fn accept(&self, srs: &Srs) -> Result<(), WrongSrs> {
        match (self.srs, srs.kind) {
            (SrsKind::Ignition, SrsKind::InsecureDevelopment) => Err(WrongSrs::DevelopmentInProduction),
            (SrsKind::InsecureDevelopment, SrsKind::Ignition) => Err(WrongSrs::ProductionInDevelopment),
            _ if self.srs.id() == srs.id() => Ok(()),
            _ => Err(WrongSrs::Other { expected: self.srs.id(), found: srs.id() }),
        }
    }

    /// The key of a circuit.
    #[must_use]
    pub fn key(&self, circuit: Circuit) -> &CircuitKey {
        &self.keys[circuit.index()]
    }

    /// Root of the tree of all keys: what a node calls `l2CircuitsVkTreeRoot`.
    #[must_use]
    pub fn key_tree_root(&self) -> Fr {
        self.tree.root()
    }

    /// The key of a client circuit and where it is in the tree, as the next kernel takes it.
    ///
    /// # Errors
    /// If the circuit is not one of the client's.
    pub fn key_membership(&self, circuit: Circuit) -> Result<KernelKeyMembership, KernelKeyError> {
        let (vk, index) = (KernelKey::try_from(self.key(circuit))?, circuit.index());
        let leaf_index = u32::try_from(index).expect("there are 65 circuits");
        Ok(KernelKeyMembership { vk, leaf_index, sibling_path: self.tree.sibling_path(index) })
    }

    /// The circuit with this key.
    #[must_use]
    pub fn circuit_with_key(&self, key: VerificationKeyHash) -> Option<Circuit> {
        Circuit::all().nth(self.tree.index_of(key)?)
    }

    /// A protocol contract.
    #[must_use]
    pub fn protocol_contract(&self, contract: ProtocolContract) -> &ProtocolContractParameters {
        &self.contracts[contract as usize]
    }

    /// The addresses that follow from the classes of the protocol contracts: what kernels compare with. Their hash is in
    /// every header.
    #[must_use]
    pub const fn protocol_contracts(&self) -> &ProtocolContracts {
        &self.addresses
    }
}

/// Root of the tree of the official verification keys.
#[must_use]
pub fn official_vk_tree_root() -> Fr {
    "0x1dd2644a17d1ddd8831287a78c5a1033b7ae35cdf2a3db833608856c062fc2ba".parse().expect("it is a field element")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::{SrsSize, development_for_tests};

    fn parameters(srs: SrsKind) -> Parameters {
        let key = |_| CircuitKey {
            key: protocol::artifact::VerificationKey::from_bytes(Vec::new()),
            hash: VerificationKeyHash::from_field(Fr::ONE),
        };
        let contracts = ProtocolContract::ALL.map(ProtocolContractParameters::official).into();
        Parameters::new(srs, Circuit::all().map(key).collect(), contracts)
    }

    #[test]
    fn an_srs_of_the_other_kind_is_refused_with_the_reason() {
        let development = development_for_tests(SrsSize::for_log2_gates(2).unwrap());
        let kind = SrsKind::Ignition;
        let ignition = Srs { kind, bn254_g2: kind.bn254_g2(), ..development.clone() };
        assert_eq!(parameters(SrsKind::Ignition).accept(&ignition), Ok(()));
        assert_eq!(parameters(SrsKind::InsecureDevelopment).accept(&development), Ok(()));
        let error = parameters(SrsKind::Ignition).accept(&development).unwrap_err();
        assert_eq!(error, WrongSrs::DevelopmentInProduction);
        assert!(error.to_string().contains("anyone can forge proofs"));
        let error = parameters(SrsKind::InsecureDevelopment).accept(&ignition).unwrap_err();
        assert_eq!(error, WrongSrs::ProductionInDevelopment);
        // A label does not help.
        let mislabelled = Srs { kind: SrsKind::Ignition, ..development };
        assert!(matches!(parameters(SrsKind::Ignition).accept(&mislabelled), Err(WrongSrs::Other { .. })));
    }

    #[test]
    fn the_official_contracts_have_the_official_addresses() {
        let parameters = parameters(SrsKind::Ignition);
        assert_eq!(*parameters.protocol_contracts(), ProtocolContracts::official());
        for contract in ProtocolContract::ALL {
            assert_eq!(parameters.protocol_contract(contract).contract, contract);
        }
    }
}
