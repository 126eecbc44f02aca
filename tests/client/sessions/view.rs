//! A node as it was at a moment.
//!
//! It has the whole chain of a session, and tells of blocks up to the moment. What depends on more than the chain is
//! answered with what was recorded: how far the chain is proven, how public calls went, whether a transaction is valid.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use node_lite::rpc::LocalServer;
use protocol::block::BlockHash;
use pxe_core::node::{Transport, TransportError};
use serde_json::{Value, json};
use tests::session::NodeCall;

/// The transport of a client in a session.
#[derive(Debug, Default)]
pub(crate) struct View(Mutex<Moment>);

#[derive(Debug, Default)]
struct Moment {
    server: Option<LocalServer>,
    node_info: Value,
    tips: Value,
    /// What the official client asks in this entry, and was answered.
    recorded: Vec<NodeCall>,
    bodies: usize,
    /// What was asked, by method.
    asked: BTreeMap<String, usize>,
    /// Transactions that were handed to the node and are not the recorded ones.
    others: Vec<String>,
}

fn number(tips: &Value, tip: &str) -> u64 {
    let block = if tip == "proposed" { &tips[tip] } else { &tips[tip]["block"] };
    block["number"].as_u64().unwrap()
}

impl View {
    /// What the network says of itself.
    pub(crate) fn introduce(&self, node_info: &Value) {
        self.0.lock().unwrap().node_info = node_info.clone();
    }

    /// From now on the chain is as far as these tips say.
    pub(crate) fn go(&self, server: LocalServer, tips: &Value) {
        let mut moment = self.0.lock().unwrap();
        (moment.server, moment.tips) = (Some(server), tips.clone());
    }

    /// The last block.
    pub(crate) fn tip(&self) -> Option<BlockHash> {
        self.0.lock().unwrap().tips["proposed"]["hash"].as_str().map(|hash| hash.parse().unwrap())
    }

    /// What the official client asked in the entry that begins.
    pub(crate) fn begin(&self, recorded: &[NodeCall]) {
        self.0.lock().unwrap().recorded = recorded.to_vec();
    }

    /// How many bodies were sent so far.
    pub(crate) fn bodies(&self) -> usize {
        self.0.lock().unwrap().bodies
    }

    /// Transactions handed to the node that were not the recorded ones.
    pub(crate) fn others(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().others)
    }
}

impl Moment {
    /// The answer to a call, if not the chain has it; otherwise the call as the whole chain is asked.
    fn known(&mut self, method: &str, params: &mut Value) -> Option<Value> {
        match method {
            "node_getNodeInfo" => Some(self.node_info.clone()),
            "node_getL2Tips" => Some(self.tips.clone()),
            "node_getTxReceipt" => {
                let same = |call: &&NodeCall| call.method == method && Value::from(call.params.clone()) == *params;
                self.recorded.iter().find(same).and_then(|call| call.result.clone())
            }
            "node_simulatePublicCalls" | "node_isValidTx" => Some(self.recorded_outcome(method, params)),
            _ => {
                // Only where a block is asked for there are names of blocks.
                for param in params.as_array_mut().unwrap().iter_mut().filter(|param| *param == "latest") {
                    *param = number(&self.tips, "proposed").into();
                }
                None
            }
        }
    }

    /// What the node said to a transaction, whose proof does not matter.
    fn recorded_outcome(&mut self, method: &str, params: &Value) -> Value {
        let comparable = |params: &Value| {
            let mut params = params.clone();
            params[0].as_object_mut().unwrap().remove("chonkProof");
            params
        };
        let asked = comparable(params);
        let same = |call: &&NodeCall| call.method == method && comparable(&call.params.clone().into()) == asked;
        match self.recorded.iter().find(same).and_then(|call| call.result.clone()) {
            Some(result) => result,
            None => {
                let others = self.recorded.iter().filter(|call| call.method == method);
                let mut what = format!("{method} of another transaction or with other options");
                for call in others {
                    let recorded = comparable(&call.params.clone().into());
                    for (at, (ours, theirs)) in
                        asked.as_array().unwrap().iter().zip(recorded.as_array().unwrap()).enumerate()
                    {
                        for key in ours.as_object().into_iter().flat_map(|object| object.keys()) {
                            if ours[key] != theirs[key] {
                                what.push_str(&format!(
                                    "; {at}.{key} is {:.200}, not {:.200}",
                                    ours[key].to_string(),
                                    theirs[key].to_string()
                                ));
                            }
                        }
                    }
                }
                self.others.push(what);
                Value::Null
            }
        }
    }

    /// The answer of the whole chain, as it was at this moment.
    fn at_this_moment(&self, method: &str, result: &mut Value) {
        let last = number(&self.tips, "proposed");
        match method {
            "node_getPrivateLogsByTags" | "node_getPublicLogsByTagsFromContract" => {
                for logs in result.as_array_mut().unwrap() {
                    logs.as_array_mut().unwrap().retain(|log| log["blockNumber"].as_u64().unwrap() <= last);
                }
            }
            "node_getTxEffect" if result["l2BlockNumber"].as_u64().is_some_and(|block| block > last) => {
                *result = Value::Null;
            }
            "node_getTxReceipt" => {
                let Some(block) = result["blockNumber"].as_u64() else { return };
                if block > last {
                    *result = json!({"txHash": result["txHash"], "status": "pending", "error": ""});
                    return;
                }
                let statuses = ["finalized", "proven", "checkpointed", "proposed"];
                let status = statuses.into_iter().find(|tip| block <= number(&self.tips, tip));
                result["status"] = status.unwrap().into();
            }
            "node_getBlockHeader"
                if result["globalVariables"]["blockNumber"].as_u64().is_some_and(|block| block > last) =>
            {
                *result = Value::Null;
            }
            _ => {}
        }
    }

    fn answer(&mut self, body: &str) -> Vec<u8> {
        self.bodies += 1;
        let calls: Vec<Value> = serde_json::from_str(body).unwrap();
        let mut forwarded = Vec::new();
        let mut replies: Vec<Value> = Vec::with_capacity(calls.len());
        for mut call in calls {
            let method = call["method"].as_str().unwrap().to_owned();
            *self.asked.entry(method.clone()).or_default() += 1;
            let mut params = call["params"].take();
            match self.known(&method, &mut params) {
                Some(result) => replies.push(json!({"jsonrpc": "2.0", "id": call["id"], "result": result})),
                None => {
                    call["params"] = params;
                    forwarded.push((replies.len(), method, call));
                    replies.push(Value::Null);
                }
            }
        }
        if !forwarded.is_empty() {
            let server = self.server.clone().expect("the chain is somewhere");
            let body: Vec<&Value> = forwarded.iter().map(|(_, _, call)| call).collect();
            let answer = server.answer(&serde_json::to_vec(&body).unwrap());
            let answers: Vec<Value> = serde_json::from_slice(&answer).unwrap();
            assert_eq!(answers.len(), forwarded.len());
            for ((place, method, call), mut reply) in forwarded.into_iter().zip(answers) {
                assert_eq!(reply["id"], call["id"]);
                if let Some(result) = reply.get_mut("result") {
                    self.at_this_moment(&method, result);
                }
                replies[place] = reply;
            }
        }
        serde_json::to_vec(&replies).unwrap()
    }
}

#[async_trait]
impl Transport for View {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        Ok(self.0.lock().unwrap().answer(&body))
    }
}
