//! What the tests in a browser call.

use std::cell::Cell;
use std::sync::Arc;

use async_trait::async_trait;
use circuits::bb::{Barretenberg, Limits};
use circuits::chonk::{ChonkProver, PrivateProof, Progress, read_inputs};
use circuits::srs::{Check, NotKept, Srs, SrsKind, SrsProgress, SrsRequest, SrsSize, development, translator, verify};
use js_sys::{Function, Uint8Array};
use protocol::artifact::VerificationKey;
use pxe_core::store::Store;
use pxe_core::store::conformance::{self, Medium};
use wasm_bindgen::prelude::*;

use crate::barretenberg::{JsBarretenberg, WorkerBackend};
use crate::srs::BrowserFetch;
use crate::store::IndexedDbStore;

fn text(error: &dyn core::error::Error) -> JsValue {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    JsError::new(&text).into()
}

/// The development SRS, under which anyone can forge proofs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct InsecureSrs(Arc<Srs>);

#[wasm_bindgen]
impl InsecureSrs {
    /// Makes it for circuits of up to 2^18 gates. Takes seconds, without a break.
    #[wasm_bindgen(constructor)]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "called from JavaScript")]
    pub fn new() -> Self {
        Self(Arc::new(development(SrsSize::DEFAULT, &mut |_, _| ())))
    }

    /// Barretenberg's module with the built-in key that belongs to this SRS.
    ///
    /// # Errors
    /// If it is not the module of the official release.
    pub fn patch(&self, mut module: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        translator::patch(&mut module, &self.0).map_err(|error| text(&error))?;
        Ok(module)
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random(bytes: &mut [u8]);
}

fn sampled(pairs: usize) -> Check {
    let mut seed = [0; 32];
    random(&mut seed);
    Check::Sampled { pairs, seed }
}

/// Downloads the development SRS as a production SRS is downloaded, and checks a sample of its points. Tells the bytes
/// that are here as they come. Returns the number of points.
///
/// # Errors
/// If no source delivers it.
#[wasm_bindgen]
pub async fn download_srs(log2: u8, sources: Vec<String>, limit: u32, progress: Function) -> Result<usize, JsValue> {
    let size = SrsSize::for_log2_gates(log2).ok_or_else(|| JsError::new("no such size"))?;
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    let kind = SrsKind::InsecureDevelopment;
    let request = SrsRequest { kind, size, sources: &sources, check: sampled(64) };
    let mut tell = move |event| {
        if let SrsProgress::Downloading { done, .. } = event {
            // What the listener throws is its own affair.
            let _ = progress.call1(&JsValue::NULL, &JsValue::from_f64(done as f64));
        }
    };
    let fetch = BrowserFetch { limit };
    let srs = request.download(&fetch, &mut NotKept, &mut tell).await.map_err(|error| text(&error))?;
    Ok(srs.bn254_points())
}

/// Checks points as a browser does, `pairs` of them, or natively, if there are none; tells what is wrong.
#[wasm_bindgen]
#[must_use]
pub fn check_points(points: &[u8], ignition: bool, pairs: usize) -> Option<String> {
    let kind = if ignition { SrsKind::Ignition } else { SrsKind::InsecureDevelopment };
    let check = if pairs == 0 { Check::Full } else { sampled(pairs) };
    verify(points, &kind.bn254_g2(), check).err().map(|error| error.to_string())
}

/// Chonk proofs under the development SRS, made and verified by a barretenberg in a worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ChonkTest(Barretenberg);

#[wasm_bindgen]
impl ChonkTest {
    /// Gives a started barretenberg the SRS.
    ///
    /// # Errors
    /// If it does not take it.
    pub async fn start(barretenberg: JsBarretenberg, srs: &InsecureSrs) -> Result<Self, JsValue> {
        let mut bb = Barretenberg::new(Box::new(WorkerBackend::new(barretenberg)), Limits::default());
        bb.init_srs(srs.0.clone()).await.map_err(|error| text(&error))?;
        Ok(Self(bb))
    }

    /// Proves the circuits of a file of solved circuits; tells the name of each as its turn comes.
    ///
    /// # Errors
    /// If the file is malformed, or there is no proof.
    pub async fn prove(&mut self, inputs: &[u8], progress: Function) -> Result<Uint8Array, JsValue> {
        let circuits = read_inputs(inputs).map_err(|error| text(&error))?;
        let tell = move |event| {
            let name = match event {
                Progress::Accumulating { name, .. } => name,
                other => format!("{other:?}"),
            };
            // What the listener throws is its own affair.
            let _ = progress.call1(&JsValue::NULL, &JsValue::from_str(&name));
        };
        let mut prover = ChonkProver::new(&mut self.0, circuits.len(), Box::new(tell));
        for circuit in circuits {
            prover.accumulate(circuit).await.map_err(|error| text(&error))?;
        }
        let proof = prover.prove().await.map_err(|error| text(&error))?;
        Ok(Uint8Array::from(proof.to_bytes().as_slice()))
    }

    /// Whether a proof of the circuits of such a file holds.
    ///
    /// # Errors
    /// If the file or the proof is malformed, or barretenberg fails.
    pub async fn verify(&mut self, proof: &[u8], inputs: &[u8]) -> Result<bool, JsValue> {
        let proof = PrivateProof::from_bytes(proof).map_err(|error| text(&error))?;
        let circuits = read_inputs(inputs).map_err(|error| text(&error))?;
        let key = circuits.last().map(|circuit| circuit.key.clone());
        let key: VerificationKey = key.ok_or_else(|| JsError::new("the file has no circuits"))?;
        let verdict = self.0.chonk_verify(&proof, &key).await.map_err(|error| text(&error))?;
        Ok(verdict.is_valid())
    }
}

/// Databases of this site, named by numbers.
#[derive(Debug, Default)]
struct Databases(Cell<u32>);

impl Databases {
    async fn open(&self) -> Arc<dyn Store> {
        let opened = IndexedDbStore::open(&format!("conformance-{}", self.0.get())).await;
        Arc::new(opened.expect("this site may have databases"))
    }
}

#[async_trait(?Send)]
impl Medium for Databases {
    async fn create(&self) -> Arc<dyn Store> {
        self.0.set(self.0.get() + 1);
        self.open().await
    }

    async fn reopen(&self, store: Arc<dyn Store>) -> Option<Arc<dyn Store>> {
        drop(store);
        Some(self.open().await)
    }
}

/// Runs what must hold of every store on stores in IndexedDB. The site must have none of theirs.
///
/// # Panics
/// Where something does not hold.
#[wasm_bindgen]
pub async fn check_store() {
    conformance::run(&Databases::default()).await;
}
