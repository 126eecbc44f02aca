//! Arguments of oracle calls, read as what they stand for.

use alloc::vec::Vec;

use circuits::witness::ForeignValue;
use protocol::abi::{FunctionSelector, NoteSelector};
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber};
use protocol::field::Fr;
use protocol::kernel::SideEffectCounter;
use protocol::log::ContractClassLogFields;
use protocol::message::L1ToL2MessageHash;
use thiserror::Error;

/// An argument is not what the oracle takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArgumentError {
    /// There are too few or too many.
    #[error("it takes {expected} arguments, found {found}")]
    Count {
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// One is not of its type.
    #[error("argument {name} is not {expected}")]
    Type {
        /// Its name.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// One asks for more than any contract needs.
    #[error("argument {name} is {found}, the most is {limit}")]
    Limit {
        /// Its name.
        name: &'static str,
        /// What it asks for.
        found: u64,
        /// What it may ask for.
        limit: u64,
    },
}

/// Something an oracle takes.
pub(super) trait Argument: Sized {
    /// What it is, in words.
    const EXPECTED: &'static str;

    /// Reads it.
    fn read(value: ForeignValue) -> Option<Self>;
}

/// The arguments of a call, in order.
#[derive(Debug)]
pub(super) struct Arguments(alloc::vec::IntoIter<ForeignValue>);

impl Arguments {
    /// The arguments of an oracle that takes `expected` of them.
    pub(super) fn new(values: Vec<ForeignValue>, expected: usize) -> Result<Self, ArgumentError> {
        let found = values.len();
        if found == expected { Ok(Self(values.into_iter())) } else { Err(ArgumentError::Count { expected, found }) }
    }

    /// Reads the next one.
    pub(super) fn next<T: Argument>(&mut self, name: &'static str) -> Result<T, ArgumentError> {
        self.0.next().and_then(T::read).ok_or(ArgumentError::Type { name, expected: T::EXPECTED })
    }
}

/// At most `limit` of something is asked for.
pub(super) fn within(name: &'static str, found: u32, limit: u32) -> Result<usize, ArgumentError> {
    if found <= limit {
        Ok(found as usize)
    } else {
        Err(ArgumentError::Limit { name, found: found.into(), limit: limit.into() })
    }
}

/// Noir passes a list of one element as a list; whoever calls from elsewhere may not.
impl Argument for Vec<Fr> {
    const EXPECTED: &'static str = "a list of fields";

    fn read(value: ForeignValue) -> Option<Self> {
        Some(match value {
            ForeignValue::Single(field) => alloc::vec![field],
            ForeignValue::Array(fields) => fields,
        })
    }
}

impl Argument for Fr {
    const EXPECTED: &'static str = "a field";

    fn read(value: ForeignValue) -> Option<Self> {
        match value.fields() {
            [field] => Some(*field),
            _ => None,
        }
    }
}

macro_rules! arguments {
    ($($ty:ty, $expected:literal, $read:expr;)*) => {$(
        impl Argument for $ty {
            const EXPECTED: &'static str = $expected;

            fn read(value: ForeignValue) -> Option<Self> {
                let read: fn(Fr) -> Option<Self> = $read;
                Fr::read(value).and_then(read)
            }
        }
    )*};
}
arguments! {
    bool, "a boolean", |field| (field.is_zero() || field == Fr::ONE).then(|| !field.is_zero());
    u32, "an integer of 32 bits", Fr::to_u32;
    SideEffectCounter, "a counter", |field| field.to_u32().map(SideEffectCounter);
    BlockNumber, "a block number", |field| field.to_u32().map(BlockNumber);
    FunctionSelector, "a function selector", |field| field.to_u32().map(FunctionSelector);
    NoteSelector, "a note type below 128", |field| NoteSelector::new(field.to_u32()?).ok();
    AztecAddress, "an address", |field| Some(field.into());
    BlockHash, "a block hash", |field| Some(field.into());
    L1ToL2MessageHash, "a message hash", |field| Some(field.into());
}

impl Argument for Vec<u32> {
    const EXPECTED: &'static str = "a list of integers of 32 bits";

    fn read(value: ForeignValue) -> Option<Self> {
        value.fields().iter().map(|field| field.to_u32()).collect()
    }
}

/// Bytes, each a field.
impl Argument for [u8; 16] {
    const EXPECTED: &'static str = "16 bytes";

    fn read(value: ForeignValue) -> Option<Self> {
        let bytes: Vec<u8> = value.fields().iter().map(|field| low_byte(*field)).collect();
        bytes.try_into().ok()
    }
}

impl Argument for ContractClassLogFields {
    const EXPECTED: &'static str = "the 3023 fields of a contract class log";

    fn read(value: ForeignValue) -> Option<Self> {
        let fields = Vec::<Fr>::read(value)?;
        Some(Self { fields: protocol::codec::Array::new(fields)? })
    }
}

/// A Noir byte. Whoever passes more loses it.
pub(super) fn low_byte(field: Fr) -> u8 {
    field.to_be_bytes()[31]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Argument>(value: impl Into<ForeignValue>) -> Result<T, ArgumentError> {
        Arguments::new(alloc::vec![value.into()], 1).unwrap().next("it")
    }

    #[test]
    fn scalars_and_lists_of_one_are_scalars() {
        assert_eq!(read::<Fr>(Fr::MAX), Ok(Fr::MAX));
        assert_eq!(read::<Fr>(alloc::vec![Fr::MAX]), Ok(Fr::MAX));
        let expected = ArgumentError::Type { name: "it", expected: "a field" };
        assert_eq!(read::<Fr>(alloc::vec![Fr::MAX; 2]), Err(expected.clone()));
        assert_eq!(read::<Fr>(Vec::new()), Err(expected));
        assert_eq!(read::<Vec<Fr>>(Fr::ONE), Ok(alloc::vec![Fr::ONE]));
        assert_eq!(read::<Vec<u32>>(alloc::vec![Fr::ONE]), Ok(alloc::vec![1]));
    }

    #[test]
    fn values_have_their_range() {
        assert_eq!((read(Fr::ZERO), read(Fr::ONE)), (Ok(false), Ok(true)));
        assert!(read::<bool>(Fr::from(2u8)).is_err());
        assert_eq!(read(Fr::from(u32::MAX)), Ok(u32::MAX));
        assert!(read::<u32>(Fr::from(1u64 << 32)).is_err());
        assert!(read::<Vec<u32>>(alloc::vec![Fr::ONE, Fr::MAX]).is_err());
        assert!(read::<FunctionSelector>(Fr::MAX).is_err());
        assert!(read::<NoteSelector>(Fr::from(127u8)).is_ok() && read::<NoteSelector>(Fr::from(128u8)).is_err());
        assert!(read::<[u8; 16]>(alloc::vec![Fr::ONE; 15]).is_err());
        assert_eq!(read(alloc::vec![Fr::from(0x1ffu32); 16]), Ok([0xff; 16]));
        assert!(read::<ContractClassLogFields>(alloc::vec![Fr::ONE; 3022]).is_err());
        assert!(read::<ContractClassLogFields>(alloc::vec![Fr::ONE; 3023]).is_ok());
    }

    #[test]
    fn counts_and_limits() {
        let count = ArgumentError::Count { expected: 2, found: 1 };
        assert_eq!(Arguments::new(alloc::vec![Fr::ONE.into()], 2).unwrap_err(), count);
        assert_eq!(within("it", 5, 5), Ok(5));
        assert_eq!(within("it", 6, 5), Err(ArgumentError::Limit { name: "it", found: 6, limit: 5 }));
    }
}
