//! A solved circuit on its way to a prover or a profile.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

use async_trait::async_trait;
use circuits::chonk::ChonkCircuit;
use circuits::program::Program;
use circuits::set::Circuit;
use circuits::witness::WitnessMap;
use futures_util::{Sink, SinkExt};
use protocol::artifact::VerificationKey;
use thiserror::Error;

use super::hints::CalledFunction;
use crate::execution::PrivateCall;
use crate::port::MaybeSend;

/// What a solved circuit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// A private function.
    App(CalledFunction),
    /// A kernel.
    Kernel(Circuit),
}

/// A solved circuit. When kernels are simulated, their programs are those that cannot be proven.
pub struct Step<'a> {
    /// What it is.
    pub kind: StepKind,
    /// Its name: that which official profiles have.
    pub name: &'a str,
    /// Its program.
    pub program: &'a Program,
    /// Its verification key.
    pub key: &'a VerificationKey,
    /// All values of its witness.
    pub witness: &'a WitnessMap,
    /// How long solving it took; none for private functions, which were solved before.
    pub milliseconds: Option<f64>,
}

/// Witnesses are secret.
impl core::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Step({}, {} witnesses)", self.name, self.witness.len())
    }
}

impl Step<'_> {
    /// The circuit as a prover takes it.
    #[must_use]
    pub fn to_chonk(&self) -> ChonkCircuit {
        ChonkCircuit {
            name: self.name.into(),
            acir: Arc::from(self.program.bytecode_for_barretenberg()),
            key: self.key.clone(),
            witness: self.witness.to_barretenberg(),
        }
    }

    /// What a profile tells about it.
    #[must_use]
    pub fn report(&self) -> StepReport {
        StepReport {
            kind: self.kind,
            name: self.name.into(),
            acir_opcodes: self.program.acir_opcodes(),
            brillig_opcodes: self.program.brillig_opcodes(),
            witnesses: self.witness.len(),
            milliseconds: self.milliseconds,
        }
    }
}

/// What a profile tells about a circuit.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// What it is.
    pub kind: StepKind,
    /// Its name.
    pub name: String,
    /// Opcodes of its circuit.
    pub acir_opcodes: usize,
    /// Opcodes of its functions without constraints.
    pub brillig_opcodes: usize,
    /// Values of its witness.
    pub witnesses: usize,
    /// How long solving it took; none for private functions, which were solved before.
    pub milliseconds: Option<f64>,
}

/// Whoever takes solved circuits is gone: a prover that failed or was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("nobody takes the solved circuits any more")]
pub struct SinkClosed;

/// Takes circuits as they are solved.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait StepSink: MaybeSend {
    /// The kernel in this place of so many circuits is about to be solved.
    fn solving(&mut self, _place: usize, _total: usize, _name: &str) {}

    /// A circuit is solved. The next is solved when this returns.
    ///
    /// # Errors
    /// If no more circuits are taken; the sequence ends with it.
    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed>;
}

/// Takes circuits and does nothing with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Discard;

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl StepSink for Discard {
    async fn solved(&mut self, _: Step<'_>) -> Result<(), SinkClosed> {
        Ok(())
    }
}

/// Hands circuits to a prover, such as the sender of [`circuits::chonk::queue`].
#[derive(Debug)]
pub struct ToProver<S>(pub S);

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl<S: Sink<ChonkCircuit> + Unpin + MaybeSend> StepSink for ToProver<S> {
    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed> {
        let circuit = step.to_chonk();
        self.0.send(circuit).await.map_err(|_| SinkClosed)
    }
}

/// The name of a private function in official profiles.
pub(super) fn app_name(call: &PrivateCall) -> String {
    alloc::format!("{}:{}", call.contract_name, call.function_name)
}

/// The name of a kernel in official profiles.
pub(super) const fn kernel_name(circuit: Circuit) -> &'static str {
    match circuit {
        Circuit::PrivateKernelInit => "private_kernel_init",
        Circuit::PrivateKernelInner => "private_kernel_inner",
        Circuit::PrivateKernelReset(_) => "private_kernel_reset",
        Circuit::PrivateKernelTail | Circuit::PrivateKernelTailToPublic => "private_kernel_tail",
        _ => "hiding_kernel",
    }
}
