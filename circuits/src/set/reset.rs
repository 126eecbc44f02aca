//! Reset circuits: one for each of many combinations of sizes, so that small transactions are proven quickly.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/private_kernel_reset_dimensions.ts`,
//! `@aztec/stdlib/src/kernel/hints/find_private_kernel_reset_dimensions.ts`,
//! `@aztec/noir-protocol-circuits-types/src/private_kernel_reset_types.ts`.

use core::fmt;
use core::ops::{Index, IndexMut};

/// What a reset can do, each up to a size of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResetDimension {
    /// Reads of note hashes of this transaction.
    NoteHashPendingRead,
    /// Reads of note hashes of earlier blocks.
    NoteHashSettledRead,
    /// Reads of nullifiers of this transaction.
    NullifierPendingRead,
    /// Reads of nullifiers of earlier blocks.
    NullifierSettledRead,
    /// Uses of keys.
    KeyValidation,
    /// Note hashes that are nullified in the same transaction, with their nullifiers.
    TransientDataSquashing,
    /// Note hashes to silo.
    NoteHashSiloing,
    /// Nullifiers to silo.
    NullifierSiloing,
    /// Private logs to silo.
    PrivateLogSiloing,
}

struct Config {
    /// Sizes of the circuits that do everything.
    variants: &'static [u16],
    /// Size of the circuit that does only this, if there is one.
    standalone: Option<u16>,
    /// Cost of a unit.
    cost: u32,
}

const fn config(variants: &'static [u16], standalone: Option<u16>, cost: u32) -> Config {
    Config { variants, standalone, cost }
}

const CONFIG: [Config; ResetDimension::COUNT] = [
    config(&[32], Some(64), 100),
    config(&[4, 16], Some(64), 3000),
    config(&[32], Some(64), 100),
    config(&[4, 16], Some(64), 3000),
    config(&[4], Some(64), 2500),
    config(&[4], Some(64), 100),
    config(&[4, 64], None, 250),
    config(&[4, 64], None, 150),
    config(&[4, 64], None, 150),
];
/// Sizes of the circuits in which all dimensions have the same.
const SPECIAL: [u16; 4] = [4, 16, 32, 64];
/// Circuits that do everything.
const COMBINED: usize = 32;
/// Circuits that do one thing.
const STANDALONE: usize = 6;

impl ResetDimension {
    /// How many there are.
    pub const COUNT: usize = 9;

    /// All of them, in the order of the official names.
    pub const ALL: [Self; Self::COUNT] = [
        Self::NoteHashPendingRead,
        Self::NoteHashSettledRead,
        Self::NullifierPendingRead,
        Self::NullifierSettledRead,
        Self::KeyValidation,
        Self::TransientDataSquashing,
        Self::NoteHashSiloing,
        Self::NullifierSiloing,
        Self::PrivateLogSiloing,
    ];
}

/// A size for each dimension: what is asked for, or what a circuit can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ResetDimensions(pub [u16; ResetDimension::COUNT]);

impl ResetDimensions {
    /// The same size everywhere.
    #[must_use]
    pub const fn uniform(size: u16) -> Self {
        Self([size; ResetDimension::COUNT])
    }

    /// Whether none of `other` is larger.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(own, other)| *own >= other)
    }

    /// What is left of `self` after `done`, added up.
    fn remainder(&self, done: &Self) -> u32 {
        self.0.iter().zip(done.0).map(|(own, done)| u32::from(own.saturating_sub(done))).sum()
    }

    fn cost(&self) -> u32 {
        self.0.iter().zip(&CONFIG).map(|(size, config)| u32::from(*size) * config.cost).sum()
    }
}

impl Index<ResetDimension> for ResetDimensions {
    type Output = u16;

    fn index(&self, dimension: ResetDimension) -> &u16 {
        &self.0[dimension as usize]
    }
}

impl IndexMut<ResetDimension> for ResetDimensions {
    fn index_mut(&mut self, dimension: ResetDimension) -> &mut u16 {
        &mut self.0[dimension as usize]
    }
}

impl fmt::Display for ResetDimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, size) in self.0.iter().enumerate() {
            write!(f, "{}{size}", if index == 0 { "" } else { "_" })?;
        }
        Ok(())
    }
}

/// When a reset runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResetPurpose {
    /// Between calls, to make room: nothing can be siloed yet, and it may do only part of what is asked for.
    MakeRoom,
    /// After the last call: it must do everything.
    Finish,
}

/// One of the reset circuits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResetVariant(u8);

impl ResetVariant {
    /// How many there are.
    pub const COUNT: usize = COMBINED + STANDALONE + SPECIAL.len();
    /// The largest.
    pub const FULL: Self = Self(Self::COUNT as u8 - 1);

    /// All of them, in the order of their keys in the tree.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// Its place among them.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// What it can do.
    #[must_use]
    pub fn dimensions(self) -> ResetDimensions {
        let mut dimensions = ResetDimensions::default();
        let mut index = self.index();
        if index < COMBINED {
            // The last dimension changes first.
            for (size, config) in dimensions.0.iter_mut().zip(&CONFIG).rev() {
                *size = config.variants[index % config.variants.len()];
                index /= config.variants.len();
            }
        } else if index < COMBINED + STANDALONE {
            let dimension = index - COMBINED;
            dimensions.0[dimension] = CONFIG[dimension].standalone.expect("the first six have one");
        } else {
            dimensions = ResetDimensions::uniform(SPECIAL[index - COMBINED - STANDALONE]);
        }
        dimensions
    }

    /// The circuit of exactly these sizes.
    #[must_use]
    pub fn of(dimensions: &ResetDimensions) -> Option<Self> {
        Self::all().find(|variant| variant.dimensions() == *dimensions)
    }

    /// The circuit to use: the cheapest that does everything asked for, else, to make room, the one that leaves the
    /// least. `None` if no circuit serves the purpose.
    #[must_use]
    pub fn choose(requested: &ResetDimensions, purpose: ResetPurpose) -> Option<Self> {
        use ResetDimension::{NoteHashSiloing, NullifierSiloing, PrivateLogSiloing};
        let serves = |candidate: &ResetDimensions| match purpose {
            ResetPurpose::Finish => candidate.covers(requested),
            ResetPurpose::MakeRoom => {
                [NoteHashSiloing, NullifierSiloing, PrivateLogSiloing].iter().all(|siloing| candidate[*siloing] == 0)
            }
        };
        let special = SPECIAL.map(ResetDimensions::uniform);
        let candidates = [Some(combined(requested)), standalone(requested)].into_iter().flatten().chain(special);
        let candidates = candidates.filter(serves);
        // The first of equals wins, as in the official order.
        let best = candidates.min_by_key(|candidate| {
            let left = requested.remainder(candidate);
            (left, if left == 0 { candidate.cost() } else { 0 })
        });
        best.and_then(|best| Self::of(&best))
    }
}

impl fmt::Display for ResetVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dimensions().fmt(f)
    }
}

/// For each dimension the smallest size that suffices, else the largest.
fn combined(requested: &ResetDimensions) -> ResetDimensions {
    let mut dimensions = *requested;
    for (size, config) in dimensions.0.iter_mut().zip(&CONFIG) {
        let enough = config.variants.iter().find(|variant| **variant >= *size);
        *size = *enough.or(config.variants.last()).expect("every dimension has variants");
    }
    dimensions
}

/// The circuit for the only dimension asked for.
fn standalone(requested: &ResetDimensions) -> Option<ResetDimensions> {
    let mut asked = requested.0.iter().enumerate().filter(|(_, size)| **size > 0);
    let ((dimension, _), None) = (asked.next()?, asked.next()) else { return None };
    let mut dimensions = ResetDimensions::default();
    dimensions.0[dimension] = CONFIG[dimension].standalone?;
    Some(dimensions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_own_sizes() {
        let all: Vec<_> = ResetVariant::all().collect();
        assert_eq!(all.len(), 42);
        for variant in &all {
            assert_eq!(ResetVariant::of(&variant.dimensions()), Some(*variant));
        }
        // `@aztec/noir-protocol-circuits-types/src/private_kernel_reset_vks.ts`, less 23.
        let known = [
            (0, "32_4_32_4_4_4_4_4_4"),
            (1, "32_4_32_4_4_4_4_4_64"),
            (8, "32_4_32_16_4_4_4_4_4"),
            (16, "32_16_32_4_4_4_4_4_4"),
            (31, "32_16_32_16_4_4_64_64_64"),
            (32, "64_0_0_0_0_0_0_0_0"),
            (37, "0_0_0_0_0_64_0_0_0"),
            (38, "4_4_4_4_4_4_4_4_4"),
            (41, "64_64_64_64_64_64_64_64_64"),
        ];
        for (index, sizes) in known {
            assert_eq!(all[index].to_string(), sizes);
        }
    }

    /// Each line: purpose, what is asked for, what the official code chooses. From
    /// `findPrivateKernelResetDimensions` of `@aztec/stdlib` 4.1.2.
    #[test]
    fn chooses_what_the_official_code_chooses() {
        let mut checked = 0;
        for line in include_str!("reset_choices.txt").lines() {
            let [purpose, requested, expected] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let purpose = if purpose == "room" { ResetPurpose::MakeRoom } else { ResetPurpose::Finish };
            let sizes: Vec<u16> = requested.split('_').map(|size| size.parse().unwrap()).collect();
            let requested = ResetDimensions(sizes.try_into().unwrap());
            let chosen = ResetVariant::choose(&requested, purpose).map(|variant| variant.to_string());
            assert_eq!(chosen.as_deref().unwrap_or("none"), expected, "{line}");
            checked += 1;
        }
        assert_eq!(checked, 431);
    }

    #[test]
    fn sizes_are_named() {
        let mut dimensions = ResetDimensions::uniform(4);
        dimensions[ResetDimension::KeyValidation] = 9;
        assert_eq!(dimensions.to_string(), "4_4_4_4_9_4_4_4_4");
        assert!(dimensions.covers(&ResetDimensions::uniform(4)) && !ResetDimensions::uniform(4).covers(&dimensions));
        assert_eq!(ResetDimension::ALL.map(|dimension| dimension as usize), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
