//! Lists that claim how many of their items count.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/claimed_length_array.ts`.

use alloc::vec::Vec;

use crate::codec::{Array, Decode, DecodeError, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields};
use crate::field::Fr;

/// `N` items of which the first `claimed_length` count. The kernel checks the claim; decoding does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimedLengthArray<T, const N: usize> {
    /// All items, padding included.
    pub array: Array<T, N>,
    /// How many count.
    pub claimed_length: u32,
}

impl<T: Default + Clone, const N: usize> Default for ClaimedLengthArray<T, N> {
    fn default() -> Self {
        Self { array: Array::default(), claimed_length: 0 }
    }
}

impl<T, const N: usize> ClaimedLengthArray<T, N> {
    /// `items` and padding, or `None` when there are more than `N`.
    #[must_use]
    pub fn from_items(items: Vec<T>) -> Option<Self>
    where
        T: Default + Clone,
    {
        let claimed_length = u32::try_from(items.len()).ok()?;
        Some(Self { array: Array::padded(items, T::default())?, claimed_length })
    }

    /// The items that count.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.array[..N.min(self.claimed_length as usize)]
    }

    /// Whether no item counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claimed_length == 0
    }
}

impl<T: Encode, const N: usize> Encode for ClaimedLengthArray<T, N> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.array.encode(out);
        self.claimed_length.encode(out);
    }
}

impl<T: Decode, const N: usize> Decode for ClaimedLengthArray<T, N> {
    const MIN_SIZE: usize = N * T::MIN_SIZE + 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        // Items are named as in a plain list.
        Ok(Self { array: Array::decode(reader)?, claimed_length: reader.member("claimed_length")? })
    }
}

impl<T: ToFields, const N: usize> ToFields for ClaimedLengthArray<T, N> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.array.write_fields(out);
        self.claimed_length.write_fields(out);
    }
}

impl<T: FromFields, const N: usize> FromFields for ClaimedLengthArray<T, N> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { array: Array::read_fields(reader)?, claimed_length: reader.member("claimed_length")? })
    }
}

impl<T: FixedFields, const N: usize> FixedFields for ClaimedLengthArray<T, N> {
    const FIELD_COUNT: usize = N * T::FIELD_COUNT + 1;
}

crate::__strategies! {
    impl<T, const N: usize> proptest::arbitrary::Arbitrary for ClaimedLengthArray<T, N>
    where
        T: proptest::arbitrary::Arbitrary + Default + Clone + 'static,
    {
        type Parameters = ();
        type Strategy = proptest::strategy::BoxedStrategy<Self>;
        fn arbitrary_with((): ()) -> Self::Strategy {
            use proptest::prelude::*;
            proptest::collection::vec(any::<T>(), 0..=N)
                .prop_map(|items| Self::from_items(items).expect("at most N items"))
                .boxed()
        }
    }
}
