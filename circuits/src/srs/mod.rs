//! The structured reference string (SRS) proofs are made and verified with.
//!
//! Proofs that mean something use the result of the Aztec Ignition ceremony ([`SrsKind::Ignition`]): downloaded once and
//! verified. Where it cannot be had, an SRS of the same form is made on the spot from a public secret
//! ([`SrsKind::InsecureDevelopment`]): real proofs, really verified, which anyone can forge.
//!
//! | File | Subject |
//! |---|---|
//! | `size` | how many points |
//! | `points` | points as bytes |
//! | `development` | the insecure SRS |
//! | `grumpkin` | the points on Grumpkin, which every SRS shares |
//! | `ignition` | what is known of the ceremony's result |
//! | `verify` | that points are the powers of one secret |
//! | `file` | an SRS in a file |
//! | `cache` | a folder of such files |
//! | `fetch` | downloading the ceremony's result, piece by piece |
//! | `download` | a whole download, from one source after the other |
//! | `http` | ranges of a file over HTTP, behind the feature of that name |
//! | [`translator`] | the verification key barretenberg has built in |
//! | `error` | why an SRS cannot be had |

#[cfg(not(target_arch = "wasm32"))]
mod cache;
mod development;
mod download;
mod error;
mod fetch;
mod file;
mod grumpkin;
#[cfg(all(feature = "http", not(target_arch = "wasm32")))]
mod http;
mod ignition;
mod points;
mod size;
pub mod translator;
mod verify;

use core::fmt;

use protocol::hash::sha256;

#[cfg(not(target_arch = "wasm32"))]
pub use cache::SrsCache;
pub use development::{DEVELOPMENT_SECRET, development};
pub use download::{NotKept, OnSrsProgress, Partial, SrsProgress, SrsRequest};
pub use error::{FetchError, SrsError};
pub use fetch::{Download, Fetch, is_content_range};
pub use file::SrsFile;
pub use grumpkin::grumpkin_points;
#[cfg(all(feature = "http", not(target_arch = "wasm32")))]
pub use http::{HttpFetch, HttpLimits};
pub use ignition::IGNITION_SOURCES;
pub use size::SrsSize;
pub use verify::{Check, verify};

/// Where an SRS comes from, and so whether its proofs mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SrsKind {
    /// The result of the Aztec Ignition ceremony: nobody knows its secret.
    Ignition,
    /// Made on the spot from a public secret: **anyone can forge proofs under it**. For development and tests.
    InsecureDevelopment,
}

impl SrsKind {
    /// A name for files and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ignition => "ignition",
            Self::InsecureDevelopment => "INSECURE-development-v1",
        }
    }
}

impl SrsKind {
    /// The secret in G2 of BN254, in the form of [`Srs::bn254_g2`].
    #[must_use]
    pub fn bn254_g2(self) -> [u8; 128] {
        match self {
            Self::Ignition => ignition::IGNITION_G2,
            Self::InsecureDevelopment => development::g2(),
        }
    }

    /// Which SRS it is.
    #[must_use]
    pub fn id(self) -> SrsId {
        SrsId(sha256(&[&self.bn254_g2()]))
    }
}

impl fmt::Display for SrsKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignition => "the Aztec Ignition SRS",
            Self::InsecureDevelopment => "an INSECURE development SRS, under which anyone can forge proofs",
        })
    }
}

/// Tells one SRS from another: whatever depends on the secret is kept under this name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SrsId([u8; 32]);

impl SrsId {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for SrsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SrsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SrsId({self})")
    }
}

/// The points of an SRS, in the form barretenberg takes them.
#[derive(Clone, PartialEq, Eq)]
pub struct Srs {
    /// Where it comes from.
    pub kind: SrsKind,
    /// Powers of the secret in G1 of BN254: 64 bytes a point, x then y, big-endian. The first is the generator.
    pub bn254_g1: Vec<u8>,
    /// The secret in G2 of BN254: x.c0, x.c1, y.c0, y.c1, big-endian.
    pub bn254_g2: [u8; 128],
    /// Generators on Grumpkin, 64 bytes a point; they hide no secret.
    pub grumpkin: Vec<u8>,
}

impl Srs {
    /// Bytes of a point in [`Self::bn254_g1`] and [`Self::grumpkin`].
    pub const POINT_SIZE: usize = points::SIZE;

    /// Points of Grumpkin every SRS has: what the ECCVM needs.
    pub const GRUMPKIN_POINTS: usize = 1 << 15;

    /// Points of BN254 in it.
    #[must_use]
    pub const fn bn254_points(&self) -> usize {
        self.bn254_g1.len() / Self::POINT_SIZE
    }

    /// Points of Grumpkin in it.
    #[must_use]
    pub const fn grumpkin_points(&self) -> usize {
        self.grumpkin.len() / Self::POINT_SIZE
    }

    /// Which SRS it is, whatever its size.
    #[must_use]
    pub fn id(&self) -> SrsId {
        SrsId(sha256(&[&self.bn254_g2]))
    }

    /// Whether it is large enough.
    ///
    /// # Errors
    /// [`SrsError::TooFewPoints`] if it is not.
    pub const fn require(&self, size: SrsSize) -> Result<(), SrsError> {
        let (needed, found) = (size.points(), self.bn254_points());
        if found < needed { Err(SrsError::TooFewPoints { needed, found }) } else { Ok(()) }
    }
}

impl fmt::Debug for Srs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bn254, grumpkin) = (self.bn254_points(), self.grumpkin_points());
        write!(f, "Srs({:?}, {bn254} BN254 points, {grumpkin} Grumpkin points)", self.kind)
    }
}

/// The development SRS, computed once for all tests.
#[cfg(test)]
pub(crate) fn development_for_tests(size: SrsSize) -> Srs {
    static LARGE: std::sync::LazyLock<Srs> =
        std::sync::LazyLock::new(|| development(SrsSize::TRANSLATOR, &mut |_, _| ()));
    Srs { bn254_g1: LARGE.bn254_g1[..size.bytes()].to_vec(), ..LARGE.clone() }
}
