//! Files: read at any place, replaced in one step.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use protocol::artifact::pack::{ReadAt, ReadError};

/// A file that is read at any place, also by several threads at once.
#[derive(Debug)]
pub struct FileSource(File);

impl FileSource {
    /// Opens a file.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
    while !out.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, out, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                out = &mut out[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

impl ReadAt for FileSource {
    fn size(&self) -> Result<u64, ReadError> {
        self.0.metadata().map(|metadata| metadata.len()).map_err(|error| ReadError::Source(error.into()))
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        read_exact_at(&self.0, offset, out).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ReadError::OutOfRange,
            _ => ReadError::Source(error.into()),
        })
    }
}

/// A path beside `path` that no other process and no other call uses.
fn beside(path: &Path) -> PathBuf {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{call}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Writes a file so that whoever opens it finds all of the old contents or all of the new. Makes the folder if there is
/// none.
pub(crate) fn replace(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = beside(path);
    let write = || {
        let mut file = File::create(&temporary)?;
        parts.iter().try_for_each(|part| io::Write::write_all(&mut file, part))?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&temporary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_reads_parts_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file");
        replace(&path, &[b"old"]).unwrap();
        replace(&path, &[b"0123", b"456789"]).unwrap();
        let source = FileSource::open(&path).unwrap();
        assert_eq!(source.size().unwrap(), 10);
        let mut out = [0; 4];
        source.read_at(3, &mut out).unwrap();
        assert_eq!(&out, b"3456");
        assert!(matches!(source.read_at(7, &mut out), Err(ReadError::OutOfRange)));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert!(replace(folder.path(), &[b"x"]).is_err());
    }
}
