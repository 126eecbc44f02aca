//! The contracts every network starts with, at fixed low addresses.
//!
//! Protocol source: `@aztec/protocol-contracts/src/protocol_contract_data.ts`.

use ark_ff::MontFp;

use super::{
    ClassIdPreimage, ContractClassId, ContractInstance, ContractInstanceWithAddress, InitializationHash,
    PrivateFunction, Version1,
};
use crate::abi::FunctionSelector;
use crate::address::AztecAddress;
use crate::constants::MAX_PROTOCOL_CONTRACTS;
use crate::field::Fr;
use crate::hash::{DomainSeparator, poseidon2_with_separator};
use crate::keys::PublicKeys;

/// A contract every network starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolContract {
    /// Authorizations for public calls.
    AuthRegistry,
    /// Publishes instances.
    ContractInstanceRegistry,
    /// Publishes classes.
    ContractClassRegistry,
    /// Calls several functions for whoever asks.
    MultiCallEntrypoint,
    /// The token fees are paid in.
    FeeJuice,
    /// Comparisons of timestamps and block numbers.
    PublicChecks,
}

impl ProtocolContract {
    /// All of them, in the order of their addresses.
    pub const ALL: [Self; 6] = [
        Self::AuthRegistry,
        Self::ContractInstanceRegistry,
        Self::ContractClassRegistry,
        Self::MultiCallEntrypoint,
        Self::FeeJuice,
        Self::PublicChecks,
    ];

    /// Salt of their instances.
    pub const SALT: Fr = Fr::ONE;

    const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// The name of the contract and of its artifact.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The address on chain: 1 to 6.
    #[must_use]
    pub fn address(self) -> AztecAddress {
        AztecAddress::from_u64(self as u64 + 1)
    }

    /// The contract at an address.
    #[must_use]
    pub fn at(address: AztecAddress) -> Option<Self> {
        let index = address.to_field().to_u64()?.checked_sub(1)?;
        Self::ALL.get(usize::try_from(index).ok()?).copied()
    }

    /// The class of the official artifact.
    #[must_use]
    pub const fn class_id(self) -> ContractClassId {
        ContractClassId::from_field(Fr::from_ark(self.facts().class_id))
    }

    /// What the class id is the hash of.
    #[must_use]
    pub const fn class_preimage(self) -> ClassIdPreimage {
        let facts = self.facts();
        ClassIdPreimage {
            artifact_hash: Fr::from_ark(facts.artifact_hash),
            private_functions_root: Fr::from_ark(facts.private_functions_root),
            public_bytecode_commitment: Fr::from_ark(facts.public_bytecode_commitment),
        }
    }

    /// The private functions of the official artifact.
    pub fn private_functions(self) -> impl Iterator<Item = PrivateFunction> {
        self.facts().private_functions.iter().map(|(selector, vk_hash)| PrivateFunction {
            selector: FunctionSelector(*selector),
            vk_hash: Fr::from_ark(*vk_hash),
        })
    }

    /// The address that follows from the official artifact: what kernels compare with.
    #[must_use]
    pub const fn derived_address(self) -> AztecAddress {
        AztecAddress::from_field(Fr::from_ark(self.facts().derived_address))
    }

    /// The instance on chain, of the official class.
    #[must_use]
    pub fn instance(self) -> ContractInstanceWithAddress {
        self.instance_of(self.class_id())
    }

    /// The instance on chain, of another class: networks with their own verification keys have their own classes.
    #[must_use]
    pub fn instance_of(self, class: ContractClassId) -> ContractInstanceWithAddress {
        let address = self.address();
        let instance = ContractInstance {
            version: Version1,
            salt: Self::SALT,
            deployer: address,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash: InitializationHash::ZERO,
            public_keys: PublicKeys::DEFAULT,
        };
        ContractInstanceWithAddress { instance, address }
    }
}

/// What is known of a protocol contract without its artifact.
struct Facts {
    name: &'static str,
    class_id: ark_bn254::Fr,
    derived_address: ark_bn254::Fr,
    artifact_hash: ark_bn254::Fr,
    private_functions_root: ark_bn254::Fr,
    public_bytecode_commitment: ark_bn254::Fr,
    /// Selector and hash of the verification key.
    private_functions: &'static [(u32, ark_bn254::Fr)],
}

/// By address.
static FACTS: [Facts; 6] = [
    Facts {
        name: "AuthRegistry",
        class_id: MontFp!("10708976572703213520443768031164033294689453699828694596926713896065690003365"),
        derived_address: MontFp!("8875857783705592729904544848937293489103476876023656164712078258654810617493"),
        artifact_hash: MontFp!("1185963888883036529638554149719116219794662212809373767225914767188512687996"),
        private_functions_root: MontFp!("3687186271517047071532107338383231189246860994090143746880289345058333079382"),
        public_bytecode_commitment: MontFp!(
            "15765790594627675221567594443028290344784248173097084522679609451843573342063"
        ),
        private_functions: &[(
            0x79a3d418,
            MontFp!("728529157748302475357873280907808002531042446591104943008984794112223689592"),
        )],
    },
    Facts {
        name: "ContractInstanceRegistry",
        class_id: MontFp!("11075377597340055342896173477894953136501145305090688614167697533973782730124"),
        derived_address: MontFp!("8290297816876398339372710744616884462434917777915818374334092504088381064594"),
        artifact_hash: MontFp!("11025273390477704596223226609270522952409506427527708488690738914777099529864"),
        private_functions_root: MontFp!("8781940947650384048917605699521689237639113277233324577748158534363339091299"),
        public_bytecode_commitment: MontFp!(
            "801182011273216047702061712432533781347323142032168139597600135993198226796"
        ),
        private_functions: &[(
            0x16ec12aa,
            MontFp!("17271775978447903787609601275539778665733211527706041329769513389989075102551"),
        )],
    },
    Facts {
        name: "ContractClassRegistry",
        class_id: MontFp!("544897852229777146550007477928692224786336690156456369239568482024649622082"),
        derived_address: MontFp!("9425141699727789727347373309488246551530667145781582301615046826489596402790"),
        artifact_hash: MontFp!("15911386473137565507558744331931783409525424281069255373591878047549243769872"),
        private_functions_root: MontFp!(
            "19342996746298582430640128185167033292594965373129899957221287223199664673030"
        ),
        public_bytecode_commitment: MontFp!(
            "5831962527217650297254472175049938120340995062342474650335171291543711118142"
        ),
        private_functions: &[(
            0x6934ed0d,
            MontFp!("7865914221130769474785691055880086140168041497102993224955822085126030327643"),
        )],
    },
    Facts {
        name: "MultiCallEntrypoint",
        class_id: MontFp!("12123184705253684518976020049643987537840216232435812697294130211712104044141"),
        derived_address: MontFp!("15853996565255549320894053798631033863621531411159839982410639391824415299112"),
        artifact_hash: MontFp!("5965444529924511162638374239234264535159215617730539947366367408825151726170"),
        private_functions_root: MontFp!(
            "17366380690337092724494141676101728381489148182260510989713422548421978262275"
        ),
        public_bytecode_commitment: MontFp!(
            "5831962527217650297254472175049938120340995062342474650335171291543711118142"
        ),
        private_functions: &[(
            0xf04908a9,
            MontFp!("15129806136653970060344481890288921080433949431553914788324913382081367986578"),
        )],
    },
    Facts {
        name: "FeeJuice",
        class_id: MontFp!("10266857970214799951628118666434558997496334394393333046759982822654070513281"),
        derived_address: MontFp!("14603122781992076398563131296841173719563416545730635921422854236883260144884"),
        artifact_hash: MontFp!("21125244414625047249967375162045990058946698789964729872737307892596578329863"),
        private_functions_root: MontFp!("4860512154135279507374992552771797236001244691597200578955676928827041724249"),
        public_bytecode_commitment: MontFp!(
            "19032995310063185506728514383956129419169800579813104829728940314380979251759"
        ),
        private_functions: &[
            (0xcbe67243, MontFp!("19375301724295631981722114318771932135297781665705655469821507482411557738926")),
            (0xe8d374b6, MontFp!("2563695087568096407219993374507968416468006599211695228379362292660333170801")),
        ],
    },
    Facts {
        name: "PublicChecks",
        class_id: MontFp!("1786142163054101895264526670163623118197188874559797874429329493583337316053"),
        derived_address: MontFp!("7958018504584311642465458028383260301257431105150324098323395386013237193416"),
        artifact_hash: MontFp!("15630693357253303852734667597845523545915130696581727107922525489847629750006"),
        private_functions_root: MontFp!("2915761020738377646169465098196184536995852317462848975418156916828302972897"),
        public_bytecode_commitment: MontFp!(
            "20368578663111216827924477209252899124349099547129566637718120765952045246979"
        ),
        private_functions: &[],
    },
];

/// Whether an address belongs to a protocol contract.
#[must_use]
pub fn is_protocol_contract(address: AztecAddress) -> bool {
    ProtocolContract::at(address).is_some()
}

/// Derived addresses of the protocol contracts, by address; zero where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProtocolContracts(pub [AztecAddress; MAX_PROTOCOL_CONTRACTS]);

impl ProtocolContracts {
    /// Those of the official artifacts.
    #[must_use]
    pub fn official() -> Self {
        let mut addresses = [AztecAddress::ZERO; MAX_PROTOCOL_CONTRACTS];
        for (slot, contract) in addresses.iter_mut().zip(ProtocolContract::ALL) {
            *slot = contract.derived_address();
        }
        Self(addresses)
    }

    /// The hash every header of the network commits to.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_with_separator(&self.0.map(AztecAddress::to_field), DomainSeparator::ProtocolContracts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::PrivateFunctionTree;

    #[test]
    fn derived_addresses_follow_from_classes() {
        for contract in ProtocolContract::ALL {
            // The kernel's view of the instance has the fixed address as deployer.
            let derived = contract.instance().instance.address();
            assert_eq!(derived, Ok(contract.derived_address()), "{}", contract.name());
            assert_eq!(ProtocolContract::at(contract.address()), Some(contract));
            assert_eq!(contract.class_preimage().class_id(), contract.class_id(), "{}", contract.name());
            let tree = PrivateFunctionTree::new(contract.private_functions().collect()).expect("few functions");
            assert_eq!(tree.root(), contract.class_preimage().private_functions_root, "{}", contract.name());
        }
        assert_eq!(ProtocolContract::at(AztecAddress::ZERO), None);
        assert_eq!(ProtocolContract::at(AztecAddress::from_u64(7)), None);
    }

    #[test]
    fn the_hash_is_the_official_one() {
        let hash = "0x2672340d9a0107a7b81e6d10d25b854debe613f3272e8738e8df0ca2ff297141";
        assert_eq!(ProtocolContracts::official().hash(), hash.parse().expect("a field"));
    }
}
