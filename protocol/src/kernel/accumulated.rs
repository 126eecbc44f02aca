//! Side effects of a transaction as the tail leaves them: siloed, sorted, without counters, padded.
//!
//! Protocol source:
//! `@aztec/stdlib/src/kernel/{private_to_rollup,private_to_public,private_to_avm}_accumulated_data.ts`.

use serde::{Deserialize, Serialize};

use super::{LogHash, PublicCallRequest, Scoped, ScopedL2ToL1Message, non_empty};
use crate::codec::{Array, FixedFields};
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_ENQUEUED_CALLS_PER_TX, MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX,
};
use crate::field::Fr;
use crate::gas::SideEffectCounts;
use crate::log::PrivateLog;

wire_struct! {
    /// All side effects of a transaction without public calls: 1243 fields.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateToRollupAccumulatedData {
        /// Note hashes, unique.
        pub note_hashes: Array<Fr, MAX_NOTE_HASHES_PER_TX>,
        /// Nullifiers, siloed.
        pub nullifiers: Array<Fr, MAX_NULLIFIERS_PER_TX>,
        /// Messages to L1.
        pub l2_to_l1_msgs: Array<ScopedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
        /// Private logs, their tags siloed.
        pub private_logs: Array<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
        /// Contract class logs.
        pub contract_class_logs_hashes: Array<Scoped<LogHash>, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
    }
}

wire_struct! {
    /// The revertible or the non-revertible side effects of a transaction with public calls: 1371 fields.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateToPublicAccumulatedData {
        /// Note hashes: unique if non-revertible, else siloed.
        pub note_hashes: Array<Fr, MAX_NOTE_HASHES_PER_TX>,
        /// Nullifiers, siloed.
        pub nullifiers: Array<Fr, MAX_NULLIFIERS_PER_TX>,
        /// Messages to L1.
        pub l2_to_l1_msgs: Array<ScopedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
        /// Private logs, their tags siloed.
        pub private_logs: Array<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
        /// Contract class logs.
        pub contract_class_logs_hashes: Array<Scoped<LogHash>, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
        /// Public calls.
        pub public_call_requests: Array<PublicCallRequest, MAX_ENQUEUED_CALLS_PER_TX>,
    }
}

wire_struct! {
    /// The private side effects that public execution works on: 152 fields.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct PrivateToAvmAccumulatedData {
        /// Note hashes.
        pub note_hashes: Array<Fr, MAX_NOTE_HASHES_PER_TX>,
        /// Nullifiers, siloed.
        pub nullifiers: Array<Fr, MAX_NULLIFIERS_PER_TX>,
        /// Messages to L1.
        pub l2_to_l1_msgs: Array<ScopedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_TX>,
    }
}

const _: () = {
    assert!(<PrivateToRollupAccumulatedData as FixedFields>::FIELD_COUNT == 1243);
    assert!(<PrivateToPublicAccumulatedData as FixedFields>::FIELD_COUNT == 1371);
    assert!(<PrivateToAvmAccumulatedData as FixedFields>::FIELD_COUNT == 152);
};

macro_rules! counts {
    ($name:ident, $self:ident => $public_calls:expr) => {
        impl $name {
            /// How much of what there is, for gas.
            #[must_use]
            pub fn counts(&$self) -> SideEffectCounts {
                let logs = non_empty(&$self.private_logs);
                let class_logs = non_empty(&$self.contract_class_logs_hashes);
                SideEffectCounts {
                    note_hashes: non_empty(&$self.note_hashes).count() as u64,
                    nullifiers: non_empty(&$self.nullifiers).count() as u64,
                    l2_to_l1_msgs: non_empty(&$self.l2_to_l1_msgs).count() as u64,
                    private_logs: logs.clone().count() as u64,
                    private_log_fields: logs.map(|log| u64::from(log.emitted_length)).sum(),
                    contract_class_logs: class_logs.clone().count() as u64,
                    contract_class_log_fields: class_logs.map(|log| u64::from(log.inner.length)).sum(),
                    public_calls: $public_calls,
                }
            }
        }
    };
}
counts!(PrivateToRollupAccumulatedData, self => 0);
counts!(PrivateToPublicAccumulatedData, self => non_empty(&self.public_call_requests).count() as u64);
