//! A client with two accounts at the tip of a chain in memory, for tests.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::fs::File;
use std::io::Read;
use std::sync::Mutex;

use circuits::program::ProgramCache;
use flate2::read::GzDecoder;
use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::artifact::Bytecode;
use protocol::field::Fr;
use protocol::kernel::CallContext;
use protocol::keys::{CompleteAddress, PartialAddress, SecretKey};
use protocol::log::{DebugLog, LogLevel};
use protocol::tx::{AuthWitness, Capsule, TxContext};

use super::budget::Budget;
use super::hashed_values::HashedValuesCache;
use super::note_cache::NoteCache;
use super::oracle::{Call, PrivateState, Transaction};
use super::tagging_cache::TaggingCache;
use super::{ContractLog, Env};
use crate::contract::{Contracts, FunctionKeys, ProtocolClasses};
use crate::keystore::{AccountSecrets, Credential, KdfParams, KeyStore};
use crate::node::testing::{Chain, TestNode};
use crate::port::Rng;
use crate::scopes::Scopes;
use crate::store::{Job, MemoryStore};

/// The contract that runs.
pub(super) const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);
/// What the protocol nullifier is.
pub(super) const PROTOCOL_NULLIFIER: u64 = 99;

/// Counts up: the bytes of each draw are the same.
#[derive(Debug, Default)]
pub(super) struct CountingRng(Mutex<u8>);

impl Rng for CountingRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.0.lock().unwrap();
        *next += 1;
        bytes.fill(*next);
    }
}

/// Keeps what contracts print.
#[derive(Debug, Default)]
pub(super) struct KeptLog(pub(super) Mutex<Vec<DebugLog>>);

impl ContractLog for KeptLog {
    fn takes(&self, level: LogLevel) -> bool {
        level <= LogLevel::Info
    }

    fn log(&self, contract_name: &str, entry: DebugLog) {
        assert_eq!(contract_name, "Test");
        self.0.lock().unwrap().push(entry);
    }
}

/// A client.
pub(super) struct World {
    pub(super) node: TestNode,
    pub(super) env: Env,
    pub(super) log: Arc<KeptLog>,
    pub(super) job: Job,
    pub(super) scopes: Scopes,
    pub(super) alice: CompleteAddress,
    pub(super) bob: CompleteAddress,
    pub(super) auth_witnesses: Vec<AuthWitness>,
    pub(super) capsules: Vec<Capsule>,
    pub(super) budget: Budget,
}

impl World {
    /// A client at the tip of a chain.
    pub(super) fn at(chain: Chain) -> Self {
        block_on(async {
            let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
            let rng: Arc<dyn Rng> = Arc::new(CountingRng::default());
            let credential = Credential::Key(&[7; 32]);
            let keys = KeyStore::create(&mut job, credential, KdfParams::INSECURE, Arc::clone(&rng)).await.unwrap();
            let mut accounts = Vec::new();
            for (secret, partial) in [(8923u32, 243_523u32), (8924, 5)] {
                let (secret, partial) =
                    (SecretKey::from_field(secret.into()), PartialAddress::from_field(partial.into()));
                accounts.push(keys.add_account(&mut job, secret, partial, AccountSecrets::default()).await.unwrap());
            }
            let (node, log) = (TestNode::new(chain), Arc::new(KeptLog::default()));
            let env = Env {
                node: Arc::new(node.anchored()),
                contracts: Contracts::new(ProtocolClasses::official(), FunctionKeys::Shipped),
                keys: Arc::new(keys),
                rng,
                programs: ProgramCache::default(),
                log: Some(Arc::clone(&log) as Arc<dyn ContractLog>),
            };
            let (alice, bob) = (accounts[0], accounts[1]);
            Self {
                node,
                env,
                log,
                job,
                scopes: Scopes::All,
                alice,
                bob,
                auth_witnesses: Vec::new(),
                capsules: Vec::new(),
                budget: Budget::new(),
            }
        })
    }

    /// A client at block 3.
    pub(super) fn new() -> Self {
        let mut chain = Chain::new();
        for number in 1..=3 {
            chain.add_block(alloc::vec![crate::node::testing::effect(number)]);
        }
        Self::at(chain)
    }

    /// A client whose anchor is the tip as it is now.
    pub(super) fn advance(&mut self) {
        self.env.node = Arc::new(self.node.anchored());
    }

    /// What a utility function of [`CONTRACT`] asks for.
    pub(super) fn utility<T>(&mut self, ask: impl AsyncFnOnce(&mut Call<'_>) -> T) -> T {
        self.ask(None, ask)
    }

    /// What a private function of [`CONTRACT`] asks for, the only one of its transaction.
    pub(super) fn private<T>(&mut self, ask: impl AsyncFnOnce(&mut Call<'_>) -> T) -> T {
        let mut tx = transaction();
        let context = CallContext { contract_address: CONTRACT, ..CallContext::default() };
        self.ask(Some(PrivateState::new(&mut tx, context, 0)), ask)
    }

    fn ask<T>(&mut self, private: Option<PrivateState<'_>>, ask: impl AsyncFnOnce(&mut Call<'_>) -> T) -> T {
        let Self { env, job, scopes, auth_witnesses, capsules, budget, .. } = self;
        let mut call = Call {
            env,
            job,
            budget,
            scopes,
            auth_witnesses,
            capsules,
            contract: CONTRACT,
            contract_name: "Test",
            found: None,
            private,
        };
        block_on(Box::pin(ask(&mut call)))
    }
}

/// Code of the official packages, from the recorded executions: its name is the start of its hash.
pub(super) fn recorded_code(name: &str) -> Bytecode {
    Bytecode::from_bytes(recorded(name, ".bc"))
}

/// What a recorded execution started with.
pub(super) fn recorded_inputs(name: &str) -> Vec<Fr> {
    let execution: serde_json::Value = serde_json::from_slice(&recorded(name, ".json")).unwrap();
    let inputs = execution["init"].as_array().unwrap();
    inputs.iter().map(|input| input[1].as_str().unwrap().parse().unwrap()).collect()
}

fn recorded(start: &str, end: &str) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/transcripts/recorded.tar.gz");
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).unwrap()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        if file.starts_with(start) && file.ends_with(end) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            return bytes;
        }
    }
    panic!("{start} was not recorded")
}

/// A transaction that begins.
pub(super) fn transaction() -> Transaction {
    Transaction {
        context: TxContext::default(),
        hashed_values: HashedValuesCache::default(),
        notes: NoteCache::new(PROTOCOL_NULLIFIER.into()),
        tags: TaggingCache::default(),
        calls: 0,
    }
}
