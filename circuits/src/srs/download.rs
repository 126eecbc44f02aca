//! A download into a file, from one source after the other.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk;

use super::{Check, Download, Fetch, Srs, SrsError, SrsKind, SrsProgress, SrsSize};

/// A download into a file. What is there is kept until it is verified, so it goes on where it ended, with the next source
/// or the next time.
pub(super) struct FileDownload<'a> {
    pub(super) kind: SrsKind,
    pub(super) size: SrsSize,
    pub(super) path: PathBuf,
    pub(super) fetch: &'a dyn Fetch,
    pub(super) progress: &'a mut (dyn FnMut(SrsProgress) + Send),
}

impl FileDownload<'_> {
    /// Asks the sources in their order, and those that failed again as long as one of them delivers something. One that
    /// delivers other points is not asked again.
    pub(super) async fn run(mut self, sources: &[&str]) -> Result<Srs, SrsError> {
        let mut sources = sources.to_vec();
        let mut wrong = Vec::new();
        loop {
            let before = Self::length(&self.path)?;
            let mut failed = Vec::new();
            for url in sources {
                match self.from(url).await {
                    Ok(srs) => return Ok(srs),
                    Err(error @ SrsError::Io { .. }) => return Err(error),
                    Err(SrsError::Fetch(error)) => failed.push((url, error)),
                    Err(error) => wrong.push((url.to_owned(), error)),
                }
            }
            if failed.is_empty() || Self::length(&self.path)? <= before {
                wrong.extend(failed.into_iter().map(|(url, error)| (url.to_owned(), error.into())));
                return Err(SrsError::Sources(wrong));
            }
            sources = failed.into_iter().map(|(url, _)| url).collect();
        }
    }

    /// Forgets what is there.
    pub(super) fn remove(path: &Path) -> Result<(), SrsError> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
            _ => Ok(()),
        }
    }

    /// Bytes that are there.
    pub(super) fn length(path: &Path) -> Result<usize, SrsError> {
        match fs::metadata(path) {
            Ok(found) => Ok(usize::try_from(found.len()).unwrap_or(usize::MAX)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(at(path)(error)),
        }
    }

    /// Gets what is missing from one source and verifies all. If that fails and others delivered a part, they may be to
    /// blame, so all of it is asked of this one.
    async fn from(&mut self, url: &str) -> Result<Srs, SrsError> {
        let kept = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(at(&self.path)(error)),
        };
        let mut mixed = !kept.is_empty();
        let mut download = Download::resume(self.kind, self.size, kept);
        loop {
            self.complete(&mut download, url).await?;
            (self.progress)(SrsProgress::Verifying);
            match download.finish(Check::Full) {
                Ok(srs) => return Ok(srs),
                Err(error) => {
                    Self::remove(&self.path)?;
                    if !mixed {
                        return Err(error);
                    }
                }
            }
            mixed = false;
            download = Download::resume(self.kind, self.size, Vec::new());
        }
    }

    async fn complete(&mut self, download: &mut Download, url: &str) -> Result<(), SrsError> {
        let at = || at(&self.path);
        if Self::length(&self.path)? != download.bytes().len() {
            disk::replace(&self.path, &[download.bytes()]).map_err(at())?;
        }
        let of = self.size.bytes();
        (self.progress)(SrsProgress::Downloading { done: download.bytes().len(), of });
        while !download.is_complete() {
            let piece = download.step(self.fetch, url).await?;
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder).map_err(at())?;
            }
            let file = fs::OpenOptions::new().create(true).append(true).open(&self.path);
            file.and_then(|mut file| file.write_all(piece)).map_err(at())?;
            (self.progress)(SrsProgress::Downloading { done: download.bytes().len(), of });
        }
        Ok(())
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> SrsError {
    let path = path.to_owned();
    move |source| SrsError::Io { path, source }
}
