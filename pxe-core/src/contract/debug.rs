//! Where the opcodes of a function come from, for messages. Kept for classes whose developers register it.

use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::artifact::{DebugInfo, DebugJson, SourceFile, SourceSpan};
use protocol::contract::ContractClassId;
use serde::{Deserialize, Serialize};

use super::class::{self, bytes};
use super::{ContractError, Contracts};
use crate::store::{Job, Table};

/// How hard sources are compressed.
const LEVEL: u8 = 6;
/// No source file comes near this size.
const MAX_SOURCE: usize = 4 << 20;

/// A source file as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredSource {
    path: String,
    #[serde(with = "bytes")]
    deflated: Vec<u8>,
}

/// A place in the sources of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// The file, where it was when it was compiled.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The text there.
    pub text: String,
}

impl core::fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl Contracts {
    /// Keeps the sources and debug symbols in the official JSON of a registered class.
    ///
    /// # Errors
    /// If the class is unknown, or the debug information malformed.
    pub async fn register_debug(
        &self,
        job: &mut Job,
        id: ContractClassId,
        debug: &DebugJson<'_>,
    ) -> Result<(), ContractError> {
        let class = self.known_class(job, id).await?;
        for function in class.functions.iter().filter(|function| function.code.is_some()) {
            if let Some(symbols) = debug.deflated(&function.name)? {
                job.put(Table::Artifacts, class::symbols_key(id, function.selector), symbols);
            }
        }
        for (number, SourceFile { path, source }) in debug.files()? {
            let deflated = miniz_oxide::deflate::compress_to_vec(source.as_bytes(), LEVEL);
            let stored = class::encode(&class.name, "source", &StoredSource { path, deflated })?;
            job.put(Table::Artifacts, class::source_key(id, number), stored);
        }
        Ok(())
    }

    /// Registers a class from the official JSON of its artifact, with its sources and debug symbols.
    ///
    /// # Errors
    /// As for [`Self::register_json`] and [`Self::register_debug`].
    pub async fn register_json_with_debug(&self, job: &mut Job, json: &[u8]) -> Result<ContractClassId, ContractError> {
        let id = self.register_json(job, json).await?;
        self.register_debug(job, id, &DebugJson::from_json(json)?).await?;
        Ok(id)
    }

    /// Places in the sources that are found with the debug symbols of a function. Empty when nothing is known.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn source_places(
        &self,
        job: &Job,
        address: AztecAddress,
        selector: FunctionSelector,
        find: impl FnOnce(&DebugInfo) -> Vec<SourceSpan>,
    ) -> Result<Vec<SourcePlace>, ContractError> {
        if self.is_overridden(address) {
            return Ok(Vec::new());
        }
        let Some(instance) = self.instance(job, address).await? else { return Ok(Vec::new()) };
        let id = instance.instance.current_contract_class_id;
        let Some(symbols) = job.get(Table::Artifacts, &class::symbols_key(id, selector)).await? else {
            return Ok(Vec::new());
        };
        let mut places = Vec::new();
        for span in find(&DebugInfo::from_deflated(&symbols)?) {
            let Some(file) = self.source(job, id, span.file).await? else { continue };
            if let Some(found) = file.position(span) {
                let (path, text) = (found.path.into(), found.text.into());
                places.push(SourcePlace { path, line: found.line, column: found.column, text });
            }
        }
        Ok(places)
    }

    async fn source(
        &self,
        job: &Job,
        class: ContractClassId,
        number: u32,
    ) -> Result<Option<SourceFile>, ContractError> {
        let key = class::source_key(class, number);
        let Some(StoredSource { path, deflated }) = class::part(job, class, "source", &key).await? else {
            return Ok(None);
        };
        let text = miniz_oxide::inflate::decompress_to_vec_with_limit(&deflated, MAX_SOURCE).ok();
        Ok(text.and_then(|text| String::from_utf8(text).ok()).map(|source| SourceFile { path, source }))
    }
}
