//! What kernels would leave of a transaction, without running any: for simulations in which contracts are replaced, which
//! kernels would refuse.
//!
//! Protocol source: `generateSimulatedProvingResult` in
//! `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use circuits::set::Parameters;
use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::codec::Array;
use protocol::field::Fr;
use protocol::hash::silo::{note_hash_nonce, silo_note_hash, silo_nullifier, silo_private_log_tag, unique_note_hash};
use protocol::kernel::{
    Counted, IsEmpty, PrivateKernelTailCircuitPublicInputs, PrivateToPublicAccumulatedData,
    PrivateToRollupAccumulatedData, PublicCallRequest, Scoped, ScopedL2ToL1Message, SideEffectCounter, TailEffects,
    TailForPublic, TxConstantData,
};
use protocol::log::PrivateLog;

use super::error::{KernelError, Limit, LimitExceeded};
use super::gas::direct_gas;
use super::hints::{Future, HintSource, Links, squashable, squashed_logs};
use super::plan::{Effects, settled_reads};
use crate::execution::PrivateExecution;

/// What the tail circuit would return. Nobody pays and nothing expires; read requests are only checked where they are
/// about the anchor block.
///
/// # Errors
/// If the transaction exceeds a limit or reads what the anchor block does not have.
pub async fn direct(
    execution: &PrivateExecution,
    parameters: &Parameters,
    hints: &dyn HintSource,
) -> Result<PrivateKernelTailCircuitPublicInputs, KernelError> {
    check_settled_reads(execution, hints).await?;
    let split = execution.min_revertible_counter();
    let effects = Surviving::of(execution, split)?;
    let entry = &execution.entry.public_inputs;
    let is_private_only = execution.is_private_only();
    let teardown = teardown(execution)?;
    let effects = if is_private_only {
        TailEffects::ForRollup(effects.for_rollup(execution.first_nullifier, split)?)
    } else {
        let (non_revertible, revertible) = effects.for_public(execution.first_nullifier, split)?;
        TailEffects::ForPublic(Box::new(TailForPublic {
            non_revertible_accumulated_data: non_revertible,
            revertible_accumulated_data: revertible,
            public_teardown_call_request: teardown.unwrap_or_default(),
        }))
    };
    let mut tail = PrivateKernelTailCircuitPublicInputs {
        constants: TxConstantData {
            anchor_block_header: entry.anchor_block_header,
            tx_context: entry.tx_context,
            vk_tree_root: parameters.key_tree_root(),
            protocol_contracts_hash: parameters.protocol_contracts().hash(),
        },
        gas_used: protocol::gas::Gas::default(),
        fee_payer: AztecAddress::ZERO,
        expiration_timestamp: Timestamp(0),
        effects,
    };
    let teardown_limits = teardown.map(|_| entry.tx_context.gas_settings.teardown_gas_limits);
    tail.gas_used = direct_gas(tail.counts(), is_private_only, teardown_limits)?;
    Ok(tail)
}

async fn check_settled_reads(execution: &PrivateExecution, hints: &dyn HintSource) -> Result<(), KernelError> {
    let questions = settled_reads(execution);
    if questions.note_hashes.is_empty() && questions.nullifiers.is_empty() {
        return Ok(());
    }
    let known = super::hints::Known::new(&questions, hints.answer(&questions).await?)?;
    let unknown = |kind, value| KernelError::UnknownSettledRead { kind, value };
    if let Some(value) = questions.note_hashes.iter().find(|value| !known.note_hashes.contains_key(value)) {
        return Err(unknown(Limit::NoteHashes, *value));
    }
    if let Some(value) = questions.nullifiers.iter().find(|value| !known.nullifiers.contains_key(value)) {
        return Err(unknown(Limit::Nullifiers, *value));
    }
    Ok(())
}

fn teardown(execution: &PrivateExecution) -> Result<Option<PublicCallRequest>, KernelError> {
    let requests = execution.calls().map(|call| call.public_inputs.public_teardown_call_request);
    let mut set = requests.filter(|request| !request.is_empty());
    match (set.next(), set.next()) {
        (_, Some(_)) => Err(KernelError::TwoTeardowns),
        (request, None) => Ok(request),
    }
}

/// A side effect with its place in the order.
type Placed<T> = (SideEffectCounter, T);

/// The side effects that are not squashed, siloed.
struct Surviving {
    note_hashes: Vec<Placed<Fr>>,
    nullifiers: Vec<Placed<Fr>>,
    private_logs: Vec<Placed<PrivateLog>>,
    messages: Vec<Placed<ScopedL2ToL1Message>>,
    class_logs: Vec<Placed<Scoped<protocol::kernel::LogHash>>>,
    public_calls: Vec<Placed<PublicCallRequest>>,
}

impl Surviving {
    fn of(execution: &PrivateExecution, split: SideEffectCounter) -> Result<Self, KernelError> {
        let mut all = Effects::default();
        let (mut messages, mut class_logs, mut public_calls) = (Vec::new(), Vec::new(), Vec::new());
        for call in execution.calls() {
            let (contract_address, inputs) = (call.contract(), &call.public_inputs);
            all.collect(inputs);
            let scoped = |message: &protocol::kernel::CountedL2ToL1Message| {
                (message.counter, ScopedL2ToL1Message { message: message.message, contract_address })
            };
            messages.extend(inputs.l2_to_l1_msgs.items().iter().map(scoped));
            let scoped = |log: &protocol::kernel::CountedLogHash| {
                (log.counter, Scoped { inner: log.log_hash, contract_address })
            };
            class_logs.extend(inputs.contract_class_logs_hashes.items().iter().map(scoped));
            public_calls.extend(inputs.public_call_requests.items().iter().map(|call| (call.counter, call.inner)));
        }
        all.note_hashes.retain(|note_hash| !note_hash.inner.is_empty());
        let links = Links { nullified: execution.nullified_notes(), split };
        let hints = squashable(&all.note_hashes, &all.nullifiers, &Future::default(), &links)?;
        let logs: BTreeSet<_> =
            squashed_logs(&all.note_hashes, &all.private_logs, &hints).map(|log| log.inner.note_hash_counter).collect();
        let counters = |of: fn(&circuits::kernel_inputs::TransientDataSquashingHint) -> u32,
                        items: &dyn Fn(usize) -> SideEffectCounter| {
            hints.iter().map(|hint| items(of(hint) as usize)).collect::<BTreeSet<_>>()
        };
        let note_hashes = counters(|hint| hint.note_hash_index, &|place| all.note_hashes[place].counter());
        let nullifiers = counters(|hint| hint.nullifier_index, &|place| all.nullifiers[place].counter());
        all.note_hashes.retain(|note_hash| !note_hashes.contains(&note_hash.counter()));
        all.nullifiers.retain(|nullifier| !nullifiers.contains(&nullifier.counter()));
        all.private_logs.retain(|log| !logs.contains(&log.inner.note_hash_counter));
        let note_hash = |it: &Scoped<protocol::kernel::NoteHash>| {
            (it.counter(), silo_note_hash(it.contract_address, it.inner.value))
        };
        let nullifier = |it: &Scoped<protocol::kernel::Nullifier>| {
            (it.counter(), silo_nullifier(it.contract_address, it.inner.value))
        };
        let log = |it: Scoped<protocol::kernel::PrivateLogData>| {
            let mut log = it.inner.log;
            log.fields[0] = silo_private_log_tag(it.contract_address, log.fields[0]);
            (it.inner.counter, log)
        };
        Ok(Self {
            note_hashes: ordered(all.note_hashes.iter().map(note_hash).collect()),
            nullifiers: ordered(all.nullifiers.iter().map(nullifier).collect()),
            private_logs: all.private_logs.into_iter().map(log).collect(),
            messages: ordered(messages),
            class_logs: ordered(class_logs),
            public_calls: ordered(public_calls),
        })
    }

    /// Nullifiers that cannot be reverted and those that can. The first makes note hashes unique.
    fn nullifiers(&self, first: Fr, split: SideEffectCounter) -> Result<(Vec<Fr>, Vec<Fr>), KernelError> {
        let (mut non_revertible, revertible) = halves(&self.nullifiers, split);
        match non_revertible.first() {
            None => non_revertible.push(first),
            Some(found) if *found == first => {}
            Some(found) => return Err(KernelError::FirstNullifier { expected: first, found: *found }),
        }
        Ok((non_revertible, revertible))
    }

    fn for_rollup(self, first: Fr, split: SideEffectCounter) -> Result<PrivateToRollupAccumulatedData, KernelError> {
        let (mut nullifiers, revertible) = self.nullifiers(first, split)?;
        nullifiers.extend(revertible);
        Ok(PrivateToRollupAccumulatedData {
            note_hashes: padded(unique(items(self.note_hashes), first), Limit::NoteHashes)?,
            nullifiers: padded(nullifiers, Limit::Nullifiers)?,
            l2_to_l1_msgs: padded(items(self.messages), Limit::L2ToL1Messages)?,
            private_logs: padded(items(ordered(self.private_logs)), Limit::PrivateLogs)?,
            contract_class_logs_hashes: padded(items(self.class_logs), Limit::ContractClassLogs)?,
        })
    }

    /// What cannot be reverted, and what can.
    fn for_public(
        self,
        first: Fr,
        split: SideEffectCounter,
    ) -> Result<(PrivateToPublicAccumulatedData, PrivateToPublicAccumulatedData), KernelError> {
        let nullifiers = self.nullifiers(first, split)?;
        let note_hashes = halves(&self.note_hashes, split);
        let messages = halves(&self.messages, split);
        // In the order of calls, not of counters, as in the official code.
        let private_logs = halves(&self.private_logs, split);
        let class_logs = halves(&self.class_logs, split);
        let public_calls = halves(&self.public_calls, split);
        let data = |note_hashes, nullifiers, messages, logs, class_logs, calls| {
            Ok::<_, LimitExceeded>(PrivateToPublicAccumulatedData {
                note_hashes: padded(note_hashes, Limit::NoteHashes)?,
                nullifiers: padded(nullifiers, Limit::Nullifiers)?,
                l2_to_l1_msgs: padded(messages, Limit::L2ToL1Messages)?,
                private_logs: padded(logs, Limit::PrivateLogs)?,
                contract_class_logs_hashes: padded(class_logs, Limit::ContractClassLogs)?,
                public_call_requests: padded(calls, Limit::PublicCalls)?,
            })
        };
        // Revertible note hashes become unique when it is known that they are not reverted.
        let non_revertible =
            data(unique(note_hashes.0, first), nullifiers.0, messages.0, private_logs.0, class_logs.0, public_calls.0)?;
        let revertible = data(note_hashes.1, nullifiers.1, messages.1, private_logs.1, class_logs.1, public_calls.1)?;
        Ok((non_revertible, revertible))
    }
}

fn ordered<T>(mut items: Vec<Placed<T>>) -> Vec<Placed<T>> {
    items.sort_by_key(|(counter, _)| *counter);
    items
}

fn items<T>(placed: Vec<Placed<T>>) -> Vec<T> {
    placed.into_iter().map(|(_, item)| item).collect()
}

/// What comes before `split`, and what from there on; all is before 0.
fn halves<T: Clone>(placed: &[Placed<T>], split: SideEffectCounter) -> (Vec<T>, Vec<T>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (counter, item) in placed {
        let half = if split.0 == 0 || *counter < split { &mut before } else { &mut after };
        half.push(item.clone());
    }
    (before, after)
}

fn unique(siloed: Vec<Fr>, first_nullifier: Fr) -> Vec<Fr> {
    (0u32..).zip(siloed).map(|(place, hash)| unique_note_hash(note_hash_nonce(first_nullifier, place), hash)).collect()
}

fn padded<T: Default + Clone, const N: usize>(items: Vec<T>, limit: Limit) -> Result<Array<T, N>, LimitExceeded> {
    let count = items.len();
    Array::padded(items, T::default()).ok_or(LimitExceeded { limit, count })
}
