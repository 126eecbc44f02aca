//! Barretenberg with the reference string of a network.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use circuits::bb::{Barretenberg, Description, Limits};
use circuits::srs::{Check, Download, Partial, Srs, SrsError, SrsKind, SrsRequest, SrsSize, development, translator};
use js_sys::Uint8Array;
use pxe_core::port::Rng;
use pxe_core::prove::{ProveError, StartBarretenberg};
use wasm_bindgen::prelude::*;

use crate::barretenberg::WorkerBackend;
use crate::services::{BrowserRng, HostServices, thrown};
use crate::srs::BrowserFetch;

/// Points that are checked against their neighbours: the string comes from someone else, or from a disk.
const PAIRS: usize = 64;
/// How much is written at once.
const PIECE: usize = 4 << 20;

/// Starts barretenberg in a worker.
#[derive(Debug)]
pub struct BrowserProver {
    /// What the script around the module offers.
    pub services: HostServices,
    /// Which reference string.
    pub kind: SrsKind,
    /// Where the string of production networks can be had, best first.
    pub sources: Vec<String>,
    /// Told what was started.
    pub started: Arc<Mutex<Option<Description>>>,
}

/// The part of a reference string that is here already, in a file of this site. A site that may keep nothing, or no more,
/// proves all the same: what is missing is had again next time.
struct Kept<'a> {
    services: &'a HostServices,
    name: String,
    /// Whether the last write failed: what comes after it does not belong behind what is kept.
    is_full: bool,
}

#[async_trait(?Send)]
impl Partial for Kept<'_> {
    async fn load(&mut self) -> Result<Vec<u8>, SrsError> {
        Ok(self.services.read_file(&self.name).await.map(|bytes| bytes.to_vec()).unwrap_or_default())
    }

    async fn append(&mut self, piece: &[u8]) -> Result<(), SrsError> {
        if !self.is_full {
            self.is_full = self.services.append_file(&self.name, Uint8Array::from(piece)).await.is_err();
        }
        Ok(())
    }

    async fn clear(&mut self) -> Result<(), SrsError> {
        self.is_full = self.services.remove_file(&self.name).await.is_err();
        Ok(())
    }
}

impl BrowserProver {
    /// The reference string, from the file of this site if it is there.
    async fn srs(&self) -> Result<Srs, SrsError> {
        let (size, rng): (_, &dyn Rng) = (SrsSize::DEFAULT, &BrowserRng);
        let mut kept = Kept {
            services: &self.services,
            name: format!("{}-{}.points", self.kind.name(), size.points()),
            is_full: false,
        };
        let check = Check::Sampled { pairs: PAIRS, seed: rng.bytes() };
        match self.kind {
            SrsKind::Ignition => {
                let sources: Vec<&str> = self.sources.iter().map(String::as_str).collect();
                let request = SrsRequest { kind: self.kind, size, sources: &sources, check };
                request.download(&BrowserFetch::default(), &mut kept, &mut |_| ()).await
            }
            SrsKind::InsecureDevelopment => {
                let here = Download::resume(self.kind, size, kept.load().await?);
                if here.is_complete()
                    && let Ok(srs) = here.finish(check)
                {
                    return Ok(srs);
                }
                let made = development(size, &mut |_, _| ());
                kept.clear().await?;
                for piece in made.bn254_g1.chunks(PIECE) {
                    kept.append(piece).await?;
                }
                Ok(made)
            }
        }
    }
}

#[async_trait(?Send)]
impl StartBarretenberg for BrowserProver {
    async fn start(&self) -> Result<Barretenberg, ProveError> {
        let srs = Arc::new(self.srs().await.map_err(|error| ProveError::Start(Box::new(error)))?);
        let for_patch = Arc::clone(&srs);
        // Barretenberg has a key built in that belongs to the Ignition SRS.
        let patch = Closure::<dyn Fn(Vec<u8>) -> Result<Vec<u8>, JsValue>>::new(move |mut module: Vec<u8>| {
            if for_patch.kind == SrsKind::InsecureDevelopment {
                let wrong = |error: translator::PatchError| JsValue::from(JsError::new(&error.to_string()));
                translator::patch(&mut module, &for_patch).map_err(wrong)?;
            }
            Ok(module)
        });
        let started = self.services.start_barretenberg(patch.as_ref().unchecked_ref()).await;
        let started = started.map_err(|error| ProveError::Start(thrown(&error)))?;
        let mut bb = Barretenberg::new(Box::new(WorkerBackend::new(started)), Limits::default());
        bb.init_srs(srs).await?;
        if let Ok(mut kept) = self.started.lock() {
            *kept = Some(bb.description());
        }
        Ok(bb)
    }
}
