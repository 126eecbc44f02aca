//! Sums and multiples of points of Grumpkin.
//!
//! Nearly every private function multiplies a few points: to encrypt notes, to check keys, to derive addresses. So few
//! points are multiplied with shared doublings, half as many as a scalar has bits: a cube root of 1 turns a point into a
//! multiple of it for the price of one product, and a scalar into two of half the length (Gallant, Lambert and Vanstone).
//! The generator, which most often is one of the points, has a table.

use std::sync::LazyLock;

use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInt, BigInteger, MontConfig, MontFp, PrimeField};
use ark_grumpkin::{Affine, Fq, Fr as Scalar, FrConfig, Projective};
use protocol::field::Fr;

use super::error::BlackBoxError;

/// A point as circuits have it: x, y, and whether it is infinite.
pub(super) type FlaggedPoint = [Fr; 3];

/// What curve operations give whose predicate is false.
pub(super) const NO_POINT: FlaggedPoint = [Fr::ZERO, Fr::ZERO, Fr::ONE];

fn is_infinite([_, _, flag]: &FlaggedPoint) -> Result<bool, BlackBoxError> {
    if flag.is_zero() {
        Ok(false)
    } else if *flag == Fr::ONE {
        Ok(true)
    } else {
        Err(BlackBoxError::Flag(*flag))
    }
}

fn to_affine(point: &FlaggedPoint) -> Result<Affine, BlackBoxError> {
    if is_infinite(point)? {
        return Ok(Affine::identity());
    }
    let [x, y, _] = *point;
    // The group has prime order: every point of the curve is in it.
    let affine = Affine::new_unchecked(x.to_ark(), y.to_ark());
    // (0, 0) is how arkworks writes infinity, but here the flag says that.
    if affine.is_on_curve() && !affine.is_zero() { Ok(affine) } else { Err(BlackBoxError::NotOnCurve { x, y }) }
}

fn from_projective(point: Projective) -> FlaggedPoint {
    match point.into_affine().xy() {
        Some((x, y)) => [Fr::from_ark(x), Fr::from_ark(y), Fr::ZERO],
        None => NO_POINT,
    }
}

/// The sum of points times scalars, which come as low and high half.
pub(super) fn multi_scalar_mul(points: &[Fr], scalars: &[Fr]) -> Result<FlaggedPoint, BlackBoxError> {
    let (points, rest) = points.as_chunks::<3>();
    let (scalars, odd) = scalars.as_chunks::<2>();
    if points.len() != scalars.len() || !rest.is_empty() || !odd.is_empty() {
        return Err(BlackBoxError::Length { expected: points.len(), found: scalars.len() });
    }
    for point in points {
        is_infinite(point)?;
    }
    let mut bases = Vec::with_capacity(points.len());
    let mut integers = Vec::with_capacity(points.len());
    for (point, [low, high]) in points.iter().zip(scalars) {
        bases.push(to_affine(point)?);
        let half = |half: &Fr| half.to_u128().map(|_| half.to_limbs()).ok_or(BlackBoxError::ScalarHalf(*half));
        let ([a, b, ..], [c, d, ..]) = (half(low)?, half(high)?);
        let integer = BigInt::new([a, b, c, d]);
        if integer >= FrConfig::MODULUS {
            return Err(BlackBoxError::Scalar);
        }
        integers.push(integer);
    }
    Ok(from_projective(sum_of_products(&bases, &integers)))
}

/// Points up to which doublings are shared and tables made for each point; for more, buckets are faster.
const FEW: usize = 16;

/// The sum of points times integers below the order of the group.
fn sum_of_products(points: &[Affine], integers: &[BigInt<4>]) -> Projective {
    if points.len() > FEW {
        return Projective::msm_bigint(points, integers);
    }
    let mut generated = Projective::ZERO;
    let mut parts = Vec::with_capacity(2 * points.len());
    for (point, integer) in points.iter().zip(integers) {
        if *point == Affine::generator() {
            generated += multiple_of_generator(integer);
        } else if !point.is_zero() {
            let table = odd_multiples(point);
            let [first, second] = halves(integer);
            parts.push((table.map(times_lambda), digits(second)));
            parts.push((table, digits(first)));
        }
    }
    let mut sum = Projective::ZERO;
    for place in (0..parts.iter().map(|(_, digits)| digits.len()).max().unwrap_or(0)).rev() {
        sum.double_in_place();
        for (table, digits) in &parts {
            match digits.get(place) {
                None | Some(0) => {}
                Some(digit) if *digit > 0 => sum += table[digit.unsigned_abs() as usize / 2],
                Some(digit) => sum -= table[digit.unsigned_abs() as usize / 2],
            }
        }
    }
    sum + generated
}

/// Digits are odd or 0 and less than 2 to the power of one less than this.
const WIDTH: usize = 5;
/// Odd multiples of a point: as many as there are positive digits.
type Multiples = [Projective; 1 << (WIDTH - 2)];

fn odd_multiples(point: &Affine) -> Multiples {
    let mut multiples = [Projective::from(*point); 1 << (WIDTH - 2)];
    let twice = multiples[0].double();
    for index in 1..multiples.len() {
        multiples[index] = multiples[index - 1] + twice;
    }
    multiples
}

/// Signed digits in base 2, the lowest first, most of which are 0.
fn digits(scalar: Scalar) -> Vec<i64> {
    let integer = scalar.into_bigint();
    let negated = (-scalar).into_bigint();
    // Half of the scalars are taken for negative, so what is small either way has few digits.
    let (magnitude, sign) = if integer <= negated { (integer, 1) } else { (negated, -1) };
    let mut digits = magnitude.find_wnaf(WIDTH).expect("such a width is allowed");
    digits.iter_mut().for_each(|digit| *digit *= sign);
    digits
}

/// A cube root of 1 among coordinates.
const BETA: Fq = MontFp!("21888242871839275217838484774961031246154997185409878258781734729429964517155");
/// The cube root of 1 among scalars with which (x, y) times λ is (βx, y).
const LAMBDA: Scalar = MontFp!("21888242871839275220042445260109153167277707414472061641714758635765020556616");

fn times_lambda(mut point: Projective) -> Projective {
    point.x *= BETA;
    point
}

/// Splits a scalar: it is the first plus λ times the second, and both, or what is missing to 0, are below 2^128.
///
/// (A, −B) and (B, A + B) are short vectors (x, y) with x + λy = 0. What is nearly a sum of them and (integer, 0) differ by a
/// vector as short. How often each is in that sum is rounded down, and its own factor too, so both are at most 2 too low.
fn halves(integer: &BigInt<4>) -> [Scalar; 2] {
    const B: u64 = 0x89d3_2568_94d2_13e2;
    /// A + B.
    const A_AND_B: BigInt<4> = BigInt::new([0x0be4_e154_1221_250b, 0x6f4d_8248_eeb8_59fd, 0, 0]);
    /// 2^256 (A + B) and 2^256 B, divided by the order of the group.
    const FACTORS: [[u64; 3]; 2] = [[0x5398_fd03_00ff_655f, 0x4cce_f014_a773_d2d2, 2], [0xd91d_232e_c7e0_b3d2, 2, 0]];
    let scalar = |integer| Scalar::from_bigint(integer).expect("it is below the order");
    let [first, second] = FACTORS.map(|factor| scalar(high_half(integer, &factor)));
    let second = first * Scalar::from(B) - second * scalar(A_AND_B);
    [scalar(*integer) - second * LAMBDA, second]
}

/// A product without its lowest 256 bits.
fn high_half(left: &BigInt<4>, right: &[u64; 3]) -> BigInt<4> {
    let mut product = [0u64; 8];
    for (place, factor) in right.iter().enumerate() {
        let mut carry = 0;
        for (limb, out) in left.0.iter().zip(&mut product[place..]) {
            let sum = u128::from(*limb) * u128::from(*factor) + u128::from(*out) + carry;
            (*out, carry) = (sum as u64, sum >> 64);
        }
        product[place + 4] = carry as u64;
    }
    BigInt::new([product[4], product[5], product[6], product[7]])
}

/// Multiples of the generator: digit by digit of 4 bits, from the lowest, those of 1 to 15.
static GENERATED: LazyLock<Vec<[Affine; 15]>> = LazyLock::new(|| {
    let mut base = Projective::from(Affine::generator());
    let mut multiples = Vec::with_capacity(64 * 15);
    for _ in 0..64 {
        let mut multiple = base;
        for _ in 0..15 {
            multiples.push(multiple);
            multiple += base;
        }
        base = multiple;
    }
    Projective::normalize_batch(&multiples).as_chunks::<15>().0.to_vec()
});

fn multiple_of_generator(integer: &BigInt<4>) -> Projective {
    let mut sum = Projective::ZERO;
    for (place, multiples) in GENERATED.iter().enumerate() {
        let digit = integer.0[place / 16] >> (place % 16 * 4) & 15;
        if digit != 0 {
            sum += multiples[digit as usize - 1];
        }
    }
    sum
}

/// The sum of two points; neither may be infinite.
pub(super) fn curve_add(left: &FlaggedPoint, right: &FlaggedPoint) -> Result<FlaggedPoint, BlackBoxError> {
    if is_infinite(left)? | is_infinite(right)? {
        return Err(BlackBoxError::Infinite);
    }
    Ok(from_projective(to_affine(left)? + to_affine(right)?))
}

#[cfg(test)]
mod tests {
    use ark_ec::PrimeGroup;
    use ark_ff::{Field, Zero};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn adds_points_of_the_curve_only() {
        let generator = protocol::field::Point::generator();
        let point = [generator.x, generator.y, Fr::ZERO];
        let negated = [generator.x, -generator.y, Fr::ZERO];
        assert_eq!(curve_add(&point, &negated), Ok(NO_POINT));
        assert_eq!(curve_add(&point, &point), multi_scalar_mul(&point, &[Fr::from(2u8), Fr::ZERO]));
        assert_eq!(curve_add(&point, &NO_POINT), Err(BlackBoxError::Infinite));
        let two = [Fr::from(2u8); 3];
        assert_eq!(curve_add(&point, &two), Err(BlackBoxError::Flag(two[2])));
        let off = [Fr::ZERO; 3];
        assert_eq!(curve_add(&point, &off), Err(BlackBoxError::NotOnCurve { x: Fr::ZERO, y: Fr::ZERO }));
        assert_eq!(multi_scalar_mul(&NO_POINT, &[Fr::ONE, Fr::ZERO]), Ok(NO_POINT));
        assert_eq!(multi_scalar_mul(&point, &[Fr::MAX, Fr::ZERO]), Err(BlackBoxError::ScalarHalf(Fr::MAX)));
        let large = Fr::from(u128::MAX);
        assert_eq!(multi_scalar_mul(&point, &[large, large]), Err(BlackBoxError::Scalar));
        assert!(multi_scalar_mul(&point, &[Fr::ONE]).is_err());
    }

    /// Integers at which something changes: around 0, the order, its half, powers of λ, the digits of the table.
    fn edges() -> Vec<Scalar> {
        let small = (0..40u64).chain([1 << 32, u64::MAX]).map(Scalar::from);
        let half = Scalar::from_bigint(Scalar::MODULUS_MINUS_ONE_DIV_TWO).unwrap();
        let more = [LAMBDA, LAMBDA.square(), half, Scalar::from(1u64 << 63).square().square(), Scalar::from(u128::MAX)];
        let all: Vec<_> = small.chain(more).collect();
        all.iter().flat_map(|edge| [*edge, -*edge, *edge + Scalar::ONE, half - *edge]).collect()
    }

    #[test]
    fn the_cube_roots_belong_together() {
        assert!(BETA != Fq::ONE && BETA * BETA * BETA == Fq::ONE);
        for point in [Projective::generator(), Projective::generator() * Scalar::from(77u64)] {
            assert_eq!(times_lambda(point), point * LAMBDA);
        }
    }

    fn check_halves(scalar: Scalar) {
        let [first, second] = halves(&scalar.into_bigint());
        assert_eq!(first + second * LAMBDA, scalar);
        for half in [first, second] {
            let digits = digits(half);
            assert!(digits.len() <= 129, "{half}: {} digits", digits.len());
            let sum = digits.iter().rev().fold(Scalar::ZERO, |sum, digit| sum.double() + Scalar::from(*digit));
            assert_eq!(sum, half);
        }
    }

    #[test]
    fn edges_are_split_and_multiplied_right() {
        let point = (Projective::generator() * Scalar::from(5u64)).into_affine();
        for edge in edges() {
            check_halves(edge);
            let integer = [edge.into_bigint()];
            assert_eq!(sum_of_products(&[point], &integer), point * edge, "{edge}");
            assert_eq!(sum_of_products(&[Affine::generator()], &integer), Affine::generator() * edge, "{edge}");
            assert!(sum_of_products(&[Affine::identity()], &integer).is_zero());
        }
    }

    proptest! {
        #[test]
        fn any_scalar_is_split_into_two_short_ones(bytes in any::<[u8; 32]>()) {
            check_halves(Scalar::from_le_bytes_mod_order(&bytes));
        }

        #[test]
        fn few_and_many_points_add_up_alike(scalars in prop::collection::vec(any::<[u8; 32]>(), 0..=FEW + 1), same: bool) {
            let scalars: Vec<_> = scalars.iter().map(|bytes| Scalar::from_le_bytes_mod_order(bytes)).collect();
            let factor = |index: usize| if same { Scalar::from(3u64) } else { Scalar::from(index as u64) };
            let points: Vec<_> =
                (0..scalars.len()).map(|index| (Affine::generator() * factor(index)).into_affine()).collect();
            let integers: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
            let expected = points.iter().zip(&scalars).map(|(point, scalar)| *point * scalar).sum::<Projective>();
            prop_assert_eq!(sum_of_products(&points, &integers), expected);
        }
    }
}
