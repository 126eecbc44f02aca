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
