//! What all participants of a network must agree on, and what depends on its SRS.
//!
//! Protocol source: `@aztec/noir-protocol-circuits-types/src/artifacts/vks/tree.ts`,
//! `@aztec/protocol-contracts/src/protocol_contract_data.ts`.

use protocol::artifact::pack::ReadAt;
use protocol::artifact::{CircuitKey, VerificationKey, VerificationKeyHash, VerificationKeyTree};
use protocol::codec::{DecodeError, DecodeErrorKind, Encode, Reader};
use protocol::contract::protocol::{ProtocolContract, ProtocolContracts};
use protocol::contract::{ClassIdPreimage, ContractClassId, PrivateFunction, PrivateFunctionTree};
use protocol::field::Fr;
use protocol::hash::sha256;
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

/// How stored parameters begin: a name and the version of the form.
const MAGIC: [u8; 8] = *b"AZLPARA\x01";

/// Stored parameters are damaged, or of another version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the file of network parameters is damaged, or of another version")]
pub struct DamagedParameters(#[source] Option<DecodeError>);

/// For clients that have no pack of all circuits.
///
/// ```text
/// 0    "AZLPARA" and the version of the form, 1
/// 8    id of the SRS
/// 40   for each circuit: hash of its key, length of its key (4 bytes, 0 for those of rollups), the key
/// ...  for each protocol contract: how many private functions (1 byte), then selector and key hash of each
/// ...  SHA-256 of all before it
/// ```
impl Parameters {
    /// Everything a client needs of the parameters.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.srs.id().as_bytes());
        for circuit in Circuit::all() {
            let CircuitKey { key, hash } = self.key(circuit);
            let key = if circuit.is_client() { key.as_bytes() } else { &[] };
            hash.to_field().encode(&mut out);
            u32::try_from(key.len()).expect("keys are short").encode(&mut out);
            out.extend(key);
        }
        for contract in &self.contracts {
            out.push(u8::try_from(contract.private_functions.len()).expect("a contract has at most 128"));
            for PrivateFunction { selector, vk_hash } in &contract.private_functions {
                selector.encode(&mut out);
                vk_hash.encode(&mut out);
            }
        }
        let digest = sha256(&[&out]);
        out.extend(digest);
        out
    }

    /// Reads them again. Hashes of keys, the tree of keys and class ids are computed, not believed.
    ///
    /// # Errors
    /// If the bytes are damaged, or call themselves official and are not.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedParameters> {
        let damaged = || DamagedParameters(None);
        let (content, digest) = bytes.split_last_chunk::<32>().ok_or_else(damaged)?;
        if sha256(&[content]) != *digest || !content.starts_with(&MAGIC) {
            return Err(damaged());
        }
        let mut reader = Reader::new(&content[MAGIC.len()..]);
        let id = reader.take(32).map_err(|error| DamagedParameters(Some(error)))?;
        let kinds = [SrsKind::Ignition, SrsKind::InsecureDevelopment];
        let srs = kinds.into_iter().find(|kind| kind.id().as_bytes() == id).ok_or_else(damaged)?;
        let parameters = Self::read(srs, &mut reader).map_err(|error| DamagedParameters(Some(error)))?;
        let official = srs == SrsKind::InsecureDevelopment || parameters.key_tree_root() == official_vk_tree_root();
        let hashes = Circuit::client().all(|circuit| {
            let CircuitKey { key, hash } = parameters.key(circuit);
            key.mega_hash().is_ok_and(|computed| computed == *hash)
        });
        if official && hashes { Ok(parameters) } else { Err(damaged()) }
    }

    fn read(srs: SrsKind, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut keys = Vec::with_capacity(Circuit::COUNT);
        for _ in Circuit::all() {
            let hash = VerificationKeyHash::from_field(reader.member("hash")?);
            let length: u32 = reader.member("length")?;
            let key = VerificationKey::from_bytes(reader.take(length as usize)?.to_vec());
            keys.push(CircuitKey { key, hash });
        }
        let mut contracts = Vec::new();
        for contract in ProtocolContract::ALL {
            let count: u8 = reader.member("count")?;
            let mut private_functions = Vec::new();
            for _ in 0..count {
                let selector = reader.member("selector")?;
                private_functions.push(PrivateFunction { selector, vk_hash: reader.member("vk_hash")? });
            }
            let wrong =
                |_| reader.error_at(reader.offset(), DecodeErrorKind::TooLong { length: count.into(), max: 128 });
            let private_functions_root = PrivateFunctionTree::new(private_functions.clone()).map_err(wrong)?.root();
            let class_preimage = ClassIdPreimage { private_functions_root, ..contract.class_preimage() };
            let class_id = class_preimage.class_id();
            contracts.push(ProtocolContractParameters { contract, private_functions, class_preimage, class_id });
        }
        reader.finish()?;
        Ok(Self::new(srs, keys, contracts))
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
    fn stored_parameters_are_read_again_and_damage_is_noticed() {
        let key = VerificationKey::from_bytes(vec![0; VerificationKey::MEGA_SIZE]);
        let key = CircuitKey { hash: key.mega_hash().unwrap(), key };
        let contracts = ProtocolContract::ALL.map(ProtocolContractParameters::official).into();
        let kind = SrsKind::InsecureDevelopment;
        let parameters = Parameters::new(kind, Circuit::all().map(|_| key.clone()).collect(), contracts);
        let bytes = parameters.to_bytes();
        let read = Parameters::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!((read.srs(), read.key_tree_root()), (kind, parameters.key_tree_root()));
        assert_eq!(read.protocol_contracts(), parameters.protocol_contracts());
        for at in (0..bytes.len()).step_by(4999) {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert!(Parameters::from_bytes(&bad).is_err() && Parameters::from_bytes(&bytes[..at]).is_err(), "{at}");
        }
        // Keys of one's own under the official name.
        let mut forged = bytes[..bytes.len() - 32].to_vec();
        forged[8..40].copy_from_slice(SrsKind::Ignition.id().as_bytes());
        forged.extend(sha256(&[&forged.clone()]));
        assert!(Parameters::from_bytes(&forged).is_err());
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
