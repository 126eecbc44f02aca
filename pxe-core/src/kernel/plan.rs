//! Which circuits a transaction needs, and what must be asked before the first is solved.
//!
//! All of it follows from what the calls make public: kernels add up side effects, resets remove some, and neither
//! depends on anything else. So the number of circuits is known before the first is solved, everything is asked at once,
//! and a transaction that exceeds a limit fails before any work.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use circuits::set::Circuit;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::kernel::{
    IsEmpty, KeyValidationRequestAndSeparator, NoteHash, Nullifier, PrivateCircuitPublicInputs,
    PrivateKernelCircuitPublicInputs, PrivateLogData, ReadRequest, Scoped, SideEffectCounter,
};
use protocol::tx::TxRequest;

use super::error::{KernelError, Limit, LimitExceeded};
use super::hints::{Accumulated, CalledFunction, HintQuestions, Known, Links, Reset, squashed_logs};
use super::sequence::KernelMode;
use super::step::{app_name, kernel_name};
use crate::execution::{PrivateCall, PrivateExecution};

/// Counter of the nullifier that the first kernel makes of the request.
const REQUEST_COUNTER: SideEffectCounter = SideEffectCounter(1);

/// The circuits of a transaction in their order, with what they are given.
pub struct Plan<'a> {
    pub(super) request: &'a TxRequest,
    pub(super) execution: &'a PrivateExecution,
    pub(super) mode: KernelMode,
    pub(super) stages: Vec<Stage<'a>>,
    pub(super) known: Known,
}

impl core::fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// A kernel of the sequence; a call comes with the function's own circuit before it.
#[derive(Debug)]
pub(super) enum Stage<'a> {
    /// Init for the first call, inner for the others.
    Call(&'a PrivateCall),
    /// A reset between calls, or the one after the last.
    Reset(Reset),
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        request: &'a TxRequest,
        execution: &'a PrivateExecution,
        mode: KernelMode,
    ) -> Result<Self, KernelError> {
        let split = match execution.is_private_only() {
            true => SideEffectCounter(0),
            false => execution.min_revertible_counter(),
        };
        let links = Links { nullified: execution.nullified_notes(), split };
        check_calls(execution, mode)?;
        let mut effects = Effects::of_request(request, execution);
        let (mut stages, mut stack) = (Vec::new(), alloc::vec![&execution.entry]);
        while !stack.is_empty() {
            // The first kernel has nothing before it.
            if !stages.is_empty() {
                while let Some(reset) = Reset::to_make_room(&effects.accumulated(), &stack, &links)? {
                    effects.reset(&reset);
                    stages.push(Stage::Reset(reset));
                }
            }
            let Some(call) = stack.pop() else { break };
            stack.extend(call.nested.iter().rev());
            Limit::PrivateCallStack.check(stack.len())?;
            effects.add(&call.public_inputs)?;
            stages.push(Stage::Call(call));
        }
        stages.push(Stage::Reset(Reset::to_finish(&effects.accumulated(), &links)?));
        Ok(Self { request, execution, mode, stages, known: Known::default() })
    }

    /// How many circuits there are, private functions included.
    #[must_use]
    pub fn circuits(&self) -> usize {
        let calls = self.stages.iter().filter(|stage| matches!(stage, Stage::Call(_))).count();
        let end = if self.mode.hides() { 2 } else { 1 };
        calls + self.stages.len() + end
    }

    /// The circuits of the kernel, in their order.
    pub fn kernels(&self) -> impl Iterator<Item = Circuit> + '_ {
        let end = [Some(self.tail()), self.mode.hides().then(|| self.hiding())];
        let stages = self.stages.iter().enumerate().map(|(place, stage)| match stage {
            Stage::Call(_) if place == 0 => Circuit::PrivateKernelInit,
            Stage::Call(_) => Circuit::PrivateKernelInner,
            Stage::Reset(reset) => Circuit::PrivateKernelReset(reset.variant),
        });
        stages.chain(end.into_iter().flatten())
    }

    /// The names of all circuits, private functions included, in their order: those that official profiles have.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let apps = self.stages.iter().map(|stage| match stage {
            Stage::Call(call) => Some(app_name(call)),
            Stage::Reset(_) => None,
        });
        let apps = apps.chain(core::iter::repeat(None));
        apps.zip(self.kernels()).flat_map(|(app, kernel)| [app, Some(kernel_name(kernel).into())]).flatten()
    }

    /// The tail circuit.
    pub(super) fn tail(&self) -> Circuit {
        if self.has_public_calls() { Circuit::PrivateKernelTailToPublic } else { Circuit::PrivateKernelTail }
    }

    /// The hiding circuit.
    pub(super) fn hiding(&self) -> Circuit {
        if self.has_public_calls() { Circuit::HidingKernelToPublic } else { Circuit::HidingKernelToRollup }
    }

    fn has_public_calls(&self) -> bool {
        self.execution
            .calls()
            .map(|call| &call.public_inputs)
            .any(|inputs| !inputs.public_call_requests.is_empty() || !inputs.public_teardown_call_request.is_empty())
    }

    /// Everything that must be known about contracts and trees.
    pub(super) fn questions(&self) -> HintQuestions {
        let functions: BTreeSet<_> = self.execution.calls().map(CalledFunction::of).collect();
        HintQuestions { functions: functions.into_iter().collect(), ..settled_reads(self.execution) }
    }
}

/// The note hashes and nullifiers of the anchor block that calls read.
pub(super) fn settled_reads(execution: &PrivateExecution) -> HintQuestions {
    let settled = |reads: fn(&PrivateCircuitPublicInputs) -> &[Scoped<ReadRequest>]| {
        let mut seen = BTreeSet::new();
        let reads = execution.calls().flat_map(move |call| reads(&call.public_inputs));
        let values = reads.filter(|read| read.contract_address.is_zero()).map(|read| read.inner.value);
        values.filter(|value| seen.insert(*value)).collect()
    };
    HintQuestions {
        functions: Vec::new(),
        note_hashes: settled(|inputs| inputs.note_hash_read_requests.items()),
        nullifiers: settled(|inputs| inputs.nullifier_read_requests.items()),
    }
}

/// Refuses what kernels would refuse at the end, after all the work.
fn check_calls(execution: &PrivateExecution, mode: KernelMode) -> Result<(), KernelError> {
    let calls = || execution.calls().map(|call| &call.public_inputs);
    if calls().filter(|call| !call.public_teardown_call_request.is_empty()).count() > 1 {
        return Err(KernelError::TwoTeardowns);
    }
    if mode.enforces_fee() && !calls().any(|call| call.is_fee_payer) {
        return Err(KernelError::NoFeePayer);
    }
    Ok(())
}

/// Side effects and requests as a kernel leaves them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Effects {
    pub(super) note_hashes: Vec<Scoped<NoteHash>>,
    pub(super) nullifiers: Vec<Scoped<Nullifier>>,
    pub(super) private_logs: Vec<Scoped<PrivateLogData>>,
    pub(super) note_hash_reads: Vec<Scoped<ReadRequest>>,
    pub(super) nullifier_reads: Vec<Scoped<ReadRequest>>,
    pub(super) key_validations: Vec<Scoped<KeyValidationRequestAndSeparator>>,
    pub(super) l2_to_l1_messages: usize,
    pub(super) contract_class_logs: usize,
    pub(super) public_calls: usize,
}

impl Effects {
    /// What the first kernel adds to those of the first call: a nullifier that makes the transaction unique, unless a call
    /// makes one that can.
    pub(super) fn of_request(request: &TxRequest, execution: &PrivateExecution) -> Self {
        let mut effects = Self::default();
        if execution.first_nullifier == request.protocol_nullifier() {
            effects.nullifiers.push(Scoped {
                inner: Nullifier { value: request.hash(), note_hash: Fr::ZERO, counter: REQUEST_COUNTER },
                contract_address: AztecAddress::NULL_MSG_SENDER,
            });
        }
        effects
    }

    /// Adds those of a call.
    pub(super) fn add(&mut self, call: &PrivateCircuitPublicInputs) -> Result<(), LimitExceeded> {
        self.collect(call);
        for (limit, count) in [
            (Limit::NoteHashes, self.note_hashes.len()),
            (Limit::Nullifiers, self.nullifiers.len()),
            (Limit::PrivateLogs, self.private_logs.len()),
            (Limit::NoteHashReads, self.note_hash_reads.len()),
            (Limit::NullifierReads, self.nullifier_reads.len()),
            (Limit::KeyValidations, self.key_validations.len()),
            (Limit::L2ToL1Messages, self.l2_to_l1_messages),
            (Limit::ContractClassLogs, self.contract_class_logs),
            (Limit::PublicCalls, self.public_calls),
        ] {
            limit.check(count)?;
        }
        Ok(())
    }

    /// Adds those of a call, however many there are.
    pub(super) fn collect(&mut self, call: &PrivateCircuitPublicInputs) {
        let contract_address = call.call_context.contract_address;
        fn scoped<'a, T: Clone + 'a>(
            items: &'a [T],
            contract_address: AztecAddress,
        ) -> impl Iterator<Item = Scoped<T>> + 'a {
            items.iter().map(move |item| Scoped { inner: item.clone(), contract_address })
        }
        self.note_hashes.extend(scoped(call.note_hashes.items(), contract_address));
        self.nullifiers.extend(scoped(call.nullifiers.items(), contract_address));
        self.private_logs.extend(scoped(call.private_logs.items(), contract_address));
        self.note_hash_reads.extend(call.note_hash_read_requests.items());
        self.nullifier_reads.extend(call.nullifier_read_requests.items());
        self.key_validations.extend(scoped(call.key_validation_requests_and_separators.items(), contract_address));
        self.l2_to_l1_messages += call.l2_to_l1_msgs.items().len();
        self.contract_class_logs += call.contract_class_logs_hashes.items().len();
        self.public_calls += call.public_call_requests.items().len();
    }

    /// Removes what a reset between calls settles and squashes.
    pub(super) fn reset(&mut self, reset: &Reset) {
        use circuits::set::ResetDimension::KeyValidation;

        use super::hints::ReadAction;
        fn keep<T>(items: &mut Vec<T>, mut kept: impl FnMut(usize, &T) -> bool) {
            let mut place = 0;
            items.retain(|item| {
                place += 1;
                kept(place - 1, item)
            });
        }
        let skipped = |actions: &[ReadAction], place: usize| {
            actions.get(place).is_none_or(|action| matches!(action, ReadAction::Skip))
        };
        keep(&mut self.note_hash_reads, |place, _| skipped(&reset.note_hash_reads, place));
        keep(&mut self.nullifier_reads, |place, _| skipped(&reset.nullifier_reads, place));
        let keys = usize::from(reset.variant.dimensions()[KeyValidation]);
        keep(&mut self.key_validations, |place, _| place >= keys);
        let logs: BTreeSet<_> = squashed_logs(&self.note_hashes, &self.private_logs, &reset.squashing)
            .map(|log| log.inner.note_hash_counter)
            .collect();
        keep(&mut self.private_logs, |_, log| !logs.contains(&log.inner.note_hash_counter));
        let squashed = |place: usize, of: fn(&circuits::kernel_inputs::TransientDataSquashingHint) -> u32| {
            reset.squashing.iter().any(|hint| of(hint) as usize == place)
        };
        keep(&mut self.note_hashes, |place, _| !squashed(place, |hint| hint.note_hash_index));
        keep(&mut self.nullifiers, |place, _| !squashed(place, |hint| hint.nullifier_index));
    }

    /// What resets work on.
    pub(super) fn accumulated(&self) -> Accumulated<'_> {
        Accumulated {
            note_hashes: &self.note_hashes,
            nullifiers: &self.nullifiers,
            private_logs: &self.private_logs,
            note_hash_reads: &self.note_hash_reads,
            nullifier_reads: &self.nullifier_reads,
            key_validations: &self.key_validations,
        }
    }

    /// Whether a kernel left the same.
    pub(super) fn is_of(&self, kernel: &PrivateKernelCircuitPublicInputs) -> bool {
        self.accumulated() == Accumulated::from(kernel)
    }
}

impl CalledFunction {
    /// The function of a call.
    #[must_use]
    pub fn of(call: &PrivateCall) -> Self {
        Self { contract: call.contract(), selector: call.selector() }
    }
}
