//! What depends on the SRS: the keys of the circuits, and what follows from them.
//!
//! Two sets are part of the program, each in a file that `cargo xtask dev-params --write` makes. A network has one of them
//! for all of its life.

use std::fmt;
use std::sync::Arc;

use circuits::srs::SrsKind;
use protocol::artifact::VerificationKey;
use protocol::contract::protocol::{ProtocolContract, ProtocolContracts};
use protocol::contract::{ClassIdPreimage, ContractInstanceWithAddress};
use protocol::field::Fr;
pub use protocol::rpc::info::ParameterSet;
use serde::Deserialize;

const OFFICIAL: &str = include_str!("../parameters/official.json");
const DEVELOPMENT: &str = include_str!("../parameters/development.json");

/// The SRS under which the proofs of a network are made.
#[must_use]
pub const fn srs(set: ParameterSet) -> SrsKind {
    match set {
        ParameterSet::Official => SrsKind::Ignition,
        ParameterSet::InsecureDevelopment => SrsKind::InsecureDevelopment,
    }
}

/// What a transaction that is taken means, for logs and reports: its parameters, and whether its proof was verified.
#[must_use]
pub const fn mode(set: ParameterSet, verified: bool) -> &'static str {
    match (set, verified) {
        (ParameterSet::Official, false) => "official parameters, PROOFS NOT VERIFIED",
        (ParameterSet::Official, true) => "official parameters, proofs verified",
        (ParameterSet::InsecureDevelopment, false) => "INSECURE development parameters, PROOFS NOT VERIFIED",
        (ParameterSet::InsecureDevelopment, true) => "INSECURE development parameters, proofs verified",
    }
}

/// What depends on the SRS, as a node needs it.
#[derive(Clone, PartialEq, Eq)]
pub struct Parameters {
    set: ParameterSet,
    vk_tree_root: Fr,
    /// By address.
    classes: Vec<ClassIdPreimage>,
    contracts: ProtocolContracts,
    to_rollup: VerificationKey,
    to_public: VerificationKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    srs: String,
    vk_tree_root: Fr,
    protocol_contracts: Vec<FileContract>,
    hiding_kernel_to_rollup: VerificationKey,
    hiding_kernel_to_public: VerificationKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileContract {
    name: String,
    private_functions_root: Fr,
}

impl Parameters {
    /// Reads a set.
    #[must_use]
    pub fn of(set: ParameterSet) -> Arc<Self> {
        let text = match set {
            ParameterSet::Official => OFFICIAL,
            ParameterSet::InsecureDevelopment => DEVELOPMENT,
        };
        let file: File = serde_json::from_str(text).expect("the file is part of the program");
        assert_eq!(file.srs, srs(set).name(), "each file is of its set");
        let class = |contract: ProtocolContract| {
            let entry = file.protocol_contracts.iter().find(|entry| entry.name == contract.name());
            let private_functions_root = entry.expect("every contract is in the file").private_functions_root;
            ClassIdPreimage { private_functions_root, ..contract.class_preimage() }
        };
        let classes: Vec<_> = ProtocolContract::ALL.into_iter().map(class).collect();
        let mut contracts = ProtocolContracts::official();
        if set != ParameterSet::Official {
            for ((address, contract), class) in contracts.0.iter_mut().zip(ProtocolContract::ALL).zip(&classes) {
                let instance = contract.instance_of(class.class_id()).instance;
                *address = instance.address().expect("protocol contracts have the default keys, which give a point");
            }
        }
        Arc::new(Self {
            set,
            vk_tree_root: file.vk_tree_root,
            classes,
            contracts,
            to_rollup: file.hiding_kernel_to_rollup,
            to_public: file.hiding_kernel_to_public,
        })
    }

    /// Which set it is.
    #[must_use]
    pub const fn set(&self) -> ParameterSet {
        self.set
    }

    /// Root of the tree of the circuits' verification keys.
    #[must_use]
    pub const fn vk_tree_root(&self) -> Fr {
        self.vk_tree_root
    }

    /// Hash of the protocol contracts.
    #[must_use]
    pub fn protocol_contracts_hash(&self) -> Fr {
        self.contracts.hash()
    }

    /// What the class id of a protocol contract is the hash of.
    #[must_use]
    pub fn class_preimage(&self, contract: ProtocolContract) -> ClassIdPreimage {
        self.classes[contract as usize]
    }

    /// A protocol contract on chain.
    #[must_use]
    pub fn instance(&self, contract: ProtocolContract) -> ContractInstanceWithAddress {
        contract.instance_of(self.class_preimage(contract).class_id())
    }

    /// The key under which the proof of a transaction verifies: with public calls, or without.
    #[must_use]
    pub const fn hiding_kernel_key(&self, for_public: bool) -> &VerificationKey {
        if for_public { &self.to_public } else { &self.to_rollup }
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameters({}, keys {})", self.set, self.vk_tree_root)
    }
}

#[cfg(test)]
mod tests {
    use circuits::set::official_vk_tree_root;

    use super::*;

    #[test]
    fn the_official_ones_are_the_official_ones() {
        let official = Parameters::of(ParameterSet::Official);
        assert_eq!(official.vk_tree_root(), official_vk_tree_root());
        assert_eq!(official.protocol_contracts_hash(), ProtocolContracts::official().hash());
        for contract in ProtocolContract::ALL {
            assert_eq!(official.instance(contract), contract.instance());
            assert_eq!(official.class_preimage(contract), contract.class_preimage());
        }
    }

    #[test]
    fn sets_share_nothing_that_depends_on_the_srs() {
        let [official, development] = [ParameterSet::Official, ParameterSet::InsecureDevelopment].map(Parameters::of);
        assert_ne!(official.vk_tree_root(), development.vk_tree_root());
        assert_ne!(official.protocol_contracts_hash(), development.protocol_contracts_hash());
        for for_public in [false, true] {
            let keys = [&official, &development].map(|set| set.hiding_kernel_key(for_public).clone());
            assert_ne!(keys[0], keys[1]);
            keys.iter().for_each(|key| assert!(key.mega_hash().is_ok()));
        }
        // PublicChecks has no private function.
        for contract in ProtocolContract::ALL.into_iter().filter(|contract| *contract != ProtocolContract::PublicChecks)
        {
            let ids = [&official, &development].map(|set| set.class_preimage(contract).class_id());
            assert_ne!(ids[0], ids[1], "{}", contract.name());
        }
        assert!(format!("{development:?}").contains("INSECURE"));
    }
}
