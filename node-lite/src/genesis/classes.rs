//! The code of the protocol's contracts.

use std::io::Read;

use flate2::read::ZlibDecoder;
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{ContractClassPublic, Version1};

use crate::parameters::Parameters;

/// Made by `genesis/protocol-classes.mjs`, which says how it lies in the file.
const PACKED: &[u8] = include_bytes!("../../genesis/protocol-classes.bin.z");

/// The classes of the protocol's contracts, with their public code, in the order of their addresses.
#[must_use]
pub fn protocol_classes(parameters: &Parameters) -> Vec<ContractClassPublic> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(PACKED).read_to_end(&mut bytes).expect("the file is part of the program");
    let mut rest = bytes.as_slice();
    let mut contracts = ProtocolContract::ALL;
    contracts.sort_by_key(|contract| contract.address().to_field());
    let class = |contract: ProtocolContract| {
        let (length, after) = rest.split_first_chunk::<4>().expect("there is a part for each contract");
        let (code, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        rest = after;
        let preimage = parameters.class_preimage(contract);
        ContractClassPublic {
            id: preimage.class_id(),
            version: Version1,
            artifact_hash: preimage.artifact_hash,
            private_functions_root: preimage.private_functions_root,
            packed_bytecode: code.to_vec(),
            private_functions: Vec::new(),
            utility_functions: Vec::new(),
        }
    };
    contracts.into_iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::ParameterSet;

    #[test]
    fn ids_are_those_of_the_code() {
        for set in [ParameterSet::Official, ParameterSet::InsecureDevelopment] {
            let parameters = Parameters::of(set);
            let classes = protocol_classes(&parameters);
            assert_eq!(classes.len(), ProtocolContract::ALL.len());
            for (class, contract) in classes.iter().zip(ProtocolContract::ALL) {
                class.verify().unwrap();
                assert_eq!(class.id, parameters.instance(contract).instance.current_contract_class_id);
            }
        }
    }
}
