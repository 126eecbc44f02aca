//! Clients that wait for a proof keep nobody else waiting.

use std::sync::{Arc, Condvar, Mutex};

use node_lite::config::Config;
use node_lite::rpc::ServerConfig;
use node_lite::validate::{ProofVerifier, VerifierError, VerifierHealth};
use protocol::address::AztecAddress;
use protocol::block::BlockHeader;
use protocol::tx::Tx;
use serde_json::{Value, json};

use super::harness::{TestNode, quiet};
use super::txs::Transactions;

/// Verifies nothing until it is opened.
#[derive(Debug, Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl ProofVerifier for Gate {
    fn verify(&self, _tx: &Tx) -> Result<bool, VerifierError> {
        let open = self.open.lock().unwrap();
        drop(self.opened.wait_while(open, |open| !*open).unwrap());
        Ok(true)
    }

    fn health(&self) -> VerifierHealth {
        VerifierHealth { healthy: true, detail: "closed".into() }
    }
}

#[test]
fn who_waits_for_a_proof_keeps_nobody_else_waiting() {
    let gate = Arc::new(Gate::default());
    let payer = AztecAddress::from_u64(0x7a31);
    let mut config = Config { verifier: Arc::clone(&gate) as _, ..quiet() };
    config.network.funded.push(payer);
    let node = TestNode::start(config, ServerConfig::default());
    node.result("dev_mine", &json!([1]));
    let anchor: BlockHeader = serde_json::from_value(node.result("node_getBlockHeader", &json!(["latest"]))).unwrap();
    let txs = Transactions::new(payer);
    // More than there are turns of either kind.
    let count = node_lite::rpc::Limits::default().patient_requests + 10;
    let checked: Vec<_> = (0..count).map(|_| txs.next(&anchor)).collect();
    std::thread::scope(|scope| {
        for (number, tx) in checked.iter().enumerate() {
            let node = &node;
            scope.spawn(move || match number % 2 {
                0 => assert_eq!(node.result("node_sendTx", &json!([tx])), Value::Null),
                _ => assert_eq!(node.result("node_isValidTx", &json!([tx])), json!({ "result": "valid" })),
            });
        }
        for _ in 0..30 {
            assert_eq!(node.result("node_getBlockNumber", &json!([])), json!(1));
            assert_eq!(node.result("node_getPendingTxCount", &json!([])), json!(0));
        }
        *gate.open.lock().unwrap() = true;
        gate.opened.notify_all();
    });
    assert_eq!(node.result("node_getPendingTxCount", &json!([])), json!(count.div_ceil(2)));
    assert_eq!(node.result("node_getNodeInfo", &json!([]))["realProofs"], json!(true));
    node.stop();
}
