//! The contracts every network starts with, at fixed low addresses.
//!
//! Protocol source: `@aztec/protocol-contracts/src/protocol_contract_data.ts`.

use ark_ff::MontFp;

use super::{ContractClassId, ContractInstance, ContractInstanceWithAddress, InitializationHash, Version1};
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

    /// The name of the contract and of its artifact.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthRegistry => "AuthRegistry",
            Self::ContractInstanceRegistry => "ContractInstanceRegistry",
            Self::ContractClassRegistry => "ContractClassRegistry",
            Self::MultiCallEntrypoint => "MultiCallEntrypoint",
            Self::FeeJuice => "FeeJuice",
            Self::PublicChecks => "PublicChecks",
        }
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
        ContractClassId::from_field(Fr::from_ark(match self {
            Self::AuthRegistry => {
                MontFp!("10708976572703213520443768031164033294689453699828694596926713896065690003365")
            }
            Self::ContractInstanceRegistry => {
                MontFp!("11075377597340055342896173477894953136501145305090688614167697533973782730124")
            }
            Self::ContractClassRegistry => {
                MontFp!("544897852229777146550007477928692224786336690156456369239568482024649622082")
            }
            Self::MultiCallEntrypoint => {
                MontFp!("12123184705253684518976020049643987537840216232435812697294130211712104044141")
            }
            Self::FeeJuice => {
                MontFp!("10266857970214799951628118666434558997496334394393333046759982822654070513281")
            }
            Self::PublicChecks => {
                MontFp!("1786142163054101895264526670163623118197188874559797874429329493583337316053")
            }
        }))
    }

    /// The address that follows from the official artifact: what kernels compare with.
    #[must_use]
    pub const fn derived_address(self) -> AztecAddress {
        AztecAddress::from_field(Fr::from_ark(match self {
            Self::AuthRegistry => {
                MontFp!("8875857783705592729904544848937293489103476876023656164712078258654810617493")
            }
            Self::ContractInstanceRegistry => {
                MontFp!("8290297816876398339372710744616884462434917777915818374334092504088381064594")
            }
            Self::ContractClassRegistry => {
                MontFp!("9425141699727789727347373309488246551530667145781582301615046826489596402790")
            }
            Self::MultiCallEntrypoint => {
                MontFp!("15853996565255549320894053798631033863621531411159839982410639391824415299112")
            }
            Self::FeeJuice => {
                MontFp!("14603122781992076398563131296841173719563416545730635921422854236883260144884")
            }
            Self::PublicChecks => {
                MontFp!("7958018504584311642465458028383260301257431105150324098323395386013237193416")
            }
        }))
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

    #[test]
    fn derived_addresses_follow_from_classes() {
        for contract in ProtocolContract::ALL {
            // The kernel's view of the instance has the fixed address as deployer.
            let derived = contract.instance().instance.address();
            assert_eq!(derived, Ok(contract.derived_address()), "{}", contract.name());
            assert_eq!(ProtocolContract::at(contract.address()), Some(contract));
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
