//! Nine 29-bit limbs in 64-bit words, Montgomery form with R = 2^261.
//!
//! WebAssembly has no 64×64→128 multiplication. With 29-bit limbs a whole column of a product, its reduction included,
//! fits a 64-bit word, and 2^261 is some 170 times p: sums of many elements can be multiplied without being reduced.

use super::constants::{EXTERNAL, INTERNAL, INTERNAL_DIAGONAL};
use super::permutation::{self, Arithmetic, Parameters};
use super::{Element, WIDTH, from_montgomery, to_montgomery};

type Limbs = [u64; 9];

const BITS: usize = 29;
const MASK: u64 = (1 << BITS) - 1;
const MODULUS: [u64; 4] = <Element as ark_ff::PrimeField>::MODULUS.0;
const P: Limbs = split(MODULUS);
/// −p⁻¹ modulo 2^29.
const NEGATED_INVERSE: u64 = {
    // Newton iteration: each step doubles the number of right bits, starting from one.
    let mut inverse = 1u64;
    let mut step = 0;
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(MODULUS[0].wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg() & MASK
};

/// The 29-bit limbs of an integer below 2^256.
const fn split(words: [u64; 4]) -> Limbs {
    let mut limbs = [0; 9];
    let mut i = 0;
    while i < 9 {
        let (word, shift) = (BITS * i / 64, BITS * i % 64);
        let mut limb = words[word] >> shift;
        if shift + BITS > 64 && word < 3 {
            limb |= words[word + 1] << (64 - shift);
        }
        limbs[i] = limb & MASK;
        i += 1;
    }
    limbs
}

/// Twice a value below p, modulo p.
const fn double(a: [u64; 4]) -> [u64; 4] {
    let (mut doubled, mut reduced) = ([0; 4], [0; 4]);
    let (mut carry, mut borrow) = (0, false);
    let mut i = 0;
    while i < 4 {
        doubled[i] = a[i] << 1 | carry;
        carry = a[i] >> 63;
        let (difference, borrowed) = doubled[i].overflowing_sub(MODULUS[i]);
        let (difference, borrowed_again) = difference.overflowing_sub(borrow as u64);
        reduced[i] = difference;
        borrow = borrowed | borrowed_again;
        i += 1;
    }
    if borrow { doubled } else { reduced }
}

/// A constant with R = 2^261 instead of 2^256.
const fn constant(element: &Element) -> Limbs {
    let mut value = to_montgomery(element);
    let mut i = 0;
    while i < 5 {
        value = double(value);
        i += 1;
    }
    split(value)
}

const PARAMETERS: Parameters<Limbs> = {
    let mut parameters = Parameters { external: [[[0; 9]; WIDTH]; 8], internal: [[0; 9]; 56], diagonal: [[0; 9]; 4] };
    let mut i = 0;
    while i < 32 {
        parameters.external[i / 4][i % 4] = constant(&EXTERNAL[i / 4][i % 4]);
        i += 1;
    }
    i = 0;
    while i < 56 {
        parameters.internal[i] = constant(&INTERNAL[i]);
        i += 1;
    }
    i = 0;
    while i < 4 {
        parameters.diagonal[i] = constant(&INTERNAL_DIAGONAL[i]);
        i += 1;
    }
    parameters
};

/// A Montgomery product, column by column, with limbs of 29 bits.
///
/// The limbs of one factor may have 30 bits: eighteen products of a column and a carry then stay below 2^63. Written
/// out because the loop, which compilers do not unroll, takes nearly twice as long.
#[inline(always)]
#[rustfmt::skip]
fn multiply(a: &Limbs, b: &Limbs) -> Limbs {
    let carry = 0;
    let sum = carry + a[0] * b[0];
    let m0 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m0 * P[0]) >> BITS;
    let sum = carry + a[0] * b[1] + a[1] * b[0] + m0 * P[1];
    let m1 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m1 * P[0]) >> BITS;
    let sum = carry + a[0] * b[2] + a[1] * b[1] + a[2] * b[0] + m0 * P[2] + m1 * P[1];
    let m2 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m2 * P[0]) >> BITS;
    let sum = carry + a[0] * b[3] + a[1] * b[2] + a[2] * b[1] + a[3] * b[0] + m0 * P[3] + m1 * P[2] + m2 * P[1];
    let m3 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m3 * P[0]) >> BITS;
    let sum = carry + a[0] * b[4] + a[1] * b[3] + a[2] * b[2] + a[3] * b[1] + a[4] * b[0] + m0 * P[4] + m1 * P[3] + m2 * P[2] + m3 * P[1];
    let m4 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m4 * P[0]) >> BITS;
    let sum = carry + a[0] * b[5] + a[1] * b[4] + a[2] * b[3] + a[3] * b[2] + a[4] * b[1] + a[5] * b[0] + m0 * P[5] + m1 * P[4] + m2 * P[3] + m3 * P[2] + m4 * P[1];
    let m5 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m5 * P[0]) >> BITS;
    let sum = carry + a[0] * b[6] + a[1] * b[5] + a[2] * b[4] + a[3] * b[3] + a[4] * b[2] + a[5] * b[1] + a[6] * b[0] + m0 * P[6] + m1 * P[5] + m2 * P[4] + m3 * P[3] + m4 * P[2] + m5 * P[1];
    let m6 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m6 * P[0]) >> BITS;
    let sum = carry + a[0] * b[7] + a[1] * b[6] + a[2] * b[5] + a[3] * b[4] + a[4] * b[3] + a[5] * b[2] + a[6] * b[1] + a[7] * b[0] + m0 * P[7] + m1 * P[6] + m2 * P[5] + m3 * P[4] + m4 * P[3] + m5 * P[2] + m6 * P[1];
    let m7 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m7 * P[0]) >> BITS;
    let sum = carry + a[0] * b[8] + a[1] * b[7] + a[2] * b[6] + a[3] * b[5] + a[4] * b[4] + a[5] * b[3] + a[6] * b[2] + a[7] * b[1] + a[8] * b[0] + m0 * P[8] + m1 * P[7] + m2 * P[6] + m3 * P[5] + m4 * P[4] + m5 * P[3] + m6 * P[2] + m7 * P[1];
    let m8 = sum.wrapping_mul(NEGATED_INVERSE) & MASK;
    let carry = (sum + m8 * P[0]) >> BITS;
    let sum = carry + a[1] * b[8] + a[2] * b[7] + a[3] * b[6] + a[4] * b[5] + a[5] * b[4] + a[6] * b[3] + a[7] * b[2] + a[8] * b[1] + m1 * P[8] + m2 * P[7] + m3 * P[6] + m4 * P[5] + m5 * P[4] + m6 * P[3] + m7 * P[2] + m8 * P[1];
    let r0 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[2] * b[8] + a[3] * b[7] + a[4] * b[6] + a[5] * b[5] + a[6] * b[4] + a[7] * b[3] + a[8] * b[2] + m2 * P[8] + m3 * P[7] + m4 * P[6] + m5 * P[5] + m6 * P[4] + m7 * P[3] + m8 * P[2];
    let r1 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[3] * b[8] + a[4] * b[7] + a[5] * b[6] + a[6] * b[5] + a[7] * b[4] + a[8] * b[3] + m3 * P[8] + m4 * P[7] + m5 * P[6] + m6 * P[5] + m7 * P[4] + m8 * P[3];
    let r2 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[4] * b[8] + a[5] * b[7] + a[6] * b[6] + a[7] * b[5] + a[8] * b[4] + m4 * P[8] + m5 * P[7] + m6 * P[6] + m7 * P[5] + m8 * P[4];
    let r3 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[5] * b[8] + a[6] * b[7] + a[7] * b[6] + a[8] * b[5] + m5 * P[8] + m6 * P[7] + m7 * P[6] + m8 * P[5];
    let r4 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[6] * b[8] + a[7] * b[7] + a[8] * b[6] + m6 * P[8] + m7 * P[7] + m8 * P[6];
    let r5 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[7] * b[8] + a[8] * b[7] + m7 * P[8] + m8 * P[7];
    let r6 = sum & MASK;
    let carry = sum >> BITS;
    let sum = carry + a[8] * b[8] + m8 * P[8];
    let r7 = sum & MASK;
    let carry = sum >> BITS;
    [r0, r1, r2, r3, r4, r5, r6, r7, carry]
}

struct Limbs29;

impl Arithmetic for Limbs29 {
    type Element = Limbs;
    /// Limbs of up to 35 bits.
    type Sum = Limbs;

    #[inline(always)]
    fn widen(a: Limbs) -> Limbs {
        a
    }

    #[inline(always)]
    fn add(a: Limbs, b: Limbs) -> Limbs {
        core::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "limbs and multiples are below 2^63")]
    fn reduce(a: Limbs) -> Limbs {
        // The estimate is at most the quotient by p: it divides the top limb alone by the top limb of p plus one.
        let quotient = (a[8] * ((1 << 34) / (P[8] + 1))) >> 34;
        let (mut out, mut carry) = ([0; 9], 0i64);
        for i in 0..8 {
            let limb = a[i] as i64 - (quotient * P[i]) as i64 + carry;
            out[i] = limb as u64 & MASK;
            carry = limb >> BITS;
        }
        out[8] = (a[8] as i64 - (quotient * P[8]) as i64 + carry) as u64;
        out
    }

    #[inline(always)]
    fn add_constant(a: Limbs, constant: &Limbs) -> Limbs {
        let (mut out, mut carry) = ([0; 9], 0);
        for i in 0..8 {
            let limb = a[i] + constant[i] + carry;
            out[i] = limb & MASK;
            carry = limb >> BITS;
        }
        out[8] = a[8] + constant[8] + carry;
        out
    }

    #[inline(always)]
    fn multiply_add(a: Limbs, constant: &Limbs, sum: Limbs) -> Limbs {
        Self::add(multiply(&a, constant), sum)
    }

    #[inline(always)]
    fn multiply(a: &Limbs, b: &Limbs) -> Limbs {
        multiply(a, b)
    }

    #[inline(always)]
    fn square(a: &Limbs) -> Limbs {
        multiply(a, a)
    }
}

/// From R = 2^256 to 2^261: times 2^5.
fn enter(element: &Element) -> Limbs {
    Limbs29::reduce(split(to_montgomery(element)).map(|limb| limb << 5))
}

/// From R = 2^261 to 2^256 and below p.
fn leave(a: &Limbs) -> Element {
    // A Montgomery product with 2^256 divides by 2^5; it is below 2·p.
    let limbs = multiply(a, &[0, 0, 0, 0, 0, 0, 0, 0, 1 << (256 - 8 * BITS)]);
    let mut words = [0; 4];
    for (i, limb) in limbs.iter().enumerate() {
        let (word, shift) = (BITS * i / 64, BITS * i % 64);
        words[word] |= limb << shift;
        if shift + BITS > 64 && word < 3 {
            words[word + 1] |= limb >> (64 - shift);
        }
    }
    let (mut reduced, mut borrow) = ([0; 4], false);
    for i in 0..4 {
        let (difference, borrowed) = words[i].overflowing_sub(MODULUS[i]);
        let (difference, borrowed_again) = difference.overflowing_sub(u64::from(borrow));
        reduced[i] = difference;
        borrow = borrowed | borrowed_again;
    }
    from_montgomery(if borrow { words } else { reduced })
}

/// The permutation.
pub(super) fn permute(state: &mut [Element; WIDTH]) {
    let mut limbs = (*state).map(|element| enter(&element));
    permutation::permute::<Limbs29>(&mut limbs, &PARAMETERS);
    *state = limbs.map(|item| leave(&item));
}
