//! The circuits of a transaction, solved in their order.
//!
//! Protocol source: `@aztec/pxe/src/private_kernel/private_kernel_execution_prover.ts`.

use alloc::sync::Arc;
use alloc::vec::Vec;

use circuits::kernel_inputs::{
    HidingKernelInputs, KernelInitInputs, KernelInnerInputs, KernelResetInputs, KernelTailInputs,
    KernelTailToPublicInputs, PreviousKernel,
};
use circuits::set::Circuit;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::kernel::{PrivateKernelCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs, ProtocolContracts};
use protocol::tx::{ChonkProof, Tx, TxError, TxRequest};

use super::circuits::{CircuitForm, KernelCircuits, KernelInputs, Solved};
use super::error::KernelError;
use super::hints::{
    CalledFunction, HintSource, Known, Reset, padded_side_effect_amounts, padded_side_effects, private_call,
};
use super::plan::{Effects, Plan, Stage};
use super::step::{Step, StepKind, StepReport, StepSink, app_name, kernel_name};
use crate::execution::{PrivateCall, PrivateExecution};
use crate::port::Clock;

/// What the circuits are solved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KernelMode {
    /// For a proof.
    Prove,
    /// To see what a proof would take.
    Profile {
        /// Whether a call must say who pays.
        enforce_fee: bool,
    },
    /// To see what the transaction does: circuits that cannot be proven are solved, which is faster.
    Simulate {
        /// Whether a call must say who pays.
        enforce_fee: bool,
    },
}

impl KernelMode {
    /// Which circuits are solved.
    #[must_use]
    pub const fn form(self) -> CircuitForm {
        match self {
            Self::Prove | Self::Profile { .. } => CircuitForm::Provable,
            Self::Simulate { .. } => CircuitForm::Simulated,
        }
    }

    /// Whether a hiding kernel follows the tail. It returns what the tail does, so simulations do without.
    pub(super) const fn hides(self) -> bool {
        matches!(self.form(), CircuitForm::Provable)
    }

    pub(super) const fn enforces_fee(self) -> bool {
        match self {
            Self::Prove => true,
            Self::Profile { enforce_fee } | Self::Simulate { enforce_fee } => enforce_fee,
        }
    }
}

/// What the kernels leave of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelOutput {
    /// The data the transaction is sent with; a proof proves exactly this.
    pub tail: PrivateKernelTailCircuitPublicInputs,
    /// What each circuit took, in their order.
    pub reports: Vec<StepReport>,
}

/// The transaction that an execution becomes, given what the kernels left of it.
///
/// # Errors
/// If it has more class logs or public calls than can be sent.
pub fn transaction(
    execution: &PrivateExecution,
    tail: PrivateKernelTailCircuitPublicInputs,
    proof: ChonkProof,
) -> Result<Tx, TxError> {
    let class_logs = execution.contract_class_logs().into_iter().map(|log| log.fields.clone()).collect();
    Tx::new(tail, proof, class_logs, execution.public_calldata.clone())
}

/// Runs the kernels of transactions.
#[derive(Clone)]
pub struct Kernels {
    circuits: Arc<KernelCircuits>,
    hints: Arc<dyn HintSource>,
    clock: Arc<dyn Clock>,
}

impl core::fmt::Debug for Kernels {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Kernels({:?})", self.circuits)
    }
}

impl Kernels {
    /// Kernels that ask a source.
    #[must_use]
    pub fn new(circuits: Arc<KernelCircuits>, hints: Arc<dyn HintSource>, clock: Arc<dyn Clock>) -> Self {
        Self { circuits, hints, clock }
    }

    /// Finds out which circuits a transaction needs, asks everything they need and loads them. No circuit is solved.
    ///
    /// # Errors
    /// If the transaction exceeds a limit or something cannot be had.
    pub async fn plan<'a>(
        &self,
        request: &'a TxRequest,
        execution: &'a PrivateExecution,
        mode: KernelMode,
    ) -> Result<Plan<'a>, KernelError> {
        let mut plan = Plan::new(request, execution, mode)?;
        let questions = plan.questions();
        let answers = async { Ok(self.hints.answer(&questions).await?) };
        let loading = self.circuits.load_all(plan.kernels().collect(), mode.form());
        let (answers, ()) = futures_util::future::try_join(answers, loading).await?;
        plan.known = Known::new(&questions, answers)?;
        Ok(plan)
    }

    /// Solves the circuits of a plan. Each goes to `sink` as soon as it is solved, so that it is proven while the next is
    /// solved.
    ///
    /// # Errors
    /// If a circuit refuses the transaction or cannot be had, a master key is not there, or `sink` takes no more.
    pub async fn run(&self, plan: &Plan<'_>, sink: &mut dyn StepSink) -> Result<KernelOutput, KernelError> {
        let run =
            Run { kernels: self, plan, sink, form: plan.mode.form(), reports: Vec::new(), total: plan.circuits() };
        run.all().await
    }
}

/// A kernel and what it returned.
struct Previous<O> {
    circuit: Circuit,
    output: O,
}

/// A sequence in progress.
struct Run<'a, 'p> {
    kernels: &'a Kernels,
    plan: &'a Plan<'p>,
    sink: &'a mut dyn StepSink,
    form: CircuitForm,
    reports: Vec<StepReport>,
    total: usize,
}

impl Run<'_, '_> {
    async fn all(mut self) -> Result<KernelOutput, KernelError> {
        let mut effects = Effects::of_request(self.plan.request, self.plan.execution);
        let mut previous: Option<Previous<PrivateKernelCircuitPublicInputs>> = None;
        let mut calls = self.plan.stages.len();
        for stage in &self.plan.stages {
            calls -= 1;
            let next = match (stage, previous) {
                (Stage::Call(call), None) => self.init(call).await?,
                (Stage::Call(call), Some(previous)) => self.inner(call, previous).await?,
                (Stage::Reset(reset), Some(previous)) => self.reset(reset, previous).await?,
                (Stage::Reset(_), None) => unreachable!("a plan begins with a call"),
            };
            match stage {
                Stage::Call(call) => effects.add(&call.public_inputs)?,
                Stage::Reset(reset) => effects.reset(reset),
            }
            // The last reset silos, after which everything looks different.
            if calls > 0 && !effects.is_of(&next.output) {
                return Err(KernelError::Unplanned { circuit: next.circuit });
            }
            previous = Some(next);
        }
        let previous = previous.expect("a plan has stages");
        let tail = self.tail(previous).await?;
        let tail = if self.plan.mode.hides() { self.hide(tail).await? } else { tail };
        Ok(KernelOutput { tail: tail.output, reports: self.reports })
    }

    async fn init(&mut self, call: &PrivateCall) -> Result<Previous<PrivateKernelCircuitPublicInputs>, KernelError> {
        self.app(call).await?;
        let (plan, parameters) = (self.plan, self.kernels.circuits.parameters());
        let inputs = KernelInitInputs {
            tx_request: *plan.request,
            vk_tree_root: parameters.key_tree_root(),
            protocol_contracts: ProtocolContracts { derived_addresses: parameters.protocol_contracts().0 },
            private_call: self.private_call(call)?,
            is_private_only: plan.execution.is_private_only(),
            first_nullifier_hint: plan.execution.first_nullifier,
            revertible_counter_hint: plan.execution.min_revertible_counter(),
            app_public_inputs: call.public_inputs.clone(),
        };
        let solved = self.solve(Circuit::PrivateKernelInit, inputs).await;
        solved.map_err(|error| error.of_call(CalledFunction::of(call), &app_name(call)))
    }

    async fn inner(
        &mut self,
        call: &PrivateCall,
        previous: Previous<PrivateKernelCircuitPublicInputs>,
    ) -> Result<Previous<PrivateKernelCircuitPublicInputs>, KernelError> {
        self.app(call).await?;
        let inputs = KernelInnerInputs {
            previous_kernel: self.previous(previous.circuit)?,
            previous_kernel_public_inputs: previous.output,
            private_call: self.private_call(call)?,
            app_public_inputs: call.public_inputs.clone(),
        };
        let solved = self.solve(Circuit::PrivateKernelInner, inputs).await;
        solved.map_err(|error| error.of_call(CalledFunction::of(call), &app_name(call)))
    }

    async fn reset(
        &mut self,
        reset: &Reset,
        previous: Previous<PrivateKernelCircuitPublicInputs>,
    ) -> Result<Previous<PrivateKernelCircuitPublicInputs>, KernelError> {
        let kernel = (&previous.output).into();
        let inputs = KernelResetInputs {
            previous_kernel: self.previous(previous.circuit)?,
            padded_side_effects: padded_side_effects(),
            hints: reset.hints(&kernel, &self.plan.known, &*self.kernels.hints).await?,
            previous_kernel_public_inputs: previous.output,
        };
        self.solve(Circuit::PrivateKernelReset(reset.variant), inputs).await
    }

    async fn tail(
        &mut self,
        previous: Previous<PrivateKernelCircuitPublicInputs>,
    ) -> Result<Previous<PrivateKernelTailCircuitPublicInputs>, KernelError> {
        let previous_kernel = self.previous(previous.circuit)?;
        let mut kernel = previous.output;
        if kernel.fee_payer.is_zero() && !self.plan.mode.enforces_fee() {
            // Any address does; this one is nobody's.
            kernel.fee_payer = AztecAddress::from_field(Fr::MAX);
        }
        let expiration = kernel.expiration_timestamp;
        let anchor = kernel.constants.anchor_block_header.global_variables.timestamp;
        if expiration <= anchor {
            return Err(KernelError::Expired { expiration, anchor });
        }
        match self.plan.tail() {
            circuit @ Circuit::PrivateKernelTailToPublic => {
                let inputs = KernelTailToPublicInputs {
                    previous_kernel,
                    previous_kernel_public_inputs: kernel,
                    padded_side_effect_amounts: padded_side_effect_amounts(),
                    expiration_timestamp_upper_bound: expiration,
                };
                self.solve(circuit, inputs).await
            }
            circuit => {
                let inputs = KernelTailInputs {
                    previous_kernel,
                    previous_kernel_public_inputs: kernel,
                    expiration_timestamp_upper_bound: expiration,
                };
                self.solve(circuit, inputs).await
            }
        }
    }

    async fn hide(
        &mut self,
        tail: Previous<PrivateKernelTailCircuitPublicInputs>,
    ) -> Result<Previous<PrivateKernelTailCircuitPublicInputs>, KernelError> {
        let inputs = HidingKernelInputs {
            previous_kernel_public_inputs: tail.output,
            previous_kernel_vk_data: self.kernels.circuits.key_membership(tail.circuit)?,
        };
        self.solve(self.plan.hiding(), inputs).await
    }

    /// That the kernel before is one of the protocol's.
    fn previous(&self, circuit: Circuit) -> Result<PreviousKernel, KernelError> {
        Ok(PreviousKernel { vk_data: self.kernels.circuits.key_membership(circuit)? })
    }

    fn private_call(&self, call: &PrivateCall) -> Result<circuits::kernel_inputs::PrivateCallData, KernelError> {
        let hints = self.plan.known.functions.get(&CalledFunction::of(call));
        private_call(call, hints.expect("every function that was called was asked for"))
    }

    /// Hands over a private function, which was solved when it was executed.
    async fn app(&mut self, call: &PrivateCall) -> Result<(), KernelError> {
        self.hand_over(Step {
            kind: StepKind::App(CalledFunction::of(call)),
            name: &app_name(call),
            program: &call.program,
            key: &call.verification_key,
            witness: &call.witness,
            milliseconds: None,
        })
        .await
    }

    async fn solve<I: KernelInputs>(
        &mut self,
        circuit: Circuit,
        inputs: I,
    ) -> Result<Previous<I::Output>, KernelError> {
        let (name, circuits) = (kernel_name(circuit), &self.kernels.circuits);
        self.sink.solving(self.reports.len(), self.total, name);
        let start = self.kernels.clock.milliseconds();
        let Solved { output, program, witness } = circuits.solve(circuit, self.form, &inputs).await?;
        self.hand_over(Step {
            kind: StepKind::Kernel(circuit),
            name,
            program: &program,
            key: &self.kernels.circuits.parameters().key(circuit).key,
            witness: &witness,
            milliseconds: Some(self.kernels.clock.milliseconds() - start),
        })
        .await?;
        Ok(Previous { circuit, output })
    }

    async fn hand_over(&mut self, step: Step<'_>) -> Result<(), KernelError> {
        self.reports.push(step.report());
        Ok(self.sink.solved(step).await?)
    }
}
