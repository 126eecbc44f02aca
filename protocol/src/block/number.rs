//! What blocks are counted and dated by.
//!
//! Protocol source: `@aztec/foundation/src/branded-types/`.

crate::integer_newtype! {
    /// Number of a block; genesis is 0.
    pub struct BlockNumber(u32) as number;
}
crate::integer_newtype! {
    /// Number of a checkpoint; the first is 1.
    pub struct CheckpointNumber(u32) as number;
}
crate::integer_newtype! {
    /// Place of a block in its checkpoint; the first is 0.
    pub struct IndexWithinCheckpoint(u32) as number;
}
crate::integer_newtype! {
    /// Number of a block of the L1 chain.
    pub struct L1BlockNumber(u64) as string;
}
crate::integer_newtype! {
    /// Number of an epoch.
    pub struct EpochNumber(u32) as number;
}
crate::integer_newtype! {
    /// Number of a slot. In block headers its JSON is a 32-byte hex field ([`crate::json::field_hex`]).
    pub struct SlotNumber(u32) as number;
}
crate::integer_newtype! {
    /// Seconds since the Unix epoch.
    pub struct Timestamp(u64) as string;
}

impl From<SlotNumber> for u128 {
    fn from(slot: SlotNumber) -> Self {
        slot.0.into()
    }
}

impl TryFrom<u128> for SlotNumber {
    type Error = core::num::TryFromIntError;
    fn try_from(value: u128) -> Result<Self, Self::Error> {
        u32::try_from(value).map(Self)
    }
}
