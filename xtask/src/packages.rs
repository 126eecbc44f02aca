//! The official npm packages that carry the contract and circuit artifacts, and the one that carries barretenberg.
//!
//! Only the six tarballs are downloaded, none of what they depend on, and each must have the digest that
//! `xtask/packages.lock.json` records. They are kept in a cache folder outside the checkout.
use std::{
    env,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha512};

/// Names a `node_modules` folder to read the packages from, instead of the cache.
pub const FOLDER_VARIABLE: &str = "AZTEC_LITE_PACKAGES";
/// Names the cache folder; by default `aztec-lite` in the user's cache folder.
pub const CACHE_VARIABLE: &str = "AZTEC_LITE_CACHE";

/// No file of interest comes near this size; it bounds what one entry of an archive may allocate.
const MAX_FILE: u64 = 64 << 20;

/// Why an official package cannot be had or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The lock file has no such package.
    #[error("{0} is not in xtask/packages.lock.json")]
    Unknown(String),
    /// The package is not in the cache.
    #[error("{package} is not in {}: run `cargo xtask fetch`", folder.display())]
    NotFetched {
        /// `name@version`.
        package: String,
        /// The cache folder.
        folder: PathBuf,
    },
    /// The archive is not the one that was locked.
    #[error("{}: wrong digest for {package}: locked {expected}, found {found}", path.display())]
    Digest {
        /// `name@version`.
        package: String,
        /// The archive.
        path: PathBuf,
        /// The digest in the lock file.
        expected: String,
        /// The digest of the archive.
        found: String,
    },
    /// The installed package has another version than the locked one.
    #[error("{}: version {found} where {package} is needed", path.display())]
    Version {
        /// `name@version`.
        package: String,
        /// The installed package's `package.json`.
        path: PathBuf,
        /// The version found there.
        found: String,
    },
    /// npm could not deliver the package.
    #[error("`npm pack {package}` failed ({status})")]
    Npm {
        /// `name@version`.
        package: String,
        /// How npm ended.
        status: ExitStatus,
    },
    /// npm ended well but left nothing, or more than one archive.
    #[error("`npm pack {package}` left {count} archives where 1 was expected")]
    NpmOutput {
        /// `name@version`.
        package: String,
        /// How many archives it left.
        count: usize,
    },
    /// A file in a package is larger than any should be.
    #[error("{path} in {package} has {size} bytes, the limit is {MAX_FILE}")]
    TooLarge {
        /// The package.
        package: String,
        /// The file.
        path: String,
        /// Its size.
        size: u64,
    },
    /// A file is not the JSON it should be.
    #[error("{path} is not the expected JSON")]
    Json {
        /// The file.
        path: String,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A file, folder or program could not be used.
    #[error("cannot access {}", path.display())]
    Io {
        /// The file, folder or program.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// One line of the lock file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    name: String,
    version: String,
    integrity: String,
    /// Whether it carries artifacts.
    #[serde(default = "yes")]
    artifacts: bool,
}

const fn yes() -> bool {
    true
}

impl Locked {
    fn spec(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The archive's name in the cache: the package's name without its scope sign, and the version.
    fn file_name(&self) -> String {
        format!("{}-{}.tgz", self.name.trim_start_matches('@').replace('/', "-"), self.version)
    }

    /// Says whether the file is the locked archive.
    fn verify(&self, path: &Path) -> Result<(), PackageError> {
        let at = |source| PackageError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(at)?;
        let mut hasher = Sha512::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut chunk).map_err(at)?;
            if count == 0 {
                break;
            }
            hasher.update(&chunk[..count]);
        }
        let found = format!("sha512-{}", BASE64_STANDARD.encode(hasher.finalize()));
        if found == self.integrity {
            return Ok(());
        }
        let (path, expected) = (path.to_owned(), self.integrity.clone());
        Err(PackageError::Digest { package: self.spec(), path, expected, found })
    }

    /// Finds the package in `place` and checks that it is the locked one.
    fn open(&self, place: &Place) -> Result<Package, PackageError> {
        match place {
            Place::Cache(folder) => {
                let archive = folder.join(self.file_name());
                if !archive.is_file() {
                    return Err(PackageError::NotFetched { package: self.spec(), folder: folder.clone() });
                }
                self.verify(&archive)?;
                Ok(Package { name: self.name.clone(), source: Source::Archive(archive) })
            }
            Place::NodeModules(folder) => {
                let folder = folder.join(&self.name);
                let path = folder.join("package.json");
                let text = fs::read(&path).map_err(|source| PackageError::Io { path: path.clone(), source })?;
                let Manifest { version } = serde_json::from_slice(&text)
                    .map_err(|source| PackageError::Json { path: path.display().to_string(), source })?;
                if version != self.version {
                    return Err(PackageError::Version { package: self.spec(), path, found: version });
                }
                Ok(Package { name: self.name.clone(), source: Source::Folder(folder) })
            }
        }
    }
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
}

/// Where packages are looked for.
#[derive(Debug)]
enum Place {
    Cache(PathBuf),
    NodeModules(PathBuf),
}

impl Place {
    fn from_environment() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(folder) = set(FOLDER_VARIABLE) {
            return Self::NodeModules(folder);
        }
        Self::Cache(cache_folder().join("packages"))
    }
}

/// The cache folder, whether it exists or not.
#[must_use]
pub fn cache_folder() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set(CACHE_VARIABLE).unwrap_or_else(|| {
        let home = || env::home_dir().unwrap_or_default().join(".cache");
        set("XDG_CACHE_HOME").unwrap_or_else(home).join("aztec-lite")
    })
}

fn lock() -> Result<Vec<Locked>, PackageError> {
    serde_json::from_str(include_str!("../packages.lock.json"))
        .map_err(|source| PackageError::Json { path: "xtask/packages.lock.json".into(), source })
}

/// The names of the official packages that carry artifacts.
///
/// # Errors
/// If the lock file is malformed.
pub fn names() -> Result<Vec<String>, PackageError> {
    Ok(lock()?.into_iter().filter(|locked| locked.artifacts).map(|locked| locked.name).collect())
}

/// Version and digest of an official package.
///
/// # Errors
/// If it is not in the lock file.
pub fn locked(name: &str) -> Result<(String, String), PackageError> {
    let found = lock()?.into_iter().find(|locked| locked.name == name);
    found.map(|locked| (locked.version, locked.integrity)).ok_or_else(|| PackageError::Unknown(name.to_owned()))
}

/// Finds and verifies every package without downloading.
///
/// # Errors
/// The first package that is absent or not as locked.
pub fn present() -> Result<(), PackageError> {
    let place = Place::from_environment();
    lock()?.iter().try_for_each(|locked| locked.open(&place).map(drop))
}

/// Downloads every package that is not in the cache yet, with the user's npm settings. A download counts only once its
/// digest is verified.
///
/// # Errors
/// If npm fails or delivers something other than what is locked.
pub fn fetch() -> Result<(), PackageError> {
    let place = Place::from_environment();
    for locked in lock()? {
        let how = match (&place, locked.open(&place)) {
            (_, Ok(_)) => "verified",
            (Place::Cache(folder), Err(PackageError::NotFetched { .. } | PackageError::Digest { .. })) => {
                download(&locked, folder)?;
                "downloaded, verified"
            }
            (_, Err(error)) => return Err(error),
        };
        println!("{:<50} {how}", locked.spec());
    }
    Ok(())
}

fn download(locked: &Locked, folder: &Path) -> Result<(), PackageError> {
    // A folder of its own for each process: two downloads at once must not meet.
    let partial = folder.join(format!(".partial-{}", std::process::id()));
    fs::create_dir_all(&partial).map_err(|source| PackageError::Io { path: partial.clone(), source })?;
    let result = pack(locked, &partial).and_then(|archive| {
        locked.verify(&archive)?;
        let path = folder.join(locked.file_name());
        fs::rename(&archive, &path).map_err(|source| PackageError::Io { path, source })
    });
    // What is left there is worth nothing; the result says what went wrong.
    let _ = fs::remove_dir_all(&partial);
    result
}

fn pack(locked: &Locked, folder: &Path) -> Result<PathBuf, PackageError> {
    let package = locked.spec();
    let status = Command::new("npm")
        .args(["pack", &package, "--silent", "--ignore-scripts", "--pack-destination", "."])
        .current_dir(folder)
        .stdout(io::stderr())
        .status()
        .map_err(|source| PackageError::Io { path: "npm".into(), source })?;
    if !status.success() {
        return Err(PackageError::Npm { package, status });
    }
    let mut archives = files_under(folder, folder)?;
    match archives.pop() {
        Some(archive) if archives.is_empty() => Ok(folder.join(archive)),
        last => Err(PackageError::NpmOutput { package, count: archives.len() + usize::from(last.is_some()) }),
    }
}

/// An official package, verified, whose files can be read.
#[derive(Debug)]
pub struct Package {
    name: String,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Archive(PathBuf),
    Folder(PathBuf),
}

/// Opens an official package by name, such as `@aztec/accounts`.
///
/// # Errors
/// If it is not in the lock file, not fetched, or not as locked.
pub fn open(name: &str) -> Result<Package, PackageError> {
    let locked = lock()?.into_iter().find(|locked| locked.name == name);
    locked.ok_or_else(|| PackageError::Unknown(name.to_owned()))?.open(&Place::from_environment())
}

impl Package {
    /// The package's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads each JSON file below `artifacts/`, where all official packages keep their contracts and circuits. `visit`
    /// gets the path below `artifacts/` and the bytes, in no particular order.
    ///
    /// # Errors
    /// If a file cannot be read, or the first error of `visit`.
    pub fn artifacts<E: From<PackageError>>(
        &self,
        mut visit: impl FnMut(&str, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.files(
            |path| path.strip_prefix("artifacts/").filter(|rest| rest.ends_with(".json")).is_some(),
            |path, bytes| visit(path.trim_start_matches("artifacts/"), bytes),
        )
    }

    /// Reads each file whose path in the package satisfies `wanted`, one at a time.
    ///
    /// # Errors
    /// If a file cannot be read, or the first error of `visit`.
    pub fn files<E: From<PackageError>>(
        &self,
        wanted: impl Fn(&str) -> bool,
        mut visit: impl FnMut(&str, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.source {
            Source::Archive(path) => {
                let at = |source| PackageError::Io { path: path.clone(), source };
                let file = File::open(path).map_err(at)?;
                let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
                for entry in archive.entries().map_err(at)? {
                    let entry = entry.map_err(at)?;
                    let full = entry.path().map_err(at)?.to_string_lossy().into_owned();
                    // npm puts every file of a package below one folder, by custom called `package`.
                    let Some((_, inner)) = full.split_once('/') else { continue };
                    if entry.header().entry_type().is_file() && wanted(inner) {
                        let size = entry.size();
                        visit(inner, read(&self.name, inner, size, entry)?)?;
                    }
                }
            }
            Source::Folder(folder) => {
                for inner in files_under(folder, folder)?.iter().filter(|inner| wanted(inner)) {
                    let path = folder.join(inner);
                    let at = |source| PackageError::Io { path: path.clone(), source };
                    let file = File::open(&path).map_err(at)?;
                    let size = file.metadata().map_err(at)?.len();
                    visit(inner, read(&self.name, inner, size, file)?)?;
                }
            }
        }
        Ok(())
    }
}

fn read(package: &str, path: &str, size: u64, reader: impl Read) -> Result<Vec<u8>, PackageError> {
    if size > MAX_FILE {
        return Err(PackageError::TooLarge { package: package.into(), path: path.into(), size });
    }
    let mut bytes = Vec::new();
    let at = |source| PackageError::Io { path: Path::new(package).join(path), source };
    reader.take(MAX_FILE).read_to_end(&mut bytes).map_err(at)?;
    Ok(bytes)
}

/// The paths of all files below `folder`, relative to `root`, with `/` between names; links are not followed.
fn files_under(root: &Path, folder: &Path) -> Result<Vec<String>, PackageError> {
    let at = |source| PackageError::Io { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(at)?);
        if kind.is_dir() {
            found.extend(files_under(root, &path)?);
        } else if kind.is_file() {
            let inner = path.strip_prefix(root).unwrap_or(&path);
            found.push(inner.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    const FILES: &[(&str, &[u8])] = &[
        ("package/package.json", br#"{"version": "1.2.3"}"#),
        ("package/artifacts/A.json", b"{}"),
        ("package/artifacts/keys/B.json", b"[]"),
        ("package/artifacts/A.d.json.ts", b"ts"),
        ("package/dest/C.json", b"no"),
    ];

    fn locked(bytes: &[u8]) -> Locked {
        let integrity = format!("sha512-{}", BASE64_STANDARD.encode(Sha512::digest(bytes)));
        Locked { name: "@scope/name".into(), version: "1.2.3".into(), integrity, artifacts: true }
    }

    fn artifacts(package: &Package) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let keep = |path: &str, bytes| -> Result<(), PackageError> {
            found.push((path.to_owned(), bytes));
            Ok(())
        };
        package.artifacts(keep).unwrap();
        found.sort();
        found
    }

    fn expected() -> Vec<(String, Vec<u8>)> {
        vec![("A.json".into(), b"{}".to_vec()), ("keys/B.json".into(), b"[]".to_vec())]
    }

    #[test]
    fn reads_artifacts_from_an_archive() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = archive(FILES);
        let locked = locked(&bytes);
        fs::write(folder.path().join("scope-name-1.2.3.tgz"), &bytes).unwrap();
        let package = locked.open(&Place::Cache(folder.path().into())).unwrap();
        assert_eq!(artifacts(&package), expected());
    }

    #[test]
    fn refuses_an_archive_with_another_digest() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = archive(FILES);
        let locked = locked(&bytes);
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(folder.path().join("scope-name-1.2.3.tgz"), &bytes).unwrap();
        let error = locked.open(&Place::Cache(folder.path().into())).unwrap_err();
        assert!(matches!(&error, PackageError::Digest { package, .. } if package == "@scope/name@1.2.3"), "{error}");
    }

    #[test]
    fn says_when_a_package_was_not_fetched() {
        let folder = tempfile::tempdir().unwrap();
        let error = locked(b"").open(&Place::Cache(folder.path().into())).unwrap_err();
        assert!(error.to_string().contains("cargo xtask fetch"), "{error}");
    }

    #[test]
    fn reads_artifacts_from_an_installation_of_the_right_version() {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in FILES {
            let path = folder.path().join("@scope/name").join(path.trim_start_matches("package/"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let place = Place::NodeModules(folder.path().into());
        let mut locked = locked(b"");
        assert_eq!(artifacts(&locked.open(&place).unwrap()), expected());
        locked.version = "1.2.4".into();
        let error = locked.open(&place).unwrap_err();
        assert!(matches!(&error, PackageError::Version { found, .. } if found == "1.2.3"), "{error}");
    }

    #[test]
    fn refuses_a_file_that_is_too_large() {
        let error = read("p", "f", MAX_FILE + 1, io::empty()).unwrap_err();
        assert!(matches!(error, PackageError::TooLarge { size, .. } if size == MAX_FILE + 1));
    }

    #[test]
    fn the_lock_file_names_each_package_once_at_the_protocol_version() {
        let locked = lock().unwrap();
        assert_eq!(locked.len(), 6);
        for (at, package) in locked.iter().enumerate() {
            assert_eq!(package.version, "4.1.2", "{}", package.name);
            assert!(package.integrity.starts_with("sha512-"), "{}", package.name);
            assert!(locked[..at].iter().all(|other| other.name != package.name), "{} twice", package.name);
        }
    }
}
