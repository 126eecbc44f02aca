//! A network for tests, with wallets on it: `node-lite` in this process, one for each test, or the node that the environment
//! variable `AZTEC_NODE_URL` names, which all tests share.

mod wallet;

use std::sync::Arc;

use async_trait::async_trait;
use node_lite::config::Config;
use node_lite::genesis::test_contracts;
use node_lite::node::Node;
use node_lite::parameters::ParameterSet;
use node_lite::rpc::{LocalServer, ServerConfig};
use node_lite::spawn::NodeHandle;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use pxe_core::keystore::{Credential, KdfParams, SeedPhrase};
use pxe_core::node::{HttpLimits, HttpTransport, Transport, TransportError};
use pxe_core::pxe::PxeConfig;
use tests::client::{Parts, with_causes};
use tokio::sync::OnceCell;

pub(crate) use wallet::{TestWallet, arg};

/// Names the node that the tests run against, if not one of their own.
const VARIABLE: &str = "AZTEC_NODE_URL";

/// The way to a node in this process.
#[derive(Debug)]
struct InProcess(LocalServer);

#[async_trait]
impl Transport for InProcess {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let server = self.0.clone();
        Ok(tokio::task::spawn_blocking(move || server.answer(body.as_bytes())).await.unwrap())
    }
}

/// Where the node is.
enum Place {
    Here(NodeHandle),
    There(String),
}

/// A network.
pub(crate) struct World {
    place: Place,
    parts: Parts,
    parameters: ParameterSet,
}

/// Read and checked once for all tests.
async fn parts(parameters: ParameterSet) -> Parts {
    static PARTS: [OnceCell<Parts>; 2] = [const { OnceCell::const_new() }; 2];
    let cell = &PARTS[usize::from(parameters == ParameterSet::InsecureDevelopment)];
    cell.get_or_init(async || Parts::of(parameters).await.unwrap()).await.clone()
}

impl World {
    /// A network like the official local one.
    pub(crate) async fn start() -> Self {
        let parameters = ParameterSet::Official;
        match std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            Some(url) => Self { place: Place::There(url), parts: parts(parameters).await, parameters },
            None => Self::here(Config::default(), parameters).await,
        }
    }

    /// A network of its own in this process, whatever the environment says.
    pub(crate) async fn here(config: Config, parameters: ParameterSet) -> Self {
        let server = ServerConfig { port: 0, ..ServerConfig::default() };
        let node = node_lite::spawn(config, server).await.unwrap();
        Self { place: Place::Here(node), parts: parts(parameters).await, parameters }
    }

    /// The node, if it is in this process. Otherwise the test cannot go on, and says why: it needs what no RPC method of
    /// an official node does.
    pub(crate) fn node(&self, needed: &str) -> Option<&Arc<Node>> {
        match &self.place {
            Place::Here(node) => Some(node.node()),
            Place::There(url) => {
                println!("SKIPPED at {url}: needs a node in this process {needed}");
                None
            }
        }
    }

    /// The way to the node.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        match &self.place {
            Place::Here(node) => Arc::new(InProcess(LocalServer::new(Arc::clone(node.node())))),
            Place::There(url) => Arc::new(HttpTransport::new(url, HttpLimits::default()).unwrap()),
        }
    }

    /// What a client of the network with an empty store is made of.
    pub(crate) fn config(&self) -> PxeConfig {
        self.parts.config(self.transport())
    }

    /// The address of a contract that every local network has from the start.
    pub(crate) fn contract(&self, name: &str) -> AztecAddress {
        let contract = test_contracts(self.parameters).into_iter().find(|contract| contract.name == name);
        contract.unwrap().address
    }

    /// A wallet of the network, new and unlocked.
    pub(crate) async fn wallet(&self) -> TestWallet {
        self.wallet_of(self.config(), None).await
    }

    /// A wallet with the keys of another.
    pub(crate) async fn restored(&self, seed: &SeedPhrase) -> TestWallet {
        self.wallet_of(self.config(), Some(seed.words().parse().unwrap())).await
    }

    /// A wallet over a client.
    pub(crate) async fn wallet_of(&self, config: PxeConfig, seed: Option<SeedPhrase>) -> TestWallet {
        let wallet = Parts::wallet(config).await.unwrap_or_else(|error| panic!("no wallet: {}", with_causes(&*error)));
        wallet.create(Credential::Passphrase("correct horse"), KdfParams::INSECURE, seed).await.unwrap();
        let sponsor = self.contract("SponsoredFPC");
        let wallet = TestWallet::new(wallet, sponsor, self.parameters, matches!(self.place, Place::There(_)));
        wallet.register("SponsoredFPC", sponsor, &[], Fr::ZERO).await;
        wallet
    }
}
