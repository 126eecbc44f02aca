//! The same things done with our wallet and with the official one.
use std::{path::Path, process::Command};

use serde::Deserialize;
use serde_json::{Value, json};

use super::program::Program;
use crate::{Error, bench_node::BenchError, compare::Reference};

/// An account that everybody knows the secret of.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Account {
    pub(super) address: String,
    pub(super) secret: String,
    pub(super) salt: String,
}

/// Where the script for the official packages is, below the reference.
pub(super) const SCRIPT: &str = "aztec-lite-bench/pxe/official.mjs";

/// Whose wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Ours,
    Official,
}

impl Who {
    pub(super) const BOTH: [Self; 2] = [Self::Ours, Self::Official];
}

/// A wallet.
pub(super) struct Client {
    who: Who,
    program: Program,
    url: String,
}

type Result<T> = std::result::Result<T, BenchError>;

impl Client {
    /// Our wallet, from the folder with the programs.
    pub(super) fn ours(binaries: &Path, packs: &Path, url: &str) -> std::result::Result<Self, Error> {
        let mut command = Command::new(binaries.join("wallet"));
        command.env("AZTEC_LITE_ARTIFACTS", packs);
        Ok(Self { who: Who::Ours, program: Program::start("our wallet", command)?, url: url.to_owned() })
    }

    /// The official wallet.
    pub(super) fn official(reference: &Reference, url: &str) -> std::result::Result<Self, Error> {
        let mut command = reference.node(&["--no-warnings", SCRIPT, url]);
        command.env("LOG_LEVEL", "silent");
        let program = Program::start("the official wallet", command)?;
        Ok(Self { who: Who::Official, program, url: url.to_owned() })
    }

    pub(super) fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.program.call(method, params)
    }

    /// An empty client, ready for calls.
    pub(super) fn open(&mut self) -> Result<()> {
        match self.who {
            Who::Ours => {
                self.call("session.open", &json!({ "url": self.url.clone() }))?;
                self.call("wallet.create", &json!({ "key": vec![7; 32] }))?;
            }
            Who::Official => drop(self.call("open", &json!({}))?),
        }
        Ok(())
    }

    /// Adds an account that is deployed already.
    pub(super) fn account(&mut self, account: &Account) -> Result<()> {
        let params = json!({ "secret": account.secret, "salt": account.salt });
        let method = self.either("accounts.create", "account");
        let answer = self.call(method, &params)?;
        let address = answer.get("address").unwrap_or(&answer);
        if address.as_str() == Some(&account.address) {
            return Ok(());
        }
        let what = format!("{address} where {} is expected", account.address);
        Err(BenchError::Refused { node: "a wallet", method: method.to_owned(), answer: what })
    }

    /// Adds a token.
    pub(super) fn token(&mut self, address: &str) -> Result<()> {
        let method = self.either("contracts.register", "contract");
        self.call(method, &json!({ "artifact": "Token", "address": address })).map(drop)
    }

    /// Adds somebody who may send notes.
    pub(super) fn sender(&mut self, address: &str) -> Result<()> {
        let method = self.either("senders.add", "sender");
        self.call(method, &json!({ "address": address })).map(drop)
    }

    /// The private balance of an account.
    pub(super) fn balance(&mut self, token: &str, of: &str) -> Result<u128> {
        let text = match self.who {
            Who::Official => self.call("balance", &json!({ "token": token, "of": of }))?,
            Who::Ours => {
                let call = self.encode(token, "balance_of_private", json!([of]))?;
                let mut answer = self.call("utility.run", &json!({ "call": call, "scopes": [of] }))?;
                answer["values"][0].take()
            }
        };
        let text = text.as_str().unwrap_or_default();
        let parsed = match text.strip_prefix("0x") {
            Some(digits) => u128::from_str_radix(digits.trim_start_matches('0'), 16),
            None => text.parse(),
        };
        parsed.map_err(|_| BenchError::EmptyChain { node: "a wallet", what: "a balance that is a number" })
    }

    /// Encodes a call, for our wallet.
    pub(super) fn encode(&mut self, address: &str, function: &str, args: Value) -> Result<Value> {
        self.call("contracts.encode", &json!({ "address": address, "function": function, "args": args }))
    }

    fn transfer(&mut self, token: &str, from: &str, to: &str) -> Result<Value> {
        Ok(match self.who {
            Who::Ours => {
                json!({ "payload": payload(vec![self.encode(token, "transfer", json!([to, 1]))?]), "from": from })
            }
            Who::Official => json!({ "token": token, "from": from, "to": to }),
        })
    }

    /// Simulates a private transfer.
    pub(super) fn simulate(&mut self, token: &str, from: &str, to: &str) -> Result<()> {
        let (params, method) = (self.transfer(token, from, to)?, self.either("tx.simulate", "simulate"));
        self.call(method, &params).map(drop)
    }

    /// The circuits of a private transfer, with the milliseconds it took to solve each that is a kernel.
    pub(super) fn profile(&mut self, token: &str, from: &str, to: &str) -> Result<Vec<(String, Option<f64>)>> {
        let (params, method) = (self.transfer(token, from, to)?, self.either("tx.profile", "profile"));
        let mut answer = self.call(method, &params)?;
        let steps = match self.who {
            Who::Ours => answer["steps"].take(),
            Who::Official => answer,
        };
        let step = |step: &Value| (step["name"].as_str().unwrap_or_default().to_owned(), step["milliseconds"].as_f64());
        Ok(steps.as_array().into_iter().flatten().map(step).collect())
    }

    /// Makes a private transfer ready to be sent, without a proof.
    pub(super) fn prove(&mut self, token: &str, from: &str, to: &str) -> Result<()> {
        let (params, method) = (self.transfer(token, from, to)?, self.either("session.prove", "prove"));
        self.call(method, &params).map(drop)
    }

    /// The most memory it has had.
    pub(super) fn peak_memory(&self) -> u64 {
        self.program.peak_memory()
    }

    fn either(&self, ours: &'static str, official: &'static str) -> &'static str {
        match self.who {
            Who::Ours => ours,
            Who::Official => official,
        }
    }
}

/// A payload of calls.
pub(super) fn payload(calls: Vec<Value>) -> Value {
    json!({ "calls": calls, "authWitnesses": [], "capsules": [], "extraHashedArgs": [] })
}
