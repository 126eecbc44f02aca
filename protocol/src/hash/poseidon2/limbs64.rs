//! Four 64-bit limbs, Montgomery form with R = 2^256.
//!
//! p is below 0.19 · 2^256, so a Montgomery product of factors below a·p and b·p is below (0.19·a·b + 1)·p: products
//! of the rounds stay far from 2^256 without a final subtraction.

use super::constants::{EXTERNAL, INTERNAL, INTERNAL_DIAGONAL};
use super::permutation::{self, Arithmetic, Parameters};
use super::{Element, WIDTH, from_montgomery, to_montgomery};

type Limbs = [u64; 4];

const P: Limbs = <Element as ark_ff::PrimeField>::MODULUS.0;
/// −p⁻¹ modulo 2^64.
const NEGATED_INVERSE: u64 = {
    // Newton iteration: each step doubles the number of right bits, starting from one.
    let mut inverse = 1u64;
    let mut step = 0;
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(P[0].wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
};

const PARAMETERS: Parameters<Limbs> = {
    let mut parameters = Parameters { external: [[[0; 4]; WIDTH]; 8], internal: [[0; 4]; 56], diagonal: [[0; 4]; 4] };
    let mut i = 0;
    while i < 32 {
        parameters.external[i / 4][i % 4] = to_montgomery(&EXTERNAL[i / 4][i % 4]);
        i += 1;
    }
    i = 0;
    while i < 56 {
        parameters.internal[i] = to_montgomery(&INTERNAL[i]);
        i += 1;
    }
    i = 0;
    while i < 4 {
        parameters.diagonal[i] = to_montgomery(&INTERNAL_DIAGONAL[i]);
        i += 1;
    }
    parameters
};

/// a + b·c + carry, as low word and carry.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the two halves of a double word")]
fn multiply_accumulate(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) + u128::from(b) * u128::from(c) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[inline(always)]
fn add_with_carry(a: &Limbs, b: &Limbs) -> (Limbs, u64) {
    let (mut out, mut carry) = ([0; 4], 0);
    for i in 0..4 {
        (out[i], carry) = multiply_accumulate(a[i], b[i], 1, carry);
    }
    (out, carry)
}

/// A sum that is below 2^256.
#[inline(always)]
fn add(a: &Limbs, b: &Limbs) -> Limbs {
    add_with_carry(a, b).0
}

struct Limbs64;

impl Arithmetic for Limbs64 {
    type Element = Limbs;
    type Sum = [u64; 5];

    #[inline(always)]
    fn widen(a: Limbs) -> [u64; 5] {
        [a[0], a[1], a[2], a[3], 0]
    }

    #[inline(always)]
    fn add(a: [u64; 5], b: [u64; 5]) -> [u64; 5] {
        let ([w, x, y, z], carry) = add_with_carry(&[a[0], a[1], a[2], a[3]], &[b[0], b[1], b[2], b[3]]);
        [w, x, y, z, a[4] + b[4] + carry]
    }

    #[inline(always)]
    fn reduce(a: [u64; 5]) -> Limbs {
        // p is 193.6 units of 2^246. For sums below 64·p the estimate is at most the quotient and misses less than
        // 1.2 of it.
        let units = (a[4] << 10) | (a[3] >> 54);
        let quotient = (units * ((1 << 20) / 194)) >> 20;
        let (mut out, mut multiple_carry, mut borrow) = ([0; 4], 0, false);
        for i in 0..4 {
            let multiple;
            (multiple, multiple_carry) = multiply_accumulate(0, P[i], quotient, multiple_carry);
            let (difference, borrowed) = a[i].overflowing_sub(multiple);
            let (difference, borrowed_again) = difference.overflowing_sub(u64::from(borrow));
            out[i] = difference;
            borrow = borrowed | borrowed_again;
        }
        out
    }

    #[inline(always)]
    fn add_constant(a: Limbs, constant: &Limbs) -> Limbs {
        add(&a, constant)
    }

    #[inline(always)]
    fn multiply_add(a: Limbs, constant: &Limbs, sum: Limbs) -> Limbs {
        add(&Self::multiply(&a, constant), &sum)
    }

    #[inline(always)]
    fn multiply(a: &Limbs, b: &Limbs) -> Limbs {
        let mut out = [0; 4];
        for &word in b {
            let (low, mut carry) = multiply_accumulate(out[0], a[0], word, 0);
            let m = low.wrapping_mul(NEGATED_INVERSE);
            let (_, mut reduction_carry) = multiply_accumulate(low, m, P[0], 0);
            for i in 1..4 {
                let partial;
                (partial, carry) = multiply_accumulate(out[i], a[i], word, carry);
                (out[i - 1], reduction_carry) = multiply_accumulate(partial, m, P[i], reduction_carry);
            }
            // No overflow: the running value stays below a + p.
            out[3] = carry + reduction_carry;
        }
        out
    }

    #[inline(always)]
    fn square(a: &Limbs) -> Limbs {
        // As fast as a dedicated squaring, which saves products but adds carries.
        Self::multiply(a, a)
    }
}

/// The representative below p of a value below 2·p.
fn canonical(a: Limbs) -> Limbs {
    let (mut out, mut borrow) = ([0; 4], false);
    for i in 0..4 {
        let (difference, borrowed) = a[i].overflowing_sub(P[i]);
        let (difference, borrowed_again) = difference.overflowing_sub(u64::from(borrow));
        out[i] = difference;
        borrow = borrowed | borrowed_again;
    }
    if borrow { a } else { out }
}

/// The permutation, with the machine's fast multiplication where it has one.
pub(super) fn permute(state: &mut [Element; WIDTH]) {
    let mut limbs = (*state).map(|element| to_montgomery(&element));
    #[cfg(target_arch = "x86_64")]
    if fast_multiplication::get() {
        // SAFETY: the processor was asked for the instructions that the function uses.
        unsafe { permute_bmi2(&mut limbs) };
        *state = limbs.map(|item| from_montgomery(canonical(item)));
        return;
    }
    permutation::permute::<Limbs64>(&mut limbs, &PARAMETERS);
    *state = limbs.map(|item| from_montgomery(canonical(item)));
}

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(fast_multiplication, "bmi2", "adx");

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi2,adx")]
fn permute_bmi2(limbs: &mut [Limbs; WIDTH]) {
    permutation::permute::<Limbs64>(limbs, &PARAMETERS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_and_fast_code_agree() {
        let mut state = [1u8, 2, 3, 4].map(|n| -Element::from(n));
        for _ in 0..100 {
            let mut portable = state.map(|element| to_montgomery(&element));
            permutation::permute::<Limbs64>(&mut portable, &PARAMETERS);
            permute(&mut state);
            assert_eq!(portable.map(|item| from_montgomery(canonical(item))), state);
        }
    }
}
