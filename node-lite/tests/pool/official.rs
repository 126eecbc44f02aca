//! What the official pool did with random transactions, blocks, reorganizations and failures, replayed.
//!
//! The data is made by `tests/state/generate/pool.mjs`.

use std::collections::BTreeMap;

use node_lite::pool::{Added, DropReason, PendingTx, Pool};
use node_lite::public::fee_payer_balance_slot;
use node_lite::state::{Fork, Genesis};
use node_lite::store::ChainStore;
use node_lite::validate::fee_payer_balance;
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber, Body, GlobalVariables, L2Block, Timestamp};
use protocol::codec::Decode;
use protocol::field::Fr;
use protocol::merkle::PublicDataLeaf;
use protocol::tx::{TxEffect, TxHash};
use serde_json::Value;

use crate::common::{bytes, field, lines};
use crate::{Wish, limited, order, rules, tx};

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn numbers(value: &Value) -> impl Iterator<Item = u64> {
    value.as_array().unwrap().iter().map(number)
}

/// The part of a chain that the pool looks at.
fn state(base: &Fork, step: &Value) -> Fork {
    let mut fork = base.clone();
    for anchor in step["anchors"].as_array().unwrap() {
        fork.append_block(field(anchor).into()).unwrap();
    }
    fork.insert_nullifiers(&numbers(&step["nullifiers"]).map(Fr::from).collect::<Vec<_>>()).unwrap();
    let balance = |balance: &Value| PublicDataLeaf {
        slot: fee_payer_balance_slot(AztecAddress::from_u64(number(&balance[0]))),
        value: Fr::from(balance[1].as_str().unwrap().parse::<u128>().unwrap()),
    };
    let balances: Vec<_> = step["balances"].as_array().unwrap().iter().map(balance).collect();
    fork.write_public_data(&balances).unwrap();
    fork
}

fn wished(wish: &Value) -> PendingTx {
    let made = tx(&Wish {
        fee: number(&wish["fee"]).into(),
        payer: number(&wish["payer"]),
        nullifiers: numbers(&wish["nullifiers"]).map(Fr::from).collect(),
        expires: number(&wish["expires"]),
        anchor: BlockHeader::from_buffer(&bytes(&wish["header"])).unwrap(),
    });
    assert_eq!(made.hash, field(&wish["hash"]).into());
    made
}

fn block(step: &Value, txs: &[PendingTx]) -> L2Block {
    let mined = numbers(&step["txs"]).map(|place| &txs[place as usize]);
    let mined = mined.map(|tx| TxEffect { tx_hash: tx.hash, nullifiers: tx.nullifiers.clone(), ..TxEffect::default() });
    let foreign = TxEffect { nullifiers: numbers(&step["foreign"]).map(Fr::from).collect(), ..TxEffect::default() };
    let mut block = L2Block { body: Body { tx_effects: mined.chain([foreign]).collect() }, ..L2Block::default() };
    block.header.global_variables.block_number = BlockNumber(number(&step["number"]) as u32);
    block.header.global_variables.timestamp = Timestamp(number(&step["clock"]));
    block
}

fn step(pool: &mut Pool, txs: &mut Vec<PendingTx>, base: &Fork, step: &Value) {
    let state = state(base, step);
    match step["op"].as_str().unwrap() {
        "add" => {
            if step["wish"].is_object() {
                txs.push(wished(&step["wish"]));
            }
            let tx = txs[number(&step["tx"]) as usize].clone();
            let balance = fee_payer_balance(&state, tx.fee_payer).unwrap();
            let hash = tx.hash;
            match (pool.add(tx, balance), &step["answer"]) {
                (Ok(Added::New { evicted }), answer) => {
                    assert_eq!(answer, "accepted");
                    assert!(evicted.iter().all(|evicted| pool.dropped(evicted.tx_hash()).is_some()));
                    assert!(pool.is_pending(hash));
                }
                (Ok(Added::Known), answer) => assert_eq!(answer, "known"),
                (Err(refusal), answer) => {
                    assert_eq!(refusal.code(), answer["code"]);
                    assert_eq!(refusal.to_string(), answer["message"].as_str().unwrap());
                }
            }
        }
        "block" => {
            let dropped = pool.on_block(&block(step, txs), &state).unwrap();
            assert!(dropped.iter().all(|dropped| pool.dropped(*dropped).is_some() && !pool.is_pending(*dropped)));
        }
        "reorg" => {
            let to = BlockNumber(number(&step["to"]) as u32);
            let next = GlobalVariables {
                block_number: BlockNumber(to.0 + 1),
                timestamp: Timestamp(number(&step["clock"]) + 1),
                ..GlobalVariables::default()
            };
            let dropped = pool.on_reorg(to, &rules(), &state, &next).unwrap();
            assert!(dropped.iter().all(|dropped| pool.dropped(*dropped).is_some() && !pool.is_pending(*dropped)));
        }
        "fail" => {
            let failed = txs[number(&step["tx"]) as usize].hash;
            assert!(pool.remove(failed, DropReason::failed(&"it did not run")));
        }
        other => panic!("unknown step {other}"),
    }
}

#[test]
fn the_official_pool_agrees() {
    let store = ChainStore::in_memory(&Genesis::default()).unwrap();
    let base = store.snapshot().unwrap().fork().unwrap();
    let mut pool = limited(1);
    let mut txs = Vec::new();
    let mut counts = BTreeMap::new();
    for (line, recorded) in lines("pool").iter().enumerate() {
        if let Some(max) = recorded.get("max") {
            // 0 is no limit there.
            pool = limited(match number(max) {
                0 => 100_000,
                max => max as usize,
            });
            txs.clear();
            continue;
        }
        step(&mut pool, &mut txs, &base, recorded);
        let pending: Vec<TxHash> = numbers(&recorded["pending"]).map(|place| txs[place as usize].hash).collect();
        assert_eq!(order(&pool), pending, "line {}: {}", line + 1, recorded["op"]);
        let kind = recorded["answer"]["code"].as_str().or(recorded["op"].as_str()).unwrap();
        *counts.entry(kind.to_owned()).or_insert(0) += 1;
    }
    assert!(counts.len() == 7 && counts.values().all(|count| *count > 50), "{counts:?}");
}
