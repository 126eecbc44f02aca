//! Witness values by index.

use protocol::field::Fr;
use thiserror::Error;

use crate::program::acir::MAX_WITNESSES;

/// An index no circuit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("witness {0} is beyond those a circuit can have")]
pub struct WitnessIndexError(pub u32);

/// Values of a circuit's witnesses by index. Indices are dense, so it is a list with gaps.
#[derive(Debug, Clone, Default)]
pub struct WitnessMap {
    values: Vec<Fr>,
    known: Vec<bool>,
}

impl WitnessMap {
    /// Indices are below this.
    pub const MAX_INDEX: u32 = MAX_WITNESSES;

    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new(), known: Vec::new() }
    }

    /// A map of the witnesses 0, 1, 2…
    pub fn from_values(values: impl IntoIterator<Item = Fr>) -> Self {
        let values: Vec<Fr> = values.into_iter().collect();
        Self { known: vec![true; values.len()], values }
    }

    /// The value of a witness; `None` when it has none yet.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<Fr> {
        let index = index as usize;
        if *self.known.get(index)? { self.values.get(index).copied() } else { None }
    }

    /// Gives a witness a value, also when it has one.
    ///
    /// # Errors
    /// If no circuit has such a witness.
    pub fn insert(&mut self, index: u32, value: Fr) -> Result<(), WitnessIndexError> {
        if index >= Self::MAX_INDEX {
            return Err(WitnessIndexError(index));
        }
        let index = index as usize;
        self.grow(index + 1);
        self.values[index] = value;
        self.known[index] = true;
        Ok(())
    }

    /// Makes room for witnesses below `count`.
    pub(super) fn grow(&mut self, count: usize) {
        if self.values.len() < count {
            self.values.resize(count, Fr::ZERO);
            self.known.resize(count, false);
        }
    }

    /// Gives a witness that there is room for a value. Tells whether it had none or the same.
    pub(super) fn assign(&mut self, index: u32, value: Fr) -> bool {
        let index = index as usize;
        if self.known[index] {
            return self.values[index] == value;
        }
        self.values[index] = value;
        self.known[index] = true;
        true
    }

    /// The witnesses that have a value, by ascending index.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Fr)> + '_ {
        let known = (0u32..).zip(&self.values).zip(&self.known);
        known.filter_map(|((index, value), known)| known.then_some((index, *value)))
    }

    /// Witnesses that have a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.iter().filter(|known| **known).count()
    }

    /// Whether no witness has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.known.contains(&true)
    }

    /// What barretenberg takes as the witness: a stack of one map, as compact MessagePack without compression.
    ///
    /// Source: `WitnessStack` of Noir, which `@aztec/bb-prover/src/bb/execute.ts` hands over.
    #[must_use]
    pub fn to_barretenberg(&self) -> Vec<u8> {
        let count = u32::try_from(self.len()).expect("indices have 32 bits");
        let mut out = Vec::with_capacity(16 + count as usize * 39);
        // Format byte; a struct of one list of one struct: index 0 and the map.
        out.extend([3, 0x91, 0x91, 0x92, 0]);
        match count {
            0..16 => out.push(0x80 | u8::try_from(count).expect("below 16")),
            16..0x1_0000 => {
                out.push(0xde);
                out.extend(u16::try_from(count).expect("below 2^16").to_be_bytes());
            }
            _ => {
                out.push(0xdf);
                out.extend(count.to_be_bytes());
            }
        }
        for (index, value) in self.iter() {
            match index {
                0..0x80 => out.push(u8::try_from(index).expect("below 2^7")),
                0x80..0x100 => out.extend([0xcc, u8::try_from(index).expect("below 2^8")]),
                0x100..0x1_0000 => {
                    out.push(0xcd);
                    out.extend(u16::try_from(index).expect("below 2^16").to_be_bytes());
                }
                _ => {
                    out.push(0xce);
                    out.extend(index.to_be_bytes());
                }
            }
            out.extend([0xc4, 32]);
            out.extend(value.to_be_bytes());
        }
        out
    }
}

/// Two maps are the same when the same witnesses have the same values.
impl PartialEq for WitnessMap {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for WitnessMap {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_values_and_gaps() {
        let mut map = WitnessMap::from_values([Fr::ONE]);
        map.insert(3, Fr::MAX).unwrap();
        assert_eq!((map.get(0), map.get(1), map.get(3), map.get(4)), (Some(Fr::ONE), None, Some(Fr::MAX), None));
        assert_eq!(map.iter().collect::<Vec<_>>(), [(0, Fr::ONE), (3, Fr::MAX)]);
        assert_eq!((map.len(), map.is_empty()), (2, false));
        assert!(!map.assign(3, Fr::ONE) && map.assign(3, Fr::MAX) && map.assign(2, Fr::ONE));
        assert_eq!(map.insert(u32::MAX, Fr::ONE), Err(WitnessIndexError(u32::MAX)));
        let mut longer = map.clone();
        longer.grow(100);
        assert_eq!(longer, map);
    }

    #[test]
    fn bytes_for_barretenberg() {
        let mut map = WitnessMap::new();
        for index in [0, 0x80, 0x100, 0x1_0000] {
            map.insert(index, Fr::from(index)).unwrap();
        }
        let bytes = map.to_barretenberg();
        assert_eq!(bytes[..9], [3, 0x91, 0x91, 0x92, 0, 0x84, 0, 0xc4, 32]);
        assert_eq!(bytes[9 + 32..][..4], [0xcc, 0x80, 0xc4, 32]);
        assert_eq!(bytes[9 + 32 + 36..][..5], [0xcd, 1, 0, 0xc4, 32]);
        assert_eq!(bytes[9 + 32 + 36 + 37..][..7], [0xce, 0, 1, 0, 0, 0xc4, 32]);
        let many = WitnessMap::from_values((0..300u32).map(Fr::from)).to_barretenberg();
        assert_eq!(many[5..8], [0xde, 1, 44]);
    }
}
