//! Arrays of a fixed protocol length, kept on the heap.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Decode, DecodeError, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields};
use crate::field::Fr;

/// The array of the items `next` gives for each index, or its first error. Nothing is allocated.
pub(super) fn try_array<T, const N: usize>(
    mut next: impl FnMut(usize) -> Result<T, DecodeError>,
) -> Result<[T; N], DecodeError> {
    let mut failure = None;
    let items: [Option<T>; N] = core::array::from_fn(|index| match failure {
        Some(_) => None,
        None => next(index).map_err(|error| failure = Some(error)).ok(),
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(items.map(|item| item.expect("without a failure every item is there"))),
    }
}

/// Exactly `N` items on the heap.
///
/// Kernel outputs hold arrays of tens of kilobytes; on the heap they do not overflow the small stacks of WebAssembly.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Array<T, const N: usize>(Vec<T>);

impl<T, const N: usize> Array<T, N> {
    /// The items, if there are exactly `N`.
    #[must_use]
    pub fn new(items: Vec<T>) -> Option<Self> {
        (items.len() == N).then_some(Self(items))
    }

    /// `items` followed by as many `padding` items as it takes, or `None` when there are more than `N`.
    #[must_use]
    pub fn padded(mut items: Vec<T>, padding: T) -> Option<Self>
    where
        T: Clone,
    {
        if items.len() > N {
            return None;
        }
        items.resize(N, padding);
        Some(Self(items))
    }

    /// The items as a list.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T: Default + Clone, const N: usize> Default for Array<T, N> {
    fn default() -> Self {
        Self(vec![T::default(); N])
    }
}

impl<T: core::fmt::Debug, const N: usize> core::fmt::Debug for Array<T, N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, const N: usize> Deref for Array<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Array<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<'a, T, const N: usize> IntoIterator for &'a Array<T, N> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Encode, const N: usize> Encode for Array<T, N> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|item| item.encode(out));
    }
}

impl<T: Decode, const N: usize> Decode for Array<T, N> {
    const MIN_SIZE: usize = N * T::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.items(N).map(Self)
    }
}

impl<T: ToFields, const N: usize> ToFields for Array<T, N> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.0.iter().for_each(|item| item.write_fields(out));
    }
}

impl<T: FromFields, const N: usize> FromFields for Array<T, N> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.items(N).map(Self)
    }
}

impl<T: FixedFields, const N: usize> FixedFields for Array<T, N> {
    const FIELD_COUNT: usize = N * T::FIELD_COUNT;
}

impl<T: Serialize, const N: usize> Serialize for Array<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Array<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::deserialize(deserializer)?;
        let found = items.len();
        Self::new(items).ok_or_else(|| serde::de::Error::custom(core::format_args!("has {found} items, {N} expected")))
    }
}

crate::__strategies! {
    impl<T, const N: usize> proptest::arbitrary::Arbitrary for Array<T, N>
    where
        T: proptest::arbitrary::Arbitrary + 'static,
    {
        type Parameters = ();
        type Strategy = proptest::strategy::BoxedStrategy<Self>;
        fn arbitrary_with((): ()) -> Self::Strategy {
            use proptest::strategy::Strategy;
            proptest::collection::vec(proptest::arbitrary::any::<T>(), N).prop_map(Self).boxed()
        }
    }
}
