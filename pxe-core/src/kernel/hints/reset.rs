//! Whether a reset is needed, and what it is asked to do.
//!
//! Between calls a reset makes room for what the next call brings; it does one thing only. After the last call one reset
//! does everything that is left, and silos.
//!
//! Protocol source: `@aztec/pxe/src/private_kernel/hints/private_kernel_reset_private_inputs_builder.ts`.

use alloc::vec::Vec;

use circuits::kernel_inputs::{NoteHashLeaf, ResetHints, TransientDataSquashingHint};
use circuits::set::{ResetDimension, ResetDimensions, ResetPurpose, ResetVariant};
use protocol::kernel::{
    KeyValidationRequestAndSeparator, NoteHash, Nullifier, PrivateKernelCircuitPublicInputs, PrivateLogData,
    ReadRequest, Scoped,
};

use super::reads::{self, Emitted, ReadAction, classify, read_hints};
use super::source::Known;
use super::squash::{Future, Links, squashable, squashed_logs, squashing_hints};
use super::{HintSource, key_validation_hints};
use crate::execution::PrivateCall;
use crate::kernel::error::{KernelError, Limit, LimitExceeded};

/// What a reset works on: the side effects and requests of the calls so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kernel) struct Accumulated<'a> {
    pub(in crate::kernel) note_hashes: &'a [Scoped<NoteHash>],
    pub(in crate::kernel) nullifiers: &'a [Scoped<Nullifier>],
    pub(in crate::kernel) private_logs: &'a [Scoped<PrivateLogData>],
    pub(in crate::kernel) note_hash_reads: &'a [Scoped<ReadRequest>],
    pub(in crate::kernel) nullifier_reads: &'a [Scoped<ReadRequest>],
    pub(in crate::kernel) key_validations: &'a [Scoped<KeyValidationRequestAndSeparator>],
}

impl<'a> From<&'a PrivateKernelCircuitPublicInputs> for Accumulated<'a> {
    fn from(kernel: &'a PrivateKernelCircuitPublicInputs) -> Self {
        let (end, requests) = (&kernel.end, &kernel.validation_requests);
        Self {
            note_hashes: end.note_hashes.items(),
            nullifiers: end.nullifiers.items(),
            private_logs: end.private_logs.items(),
            note_hash_reads: requests.note_hash_read_requests.items(),
            nullifier_reads: requests.nullifier_read_requests.items(),
            key_validations: requests.scoped_key_validation_requests_and_separators.items(),
        }
    }
}

/// A reset: the circuit and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kernel) struct Reset {
    /// The circuit.
    pub(in crate::kernel) variant: ResetVariant,
    /// For each read of a note hash.
    pub(in crate::kernel) note_hash_reads: Vec<ReadAction>,
    /// For each read of a nullifier.
    pub(in crate::kernel) nullifier_reads: Vec<ReadAction>,
    /// The notes to squash.
    pub(in crate::kernel) squashing: Vec<TransientDataSquashingHint>,
}

/// What is asked for, while it is found out.
#[derive(Default)]
struct Request {
    dimensions: ResetDimensions,
    note_hash_reads: Vec<ReadAction>,
    nullifier_reads: Vec<ReadAction>,
    squashing: Vec<TransientDataSquashingHint>,
}

/// A kind of reads.
struct Reads<'a, E> {
    requests: &'a [Scoped<ReadRequest>],
    made: &'a [E],
    /// The limit of requests.
    limit: Limit,
    /// The limit of what is read.
    kind: Limit,
}

impl Reset {
    /// The reset before the next call, the last of `stack`, if it needs room that is not there.
    ///
    /// # Errors
    /// If there is not enough that can be settled or squashed.
    pub(in crate::kernel) fn to_make_room(
        kernel: &Accumulated<'_>,
        stack: &[&PrivateCall],
        links: &Links,
    ) -> Result<Option<Self>, KernelError> {
        let Some(next) = stack.last() else { return Ok(None) };
        let next = &next.public_inputs;
        let reads = kernel.note_hash_reads().make_room(next.note_hash_read_requests.items().len(), false)?;
        if let Some(actions) = reads {
            return Ok(Some(Request::of_note_hash_reads(actions).choose(ResetPurpose::MakeRoom)));
        }
        let reads = kernel.nullifier_reads().make_room(next.nullifier_read_requests.items().len(), false)?;
        if let Some(actions) = reads {
            return Ok(Some(Request::of_nullifier_reads(actions).choose(ResetPurpose::MakeRoom)));
        }
        let keys = kernel.key_validations.len() + next.key_validation_requests_and_separators.items().len();
        if keys > Limit::KeyValidations.max() {
            let mut request = Request::default();
            request.set(ResetDimension::KeyValidation, kernel.key_validations.len());
            return Ok(Some(request.choose(ResetPurpose::MakeRoom)));
        }
        let request = squash_to_make_room(kernel, stack, next_counts(next), links)?;
        Ok(request.map(|request| request.choose(ResetPurpose::MakeRoom)))
    }

    /// The reset after the last call.
    ///
    /// # Errors
    /// If something was read that was not there.
    pub(in crate::kernel) fn to_finish(kernel: &Accumulated<'_>, links: &Links) -> Result<Self, KernelError> {
        use ResetDimension as D;
        let mut request = Request {
            note_hash_reads: kernel.note_hash_reads().finish()?,
            nullifier_reads: kernel.nullifier_reads().finish()?,
            squashing: squashable(kernel.note_hashes, kernel.nullifiers, &Future::default(), links)?,
            ..Request::default()
        };
        request.count_reads();
        let squashed = request.squashing.len();
        let logs = squashed_logs(kernel.note_hashes, kernel.private_logs, &request.squashing).count();
        request.set(D::KeyValidation, kernel.key_validations.len());
        request.set(D::TransientDataSquashing, squashed);
        request.set(D::NoteHashSiloing, kernel.note_hashes.len() - squashed);
        request.set(D::NullifierSiloing, kernel.nullifiers.len().saturating_sub(squashed));
        request.set(D::PrivateLogSiloing, kernel.private_logs.len() - logs);
        Ok(request.choose(ResetPurpose::Finish))
    }

    /// The hints its circuit takes.
    ///
    /// # Errors
    /// If the master key of a key is not there, or a value that was read is not in its tree.
    pub(in crate::kernel) async fn hints(
        &self,
        kernel: &Accumulated<'_>,
        known: &Known,
        source: &dyn HintSource,
    ) -> Result<ResetHints, KernelError> {
        use ResetDimension as D;
        let sizes = self.variant.dimensions();
        let note_hash = |value| {
            let unknown = KernelError::UnknownSettledRead { kind: Limit::NoteHashes, value };
            let witness = known.note_hashes.get(&value).cloned().ok_or(unknown)?;
            Ok::<_, KernelError>((witness, NoteHashLeaf { value }))
        };
        let nullifier = |value| {
            let unknown = KernelError::UnknownSettledRead { kind: Limit::Nullifiers, value };
            let found = known.nullifiers.get(&value).ok_or(unknown)?;
            Ok::<_, KernelError>((found.witness.clone(), found.leaf))
        };
        Ok(ResetHints {
            note_hash_read_request_hints: read_hints(
                kernel.note_hash_reads,
                &self.note_hash_reads,
                (sizes[D::NoteHashPendingRead], sizes[D::NoteHashSettledRead]),
                note_hash,
            )?,
            nullifier_read_request_hints: read_hints(
                kernel.nullifier_reads,
                &self.nullifier_reads,
                (sizes[D::NullifierPendingRead], sizes[D::NullifierSettledRead]),
                nullifier,
            )?,
            key_validation_hints: key_validation_hints(kernel.key_validations, sizes[D::KeyValidation], source).await?,
            transient_data_squashing_hints: squashing_hints(&self.squashing, sizes[D::TransientDataSquashing]),
        })
    }
}

impl<'a> Accumulated<'a> {
    fn note_hash_reads(&self) -> Reads<'a, Scoped<NoteHash>> {
        let (requests, made) = (self.note_hash_reads, self.note_hashes);
        Reads { requests, made, limit: Limit::NoteHashReads, kind: Limit::NoteHashes }
    }

    fn nullifier_reads(&self) -> Reads<'a, Scoped<Nullifier>> {
        let (requests, made) = (self.nullifier_reads, self.nullifiers);
        Reads { requests, made, limit: Limit::NullifierReads, kind: Limit::Nullifiers }
    }
}

impl<E: Emitted> Reads<'_, E> {
    /// What to do with each request so that `next` more have room, if anything must be done; with `force`, as much as
    /// possible. A reset between calls settles one kind only, so it is the one of which there are more.
    fn make_room(&self, next: usize, force: bool) -> Result<Option<Vec<ReadAction>>, LimitExceeded> {
        let total = self.requests.len() + next;
        let keep = if force { 0 } else { self.limit.max() };
        if total <= keep {
            return Ok(None);
        }
        let mut actions = classify(self.requests, self.made);
        let (pending, settled) = reads::count(&actions);
        if pending + settled < total - keep {
            // The rest waits for values that later calls make.
            if !force {
                return Err(LimitExceeded { limit: self.limit, count: total - pending - settled });
            }
            if pending + settled == 0 {
                return Ok(None);
            }
        }
        let keep_pending = pending > settled;
        for action in &mut actions {
            if matches!(action, ReadAction::Pending(_)) != keep_pending {
                *action = ReadAction::Skip;
            }
        }
        Ok(Some(actions))
    }

    /// What to do with each request after the last call: something with all of them.
    fn finish(&self) -> Result<Vec<ReadAction>, KernelError> {
        let actions = classify(self.requests, self.made);
        match actions.iter().position(|action| *action == ReadAction::Skip) {
            None => Ok(actions),
            Some(place) => {
                let Scoped { inner: ReadRequest { value, .. }, contract_address: contract } = self.requests[place];
                Err(KernelError::UnmatchedRead { kind: self.kind, contract, value })
            }
        }
    }
}

impl Request {
    fn of_note_hash_reads(actions: Vec<ReadAction>) -> Self {
        let mut request = Self { note_hash_reads: actions, ..Self::default() };
        request.count_reads();
        request
    }

    fn of_nullifier_reads(actions: Vec<ReadAction>) -> Self {
        let mut request = Self { nullifier_reads: actions, ..Self::default() };
        request.count_reads();
        request
    }

    fn set(&mut self, dimension: ResetDimension, size: usize) {
        self.dimensions[dimension] = u16::try_from(size).expect("the lists of kernels have 64 items at most");
    }

    fn count_reads(&mut self) {
        use ResetDimension as D;
        let (pending, settled) = reads::count(&self.note_hash_reads);
        self.set(D::NoteHashPendingRead, pending);
        self.set(D::NoteHashSettledRead, settled);
        let (pending, settled) = reads::count(&self.nullifier_reads);
        self.set(D::NullifierPendingRead, pending);
        self.set(D::NullifierSettledRead, settled);
    }

    /// Chooses the circuit and leaves out what it cannot do.
    fn choose(self, purpose: ResetPurpose) -> Reset {
        use ResetDimension as D;
        let Self { dimensions, mut note_hash_reads, mut nullifier_reads, mut squashing } = self;
        let variant = ResetVariant::choose(&dimensions, purpose);
        let variant = variant.expect("there is a circuit of 64 for everything, and for each of what makes room");
        let sizes = variant.dimensions();
        reads::limit(&mut note_hash_reads, sizes[D::NoteHashPendingRead], sizes[D::NoteHashSettledRead]);
        reads::limit(&mut nullifier_reads, sizes[D::NullifierPendingRead], sizes[D::NullifierSettledRead]);
        squashing.truncate(usize::from(sizes[D::TransientDataSquashing]));
        Reset { variant, note_hash_reads, nullifier_reads, squashing }
    }
}

/// How much the next call brings.
struct Counts {
    note_hashes: usize,
    nullifiers: usize,
    private_logs: usize,
}

fn next_counts(next: &protocol::kernel::PrivateCircuitPublicInputs) -> Counts {
    Counts {
        note_hashes: next.note_hashes.items().len(),
        nullifiers: next.nullifiers.items().len(),
        private_logs: next.private_logs.items().len(),
    }
}

/// What to ask for so that side effects of the next call have room: squashing, or, if reads stand in its way, settling
/// these first.
fn squash_to_make_room(
    kernel: &Accumulated<'_>,
    stack: &[&PrivateCall],
    next: Counts,
    links: &Links,
) -> Result<Option<Request>, KernelError> {
    let (note_hashes, nullifiers, logs) = (
        kernel.note_hashes.len() + next.note_hashes,
        kernel.nullifiers.len() + next.nullifiers,
        kernel.private_logs.len() + next.private_logs,
    );
    let over = |limit: Limit, count| count > limit.max();
    let note_hashes_over = over(Limit::NoteHashes, note_hashes);
    let nullifiers_over = over(Limit::Nullifiers, nullifiers);
    let logs_over = over(Limit::PrivateLogs, logs);
    if !note_hashes_over && !nullifiers_over && !logs_over {
        return Ok(None);
    }
    let squashing = squashable(kernel.note_hashes, kernel.nullifiers, &future(kernel, stack), links)?;
    let squashed_logs = squashed_logs(kernel.note_hashes, kernel.private_logs, &squashing).count();
    // Still too many after all that can be squashed is.
    let note_hashes_left = note_hashes_over && over(Limit::NoteHashes, note_hashes - squashing.len());
    let nullifiers_left = nullifiers_over && over(Limit::Nullifiers, nullifiers.saturating_sub(squashing.len()));
    let logs_left = logs_over && over(Limit::PrivateLogs, logs - squashed_logs);
    if note_hashes_left || nullifiers_left || logs_left {
        if note_hashes_left || logs_left {
            let next = stack.last().map_or(0, |next| next.public_inputs.note_hash_read_requests.items().len());
            if let Some(actions) = kernel.note_hash_reads().make_room(next, true)? {
                return Ok(Some(Request::of_note_hash_reads(actions)));
            }
        }
        if nullifiers_left {
            let next = stack.last().map_or(0, |next| next.public_inputs.nullifier_read_requests.items().len());
            if let Some(actions) = kernel.nullifier_reads().make_room(next, true)? {
                return Ok(Some(Request::of_nullifier_reads(actions)));
            }
        }
        let (limit, count) = if note_hashes_left {
            (Limit::NoteHashes, note_hashes - squashing.len())
        } else if nullifiers_left {
            (Limit::Nullifiers, nullifiers.saturating_sub(squashing.len()))
        } else {
            (Limit::PrivateLogs, logs - squashed_logs)
        };
        return Err(LimitExceeded { limit, count }.into());
    }
    let mut request = Request { squashing, ..Request::default() };
    request.set(ResetDimension::TransientDataSquashing, request.squashing.len());
    Ok(Some(request))
}

/// What calls that are not verified yet need, and the reads that a reset which squashes does not settle.
fn future<'a>(kernel: &Accumulated<'a>, stack: &[&'a PrivateCall]) -> Future<'a> {
    let calls = || stack.iter().flat_map(|call| call.all()).map(|call| &call.public_inputs);
    let logged = calls().flat_map(|call| call.private_logs.items()).map(|log| log.note_hash_counter);
    Future {
        note_hash_reads: calls()
            .flat_map(|call| call.note_hash_read_requests.items())
            .chain(kernel.note_hash_reads)
            .collect(),
        nullifier_reads: calls()
            .flat_map(|call| call.nullifier_read_requests.items())
            .chain(kernel.nullifier_reads)
            .collect(),
        logged: logged.filter(|counter| counter.0 != 0).collect(),
    }
}
