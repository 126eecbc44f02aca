//! Several integers in one field element.

use crate::field::Fr;

/// An integer of at most 256 bits, filled from its least significant end.
#[derive(Clone, Copy, Default)]
struct Wide {
    high: u128,
    low: u128,
}

impl Wide {
    fn shifted_left(self, bits: u32) -> Self {
        Self { high: self.high << bits | self.low >> (128 - bits), low: self.low << bits }
    }

    fn shifted_right(self, bits: u32) -> Self {
        Self { high: self.high >> bits, low: self.low >> bits | self.high << (128 - bits) }
    }
}

/// Packs `(value, width)` pairs, most significant first. Widths are 1 to 64 bits, 253 together at most; a value is cut to
/// its width.
pub(super) fn pack(parts: &[(u64, u32)]) -> Fr {
    let wide = parts.iter().fold(Wide::default(), |wide, (value, width)| {
        let mut wide = wide.shifted_left(*width);
        wide.low |= u128::from(*value) & ((1 << width) - 1);
        wide
    });
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&wide.high.to_be_bytes());
    bytes[16..].copy_from_slice(&wide.low.to_be_bytes());
    Fr::from_be_bytes_reduced(&bytes)
}

/// Undoes [`pack`] for the given widths; none when bits are left above the first part.
pub(super) fn unpack<const N: usize>(field: Fr, widths: [u32; N]) -> Option<[u64; N]> {
    let [a, b, c, d] = field.to_limbs().map(u128::from);
    let mut wide = Wide { high: c | d << 64, low: a | b << 64 };
    let mut parts = [0; N];
    for (part, width) in parts.iter_mut().zip(widths).rev() {
        let value = wide.low & ((1 << width) - 1);
        *part = u64::try_from(value).expect("masked to at most 64 bits");
        wide = wide.shifted_right(width);
    }
    (wide.high == 0 && wide.low == 0).then_some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn unpack_undoes_pack(a in 0u64..1 << 36, b in 0u64..1 << 42, c in any::<u64>(), d in any::<u8>(), e in any::<u32>()) {
            let widths = [36, 42, 64, 8, 32];
            let parts = [a, b, c, d.into(), e.into()];
            let pairs: [(u64, u32); 5] = core::array::from_fn(|index| (parts[index], widths[index]));
            prop_assert_eq!(unpack(pack(&pairs), widths), Some(parts));
        }
    }

    #[test]
    fn bits_above_are_refused() {
        assert_eq!(unpack(Fr::from(0x0123_u16), [4, 8]), Some([1, 0x23]));
        assert_eq!(unpack(Fr::from(0x1123_u16), [4, 8]), None);
        assert_eq!(unpack(Fr::MAX, [64, 64]), None);
    }
}
