//! The rounds of the permutation, over arithmetic that postpones reductions.

use super::WIDTH;

/// Field arithmetic on representatives that need not be below the modulus.
///
/// Bounds, in multiples of the modulus p: [`reduce`](Self::reduce) gives less than 1.2; a product of two factors
/// below 3.6 is below 3.4, with a constant as one factor below 1.8. The rounds add at most one reduced sum and one
/// constant to a product before it is multiplied again, so no factor exceeds 4, and sums stay below 64.
pub(super) trait Arithmetic {
    /// A factor of a product.
    type Element: Copy;
    /// A sum of elements, before it is reduced.
    type Sum: Copy;

    /// An element as a sum of one.
    fn widen(a: Self::Element) -> Self::Sum;
    /// A sum of sums.
    fn add(a: Self::Sum, b: Self::Sum) -> Self::Sum;
    /// A small representative of a sum.
    fn reduce(a: Self::Sum) -> Self::Element;
    /// An element plus a constant, ready to be squared.
    fn add_constant(a: Self::Element, constant: &Self::Element) -> Self::Element;
    /// A product plus a reduced sum, ready for `add_constant`, `widen` or a product with a constant.
    fn multiply_add(a: Self::Element, constant: &Self::Element, sum: Self::Element) -> Self::Element;
    /// A product.
    fn multiply(a: &Self::Element, b: &Self::Element) -> Self::Element;
    /// A square.
    fn square(a: &Self::Element) -> Self::Element;
}

/// Round constants and matrix in the form of one arithmetic.
pub(super) struct Parameters<E> {
    pub(super) external: [[E; WIDTH]; 8],
    pub(super) internal: [E; 56],
    pub(super) diagonal: [E; WIDTH],
}

/// x⁵.
#[inline(always)]
fn sbox<A: Arithmetic>(x: A::Element) -> A::Element {
    let fourth = A::square(&A::square(&x));
    A::multiply(&fourth, &x)
}

/// Multiplies the state by the matrix of the external rounds: rows 5 7 1 3, 4 6 1 1, 1 3 5 7, 1 1 4 6.
#[inline(always)]
fn external_matrix<A: Arithmetic>(state: &mut [A::Element; WIDTH]) {
    let [a, b, c, d] = state.map(A::widen);
    let ab = A::add(a, b);
    let cd = A::add(c, d);
    let t2 = A::add(A::add(b, b), cd);
    let t3 = A::add(A::add(d, d), ab);
    let cd2 = A::add(cd, cd);
    let ab2 = A::add(ab, ab);
    let t4 = A::add(A::add(cd2, cd2), t3);
    let t5 = A::add(A::add(ab2, ab2), t2);
    *state = [A::add(t3, t5), t5, A::add(t2, t4), t4].map(A::reduce);
}

#[inline(always)]
fn external_round<A: Arithmetic>(state: &mut [A::Element; WIDTH], constants: &[A::Element; WIDTH]) {
    for (item, constant) in state.iter_mut().zip(constants) {
        *item = sbox::<A>(A::add_constant(*item, constant));
    }
    external_matrix::<A>(state);
}

/// The permutation; every element of the result is reduced.
#[inline(always)]
pub(super) fn permute<A: Arithmetic>(state: &mut [A::Element; WIDTH], parameters: &Parameters<A::Element>) {
    let (first, last) = parameters.external.split_at(4);
    external_matrix::<A>(state);
    first.iter().for_each(|constants| external_round::<A>(state, constants));
    let mut s = *state;
    for constant in &parameters.internal {
        s[0] = sbox::<A>(A::add_constant(s[0], constant));
        let [a, b, c, d] = s.map(A::widen);
        let sum = A::reduce(A::add(A::add(a, b), A::add(c, d)));
        for (item, factor) in s.iter_mut().zip(&parameters.diagonal) {
            *item = A::multiply_add(*item, factor, sum);
        }
    }
    *state = s.map(|item| A::reduce(A::widen(item)));
    last.iter().for_each(|constants| external_round::<A>(state, constants));
}
