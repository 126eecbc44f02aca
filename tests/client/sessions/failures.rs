//! Failures: the official words where they are the same, what ours say where they are not.

use protocol::tx::{FailingFunction, NoirCallStack, SimulationError};
use pxe_core::account::SIMULATED_ACCOUNT;
use pxe_core::pxe::PxeError;
use serde_json::Value;
use tests::client::with_causes;

use crate::compare::Compared;
use crate::replay::{Session, read};

/// What an official message begins with, and what ours says. Hashes and addresses must be the same.
const SAID: &[(&str, &str)] = &[
    ("Added a contract in which the address does not match", "claims address"),
    ("Artifact does not match expected class id", "the artifact of Test has class id"),
    ("Cannot find the leaf for nullifier", "which is not among the nullifiers of the anchor block"),
    ("Cannot satisfy constraint", "cannot satisfy"),
    ("Circuit execution failed: Cannot overwrite non-empty fee_payer", "Cannot overwrite non-empty fee_payer"),
    ("Could not update contract to a class different", "the artifact of Test has class id"),
    ("Forbidden `sync_state` invocation", "sync_state is called by the client only"),
    ("Highest used index 51 is further than window length", "is more than 20 beyond the last finalized one, 0"),
    ("Include-by timestamp must be greater than the anchor block", "not after its anchor block"),
    ("Invalid arguments size: expected 3, got 4", "it takes 3 fields of arguments, found 4"),
    ("Key validation request denied: no scoped account has a key", "no account in the scope of this call has a key"),
    ("No L1 to L2 message found for message hash", "from L1 at the anchor block"),
    ("No non-nullified L1 to L2 message found for message hash", "from L1 was consumed already"),
    ("Number of nullifiers exceeds the limit", "nullifiers, at most 64 are possible"),
    ("Private oracles not available", "it is for private functions only"),
    ("Static call cannot update the state", "changes state, sends a message or emits a log"),
    ("Unknown auth witness for message hash", "there is no auth witness for message hash"),
    ("Unknown contract", "no contract is registered at"),
];

/// Hashes and addresses in a text.
fn hashes(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.starts_with("0x"))
}

fn told(error: &PxeError) -> Option<SimulationError> {
    match error {
        PxeError::Execution(error) => Some(error.to_simulation_error()),
        PxeError::Reverted(error) => Some((**error).clone()),
        _ => None,
    }
}

impl Session {
    /// Compares a failure with the recorded one.
    pub(crate) fn failure(&mut self, error: &PxeError, recorded: &Value) {
        let compared = &mut self.compared;
        let message = recorded["message"].as_str().unwrap();
        let (said, told) = (with_causes(error), told(error));
        let told_message = told.as_ref().map(|told| &*told.original_message);
        match SAID.iter().find(|(official, _)| message.starts_with(official)) {
            Some((_, ours)) => {
                let is_told = said.contains(ours) && hashes(message).all(|hash| said.contains(hash));
                compared.same("failures told in other words", (is_told, &said), (true, &said));
            }
            None => {
                compared.same("failures told in the same words", told_message, Some(message));
            }
        }
        let Some(told) = told else { return };
        if let Some(calls) = recorded["calls"].as_array() {
            let mut found = &*told.function_error_stack;
            if message.starts_with("Invalid arguments size") && found.len() == calls.len() + 1 {
                compared.differs_on_purpose("a function that is called with too many arguments is named in failures");
                found = &found[..calls.len()];
            }
            compare_calls(compared, found, calls);
        }
        match (&told.noir_error_stack, recorded["noir"].as_array()) {
            (Some(NoirCallStack::Source(places)), Some(recorded)) if recorded.iter().all(Value::is_object) => {
                let found: Vec<_> =
                    places.iter().map(|place| (place.file_path.clone(), place.line, place.column)).collect();
                let recorded =
                    recorded.iter().map(|place| (read(&place["file"]), read(&place["line"]), read(&place["column"])));
                compared.same("places of failures", found, recorded.collect());
            }
            (Some(NoirCallStack::Opcodes(_)), Some(recorded)) if recorded.iter().all(Value::is_object) => {
                compared.differs_on_purpose("places of failures are opcodes where packs have no debug symbols");
            }
            (Some(NoirCallStack::Opcodes(found)), Some(recorded)) => {
                let recorded: Vec<String> = recorded.iter().map(read).collect();
                compared.same("places of failures", found.clone(), recorded);
            }
            (None, None) => {}
            (found, recorded) => compared.differs(format!("it fails at {found:.300?}, not {recorded:.300?}")),
        }
    }
}

fn compare_calls(compared: &mut Compared, found: &[FailingFunction], recorded: &[Value]) {
    compared.same("number of calls that led to failures", found.len(), recorded.len());
    for (call, recorded) in found.iter().zip(recorded) {
        compared.same("calls that led to failures", call.contract_address, read(&recorded["contractAddress"]));
        compared.same("calls that led to failures", call.function_selector, read(&recorded["functionSelector"]));
        // Names that the official client leaves out are told by ours.
        if let Some(name) = recorded["functionName"].as_str() {
            compared.same("names of calls that led to failures", call.function_name.as_deref(), Some(name));
        }
        match (call.contract_name.as_deref(), recorded["contractName"].as_str()) {
            (_, None) => {}
            (Some(SIMULATED_ACCOUNT), Some(_)) => {
                compared.differs_on_purpose("what stands in for an account is called by its own name in failures");
            }
            (found, recorded) => {
                compared.same("names of calls that led to failures", found, recorded);
            }
        }
    }
}
