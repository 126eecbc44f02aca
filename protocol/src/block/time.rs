//! Slots and epochs: what time it is on the rollup.
//!
//! Protocol source: `@aztec/stdlib/src/epoch-helpers/index.ts`.

use core::num::NonZeroU32;
use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{EpochNumber, L1BlockNumber, SlotNumber, Timestamp};

/// What the rollup contract fixes for its life. Durations are in seconds, `epoch_duration` is in slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1RollupConstants {
    /// L1 block that deployed the rollup.
    pub l1_start_block: L1BlockNumber,
    /// Start of slot 0.
    pub l1_genesis_time: Timestamp,
    /// Length of a slot.
    pub slot_duration: NonZeroU32,
    /// Slots of an epoch.
    pub epoch_duration: NonZeroU32,
    /// Length of a slot of the L1 chain.
    pub ethereum_slot_duration: NonZeroU32,
    /// Epochs after its own in which the proof of an epoch is still accepted.
    pub proof_submission_epochs: u32,
    /// Members a committee should have.
    pub target_committee_size: u32,
    /// Mana a checkpoint can use.
    pub rollup_mana_limit: u64,
}

impl L1RollupConstants {
    /// Start of a slot.
    #[must_use]
    pub fn slot_start(&self, slot: SlotNumber) -> Timestamp {
        let since_genesis = u64::from(slot.0) * u64::from(self.slot_duration.get());
        Timestamp(self.l1_genesis_time.0.saturating_add(since_genesis))
    }

    /// The slot a moment lies in; slot 0 before genesis.
    #[must_use]
    pub fn slot_at(&self, time: Timestamp) -> SlotNumber {
        let slots = time.0.saturating_sub(self.l1_genesis_time.0) / u64::from(self.slot_duration.get());
        SlotNumber(u32::try_from(slots).unwrap_or(u32::MAX))
    }

    /// The slot in which the next L1 block will be, when the last one is from `l1_time`.
    #[must_use]
    pub fn slot_at_next_l1_block(&self, l1_time: Timestamp) -> SlotNumber {
        self.slot_at(Timestamp(l1_time.0.saturating_add(self.ethereum_slot_duration.get().into())))
    }

    /// When the proposer of a slot starts to build: one L1 slot before it.
    #[must_use]
    pub fn build_start(&self, slot: SlotNumber) -> Timestamp {
        Timestamp(self.slot_start(slot).0.saturating_sub(self.ethereum_slot_duration.get().into()))
    }

    /// The epoch of a slot.
    #[must_use]
    pub fn epoch_of(&self, slot: SlotNumber) -> EpochNumber {
        EpochNumber(slot.0 / self.epoch_duration)
    }

    /// The epoch a moment lies in.
    #[must_use]
    pub fn epoch_at(&self, time: Timestamp) -> EpochNumber {
        self.epoch_of(self.slot_at(time))
    }

    /// The slots of an epoch.
    #[must_use]
    pub fn slots_of(&self, epoch: EpochNumber) -> RangeInclusive<SlotNumber> {
        let first = epoch.0.saturating_mul(self.epoch_duration.get());
        SlotNumber(first)..=SlotNumber(first.saturating_add(self.epoch_duration.get() - 1))
    }

    /// Start of an epoch.
    #[must_use]
    pub fn epoch_start(&self, epoch: EpochNumber) -> Timestamp {
        self.slot_start(*self.slots_of(epoch).start())
    }

    /// First and last L1 slot start within an epoch.
    #[must_use]
    pub fn l1_times_of(&self, epoch: EpochNumber) -> RangeInclusive<Timestamp> {
        let slots = self.slots_of(epoch);
        let l1_slot = u64::from(self.ethereum_slot_duration.get());
        let last_offset = u64::from(self.slot_duration.get()).saturating_sub(l1_slot);
        self.slot_start(*slots.start())..=Timestamp(self.slot_start(*slots.end()).0.saturating_add(last_offset))
    }

    /// The epoch at whose start the proof of `epoch` is no longer accepted.
    #[must_use]
    pub fn proof_deadline_epoch(&self, epoch: EpochNumber) -> EpochNumber {
        EpochNumber(epoch.0.saturating_add(self.proof_submission_epochs).saturating_add(1))
    }

    /// The moment from which the proof of `epoch` is no longer accepted.
    #[must_use]
    pub fn proof_deadline(&self, epoch: EpochNumber) -> Timestamp {
        self.epoch_start(self.proof_deadline_epoch(epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants() -> L1RollupConstants {
        let json = r#"{"l1StartBlock":"1","l1GenesisTime":"1000","slotDuration":36,"epochDuration":32,
            "ethereumSlotDuration":12,"proofSubmissionEpochs":1,"targetCommitteeSize":48,
            "rollupManaLimit":9007199254740991}"#;
        crate::json::from_str(json).unwrap()
    }

    #[test]
    fn slots_and_epochs() {
        let constants = constants();
        assert_eq!(constants.slot_start(SlotNumber(3)), Timestamp(1108));
        let slots = [(0, 0), (1000, 0), (1035, 0), (1036, 1), (1108, 3)];
        for (time, slot) in slots {
            assert_eq!(constants.slot_at(Timestamp(time)), SlotNumber(slot));
        }
        assert_eq!(constants.slot_at_next_l1_block(Timestamp(1024)), SlotNumber(1));
        assert_eq!(constants.build_start(SlotNumber(1)), Timestamp(1024));
        assert_eq!(constants.epoch_of(SlotNumber(31)), EpochNumber(0));
        assert_eq!(constants.epoch_of(SlotNumber(32)), EpochNumber(1));
        assert_eq!(constants.slots_of(EpochNumber(1)), SlotNumber(32)..=SlotNumber(63));
        assert_eq!(constants.epoch_start(EpochNumber(1)), Timestamp(2152));
        assert_eq!(constants.l1_times_of(EpochNumber(0)), Timestamp(1000)..=Timestamp(1000 + 31 * 36 + 24));
        assert_eq!(constants.proof_deadline_epoch(EpochNumber(4)), EpochNumber(6));
        assert_eq!(constants.proof_deadline(EpochNumber(0)), constants.epoch_start(EpochNumber(2)));
        assert_eq!(constants.slot_at(Timestamp(u64::MAX)), SlotNumber(u32::MAX));
    }
}
