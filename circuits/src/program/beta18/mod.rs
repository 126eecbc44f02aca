//! Programs of Noir 1.0.0-beta.18.
//!
//! | File | Subject |
//! |---|---|
//! | `reader` | compact MessagePack |
//! | `acir` | the circuit |
//! | `black_box` | its black boxes |
//! | `brillig` | the Brillig functions |
//!
//! The layout was read off the packages' bytecode; `@aztec/noir-acvm_js` reads the same.

mod acir;
mod black_box;
mod brillig;
mod reader;

use super::error::{Place, ProgramError};
use super::{Parts, builder::CircuitBuilder};
use reader::Reader;

/// The first byte: compact MessagePack.
const FORMAT: u8 = 3;

/// Decodes inflated code.
pub(super) fn decode(inflated: &[u8]) -> Result<Parts, ProgramError> {
    match inflated.first() {
        Some(&FORMAT) => {}
        Some(&format) => return Err(ProgramError::Format { format }),
        None => return Err(Reader::new(inflated, 0).error("a format byte")),
    }
    let mut reader = Reader::new(inflated, 1);
    reader.members(2)?;
    match reader.array()? {
        1 => {}
        0 => return Err(reader.error("a circuit")),
        _ => return Err(ProgramError::Unsupported { place: Place::Program, what: "several circuits" }),
    }
    let (name, circuit) = acir::circuit(&mut reader)?;
    reader.place = Place::Program;
    let mut functions = Vec::new();
    for function in 0..reader.array()? {
        functions.push(brillig::function(&mut reader, function)?);
    }
    match reader.remaining() {
        0 => Ok(Parts { name, circuit, functions }),
        bytes => Err(ProgramError::Trailing { bytes }),
    }
}

#[cfg(test)]
mod tests {
    use protocol::field::Fr;

    use super::*;
    use crate::program::acir::MAX_WITNESSES;

    /// A circuit that asserts `witness 0 · witness 0 = other`.
    fn square(other: u32) -> Vec<u8> {
        let field = |value: Fr| [&[0xc4, 32], &value.to_be_bytes()[..]].concat();
        let (one, minus_one, zero) = (field(Fr::ONE), field(Fr::MAX), field(Fr::ZERO));
        let other = [&[0xce], &other.to_be_bytes()[..]].concat();
        let start = b"\x03\x92\x91\x97\xa6square\x01\x91\x81\xaaAssertZero\x93".as_slice();
        let products = [b"\x91\x93", &one[..], b"\x00\x00"].concat();
        let terms = [b"\x91\x92", &minus_one[..], &other].concat();
        [start, &products, &terms, &zero, b"\x91\x00\x91", &other, b"\x90\x90\x90"].concat()
    }

    #[test]
    fn a_small_program_cannot_ask_for_much_memory() {
        let parts = decode(&square(MAX_WITNESSES - 1)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(parts.circuit.witness_count, MAX_WITNESSES);
        for index in [MAX_WITNESSES, u32::MAX] {
            let error = decode(&square(index)).err();
            let (found, limit, place) = (index.into(), MAX_WITNESSES.into(), Place::Acir { opcode: 0 });
            assert_eq!(error, Some(ProgramError::Limit { place, what: "witness", found, limit }));
        }
    }

    #[test]
    fn whatever_is_cut_off_or_added_is_noticed() {
        let good = square(1);
        assert!(decode(&good).is_ok());
        for length in 0..good.len() {
            assert!(decode(&good[..length]).is_err(), "{length} bytes");
        }
        assert_eq!(decode(&[&good[..], &[0]].concat()).err(), Some(ProgramError::Trailing { bytes: 1 }));
        assert_eq!(decode(&[&[2], &good[1..]].concat()).err(), Some(ProgramError::Format { format: 2 }));
        // Lists that are longer than what follows.
        let long = [&b"\x03\x92\xdd\xff\xff\xff\xff"[..], &good[3..]].concat();
        assert!(decode(&long).is_err());
    }
}
