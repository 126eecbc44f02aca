//! Calls out of a program: what official code names oracles.

use async_trait::async_trait;
use protocol::field::Fr;
use thiserror::Error;

/// An argument or result of a foreign call. A single value and an array of one are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignValue {
    /// A value.
    Single(Fr),
    /// An array, flattened.
    Array(Vec<Fr>),
}

impl ForeignValue {
    /// The values in it.
    #[must_use]
    pub fn fields(&self) -> &[Fr] {
        match self {
            Self::Single(field) => core::slice::from_ref(field),
            Self::Array(fields) => fields,
        }
    }
}

impl From<Fr> for ForeignValue {
    fn from(field: Fr) -> Self {
        Self::Single(field)
    }
}

impl From<Vec<Fr>> for ForeignValue {
    fn from(fields: Vec<Fr>) -> Self {
        Self::Array(fields)
    }
}

/// A call a program waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignCall {
    /// What is called.
    pub name: String,
    /// The arguments.
    pub inputs: Vec<ForeignValue>,
}

/// Why a foreign call has no answer.
pub type ForeignCallError = Box<dyn core::error::Error + Send + Sync>;

/// Answers the foreign calls of a program.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait ForeignCalls: MaybeSend {
    /// Answers a call with one value per result.
    ///
    /// # Errors
    /// Whatever keeps the call from being answered; solving ends with it.
    async fn call(&mut self, call: ForeignCall) -> Result<Vec<ForeignValue>, ForeignCallError>;
}

/// [`Send`] where threads exist.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + ?Sized> MaybeSend for T {}

/// [`Send`] where threads exist, which is not here.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> MaybeSend for T {}

/// For programs without foreign calls, such as kernels: refuses every call.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoForeignCalls;

/// Nobody answers foreign calls here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("nobody answers foreign calls here")]
pub struct NotAnswered;

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl ForeignCalls for NoForeignCalls {
    async fn call(&mut self, _: ForeignCall) -> Result<Vec<ForeignValue>, ForeignCallError> {
        Err(Box::new(NotAnswered))
    }
}
