//! Simulating, profiling and proving transactions; utility functions.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use async_trait::async_trait;
use circuits::chonk;
use futures_util::future::try_join;
use protocol::abi::{FunctionCall, FunctionSelector};
use protocol::codec::{Array, ToFields};
use protocol::constants::CHONK_PROOF_LENGTH;
use protocol::field::Fr;
use protocol::gas::GasUsed;
use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
use protocol::rpc::lookup::TxValidationOptions;
use protocol::rpc::node::{IsValidTx, SimulatePublicCalls};
use protocol::tx::{
    AuthWitness, ChonkProof, PublicSimulationOutput, SimulationError, Tx, TxExecutionRequest, TxHash,
    TxValidationResult,
};

use super::work::Work;
use super::{OnProgress, Progress, Pxe, PxeError};
use crate::contract::Overrides;
use crate::execution::{OffchainEffect, PrivateExecution, run_private, run_utility};
use crate::kernel::gas::gas_used;
use crate::kernel::hints::HintSource;
use crate::kernel::{
    Discard, KernelMode, KernelOutput, SinkClosed, Step, StepReport, StepSink, ToProver, direct, transaction,
};
use crate::prove::ProveError;
use crate::scopes::Scopes;
use crate::store::tags;

/// How a transaction is simulated.
#[derive(Debug, Clone, Default)]
pub struct SimulateOptions {
    /// Simulate its public part too.
    pub public: bool,
    /// Ask the node whether it would take the transaction.
    pub validate: bool,
    /// Whether someone must be able to pay.
    pub enforce_fee: bool,
    /// Contracts replaced by others; no kernel runs then.
    pub overrides: Overrides,
}

/// What a transaction would do.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Its private part.
    pub execution: PrivateExecution,
    /// The data it would be sent with.
    pub tail: PrivateKernelTailCircuitPublicInputs,
    /// Its public part, if it has one and that was simulated.
    pub public: Option<PublicSimulationOutput>,
    /// What it would use.
    pub gas: GasUsed,
}

impl Simulation {
    /// What the calls of an entrypoint returned privately: of each call it made, in their order; of the entrypoint itself
    /// if it made none.
    #[must_use]
    pub fn private_returns(&self) -> Vec<Vec<Fr>> {
        match &*self.execution.entry.nested {
            [] => alloc::vec![self.execution.entry.return_values.clone()],
            nested => nested.iter().map(|call| call.return_values.clone()).collect(),
        }
    }

    /// What the public calls returned.
    #[must_use]
    pub fn public_returns(&self) -> Vec<Vec<Fr>> {
        let returns = self.public.as_ref().map(|public| public.public_return_values.as_slice()).unwrap_or_default();
        returns.iter().map(|values| values.values.clone().unwrap_or_default()).collect()
    }

    /// What it tells the world outside of the chain.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        offchain_effects(&self.execution)
    }
}

fn offchain_effects(execution: &PrivateExecution) -> Vec<OffchainEffect> {
    execution.calls().flat_map(|call| call.offchain_effects.iter().cloned()).collect()
}

/// A transaction, ready to be sent.
#[derive(Debug, Clone)]
pub struct ProvenTx {
    /// The transaction.
    pub tx: Tx,
    /// Its private part.
    pub execution: PrivateExecution,
    /// What each circuit took.
    pub reports: Vec<StepReport>,
}

impl ProvenTx {
    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> TxHash {
        self.tx.tx_hash()
    }

    /// What it tells the world outside of the chain.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        offchain_effects(&self.execution)
    }
}

/// What each circuit of a transaction takes.
#[derive(Debug, Clone)]
pub struct Profile {
    /// What each circuit took, in their order.
    pub steps: Vec<StepReport>,
    /// The gates of each, where they were counted.
    pub gates: Option<Vec<u32>>,
    /// Milliseconds it took to look at the chain and execute private functions, oracles and questions to the node included.
    pub execution_milliseconds: f64,
}

impl Pxe {
    /// Finds out what a transaction would do.
    ///
    /// # Errors
    /// If a function fails, privately or publicly, or the node would not take the transaction and was asked.
    pub async fn simulate(
        &self,
        request: &TxExecutionRequest,
        options: &SimulateOptions,
        scopes: &Scopes,
        on_progress: &OnProgress,
    ) -> Result<Simulation, PxeError> {
        let contracts = self.inner.contracts.with_overrides(&options.overrides)?;
        let mut work = self.begin_with(contracts, on_progress).await?;
        let execution = Box::pin(work.execute(request, scopes, on_progress)).await?;
        let tail = if options.overrides.is_empty() {
            let mode = KernelMode::Simulate { enforce_fee: options.enforce_fee };
            work.solve(request, &execution, mode, &mut Discard).await?.tail
        } else {
            let hints = work.hints().await?;
            direct(&execution, &self.inner.config.parameters, &hints as &dyn HintSource).await?
        };
        // From here on only the node works; the next piece of work need not wait for it.
        work.commit().await?;
        let simulated = transaction(&execution, tail.clone(), ChonkProof::default())?;
        let public = match options.public && tail.for_public().is_some() {
            true => Some(self.simulate_public(simulated.clone(), options.enforce_fee).await?),
            false => None,
        };
        if options.validate {
            let options =
                TxValidationOptions { is_simulation: Some(true), skip_fee_enforcement: Some(!options.enforce_fee) };
            let verdict = self.inner.node.call(IsValidTx { tx: simulated, options: Some(options) }).await?;
            if let TxValidationResult::Invalid { reason } = verdict {
                return Err(PxeError::Invalid { reasons: reason.join(", ") });
            }
        }
        let gas = gas_used(&tail, public.as_ref());
        Ok(Simulation { execution, tail, public, gas })
    }

    /// Simulates the public part of a transaction.
    ///
    /// # Errors
    /// If it reverts, or the node refuses.
    pub async fn simulate_public(&self, tx: Tx, enforce_fee: bool) -> Result<PublicSimulationOutput, PxeError> {
        let output = self.inner.node.call(SimulatePublicCalls { tx, skip_fee_enforcement: Some(!enforce_fee) }).await?;
        match output.revert_reason {
            Some(reason) => Err(PxeError::Reverted(Box::new(self.explained(reason).await?))),
            None => Ok(output),
        }
    }

    /// A revert with the names of contracts and functions, and the message of a failed assertion in its author's words: a
    /// node does not know them, and leaves room for the message at the end of its own.
    ///
    /// Protocol source: `@aztec/pxe/src/error_enriching.ts`.
    async fn explained(&self, mut reason: SimulationError) -> Result<SimulationError, PxeError> {
        let (job, contracts) = (self.reading().await?, &self.inner.contracts);
        for frame in &mut reason.function_error_stack {
            let selector = frame.function_selector.unwrap_or(FunctionSelector(0));
            let name = contracts.names(&job, frame.contract_address, selector).await;
            frame.contract_name = name.contract.or(frame.contract_name.take());
            frame.function_name = name.function.or(frame.function_name.take());
        }
        let Some(failing) = reason.function_error_stack.last() else { return Ok(reason) };
        // All public functions are called through this one, which has all their errors.
        if let Ok(dispatch) = contracts.function_named(&job, failing.contract_address, "public_dispatch").await
            && let Ok(Some(message)) = dispatch.abi.revert_message(&reason.revert_data)
        {
            reason.original_message.push_str(&message);
        }
        Ok(reason)
    }

    /// Executes a transaction, solves its circuits and proves them; where the network wants no proofs, a random one stands
    /// in. The tags it used are taken for it; a transaction that is not sent leaves a gap that recipients look across.
    ///
    /// # Errors
    /// If a function fails, the kernels refuse, or there is no proof.
    pub async fn prove(
        &self,
        request: &TxExecutionRequest,
        scopes: &Scopes,
        on_progress: &OnProgress,
    ) -> Result<ProvenTx, PxeError> {
        let mut work = self.begin(on_progress).await?;
        let execution = Box::pin(work.execute(request, scopes, on_progress)).await?;
        let (output, proof) = match self.inner.network.real_proofs {
            true => Box::pin(self.prove_really(&work, request, &execution, on_progress)).await?,
            false => {
                let mut sink = Watched { sink: Discard, on_progress };
                let output =
                    work.solve(request, &execution, KernelMode::Simulate { enforce_fee: true }, &mut sink).await?;
                (output, self.random_proof())
            }
        };
        let KernelOutput { tail, reports } = output;
        let tx = transaction(&execution, tail, proof)?;
        let used = &execution.entry.tags;
        tags::store_pending(&mut work.job, used, tx.tx_hash()).await?;
        work.commit().await?;
        Ok(ProvenTx { tx, execution, reports })
    }

    async fn prove_really(
        &self,
        work: &Work<'_>,
        request: &TxExecutionRequest,
        execution: &PrivateExecution,
        on_progress: &OnProgress,
    ) -> Result<(KernelOutput, ChonkProof), PxeError> {
        let prover = self.inner.prover.as_ref().ok_or(ProveError::NoProver)?;
        let (kernels, tx_request) = (work.kernels().await?, request.to_tx_request());
        let plan = kernels.plan(&tx_request, execution, KernelMode::Prove).await?;
        let (sender, receiver) = chonk::queue();
        let tell = alloc::sync::Arc::clone(on_progress);
        let proving = prover.prove(plan.circuits(), receiver, Box::new(move |event| tell(told(event))));
        let solving = async {
            let mut sink = Watched { sink: ToProver(sender), on_progress };
            let output = Box::pin(kernels.run(&plan, &mut sink)).await;
            // The prover learns that there are no more circuits.
            drop(sink);
            output
        };
        let solved = async { solving.await.map_err(PxeError::from) };
        let proved = async { proving.await.map_err(PxeError::from) };
        let (output, proof) = try_join(solved, proved).await?;
        if proof.public_inputs != output.tail.to_fields() {
            return Err(PxeError::OtherProof);
        }
        Ok((output, proof.proof))
    }

    /// What a network that verifies no proofs is sent.
    fn random_proof(&self) -> ChonkProof {
        let rng = &*self.inner.config.rng;
        let fields = (0..CHONK_PROOF_LENGTH).map(|_| rng.field()).collect();
        ChonkProof { fields: Array::new(fields).expect("it has the length of a proof") }
    }

    /// Finds out what each circuit of a transaction takes. Counting gates starts barretenberg.
    ///
    /// # Errors
    /// If a function fails, or the kernels refuse.
    pub async fn profile(
        &self,
        request: &TxExecutionRequest,
        scopes: &Scopes,
        count_gates: bool,
        on_progress: &OnProgress,
    ) -> Result<Profile, PxeError> {
        let clock = &*self.inner.config.clock;
        let began = clock.milliseconds();
        let mut work = self.begin(on_progress).await?;
        let execution = Box::pin(work.execute(request, scopes, on_progress)).await?;
        let execution_milliseconds = clock.milliseconds() - began;
        let mut circuits = Collected::default();
        let mode = KernelMode::Profile { enforce_fee: false };
        let output = work.solve(request, &execution, mode, &mut circuits).await?;
        work.commit().await?;
        let gates = match count_gates {
            true => {
                let prover = self.inner.prover.as_ref().ok_or(ProveError::NoProver)?;
                let mut gates = Vec::new();
                for acir in &circuits.0 {
                    gates.push(prover.size(acir).await?.gates);
                }
                Some(gates)
            }
            false => None,
        };
        Ok(Profile { steps: output.reports, gates, execution_milliseconds })
    }

    /// Runs a utility function and returns the fields it returns.
    ///
    /// # Errors
    /// If the function fails.
    pub async fn utility(
        &self,
        call: &FunctionCall,
        auth_witnesses: &[AuthWitness],
        scopes: &Scopes,
        on_progress: &OnProgress,
    ) -> Result<Vec<Fr>, PxeError> {
        let mut work = self.begin(on_progress).await?;
        let Work { env, job, .. } = &mut work;
        let returned = run_utility(env, job, call, auth_witnesses, scopes).await?;
        work.commit().await?;
        Ok(returned)
    }
}

impl Work<'_> {
    async fn execute(
        &mut self,
        request: &TxExecutionRequest,
        scopes: &Scopes,
        on_progress: &OnProgress,
    ) -> Result<PrivateExecution, PxeError> {
        let name = self.env.contracts.names(&self.job, request.origin, request.function_selector).await;
        on_progress(Progress::Executing {
            contract: name.contract.unwrap_or_else(|| request.origin.to_string()),
            function: name.function.unwrap_or_else(|| request.function_selector.to_string()),
        });
        Ok(run_private(&self.env, &mut self.job, request, scopes).await?)
    }

    async fn solve(
        &self,
        request: &TxExecutionRequest,
        execution: &PrivateExecution,
        mode: KernelMode,
        sink: &mut dyn StepSink,
    ) -> Result<KernelOutput, PxeError> {
        let (kernels, request) = (self.kernels().await?, request.to_tx_request());
        let plan = kernels.plan(&request, execution, mode).await?;
        Ok(Box::pin(kernels.run(&plan, sink)).await?)
    }
}

fn told(event: chonk::Progress) -> Progress {
    match event {
        chonk::Progress::Accumulating { index, total, name } => Progress::Accumulating { index, total, circuit: name },
        chonk::Progress::Restarted => Progress::ProverRestarted,
        _ => Progress::Proving,
    }
}

/// Tells which circuit is solved, and hands it on.
struct Watched<'a, S> {
    sink: S,
    on_progress: &'a OnProgress,
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl<S: StepSink> StepSink for Watched<'_, S> {
    fn solving(&mut self, index: usize, total: usize, name: &str) {
        (self.on_progress)(Progress::Solving { index, total, circuit: name.into() });
    }

    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed> {
        self.sink.solved(step).await
    }
}

/// The programs of the circuits, for counting gates.
#[derive(Default)]
struct Collected(Vec<Vec<u8>>);

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl StepSink for Collected {
    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed> {
        self.0.push(step.program.bytecode_for_barretenberg());
        Ok(())
    }
}
