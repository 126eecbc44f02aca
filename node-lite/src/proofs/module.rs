//! Where barretenberg's module is: in the official package or taken out of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use circuits::bb::BbModule;
use flate2::read::GzDecoder;
use thiserror::Error;

/// Most bytes of a file that is read; the script in the official package has 4 megabytes, the module 10.
const MAX_FILE: u64 = 64 << 20;
/// The script of `@aztec/bb.js` that holds the module for one thread.
const SCRIPT: &str = "dest/browser/barretenberg_wasm/fetch_code/browser/barretenberg.js";
/// What is before the module in that script.
const PREFIX: &[u8] = b"data:application/gzip;base64,";

/// Why there is no module.
#[derive(Debug, Error)]
pub enum ModuleError {
    /// It is not where it is looked for.
    #[error("no barretenberg module at {}", path.display())]
    NotFound {
        /// The place.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{} holds no WebAssembly module: neither plain, nor compressed with gzip, nor in a script", path.display())]
    NoModule {
        /// The file.
        path: PathBuf,
    },
    /// It is not the module of this version.
    #[error("{}: {source}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Its digest and the right one.
        source: circuits::bb::ModuleError,
    },
}

/// Where barretenberg's module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BarretenbergSource {
    /// A file: the module, the module compressed with gzip, or the script of `@aztec/bb.js` that holds it; or a folder:
    /// that package, or the `node_modules` it is in.
    Path(PathBuf),
    /// The cache folder of this project, where `cargo xtask barretenberg` puts it.
    Cache(PathBuf),
}

impl BarretenbergSource {
    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Path(path) if path.is_dir() => {
                let package = path.join("@aztec/bb.js");
                if package.is_dir() { package.join(SCRIPT) } else { path.join(SCRIPT) }
            }
            Self::Path(path) => path.clone(),
            Self::Cache(folder) => folder.join(format!("barretenberg/barretenberg-{}.wasm", BbModule::OFFICIAL_SHA256)),
        }
    }

    /// Reads the module, which must be the official one.
    ///
    /// # Errors
    /// If it is not there, or another.
    pub fn read(&self) -> Result<BbModule, ModuleError> {
        let path = self.path();
        let bytes = read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ModuleError::NotFound { path: path.clone() },
            _ => ModuleError::Read { path: path.clone(), source },
        })?;
        let bytes = module(bytes).ok_or_else(|| ModuleError::NoModule { path: path.clone() })?;
        BbModule::official(bytes).map_err(|source| ModuleError::Wrong { path, source })
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The module in a file's bytes.
fn module(bytes: Vec<u8>) -> Option<Vec<u8>> {
    if bytes.starts_with(b"\0asm") {
        return Some(bytes);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        GzDecoder::new(bytes.as_slice()).take(MAX_FILE).read_to_end(&mut plain).ok()?;
        return Some(plain);
    }
    let start = bytes.windows(PREFIX.len()).position(|window| window == PREFIX)? + PREFIX.len();
    let packed = bytes[start..].split(|byte| *byte == b'"').next()?;
    module(BASE64_STANDARD.decode(packed).ok().filter(|packed| packed.starts_with(&[0x1f, 0x8b]))?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    fn zipped() -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(MODULE).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn every_form_of_the_module_is_read() {
        assert_eq!(module(MODULE.to_vec()).unwrap(), MODULE);
        assert_eq!(module(zipped()).unwrap(), MODULE);
        let script = format!("export default \"data:application/gzip;base64,{}\";", BASE64_STANDARD.encode(zipped()));
        assert_eq!(module(script.into_bytes()).unwrap(), MODULE);
        let again =
            format!("data:application/gzip;base64,{}", BASE64_STANDARD.encode(b"data:application/gzip;base64,"));
        for other in [b"".as_slice(), b"text", b"data:application/gzip;base64,!", again.as_bytes(), &[0x1f, 0x8b, 0]] {
            assert_eq!(module(other.to_vec()), None);
        }
    }

    #[test]
    fn what_is_not_the_official_module_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let source = BarretenbergSource::Cache(folder.path().into());
        let error = source.read().unwrap_err();
        assert!(matches!(&error, ModuleError::NotFound { path } if path.starts_with(folder.path())), "{error}");
        let package = folder.path().join("@aztec/bb.js");
        let source = BarretenbergSource::Path(folder.path().into());
        assert_eq!(source.path(), folder.path().join(SCRIPT));
        fs::create_dir_all(&package).unwrap();
        assert_eq!(source.path(), package.join(SCRIPT));
        let file = folder.path().join("module.wasm");
        fs::write(&file, "text").unwrap();
        let source = BarretenbergSource::Path(file.clone());
        assert!(matches!(source.read().unwrap_err(), ModuleError::NoModule { .. }));
        fs::write(&file, MODULE).unwrap();
        let error = source.read().unwrap_err().to_string();
        assert!(error.contains("module.wasm") && error.contains(BbModule::OFFICIAL_SHA256), "{error}");
    }
}
