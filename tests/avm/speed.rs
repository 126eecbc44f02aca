//! How fast the machine runs: `cargo bench -p tests --bench avm`. The official simulator's speed on the same programs is
//! printed by `generate/speed.mjs`.

#[allow(dead_code, reason = "the replays need more of it")]
#[path = "replay/world.rs"]
mod world;

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use node_lite::avm::{Call, Host, Journal, Programs, execute};
use protocol::address::AztecAddress;
use protocol::block::GlobalVariables;
use protocol::field::Fr;
use protocol::gas::Gas;
use serde_json::Value;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("avm/data/speed.json");
    let text = std::fs::read_to_string(&path).expect("the programs are there");
    let cases: serde_json::Map<String, Value> = serde_json::from_str(&text).expect("JSON");
    for (name, case) in cases {
        let code = case["code"].as_str().expect("base64");
        let code = base64::engine::general_purpose::STANDARD.decode(code).expect("base64");
        let state = world::state(&[&code]);
        let (programs, globals) = (Programs::default(), GlobalVariables::default());
        let host = Host { state: &state, programs: &programs, globals: &globals, debug_logs: None };
        let run = || {
            let call = Call {
                contract: world::address_of(0),
                sender: AztecAddress::ZERO,
                is_static: false,
                calldata: Vec::new(),
                gas: Gas { l2_gas: 6_000_000, da_gas: 0 },
                gas_limit: Gas { l2_gas: 6_000_000, da_gas: 0 },
                transaction_fee: Fr::ZERO,
            };
            execute(&host, &mut Journal::new(Fr::ONE), call).expect("memory does not fail").instructions
        };
        assert_eq!(Some(run()), case["instructions"].as_u64(), "{name}");
        let (start, mut count, mut rounds) = (Instant::now(), 0, 0u32);
        while start.elapsed() < Duration::from_secs(1) {
            count += run();
            rounds += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        let milliseconds = seconds * 1000.0 / f64::from(rounds);
        println!("{name}: {milliseconds:.1} ms for 6 million gas, {:.1} million/s", count as f64 / seconds / 1e6);
    }
}
