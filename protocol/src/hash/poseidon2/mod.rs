//! Poseidon2 over BN254's scalar field: width 4, rate 3, 8 full and 56 partial rounds, S-box x⁵.
//!
//! The permutation is written once ([`permutation`]) over an [`permutation::Arithmetic`] that postpones reductions:
//! [`limbs64`] for machines that multiply 64-bit words, [`limbs29`] for WebAssembly, which does not.
//!
//! Protocol source: `@aztec/foundation/src/crypto/poseidon/index.ts`; parameters in [`constants`].

mod constants;
#[cfg(any(target_family = "wasm", test))]
mod limbs29;
#[cfg(any(not(target_family = "wasm"), test))]
mod limbs64;
mod permutation;

use alloc::vec::Vec;

use ark_ff::{AdditiveGroup, BigInt};

use super::DomainSeparator;
use crate::field::Fr;

type Element = ark_bn254::Fr;

const WIDTH: usize = 4;
const RATE: usize = 3;

/// The integer that represents an element: its value times 2^256 modulo p.
const fn to_montgomery(element: &Element) -> [u64; 4] {
    element.0.0
}

/// The element that an integer below p represents.
const fn from_montgomery(limbs: [u64; 4]) -> Element {
    Element::new_unchecked(BigInt::new(limbs))
}

fn permute(state: &mut [Element; WIDTH]) {
    #[cfg(target_family = "wasm")]
    limbs29::permute(state);
    #[cfg(not(target_family = "wasm"))]
    limbs64::permute(state);
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

#[cfg(test)]
mod tests {
    use ark_ff::Field;
    use proptest::prelude::*;

    use super::constants::{EXTERNAL, INTERNAL, INTERNAL_DIAGONAL};
    use super::*;

    /// The permutation as the paper writes it, on arithmetic that always reduces.
    fn plain(state: &mut [Element; WIDTH]) {
        const MATRIX: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];
        let external = |state: &mut [Element; WIDTH]| {
            *state = MATRIX.map(|row| row.iter().zip(*state).map(|(&factor, item)| Element::from(factor) * item).sum());
        };
        let full = |state: &mut [Element; WIDTH], constants: &[Element; WIDTH]| {
            for (item, constant) in state.iter_mut().zip(constants) {
                *item = (*item + constant).pow([5]);
            }
            external(state);
        };
        external(state);
        EXTERNAL[..4].iter().for_each(|constants| full(state, constants));
        for constant in &INTERNAL {
            state[0] = (state[0] + constant).pow([5]);
            let sum: Element = state.iter().sum();
            for (item, diagonal) in state.iter_mut().zip(&INTERNAL_DIAGONAL) {
                *item = *item * diagonal + sum;
            }
        }
        EXTERNAL[4..].iter().for_each(|constants| full(state, constants));
    }

    fn check(state: [Element; WIDTH]) {
        let [mut expected, mut by_64, mut by_29] = [state; 3];
        plain(&mut expected);
        limbs64::permute(&mut by_64);
        limbs29::permute(&mut by_29);
        assert_eq!(by_64, expected);
        assert_eq!(by_29, expected);
    }

    #[test]
    fn edges() {
        let edges = [Element::ZERO, Element::from(1u8), -Element::from(1u8), Element::from(2u8).inverse().unwrap()];
        for a in edges {
            for b in edges {
                check([a, b, b, a]);
                check([b; 4]);
            }
        }
    }

    proptest! {
        #[test]
        fn every_arithmetic_gives_the_plain_permutation(bytes in any::<[[u8; 32]; 4]>()) {
            check(bytes.map(|bytes| Fr::from_be_bytes_reduced(&bytes).to_ark()));
        }
    }
}
