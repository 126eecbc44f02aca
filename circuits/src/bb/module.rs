//! The WebAssembly module of barretenberg.

use core::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::srs::Srs;
use crate::srs::translator::{self, PatchError};

/// The module is not the expected one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the barretenberg module has sha256 {found}, expected {expected}")]
pub struct ModuleError {
    /// The digest it should have.
    pub expected: String,
    /// The digest it has.
    pub found: String,
}

/// The WebAssembly module of barretenberg: the official one, or one whose constants were replaced for another SRS.
#[derive(Clone, PartialEq, Eq)]
pub struct BbModule {
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

impl BbModule {
    /// Digest of the module for one thread in `@aztec/bb.js` 4.1.2.
    pub const OFFICIAL_SHA256: &str = "48f5d6ac65de89764c353a06f4b8fb9defb3689672c3f0012c2bc603789fc055";

    /// A module with the digest it should have, in hex.
    ///
    /// # Errors
    /// If it has another.
    pub fn new(bytes: Vec<u8>, sha256: &str) -> Result<Self, ModuleError> {
        let module = Self::unchecked(bytes);
        let found = module.sha256();
        if found != sha256 {
            return Err(ModuleError { expected: sha256.to_owned(), found });
        }
        Ok(module)
    }

    /// A module that is trusted as it is, such as one this program made from a verified one.
    #[must_use]
    pub fn unchecked(bytes: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&bytes).into();
        Self { bytes, sha256 }
    }

    /// The official module for one thread.
    ///
    /// # Errors
    /// If the bytes are something else.
    pub fn official(bytes: Vec<u8>) -> Result<Self, ModuleError> {
        Self::new(bytes, Self::OFFICIAL_SHA256)
    }

    /// The module with what depends on the SRS replaced; itself for the Ignition SRS.
    ///
    /// # Errors
    /// If the module is not the official one, or the SRS has fewer than 2^17 points.
    pub fn for_srs(mut self, srs: &Srs) -> Result<Self, PatchError> {
        translator::patch(&mut self.bytes, srs)?;
        Ok(Self::unchecked(self.bytes))
    }

    /// The module.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its digest in hex.
    #[must_use]
    pub fn sha256(&self) -> String {
        use fmt::Write;
        self.sha256.iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a string cannot fail");
            text
        })
    }
}

impl fmt::Debug for BbModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BbModule({} bytes, sha256 {})", self.bytes.len(), self.sha256())
    }
}
