//! Why an SRS cannot be had.

use core::ops::Range;
#[cfg(not(target_arch = "wasm32"))]
use std::path::PathBuf;

use protocol::artifact::pack::ReadError;
use thiserror::Error;

use super::SrsKind;

/// Why an SRS cannot be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SrsError {
    /// It is too small for what it is to be used for.
    #[error("the SRS has {found} points, {needed} are needed")]
    TooFewPoints {
        /// Points needed.
        needed: usize,
        /// Points it has.
        found: usize,
    },
    /// Bytes that are no whole number of points.
    #[error("{0} bytes are no whole number of points")]
    PartOfAPoint(usize),
    /// Bytes that are no point of the curve.
    #[error("point {0} of the SRS is not on the curve")]
    NotOnCurve(usize),
    /// The point of G2 is not one.
    #[error("the SRS's point of G2 is not in the group")]
    NotInG2,
    /// The first point is not the generator.
    #[error("the first point of the SRS is not the generator")]
    NotTheGenerator,
    /// The points are not the powers of the secret in G2.
    #[error("the points of the SRS are not the powers of one secret")]
    NotPowers,
    /// Not a file of this format.
    #[error("not an SRS file: the first bytes are {0:02x?}")]
    Magic([u8; 8]),
    /// A file of another SRS.
    #[error("the file holds {found}, wanted is {wanted}")]
    Kind {
        /// What was asked for.
        wanted: SrsKind,
        /// What is in the file.
        found: SrsKind,
    },
    /// The file contradicts itself.
    #[error("the SRS file is damaged: {0}")]
    Damaged(&'static str),
    /// Points in the file are not those that were written.
    #[error("the SRS file is damaged: run {0} of points has another hash")]
    DamagedPoints(usize),
    /// The source of a file cannot be read.
    #[error("cannot read the SRS file")]
    Read(#[from] ReadError),
    /// A file or folder cannot be read or written.
    #[cfg(not(target_arch = "wasm32"))]
    #[error("cannot access {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An unfinished download cannot be kept.
    #[error("cannot keep what was downloaded")]
    Keeping(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// A range could not be downloaded.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// No source delivered it.
    #[error("no source has the SRS: {}", list(.0))]
    Sources(Vec<(String, SrsError)>),
}

fn list(sources: &[(String, SrsError)]) -> String {
    let texts: Vec<_> = sources.iter().map(|(url, error)| format!("{url}: {error}")).collect();
    if texts.is_empty() { "there is none to ask".to_owned() } else { texts.join("; ") }
}

/// Why a range of a file could not be downloaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The server answered something other than the range.
    #[error("{url} answered with status {status}, a range is answered with 206")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The server answered another range.
    #[error("{url} was asked for bytes {} to {} and answered with `{found}`", expected.start, expected.end)]
    Range {
        /// The address.
        url: String,
        /// The range asked for.
        expected: Range<u64>,
        /// What the answer says, its beginning.
        found: String,
    },
    /// The server sent another number of bytes.
    #[error("{url} sent {found} bytes of a range of {expected}")]
    Length {
        /// The address.
        url: String,
        /// Bytes asked for.
        expected: u64,
        /// Bytes received; reading stops at the first too many.
        found: u64,
    },
    /// The request failed.
    #[error("the request to {url} failed")]
    Request {
        /// The address.
        url: String,
        /// What went wrong.
        #[source]
        source: Box<dyn core::error::Error + Send + Sync>,
    },
}
