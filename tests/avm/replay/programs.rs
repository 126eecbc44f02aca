//! Calls of random programs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use node_lite::avm::value::Value as Cell;
use node_lite::avm::{Call, Cause, Cells, DebugLogs, Halt, Host, Journal, Log, Operands, Programs, execute};
use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, GlobalVariables, SlotNumber, Timestamp};
use protocol::field::Fr;
use protocol::gas::{FeePerGas, Gas, GasFees};
use protocol::hash::sha256;
use serde_json::{Value, json};

use crate::world::{address_of, field, fields, hex, lines, number, state};

fn globals() -> GlobalVariables {
    GlobalVariables {
        chain_id: Fr::from(31337u32),
        version: Fr::from(77u8),
        block_number: BlockNumber(42),
        slot_number: SlotNumber(5),
        timestamp: Timestamp(99_833),
        gas_fees: GasFees { fee_per_da_gas: FeePerGas(2), fee_per_l2_gas: FeePerGas((1 << 100) + 3) },
        ..GlobalVariables::default()
    }
}

/// A halt as the recording of the TypeScript simulator names it, which is coarser in some ways and finer in others.
fn kind(cause: &Cause, recorded: &str) -> String {
    let Cause::Halt(halt) = cause else { return "Revert".into() };
    let any_of = |kinds: &[&str]| kinds.iter().find(|kind| **kind == recorded).unwrap_or(&kinds[0]).to_string();
    // What the native simulator looks at before it asks for gas, or says nothing in static calls.
    let earlier = ["OutOfGas l2", "OutOfGas da", "StaticCall", "InvalidInstanceMember"];
    let or_earlier = |kind| any_of(&[&[kind], &earlier[..]].concat());
    match halt {
        Halt::OutOfGas(gas) => {
            let (l2, da) = (gas.l2_used > gas.l2_limit.into(), gas.da_used > gas.da_limit.into());
            let own = format!("OutOfGas{}{}", if l2 { " l2" } else { "" }, if da { " da" } else { "" });
            any_of(&[&own, "OutOfGas l2", "StaticCall", "InvalidInstanceMember"])
        }
        Halt::BaseAddressTag(_) => or_earlier("BaseAddressTag"),
        Halt::IndirectAddressTag { .. } => or_earlier("IndirectAddressTag"),
        Halt::RelativeAddressOutOfRange { .. } => or_earlier("RelativeAddressOutOfRange"),
        Halt::InputTag { .. } => or_earlier("TagMismatch"),
        Halt::Operands { operands: Operands::Differ(..), .. } => any_of(&["TagMismatch", "NotIntegral"]),
        Halt::Operands { operands: Operands::Fields, .. } => "NotIntegral".into(),
        Halt::Operands { operands: Operands::DivisorZero, .. } => "DivisionByZero".into(),
        Halt::Cells { cells: Cells::Tag { .. }, .. } | Halt::Log(Log::Tag) => any_of(&["TagMismatch", "StaticCall"]),
        Halt::Cells { .. } | Halt::Copy { .. } => "SliceOutOfRange".into(),
        Halt::Log(Log::Range) => any_of(&["SliceOutOfRange", "StaticCall"]),
        Halt::Log(Log::TooMany) | Halt::Effect { .. } | Halt::NullifierCollision(_) | Halt::SideEffect(_) => {
            "SideEffect".into()
        }
        Halt::Log(Log::Static) | Halt::StaticCall(_) => "StaticCall".into(),
        Halt::RadixParameters => any_of(&["InvalidRadix", "BitsInRadix", "TooFewDigits", "SliceOutOfRange"]),
        Halt::RecipientTooLarge => any_of(&["RecipientTooLarge", "StaticCall"]),
        Halt::NotDeployed(_) | Halt::TooManyClasses => "NoBytecode".into(),
        halt => {
            let text = format!("{halt:?}");
            text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

fn replay(case: &Value, codes: &[Vec<u8>], programs: &Programs) -> Value {
    let bytecodes: Vec<&[u8]> = fields_of(case, "code").map(|index| codes[number(index) as usize].as_slice()).collect();
    let state = state(&bytecodes);
    let globals = globals();
    let debug_logs = (case["debug"] == true).then(DebugLogs::default);
    let host = Host { state: &state, programs, globals: &globals, debug_logs };
    let mut journal = Journal::new(Fr::from(420_000u32));
    let [l2_gas, da_gas] = match case["gas"].as_array() {
        Some(gas) => [&gas[0], &gas[1]].map(|gas| u32::try_from(number(gas)).expect("gas")),
        None => [6_000_000, 100_000],
    };
    let call = Call {
        contract: address_of(0),
        sender: AztecAddress::from_u64(0xabc),
        is_static: case["isStatic"] == true,
        calldata: fields(&case["calldata"]),
        gas: Gas { l2_gas, da_gas },
        gas_limit: Gas { l2_gas, da_gas },
        transaction_fee: case.get("fee").map(field).unwrap_or_default(),
    };
    let result = execute(&host, &mut journal, call).unwrap_or_else(|error| panic!("{}: {error}", case["n"]));

    let mut cells: Vec<(u32, Cell)> = result.memory.written().filter(|(_, cell)| *cell != Cell::ZERO).collect();
    cells.sort_unstable_by_key(|(address, _)| *address);
    let mut bytes = Vec::new();
    for (address, cell) in &cells {
        bytes.extend(address.to_be_bytes());
        bytes.push(cell.tag() as u8);
        bytes.extend(cell.to_field().to_be_bytes());
    }
    let digest = const_hex::encode(&sha256(&[&bytes])[..8]);
    let hex_of = |values: &[Fr]| values.iter().map(|value| hex(*value)).collect::<Vec<_>>();
    let mut out = json!({
        "gas": [result.gas_left.l2_gas, result.gas_left.da_gas],
        "count": result.instructions,
        "output": hex_of(&result.output),
        "memory": [cells.len(), digest],
    });
    if let Some(failure) = result.failure {
        // Only of the outermost call does the recording tell why it failed.
        let recorded = case["out"]["reverted"].get("kind").and_then(Value::as_str);
        out["reverted"] = match recorded.filter(|_| failure.calls.len() == 1) {
            Some(recorded) => json!({ "kind": kind(&failure.cause, recorded), "places": failure.places }),
            None => json!({}),
        };
    }
    let with_address = |address: AztecAddress, fields: &[Fr]| {
        let mut all = vec![hex(address.to_field())];
        all.extend(hex_of(fields));
        json!(all)
    };
    let lists = [
        ("notes", hex_of(journal.note_hashes()).into_iter().map(Value::from).collect()),
        ("nullifiers", hex_of(journal.nullifiers()).into_iter().map(Value::from).collect()),
        (
            "messages",
            journal
                .l2_to_l1_messages()
                .iter()
                .map(|m| {
                    let contract = m.contract_address.to_field();
                    json!(hex_of(&[m.message.recipient.to_field(), m.message.content, contract]))
                })
                .collect(),
        ),
        ("logs", journal.public_logs().iter().map(|log| with_address(log.contract_address, &log.fields)).collect()),
        ("writes", journal.all_writes().map(|write| json!(hex_of(&[write.leaf_slot, write.value]))).collect()),
        (
            "prints",
            journal
                .debug_logs()
                .iter()
                .map(|log| {
                    let mut all =
                        vec![json!(hex(log.contract_address.to_field())), json!(log.level), json!(log.message)];
                    all.extend(hex_of(&log.fields).into_iter().map(Value::from));
                    json!(all)
                })
                .collect::<Vec<Value>>(),
        ),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            out[name] = list.into();
        }
    }
    out
}

fn fields_of<'a>(case: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    case[name].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

#[test]
fn recorded_programs_run_as_officially() {
    let mut lines = lines("programs").into_iter();
    let header = lines.next().expect("a header");
    let decode = |code: &Value| STANDARD.decode(code.as_str().expect("base64")).expect("base64");
    let codes: Vec<Vec<u8>> = fields_of(&header, "codes").map(decode).collect();
    let programs = Programs::default();
    let mut failures = Vec::new();
    let mut count = 0;
    for (line, case) in lines.enumerate() {
        let found = replay(&case, &codes, &programs);
        count += 1;
        if found != case["out"] {
            failures.push(format!("line {} {}\n  found    {found}\n  expected {}", line + 2, case["n"], case["out"]));
        }
    }
    println!("{count} programs, {} differ", failures.len());
    assert!(count > 3000, "{count} programs only");
    assert!(
        failures.is_empty(),
        "{} of {count} differ:\n{}",
        failures.len(),
        failures[..failures.len().min(8)].join("\n")
    );
}
