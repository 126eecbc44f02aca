//! The chain that both wallets look at, made by ours.
use std::{thread::sleep, time::Duration};

use serde_json::{Value, json};

use super::client::{Account, Client, payload};
use crate::bench_node::{BenchError, process::Node};

/// Calls an account makes in one transaction.
const CALLS: usize = 5;
/// Transactions between the same two people before the chain must be final up to them: a sender goes no more than 20 tags
/// beyond the last final one.
const UNFINISHED: usize = 3;
/// Blocks after which an earlier one is final.
const FINALITY: u32 = 14;
/// How often a receipt is asked for.
const POLL: Duration = Duration::from_millis(5);
/// How much one note is worth.
pub(super) const WORTH: u128 = 3;

/// The tokens of a chain.
pub(super) struct Tokens {
    /// Alice has notes of it.
    pub(super) alices: String,
    /// Bob has so many notes of each.
    pub(super) bobs: Vec<(usize, String)>,
}

/// Deploys tokens and mints notes.
pub(super) fn make(
    node: &Node,
    client: &mut Client,
    alice: &Account,
    bob: &Account,
    sizes: &[usize],
) -> Result<Tokens, BenchError> {
    client.open()?;
    client.account(alice)?;
    let alices = deploy(client, alice)?;
    mint(node, client, &alices, alice, alice, 2)?;
    let mut bobs = Vec::new();
    for size in sizes {
        eprintln!("{size} notes are made");
        let token = deploy(client, alice)?;
        mint(node, client, &token, alice, bob, *size)?;
        bobs.push((*size, token));
    }
    Ok(Tokens { alices, bobs })
}

fn deploy(client: &mut Client, from: &Account) -> Result<String, BenchError> {
    let args = json!([from.address, "Bench", "BCH", 9]);
    let mut deployed =
        client.call("contracts.deploy", &json!({ "artifact": "Token", "args": args, "from": from.address }))?;
    settled(client, &deployed["txHash"].take())?;
    Ok(deployed["address"].as_str().unwrap_or_default().to_owned())
}

fn mint(
    node: &Node,
    client: &mut Client,
    token: &str,
    from: &Account,
    to: &Account,
    notes: usize,
) -> Result<(), BenchError> {
    let call = client.encode(token, "mint_to_private", json!([to.address, WORTH as u64]))?;
    let (mut left, mut sent) = (notes, 0usize);
    while left > 0 {
        if sent.is_multiple_of(UNFINISHED) {
            node.client()?.call("dev_mine", &json!([FINALITY]))?;
        }
        sent += 1;
        let now = left.min(CALLS);
        left -= now;
        let params = json!({ "payload": payload(vec![call.clone(); now]), "from": from.address });
        let mut answer = client.call("tx.send", &params)?;
        settled(client, &answer["txHash"].take())?;
    }
    Ok(())
}

fn settled(client: &mut Client, tx: &Value) -> Result<(), BenchError> {
    loop {
        let receipt = client.call("tx.receipt", &json!({ "txHash": tx }))?;
        match receipt["executionResult"].as_str() {
            Some("success") => return Ok(()),
            None if receipt["status"] == "pending" => sleep(POLL),
            _ => return Err(BenchError::NotMined { tx: tx.to_string(), receipt: receipt.to_string() }),
        }
    }
}
