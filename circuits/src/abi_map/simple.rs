//! Fields, integers, lists, options.

use protocol::abi::{AbiType, Sign};
use protocol::codec::Array;
use protocol::field::Fr;

use super::{AbiMapped, MapError, MapErrorKind, Plan, ReadSlot, Shape, WriteSlot};

impl AbiMapped for Fr {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.unwrapped().single("a field", |ty| *ty == AbiType::Field)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.set(*self);
        Ok(())
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        Ok(slot.get())
    }
}

impl AbiMapped for bool {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.single("a boolean", |ty| *ty == AbiType::Boolean)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.set(Fr::from(*self));
        Ok(())
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        match slot.get() {
            zero if zero == Fr::ZERO => Ok(false),
            one if one == Fr::ONE => Ok(true),
            _ => Err(MapError::new(MapErrorKind::NotA { expected: "a boolean" })),
        }
    }
}

/// A circuit may take an integer as a wider one or as a field; read back, it must fit.
macro_rules! integers {
    ($($ty:ty: $name:literal),*) => {$(
        impl AbiMapped for $ty {
            fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
                shape.unwrapped().single($name, |ty| match ty {
                    AbiType::Field => true,
                    AbiType::Integer { sign: Sign::Unsigned, width } => *width >= <$ty>::BITS,
                    _ => false,
                })
            }

            fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
                slot.set(Fr::from(*self));
                Ok(())
            }

            fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
                let value = slot.get().to_u128().and_then(|value| Self::try_from(value).ok());
                value.ok_or_else(|| MapError::new(MapErrorKind::NotA { expected: $name }))
            }
        }
    )*};
}
integers!(u8: "an integer of 8 bits", u16: "an integer of 16 bits", u32: "an integer of 32 bits",
    u64: "an integer of 64 bits", u128: "an integer of 128 bits");

/// A list whose length the circuit tells: the length is checked when a value is written.
impl<T: AbiMapped> AbiMapped for Vec<T> {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.list::<T>(None)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.items(self)
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        slot.items()
    }
}

impl<T: AbiMapped, const N: usize> AbiMapped for [T; N] {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.list::<T>(Some(N))
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.items(self)
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let length = |items: Vec<T>| MapError::new(MapErrorKind::Length { found: N, expected: items.len() });
        slot.items()?.try_into().map_err(length)
    }
}

impl<T: AbiMapped, const N: usize> AbiMapped for Array<T, N> {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.list::<T>(Some(N))
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.items(self)
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let expected = slot.item_count();
        Self::new(slot.items()?).ok_or_else(|| MapError::new(MapErrorKind::Length { found: N, expected }))
    }
}

/// Noir's `Option`; without a value, the default is written.
impl<T: AbiMapped + Default> AbiMapped for Option<T> {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        let mut members = shape.members()?;
        members.add_type::<bool>("_is_some")?;
        members.add_type::<T>("_value")?;
        members.finish()
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        let mut members = slot.members();
        members.write("_is_some", &self.is_some())?;
        match self {
            Some(value) => members.write("_value", value),
            None => members.write("_value", &T::default()),
        }
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let mut members = slot.members();
        let is_some: bool = members.read("_is_some")?;
        is_some.then(|| members.read("_value")).transpose()
    }
}

/// What a circuit without a return value returns.
impl AbiMapped for () {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        shape.none()
    }

    fn write(&self, _: WriteSlot<'_>) -> Result<(), MapError> {
        Ok(())
    }

    fn read(_: ReadSlot<'_>) -> Result<Self, MapError> {
        Ok(())
    }
}
