//! A node in the same process, with transactions that are made up.

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use flate2::read::GzDecoder;
use node_lite::config::{Config, Mining, Network};
use node_lite::node::Node;
use node_lite::rpc::LocalServer;
use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::codec::Decode;
use protocol::field::Fr;
use protocol::gas::{FeePerGas, GasFees};
use protocol::kernel::TailEffects;
use protocol::log::PrivateLog;
use protocol::tx::{Tx, TxHash};
use pxe_core::node::{NodeClient, Transport, TransportError};
use serde_json::Value;

/// Pays for all transactions.
const PAYER: AztecAddress = AztecAddress::from_field(Fr::ONE);
/// After so many seconds everything is final.
const FINAL: u64 = 86_400;

/// What a transaction does, beside being there.
pub(crate) struct Effects {
    /// Its nullifiers, siloed; the first one names it.
    pub(crate) nullifiers: Vec<Fr>,
    /// Its note hashes, unique.
    pub(crate) note_hashes: Vec<Fr>,
    /// Its private logs, their tags siloed.
    pub(crate) logs: Vec<PrivateLog>,
}

/// A network of one node, without HTTP. What it answers can be changed on the way.
#[derive(Clone)]
pub(crate) struct TestNetwork {
    node: Arc<Node>,
    server: LocalServer,
    base: Arc<Tx>,
    lie: Arc<Mutex<Option<Lie>>>,
}

/// Changes the reply to one call of a body.
type Lie = Box<dyn Fn(&str, &mut Value) + Send>;

impl std::fmt::Debug for TestNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestNetwork")
    }
}

impl TestNetwork {
    pub(crate) fn new() -> Self {
        let network = Network { funded: vec![PAYER], test_accounts: false, ..Network::default() };
        let node = Node::open(Config { network, mining: Mining::Manual, kept_states: 10_000, ..Config::default() });
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tx/private-transfer.bin.gz");
        let mut bytes = Vec::new();
        std::io::copy(&mut GzDecoder::new(std::fs::File::open(path).unwrap()), &mut bytes).unwrap();
        let base = Arc::new(Tx::from_buffer(&bytes).unwrap());
        let node = node.unwrap();
        Self { server: LocalServer::new(Arc::clone(&node)), node, base, lie: Arc::default() }
    }

    pub(crate) fn client(&self) -> NodeClient {
        NodeClient::new(Arc::new(self.clone()))
    }

    /// From now on what is answered is changed.
    pub(crate) fn lie(&self, lie: impl Fn(&str, &mut Value) + Send + 'static) {
        *self.lie.lock().unwrap() = Some(Box::new(lie));
    }

    /// Hands in a transaction that does something.
    pub(crate) fn send(&self, effects: Effects) -> TxHash {
        let node = &self.node;
        let network = node.network();
        let snapshot = node.snapshot().unwrap();
        let anchor = snapshot.block(snapshot.latest_block().unwrap()).unwrap().expect("there is a block").header;
        let mut data = self.base.data().clone();
        let constants = &mut data.constants;
        constants.anchor_block_header = anchor;
        constants.vk_tree_root = network.parameters.vk_tree_root();
        constants.protocol_contracts_hash = network.parameters.protocol_contracts_hash();
        constants.tx_context.chain_id = network.l1_chain_id.0.into();
        constants.tx_context.version = network.rollup_version.0.into();
        constants.tx_context.gas_settings.max_fees_per_gas =
            GasFees { fee_per_da_gas: FeePerGas(1 << 40), fee_per_l2_gas: FeePerGas(1 << 40) };
        data.fee_payer = PAYER;
        data.expiration_timestamp = Timestamp(anchor.timestamp().0 + FINAL);
        let TailEffects::ForRollup(end) = &mut data.effects else { panic!("it has no public calls") };
        end.nullifiers = padded(effects.nullifiers);
        end.note_hashes = padded(effects.note_hashes);
        end.private_logs = padded(effects.logs);
        let tx = Tx::new(data, self.base.chonk_proof().clone(), Vec::new(), Vec::new()).unwrap();
        let tx_hash = tx.tx_hash();
        node.send_tx(tx).unwrap();
        tx_hash
    }

    /// Makes a block of what was handed in.
    pub(crate) fn mine(&self) {
        self.node.mine(1).unwrap();
    }

    /// Lets so much time pass that all blocks are final.
    pub(crate) fn finalize(&self) {
        self.node.increase_time(FINAL).unwrap();
        self.mine();
    }

    /// Takes blocks back.
    pub(crate) fn take_back(&self, blocks: u32) {
        self.node.reorg(blocks).unwrap();
    }
}

fn padded<T: Clone + Default, const N: usize>(items: Vec<T>) -> protocol::codec::Array<T, N> {
    protocol::codec::Array::padded(items, T::default()).expect("a transaction has room for it")
}

#[async_trait]
impl Transport for TestNetwork {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let answer = self.server.answer(body.as_bytes());
        let lie = self.lie.lock().unwrap();
        let Some(lie) = &*lie else { return Ok(answer) };
        let calls: Vec<Value> = serde_json::from_str(&body).unwrap();
        let mut replies: Vec<Value> = serde_json::from_slice(&answer).unwrap();
        for (call, reply) in calls.iter().zip(&mut replies) {
            if let Some(result) = reply.get_mut("result") {
                lie(call["method"].as_str().unwrap(), result);
            }
        }
        Ok(serde_json::to_vec(&replies).unwrap())
    }
}
