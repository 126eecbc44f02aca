//! Where circuits come from, and the programs and maps that were fitted before.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use circuits::abi_map::{AbiMapped, CircuitMap};
use circuits::kernel_inputs::{
    HidingKernelInputs, KernelInitInputs, KernelInnerInputs, KernelKeyMembership, KernelResetInputs, KernelTailInputs,
    KernelTailToPublicInputs,
};
use circuits::program::{Program, ProgramCache};
use circuits::set::{Circuit, CircuitSet, Parameters};
use circuits::witness::{ForeignCall, ForeignCallError, ForeignCalls, ForeignValue, NotAnswered, WitnessMap, solve};
use protocol::abi::{ErrorSelector, ErrorType};
use protocol::artifact::pack::ReadAt;
use protocol::artifact::{Bytecode, CircuitArtifact};
use protocol::kernel::{PrivateKernelCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs};

use super::error::{KernelError, PortError, Refused};
use crate::port::{MaybeSend, MaybeSync};

/// Which form of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CircuitForm {
    /// The one that is proven.
    Provable,
    /// The one that computes the same, faster, without being provable.
    Simulated,
}

/// Why a circuit cannot be loaded.
pub type CircuitSourceError = PortError;

/// Loads circuits. A browser fetches each when it is needed first.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait CircuitSource: MaybeSend + MaybeSync {
    /// Loads a circuit; the provable form of those that have no other.
    ///
    /// # Errors
    /// If it cannot be had.
    async fn load(&self, circuit: Circuit, form: CircuitForm) -> Result<CircuitArtifact, CircuitSourceError>;
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl<R: ReadAt + MaybeSend + MaybeSync> CircuitSource for CircuitSet<R> {
    async fn load(&self, circuit: Circuit, form: CircuitForm) -> Result<CircuitArtifact, CircuitSourceError> {
        Ok(match form {
            CircuitForm::Provable => self.load(circuit)?,
            CircuitForm::Simulated => self.load_simulated(circuit)?,
        })
    }
}

/// A circuit with its map.
pub(super) struct Fitted<I, O> {
    bytecode: Bytecode,
    error_types: BTreeMap<ErrorSelector, ErrorType>,
    map: CircuitMap<I, O>,
}

type Cache<I, O> = Mutex<BTreeMap<(Circuit, CircuitForm), Arc<Fitted<I, O>>>>;

/// The circuits of the kernel: loaded when they are needed, fitted once. Programs are shared with those of private
/// functions.
pub struct KernelCircuits {
    source: Arc<dyn CircuitSource>,
    parameters: Arc<Parameters>,
    programs: ProgramCache,
    init: Cache<KernelInitInputs, PrivateKernelCircuitPublicInputs>,
    inner: Cache<KernelInnerInputs, PrivateKernelCircuitPublicInputs>,
    reset: Cache<KernelResetInputs, PrivateKernelCircuitPublicInputs>,
    tail: Cache<KernelTailInputs, PrivateKernelTailCircuitPublicInputs>,
    tail_to_public: Cache<KernelTailToPublicInputs, PrivateKernelTailCircuitPublicInputs>,
    hiding: Cache<HidingKernelInputs, PrivateKernelTailCircuitPublicInputs>,
}

impl core::fmt::Debug for KernelCircuits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "KernelCircuits({:?})", self.programs)
    }
}

/// Inputs of a kernel circuit.
pub(super) trait KernelInputs: AbiMapped + 'static {
    /// What the circuit returns.
    type Output: AbiMapped + 'static;
    /// Where its maps are kept.
    fn cache(circuits: &KernelCircuits) -> &Cache<Self, Self::Output>;
}

macro_rules! kernel_inputs {
    ($($inputs:ty => $output:ty, $member:ident;)*) => {$(
        impl KernelInputs for $inputs {
            type Output = $output;
            fn cache(circuits: &KernelCircuits) -> &Cache<Self, Self::Output> {
                &circuits.$member
            }
        }
    )*};
}
kernel_inputs! {
    KernelInitInputs => PrivateKernelCircuitPublicInputs, init;
    KernelInnerInputs => PrivateKernelCircuitPublicInputs, inner;
    KernelResetInputs => PrivateKernelCircuitPublicInputs, reset;
    KernelTailInputs => PrivateKernelTailCircuitPublicInputs, tail;
    KernelTailToPublicInputs => PrivateKernelTailCircuitPublicInputs, tail_to_public;
    HidingKernelInputs => PrivateKernelTailCircuitPublicInputs, hiding;
}

/// A solved kernel.
pub(super) struct Solved<O> {
    pub(super) output: O,
    pub(super) program: Program,
    pub(super) witness: WitnessMap,
}

impl KernelCircuits {
    /// The circuits of a source, with the keys of a network.
    #[must_use]
    pub fn new(source: Arc<dyn CircuitSource>, parameters: Arc<Parameters>, programs: ProgramCache) -> Self {
        Self {
            source,
            parameters,
            programs,
            init: Cache::default(),
            inner: Cache::default(),
            reset: Cache::default(),
            tail: Cache::default(),
            tail_to_public: Cache::default(),
            hiding: Cache::default(),
        }
    }

    /// The keys and protocol contracts of the network.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The key of a circuit and where it is in the tree of keys.
    pub(super) fn key_membership(&self, circuit: Circuit) -> Result<KernelKeyMembership, KernelError> {
        self.parameters.key_membership(circuit).map_err(|source| KernelError::CircuitKey { circuit, source })
    }

    /// Loads and fits a circuit in advance.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn load(&self, circuit: Circuit, form: CircuitForm) -> Result<(), KernelError> {
        match circuit {
            Circuit::PrivateKernelInit => self.fitted::<KernelInitInputs>(circuit, form).await.map(drop),
            Circuit::PrivateKernelInner => self.fitted::<KernelInnerInputs>(circuit, form).await.map(drop),
            Circuit::PrivateKernelReset(_) => self.fitted::<KernelResetInputs>(circuit, form).await.map(drop),
            Circuit::PrivateKernelTail => self.fitted::<KernelTailInputs>(circuit, form).await.map(drop),
            Circuit::PrivateKernelTailToPublic => {
                self.fitted::<KernelTailToPublicInputs>(circuit, form).await.map(drop)
            }
            _ => self.fitted::<HidingKernelInputs>(circuit, form).await.map(drop),
        }
    }

    /// Loads and fits circuits in advance, all at once.
    ///
    /// # Errors
    /// If one cannot be had.
    pub async fn load_all(&self, circuits: Vec<Circuit>, form: CircuitForm) -> Result<(), KernelError> {
        let loading = circuits.into_iter().map(|circuit| self.load(circuit, form));
        futures_util::future::try_join_all(loading).await.map(drop)
    }

    async fn fitted<I: KernelInputs>(
        &self,
        circuit: Circuit,
        form: CircuitForm,
    ) -> Result<Arc<Fitted<I, I::Output>>, KernelError> {
        let cache = I::cache(self);
        let entry = (circuit, form);
        // Nothing panics half way through a change.
        if let Some(fitted) = cache.lock().unwrap_or_else(PoisonError::into_inner).get(&entry) {
            return Ok(Arc::clone(fitted));
        }
        let artifact = self.source.load(circuit, form).await;
        let CircuitArtifact { abi, bytecode, .. } = artifact.map_err(|source| KernelError::Load { circuit, source })?;
        let map = CircuitMap::new(&abi).map_err(KernelError::map(circuit))?;
        let fitted = Arc::new(Fitted { bytecode, error_types: abi.error_types, map });
        cache.lock().unwrap_or_else(PoisonError::into_inner).insert(entry, Arc::clone(&fitted));
        Ok(fitted)
    }

    /// Solves a circuit.
    pub(super) async fn solve<I: KernelInputs>(
        &self,
        circuit: Circuit,
        form: CircuitForm,
        inputs: &I,
    ) -> Result<Solved<I::Output>, KernelError> {
        let fitted = self.fitted::<I>(circuit, form).await?;
        let program = self.programs.get(&fitted.bytecode).map_err(|source| KernelError::Program { circuit, source })?;
        let start = fitted.map.encode(inputs).map_err(KernelError::map(circuit))?;
        let witness = solve(&program, start, &mut Prints).await.map_err(|source| {
            let message = source.message(&fitted.error_types);
            KernelError::Refused { circuit, what: Refused::Transaction, message, source }
        })?;
        let output = fitted.map.output(&witness).map_err(KernelError::map(circuit))?;
        Ok(Solved { output, program, witness })
    }
}

/// What kernels call out for: to print, and to do nothing. Neither has an effect.
///
/// Protocol source: `@aztec/noir-protocol-circuits-types/src/utils/client/foreign_call_handler.ts`.
struct Prints;

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl ForeignCalls for Prints {
    async fn call(&mut self, call: ForeignCall) -> Result<Vec<ForeignValue>, ForeignCallError> {
        match call.name.as_str() {
            "utilityLog" | "noOp" => Ok(Vec::new()),
            _ => Err(NotAnswered.into()),
        }
    }
}
