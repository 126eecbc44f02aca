//! Code that is fetched when it is needed first: a browser loads the functions it calls before all the others.
//!
//! A class may be registered from an artifact without the code of some functions; the class id commits to their hashes.
//! What is missing stands in [`Table::Artifacts`] until it was fetched.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use protocol::abi::FunctionSelector;
use protocol::artifact::Bytecode;
use protocol::codec::Decode;
use protocol::contract::ContractClassId;

use super::class::{self, StoredFunction};
use super::{CodeHash, ContractError, Contracts};
use crate::port::{MaybeSend, MaybeSync};
use crate::store::{Job, StoreError, Table};

/// Where the code of contracts that wallets come with is kept.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait CodeSource: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Loads the code with a hash. What it gives is checked against that.
    ///
    /// # Errors
    /// If there is none, or it cannot be loaded.
    async fn code(&self, hash: CodeHash) -> Result<Vec<u8>, Box<dyn core::error::Error + Send + Sync>>;
}

/// A function whose code was not fetched yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingCode {
    class: ContractClassId,
    selector: FunctionSelector,
    code: CodeHash,
}

impl Contracts {
    /// Functions whose code was not fetched yet.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn missing_code(&self, job: &Job) -> Result<Vec<MissingCode>, ContractError> {
        let damaged = |source| StoreError::Damaged { table: Table::Artifacts, source };
        let mut missing = Vec::new();
        for (key, code) in job.scan(Table::Artifacts, &[class::MISSING], &[], usize::MAX).await? {
            let (class, selector) = key[1..].split_at_checked(32).unwrap_or((&key, &[]));
            let class = ContractClassId::from_buffer(class).map_err(damaged)?;
            let selector = FunctionSelector(u32::from_buffer(selector).map_err(damaged)?);
            let code = CodeHash(<[u8; 32]>::from_buffer(&code).map_err(damaged)?);
            missing.push(MissingCode { class, selector, code });
        }
        Ok(missing)
    }

    /// Fetches the code of a function, to be stored with [`Self::store_code`].
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn fetch_missing(&self, job: &Job, missing: MissingCode) -> Result<Bytecode, ContractError> {
        let class = self.known_class(job, missing.class).await?;
        let function = class.function(missing.selector).map(|function| function.name.clone()).unwrap_or_default();
        self.fetch(&class.name, &function, missing.code).await
    }

    /// Stores the code of a function that was missing.
    ///
    /// # Errors
    /// If it is other code, or the store fails or is damaged.
    pub async fn store_code(&self, job: &mut Job, missing: MissingCode, code: &Bytecode) -> Result<(), ContractError> {
        let MissingCode { class, selector, .. } = missing;
        let Some(stored) = class::load_function(job, class, selector).await? else { return Ok(()) };
        let name = self.known_class(job, class).await?.name.clone();
        if CodeHash::of(code) != missing.code {
            return Err(other_code(&name, &stored.abi.name, missing.code));
        }
        let complete = StoredFunction { bytecode: code.as_bytes().to_vec(), ..stored };
        class::store_function(job, class, &name, selector, &complete)?;
        job.delete(Table::Artifacts, class::missing_key(class, selector));
        Ok(())
    }

    pub(super) async fn fetch(
        &self,
        contract: &str,
        function: &str,
        hash: CodeHash,
    ) -> Result<Bytecode, ContractError> {
        let (contract, function) = (String::from(contract), String::from(function));
        let Some(source) = &self.code else { return Err(ContractError::NoCode { contract, function }) };
        match source.code(hash).await.map(Bytecode::from_bytes) {
            Ok(code) if CodeHash::of(&code) == hash => Ok(code),
            Ok(_) => Err(other_code(&contract, &function, hash)),
            Err(source) => Err(ContractError::Code { contract, function, source }),
        }
    }
}

fn other_code(contract: &str, function: &str, code: CodeHash) -> ContractError {
    ContractError::OtherCode { contract: contract.into(), function: function.into(), code }
}
