//! Side effects of private functions, before and after they are scoped by their contract.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/{note_hash,nullifier,log_hash,private_log_data}.ts`,
//! `@aztec/stdlib/src/kernel/hints/read_request.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::padding::{IsEmpty, empty_when_default};
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields};
use crate::field::Fr;
use crate::log::PrivateLog;

crate::integer_newtype! {
    /// Position of a side effect in the order a transaction makes them.
    pub struct SideEffectCounter(u32) as number;
}

impl SideEffectCounter {
    /// Reads a counter whose byte form is a whole field.
    pub(super) fn decode_wide(reader: &mut Reader<'_>, name: &str) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let value = reader.member::<Fr>(name)?.to_u32().map(Self);
        let kind = crate::codec::DecodeErrorKind::OutOfRange { bits: u32::BITS };
        value.ok_or_else(|| reader.error_at(start, kind).within(name))
    }

    /// Writes a counter as a whole field.
    pub(super) fn encode_wide(self, out: &mut Vec<u8>) {
        Fr::from(self.0).encode(out);
    }
}

/// A side effect with its place in the order.
pub trait Counted {
    /// The place.
    fn counter(&self) -> SideEffectCounter;
}

macro_rules! counted {
    ($($name:ident),*) => {$(
        impl Counted for $name {
            fn counter(&self) -> SideEffectCounter {
                self.counter
            }
        }
    )*};
}
pub(super) use counted;

wire_struct! {
    /// A new note hash, as its contract computed it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct NoteHash {
        /// The hash.
        pub value: Fr,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

wire_struct! {
    /// A new nullifier, as its contract computed it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Nullifier {
        /// The nullifier.
        pub value: Fr,
        /// The note hash of this transaction that it nullifies; zero when that note is older or there is none.
        pub note_hash: Fr,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

wire_struct! {
    /// A claim that a note hash or nullifier exists. Scoped by contract zero, it is about a settled leaf.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ReadRequest {
        /// The value read.
        pub value: Fr,
        /// Its place: what is read must be there before.
        pub counter: SideEffectCounter,
    }
}

wire_struct! {
    /// A private log.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateLogData {
        /// The log.
        pub log: PrivateLog,
        /// Place of the note hash it delivers, with which it is dropped; zero for none.
        pub note_hash_counter: SideEffectCounter,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

wire_struct! {
    /// What a contract class log is known by in circuits.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct LogHash {
        /// Hash of the whole payload.
        pub value: Fr,
        /// How many fields were emitted.
        pub length: u32,
    }
}

wire_struct! {
    /// A contract class log.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct CountedLogHash {
        /// What it is known by.
        pub log_hash: LogHash,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

counted!(NoteHash, Nullifier, ReadRequest, PrivateLogData, CountedLogHash);
empty_when_default!(NoteHash, Nullifier, ReadRequest, LogHash, CountedLogHash);

impl IsEmpty for PrivateLogData {
    fn is_empty(&self) -> bool {
        self.log.is_empty() && self.note_hash_counter.0 == 0 && self.counter.0 == 0
    }
}

/// A value and the contract it belongs to, in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scoped<T> {
    /// The value.
    pub inner: T,
    /// The contract.
    pub contract_address: AztecAddress,
}

impl<T: Counted> Counted for Scoped<T> {
    fn counter(&self) -> SideEffectCounter {
        self.inner.counter()
    }
}

impl<T: IsEmpty> IsEmpty for Scoped<T> {
    fn is_empty(&self) -> bool {
        self.contract_address.is_zero() && self.inner.is_empty()
    }
}

impl<T: Encode> Encode for Scoped<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.inner.encode(out);
        self.contract_address.encode(out);
    }
}

impl<T: Decode> Decode for Scoped<T> {
    const MIN_SIZE: usize = T::MIN_SIZE + AztecAddress::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { inner: reader.member("inner")?, contract_address: reader.member("contract_address")? })
    }
}

impl<T: ToFields> ToFields for Scoped<T> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.inner.write_fields(out);
        self.contract_address.write_fields(out);
    }
}

impl<T: FromFields> FromFields for Scoped<T> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { inner: reader.member("inner")?, contract_address: reader.member("contract_address")? })
    }
}

impl<T: FixedFields> FixedFields for Scoped<T> {
    const FIELD_COUNT: usize = T::FIELD_COUNT + 1;
}

crate::__strategies! {
    impl<T: proptest::arbitrary::Arbitrary + 'static> proptest::arbitrary::Arbitrary for Scoped<T> {
        type Parameters = ();
        type Strategy = proptest::strategy::BoxedStrategy<Self>;
        fn arbitrary_with((): ()) -> Self::Strategy {
            use proptest::prelude::*;
            any::<(T, AztecAddress)>().prop_map(|(inner, contract_address)| Self { inner, contract_address }).boxed()
        }
    }
}
