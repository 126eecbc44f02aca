//! The contracts every network starts with.
//!
//! Protocol source: `@aztec/pxe/src/pxe.ts`, `@aztec/protocol-contracts/src/make_protocol_contract.ts`.

use protocol::address::AztecAddress;
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};

/// The classes of a network's protocol contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtocolClasses([ContractClassId; ProtocolContract::ALL.len()]);

impl ProtocolClasses {
    /// Those of every official network of this version.
    #[must_use]
    pub fn official() -> Self {
        Self(ProtocolContract::ALL.map(ProtocolContract::class_id))
    }

    /// The class of a contract.
    #[must_use]
    pub const fn class_id(&self, contract: ProtocolContract) -> ContractClassId {
        self.0[contract as usize]
    }

    /// The instance of a contract.
    #[must_use]
    pub fn instance(&self, contract: ProtocolContract) -> ContractInstanceWithAddress {
        contract.instance_of(self.class_id(contract))
    }

    /// The instance at an address, if it is that of a protocol contract.
    #[must_use]
    pub fn at(&self, address: AztecAddress) -> Option<ContractInstanceWithAddress> {
        ProtocolContract::at(address).map(|contract| self.instance(contract))
    }
}

#[cfg(feature = "std")]
impl From<&circuits::set::Parameters> for ProtocolClasses {
    fn from(parameters: &circuits::set::Parameters) -> Self {
        Self(ProtocolContract::ALL.map(|contract| parameters.protocol_contract(contract).class_id))
    }
}
