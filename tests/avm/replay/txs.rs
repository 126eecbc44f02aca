//! Whole transactions, in the worlds the official fixtures made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use node_lite::avm::{DebugLogs, Host, MemoryState, Programs};
use node_lite::public::{FeeEnforcement, ProcessError, ProcessedTx, process};
use protocol::block::GlobalVariables;
use protocol::codec::Decode as _;
use protocol::constants::MAX_NOTE_HASHES_PER_TX;
use protocol::contract::{ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::tx::{NoirCallStack, Tx, TxEffect};
use serde_json::{Value, json};

use crate::world::{field, fields, lines};

fn unpack(value: &Value) -> Vec<u8> {
    let packed = STANDARD.decode(value.as_str().expect("base64")).expect("base64");
    miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("a zlib stream")
}

/// A world's trees at genesis: nullifiers 0 to 127.
fn genesis() -> MemoryState {
    MemoryState { nullifiers: (0..128u32).map(Fr::from).collect(), ..MemoryState::default() }
}

fn apply(state: &mut MemoryState, effect: &TxEffect) {
    let notes = state.note_hashes.len() + MAX_NOTE_HASHES_PER_TX;
    state.note_hashes.extend(&effect.note_hashes);
    state.note_hashes.resize(notes, Fr::ZERO);
    state.nullifiers.extend(&effect.nullifiers);
    state.public_data.extend(effect.public_data_writes.iter().map(|write| (write.leaf_slot, write.value)));
}

fn refusal(error: &ProcessError) -> &'static str {
    match error {
        ProcessError::SetupReverted(_) => "SetupReverted",
        ProcessError::InsufficientBalance { .. } => "InsufficientBalance",
        ProcessError::NonRevertible(_) => "NonRevertible",
        ProcessError::Gas(_) => "Gas",
        _ => "another",
    }
}

/// What differs from the recording, by name.
fn differences(processed: &ProcessedTx, step: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |name: &str, ours: Value, theirs: &Value| {
        if &ours != theirs {
            found.push(format!("{name}\n  found    {ours}\n  expected {theirs}"));
        }
    };
    let expected = TxEffect::from_buffer(&unpack(&step["effect"])).expect("an effect");
    compare("effect", json!(processed.effect), &json!(expected));
    compare("gas", json!(processed.gas_used), &step["gas"]);
    // The official simulator keeps what it tells of calls for five levels; with more, it gives the outer ones the
    // results of the inner ones. Ours does not.
    let levels = step["n"].as_str().and_then(|name| name.strip_prefix("depth ")).and_then(|depth| depth.parse().ok());
    if levels.is_some_and(|levels: u32| levels >= 5) {
        return found;
    }
    let returned: Vec<Vec<Fr>> = processed.return_values.iter().filter_map(|call| call.values.clone()).collect();
    let recorded: Vec<Vec<Fr>> =
        step["returned"].as_array().map(|calls| calls.iter().map(fields).collect()).unwrap_or_default();
    compare("returned", json!(returned), &json!(recorded));
    compare("prints", json!(processed.debug_logs), step.get("prints").unwrap_or(&json!([])));
    match (&processed.revert_reason, step.get("reason")) {
        (None, None) => {}
        (Some(ours), Some(theirs)) => {
            let places = match &ours.noir_error_stack {
                Some(NoirCallStack::Opcodes(places)) => json!(places),
                _ => Value::Null,
            };
            compare("functions", json!(ours.function_error_stack), &theirs["functions"]);
            compare("places", places, theirs.get("places").unwrap_or(&Value::Null));
            compare("data", json!(ours.revert_data), &json!(fields(&theirs["data"])));
            compare("message", json!(ours.original_message), &theirs["message"]);
        }
        (ours, theirs) => found.push(format!("reason {ours:?} {theirs:?}")),
    }
    found
}

#[test]
fn recorded_transactions_give_the_official_effects() {
    replay("txs", 300);
}

/// What the official simulator says of each exceptional halt.
#[test]
fn recorded_halts_have_the_official_texts() {
    replay("halts", 600);
}

fn replay(name: &str, least: u32) {
    let programs = Programs::default();
    let mut failures = Vec::new();
    let mut count = 0;
    for (line, scenario) in lines(name).iter().enumerate() {
        let mut steps = scenario.as_array().expect("a list of steps").iter();
        let header = steps.next().expect("a header");
        let globals: GlobalVariables = serde_json::from_value(header["globals"].clone()).expect("global variables");
        let enforcement = if header["skipFee"] == true { FeeEnforcement::Skipped } else { FeeEnforcement::Required };
        let debug_logs = (header["debug"] == true).then(DebugLogs::default);
        let mut state = genesis();
        for step in steps {
            if let Some(write) = step.get("publicData") {
                state.public_data.insert(field(&write[0]), field(&write[1]));
            } else if let Some(nullifier) = step.get("nullifier") {
                state.nullifiers.insert(field(nullifier));
            } else if let Some(class) = step.get("contractClass") {
                let class: ContractClassPublic = serde_json::from_value(class.clone()).expect("a class");
                let instance: ContractInstanceWithAddress =
                    serde_json::from_value(step["instance"].clone()).expect("an instance");
                state.classes.insert(class.id, class);
                state.instances.insert(instance.address, instance);
            } else {
                count += 1;
                let tx = Tx::from_buffer(&unpack(&step["tx"])).expect("a transaction");
                let host = Host { state: &state, programs: &programs, globals: &globals, debug_logs };
                let found = match (process(&host, &tx, enforcement), step.get("refused")) {
                    (Ok(processed), None) => {
                        let found = differences(&processed, step);
                        apply(&mut state, &processed.effect);
                        for class in processed.published.classes {
                            state.classes.insert(class.id, class);
                        }
                        for instance in processed.published.instances {
                            state.instances.insert(instance.address, instance);
                        }
                        found
                    }
                    (Err(error), Some(expected)) if expected == refusal(&error) => Vec::new(),
                    (result, expected) => vec![format!("{:?}, expected {expected:?}", result.map(|tx| tx.gas_used))],
                };
                let name = &step["n"];
                failures.extend(found.into_iter().map(|what| format!("scenario {line} {name} {what}")));
            }
        }
    }
    println!("{count} transactions, {} differences", failures.len());
    assert!(count > least, "{count} transactions only");
    let shown: Vec<String> = failures.iter().take(30).map(|text| text.chars().take(700).collect()).collect();
    assert!(failures.is_empty(), "{}", shown.join("\n"));
}
