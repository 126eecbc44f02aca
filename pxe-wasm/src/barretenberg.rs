//! Barretenberg in a worker of its own as a backend of [`circuits`].

use core::num::NonZeroUsize;
use std::io;

use async_trait::async_trait;
use circuits::bb::{Backend, BackendError, Description, VERSION};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the SDK's class `Barretenberg` offers.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(typescript_type = "Barretenberg")]
    pub type JsBarretenberg;

    #[wasm_bindgen(method, catch)]
    async fn call(this: &JsBarretenberg, request: Uint8Array) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn restart(this: &JsBarretenberg) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn stop(this: &JsBarretenberg);
    #[wasm_bindgen(method, getter)]
    fn threads(this: &JsBarretenberg) -> u32;
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** Barretenberg in a worker. Errors have a `code`: `start`, `aborted`, `crashed` or `stopped`. */
export interface Barretenberg {
  readonly threads: number;
  call(request: Uint8Array): Promise<Uint8Array>;
  restart(): Promise<void>;
  stop(): void;
}
";

/// Barretenberg in a worker.
#[derive(Debug)]
pub struct WorkerBackend(JsBarretenberg);

impl WorkerBackend {
    /// Takes a barretenberg that has been started.
    #[must_use]
    pub const fn new(barretenberg: JsBarretenberg) -> Self {
        Self(barretenberg)
    }
}

/// Stops barretenberg unless its reply came first: the only way to cancel a request.
struct StopOnDrop<'a>(Option<&'a JsBarretenberg>);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(barretenberg) = self.0 {
            barretenberg.stop();
        }
    }
}

#[async_trait(?Send)]
impl Backend for WorkerBackend {
    fn description(&self) -> Description {
        let threads = NonZeroUsize::new(self.0.threads() as usize).unwrap_or(NonZeroUsize::MIN);
        Description { name: "WebAssembly in a worker".into(), version: VERSION.into(), threads }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        let mut guard = StopOnDrop(Some(&self.0));
        let reply = self.0.call(Uint8Array::from(request)).await;
        guard.0 = None;
        reply.map(|reply| reply.to_vec()).map_err(|error| failure(&error))
    }

    async fn restart(&mut self) -> Result<(), BackendError> {
        self.0.restart().await.map_err(|error| failure(&error))
    }
}

/// What an error of the SDK's class means.
fn failure(error: &JsValue) -> BackendError {
    let member = |name| Reflect::get(error, &JsValue::from_str(name)).ok().and_then(|value| value.as_string());
    let message = member("message").unwrap_or_else(|| format!("{error:?}"));
    match member("code").as_deref() {
        Some("start") => BackendError::Start { command: "a worker".into(), source: io::Error::other(message) },
        Some("aborted") => BackendError::Aborted { message },
        _ => BackendError::Crashed { detail: message },
    }
}
