//! Poseidon2 over BN254's scalar field: width 4, rate 3, 8 full and 56 partial rounds, S-box x⁵.
//!
//! Protocol source: `@aztec/foundation/src/crypto/poseidon/index.ts`; parameters in [`super::poseidon2_constants`].

use alloc::vec::Vec;

use ark_bn254::Fr as Element;
use ark_ff::Field;

use super::DomainSeparator;
use super::poseidon2_constants::{EXTERNAL, INTERNAL, INTERNAL_DIAGONAL};
use crate::field::Fr;

const WIDTH: usize = 4;
const RATE: usize = 3;

/// x⁵.
#[inline(always)]
fn sbox(x: &mut Element) {
    let squared = x.square();
    *x *= squared.square();
}

/// Multiplies the state by the 4×4 MDS matrix of the external rounds, with additions only.
#[inline(always)]
fn external_matrix(state: &mut [Element; WIDTH]) {
    let [a, b, c, d] = *state;
    let ab = a + b;
    let cd = c + d;
    let t2 = b + b + cd;
    let t3 = d + d + ab;
    let cd2 = cd + cd;
    let ab2 = ab + ab;
    let t4 = cd2 + cd2 + t3;
    let t5 = ab2 + ab2 + t2;
    *state = [t3 + t5, t5, t2 + t4, t4];
}

/// Multiplies the state by the matrix of the internal rounds: all ones plus a diagonal.
#[inline(always)]
fn internal_matrix(state: &mut [Element; WIDTH]) {
    let sum = state[0] + state[1] + state[2] + state[3];
    for (item, diagonal) in state.iter_mut().zip(&INTERNAL_DIAGONAL) {
        *item *= diagonal;
        *item += sum;
    }
}

#[inline(always)]
fn external_round(state: &mut [Element; WIDTH], constants: &[Element; WIDTH]) {
    for (item, constant) in state.iter_mut().zip(constants) {
        *item += constant;
        sbox(item);
    }
    external_matrix(state);
}

fn permute(state: &mut [Element; WIDTH]) {
    external_matrix(state);
    for constants in &EXTERNAL[..4] {
        external_round(state, constants);
    }
    for constant in &INTERNAL {
        state[0] += constant;
        sbox(&mut state[0]);
        internal_matrix(state);
    }
    for constants in &EXTERNAL[4..] {
        external_round(state, constants);
    }
}

/// The permutation of a state of four elements.
#[must_use]
pub fn poseidon2_permutation(state: [Fr; 4]) -> [Fr; 4] {
    let mut inner = state.map(Fr::to_ark);
    permute(&mut inner);
    inner.map(Fr::from_ark)
}

/// A Poseidon2 sponge that absorbs any number of elements and is squeezed once.
#[derive(Debug, Clone)]
pub struct Poseidon2Sponge {
    state: [Element; WIDTH],
    /// Elements absorbed since the last permutation, 0 to 3.
    pending: usize,
}

impl Poseidon2Sponge {
    /// A sponge whose capacity element starts as `length` · 2^64. Plain hashing uses the number of elements to come;
    /// the blob sponge fixes another value.
    #[must_use]
    pub fn new(length: u64) -> Self {
        let capacity = Element::from(u128::from(length) << 64);
        Self { state: [Element::ZERO, Element::ZERO, Element::ZERO, capacity], pending: 0 }
    }

    /// Absorbs one element.
    pub fn absorb(&mut self, value: Fr) {
        if self.pending == RATE {
            permute(&mut self.state);
            self.pending = 0;
        }
        self.state[self.pending] += value.to_ark();
        self.pending += 1;
    }

    /// Absorbs elements in order.
    pub fn absorb_all<'a>(&mut self, values: impl IntoIterator<Item = &'a Fr>) {
        values.into_iter().for_each(|value| self.absorb(*value));
    }

    /// The hash of what was absorbed.
    #[must_use]
    pub fn squeeze(mut self) -> Fr {
        permute(&mut self.state);
        Fr::from_ark(self.state[0])
    }
}

use ark_ff::AdditiveGroup;

/// The hash of a list of elements.
#[must_use]
pub fn poseidon2(inputs: &[Fr]) -> Fr {
    let mut sponge = Poseidon2Sponge::new(inputs.len() as u64);
    sponge.absorb_all(inputs);
    sponge.squeeze()
}

/// The hash of a list of elements with `separator` in front.
#[must_use]
pub fn poseidon2_with_separator(inputs: &[Fr], separator: DomainSeparator) -> Fr {
    let mut sponge = Poseidon2Sponge::new(inputs.len() as u64 + 1);
    sponge.absorb(separator.to_field());
    sponge.absorb_all(inputs);
    sponge.squeeze()
}

/// The hash of bytes: chunks of 31, each read as a little-endian integer, then [`poseidon2`].
#[must_use]
pub fn poseidon2_bytes(bytes: &[u8]) -> Fr {
    let fields: Vec<Fr> = bytes
        .chunks(31)
        .map(|chunk| {
            let mut padded = [0; 32];
            padded[..chunk.len()].copy_from_slice(chunk);
            padded.reverse();
            Fr::from_be_bytes_reduced(&padded)
        })
        .collect();
    poseidon2(&fields)
}
