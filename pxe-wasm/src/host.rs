//! The wallet in a worker: calls in JSON, of which several may be on their way.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use circuits::bb::Description;
use circuits::set::{Parameters, development_keys};
use circuits::srs::SrsKind;
use futures_util::future::{AbortHandle, Abortable};
use js_sys::Uint8Array;
use protocol::artifact::pack::{Pack, PackBuilder, Package};
use protocol::contract::protocol::ProtocolContract;
use protocol::rpc::info::{NodeInfo, ParameterSet};
use protocol::rpc::node::GetNodeInfo;
use pxe_core::contract::FunctionKeys;
use pxe_core::node::{HttpLimits, HttpTransport, NodeClient, Transport};
use pxe_core::port::Clock;
use pxe_core::pxe::{OnProgress, Progress, Pxe, PxeConfig, PxeError};
use pxe_core::sync::anchor::SyncTip;
use pxe_core::wallet::api::{self, ApiError};
use pxe_core::wallet::{ArtifactSource, ArtifactSourceError, Wallet, WalletError};
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::prover::BrowserProver;
use crate::services::{self, Artifacts, BrowserClock, BrowserRng, HostServices, Thrown};
use crate::store::IndexedDbStore;

/// Bytes of decoded programs that are kept.
const PROGRAM_MEMORY: usize = 128 << 20;

/// How a wallet is opened.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    /// URL of the node.
    node: String,
    /// Which of the wallets on the network.
    name: String,
    /// Where the Ignition SRS can be had.
    srs: Vec<String>,
}

/// A failure as it is thrown: its JSON.
fn thrown(error: impl Into<ApiError>) -> JsValue {
    JsValue::from_str(&serde_json::to_string(&error.into()).unwrap_or_default())
}

/// A file of the package is missing or damaged.
fn asset(error: &dyn core::error::Error) -> JsValue {
    thrown(ApiError::new("assets", error.to_string()).with_hint("serve the files of the package with the page"))
}

/// The wallet. One instance has a store at a time: the tabs of a browser share it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WalletHost {
    node_url: String,
    wallet: Wallet,
    services: HostServices,
    started: Arc<Mutex<Option<Description>>>,
    /// How calls are ended, by their ids.
    running: Rc<RefCell<BTreeMap<String, AbortHandle>>>,
}

#[wasm_bindgen]
impl WalletHost {
    /// Opens a wallet. `options` is JSON: `node`, a URL; `name`; `srs`, URLs.
    ///
    /// # Errors
    /// If the node does not answer, or the store cannot be opened; as those of [`call`](Self::call).
    pub async fn open(options: &str, services: HostServices) -> Result<Self, JsValue> {
        let options: Options = serde_json::from_str(options)
            .map_err(|error| thrown(ApiError::new("params", format!("options of the wallet: {error}"))))?;
        let transport = HttpTransport::new(&options.node, HttpLimits::default())
            .map_err(|error| thrown(ApiError::new("params", format!("{}: {error}", options.node))))?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let info = NodeClient::new(Arc::clone(&transport)).call(GetNodeInfo {}).await;
        let info = info.map_err(|error| thrown(PxeError::from(error)))?;
        let artifacts = Artifacts(services.clone());
        let network = Network::load(&artifacts, info.parameters.unwrap_or_default()).await?;
        let database = database_name(&options.name, &info);
        claim(&services, &database).await?;
        let store = IndexedDbStore::open(&database).await;
        let started = Arc::new(Mutex::new(None));
        let prover = BrowserProver {
            services: services.clone(),
            kind: network.kind,
            sources: options.srs,
            started: Arc::clone(&started),
        };
        let config = PxeConfig {
            store: Arc::new(store.map_err(|error| thrown(PxeError::from(error)))?),
            transport,
            rng: Arc::new(BrowserRng),
            clock: Arc::new(BrowserClock),
            circuits: Arc::new(artifacts.clone()),
            parameters: Arc::new(network.parameters),
            function_keys: network.function_keys,
            barretenberg: Some(Arc::new(prover)),
            log: None,
            tip: SyncTip::Proposed,
            code: Some(Arc::new(artifacts.clone())),
            program_memory: PROGRAM_MEMORY,
        };
        let contracts = protocol_contracts(&artifacts).await.map_err(|error| thrown(WalletError::from(error)))?;
        let pxe = Pxe::open(config, &contracts).await.map_err(thrown)?;
        let wallet = Wallet::new(pxe, Arc::new(artifacts));
        Ok(Self { node_url: options.node, wallet, services, started, running: Rc::default() })
    }

    /// Does something; parameters and result are JSON. The methods are those of `pxe_core::wallet::api`.
    ///
    /// # Errors
    /// JSON with `code`, `message`, `hint` and `cause`.
    pub async fn call(&self, id: String, method: String, params: String) -> Result<String, JsValue> {
        let params = serde_json::from_str(&params)
            .map_err(|error| thrown(ApiError::new("params", format!("parameters of {method}: {error}"))))?;
        let (abort, registration) = AbortHandle::new_pair();
        self.running.borrow_mut().insert(id.clone(), abort);
        let on_progress = self.watch(&id);
        let result = Abortable::new(api::call(&self.wallet, &method, params, &on_progress), registration).await;
        self.running.borrow_mut().remove(&id);
        let aborted = |_| thrown(ApiError::new("aborted", format!("{method} was ended")));
        let mut value = result.map_err(aborted)?.map_err(thrown)?;
        if method == "wallet.status" {
            self.describe(&mut value);
        }
        Ok(value.to_string())
    }

    /// Ends a call; what it did until then leaves no trace.
    pub fn cancel(&self, id: &str) {
        if let Some(abort) = self.running.borrow().get(id) {
            abort.abort();
        }
    }

    /// What lets another instance go on unlocked, as secret as the keys; nothing while they are locked.
    pub async fn session(&self) -> Option<Uint8Array> {
        let keys = self.wallet.pxe().key_store().await.ok()?;
        let session = keys.session().ok()?;
        Some(Uint8Array::from(session.as_slice()))
    }

    /// Goes on unlocked where another instance was.
    ///
    /// # Errors
    /// If the session is of other keys.
    pub async fn resume(&self, session: Vec<u8>) -> Result<(), JsValue> {
        let session = Zeroizing::new(session);
        let length = |_| thrown(ApiError::new("params", "a session has 32 bytes"));
        let session: [u8; 32] = session.as_slice().try_into().map_err(length)?;
        self.wallet.pxe().resume(Zeroizing::new(session)).await.map_err(thrown)
    }

    /// Fetches code that the contracts of the package came without and nobody needed yet: the wallet works without the
    /// package's server, or with that of another version, once it has it. Tells how many functions that were.
    ///
    /// # Errors
    /// If some of it cannot be had; what was fetched is kept.
    #[wasm_bindgen(js_name = fetchCode)]
    pub async fn fetch_code(&self) -> Result<usize, JsValue> {
        self.wallet.pxe().fetch_code().await.map_err(thrown)
    }

    fn watch(&self, id: &str) -> OnProgress {
        let (services, id) = (self.services.clone(), id.to_owned());
        let began = BrowserClock.milliseconds();
        Arc::new(move |progress| {
            let mut told = shown(progress);
            told["time"] = json!(BrowserClock.milliseconds() - began);
            services.progress(&id, &told.to_string());
        })
    }

    /// Adds what only this side knows.
    fn describe(&self, status: &mut Value) {
        status["network"]["nodeUrl"] = json!(self.node_url);
        if let Ok(started) = self.started.lock()
            && let Some(Description { name, version, threads }) = &*started
        {
            status["prover"] = json!({ "name": name, "version": version, "threads": threads });
        }
    }
}

/// Progress as it is told in JSON.
fn shown(progress: Progress) -> Value {
    match progress {
        Progress::Synced { block } => json!({ "stage": "sync", "block": block }),
        Progress::Executing { contract, function } => {
            json!({ "stage": "execute", "contract": contract, "function": function })
        }
        Progress::Solving { index, total, circuit } => {
            json!({ "stage": "witness", "circuit": circuit, "index": index, "total": total })
        }
        Progress::Accumulating { index, total, circuit } => {
            json!({ "stage": "prove", "circuit": circuit, "index": index, "total": total })
        }
        Progress::ProverRestarted => json!({ "stage": "prove", "restarted": true }),
        Progress::Submitting { tx } => json!({ "stage": "submit", "txHash": tx }),
        // The last part of a proof, and whatever is told later.
        _ => json!({ "stage": "prove" }),
    }
}

/// One wallet of one name for each network: another network never touches it.
fn database_name(name: &str, info: &NodeInfo) -> String {
    let NodeInfo { l1_chain_id, rollup_version, .. } = info;
    format!("aztec-lite/{}/{}/{name}", l1_chain_id.0, rollup_version.0)
}

/// Two instances over one store would not see what the other writes. Tabs share one instance if they name the node alike.
async fn claim(services: &HostServices, database: &str) -> Result<(), JsValue> {
    let claimed = services.claim(database).await.map_err(|error| asset(&*services::thrown(&error)))?;
    if claimed.is_truthy() {
        return Ok(());
    }
    let taken = ApiError::new("store.taken", "the wallet is open in another tab that names its node in another way");
    Err(thrown(taken.with_hint("name the node by the same URL in all tabs, or close the others")))
}

/// What depends on the reference string of a network.
struct Network {
    kind: SrsKind,
    parameters: Parameters,
    function_keys: Option<FunctionKeys>,
}

impl Network {
    async fn load(artifacts: &Artifacts, set: ParameterSet) -> Result<Self, JsValue> {
        let missing = |error: Thrown| asset(&*error);
        let (kind, name) = match set {
            ParameterSet::Official => (SrsKind::Ignition, "official"),
            ParameterSet::InsecureDevelopment => (SrsKind::InsecureDevelopment, "development"),
        };
        let bytes = artifacts.file(&format!("parameters/{name}.bin")).await.map_err(missing)?;
        let parameters = Parameters::from_bytes(&bytes).map_err(|error| asset(&error))?;
        let function_keys = match kind {
            SrsKind::Ignition => None,
            SrsKind::InsecureDevelopment => {
                let packed = artifacts.file("parameters/development-keys.bin.z").await.map_err(missing)?;
                let keys = development_keys(&packed).map_err(|error| asset(&error))?;
                Some(FunctionKeys::from(&keys))
            }
        };
        Ok(Self { kind, parameters, function_keys })
    }
}

/// The protocol contracts, which come one by one, in one pack.
async fn protocol_contracts(artifacts: &Artifacts) -> Result<Pack<Vec<u8>>, ArtifactSourceError> {
    let package = Package { name: "@aztec/protocol-contracts".into(), version: protocol::VERSION.into() };
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error| ArtifactSourceError::Load { name, source: Box::new(error) }
    };
    let mut builder = PackBuilder::new(package);
    for contract in ProtocolContract::ALL {
        let artifact = artifacts.contract(contract.name()).await?;
        builder.contract(&artifact).map_err(failed(contract.name()))?;
    }
    let (bytes, _) = builder.finish().map_err(failed("protocol contracts"))?;
    Pack::open(bytes).map_err(failed("protocol contracts"))
}
