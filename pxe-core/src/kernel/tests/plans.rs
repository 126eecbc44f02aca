//! Plans of random transactions: every reset does what it may, everything is settled in the end, and what is left does not
//! depend on the resets on the way.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use circuits::set::{Circuit, ResetDimension};
use proptest::prelude::*;
use protocol::field::Fr;
use protocol::kernel::{Counted, Scoped, SideEffectCounter};
use protocol::tx::{HashedValues, TxRequest};

use super::made::{Made, key, log, note_hash, nullifier, read};
use crate::execution::PrivateExecution;
use crate::kernel::KernelMode;
use crate::kernel::error::{KernelError, Limit, LimitExceeded};
use crate::kernel::hints::{Emitted, ReadAction, Reset};
use crate::kernel::plan::{Effects, Plan, Stage};
use crate::kernel::step::kernel_name;

/// Something that happens while a transaction is executed. Numbers choose among what was made before.
#[derive(Debug, Clone, Copy)]
enum Event {
    Call {
        contract: u64,
    },
    Return,
    Note {
        value: u64,
    },
    /// Nullifies a note of this transaction, by its inner hash or else by its unique one.
    Nullify {
        note: usize,
        inner: bool,
    },
    Nullifier {
        value: u64,
    },
    Log {
        note: usize,
    },
    ReadNote {
        note: usize,
    },
    ReadNullifier {
        nullifier: usize,
    },
    ReadSettledNote {
        value: u64,
    },
    ReadSettledNullifier {
        value: u64,
    },
    UseKey,
}

fn event(weights: [u32; 4]) -> impl Strategy<Value = Event> {
    let [calls, notes, reads, keys] = weights;
    prop_oneof![
        calls => (1u64..3).prop_map(|contract| Event::Call { contract }),
        calls => Just(Event::Return),
        2 * notes => (1u64..1000).prop_map(|value| Event::Note { value }),
        2 * notes => (any::<usize>(), prop::bool::weighted(0.9)).prop_map(|(note, inner)| Event::Nullify { note, inner }),
        1 => (1000u64..2000).prop_map(|value| Event::Nullifier { value }),
        notes => any::<usize>().prop_map(|note| Event::Log { note }),
        reads => any::<usize>().prop_map(|note| Event::ReadNote { note }),
        reads => any::<usize>().prop_map(|nullifier| Event::ReadNullifier { nullifier }),
        reads => (2000u64..2010).prop_map(|value| Event::ReadSettledNote { value }),
        reads => (2000u64..2010).prop_map(|value| Event::ReadSettledNullifier { value }),
        keys => Just(Event::UseKey),
    ]
}

/// Transactions that have many notes, many reads, or a bit of everything.
fn events() -> impl Strategy<Value = Vec<Event>> {
    prop_oneof![Just([4, 8, 1, 1]), Just([6, 1, 8, 4]), Just([3, 4, 4, 2]), Just([8, 12, 1, 1])]
        .prop_flat_map(|weights| prop::collection::vec(event(weights), 1..500))
}

/// What calls make: the tree of them, and the notes and nullifiers that can be read.
struct Maker {
    open: Vec<Made>,
    counter: u32,
    notes: Vec<(u64, u32, u64, bool)>,
    nullifiers: Vec<(u64, u64)>,
}

/// As much as a call can make of each.
const PER_CALL: usize = 16;
const NESTED: usize = 8;

impl Maker {
    fn of(events: &[Event]) -> Made {
        let first = Made { contract: 1, ..Made::default() };
        let mut maker = Self { open: vec![first], counter: 1, notes: Vec::new(), nullifiers: Vec::new() };
        events.iter().for_each(|event| maker.event(*event));
        while maker.open.len() > 1 {
            maker.event(Event::Return);
        }
        maker.open.remove(0)
    }

    fn event(&mut self, event: Event) {
        self.counter += 1;
        let (counter, depth) = (self.counter, self.open.len());
        let call = self.open.last_mut().expect("the first call stays open");
        let contract = call.contract;
        match event {
            Event::Call { contract } if call.nested.len() < NESTED && depth < 4 => {
                self.open.push(Made { contract, ..Made::default() });
            }
            Event::Return if depth > 1 => {
                let done = self.open.pop().expect("there are two");
                self.open.last_mut().expect("there were two").nested.push(done);
            }
            Event::Note { value } if call.note_hashes.len() < PER_CALL => {
                call.note_hashes.push(note_hash(value, counter));
                self.notes.push((value, counter, contract, true));
            }
            Event::Nullify { note, inner } if call.nullifiers.len() < PER_CALL => {
                let mut own: Vec<_> = self.notes.iter_mut().filter(|it| it.2 == contract && it.3).collect();
                if own.is_empty() {
                    return;
                }
                let place = note % own.len();
                let (value, of, _, alive) = &mut *own[place];
                *alive = false;
                let by = 10_000 + u64::from(counter);
                call.nullifiers.push(nullifier(by, if inner { *value } else { 5 }, counter));
                call.nullified.insert(SideEffectCounter(*of), SideEffectCounter(counter));
                self.nullifiers.push((by, contract));
            }
            Event::Nullifier { value } if call.nullifiers.len() < PER_CALL => {
                call.nullifiers.push(nullifier(value, 0, counter));
                self.nullifiers.push((value, contract));
            }
            Event::Log { note } if call.logs.len() < PER_CALL => {
                let own: Vec<_> = self.notes.iter().filter(|it| it.2 == contract && it.3).collect();
                let of = if own.is_empty() { 0 } else { own[note % own.len()].1 };
                call.logs.push(log(of, counter));
            }
            Event::ReadNote { note } if call.note_hash_reads.len() < PER_CALL && !self.notes.is_empty() => {
                let (value, _, contract, _) = self.notes[note % self.notes.len()];
                call.note_hash_reads.push(read(value, counter, contract));
            }
            Event::ReadNullifier { nullifier }
                if call.nullifier_reads.len() < PER_CALL && !self.nullifiers.is_empty() =>
            {
                let (value, contract) = self.nullifiers[nullifier % self.nullifiers.len()];
                call.nullifier_reads.push(read(value, counter, contract));
            }
            Event::ReadSettledNote { value } if call.note_hash_reads.len() < PER_CALL => {
                call.note_hash_reads.push(read(value, counter, 0));
            }
            Event::ReadSettledNullifier { value } if call.nullifier_reads.len() < PER_CALL => {
                call.nullifier_reads.push(read(value, counter, 0));
            }
            Event::UseKey if call.keys.len() < PER_CALL => call.keys.push(key(1)),
            _ => {}
        }
    }
}

fn execution(events: &[Event], split: u32) -> PrivateExecution {
    let mut entry = Maker::of(events).call();
    entry.public_inputs.min_revertible_side_effect_counter = SideEffectCounter(split);
    PrivateExecution {
        entry,
        first_nullifier: TxRequest::default().protocol_nullifier(),
        public_calldata: if split == 0 { Vec::new() } else { vec![HashedValues::default()] },
    }
}

/// Counters of what is left in the end, found without a plan.
struct Left {
    note_hashes: BTreeSet<SideEffectCounter>,
    nullifiers: BTreeSet<SideEffectCounter>,
    logs: BTreeSet<SideEffectCounter>,
}

fn left(execution: &PrivateExecution, all: &Effects, split: u32) -> Left {
    let nullifiers: BTreeMap<_, _> = all.nullifiers.iter().map(|it| (it.counter(), it.inner)).collect();
    let (mut gone_notes, mut gone_nullifiers) = (BTreeSet::new(), BTreeSet::new());
    for (note, by) in execution.nullified_notes() {
        let value = all.note_hashes.iter().find(|it| it.counter() == note).expect("it was made").inner.value;
        let together = note.0 >= split || by.0 < split;
        if nullifiers[&by].note_hash == value && together {
            gone_notes.insert(note);
            gone_nullifiers.insert(by);
        }
    }
    let logs = all.private_logs.iter().filter(|log| !gone_notes.contains(&log.inner.note_hash_counter));
    Left {
        note_hashes: counters(&all.note_hashes).difference(&gone_notes).copied().collect(),
        nullifiers: counters(&all.nullifiers).difference(&gone_nullifiers).copied().collect(),
        logs: logs.map(Counted::counter).collect(),
    }
}

fn counters<T: Counted>(items: &[Scoped<T>]) -> BTreeSet<SideEffectCounter> {
    items.iter().map(Counted::counter).collect()
}

fn check_reads<E: Emitted>(
    reads: &[Scoped<protocol::kernel::ReadRequest>],
    actions: &[ReadAction],
    made: &[E],
    sizes: (u16, u16),
) -> Result<(), TestCaseError> {
    let (mut pending, mut settled) = (0, 0);
    for (read, action) in reads.iter().zip(actions) {
        match action {
            ReadAction::Skip => {}
            ReadAction::Pending(place) => {
                pending += 1;
                prop_assert!(made[*place].answers(read));
            }
            ReadAction::Settled => {
                settled += 1;
                prop_assert!(read.contract_address.is_zero());
            }
        }
    }
    prop_assert!(pending <= sizes.0 && settled <= sizes.1);
    Ok(())
}

fn check_reset(reset: &Reset, effects: &Effects, execution: &PrivateExecution) -> Result<(), TestCaseError> {
    use ResetDimension as D;
    let sizes = reset.variant.dimensions();
    check_reads(
        &effects.note_hash_reads,
        &reset.note_hash_reads,
        &effects.note_hashes,
        (sizes[D::NoteHashPendingRead], sizes[D::NoteHashSettledRead]),
    )?;
    check_reads(
        &effects.nullifier_reads,
        &reset.nullifier_reads,
        &effects.nullifiers,
        (sizes[D::NullifierPendingRead], sizes[D::NullifierSettledRead]),
    )?;
    prop_assert!(reset.squashing.len() <= usize::from(sizes[D::TransientDataSquashing]));
    let nullified = execution.nullified_notes();
    for hint in &reset.squashing {
        let note = effects.note_hashes[hint.note_hash_index as usize].counter();
        let by = effects.nullifiers[hint.nullifier_index as usize].counter();
        prop_assert_eq!(nullified.get(&note), Some(&by));
    }
    Ok(())
}

fn sizes(effects: &Effects) -> [usize; 6] {
    [
        effects.note_hashes.len(),
        effects.nullifiers.len(),
        effects.private_logs.len(),
        effects.note_hash_reads.len(),
        effects.nullifier_reads.len(),
        effects.key_validations.len(),
    ]
}

fn check(events: &[Event], split: u32) -> Result<bool, TestCaseError> {
    let (request, execution) = (TxRequest::default(), execution(events, split));
    let mut all = Effects::of_request(&request, &execution);
    execution.calls().for_each(|call| all.collect(&call.public_inputs));
    let plan = match Plan::new(&request, &execution, KernelMode::Prove) {
        Ok(plan) => plan,
        Err(KernelError::Limit(LimitExceeded { limit, count })) => {
            let [note_hashes, nullifiers, logs, note_hash_reads, nullifier_reads, _] = sizes(&all);
            let total = match limit {
                Limit::NoteHashes => note_hashes,
                Limit::Nullifiers => nullifiers,
                Limit::PrivateLogs => logs,
                Limit::NoteHashReads => note_hash_reads,
                Limit::NullifierReads => nullifier_reads,
                Limit::PrivateCallStack => return Ok(false),
                other => panic!("{other} have no limit here"),
            };
            prop_assert!(count > limit.max() && count <= total);
            return Ok(false);
        }
        Err(error) => panic!("{error}"),
    };
    let mut effects = Effects::of_request(&request, &execution);
    let (mut calls, mut resets) = (0, 0);
    for (place, stage) in plan.stages.iter().enumerate() {
        match stage {
            Stage::Call(call) => {
                prop_assert_eq!(*call as *const _, execution.calls().nth(calls).unwrap() as *const _);
                calls += 1;
                prop_assert!(effects.add(&call.public_inputs).is_ok());
            }
            Stage::Reset(reset) => {
                check_reset(reset, &effects, &execution)?;
                let before = sizes(&effects);
                effects.reset(reset);
                let last = place + 1 == plan.stages.len();
                if !last {
                    resets += 1;
                    prop_assert!(sizes(&effects).iter().sum::<usize>() < before.iter().sum(), "it makes room");
                    let siloing = &reset.variant.dimensions().0[6..];
                    prop_assert!(siloing.iter().all(|size| *size == 0));
                }
            }
        }
    }
    let left = left(&execution, &all, split);
    prop_assert_eq!(calls, execution.calls().count());
    prop_assert_eq!(counters(&effects.note_hashes), left.note_hashes);
    prop_assert_eq!(counters(&effects.nullifiers), left.nullifiers);
    prop_assert_eq!(counters(&effects.private_logs), left.logs);
    prop_assert_eq!(&sizes(&effects)[3..], [0, 0, 0], "everything read and used is settled");
    prop_assert_eq!(plan.names().count(), plan.circuits());
    prop_assert_eq!(plan.circuits(), calls + plan.stages.len() + 2);
    prop_assert_eq!(plan.kernels().next(), Some(Circuit::PrivateKernelInit));
    prop_assert!(plan.names().any(|name| name == kernel_name(Circuit::PrivateKernelInit)));
    let small = sizes(&all).iter().all(|size| *size <= 64);
    prop_assert!(!small || resets == 0, "nothing needs room");
    Ok(resets > 0)
}

#[test]
fn plans_settle_everything_and_leave_what_is_left_without_them() {
    use proptest::test_runner::{Config, RngSeed, TestRunner};
    let mut runner = TestRunner::new(Config {
        cases: 200,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    });
    let made_room = core::cell::Cell::new(0u32);
    let transactions = (events(), prop_oneof![Just(0), 1u32..300]);
    let result = runner.run(&transactions, |(events, split)| {
        made_room.set(made_room.get() + u32::from(check(&events, split)?));
        Ok(())
    });
    result.unwrap();
    assert!(made_room.get() >= 10, "only {} plans had resets on the way", made_room.get());
}

#[test]
fn a_plan_asks_everything_once() {
    let mut first = Made { contract: 1, ..Made::default() };
    first.note_hash_reads = vec![read(7, 2, 0), read(7, 3, 0), read(6, 4, 0)];
    let second = Made { contract: 2, nullifier_reads: vec![read(7, 5, 0)], ..Made::default() };
    first.nested = vec![second.clone(), second];
    let execution = PrivateExecution {
        entry: first.call(),
        first_nullifier: TxRequest::default().protocol_nullifier(),
        public_calldata: Vec::new(),
    };
    let request = TxRequest::default();
    let plan = Plan::new(&request, &execution, KernelMode::Simulate { enforce_fee: true }).unwrap();
    let questions = plan.questions();
    assert_eq!(questions.functions.len(), 2);
    assert_eq!(questions.note_hashes, [7u8, 6].map(Fr::from));
    assert_eq!(questions.nullifiers, [Fr::from(7u8)]);
    assert_eq!(plan.circuits(), 3 + 3 + 1 + 1);
}

#[test]
fn what_cannot_end_well_is_refused_before_any_work() {
    let request = TxRequest::default();
    let plan = |call: crate::execution::PrivateCall, mode| {
        let first_nullifier = request.protocol_nullifier();
        let execution = PrivateExecution { entry: call, first_nullifier, public_calldata: Vec::new() };
        Plan::new(&request, &execution, mode).map(drop)
    };
    let mut unpaid = Made::default().call();
    unpaid.public_inputs.is_fee_payer = false;
    let error = plan(unpaid.clone(), KernelMode::Prove).unwrap_err();
    assert!(matches!(error, KernelError::NoFeePayer) && error.hint().is_some());
    plan(unpaid, KernelMode::Simulate { enforce_fee: false }).unwrap();

    let mut twice = Made { nested: vec![Made::default()], ..Made::default() }.call();
    let teardown = protocol::kernel::PublicCallRequest { calldata_hash: Fr::ONE, ..Default::default() };
    twice.public_inputs.public_teardown_call_request = teardown;
    plan(twice.clone(), KernelMode::Prove).unwrap();
    twice.nested[0].public_inputs.public_teardown_call_request = teardown;
    assert!(matches!(plan(twice, KernelMode::Prove), Err(KernelError::TwoTeardowns)));

    let notes = |contract| Made {
        contract,
        note_hashes: (0..16).map(|n| note_hash(n + 1, 2 + n as u32)).collect(),
        ..Made::default()
    };
    let five = Made { nested: (2..6).map(notes).collect(), ..notes(1) };
    let error = plan(five.call(), KernelMode::Prove).unwrap_err();
    assert_eq!(error.to_string(), "the transaction has 80 note hashes, at most 64 are possible");
    assert!(error.hint().is_some());
}
