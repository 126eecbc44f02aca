//! The class an instance runs at a time: a value in the registry's public storage that changes with a delay.
//!
//! Protocol source: `@aztec/stdlib/src/delayed_public_mutable/`.

use super::ContractClassId;
use super::protocol::ProtocolContract;
use crate::address::AztecAddress;
use crate::block::Timestamp;
use crate::codec::{DecodeError, FieldReader, FixedFields, FromFields, ToFields};
use crate::field::Fr;
use crate::hash::poseidon2;
use crate::hash::silo::map_slot;

/// A change of the delay itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ScheduledDelay {
    /// The delay before the change, in seconds; none for the default.
    pub previous: Option<u32>,
    /// The delay after it, in seconds; none for the default.
    pub next: Option<u32>,
    /// When the change happens.
    pub change: u32,
}

/// The scheduled change of an instance's class, as the instance registry stores it.
///
/// Field form: three fields; their hash is stored behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DelayedClassId {
    /// The class before the change; zero for the original one.
    pub previous: ContractClassId,
    /// The class after it; zero for the original one.
    pub next: ContractClassId,
    /// When the class changes.
    pub change: u32,
    /// Change of the delay of changes.
    pub delay: ScheduledDelay,
}

impl DelayedClassId {
    /// Storage slot of the map from addresses to these values in the instance registry.
    const MAP_SLOT: Fr = Fr::ONE;

    /// The contract whose public storage holds these values.
    #[must_use]
    pub fn contract() -> AztecAddress {
        ProtocolContract::ContractInstanceRegistry.address()
    }

    /// First of the three storage slots of an instance's value.
    #[must_use]
    pub fn slot(instance: AztecAddress) -> Fr {
        map_slot(Self::MAP_SLOT, instance.to_field())
    }

    /// Storage slot of the hash of an instance's value; it holds zero until the first update is scheduled.
    #[must_use]
    pub fn hash_slot(instance: AztecAddress) -> Fr {
        Self::slot(instance) + Fr::from(Self::FIELD_COUNT as u64)
    }

    /// What is stored in the hash slot.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2(&self.to_fields())
    }

    /// The class at a time.
    #[must_use]
    pub fn at(&self, time: Timestamp, original: ContractClassId) -> ContractClassId {
        let class = if time.0 < u64::from(self.change) { self.previous } else { self.next };
        if class.is_zero() { original } else { class }
    }
}

impl FixedFields for DelayedClassId {
    const FIELD_COUNT: usize = 3;
}

/// Bit offsets in the first field.
const DELAY_CHANGE: u32 = 32;
const NEXT_IS_SOME: u32 = 64;
const NEXT: u32 = 72;
const PREVIOUS_IS_SOME: u32 = 104;
/// The highest part: 32 bits from here, which a u128 does not hold whole.
const PREVIOUS: u32 = 112;

impl ToFields for DelayedClassId {
    fn write_fields(&self, out: &mut alloc::vec::Vec<Fr>) {
        let option = |delay: Option<u32>| (u128::from(delay.is_some()), u128::from(delay.unwrap_or(0)));
        let (next_is_some, next) = option(self.delay.next);
        let (previous_is_some, previous) = option(self.delay.previous);
        let low = u128::from(self.change)
            | u128::from(self.delay.change) << DELAY_CHANGE
            | next_is_some << NEXT_IS_SOME
            | next << NEXT
            | previous_is_some << PREVIOUS_IS_SOME;
        let shift = Fr::from(1u128 << PREVIOUS);
        out.push(Fr::from(low) + Fr::from(previous) * shift);
        out.extend([self.previous.to_field(), self.next.to_field()]);
    }
}

/// Bits of the first field that mean nothing are ignored, as the protocol does.
impl FromFields for DelayedClassId {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let [a, b, c, _] = reader.field()?.to_limbs();
        let low = u128::from(a) | u128::from(b) << 64;
        let bits = |from: u32| (low >> from & u128::from(u32::MAX)) as u32;
        let flag = |from: u32| low >> from & 1 == 1;
        // 16 bits from the first two limbs, 16 from the third.
        let previous = (low >> PREVIOUS) as u32 | ((c & 0xffff) as u32) << 16;
        Ok(Self {
            change: bits(0),
            delay: ScheduledDelay {
                change: bits(DELAY_CHANGE),
                next: flag(NEXT_IS_SOME).then(|| bits(NEXT)),
                previous: flag(PREVIOUS_IS_SOME).then_some(previous),
            },
            previous: reader.member("previous")?,
            next: reader.member("next")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_round_trip() {
        for (previous, next) in [(None, None), (Some(u32::MAX), Some(7)), (Some(0x1_2345), None)] {
            let value = DelayedClassId {
                previous: ContractClassId::from_field(Fr::from(5u8)),
                next: ContractClassId::from_field(Fr::MAX),
                change: 0xdead_beef,
                delay: ScheduledDelay { previous, next, change: 0x89ab_cdef },
            };
            assert_eq!(DelayedClassId::from_fields(&value.to_fields()), Ok(value));
        }
        let noise = Fr::MAX;
        let read = DelayedClassId::from_fields(&[noise, Fr::ZERO, Fr::ZERO]).expect("any bits are a value");
        assert_eq!(read.change, (noise.to_limbs()[0] & u64::from(u32::MAX)) as u32);
    }

    #[test]
    fn the_class_changes_at_its_time() {
        let class = |n: u64| ContractClassId::from_field(Fr::from(n));
        let value = DelayedClassId { previous: class(0), next: class(2), change: 100, ..Default::default() };
        assert_eq!(value.at(Timestamp(99), class(9)), class(9));
        assert_eq!(value.at(Timestamp(100), class(9)), class(2));
        assert_eq!(DelayedClassId::default().at(Timestamp(5), class(9)), class(9));
    }
}
