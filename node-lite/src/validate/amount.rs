//! Sums of fee juice.

use std::fmt;

use protocol::field::Fr;

/// An amount of fee juice below 2^256: a balance and hostile claims on top of it are too much for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Amount {
    /// Least significant first.
    limbs: [u64; 4],
}

impl Amount {
    /// 0.
    pub const ZERO: Self = Self { limbs: [0; 4] };
    /// 2^256 − 1.
    pub const MAX: Self = Self { limbs: [u64::MAX; 4] };

    /// The sum, at most [`Amount::MAX`].
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        let mut sum = Self::ZERO;
        let mut carry = 0;
        for (sum, (a, b)) in sum.limbs.iter_mut().zip(self.limbs.into_iter().zip(other.limbs)) {
            let limb = u128::from(a) + u128::from(b) + carry;
            // The low half, on purpose.
            *sum = limb as u64;
            carry = limb >> 64;
        }
        if carry == 0 { sum } else { Self::MAX }
    }

    /// The difference, none when `other` is more.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let mut difference = Self::ZERO;
        let mut borrow = false;
        for (limb, (a, b)) in difference.limbs.iter_mut().zip(self.limbs.into_iter().zip(other.limbs)) {
            let (without, first) = a.overflowing_sub(b);
            let (rest, second) = without.overflowing_sub(u64::from(borrow));
            *limb = rest;
            borrow = first || second;
        }
        (!borrow).then_some(difference)
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.limbs.iter().rev().cmp(other.limbs.iter().rev())
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Fr> for Amount {
    fn from(field: Fr) -> Self {
        Self { limbs: field.to_limbs() }
    }
}

impl From<u128> for Amount {
    fn from(amount: u128) -> Self {
        // Each cast keeps the low half, on purpose.
        Self { limbs: [amount as u64, (amount >> 64) as u64, 0, 0] }
    }
}

/// Decimal.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The largest power of ten in 64 bits.
        const CHUNK: u128 = 10_000_000_000_000_000_000;
        let (mut rest, mut chunks) = (self.limbs, Vec::new());
        while rest != [0; 4] {
            let mut remainder = 0u128;
            for limb in rest.iter_mut().rev() {
                let value = remainder << 64 | u128::from(*limb);
                // Below 2^64, since the remainder is below the divisor.
                *limb = (value / CHUNK) as u64;
                remainder = value % CHUNK;
            }
            chunks.push(remainder);
        }
        let first = chunks.pop().unwrap_or(0);
        let digits = chunks.iter().rev().fold(first.to_string(), |digits, chunk| format!("{digits}{chunk:019}"));
        f.pad_integral(true, "", &digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_differences() {
        let one = Amount::from(1u128);
        let big = Amount::from(u128::MAX);
        let sum = big.saturating_add(one);
        assert_eq!(sum.to_string(), "340282366920938463463374607431768211456");
        assert_eq!(sum.checked_sub(one), Some(big));
        assert_eq!(big.checked_sub(sum), None);
        assert!(big < sum && Amount::ZERO < one && Amount::MAX > sum);
        assert_eq!(Amount::MAX.saturating_add(one), Amount::MAX);
        assert_eq!(Amount::MAX.checked_sub(Amount::MAX), Some(Amount::ZERO));
    }

    #[test]
    fn texts_are_decimal() {
        assert_eq!(Amount::ZERO.to_string(), "0");
        assert_eq!(Amount::from(10_000_000_000_000_000_000u128).to_string(), "10000000000000000000");
        let max = "21888242871839275222246405745257275088548364400416034343698204186575808495616";
        assert_eq!(Amount::from(Fr::MAX).to_string(), max);
    }
}
