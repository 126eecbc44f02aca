//! What executions use.

use alloc::sync::Arc;

use circuits::program::{Program, ProgramCache};
use circuits::witness::{SolveError, WitnessMap, solve};

use super::oracle::Call;
use super::{ContractLog, ContractStep};
use crate::contract::{Contracts, LoadedFunction};
use crate::keystore::KeyStore;
use crate::node::AnchoredNode;
use crate::port::Rng;

/// What executions at one anchor use. Cheap to clone; what is replaced for a simulation is replaced in `contracts`.
#[derive(Debug, Clone)]
pub struct Env {
    /// The chain at the anchor.
    pub node: Arc<AnchoredNode>,
    /// The contracts the client knows.
    pub contracts: Contracts,
    /// The keys of the own accounts.
    pub keys: Arc<KeyStore>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Programs that were decoded before.
    pub programs: ProgramCache,
    /// Who reads what contracts print.
    pub log: Option<Arc<dyn ContractLog>>,
}

impl Env {
    /// Tells whoever watches of a step.
    pub(super) fn tell(&self, step: &ContractStep<'_>) {
        if let Some(log) = &self.log {
            log.step(step);
        }
    }

    /// Solves a function's witness, and tells whoever watches.
    pub(super) async fn solve(
        &self,
        function: &LoadedFunction,
        program: &Program,
        inputs: WitnessMap,
        call: &mut Call<'_>,
    ) -> Result<WitnessMap, SolveError> {
        self.tell(&ContractStep::Begins {
            contract: call.contract,
            contract_name: &function.contract_name,
            function: &function.abi.name,
            function_type: function.abi.function_type,
            scopes: call.scopes,
            inputs: &inputs,
        });
        let solved = solve(program, inputs, call).await;
        self.tell(&match &solved {
            Ok(witness) => ContractStep::Ends { witness },
            Err(_) => ContractStep::Fails,
        });
        solved
    }
}
