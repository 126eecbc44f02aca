//! An SRS in a file, of which a prefix can be read.
//!
//! ```text
//! 0    "AZLSRS\0" and the format version, 1
//! 8    kind: 0 Ignition, 1 insecure development
//! 9    number of points on BN254, u32 big-endian
//! 13   point of G2
//! 141  SHA-256 of the points on Grumpkin
//! 173  SHA-256 of each run of 2^14 points on BN254
//! ...  SHA-256 of all before it
//! ...  2^15 points on Grumpkin
//! ...  points on BN254
//! ```

use protocol::artifact::pack::ReadAt;
use protocol::hash::sha256;

use super::points::{G2_SIZE, SIZE};
use super::{Srs, SrsError, SrsKind, SrsSize};

const MAGIC: [u8; 8] = *b"AZLSRS\0\x01";
/// Points that are hashed together.
const RUN: usize = 1 << 14;
const HASH: usize = 32;
/// Bytes before the hashes.
const FIXED: usize = 8 + 1 + 4 + G2_SIZE;
const GRUMPKIN_SIZE: usize = Srs::GRUMPKIN_POINTS * SIZE;

/// What a file says about the SRS in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrsFile {
    kind: SrsKind,
    points: usize,
    grumpkin: [u8; HASH],
    runs: Vec<[u8; HASH]>,
}

impl SrsFile {
    /// The bytes a file has before the points on Grumpkin and then those on BN254.
    ///
    /// # Errors
    /// If the SRS is larger than any circuit needs, or lacks points on Grumpkin.
    pub fn header(srs: &Srs) -> Result<Vec<u8>, SrsError> {
        let (needed, found) = (Srs::GRUMPKIN_POINTS, srs.grumpkin_points());
        if srs.grumpkin.len() != GRUMPKIN_SIZE {
            return Err(SrsError::TooFewPoints { needed, found });
        }
        let points = u32::try_from(srs.bn254_points()).ok().filter(|points| *points as usize <= SrsSize::MAX.points());
        let points = points.ok_or(SrsError::Damaged("more points than any circuit needs"))?;
        let mut header = MAGIC.to_vec();
        header.push(match srs.kind {
            SrsKind::Ignition => 0,
            SrsKind::InsecureDevelopment => 1,
        });
        header.extend(points.to_be_bytes());
        header.extend(srs.bn254_g2);
        header.extend(sha256(&[&srs.grumpkin]));
        srs.bn254_g1.chunks(RUN * SIZE).for_each(|run| header.extend(sha256(&[run])));
        header.extend(sha256(&[&header]));
        Ok(header)
    }

    /// Reads what is in a file.
    ///
    /// # Errors
    /// If it is not such a file or damaged, or cannot be read.
    pub fn open<R: ReadAt>(source: &R) -> Result<Self, SrsError> {
        let mut fixed = [0; FIXED];
        source.read_at(0, &mut fixed)?;
        let (magic, rest) = fixed.split_first_chunk::<8>().expect("it is longer");
        if *magic != MAGIC {
            return Err(SrsError::Magic(*magic));
        }
        let kind = match rest[0] {
            0 => SrsKind::Ignition,
            1 => SrsKind::InsecureDevelopment,
            _ => return Err(SrsError::Damaged("there is no such kind")),
        };
        let points = u32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]) as usize;
        if points > SrsSize::MAX.points() {
            return Err(SrsError::Damaged("more points than any circuit needs"));
        }
        let mut hashes = vec![0; (1 + points.div_ceil(RUN) + 1) * HASH];
        source.read_at(FIXED as u64, &mut hashes)?;
        let (hashes, digest) = hashes.split_last_chunk::<HASH>().expect("there is a hash");
        if sha256(&[&fixed, hashes]) != *digest {
            return Err(SrsError::Damaged("its beginning has another hash"));
        }
        if rest[5..] != kind.bn254_g2() {
            return Err(SrsError::Damaged("another point of G2 than its kind has"));
        }
        let (grumpkin, runs) = hashes.as_chunks::<HASH>().0.split_first().expect("there are two hashes");
        Ok(Self { kind, points, grumpkin: *grumpkin, runs: runs.to_vec() })
    }

    /// Where the SRS comes from.
    #[must_use]
    pub const fn kind(&self) -> SrsKind {
        self.kind
    }

    /// Points on BN254 in the file.
    #[must_use]
    pub const fn bn254_points(&self) -> usize {
        self.points
    }

    /// Reads the SRS up to a size.
    ///
    /// # Errors
    /// If it is of another kind, too small, damaged, or cannot be read.
    pub fn read<R: ReadAt>(&self, source: &R, wanted: SrsKind, size: SrsSize) -> Result<Srs, SrsError> {
        if self.kind != wanted {
            return Err(SrsError::Kind { wanted, found: self.kind });
        }
        let (needed, found) = (size.points(), self.points);
        if found < needed {
            return Err(SrsError::TooFewPoints { needed, found });
        }
        let grumpkin_at = FIXED + (self.runs.len() + 2) * HASH;
        let bn254_at = grumpkin_at + GRUMPKIN_SIZE;
        // Whole runs are read, as only they can be verified.
        let whole = needed.next_multiple_of(RUN).min(found) * SIZE;
        let end = (bn254_at + whole) as u64;
        if source.size()? < end {
            return Err(SrsError::Damaged("it ends early"));
        }
        let mut grumpkin = vec![0; GRUMPKIN_SIZE];
        source.read_at(grumpkin_at as u64, &mut grumpkin)?;
        if sha256(&[&grumpkin]) != self.grumpkin {
            return Err(SrsError::Damaged("the points on Grumpkin have another hash"));
        }
        let mut bn254_g1 = vec![0; whole];
        source.read_at(bn254_at as u64, &mut bn254_g1)?;
        for (index, (run, hash)) in bn254_g1.chunks(RUN * SIZE).zip(&self.runs).enumerate() {
            if sha256(&[run]) != *hash {
                return Err(SrsError::DamagedPoints(index));
            }
        }
        bn254_g1.truncate(size.bytes());
        Ok(Srs { kind: self.kind, bn254_g1, bn254_g2: self.kind.bn254_g2(), grumpkin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::development_for_tests;

    fn size(log2: u8) -> SrsSize {
        SrsSize::for_log2_gates(log2).unwrap()
    }

    fn file(srs: &Srs) -> Vec<u8> {
        [SrsFile::header(srs).unwrap(), srs.grumpkin.clone(), srs.bn254_g1.clone()].concat()
    }

    fn read(file: &Vec<u8>, size: SrsSize) -> Result<Srs, SrsError> {
        SrsFile::open(file)?.read(file, SrsKind::InsecureDevelopment, size)
    }

    #[test]
    fn gives_back_what_was_written_and_prefixes_of_it() {
        let srs = development_for_tests(size(14));
        let file = file(&srs);
        assert_eq!(SrsFile::open(&file).unwrap().bn254_points(), (1 << 14) + 1);
        assert_eq!(read(&file, size(14)).unwrap(), srs);
        let small = read(&file, size(10)).unwrap();
        assert_eq!(small.bn254_g1, srs.bn254_g1[..small.bn254_g1.len()]);
        assert_eq!(small.bn254_points(), 1025);
        assert!(matches!(read(&file, size(15)), Err(SrsError::TooFewPoints { found: 16385, .. })));
        let wrong = SrsFile::open(&file).unwrap().read(&file, SrsKind::Ignition, size(10)).unwrap_err();
        assert!(wrong.to_string().contains("INSECURE"), "{wrong}");
    }

    #[test]
    fn every_changed_byte_and_every_missing_byte_is_noticed() {
        let srs = development_for_tests(size(4));
        let good = file(&srs);
        let places = (0..300).step_by(7).chain((300..good.len()).step_by(99_991)).chain([good.len() - 1]);
        for at in places {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            assert!(read(&bad, size(4)).is_err(), "byte {at}");
        }
        for len in (0..300).step_by(13).chain([good.len() - 1]) {
            assert!(read(&good[..len].to_vec(), size(4)).is_err(), "{len} bytes");
        }
    }
}
