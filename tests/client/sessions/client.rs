//! What the client is asked, and what comes out.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use circuits::witness::ForeignValue;
use protocol::abi::FunctionCall;
use protocol::address::AztecAddress;
use protocol::codec::{Encode, ToFields};
use protocol::contract::ContractInstanceWithAddress;
use protocol::field::Fr;
use protocol::keys::{CompleteAddress, SecretKey};
use protocol::tx::{AuthWitness, TxExecutionRequest, TxHash};
use pxe_core::contract::{Override, Overrides};
use pxe_core::execution::{ContractLog, PrivateCall, PrivateExecution};
use pxe_core::keystore::{AccountSecrets, Credential, KdfParams};
use pxe_core::node::Transport;
use pxe_core::port::Rng;
use pxe_core::pxe::{EventQuery, Pxe, PxeConfig, PxeError, SimulateOptions, silent};
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{NoteFilter, NoteStatus, StoredNote};
use pxe_core::sync::anchor::SyncTip;
use serde_json::{Value, json};
use tests::client::open_pack;
use tests::session::{Entry, Fields, FunctionRun, OracleCall, Output, RunScopes};

use crate::artifacts::{artifact, parts};
use crate::replay::{Session, StandingClock, read};
use crate::watch::{Call, Run};

/// Finds notes and events.
const SYNC_STATE: &str = "sync_state";

pub(crate) fn scopes(value: &Value) -> Scopes {
    if value == "ALL_SCOPES" { Scopes::All } else { Scopes::Accounts(read(value)) }
}

fn fields(value: &Value) -> Vec<Fr> {
    read::<Fields>(value).0
}

/// A recorded call as it is watched.
fn call(recorded: &OracleCall) -> Call {
    let outputs = recorded.outputs.as_ref().map(|outputs| {
        let value = |output: &Output| match output {
            Output::Single(value) => ForeignValue::Single(value.0[0]),
            Output::List([list]) => ForeignValue::Array(list.0.clone()),
        };
        outputs.iter().map(value).collect()
    });
    let inputs = recorded.inputs.iter().map(|input| input.0.clone()).collect();
    Call { name: recorded.name.clone(), inputs, outputs }
}

impl Session {
    /// Answers as the client did.
    pub(crate) async fn client(&mut self, entry: &Entry) -> Result<(), PxeError> {
        let args = &entry.args;
        let nothing = Value::Null;
        let result = entry.result.as_ref().unwrap_or(&nothing);
        match &*entry.method {
            "create" => self.create(args).await,
            "registerAccount" => self.register_account(args, result).await,
            "registerSender" => self.pxe().register_sender(read(&args["sender"]), None).await.map(drop),
            "removeSender" => self.pxe().remove_sender(read(&args["sender"])).await.map(drop),
            "registerContractClass" => self.pxe().register_class(&artifact(&args["artifact"])).await.map(drop),
            "registerContract" => self.register_contract(args).await,
            "updateContract" => self.update_contract(args).await,
            "proveTx" => self.prove(entry).await,
            "simulateTx" => self.simulate(entry).await,
            "profileTx" => self.profile(entry).await,
            "executeUtility" => self.utility(args, result).await,
            "getPrivateEvents" => self.events(args, result).await,
            "debug.getNotes" => self.notes(args, result).await,
            "getSenders" => {
                let senders: Vec<AztecAddress> =
                    self.pxe().senders().await?.into_iter().map(|(sender, _)| sender).collect();
                self.compared.same("senders", senders, read(result));
                Ok(())
            }
            "getContracts" => {
                let mut contracts: Vec<AztecAddress> =
                    self.pxe().instances().await?.into_iter().map(|instance| instance.address).collect();
                contracts.sort_unstable();
                let mut recorded: Vec<AztecAddress> = read(result);
                recorded.sort_unstable();
                self.compared.same("contracts", contracts, recorded);
                Ok(())
            }
            "getRegisteredAccounts" => {
                let mut accounts: Vec<CompleteAddress> =
                    self.pxe().accounts().await?.into_iter().map(|account| account.complete).collect();
                accounts.sort_unstable_by_key(CompleteAddress::address);
                let mut recorded: Vec<CompleteAddress> = read(result);
                recorded.sort_unstable_by_key(CompleteAddress::address);
                self.compared.same("accounts", accounts, recorded);
                Ok(())
            }
            method => panic!("a client is not asked for {method}"),
        }
    }

    async fn create(&mut self, args: &Value) -> Result<(), PxeError> {
        let tip = match args["syncChainTip"].as_str() {
            Some("checkpointed") => SyncTip::Checkpointed,
            Some("proven") => SyncTip::Proven,
            Some("finalized") => SyncTip::Finalized,
            _ => SyncTip::Proposed,
        };
        let transport = match &self.liar {
            Some(liar) => Arc::clone(liar) as Arc<dyn Transport>,
            None => Arc::clone(&self.view) as Arc<dyn Transport>,
        };
        let config = PxeConfig {
            store: Arc::clone(&self.store),
            rng: Arc::clone(&self.rng) as Arc<dyn Rng>,
            clock: Arc::new(StandingClock),
            log: Some(Arc::clone(&self.watcher) as Arc<dyn ContractLog>),
            tip,
            ..parts().config(transport)
        };
        let pxe = Pxe::open(config, &open_pack("protocol-contracts.pack").unwrap()).await?;
        pxe.create_keys(Credential::Key(&[7; 32]), KdfParams::INSECURE, None).await?;
        self.pxe = Some(pxe);
        Ok(())
    }

    async fn register_account(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let secret = SecretKey::from_field(read(&args["secret"]));
        let partial_address = read(&args["partialAddress"]);
        let complete = self.pxe().register_account(secret, partial_address, AccountSecrets::default()).await?;
        self.compared.same("complete address", complete, read(result));
        Ok(())
    }

    async fn register_contract(&mut self, args: &Value) -> Result<(), PxeError> {
        let instance: ContractInstanceWithAddress = read(&args["instance"]);
        match args["artifact"].is_object() {
            true => self.pxe().register_contract_with(&instance, &artifact(&args["artifact"])).await,
            false => self.pxe().register_contract(&instance).await,
        }
    }

    async fn update_contract(&mut self, args: &Value) -> Result<(), PxeError> {
        let artifact = artifact(&args["artifact"]);
        self.pxe().update_contract(read(&args["address"]), &artifact, &silent()).await
    }

    /// What functions did while they ran.
    pub(crate) fn runs(&mut self, entry: &Entry) {
        let found = self.watcher.take();
        // Places of recorded runs among ours.
        let mut places = vec![None; entry.runs.len()];
        let mut ours = found.iter().enumerate().peekable();
        for (number, recorded) in entry.runs.iter().enumerate() {
            let is_next = |run: &Run| run.contract == recorded.contract && run.function == recorded.function;
            if recorded.function != SYNC_STATE {
                while let Some((_, run)) = ours.next_if(|(_, run)| run.function == SYNC_STATE && !is_next(run)) {
                    self.synced_more(run);
                }
            }
            match ours.next_if(|(_, run)| recorded.function.is_empty() || is_next(run)) {
                Some((place, run)) => {
                    places[number] = Some(place);
                    let within = recorded.within.and_then(|(run, call)| Some((places[run]?, call)));
                    self.run(run, recorded, within);
                }
                None if recorded.function == SYNC_STATE => self.synced_less(recorded),
                None => {
                    return self.compared.differs(format!("{} did not run as function {number}", recorded.function));
                }
            }
        }
        self.compared.same("number of functions that ran", ours.count(), 0);
    }

    /// A contract was synced that was not synced officially.
    fn synced_more(&mut self, run: &Run) {
        match self.learned_here {
            true => {
                self.compared.differs_on_purpose("who is registered is looked for at once, not from the next block on")
            }
            false => self.compared.differs(format!("{} was synced", run.contract)),
        }
    }

    /// A contract was not synced that was synced officially.
    fn synced_less(&mut self, recorded: &FunctionRun) {
        match self.failed_here {
            true => self.compared.differs_on_purpose("what was synced at a block stays so when something fails"),
            false => self.compared.differs(format!("{} was not synced", recorded.contract)),
        }
    }

    /// Why syncing a contract may find other logs, or the same in another order.
    fn finds_other_logs(&self, run: &Run, recorded: &FunctionRun) -> Option<&'static str> {
        let (RunScopes::Accounts(official), Scopes::Accounts(ours)) = (&recorded.scopes, &run.scopes) else {
            return None;
        };
        let calls: Vec<_> = recorded.calls.iter().map(call).collect();
        let names = |calls: &[Call]| {
            let mut names: Vec<_> = calls.iter().map(|call| call.name.clone()).collect();
            names.sort_unstable();
            names
        };
        let contents = |calls: &[Call]| {
            let loaded = calls.iter().filter(|call| call.name == "utilityLoadCapsule");
            loaded.map(|call| format!("{:?}", call.outputs)).collect::<BTreeSet<_>>()
        };
        if recorded.has_scope_twice() && ours.len() < official.len() {
            Some("logs are found once even if an account is in the scopes twice")
        } else if ours.len() < official.len()
            && ours.iter().all(|account| official.contains(account))
            && self.failed_here
        {
            Some("what was synced at a block stays so when something fails")
        } else if official.len() > 1 && names(&run.calls) == names(&calls) && contents(&run.calls) == contents(&calls) {
            Some("logs for several accounts are in the order of the accounts, not in that of the node's answers")
        } else if self.learned_here {
            Some("who is registered is looked for at once, not from the next block on")
        } else {
            None
        }
    }

    fn run(&mut self, run: &Run, recorded: &FunctionRun, within: Option<(usize, usize)>) {
        let is_private = recorded.kind == "private";
        let calls: Vec<_> = recorded.calls.iter().map(call).collect();
        let other_logs = match run.function == SYNC_STATE && run.calls != calls {
            true => self.finds_other_logs(run, recorded),
            false => None,
        };
        let compared = &mut self.compared;
        *if is_private { &mut compared.private } else { &mut compared.utility } += 1;
        compared.same("functions that ran", (run.contract, run.is_private), (recorded.contract, is_private));
        if !recorded.function.is_empty() {
            compared.same("names of functions", &run.function, &recorded.function);
        }
        compared.same("when functions began", run.within, within);
        compared.same("inputs of functions", &run.inputs, &recorded.input.0);
        compared.same("witnesses of functions", &run.witness, &recorded.witness);
        let in_function = |what: &str| format!("{what} of {}", run.function);
        if let Some(why) = other_logs {
            return compared.differs_on_purpose(why);
        }
        if run.calls.len() != calls.len() {
            compared.differs(in_function(&format!("{}, not {} oracle calls", run.calls.len(), calls.len())));
        }
        for (number, (made, recorded)) in run.calls.iter().zip(&calls).enumerate() {
            compared.oracle_calls += 1;
            let same = compared.same("oracle calls: name", &made.name, &recorded.name)
                && compared.same("oracle calls: inputs", &made.inputs, &recorded.inputs)
                && compared.same("oracle calls: outputs", &made.outputs, &recorded.outputs);
            if !same {
                compared.differs(in_function(&format!("call {number}, {}", recorded.name)));
                break;
            }
        }
    }

    /// Private functions, as far as they ran.
    fn calls(&mut self, execution: &PrivateExecution, entry: &Entry) {
        let runs = entry.runs.iter().filter(|run| run.kind == "private");
        for (call, run) in execution.calls().zip(runs) {
            self.call(call, run);
        }
    }

    fn call(&mut self, call: &PrivateCall, run: &FunctionRun) {
        let compared = &mut self.compared;
        if !run.artifact.is_empty() {
            compared.same("names of contracts", &call.contract_name, &run.artifact);
        }
        compared.same("selectors", call.selector(), run.selector);
        compared.same("public inputs of functions", call.public_inputs.to_fields(), run.output.0.clone());
        compared.same("return values", &call.return_values, &run.returns.0);
        let notes = call.new_notes.iter().map(|note| (note.storage_slot, note.randomness, note.note.0.clone()));
        let recorded = run.notes.iter().map(|note| (note.slot, note.randomness, note.items.0.clone()));
        compared.same("new notes", notes.collect::<Vec<_>>(), recorded.collect());
        let nullified: Vec<_> = call.nullified_notes.iter().map(|(note, by)| (note.0, by.0)).collect();
        let mut recorded = run.nullified.clone();
        recorded.sort_unstable();
        compared.same("nullified notes", nullified, recorded);
        let effects: Vec<_> = call.offchain_effects.iter().map(|effect| effect.data.clone()).collect();
        compared.same("offchain effects", effects, run.offchain.iter().map(|effect| effect.0.clone()).collect());
        let tags: Vec<_> = call.tags.iter().map(|tag| (tag.secret.to_text(), tag.index)).collect();
        compared.same("tags", tags, run.tags.iter().map(|tag| (tag.secret.to_text(), tag.index)).collect());
        let logs = call.contract_class_logs.iter().map(|log| {
            let class_log = &log.log;
            (class_log.contract_address, log.counter.0, class_log.emitted_length, class_log.fields.to_fields())
        });
        let recorded = run.class_logs.iter().map(|log| (log.contract, log.counter, log.length, log.fields.0.clone()));
        compared.same("contract class logs", logs.collect::<Vec<_>>(), recorded.collect());
    }

    /// What a transaction came to.
    fn outcome(&mut self, execution: &PrivateExecution, tail: Vec<u8>, entry: &Entry) {
        self.compared.transactions += 1;
        self.calls(execution, entry);
        let result = entry.result.as_ref().unwrap();
        let compared = &mut self.compared;
        compared.same("first nullifiers", execution.first_nullifier, read(&result["firstNullifier"]));
        let calldata: Vec<_> = execution.public_calldata.iter().map(|call| (call.hash, call.values.clone())).collect();
        let recorded = result["calldata"].as_array().unwrap();
        let recorded = recorded.iter().map(|call| (read(&call["hash"]), fields(&call["values"]))).collect();
        compared.same("calldata", calldata, recorded);
        let recorded = BASE64_STANDARD.decode(result["publicInputs"].as_str().unwrap()).unwrap();
        compared.same("public inputs of transactions", tail, recorded);
    }

    async fn prove(&mut self, entry: &Entry) -> Result<(), PxeError> {
        let request: TxExecutionRequest = read(&entry.args["request"]);
        let proven = self.pxe().prove(&request, &scopes(&entry.args["scopes"]), &silent()).await?;
        let Some(result) = &entry.result else { return Ok(()) };
        self.outcome(&proven.execution, proven.tx.data().to_buffer(), entry);
        self.compared.same("transaction hashes", proven.hash(), read::<TxHash>(&result["txHash"]));
        let mut tx = serde_json::to_value(&proven.tx).unwrap();
        tx.as_object_mut().unwrap().remove("chonkProof");
        self.compared.same("transactions", &tx, &result["tx"]);
        Ok(())
    }

    async fn simulate(&mut self, entry: &Entry) -> Result<(), PxeError> {
        let args = &entry.args;
        let request: TxExecutionRequest = read(&args["request"]);
        let mut overrides = Overrides::new();
        for given in args["overrides"].as_array().into_iter().flatten() {
            let instance: ContractInstanceWithAddress = read(&given["instance"]);
            let artifact = artifact(&given["artifact"]);
            overrides.insert(read(&given["address"]), Override { instance: instance.instance, artifact });
        }
        let options = SimulateOptions {
            public: args["simulatePublic"] == true,
            validate: args["skipTxValidation"] == false,
            enforce_fee: args["skipFeeEnforcement"] != true,
            overrides,
        };
        let simulated = self.pxe().simulate(&request, &options, &scopes(&args["scopes"]), &silent()).await?;
        let Some(result) = &entry.result else { return Ok(()) };
        self.outcome(&simulated.execution, simulated.tail.to_buffer(), entry);
        let compared = &mut self.compared;
        let public = result["publicReturns"].as_array().into_iter().flatten();
        let public: Vec<Vec<Fr>> = public.map(|returned| returns(&returned["values"])).collect();
        compared.same("public return values", simulated.public_returns(), public);
        let nested = result["privateReturns"]["nested"].as_array().unwrap();
        let private: Vec<Vec<Fr>> = match &**nested {
            [] => vec![returns(&result["privateReturns"]["values"])],
            nested => nested.iter().map(|call| returns(&call["values"])).collect(),
        };
        compared.same("private return values", simulated.private_returns(), private);
        compared.same("gas", simulated.gas, read(&result["gasUsed"]));
        Ok(())
    }

    async fn profile(&mut self, entry: &Entry) -> Result<(), PxeError> {
        let request: TxExecutionRequest = read(&entry.args["request"]);
        let profile = self.pxe().profile(&request, &scopes(&entry.args["scopes"]), false, &silent()).await?;
        let Some(result) = &entry.result else { return Ok(()) };
        self.compared.transactions += 1;
        let names: Vec<_> = profile.steps.iter().map(|step| step.name.clone()).collect();
        let recorded = result["steps"].as_array().unwrap();
        let recorded = recorded.iter().map(|step| step["function"].as_str().unwrap().to_owned()).collect();
        self.compared.same("circuits of a profile", names, recorded);
        Ok(())
    }

    async fn utility(&mut self, args: &Value, result: &Value) -> Result<(), PxeError> {
        let call: FunctionCall = read(&args["call"]);
        let witnesses: Vec<AuthWitness> = read(&args["authwits"]);
        let returned = self.pxe().utility(&call, &witnesses, &scopes(&args["scopes"]), &silent()).await?;
        if result.is_string() {
            self.compared.same("what utility functions return", returned, fields(result));
        }
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
        self.compared.same("number of private events", found.len(), result.as_array().unwrap().len());
        for (event, recorded) in found.iter().zip(result.as_array().unwrap()) {
            let event = json!({
                "packedEvent": event.packed,
                "l2BlockNumber": event.block.number,
                "l2BlockHash": event.block.hash,
                "txHash": event.tx_hash,
                "eventSelector": event.selector,
            });
            self.compared.same("private events", &event, recorded);
        }
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
        self.compared.same("number of notes", found.len(), result.as_array().unwrap().len());
        for (note, recorded) in found.iter().zip(result.as_array().unwrap()) {
            let mut recorded = recorded.clone();
            if let Some(place) = recorded.as_object_mut().unwrap().remove("txIndexInBlock") {
                let (place, earlier): (u32, u32) = (read(&place), note.tx_index);
                self.compared.same("places of notes in blocks", place <= earlier, true);
                self.compared.differs_on_purpose("notes have the place of their transaction in the chain");
            }
            self.compared.same("notes", &note_json(note), &recorded);
        }
        Ok(())
    }
}

/// A note as the official client tells it.
fn note_json(note: &StoredNote) -> Value {
    json!({
        "note": BASE64_STANDARD.encode(note.note.to_buffer()),
        "contractAddress": note.contract,
        "owner": note.owner,
        "storageSlot": note.storage_slot,
        "randomness": note.randomness,
        "noteNonce": note.note_nonce,
        "noteHash": note.note_hash,
        "siloedNullifier": note.siloed_nullifier,
        "txHash": note.tx_hash,
        "l2BlockNumber": note.block.number,
        "l2BlockHash": note.block.hash,
        "noteIndexInTx": note.note_index,
    })
}

/// Return values, which may be missing.
fn returns(values: &Value) -> Vec<Fr> {
    if values.is_null() { Vec::new() } else { read(values) }
}
