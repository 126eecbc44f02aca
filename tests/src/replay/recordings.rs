//! Where recordings are: a folder, or a compressed archive of one.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

/// Files of recordings.
#[derive(Debug)]
pub enum Recordings {
    /// A folder.
    Folder(PathBuf),
    /// The files of a `.tar.gz`.
    Archive(BTreeMap<String, Vec<u8>>),
}

impl Recordings {
    /// Opens a folder or a `.tar.gz`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let mut files = BTreeMap::new();
        for entry in tar::Archive::new(GzDecoder::new(std::fs::File::open(path)?)).entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.insert(name, bytes);
        }
        Ok(Self::Archive(files))
    }

    /// Names of the files with an extension, without it, in order.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn names(&self, extension: &str) -> io::Result<Vec<String>> {
        let suffix = format!(".{extension}");
        let mut names = Vec::new();
        let mut add = |name: &str| names.extend(name.strip_suffix(&suffix).map(str::to_owned));
        match self {
            Self::Archive(files) => files.keys().for_each(|name| add(name)),
            Self::Folder(folder) => {
                for entry in std::fs::read_dir(folder)? {
                    add(&entry?.file_name().to_string_lossy());
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// A file.
    ///
    /// # Errors
    /// If it is not there.
    pub fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => std::fs::read(folder.join(name)),
            Self::Archive(files) => files.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into()),
        }
    }
}
