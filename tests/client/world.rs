//! A network of its own for each test, with wallets on it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use circuits::disk::FileSource;
use circuits::set::{CircuitSet, Parameters};
use node_lite::config::Config;
use node_lite::genesis::{test_accounts, test_contracts};
use node_lite::parameters::ParameterSet;
use node_lite::rpc::{LocalServer, ServerConfig};
use node_lite::spawn::NodeHandle;
use protocol::address::AztecAddress;
use protocol::artifact::pack::Pack;
use protocol::block::Timestamp;
use protocol::field::Fr;
use protocol::keys::{PublicKeys, SecretKey};
use protocol::tx::{ExecutionPayload, TxExecutionResult, TxHash, TxReceipt};
use pxe_core::account::AccountKind;
use pxe_core::contract::Instantiation;
use pxe_core::fee::{FeeMethod, GasOptions};
use pxe_core::keystore::{Credential, KdfParams, SeedPhrase};
use pxe_core::node::{Transport, TransportError};
use pxe_core::port::{Clock, Rng};
use pxe_core::pxe::{Pxe, PxeConfig, silent};
use pxe_core::scopes::Scopes;
use pxe_core::store::MemoryStore;
use pxe_core::sync::anchor::SyncTip;
use pxe_core::wallet::{AccountOrigin, ContractDeployment, NewAccount, PackedArtifacts, TxRequestOptions, Wallet};
use serde_json::{Value, json};

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

fn pack(name: &str) -> Pack<FileSource> {
    Pack::open(open(name)).unwrap()
}

/// The clock of the system.
#[derive(Debug)]
pub(crate) struct SystemClock(Instant);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

/// The randomness of the system.
#[derive(Debug)]
pub(crate) struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

/// The way to the node of the test.
#[derive(Debug)]
struct InProcess(LocalServer);

#[async_trait]
impl Transport for InProcess {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let server = self.0.clone();
        Ok(tokio::task::spawn_blocking(move || server.answer(body.as_bytes())).await.unwrap())
    }
}

/// A network.
pub(crate) struct World {
    node: NodeHandle,
    circuits: Arc<CircuitSet<FileSource>>,
    parameters: Arc<Parameters>,
}

/// Read and checked once for all tests.
fn official() -> (Arc<CircuitSet<FileSource>>, Arc<Parameters>) {
    static OFFICIAL: OnceLock<(Arc<CircuitSet<FileSource>>, Arc<Parameters>)> = OnceLock::new();
    let (circuits, parameters) = OFFICIAL.get_or_init(|| {
        let circuits = CircuitSet::open(open("noir-protocol-circuits-types.pack")).unwrap();
        let parameters = Parameters::official(&circuits).unwrap();
        (Arc::new(circuits), Arc::new(parameters))
    });
    (Arc::clone(circuits), Arc::clone(parameters))
}

impl World {
    /// A network like the official local one.
    pub(crate) async fn start() -> Self {
        let server = ServerConfig { port: 0, ..ServerConfig::default() };
        let node = node_lite::spawn(Config::default(), server).await.unwrap();
        let (circuits, parameters) = official();
        Self { node, circuits, parameters }
    }

    /// The node.
    pub(crate) fn node(&self) -> &node_lite::node::Node {
        self.node.node()
    }

    /// A client of the network with an empty store.
    pub(crate) async fn client(&self) -> Pxe {
        let config = PxeConfig {
            store: Arc::new(MemoryStore::default()),
            transport: Arc::new(InProcess(LocalServer::new(Arc::clone(self.node.node())))),
            rng: Arc::new(SystemRng),
            clock: Arc::new(SystemClock(Instant::now())),
            circuits: Arc::clone(&self.circuits) as Arc<dyn pxe_core::kernel::CircuitSource>,
            parameters: Arc::clone(&self.parameters),
            function_keys: None,
            barretenberg: None,
            log: None,
            tip: SyncTip::Proposed,
            program_memory: 512 << 20,
        };
        Pxe::open(config, &pack("protocol-contracts.pack")).await.unwrap()
    }

    /// A wallet of the network, new and unlocked.
    pub(crate) async fn wallet(&self) -> TestWallet {
        self.wallet_of(None).await
    }

    /// A wallet with the keys of another.
    pub(crate) async fn restored(&self, seed: &SeedPhrase) -> TestWallet {
        self.wallet_of(Some(seed.words().parse().unwrap())).await
    }

    async fn wallet_of(&self, seed: Option<SeedPhrase>) -> TestWallet {
        let names =
            ["accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack", "protocol-contracts.pack"];
        let artifacts = PackedArtifacts::new(names.map(pack).into());
        let wallet = Wallet::new(self.client().await, Arc::new(artifacts));
        wallet.create(Credential::Passphrase("correct horse"), KdfParams::INSECURE, seed).await.unwrap();
        let sponsor = test_contracts(ParameterSet::Official)
            .into_iter()
            .find(|contract| contract.name == "SponsoredFPC")
            .unwrap()
            .address;
        let wallet = TestWallet { wallet, sponsor };
        wallet.register("SponsoredFPC", sponsor, &[], Fr::ZERO).await;
        wallet
    }
}

/// A wallet, with what tests do again and again.
pub(crate) struct TestWallet {
    pub(crate) wallet: Wallet,
    sponsor: AztecAddress,
}

/// An address as an argument.
pub(crate) fn arg(address: AztecAddress) -> Value {
    json!(address.to_field().to_string())
}

impl TestWallet {
    /// The accounts everybody knows the secrets of: deployed and funded.
    pub(crate) async fn test_accounts(&self) -> Vec<AztecAddress> {
        let mut addresses = Vec::new();
        for account in test_accounts(ParameterSet::Official) {
            let secret = SecretKey::from_field(account.secret);
            let origin = AccountOrigin::Secret { secret, salt: account.salt, signing_key: None };
            let new = NewAccount { kind: AccountKind::Schnorr, origin, alias: String::new() };
            let added = self.wallet.add_account(new).await.unwrap();
            assert_eq!(added.address(), account.address);
            addresses.push(added.address());
        }
        addresses
    }

    /// A new account of the seed, not deployed.
    pub(crate) async fn add_account(&self, kind: AccountKind) -> AztecAddress {
        let new = NewAccount { kind, origin: AccountOrigin::Seed(None), alias: String::new() };
        self.wallet.add_account(new).await.unwrap().address()
    }

    /// Deploys an account.
    pub(crate) async fn deploy_account(&self, account: AztecAddress, fee: &FeeMethod) {
        let sent = self.wallet.deploy_account(account, fee, GasOptions::default(), &silent()).await;
        let sent = sent.unwrap_or_else(|error| panic!("{account}: {}", chain(&error)));
        self.mined(sent.tx_hash).await;
    }

    /// A new account of the seed, deployed.
    pub(crate) async fn new_account(&self, kind: AccountKind, fee: &FeeMethod) -> AztecAddress {
        let account = self.add_account(kind).await;
        self.deploy_account(account, fee).await;
        account
    }

    /// The contract that pays for everybody.
    pub(crate) fn sponsor(&self) -> AztecAddress {
        self.sponsor
    }

    /// Paid by the contract that pays for everybody.
    pub(crate) fn sponsored(&self) -> FeeMethod {
        FeeMethod::Sponsored { sponsor: self.sponsor }
    }

    pub(crate) fn options(&self, from: AztecAddress) -> TxRequestOptions {
        TxRequestOptions::from(from).paid_by(self.sponsored())
    }

    /// Registers a contract that is there already.
    pub(crate) async fn register(&self, name: &str, at: AztecAddress, args: &[Value], salt: Fr) {
        let artifact = self.wallet.artifact(name).await.unwrap();
        let class = self.wallet.pxe().register_class(&artifact).await.unwrap();
        let place = (salt, AztecAddress::ZERO, PublicKeys::DEFAULT);
        let made = Instantiation::new(&artifact, class, None, args, place).unwrap();
        assert_eq!(made.instance.address, at, "{name} is somewhere else");
        self.wallet.pxe().register_contract(&made.instance).await.unwrap();
    }

    /// Registers a contract that another wallet deployed.
    pub(crate) async fn learn(&self, other: &Self, name: &str, at: AztecAddress) {
        let artifact = self.wallet.artifact(name).await.unwrap();
        self.wallet.pxe().register_class(&artifact).await.unwrap();
        let instance = other.wallet.pxe().instance(at).await.unwrap().unwrap();
        self.wallet.pxe().register_contract(&instance).await.unwrap();
    }

    /// Deploys a contract.
    pub(crate) async fn deploy(&self, name: &str, args: Vec<Value>, from: AztecAddress) -> AztecAddress {
        let artifact = self.wallet.artifact(name).await.unwrap();
        let deployment = ContractDeployment::new(artifact, args);
        let deployed = self.wallet.deploy(&deployment, &self.options(from), &silent()).await;
        let deployed = deployed.unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
        self.mined(deployed.sent.tx_hash).await;
        deployed.instance.address
    }

    /// The payload of one call.
    pub(crate) async fn payload(&self, to: AztecAddress, function: &str, args: &[Value]) -> ExecutionPayload {
        let store = &*self.wallet.pxe().config().store;
        let job = pxe_core::store::Job::begin(store).await.unwrap();
        let call = self.wallet.pxe().contracts().call(&job, to, function, args).await;
        let call = call.unwrap_or_else(|error| panic!("{function}: {error}"));
        ExecutionPayload { calls: vec![call], ..ExecutionPayload::default() }
    }

    /// Makes a call in a transaction and waits until it is in a block.
    pub(crate) async fn send(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> TxReceipt {
        let payload = self.payload(to, function, args).await;
        let sent = self.wallet.send(payload, &self.options(from), &silent()).await;
        let sent = sent.unwrap_or_else(|error| panic!("{function}: {}", chain(&error)));
        self.mined(sent.tx_hash).await
    }

    /// Why a call fails.
    pub(crate) async fn fails(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> String {
        let payload = self.payload(to, function, args).await;
        match self.wallet.estimate(payload, &self.options(from), &silent()).await {
            Ok(_) => panic!("{function} does not fail"),
            Err(error) => chain(&error),
        }
    }

    /// What a function returns.
    pub(crate) async fn view(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> Vec<Fr> {
        let payload = self.payload(to, function, args).await;
        let call = &payload.calls[0];
        if call.function_type == protocol::abi::FunctionType::Utility {
            let scopes = Scopes::Accounts(vec![from]);
            let returned = self.wallet.pxe().utility(call, &[], &scopes, &silent()).await;
            return returned.unwrap_or_else(|error| panic!("{function}: {}", chain(&error)));
        }
        let estimate = self.wallet.estimate(payload, &self.options(from), &silent()).await;
        let estimate = estimate.unwrap_or_else(|error| panic!("{function}: {}", chain(&error)));
        estimate.returns.into_iter().next().unwrap_or_default()
    }

    /// What a function that returns one number returns.
    pub(crate) async fn number(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> u128 {
        self.view(from, to, function, args).await[0].to_u128().unwrap()
    }

    /// Waits until a transaction is in a block; nothing of it may have reverted.
    pub(crate) async fn mined(&self, tx: TxHash) -> TxReceipt {
        let receipt = self.settled(tx).await;
        assert_eq!(receipt.execution_result, Some(TxExecutionResult::Success), "{receipt:?}");
        receipt
    }

    /// Waits until a transaction is in a block.
    pub(crate) async fn settled(&self, tx: TxHash) -> TxReceipt {
        let began = Instant::now();
        loop {
            let receipt = self.wallet.pxe().lookup(tx).await.unwrap().receipt;
            if receipt.is_mined() {
                return receipt;
            }
            assert!(began.elapsed().as_secs() < 60, "{tx} is not in a block: {receipt:?}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

/// An error with all its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
