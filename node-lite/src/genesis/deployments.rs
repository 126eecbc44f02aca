//! What the official local network deploys before anyone uses it.

use std::io::Read;

use flate2::read::ZlibDecoder;
use protocol::codec::{Decode, DecodeError, Reader};
use protocol::tx::TxEffect;

use crate::parameters::ParameterSet;

/// Made by `genesis/record.mjs`; `genesis/README.md` says how it lies in the file.
const OFFICIAL: &[u8] = include_bytes!("../../genesis/official.bin.z");
/// The same on a network with development parameters.
const DEVELOPMENT: &[u8] = include_bytes!("../../genesis/development.bin.z");

/// The effects of the first transactions of the official local network, block by block: accounts, a token, and a contract
/// that pays fees for it. They fit on any network with these parameters on which
/// the payers have fee juice.
#[must_use]
pub fn test_deployments(parameters: ParameterSet) -> Vec<Vec<TxEffect>> {
    let packed = match parameters {
        ParameterSet::Official => OFFICIAL,
        ParameterSet::InsecureDevelopment => DEVELOPMENT,
    };
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut bytes).expect("the file is part of the program");
    read(&mut Reader::new(&bytes)).expect("the file is part of the program")
}

fn read(reader: &mut Reader<'_>) -> Result<Vec<Vec<TxEffect>>, DecodeError> {
    (0..u32::decode(reader)?)
        .map(|_| {
            let effects = 0..u32::decode(reader)?;
            effects
                .map(|_| {
                    let length = u32::decode(reader)? as usize;
                    TxEffect::from_buffer(reader.take(length)?)
                })
                .collect()
        })
        .collect()
}
