//! Types and digits.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{memory,conversion}.ts`.

use crate::avm::frame::Frame;
use crate::avm::halt::Halt;
use crate::avm::memory::Memory;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

pub(crate) fn cast(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, to] = frame.addresses(instruction)?;
    let tag = u8::try_from(instruction.immediate).ok().and_then(Tag::from_number);
    let tag = tag.expect("decoding refuses other numbers");
    let value = frame.memory.get(from).cast(tag);
    frame.memory.set(to, value);
    Ok(())
}

/// Divides a number by a small one, in place, and gives the rest.
fn divide(number: &mut [u64; 4], by: u64) -> u64 {
    let mut rest = 0u64;
    for limb in number.iter_mut().rev() {
        let part = u128::from(rest) << 64 | u128::from(*limb);
        // The rest is below the divisor, so the quotient is below 2^64.
        *limb = (part / u128::from(by)) as u64;
        rest = (part % u128::from(by)) as u64;
    }
    rest
}

/// Digits of the field's modulus in a radix; 32 for a radix that is refused later.
pub(in crate::avm) fn modulus_digits(radix: u32) -> u32 {
    match radix {
        0 | 1 => 0,
        2..=256 => {
            // Modulus − 1 has as many digits.
            let mut number = protocol::field::Fr::MAX.to_limbs();
            let mut digits = 0;
            while number != [0; 4] {
                divide(&mut number, radix.into());
                digits += 1;
            }
            digits
        }
        _ => 32,
    }
}

pub(crate) fn to_radix_be(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, radix, digits, bits, to] = frame.addresses(instruction)?;
    let value = frame.field(0, from)?;
    let radix = frame.u32(1, radix)?;
    let digits = frame.u32(2, digits)?;
    let as_bits = frame.int(3, bits, Tag::U1)? == 1;
    frame.charge_size(instruction, digits.max(modulus_digits(radix)))?;
    let has_radix = (2..=256).contains(&radix) && (radix == 2 || !as_bits);
    let has_digits = digits > 0 || value.is_zero();
    if !has_radix || !has_digits || !Memory::has_range(to, digits) {
        return Err(Halt::RadixParameters);
    }
    let mut rest = value.to_limbs();
    let mut low_first = Vec::new();
    while rest != [0; 4] {
        low_first.push(divide(&mut rest, radix.into()));
    }
    // At most 254.
    let significant = low_first.len() as u32;
    if significant > digits {
        return Err(Halt::TooFewDigits);
    }
    let tag = if as_bits { Tag::U1 } else { Tag::U8 };
    let leading = digits - significant;
    for place in 0..leading {
        frame.memory.set(to + place, Value::int(tag, 0));
    }
    for (place, digit) in (leading..).zip(low_first.into_iter().rev()) {
        frame.memory.set(to + place, Value::int(tag, digit.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_the_modulus() {
        let expected = [(0, 0), (1, 0), (2, 254), (3, 161), (10, 77), (16, 64), (255, 32), (256, 32), (257, 32)];
        for (radix, digits) in expected {
            assert_eq!(modulus_digits(radix), digits, "{radix}");
        }
    }
}
