//! The module as machine code, kept on disk: compiling takes ten seconds or more.

use core::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::{Config, Engine, Module, OptLevel};

use super::super::{BackendError, BbModule};

/// First bytes of a file; the SHA-256 of the rest follows.
const MAGIC: &[u8; 8] = b"bbcode01";
const HEADER: usize = MAGIC.len() + 32;

/// The module as machine code, cheap to clone; any number of instances can run it.
#[derive(Clone)]
pub struct CompiledModule {
    module: Module,
    sha256: String,
}

impl CompiledModule {
    /// Takes the machine code from the folder, or compiles the module and leaves the code there. `on_compile` is called
    /// before it compiles, which takes a while.
    ///
    /// Whoever can write to the folder can run code in this program: it must belong to the user.
    ///
    /// # Errors
    /// If the bytes are no WebAssembly module. A folder that cannot be used only costs the time to compile.
    pub fn load(module: &BbModule, folder: Option<&Path>, on_compile: impl FnOnce()) -> Result<Self, BackendError> {
        let engine = engine()?;
        let sha256 = module.sha256();
        let path = folder.map(|folder| folder.join(file_name(&sha256, &engine)));
        if let Some(module) = path.as_deref().and_then(|path| read(&engine, path)) {
            return Ok(Self { module, sha256 });
        }
        on_compile();
        let module = Module::new(&engine, module.bytes()).map_err(|error| failed(&error))?;
        if let Some(path) = path {
            // Next time it is compiled again, as without a folder.
            let _ = write(&module, &path);
        }
        Ok(Self { module, sha256 })
    }

    pub(super) fn engine(&self) -> &Engine {
        self.module.engine()
    }

    pub(super) const fn module(&self) -> &Module {
        &self.module
    }
}

fn engine() -> Result<Engine, BackendError> {
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::Speed).epoch_interruption(true).wasm_backtrace_max_frames(None);
    Engine::new(&config).map_err(|error| failed(&error))
}

pub(super) fn failed(error: &wasmtime::Error) -> BackendError {
    BackendError::Module { detail: format!("{error:#}") }
}

/// Names module, version and settings of wasmtime, and the processor's kind and features.
fn file_name(sha256: &str, engine: &Engine) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("barretenberg-{sha256}-{:016x}.code", hasher.finish())
}

/// The machine code in a file; none if it is absent, damaged, or for another wasmtime.
fn read(engine: &Engine, path: &Path) -> Option<Module> {
    let bytes = fs::read(path).ok()?;
    let (header, code) = bytes.split_at_checked(HEADER)?;
    let (magic, digest) = header.split_at(MAGIC.len());
    if magic != MAGIC || digest != Sha256::digest(code).as_slice() {
        return None;
    }
    // SAFETY: the digest says that the bytes are what `write` wrote from a compiled module, and the folder belongs to
    // the user; wasmtime checks that they are for this version, these settings and this processor.
    #[expect(unsafe_code, reason = "the only way to take machine code from a file")]
    unsafe {
        Module::deserialize(engine, code).ok()
    }
}

/// A reader finds the whole file or none.
fn write(module: &Module, path: &Path) -> io::Result<()> {
    let code = module.serialize().map_err(|error| io::Error::other(format!("{error:#}")))?;
    let folder: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&folder)?;
    let partial = path.with_extension(format!("partial-{}", std::process::id()));
    fs::write(&partial, [MAGIC.as_slice(), Sha256::digest(&code).as_slice(), &code].concat())?;
    fs::rename(&partial, path)
}

impl fmt::Debug for CompiledModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompiledModule(sha256 {})", self.sha256)
    }
}
