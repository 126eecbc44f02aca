//! How reliable validators were, and what they are slashed for.
//!
//! Protocol source: `@aztec/stdlib/src/validators/`, `@aztec/stdlib/src/slashing/types.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::address::EthAddress;
use crate::block::{EpochNumber, SlotNumber, Timestamp};

/// What a validator did in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValidatorStatusInSlot {
    /// Proposed a checkpoint that got onto L1.
    CheckpointMined,
    /// Proposed a checkpoint.
    CheckpointProposed,
    /// Proposed blocks without a checkpoint.
    CheckpointMissed,
    /// Was to propose and did not.
    BlocksMissed,
    /// Attested.
    AttestationSent,
    /// Was to attest and did not.
    AttestationMissed,
}

/// An entry of a validator's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidatorHistoryEntry {
    /// The slot.
    pub slot: SlotNumber,
    /// What the validator did.
    pub status: ValidatorStatusInSlot,
}

/// When a validator last did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidatorTime {
    /// The moment.
    pub timestamp: Timestamp,
    /// Its slot.
    pub slot: SlotNumber,
    /// The moment for people.
    pub date: String,
}

/// How often a validator did not do its duty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorMissedStats {
    /// Misses in a row up to now.
    pub current_streak: u32,
    /// Share of misses; absent without duties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Misses.
    pub count: u32,
    /// Duties.
    pub total: u32,
}

/// One validator over the slots the node remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorStats {
    /// The validator.
    pub address: EthAddress,
    /// Its last proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_proposal: Option<ValidatorTime>,
    /// Its last attestation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attestation: Option<ValidatorTime>,
    /// Slots with a duty.
    pub total_slots: u32,
    /// Proposals.
    pub missed_proposals: ValidatorMissedStats,
    /// Attestations.
    pub missed_attestations: ValidatorMissedStats,
    /// Slot by slot.
    pub history: Vec<ValidatorHistoryEntry>,
}

/// Every validator the node watched.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorsStats {
    /// By address, as the node writes it.
    pub stats: BTreeMap<String, ValidatorStats>,
    /// Last slot counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_processed_slot: Option<SlotNumber>,
    /// First slot counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_slot: Option<SlotNumber>,
    /// Slots the node remembers.
    pub slot_window: u32,
}

/// A validator's duties in a proven epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenPerformance {
    /// Misses.
    pub missed: u32,
    /// Duties.
    pub total: u32,
    /// The epoch.
    pub epoch: EpochNumber,
}

/// One validator in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SingleValidatorStats {
    /// Over the slots the node remembers.
    pub validator: ValidatorStats,
    /// Over all proven epochs.
    pub all_time_proven_performance: Vec<ProvenPerformance>,
    /// Last slot counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_processed_slot: Option<SlotNumber>,
    /// First slot counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_slot: Option<SlotNumber>,
    /// Slots the node remembers.
    pub slot_window: u32,
}

/// What a validator did wrong. JSON: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum OffenseType {
    /// Not known.
    Unknown,
    /// The data to prove an epoch was withheld.
    DataWithholding,
    /// A valid epoch was not proven in time.
    ValidEpochPruned,
    /// Neither proposed nor attested.
    Inactivity,
    /// Sent an invalid block proposal.
    BroadcastedInvalidBlockProposal,
    /// Published a checkpoint with too few attestations.
    ProposedInsufficientAttestations,
    /// Published a checkpoint with wrong attestations.
    ProposedIncorrectAttestations,
    /// Attested to a descendant of an invalid checkpoint.
    AttestedDescendantOfInvalid,
    /// Proposed twice at one place.
    DuplicateProposal,
    /// Attested to two proposals of one slot.
    DuplicateAttestation,
}

impl From<OffenseType> for u8 {
    fn from(offense: OffenseType) -> Self {
        offense as u8
    }
}

/// There is no offense with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no offense {0}")]
pub struct UnknownOffense(pub u8);

impl TryFrom<u8> for OffenseType {
    type Error = UnknownOffense;

    fn try_from(number: u8) -> Result<Self, UnknownOffense> {
        const ALL: [OffenseType; 10] = [
            OffenseType::Unknown,
            OffenseType::DataWithholding,
            OffenseType::ValidEpochPruned,
            OffenseType::Inactivity,
            OffenseType::BroadcastedInvalidBlockProposal,
            OffenseType::ProposedInsufficientAttestations,
            OffenseType::ProposedIncorrectAttestations,
            OffenseType::AttestedDescendantOfInvalid,
            OffenseType::DuplicateProposal,
            OffenseType::DuplicateAttestation,
        ];
        ALL.get(usize::from(number)).copied().ok_or(UnknownOffense(number))
    }
}

crate::integer_newtype! {
    /// An amount of the staking asset.
    pub struct SlashAmount(u128) as string;
}
crate::integer_newtype! {
    /// An epoch or a slot, by the kind of offense.
    pub struct EpochOrSlot(u64) as string;
}
crate::integer_newtype! {
    /// Number of a slashing round.
    pub struct SlashRoundNumber(u64) as string;
}
crate::integer_newtype! {
    /// Votes for a payload.
    pub struct SlashVotes(u64) as string;
}

/// An offense and its penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offense {
    /// Who.
    pub validator: EthAddress,
    /// The penalty.
    pub amount: SlashAmount,
    /// What.
    pub offense_type: OffenseType,
    /// When.
    pub epoch_or_slot: EpochOrSlot,
}

/// An offense within a [`ValidatorSlash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlashedOffense {
    /// What.
    pub offense_type: OffenseType,
    /// When.
    pub epoch_or_slot: EpochOrSlot,
}

/// What a payload takes from one validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidatorSlash {
    /// Who.
    pub validator: EthAddress,
    /// How much.
    pub amount: SlashAmount,
    /// What for.
    pub offenses: Vec<SlashedOffense>,
}

/// A slashing payload that is being voted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlashPayloadRound {
    /// The payload's contract on L1.
    pub address: EthAddress,
    /// When it was made.
    pub timestamp: Timestamp,
    /// Votes so far.
    pub votes: SlashVotes,
    /// The round.
    pub round: SlashRoundNumber,
    /// What it does.
    pub slashes: Vec<ValidatorSlash>,
}

/// Which rounds to list offenses of. JSON: `"all"`, `"current"` or the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlashRounds {
    /// All that the node remembers.
    All,
    /// The one that is open.
    Current,
    /// This one.
    Round(SlashRoundNumber),
}

impl Serialize for SlashRounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Current => serializer.serialize_str("current"),
            Self::Round(round) => round.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SlashRounds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RoundsVisitor;

        impl Visitor<'_> for RoundsVisitor {
            type Value = SlashRounds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", \"current\" or the number of a round")
            }

            fn visit_u64<E: Error>(self, round: u64) -> Result<SlashRounds, E> {
                Ok(SlashRounds::Round(SlashRoundNumber(round)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<SlashRounds, E> {
                match text {
                    "all" => Ok(SlashRounds::All),
                    "current" => Ok(SlashRounds::Current),
                    number => number.parse().map_err(E::custom).and_then(|round| self.visit_u64(round)),
                }
            }
        }

        deserializer.deserialize_any(RoundsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_json() {
        let json = r#"{"stats":{"0x01":{"address":"0x0101010101010101010101010101010101010101",
            "lastProposal":{"timestamp":"7","slot":3,"date":"1970"},"totalSlots":4,
            "missedProposals":{"currentStreak":0,"rate":0.5,"count":1,"total":2},
            "missedAttestations":{"currentStreak":0,"count":0,"total":0},
            "history":[{"slot":3,"status":"checkpoint-mined"},{"slot":4,"status":"attestation-missed"}]}},
            "lastProcessedSlot":4,"slotWindow":2000}"#;
        let compact: String = json.split_whitespace().collect();
        let stats: ValidatorsStats = crate::json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&stats).unwrap(), compact);
        assert_eq!(serde_json::to_string(&ValidatorsStats::default()).unwrap(), r#"{"stats":{},"slotWindow":0}"#);
    }

    #[test]
    fn slashing_json() {
        let offense = r#"{"validator":"0x0101010101010101010101010101010101010101","amount":"10","offenseType":3,"epochOrSlot":"5"}"#;
        let parsed: Offense = crate::json::from_str(offense).unwrap();
        assert_eq!(parsed.offense_type, OffenseType::Inactivity);
        assert_eq!(serde_json::to_string(&parsed).unwrap(), offense);
        assert!(crate::json::from_str::<OffenseType>("10").is_err());
        for rounds in ["\"all\"", "\"current\"", "\"7\""] {
            let parsed: SlashRounds = crate::json::from_str(rounds).unwrap();
            assert_eq!(serde_json::to_string(&parsed).unwrap(), rounds);
        }
        assert_eq!(crate::json::from_str("7"), Ok(SlashRounds::Round(SlashRoundNumber(7))));
        assert!(crate::json::from_str::<SlashRounds>("\"none\"").is_err());
    }
}
