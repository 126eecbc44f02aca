//! Going through a session, entry by entry.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use circuits::disk::FileSource;
use circuits::set::{CircuitSet, Parameters};
use protocol::abi::FunctionCall;
use protocol::artifact::ContractArtifact;
use protocol::artifact::pack::Pack;
use protocol::block::{BlockNumber, Timestamp};
use protocol::codec::Encode;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::keys::SecretKey;
use protocol::tx::{AuthWitness, TxExecutionRequest};
use pxe_core::contract::{Override, Overrides};
use pxe_core::execution::PrivateExecution;
use pxe_core::keystore::{AccountSecrets, Credential, KdfParams};
use pxe_core::port::{Clock, Rng};
use pxe_core::pxe::{EventQuery, Pxe, PxeConfig, PxeError, SimulateOptions, silent};
use pxe_core::scopes::Scopes;
use pxe_core::store::MemoryStore;
use pxe_core::store::notes::{NoteFilter, NoteStatus};
use pxe_core::sync::anchor::SyncTip;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::chain::{Dump, Moving};
use crate::session::{digest, draws, entries, fields};

/// The folder with the packs.
fn packs() -> PathBuf {
    let target = || std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("../target"), PathBuf::from);
    std::env::var_os("AZTEC_LITE_ARTIFACTS").map_or_else(|| target().join("artifacts"), PathBuf::from)
}

fn open(name: &str) -> FileSource {
    let path = packs().join(name);
    FileSource::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask artifacts` makes the packs", path.display()))
}

/// The official artifacts by their class.
fn artifact(named: &Value) -> ContractArtifact {
    let (name, class) = (named["name"].as_str().unwrap(), named["class"].as_str().unwrap());
    let class: ContractClassId = class.parse().unwrap();
    let packs = ["accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack", "protocol-contracts.pack"];
    for pack in packs.map(|name| Pack::open(open(name)).unwrap()) {
        if let Ok(contract) = pack.contract(name)
            && contract.entry().class_id == class
        {
            return contract.artifact().unwrap();
        }
    }
    panic!("no pack has {name} of class {class}")
}

/// A clock that stands still: nothing that is compared depends on the time.
#[derive(Debug)]
struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }
}

/// Oracles draw what they drew; nothing depends on what others draw.
#[derive(Debug, Default)]
struct RecordedRng(Mutex<VecDeque<Vec<u8>>>);

impl Rng for RecordedRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.0.lock().unwrap();
        match drawn.front() {
            Some(recorded) if recorded.len() == bytes.len() => {
                bytes.copy_from_slice(&drawn.pop_front().expect("there is one in front"));
            }
            _ => bytes.fill(7),
        }
    }
}

/// A client in a session.
struct Session {
    dump: Dump,
    node: Arc<Moving>,
    rng: Arc<RecordedRng>,
    pxe: Option<Pxe>,
    step: String,
    /// What differs from the recording.
    different: Vec<String>,
    compared: HashMap<&'static str, usize>,
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn scopes(value: &Value) -> Scopes {
    if value == "ALL_SCOPES" { Scopes::All } else { Scopes::Accounts(read(value)) }
}

/// Goes through a session and panics if something is not as recorded.
pub(crate) async fn replay(name: &str) {
    let mut session = Session {
        dump: Dump::open(),
        node: Arc::default(),
        rng: Arc::default(),
        pxe: None,
        step: String::new(),
        different: Vec::new(),
        compared: HashMap::new(),
    };
    let entries = entries(name);
    let first = entries.iter().find(|entry| entry["t"] == "chain").expect("the chain is somewhere");
    session.move_chain(first).await;
    for entry in &entries {
        session.step = format!("entry {} ({}, {})", entry["n"], entry["step"], entry["method"]);
        match entry["t"].as_str().unwrap() {
            "chain" => session.move_chain(entry).await,
            "pxe" => session.run(entry).await,
            _ => {}
        }
    }
    println!("{name}: compared {:?}", session.compared);
    assert!(session.different.is_empty(), "{} differences:\n{}", session.different.len(), session.different.join("\n"));
}

impl Session {
    async fn move_chain(&mut self, entry: &Value) {
        let tips = &entry["tips"];
        let number = |tip: &Value| tip.as_u64().and_then(|number| number.try_into().ok()).unwrap();
        let block = BlockNumber(number(&tips["proposed"]["number"]));
        let [proven, finalized] = ["proven", "finalized"].map(|tip| number(&tips[tip]["checkpoint"]["number"]));
        self.node.go(&self.dump, block, proven, finalized).await;
    }

    fn pxe(&self) -> &Pxe {
        self.pxe.as_ref().expect("a client was created")
    }

    fn same<T: PartialEq + core::fmt::Debug>(&mut self, what: &'static str, found: T, recorded: T) {
        *self.compared.entry(what).or_default() += 1;
        if found != recorded {
            let short = |value: &T| format!("{value:.0?}").chars().take(600).collect::<String>();
            self.different.push(format!("{}: {what} is {}, not {}", self.step, short(&found), short(&recorded)));
        }
    }

    async fn run(&mut self, entry: &Value) {
        let args = &entry["args"];
        *self.rng.0.lock().unwrap() = draws(entry);
        let result = match entry["method"].as_str().unwrap() {
            "create" => self.create(args).await,
            "registerAccount" => self.register_account(args, &entry["result"]).await,
            "registerSender" => self.pxe().register_sender(read(&args["sender"]), None).await.map(drop),
            "removeSender" => self.pxe().remove_sender(read(&args["sender"])).await.map(drop),
            "registerContractClass" => self.pxe().register_class(&artifact(&args["artifact"])).await.map(drop),
            "registerContract" => self.register_contract(args).await,
            "proveTx" => self.prove(entry).await,
            "simulateTx" => self.simulate(entry).await,
            "executeUtility" => self.utility(args, &entry["result"]).await,
            "getPrivateEvents" => self.events(args, &entry["result"]).await,
            "debug.getNotes" => self.notes(args, &entry["result"]).await,
            method => {
                println!("{method} is not replayed");
                Ok(())
            }
        };
        let error = result.err();
        let recorded = &entry["error"];
        self.same("whether it fails", error.is_some(), !recorded.is_null());
        if let Some(error) = error {
            println!("{}: {error}; recorded: {}", self.step, recorded["message"]);
        }
        let left = self.rng.0.lock().unwrap().len();
        self.same("draws left", left, 0);
    }

    async fn create(&mut self, args: &Value) -> Result<(), PxeError> {
        static OFFICIAL: OnceLock<(Arc<CircuitSet<FileSource>>, Arc<Parameters>)> = OnceLock::new();
        let (circuits, parameters) = OFFICIAL.get_or_init(|| {
            let circuits = CircuitSet::open(open("noir-protocol-circuits-types.pack")).unwrap();
            let parameters = Parameters::official(&circuits).unwrap();
            (Arc::new(circuits), Arc::new(parameters))
        });
        let tip = match args["syncChainTip"].as_str() {
            Some("checkpointed") => SyncTip::Checkpointed,
            Some("proven") => SyncTip::Proven,
            Some("finalized") => SyncTip::Finalized,
            _ => SyncTip::Proposed,
        };
        let config = PxeConfig {
            store: Arc::new(MemoryStore::default()),
            transport: Arc::clone(&self.node) as Arc<dyn pxe_core::node::Transport>,
            rng: Arc::clone(&self.rng) as Arc<dyn Rng>,
            clock: Arc::new(StandingClock),
            circuits: Arc::clone(circuits) as Arc<dyn pxe_core::kernel::CircuitSource>,
            parameters: Arc::clone(parameters),
            function_keys: None,
            barretenberg: None,
            log: None,
            tip,
            program_memory: 512 << 20,
        };
        let pxe = Pxe::open(config, &Pack::open(open("protocol-contracts.pack")).unwrap()).await?;
        pxe.create_keys(Credential::Key(&[7; 32]), KdfParams::INSECURE, None).await?;
        self.pxe = Some(pxe);
        Ok(())
    }

    async fn register_account(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let secret = SecretKey::from_field(read(&args["secret"]));
        let partial_address = read(&args["partialAddress"]);
        let complete = self.pxe().register_account(secret, partial_address, AccountSecrets::default()).await?;
        self.same("complete address", complete, read(result));
        Ok(())
    }

    async fn register_contract(&mut self, args: &Value) -> Result<(), PxeError> {
        if args["artifact"].is_object() {
            self.pxe().register_class(&artifact(&args["artifact"])).await?;
        }
        self.pxe().register_contract(&read::<ContractInstanceWithAddress>(&args["instance"])).await
    }

    /// Private functions, as far as they ran.
    fn runs(&mut self, execution: &PrivateExecution, entry: &Value) {
        let runs: Vec<_> = entry["runs"].as_array().unwrap().iter().filter(|run| run["kind"] == "private").collect();
        let calls: Vec<_> = execution.calls().collect();
        self.same("number of private calls", calls.len(), runs.len());
        for (call, run) in calls.into_iter().zip(runs) {
            let name =
                |call: &pxe_core::execution::PrivateCall| format!("{}.{}", call.contract_name, call.function_name);
            let recorded = format!("{}.{}", run["artifact"].as_str().unwrap(), run["function"].as_str().unwrap());
            self.same("function", name(call), recorded);
            self.same("witness", digest(&call.witness), run["witness"].as_str().unwrap().into());
            let list = |key: &str| run[key].as_array().cloned().unwrap_or_default();
            let returned = run["returns"].as_str().map(|_| fields(&run["returns"])).unwrap_or_default();
            self.same("return values", call.return_values.clone(), returned);
            let notes: Vec<Vec<Fr>> = call.new_notes.iter().map(|note| note.note.0.clone()).collect();
            self.same("new notes", notes, list("notes").iter().map(|note| fields(&note["items"])).collect());
            let nullified: Vec<[u32; 2]> = call.nullified_notes.iter().map(|(note, by)| [note.0, by.0]).collect();
            let mut recorded: Vec<[u32; 2]> = list("nullified").iter().map(read).collect();
            recorded.sort_unstable();
            self.same("nullified notes", nullified, recorded);
            let effects: Vec<Vec<Fr>> = call.offchain_effects.iter().map(|effect| effect.data.clone()).collect();
            self.same("offchain effects", effects, list("offchain").iter().map(fields).collect());
            let tags: Vec<u32> = call.tags.iter().map(|tag| tag.index).collect();
            let recorded = list("tags").iter().map(|tag| tag["index"].as_u64().unwrap() as u32).collect();
            self.same("tags", tags, recorded);
            let logs: Vec<u32> = call.contract_class_logs.iter().map(|log| log.counter.0).collect();
            let recorded = list("classLogs").iter().map(|log| log["counter"].as_u64().unwrap() as u32).collect();
            self.same("contract class logs", logs, recorded);
        }
    }

    /// What a transaction came to.
    fn outcome(&mut self, execution: &PrivateExecution, tail: Vec<u8>, entry: &Value) {
        let result = &entry["result"];
        self.runs(execution, entry);
        self.same("first nullifier", execution.first_nullifier, read(&result["firstNullifier"]));
        let calldata: Vec<_> = execution.public_calldata.iter().map(|call| (call.hash, call.values.clone())).collect();
        let recorded = result["calldata"].as_array().unwrap();
        let recorded = recorded.iter().map(|call| (read(&call["hash"]), fields(&call["values"]))).collect();
        self.same("calldata", calldata, recorded);
        let recorded = BASE64_STANDARD.decode(result["publicInputs"].as_str().unwrap()).unwrap();
        self.same("public inputs", tail, recorded);
    }

    async fn prove(&mut self, entry: &Value) -> Result<(), PxeError> {
        let request: TxExecutionRequest = read(&entry["args"]["request"]);
        let proven = self.pxe().prove(&request, &scopes(&entry["args"]["scopes"]), &silent()).await?;
        if entry["error"].is_null() {
            self.outcome(&proven.execution, proven.tx.data().to_buffer(), entry);
            self.same("transaction hash", proven.hash(), read(&entry["result"]["txHash"]));
        }
        Ok(())
    }

    async fn simulate(&mut self, entry: &Value) -> Result<(), PxeError> {
        let args = &entry["args"];
        let request: TxExecutionRequest = read(&args["request"]);
        let mut overrides = Overrides::new();
        for given in args["overrides"].as_array().into_iter().flatten() {
            let instance: ContractInstanceWithAddress = read(&given["instance"]);
            let artifact = Arc::new(artifact(&given["artifact"]));
            overrides.insert(read(&given["address"]), Override { instance: instance.instance, artifact });
        }
        let options = SimulateOptions {
            public: args["simulatePublic"] == true,
            validate: args["skipTxValidation"] != true,
            enforce_fee: args["skipFeeEnforcement"] != true,
            overrides,
        };
        let simulated = self.pxe().simulate(&request, &options, &scopes(&args["scopes"]), &silent()).await?;
        if entry["error"].is_null() {
            self.outcome(&simulated.execution, simulated.tail.to_buffer(), entry);
            let returns = |value: &Value| value.as_array().cloned().unwrap_or_default().iter().map(fields).collect();
            self.same("public return values", simulated.public_returns(), returns(&entry["result"]["publicReturns"]));
            self.same("gas", simulated.gas, read(&entry["result"]["gasUsed"]));
        }
        Ok(())
    }

    async fn utility(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let call: FunctionCall = read(&args["call"]);
        let witnesses: Vec<AuthWitness> = read(&args["authwits"]);
        let returned = self.pxe().utility(&call, &witnesses, &scopes(&args["scopes"]), &silent()).await?;
        self.same("utility result", returned, fields(result));
        Ok(())
    }

    async fn events(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let filter = &args["filter"];
        let query = EventQuery {
            contract: read(&filter["contractAddress"]),
            selector: read(&args["selector"]),
            scopes: scopes(&filter["scopes"]),
            tx_hash: read(&filter["txHash"]),
            from: read(&filter["fromBlock"]),
            to: read(&filter["toBlock"]),
        };
        let found = self.pxe().private_events(&query, &silent()).await?;
        let found: Vec<Vec<Fr>> = found.into_iter().map(|event| event.packed).collect();
        let recorded = result.as_array().unwrap().iter().map(|event| read(&event["packedEvent"])).collect();
        self.same("private events", found, recorded);
        Ok(())
    }

    async fn notes(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let filter = &args["filter"];
        let all = filter["status"] == "ACTIVE_OR_NULLIFIED" || filter["status"] == 2;
        let filter = NoteFilter {
            contract: read(&filter["contractAddress"]),
            owner: read(&filter["owner"]),
            storage_slot: read(&filter["storageSlot"]),
            status: if all { NoteStatus::ActiveOrNullified } else { NoteStatus::Active },
            scopes: scopes(&filter["scopes"]),
        };
        let found = self.pxe().notes(&filter, &silent()).await?;
        let found: Vec<Fr> = found.into_iter().map(|note| note.siloed_nullifier).collect();
        let recorded = result.as_array().unwrap().iter().map(|note| read(&note["siloedNullifier"])).collect();
        self.same("notes", found, recorded);
        Ok(())
    }
}
