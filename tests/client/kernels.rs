//! The kernels of recorded transactions, run again: every circuit, every input and every output must be the recorded one.
//!
//! The circuits are read from a pack, which `cargo xtask artifacts` makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod support;

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use circuits::chonk;
use futures_util::StreamExt;
use protocol::block::Timestamp;
use protocol::codec::Encode;
use protocol::contract::{ContractClassId, DelayedClassId};
use protocol::field::{Fr, Point};
use protocol::kernel::{SideEffectCounter, TailEffects};
use protocol::keys::SecretScalar;
use pxe_core::kernel::hints::HintError;
use pxe_core::kernel::{
    Discard, KernelError, KernelMode, KernelOutput, Kernels, Limit, Refused, SinkClosed, StepKind, StepSink, ToProver,
    direct,
};
use support::{Circuits, Recorded, Sink, Through, Transaction};
use tests::session::{self, Entry};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.to_str().unwrap().ends_with(".jsonl.xz")).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Does something with each entry of each session, on all processors; the keys are those of the session.
fn for_each_entry(work: impl Fn(&Circuits, &Entry, &[(Point, SecretScalar)], &str) + Sync) {
    let circuits = Circuits::open();
    let files = Mutex::new(files().into_iter());
    let next = || files.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                while let Some(path) = next() {
                    let entries = session::read(&path).unwrap();
                    let keys = support::keys(&entries);
                    for entry in &entries {
                        let place = format!("{}, entry {}: {} of {}", name(&path), entry.n, entry.method, entry.step);
                        work(&circuits, entry, &keys, &place);
                    }
                }
            });
        }
    });
}

/// What the official client says to an error of the kernels.
fn official(error: &KernelError) -> String {
    match error {
        KernelError::Limit(exceeded) => format!("Number of {} exceeds the limit.", exceeded.limit),
        KernelError::UnknownSettledRead { value, .. } => format!("Cannot find the leaf for nullifier {value}."),
        KernelError::Expired { .. } => String::from("Include-by timestamp must be greater than the anchor block"),
        KernelError::Refused { message, .. } => format!("Circuit execution failed: {message}"),
        other => panic!("{other}: {other:?}"),
    }
}

/// Every recorded transaction through all its kernels.
#[test]
fn kernels_take_and_return_what_the_official_ones_do() {
    let [transactions, kernels, refused] = [const { AtomicUsize::new(0) }; 3];
    for_each_entry(|circuits, entry, keys, place| {
        let Some(transaction) = Transaction::of(entry, circuits) else { return };
        let Through::Kernels(mode) = transaction.through else { return };
        let hints = Recorded::of(entry, circuits, keys.to_vec());
        let run = Kernels::new(circuits.kernels.clone(), hints.clone(), support::clock());
        let digests = matches!(mode, KernelMode::Profile { .. });
        let mut sink = Sink::new(digests);
        let outcome = pollster::block_on(async {
            let plan = run.plan(&transaction.request, &transaction.execution, mode).await?;
            let names: Vec<_> = plan.names().collect();
            let output = run.run(&plan, &mut sink).await?;
            assert!(output.reports.iter().map(|report| &report.name).eq(&names), "{place}");
            assert_eq!(plan.circuits(), names.len(), "{place}");
            Ok::<_, KernelError>(output)
        });
        assert!(hints.asked() <= 1, "{place}: everything is asked at once");
        match outcome {
            Ok(output) => {
                sink.compare(entry, place);
                if let Some(tail) = transaction.tail {
                    assert_eq!(output.tail, tail, "{place}");
                }
                sink.compare_profile(entry, &output.reports, place);
                transactions.fetch_add(1, Ordering::Relaxed);
                kernels.fetch_add(entry.kernels.len(), Ordering::Relaxed);
            }
            Err(error) => {
                let expected = entry.error.as_ref().unwrap_or_else(|| panic!("{place}: {error}"));
                let message = expected["message"].as_str().unwrap();
                assert!(message.starts_with(&official(&error)), "{place}: {error} is not {message}");
                refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let counts = [transactions, kernels, refused].map(AtomicUsize::into_inner);
    println!("{} transactions, {} kernels, {} refused", counts[0], counts[1], counts[2]);
    assert_eq!(counts, [437, 2030, 4]);
}

/// With public calls, logs are in the order of calls without kernels, in that of counters with them, as officially.
fn sorted(mut effects: TailEffects) -> TailEffects {
    if let TailEffects::ForPublic(effects) = &mut effects {
        for half in [&mut effects.non_revertible_accumulated_data, &mut effects.revertible_accumulated_data] {
            half.private_logs.sort_by_key(|log| Reverse(log.to_buffer()));
        }
    }
    effects
}

/// Simulations in which contracts are replaced leave the recorded data; with kernels there are the same effects.
#[test]
fn transactions_without_kernels_are_the_recorded_ones() {
    let [replaced, others] = [const { AtomicUsize::new(0) }; 2];
    for_each_entry(|circuits, entry, _, place| {
        let Some(transaction) = Transaction::of(entry, circuits) else { return };
        let Some(expected) = transaction.tail else { return };
        let hints = Recorded::of(entry, circuits, Vec::new());
        let tail = pollster::block_on(direct(&transaction.execution, circuits.parameters(), &*hints));
        let tail = tail.unwrap_or_else(|error| panic!("{place}: {error}"));
        if transaction.through == Through::Nothing {
            assert_eq!(tail, expected, "{place}");
            replaced.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(sorted(tail.effects), sorted(expected.effects), "{place}");
            assert_eq!(tail.constants, expected.constants, "{place}");
            others.fetch_add(1, Ordering::Relaxed);
        }
    });
    let counts = [replaced, others].map(AtomicUsize::into_inner);
    println!("{} without kernels, {} with them", counts[0], counts[1]);
    assert_eq!(counts, [35, 430]);
}

/// The circuits that are proven return what the simulated ones do, and the hiding kernel what the tail does.
#[test]
fn circuits_that_are_proven_return_the_same() {
    let circuits = Circuits::open();
    let entries = session::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe/first.jsonl.xz")).unwrap();
    let keys = support::keys(&entries);
    for entry in &entries {
        let Some(Transaction { request, execution, tail, .. }) = Transaction::of(entry, &circuits) else { continue };
        let place = format!("entry {}: {} of {}", entry.n, entry.method, entry.step);
        let hints = Recorded::of(entry, &circuits, keys.clone());
        let run = Kernels::new(circuits.kernels.clone(), hints, support::clock());
        let mut sink = Sink::default();
        let output = pollster::block_on(async {
            let plan = run.plan(&request, &execution, KernelMode::Prove).await?;
            run.run(&plan, &mut sink).await
        })
        .unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(Some(output.tail), tail, "{place}");
        sink.compare_proven(entry, &place);
    }
}

/// The first recorded transaction that reads a settled note and uses a key.
fn transfer(circuits: &Circuits) -> (Entry, Transaction, Vec<(Point, SecretScalar)>) {
    let entries = session::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe/first.jsonl.xz")).unwrap();
    let entry = entries.iter().find(|entry| entry.step == "private transfer" && entry.method == "proveTx").unwrap();
    (entry.clone(), Transaction::of(entry, circuits).unwrap(), support::keys(&entries))
}

const MODE: KernelMode = KernelMode::Simulate { enforce_fee: true };

fn outcome(
    circuits: &Circuits,
    transaction: &Transaction,
    hints: &Arc<Recorded>,
    sink: &mut dyn StepSink,
) -> Result<KernelOutput, KernelError> {
    let run = Kernels::new(circuits.kernels.clone(), hints.clone(), support::clock());
    pollster::block_on(async {
        let plan = run.plan(&transaction.request, &transaction.execution, MODE).await?;
        run.run(&plan, sink).await
    })
}

/// What goes wrong is told with names.
#[test]
fn failures_tell_what_they_are_about() {
    let circuits = Circuits::open();
    let (entry, transaction, keys) = transfer(&circuits);
    let hints = || Arc::into_inner(Recorded::of(&entry, &circuits, keys.clone())).unwrap();
    let fail = |transaction: &Transaction, hints: Recorded| {
        outcome(&circuits, transaction, &Arc::new(hints), &mut Discard).unwrap_err()
    };

    let mut other_class = hints();
    other_class.functions.values_mut().for_each(|hints| hints.contract_class_artifact_hash = Fr::ONE);
    let error = fail(&transaction, other_class);
    let KernelError::Refused { what: Refused::Call { name, .. }, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(name, "SchnorrAccount:entrypoint");
    assert_eq!(message, "computed contract address does not match expected one");
    assert!(error.to_string().contains("private_kernel_init refuses the call of SchnorrAccount:entrypoint"), "{error}");

    let mut updated = hints();
    let next = ContractClassId::from_field(Fr::ONE);
    updated.functions.values_mut().for_each(|hints| {
        hints.updated_class_id_delayed_public_mutable_values = DelayedClassId { next, ..DelayedClassId::default() };
    });
    let error = fail(&transaction, updated);
    assert!(matches!(error, KernelError::OutdatedClass { current, .. } if current == next), "{error}");
    assert!(error.hint().is_some());

    let mut forgotten = hints();
    forgotten.keys.clear();
    assert!(matches!(fail(&transaction, forgotten), KernelError::Hint(HintError::UnknownKey(_))));

    let mut unknown = hints();
    unknown.note_hashes.clear();
    let error = fail(&transaction, unknown);
    assert!(matches!(error, KernelError::UnknownSettledRead { kind: Limit::NoteHashes, .. }), "{error}");
    let mut no_notes = hints();
    no_notes.note_hashes.clear();
    let error = pollster::block_on(direct(&transaction.execution, circuits.parameters(), &no_notes)).unwrap_err();
    assert!(matches!(error, KernelError::UnknownSettledRead { kind: Limit::NoteHashes, .. }), "{error}");

    let (_, mut expired, _) = transfer(&circuits);
    expired.execution.entry.public_inputs.expiration_timestamp = Timestamp(1);
    let error = fail(&expired, hints());
    assert!(matches!(error, KernelError::Expired { expiration: Timestamp(1), .. }), "{error}");

    let (_, mut other, _) = transfer(&circuits);
    other.execution.first_nullifier = Fr::ONE;
    other.execution.entry.public_inputs.min_revertible_side_effect_counter = SideEffectCounter(0);
    let error = pollster::block_on(direct(&other.execution, circuits.parameters(), &hints())).unwrap_err();
    assert!(matches!(error, KernelError::FirstNullifier { .. }), "{error}");
}

/// A prover that is gone ends the sequence; one that is there gets every circuit, and progress.
#[test]
fn circuits_reach_a_prover_until_it_is_gone() {
    let circuits = Circuits::open();
    let (entry, transaction, keys) = transfer(&circuits);
    let hints = Recorded::of(&entry, &circuits, keys);
    let (sender, receiver) = chonk::queue();
    let mut prover = ToProver(sender);
    let taken = std::thread::spawn(|| pollster::block_on(receiver.collect::<Vec<_>>()));
    let output = outcome(&circuits, &transaction, &hints, &mut prover).unwrap();
    drop(prover);
    let taken = taken.join().unwrap();
    assert_eq!(taken.len(), output.reports.len());
    assert!(taken.iter().zip(&output.reports).all(|(circuit, report)| circuit.name == report.name));
    for (circuit, report) in taken.iter().zip(&output.reports) {
        assert_eq!(matches!(report.kind, StepKind::Kernel(_)), !circuit.witness.is_empty() && report.witnesses > 0);
    }

    let (sender, receiver) = chonk::queue();
    drop(receiver);
    let error = outcome(&circuits, &transaction, &hints, &mut ToProver(sender)).unwrap_err();
    assert!(matches!(error, KernelError::Sink(SinkClosed)), "{error}");
}
