//! The rules a transaction must keep, and when each is checked.
//!
//! | Rule | Received | Building | After a reorg |
//! |---|---|---|---|
//! | `timestamp`: it has not expired | 1 | 1 | 2 |
//! | `size`: it is not too large | 2 | | |
//! | `metadata`: it is for this network | 3 | | |
//! | `phases`: its setup calls are allowed | 4 | 2 | |
//! | `block_header`: its anchor block is in the archive | 5 | 3 | 4 |
//! | `double_spend`: its nullifiers are new | 6 | 4 | 3 |
//! | `data`: hash, calldata and class logs are what its data says | 7 | | |
//! | `contract_instance`: published instances have the addresses they claim | 8 | | |
//! | `gas`: limits, prices, and the payer's [`balance`](fee_payer_balance) | 9, unless fees are skipped | 5 | 1, limits only |
//! | `proof`: the proof verifies | 10, unless simulated | | |
//!
//! Numbers are the order of checks and of the reasons that clients see. All rules are checked even after one is broken,
//! but for the proof, which is verified only when nothing else is wrong.
//!
//! Where the official node fails with an internal error on a malformed transaction, a rule is broken here.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/factory.ts`.

mod allowed_setup;
mod amount;
mod balance;
mod block_header;
mod contract_instance;
mod data;
mod double_spend;
mod gas;
mod metadata;
mod phases;
mod proof;
mod refusal;
mod size;
mod timestamp;

use std::sync::Arc;

use protocol::block::GlobalVariables;
use protocol::constants::{MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT, MAX_PROCESSABLE_L2_GAS};
use protocol::field::Fr;
use protocol::gas::Gas;
use protocol::rpc::info::{AllowedElement, L1ChainId, RollupVersion};
use protocol::rpc::lookup::TxValidationOptions;
use protocol::tx::Tx;
use thiserror::Error;

pub use allowed_setup::default_allowed_setup;
pub use amount::Amount;
pub(crate) use balance::fee_limit;
pub use balance::{fee_payer_balance, fee_payer_claim};
pub use proof::{AcceptAll, ProofVerifier, VerifierError, VerifierHealth};
pub use refusal::{MalformedTx, Refusal, Verdict};

use crate::state::Fork;
use crate::store::StoreError;

/// A rule could not be checked. Nothing is said about the transaction.
#[derive(Debug, Error)]
pub enum RuleError {
    /// The state cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The proof cannot be verified.
    #[error(transparent)]
    Verifier(#[from] VerifierError),
}

/// The rules of a network.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The L1 chain.
    pub l1_chain_id: L1ChainId,
    /// The rollup.
    pub rollup_version: RollupVersion,
    /// Root of the tree of circuits.
    pub vk_tree_root: Fr,
    /// Hash of the protocol contracts.
    pub protocol_contracts_hash: Fr,
    /// Public functions that setup may call.
    pub allowed_setup: Vec<AllowedElement>,
    /// The most gas one transaction may ask for; what the protocol allows is a limit anyway.
    pub max_gas: Gas,
    /// Who verifies proofs.
    pub verifier: Arc<dyn ProofVerifier>,
}

impl Rules {
    /// The most gas the protocol lets a transaction ask for.
    pub const PROTOCOL_MAX_GAS: Gas =
        Gas { da_gas: MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT, l2_gas: MAX_PROCESSABLE_L2_GAS };

    /// Whether a transaction that was sent, or that a client asks about, may be in the block `next` on top of a state.
    pub fn receive(
        &self,
        tx: &Tx,
        fork: &Fork,
        next: &GlobalVariables,
        options: &TxValidationOptions,
    ) -> Result<Verdict, RuleError> {
        let mut verdict = Verdict::default();
        verdict.extend(timestamp::check(tx, next));
        verdict.extend(size::check(tx));
        verdict.extend(metadata::check(tx, self));
        verdict.extend(phases::check(tx, &self.allowed_setup, fork, next.timestamp)?);
        verdict.extend(block_header::check(tx, fork)?);
        verdict.extend(double_spend::check(tx, fork)?);
        verdict.extend(data::check(tx));
        verdict.extend(contract_instance::check(tx));
        if options.skip_fee_enforcement != Some(true) {
            verdict.extend(gas::check(tx, fork, next.gas_fees, self.max_gas)?);
        }
        if options.is_simulation != Some(true) && verdict.is_valid() {
            verdict.extend(proof::check(tx, &*self.verifier)?);
        }
        Ok(verdict)
    }

    /// Whether a transaction may be the next one of the block `next` in the making: the fork holds the effects of those
    /// before it. What was checked when it was received and cannot change since is not checked again.
    pub fn build(&self, tx: &Tx, fork: &Fork, next: &GlobalVariables) -> Result<Verdict, StoreError> {
        let mut verdict = Verdict::default();
        verdict.extend(timestamp::check(tx, next));
        verdict.extend(phases::check(tx, &self.allowed_setup, fork, next.timestamp)?);
        verdict.extend(block_header::check(tx, fork)?);
        verdict.extend(double_spend::check(tx, fork)?);
        verdict.extend(gas::check(tx, fork, next.gas_fees, Self::PROTOCOL_MAX_GAS)?);
        Ok(verdict)
    }

    /// Whether a transaction whose block was taken back may wait for the block `next` on top of the state now.
    pub fn reenter(&self, tx: &Tx, fork: &Fork, next: &GlobalVariables) -> Result<Verdict, StoreError> {
        let mut verdict = Verdict::default();
        verdict.extend(gas::check_limits(tx, self.max_gas));
        verdict.extend(timestamp::check(tx, next));
        verdict.extend(double_spend::check(tx, fork)?);
        verdict.extend(block_header::check(tx, fork)?);
        Ok(verdict)
    }
}
