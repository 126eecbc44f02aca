//! The kernels of recorded transactions, run again: every circuit, every input and every output must be the recorded one.
//!
//! Needs the packs of `cargo xtask artifacts`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod support;

use std::path::Path;

use pxe_core::kernel::{KernelMode, Kernels, direct};
use support::{Circuits, Recorded, Sink, Transaction};
use tests::session;

fn sessions() -> Vec<(String, Vec<session::Entry>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let sessions = files.into_iter().filter(|path| name(path).ends_with(".jsonl.xz"));
    sessions.map(|path| (name(&path), session::read(&path).unwrap())).collect()
}

/// Every recorded transaction through all its kernels.
#[test]
#[ignore = "needs the packs of `cargo xtask artifacts`"]
fn kernels_take_and_return_what_the_official_ones_do() {
    let circuits = Circuits::open();
    let (mut transactions, mut kernels) = (0, 0);
    for (name, entries) in sessions() {
        let keys = support::keys(&entries);
        for entry in &entries {
            let Some(transaction) = Transaction::of(entry, &circuits) else { continue };
            let place = format!("{name}, entry {}: {} of {}", entry.n, entry.method, entry.step);
            let hints = Recorded::of(entry, &circuits, keys.clone());
            let run = Kernels::new(circuits.kernels.clone(), hints.clone(), support::clock());
            let mut sink = Sink::default();
            let output = pollster::block_on(async {
                let plan = run.plan(&transaction.request, &transaction.execution, transaction.mode).await?;
                let names: Vec<_> = plan.names().collect();
                let output = run.run(&plan, &mut sink).await?;
                assert_eq!(output.reports.iter().map(|report| report.name.clone()).collect::<Vec<_>>(), names);
                assert_eq!(plan.circuits(), names.len());
                Ok::<_, pxe_core::kernel::KernelError>(output)
            })
            .unwrap_or_else(|error| panic!("{place}: {error}: {error:?}"));
            sink.compare(entry, &place);
            assert_eq!(output.tail, transaction.tail, "{place}");
            assert!(hints.asked() <= 1, "{place}: everything is asked at once");
            transactions += 1;
            kernels += entry.kernels.len();
        }
    }
    println!("{transactions} transactions, {kernels} kernels");
    assert!(transactions > 0);
}

/// Without kernels, the same transactions have the same effects.
#[test]
#[ignore = "needs the packs of `cargo xtask artifacts`"]
fn effects_without_kernels_are_those_with_them() {
    let circuits = Circuits::open();
    let mut transactions = 0;
    for (name, entries) in sessions() {
        for entry in &entries {
            let Some(transaction) = Transaction::of(entry, &circuits) else { continue };
            let place = format!("{name}, entry {}: {} of {}", entry.n, entry.method, entry.step);
            let hints = Recorded::of(entry, &circuits, Vec::new());
            let tail = pollster::block_on(direct(&transaction.execution, circuits.parameters(), &*hints));
            let tail = tail.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(tail.effects, transaction.tail.effects, "{place}");
            assert_eq!(tail.constants, transaction.tail.constants, "{place}");
            transactions += 1;
        }
    }
    assert!(transactions > 0);
    assert_ne!(KernelMode::Prove, KernelMode::Simulate { enforce_fee: true });
}
