//! Downloading an SRS piece by piece.

use core::ops::Range;

use async_trait::async_trait;

use super::{Check, FetchError, Srs, SrsError, SrsKind, SrsSize, grumpkin_points, verify};

/// Bytes asked for at once: few, so that tests need few points.
#[cfg(test)]
pub(super) const PIECE: usize = 16 << 10;
/// Bytes asked for at once.
#[cfg(not(test))]
pub(super) const PIECE: usize = 4 << 20;

/// Something that gets part of a file from a server.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Fetch: Send + Sync {
    /// Gets exactly the bytes of a range: fails if the server sends fewer, stops reading if it sends more.
    async fn fetch(&self, url: &str, range: Range<u64>) -> Result<Vec<u8>, FetchError>;
}

/// A download of the points of an SRS, which can be stopped after every piece and taken up again.
#[derive(Debug)]
pub struct Download {
    kind: SrsKind,
    size: SrsSize,
    bytes: Vec<u8>,
}

impl Download {
    /// A download of which the beginning is here already. Nothing has been verified yet.
    #[must_use]
    pub fn resume(kind: SrsKind, size: SrsSize, mut bytes: Vec<u8>) -> Self {
        bytes.truncate(size.bytes());
        Self { kind, size, bytes }
    }

    /// What is here.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether everything is here.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.bytes.len() == self.size.bytes()
    }

    /// Gets the next piece and returns it.
    ///
    /// # Errors
    /// If the source does not deliver it.
    pub async fn step(&mut self, fetch: &dyn Fetch, url: &str) -> Result<&[u8], FetchError> {
        let start = self.bytes.len();
        let end = self.size.bytes().min(start + PIECE);
        let piece = fetch.fetch(url, start as u64..end as u64).await?;
        let (expected, found) = ((end - start) as u64, piece.len() as u64);
        if expected != found {
            return Err(FetchError::Length { url: url.to_owned(), expected, found });
        }
        self.bytes.extend(piece);
        Ok(&self.bytes[start..])
    }

    /// Verifies the points and makes the SRS of them.
    ///
    /// # Errors
    /// What is wrong with the points, or that not all are here.
    pub fn finish(self, check: Check) -> Result<Srs, SrsError> {
        let Self { kind, size, bytes: bn254_g1 } = self;
        let bn254_g2 = kind.bn254_g2();
        let mut srs = Srs { kind, bn254_g1, bn254_g2, grumpkin: Vec::new() };
        srs.require(size)?;
        verify(&srs.bn254_g1, &bn254_g2, check)?;
        srs.grumpkin = grumpkin_points(Srs::GRUMPKIN_POINTS);
        Ok(srs)
    }
}

/// Whether the value of a `Content-Range` header says `bytes START-LAST/LENGTH` for this range; the length may be unknown.
#[must_use]
pub fn is_content_range(header: &[u8], range: &Range<u64>) -> bool {
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let parsed = str::from_utf8(header).ok().and_then(|text| {
        let (places, length) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = places.split_once('-')?;
        let long_enough = length == "*" || number(length)? >= range.end;
        Some(long_enough && number(first)? == range.start && number(last)?.checked_add(1)? == range.end)
    });
    parsed == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_the_range_or_does_not() {
        for good in ["bytes 4-9/10", "bytes 4-9/*", " bytes 4-9/4000000000 "] {
            assert!(is_content_range(good.as_bytes(), &(4..10)), "{good}");
        }
        for bad in [
            "",
            "bytes",
            "bytes 4-9",
            "bytes 4-9/",
            "bytes 4-9/9",
            "bytes 3-9/10",
            "bytes 4-8/10",
            "bytes */10",
            "4-9/10",
            "bytes +4-9/10",
            "bytes 4-18446744073709551615/*",
            "bytes 4-99999999999999999999/*",
            "bytes 4-9/10/10",
            "bytes -4-9/10",
            "items 4-9/10",
        ] {
            assert!(!is_content_range(bad.as_bytes(), &(4..10)), "{bad}");
        }
        assert!(!is_content_range(b"bytes \xff4-9/10", &(4..10)));
    }
}
