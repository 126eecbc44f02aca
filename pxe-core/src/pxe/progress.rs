//! How far an operation is.

use alloc::string::String;
use alloc::sync::Arc;

use protocol::block::BlockNumber;
use protocol::tx::TxHash;

/// How far an operation is, in the order in which things happen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The chain was looked at; everything is seen from this block.
    Synced {
        /// The block.
        block: BlockNumber,
    },
    /// A private function is executed.
    Executing {
        /// Name of its contract.
        contract: String,
        /// Its name.
        function: String,
    },
    /// A kernel circuit is solved.
    Solving {
        /// Its place, from 0.
        index: usize,
        /// How many circuits there are.
        total: usize,
        /// Its name.
        circuit: String,
    },
    /// A circuit goes into the proof.
    Accumulating {
        /// Its place, from 0.
        index: usize,
        /// How many circuits there are.
        total: usize,
        /// Its name.
        circuit: String,
    },
    /// All circuits are in; the proof is made.
    Proving,
    /// Barretenberg crashed or hung and begins anew.
    ProverRestarted,
    /// The transaction is recorded and handed to the node.
    Submitting {
        /// The transaction.
        tx: TxHash,
    },
}

/// Told about progress.
#[cfg(not(target_arch = "wasm32"))]
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;
/// Told about progress.
#[cfg(target_arch = "wasm32")]
pub type OnProgress = Arc<dyn Fn(Progress)>;

/// Tells nobody.
#[must_use]
pub fn silent() -> OnProgress {
    Arc::new(|_| ())
}
