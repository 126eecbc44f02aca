//! Macros that give a type its encodings, and its strategy for property tests, where it is declared.

/// Keeps its items when the crate is built with proptest strategies.
#[cfg(any(test, feature = "strategies"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __strategies {
    ($($item:item)*) => { $($item)* };
}

/// Keeps its items when the crate is built with proptest strategies.
#[cfg(not(any(test, feature = "strategies")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __strategies {
    ($($item:item)*) => {};
}

/// Implements [`proptest::arbitrary::Arbitrary`] for a type, given a strategy of its values. Exists for tests only:
/// in this crate's and, with the `strategies` feature, in those of crates that build on it.
///
/// [`proptest::arbitrary::Arbitrary`]: https://docs.rs/proptest/latest/proptest/arbitrary/trait.Arbitrary.html
#[macro_export]
macro_rules! any_value {
    ($name:ty, $strategy:expr) => {
        $crate::__strategies! {
            impl $crate::__private::proptest::arbitrary::Arbitrary for $name {
                type Parameters = ();
                type Strategy = $crate::__private::proptest::strategy::BoxedStrategy<Self>;
                fn arbitrary_with((): ()) -> Self::Strategy {
                    #[allow(unused_imports, reason = "not every strategy needs all of it")]
                    use $crate::__private::proptest::prelude::*;
                    $crate::__private::proptest::strategy::Strategy::boxed($strategy)
                }
            }
        }
    };
}

/// [`any_value!`] for a struct whose members may be anything of their types.
#[macro_export]
macro_rules! any_struct {
    ($name:ident { $($member:ident : $ty:ty),* $(,)? }) => {
        $crate::any_value!(
            $name,
            $crate::any_struct!(@types $($ty),*).prop_map(|$crate::any_struct!(@names $($member),*)| {
                Self { $($member),* }
            })
        );
    };
    (@types) => { Just(()) };
    (@types $head:ty $(, $tail:ty)*) => { (any::<$head>(), $crate::any_struct!(@types $($tail),*)) };
    (@names) => { () };
    (@names $head:ident $(, $tail:ident)*) => { ($head, $crate::any_struct!(@names $($tail),*)) };
}

/// Declares a struct together with its byte form and its field form, the members in declared order, and the proptest
/// strategy of its values.
///
/// ```
/// protocol::wire_struct! {
///     /// A pair.
///     #[derive(Debug, Clone, Copy, PartialEq, Eq)]
///     pub struct Pair {
///         /// First.
///         pub a: u32,
///         /// Second.
///         pub b: protocol::field::Fr,
///     }
/// }
/// use protocol::codec::{Decode, Encode, FixedFields};
/// let pair = Pair { a: 1, b: protocol::field::Fr::ONE };
/// assert_eq!(pair.to_buffer().len(), 36);
/// assert_eq!(Pair::FIELD_COUNT, 2);
/// assert_eq!(Pair::from_buffer(&pair.to_buffer()), Ok(pair));
/// ```
#[macro_export]
macro_rules! wire_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$member_meta:meta])* $member_vis:vis $member:ident : $ty:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$member_meta])* $member_vis $member: $ty),* }
        $crate::wire_bytes!($name { $($member: $ty),* });
        $crate::wire_fields!($name { $($member: $ty),* });
        $crate::any_struct!($name { $($member: $ty),* });
    };
}

/// Gives an existing struct its byte form: the named members in the given order.
#[macro_export]
macro_rules! wire_bytes {
    ($name:ident { $($member:ident : $ty:ty),* $(,)? }) => {
        impl $crate::codec::Encode for $name {
            fn encode(&self, out: &mut $crate::__private::Vec<u8>) {
                $($crate::codec::Encode::encode(&self.$member, out);)*
            }
        }
        impl $crate::codec::Decode for $name {
            const MIN_SIZE: usize = 0 $(+ <$ty as $crate::codec::Decode>::MIN_SIZE)*;
            fn decode(
                reader: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                Ok(Self { $($member: reader.member::<$ty>(stringify!($member))?),* })
            }
        }
    };
}

/// Gives an existing struct its field form: the named members in the given order.
#[macro_export]
macro_rules! wire_fields {
    ($name:ident { $($member:ident : $ty:ty),* $(,)? }) => {
        impl $crate::codec::ToFields for $name {
            fn write_fields(&self, out: &mut $crate::__private::Vec<$crate::field::Fr>) {
                $($crate::codec::ToFields::write_fields(&self.$member, out);)*
            }
        }
        impl $crate::codec::FromFields for $name {
            fn read_fields(
                reader: &mut $crate::codec::FieldReader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                Ok(Self { $($member: reader.member::<$ty>(stringify!($member))?),* })
            }
        }
        impl $crate::codec::FixedFields for $name {
            const FIELD_COUNT: usize = 0 $(+ <$ty as $crate::codec::FixedFields>::FIELD_COUNT)*;
        }
    };
}

/// Makes the JSON of a type its byte form, as text: `hex` or `base64`.
macro_rules! json_is_buffer {
    ($name:ty, $form:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::$form::serialize(self, serializer)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::$form::deserialize(deserializer)
            }
        }
    };
}

/// Declares a newtype over [`Fr`](crate::field::Fr) that keeps its encodings: 32 bytes, one field, `0x` hex in JSON.
#[macro_export]
macro_rules! field_newtype {
    ($(#[$meta:meta])* $vis:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        $vis struct $name($crate::field::Fr);

        impl $name {
            /// The zero value, which the protocol reads as "none" or padding.
            pub const ZERO: Self = Self($crate::field::Fr::ZERO);

            /// Wraps a field element.
            #[must_use]
            pub const fn from_field(field: $crate::field::Fr) -> Self {
                Self(field)
            }

            /// The field element.
            #[must_use]
            pub const fn to_field(self) -> $crate::field::Fr {
                self.0
            }

            /// Whether this is the zero value.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0.is_zero()
            }
        }

        impl From<$crate::field::Fr> for $name {
            fn from(field: $crate::field::Fr) -> Self {
                Self(field)
            }
        }
        impl From<$name> for $crate::field::Fr {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = $crate::field::ParseFieldError;
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
        impl $crate::codec::Encode for $name {
            fn encode(&self, out: &mut $crate::__private::Vec<u8>) {
                self.0.encode(out);
            }
        }
        impl $crate::codec::Decode for $name {
            const MIN_SIZE: usize = 32;
            fn decode(
                reader: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                <$crate::field::Fr as $crate::codec::Decode>::decode(reader).map(Self)
            }
        }
        impl $crate::codec::ToFields for $name {
            fn write_fields(&self, out: &mut $crate::__private::Vec<$crate::field::Fr>) {
                out.push(self.0);
            }
        }
        impl $crate::codec::FromFields for $name {
            fn read_fields(
                reader: &mut $crate::codec::FieldReader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                reader.field().map(Self)
            }
        }
        impl $crate::codec::FixedFields for $name {
            const FIELD_COUNT: usize = 1;
        }
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serde::Serialize::serialize(&self.0, serializer)
            }
        }
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <$crate::field::Fr as $crate::__private::serde::Deserialize>::deserialize(deserializer).map(Self)
            }
        }
        $crate::any_value!($name, any::<$crate::field::Fr>().prop_map(Self));
    };
}

/// Declares a newtype over an unsigned integer that keeps its byte and field form. JSON: `number` or `string`
/// (decimal); both accept either form on input.
#[macro_export]
macro_rules! integer_newtype {
    ($(#[$meta:meta])* $vis:vis struct $name:ident($int:ty) as $json:ident;) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        $vis struct $name(pub $int);

        impl From<$int> for $name {
            fn from(value: $int) -> Self {
                Self(value)
            }
        }
        impl From<$name> for $int {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }
        impl $crate::codec::Encode for $name {
            fn encode(&self, out: &mut $crate::__private::Vec<u8>) {
                self.0.encode(out);
            }
        }
        impl $crate::codec::Decode for $name {
            const MIN_SIZE: usize = <$int as $crate::codec::Decode>::MIN_SIZE;
            fn decode(
                reader: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                <$int as $crate::codec::Decode>::decode(reader).map(Self)
            }
        }
        impl $crate::codec::ToFields for $name {
            fn write_fields(&self, out: &mut $crate::__private::Vec<$crate::field::Fr>) {
                self.0.write_fields(out);
            }
        }
        impl $crate::codec::FromFields for $name {
            fn read_fields(
                reader: &mut $crate::codec::FieldReader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                <$int as $crate::codec::FromFields>::read_fields(reader).map(Self)
            }
        }
        impl $crate::codec::FixedFields for $name {
            const FIELD_COUNT: usize = 1;
        }
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::$json::serialize(&self.0, serializer)
            }
        }
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::$json::deserialize(deserializer).map(Self)
            }
        }
        $crate::any_value!($name, any::<$int>().prop_map(Self));
    };
}
