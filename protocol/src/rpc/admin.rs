//! The `nodeAdmin` namespace: what the operator of a node calls, on a port of its own.
//!
//! Protocol source: `@aztec/stdlib/src/interfaces/aztec-node-admin.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::method::rpc_methods;
use super::validators::{Offense, SlashPayloadRound, SlashRounds};
use crate::block::BlockNumber;

/// Settings by their official names. Not typed: they are those of the parts a node is made of (sequencer, validator,
/// slasher, prover), which other software has in its own way or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeSettings(pub Map<String, Value>);

rpc_methods! {
    /// A call in the `nodeAdmin` namespace.
    pub enum AdminCall in "nodeAdmin" {
        /// The node's settings.
        getConfig: GetConfig() -> NodeSettings;
        /// Changes settings; those not named stay.
        setConfig: SetConfig(settings: NodeSettings) -> ();
        /// Starts to store a snapshot of the node's data at a location.
        startSnapshotUpload: StartSnapshotUpload(location: String) -> ();
        /// Goes back to a block; behind the finalized one only by force.
        rollbackTo: RollbackTo(block: BlockNumber, force: Option<bool>) -> ();
        /// Stops following the chain.
        pauseSync: PauseSync() -> ();
        /// Follows the chain again.
        resumeSync: ResumeSync() -> ();
        /// Slashing payloads of the current round.
        getSlashPayloads: GetSlashPayloads() -> Vec<SlashPayloadRound>;
        /// Offenses of slashing rounds.
        getSlashOffenses: GetSlashOffenses(rounds: SlashRounds) -> Vec<Offense>;
        /// Reads the keys of the validators again.
        reloadKeystore: ReloadKeystore() -> ();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Method;
    use super::*;

    #[test]
    fn calls() {
        assert_eq!(AdminCall::METHODS.len(), 9);
        let rollback = RollbackTo { block: BlockNumber(7), force: Some(true) };
        assert_eq!((RollbackTo::NAME, &*rollback.to_params()), ("nodeAdmin_rollbackTo", "[7,true]"));
        let params = rollback.to_params();
        let params = serde_json::from_str(&params).unwrap();
        assert_eq!(RollbackTo::from_params(Some(params)), Ok(rollback));
    }
}
