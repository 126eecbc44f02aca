//! What the script around the module does for it, and the small ports of the browser.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use circuits::set::Circuit;
use js_sys::{Function, Reflect, Uint8Array};
use protocol::artifact::pack::Pack;
use protocol::artifact::{CircuitArtifact, ContractArtifact};
use protocol::block::Timestamp;
use pxe_core::contract::{CodeHash, CodeSource};
use pxe_core::kernel::{CircuitForm, CircuitSource, CircuitSourceError};
use pxe_core::port::{Clock, Rng};
use pxe_core::wallet::{ArtifactSource, ArtifactSourceError};
use wasm_bindgen::prelude::*;

use crate::barretenberg::JsBarretenberg;

#[wasm_bindgen]
extern "C" {
    /// What the script around the module offers.
    #[derive(Debug, Clone)]
    #[wasm_bindgen(typescript_type = "HostServices")]
    pub type HostServices;

    #[wasm_bindgen(method, catch)]
    async fn artifact(this: &HostServices, name: &str) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = startBarretenberg)]
    pub(crate) async fn start_barretenberg(this: &HostServices, patch: &Function) -> Result<JsBarretenberg, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readFile)]
    pub(crate) async fn read_file(this: &HostServices, name: &str) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = appendFile)]
    pub(crate) async fn append_file(this: &HostServices, name: &str, bytes: Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeFile)]
    pub(crate) async fn remove_file(this: &HostServices, name: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn claim(this: &HostServices, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    pub(crate) fn progress(this: &HostServices, id: &str, json: &str);

    #[wasm_bindgen(js_namespace = ["globalThis", "crypto"], js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);
    #[wasm_bindgen(js_namespace = ["globalThis", "performance"], js_name = now)]
    fn performance_now() -> f64;
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** What the wallet is given by the script around it. */
export interface HostServices {
  /** The bytes of a file that comes with the package, such as `contracts/Token`. */
  artifact(name: string): Promise<Uint8Array>;
  /** Starts barretenberg; `patch` gives its module the key of the network's reference string. */
  startBarretenberg(patch: (module: Uint8Array) => Uint8Array): Promise<Barretenberg>;
  /** A file of this site; empty if there is none. */
  readFile(name: string): Promise<Uint8Array>;
  /** Adds to a file, or makes it. */
  appendFile(name: string, bytes: Uint8Array): Promise<void>;
  removeFile(name: string): Promise<void>;
  /** Makes a name the caller's for as long as it lives; says whether it is. */
  claim(name: string): Promise<boolean>;
  /** How far a call is, as JSON. */
  progress(id: string, json: string): void;
}
";

/// An error of a script.
pub(crate) type Thrown = Box<dyn core::error::Error + Send + Sync>;

/// What a script threw, as an error.
pub(crate) fn thrown(value: &JsValue) -> Thrown {
    let message = Reflect::get(value, &"message".into()).ok().and_then(|message| message.as_string());
    Box::new(io::Error::other(message.or_else(|| value.as_string()).unwrap_or_else(|| format!("{value:?}"))))
}

/// Artifacts that come with the package, each loaded when it is needed first.
#[derive(Debug, Clone)]
pub struct Artifacts(pub HostServices);

impl Artifacts {
    /// The bytes of a file.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub async fn file(&self, name: &str) -> Result<Vec<u8>, Thrown> {
        Ok(self.0.artifact(name).await.map_err(|error| thrown(&error))?.to_vec())
    }
}

#[async_trait(?Send)]
impl ArtifactSource for Artifacts {
    async fn contract(&self, name: &str) -> Result<Arc<ContractArtifact>, ArtifactSourceError> {
        let failed = |source| ArtifactSourceError::Load { name: name.to_owned(), source };
        let bytes = self.file(&format!("contracts/{name}.pack")).await.map_err(failed)?;
        let read = Pack::open(bytes).and_then(|pack| pack.contract(name).and_then(|contract| contract.artifact()));
        Ok(Arc::new(read.map_err(|error| failed(Box::new(error)))?))
    }
}

#[async_trait(?Send)]
impl CodeSource for Artifacts {
    async fn code(&self, hash: CodeHash) -> Result<Vec<u8>, Thrown> {
        self.file(&format!("code/{hash}.bin")).await
    }
}

#[async_trait(?Send)]
impl CircuitSource for Artifacts {
    async fn load(&self, circuit: Circuit, form: CircuitForm) -> Result<CircuitArtifact, CircuitSourceError> {
        let name = match form {
            CircuitForm::Provable => circuit.name(),
            CircuitForm::Simulated => circuit.simulated_name().unwrap_or_else(|| circuit.name()),
        };
        let bytes = self.file(&format!("circuits/{name}.pack")).await?;
        Ok(Pack::open(bytes)?.circuit(&name)?)
    }
}

/// The browser's randomness.
#[derive(Debug)]
pub struct BrowserRng;

impl Rng for BrowserRng {
    fn fill(&self, bytes: &mut [u8]) {
        // No more are given at a time.
        bytes.chunks_mut(65_536).for_each(get_random_values);
    }
}

/// The browser's time.
#[derive(Debug)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since 1970")]
        Timestamp((js_sys::Date::now() / 1000.0) as u64)
    }

    fn milliseconds(&self) -> f64 {
        performance_now()
    }
}
