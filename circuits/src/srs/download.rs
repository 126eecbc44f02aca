//! A whole download: from one source after the other, until the points are verified.

use async_trait::async_trait;

use crate::witness::MaybeSend;

use super::{Check, Download, Fetch, FetchError, Srs, SrsError, SrsKind, SrsSize};

/// What takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SrsProgress {
    /// Points of the insecure development SRS are computed.
    Generating {
        /// Points made.
        done: usize,
        /// Points in all.
        of: usize,
    },
    /// Points are downloaded.
    Downloading {
        /// Bytes here.
        done: usize,
        /// Bytes in all.
        of: usize,
    },
    /// The points are checked.
    Verifying,
}

/// Told about progress.
#[cfg(not(target_arch = "wasm32"))]
pub type OnSrsProgress<'a> = dyn FnMut(SrsProgress) + Send + 'a;
/// Told about progress.
#[cfg(target_arch = "wasm32")]
pub type OnSrsProgress<'a> = dyn FnMut(SrsProgress) + 'a;

/// Where an unfinished download is kept, so that it goes on where it ended.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Partial: MaybeSend {
    /// What is there; nothing has been verified yet.
    async fn load(&mut self) -> Result<Vec<u8>, SrsError>;
    /// Keeps what comes next.
    async fn append(&mut self, piece: &[u8]) -> Result<(), SrsError>;
    /// Forgets everything.
    async fn clear(&mut self) -> Result<(), SrsError>;
}

/// Nothing is kept: a download that is interrupted begins anew.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotKept;

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Partial for NotKept {
    async fn load(&mut self) -> Result<Vec<u8>, SrsError> {
        Ok(Vec::new())
    }

    async fn append(&mut self, _: &[u8]) -> Result<(), SrsError> {
        Ok(())
    }

    async fn clear(&mut self) -> Result<(), SrsError> {
        Ok(())
    }
}

/// What is to be downloaded.
#[derive(Debug, Clone, Copy)]
pub struct SrsRequest<'a> {
    /// Which SRS.
    pub kind: SrsKind,
    /// How much of it.
    pub size: SrsSize,
    /// Where it can be had, best first.
    pub sources: &'a [&'a str],
    /// How its points are checked.
    pub check: Check,
}

/// What went wrong with one source.
enum Failure {
    /// It did not deliver.
    Source(FetchError),
    /// It delivered something else.
    Points(SrsError),
    /// What it delivered cannot be kept, whoever delivers it.
    Keeping(SrsError),
}

impl SrsRequest<'_> {
    /// Downloads and verifies the SRS. Asks the sources in their order, and those that failed again as long as one of them
    /// delivers something new. One that delivers other points is not asked again.
    ///
    /// # Errors
    /// [`SrsError::Sources`] if no source delivers it; or if `partial` fails.
    pub async fn download(
        &self,
        fetch: &dyn Fetch,
        partial: &mut dyn Partial,
        progress: &mut OnSrsProgress<'_>,
    ) -> Result<Srs, SrsError> {
        let mut sources = self.sources.to_vec();
        let mut wrong = Vec::new();
        let mut download = Download::resume(self.kind, self.size, partial.load().await?);
        loop {
            let before = download.bytes().len();
            let mut failed = Vec::new();
            for url in sources {
                match self.complete(&mut download, url, fetch, partial, progress).await {
                    Ok(srs) => return Ok(srs),
                    Err(Failure::Keeping(error)) => return Err(error),
                    Err(Failure::Source(error)) => failed.push((url, error)),
                    Err(Failure::Points(error)) => wrong.push((url.to_owned(), error)),
                }
            }
            if failed.is_empty() || download.bytes().len() <= before {
                wrong.extend(failed.into_iter().map(|(url, error)| (url.to_owned(), error.into())));
                return Err(SrsError::Sources(wrong));
            }
            sources = failed.into_iter().map(|(url, _)| url).collect();
        }
    }

    /// Gets what is missing from one source and verifies all. If that fails and others delivered a part, they may be to
    /// blame, so all of it is asked of this one.
    async fn complete(
        &self,
        download: &mut Download,
        url: &str,
        fetch: &dyn Fetch,
        partial: &mut dyn Partial,
        progress: &mut OnSrsProgress<'_>,
    ) -> Result<Srs, Failure> {
        let mut mixed = !download.bytes().is_empty();
        let of = self.size.bytes();
        loop {
            progress(SrsProgress::Downloading { done: download.bytes().len(), of });
            while !download.is_complete() {
                let piece = download.step(fetch, url).await.map_err(Failure::Source)?;
                partial.append(piece).await.map_err(Failure::Keeping)?;
                progress(SrsProgress::Downloading { done: download.bytes().len(), of });
            }
            progress(SrsProgress::Verifying);
            let complete = core::mem::replace(download, Download::resume(self.kind, self.size, Vec::new()));
            match complete.finish(self.check) {
                Ok(srs) => return Ok(srs),
                // Going on with wrong points is no use.
                Err(error) => {
                    partial.clear().await.map_err(Failure::Keeping)?;
                    if !mixed {
                        return Err(Failure::Points(error));
                    }
                }
            }
            mixed = false;
        }
    }
}
