//! What the official local network deploys before anyone uses it.

use std::io::Read;

use flate2::read::ZlibDecoder;
use protocol::codec::{Decode, DecodeError, Reader};
use protocol::tx::TxEffect;

/// Made by `genesis/record.mjs`; `genesis/README.md` says how it lies in the file.
const PACKED: &[u8] = include_bytes!("../../genesis/deployments.bin.z");

/// The effects of the first transactions of the official local network, block by block: accounts, a token, and a contract
/// that pays fees for it. They fit on any network on which the payers have fee juice.
#[must_use]
pub fn test_deployments() -> Vec<Vec<TxEffect>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(PACKED).read_to_end(&mut bytes).expect("the file is part of the program");
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
