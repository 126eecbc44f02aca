//! A folder with an SRS of each kind.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::disk::{self, FileSource};

use super::{
    Check, Fetch, OnSrsProgress, Partial, Srs, SrsError, SrsFile, SrsKind, SrsProgress, SrsRequest, SrsSize,
    development,
};

/// A folder with an SRS of each kind; the name of the development SRS says that it is insecure.
#[derive(Debug, Clone)]
pub struct SrsCache {
    folder: PathBuf,
}

impl SrsCache {
    /// The cache in a folder, which is made when something is stored.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where the SRS of a kind is kept.
    #[must_use]
    pub fn path(&self, kind: SrsKind) -> PathBuf {
        self.folder.join(format!("srs-{}.dat", kind.name()))
    }

    /// The SRS of a kind, if the cache has it undamaged and large enough.
    ///
    /// # Errors
    /// If it has not; [`SrsError::Io`] tells that there is no file or it cannot be opened.
    pub fn load(&self, kind: SrsKind, size: SrsSize) -> Result<Srs, SrsError> {
        let path = self.path(kind);
        let source = FileSource::open(&path).map_err(at(&path))?;
        SrsFile::open(&source)?.read(&source, kind, size)
    }

    fn store(&self, srs: &Srs) -> Result<(), SrsError> {
        let path = self.path(srs.kind);
        let header = SrsFile::header(srs)?;
        disk::replace(&path, &[&header, &srs.grumpkin, &srs.bn254_g1]).map_err(at(&path))
    }

    /// The insecure development SRS, which is made if the cache does not have it or only a smaller one.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn development(&self, size: SrsSize, progress: &mut dyn FnMut(SrsProgress)) -> Result<Srs, SrsError> {
        if let Ok(srs) = self.load(SrsKind::InsecureDevelopment, size) {
            return Ok(srs);
        }
        let srs = development(size, &mut |done, of| progress(SrsProgress::Generating { done, of }));
        self.store(&srs)?;
        Ok(srs)
    }

    /// The Ignition SRS, which is downloaded and verified if the cache does not have it or only a smaller one. What was
    /// downloaded is kept until it is verified, so an interrupted download goes on where it ended.
    ///
    /// # Errors
    /// [`SrsError::Sources`] if no source delivers it; or if it cannot be stored.
    pub async fn ignition(
        &self,
        size: SrsSize,
        sources: &[&str],
        fetch: &dyn Fetch,
        progress: &mut OnSrsProgress<'_>,
    ) -> Result<Srs, SrsError> {
        let kind = SrsKind::Ignition;
        self.download(kind, size, sources, fetch, progress).await
    }

    pub(super) async fn download(
        &self,
        kind: SrsKind,
        size: SrsSize,
        sources: &[&str],
        fetch: &dyn Fetch,
        progress: &mut OnSrsProgress<'_>,
    ) -> Result<Srs, SrsError> {
        let mut partial = PartialFile { path: self.path(kind).with_extension("partial"), limit: size.bytes() };
        match self.load(kind, size) {
            Ok(srs) => return Ok(srs),
            // What is there is verified already; an interrupted download of more goes on from there, or after it.
            Err(SrsError::TooFewPoints { found, .. }) if found * Srs::POINT_SIZE > partial.length()? => {
                let smaller = SrsSize::all().rev().find(|size| size.points() <= found);
                if let Some(smaller) = smaller.and_then(|size| self.load(kind, size).ok()) {
                    disk::replace(&partial.path, &[&smaller.bn254_g1]).map_err(at(&partial.path))?;
                }
            }
            Err(_) => {}
        }
        let request = SrsRequest { kind, size, sources, check: Check::Full };
        let srs = request.download(fetch, &mut partial, progress).await?;
        self.store(&srs)?;
        partial.clear().await?;
        Ok(srs)
    }
}

/// The file of an unfinished download.
struct PartialFile {
    path: PathBuf,
    /// Bytes that are of use.
    limit: usize,
}

impl PartialFile {
    fn length(&self) -> Result<usize, SrsError> {
        match fs::metadata(&self.path) {
            Ok(found) => Ok(usize::try_from(found.len()).unwrap_or(usize::MAX)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(at(&self.path)(error)),
        }
    }
}

#[async_trait]
impl Partial for PartialFile {
    async fn load(&mut self) -> Result<Vec<u8>, SrsError> {
        let mut bytes = Vec::new();
        match File::open(&self.path) {
            Ok(file) => file.take(self.limit as u64).read_to_end(&mut bytes).map_err(at(&self.path))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(bytes),
            Err(error) => return Err(at(&self.path)(error)),
        };
        if self.length()? != bytes.len() {
            // What is appended must follow what was read.
            disk::replace(&self.path, &[&bytes]).map_err(at(&self.path))?;
        }
        Ok(bytes)
    }

    async fn append(&mut self, piece: &[u8]) -> Result<(), SrsError> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(at(folder))?;
        }
        let file = File::options().create(true).append(true).open(&self.path);
        file.and_then(|mut file| file.write_all(piece)).map_err(at(&self.path))
    }

    async fn clear(&mut self) -> Result<(), SrsError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&self.path)(error)),
            _ => Ok(()),
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> SrsError {
    let path = path.to_owned();
    move |source| SrsError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use core::ops::Range;
    use std::sync::Mutex;

    use pollster::block_on;

    use super::*;
    use crate::srs::fetch::PIECE;
    use crate::srs::{FetchError, development_for_tests};

    const KIND: SrsKind = SrsKind::InsecureDevelopment;

    fn size(log2: u8) -> SrsSize {
        SrsSize::for_log2_gates(log2).unwrap()
    }

    #[test]
    fn the_development_srs_is_made_once_and_grows_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let cache = SrsCache::new(folder.path().join("srs"));
        assert!(matches!(cache.load(KIND, size(8)), Err(SrsError::Io { .. })));
        assert!(cache.path(KIND).to_str().unwrap().contains("INSECURE"));
        let mut made = 0;
        let mut get = |log2| {
            cache.development(size(log2), &mut |progress| {
                made += usize::from(matches!(progress, SrsProgress::Generating { done: 0, .. }));
            })
        };
        assert_eq!(get(8).unwrap(), development_for_tests(size(8)));
        assert_eq!(get(8).unwrap().bn254_points(), 257);
        assert_eq!(get(9).unwrap().bn254_points(), 513);
        assert_eq!(get(4).unwrap().bn254_points(), 17);
        assert_eq!(made, 2);
        // A damaged file is replaced.
        fs::write(cache.path(KIND), b"damaged").unwrap();
        assert_eq!(cache.development(size(4), &mut |_| ()).unwrap(), development_for_tests(size(4)));
        assert_eq!(fs::read_dir(folder.path().join("srs")).unwrap().count(), 1);
    }

    /// Serves bytes as told by the address: `good`, `bad` with a wrong byte in the last piece, `dead` after one piece.
    struct Server(Vec<u8>, Mutex<Vec<(String, Range<u64>)>>);

    impl Server {
        fn new() -> Self {
            Self(development_for_tests(size(9)).bn254_g1, Mutex::default())
        }

        fn asked(&self) -> Vec<(String, u64)> {
            std::mem::take(&mut *self.1.lock().unwrap()).into_iter().map(|(url, range)| (url, range.start)).collect()
        }
    }

    #[async_trait]
    impl Fetch for Server {
        async fn fetch(&self, url: &str, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
            self.1.lock().unwrap().push((url.to_owned(), range.clone()));
            let mut bytes = self.0[range.start as usize..range.end as usize].to_vec();
            match url {
                "dead" if range.start > 0 => return Err(FetchError::Status { url: url.to_owned(), status: 503 }),
                "short" => bytes.truncate(10),
                "bad" if range.end == self.0.len() as u64 => *bytes.last_mut().unwrap() ^= 1,
                _ => {}
            }
            Ok(bytes)
        }
    }

    fn download(folder: &Path, sources: &[&str], server: &Server) -> Result<Srs, SrsError> {
        block_on(SrsCache::new(folder).download(KIND, size(9), sources, server, &mut |_| ()))
    }

    #[test]
    fn a_download_goes_on_where_it_ended_with_the_next_source_or_the_next_time() {
        let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
        let error = download(folder.path(), &["dead", "short"], &server).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("dead: dead answered with status 503") && text.contains("sent 10 bytes"), "{text}");
        let piece = PIECE as u64;
        let asked = |url: &str, start| (url.to_owned(), start);
        // As there was something new, both are asked once more.
        let again = [asked("dead", piece), asked("short", piece)];
        assert_eq!(server.asked(), [&[asked("dead", 0)], &again[..], &again].concat());
        let srs = download(folder.path(), &["good"], &server).unwrap();
        assert_eq!(server.asked(), [asked("good", piece), asked("good", 2 * piece)]);
        assert_eq!(srs, development_for_tests(size(9)));
        // Now it is in the cache, and nothing else is.
        assert_eq!(download(folder.path(), &[], &server).unwrap(), srs);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn points_that_do_not_verify_are_thrown_away() {
        let (folder, server) = (tempfile::tempdir().unwrap(), Server::new());
        let srs = download(folder.path(), &["bad", "good"], &server).unwrap();
        assert_eq!(srs, development_for_tests(size(9)));
        assert_eq!(server.asked().iter().map(|(_, start)| *start).filter(|start| *start == 0).count(), 2);
        // Good points, but not of the ceremony.
        let other = tempfile::tempdir().unwrap();
        let cache = SrsCache::new(other.path());
        let error = block_on(cache.ignition(size(4), &["good"], &server, &mut |_| ())).unwrap_err();
        assert!(matches!(&error, SrsError::Sources(all) if matches!(all[..], [(_, SrsError::NotPowers)])), "{error}");
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }
}
