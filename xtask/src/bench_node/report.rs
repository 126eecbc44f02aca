//! What was measured, as tables.

use std::time::Duration;

use super::calls::{self, Samples};
use super::process::Node;
use super::table::{self, Table, bytes, per_second, ratio, seconds};
use super::transfers::{Kind, Prepared, Times};
use super::{Figures, slot};
use crate::Error;

/// Turns of each call; the nodes take them one after the other.
const TURNS: usize = 3;

/// Start, memory and transfers.
pub(super) fn print_network(lite: &Figures, official: &Figures) {
    let duration = |time: Option<Duration>| time.map_or(table::NOTHING.into(), |time| seconds(time.as_secs_f64()));
    let quotient = |ours: Option<f64>, theirs: Option<f64>| match (ours, theirs) {
        (Some(ours), Some(theirs)) => ratio(theirs / ours),
        _ => table::NOTHING.into(),
    };
    let sum = |memory: &[(String, u64)]| memory.iter().map(|(_, bytes)| bytes).sum::<u64>();
    let size = |size: u64| if size == 0 { table::NOTHING.into() } else { bytes(size) };
    let mut table = Table::new(&["", "node-lite", "official network", "ratio"]);
    table.row([
        "start to the first block answered".into(),
        duration(lite.started_in),
        duration(official.started_in),
        quotient(lite.started_in.map(|time| time.as_secs_f64()), official.started_in.map(|time| time.as_secs_f64())),
    ]);
    let (ours, theirs) = (sum(&lite.memory), sum(&official.memory));
    let theirs_or_none = (theirs > 0).then_some(theirs as f64);
    table.row(["idle memory".into(), size(ours), size(theirs), quotient(Some(ours as f64), theirs_or_none)]);
    for (kind, (ours, theirs)) in Kind::ALL.into_iter().zip(lite.transfers.iter().zip(&official.transfers)) {
        let row = |what: &str, figure: fn(&Times) -> f64| {
            let name = format!("{} {} transfers: {what}", ours.count, kind.name());
            [name, seconds(figure(ours)), seconds(figure(theirs)), ratio(figure(theirs) / figure(ours))]
        };
        table.row(row("all taken", |times| times.taken.as_secs_f64()));
        table.row(row("all in blocks", |times| times.mined.as_secs_f64()));
        table.row(row("each", Times::each));
        let name = format!("{} {} transfers: blocks", ours.count, kind.name());
        table.row([name, ours.blocks.to_string(), theirs.blocks.to_string(), String::new()]);
    }
    if let (Some(ours), Some(theirs)) = (lite.memory_after, official.memory_after) {
        table.row(["memory afterwards".into(), bytes(ours), bytes(theirs), ratio(theirs as f64 / ours as f64)]);
    }
    println!("### Network\n\n{table}");
    if !official.memory.is_empty() {
        let parts: Vec<_> = official.memory.iter().map(|(name, size)| format!("{name} {}", bytes(*size))).collect();
        println!("Idle memory of the official network by process: {}.\n", parts.join(", "));
    }
}

/// Calls, measured on the nodes in turn.
pub(super) fn print_calls(nodes: &[(&Node, Option<&Prepared>)]) -> Result<(), Error> {
    let lists =
        nodes.iter().map(|(node, prepared)| calls::list(node, &slot(*prepared))).collect::<Result<Vec<_>, _>>()?;
    let mut table = Table::new(&[
        "Call",
        "p50",
        "p99",
        "calls/s",
        "official p50",
        "official p99",
        "official calls/s",
        "p50 ratio",
        "calls/s ratio",
    ]);
    for at in 0..lists[0].len() {
        let mut samples = vec![Samples::default(); nodes.len()];
        for _ in 0..TURNS {
            for (((node, _), list), samples) in nodes.iter().zip(&lists).zip(&mut samples) {
                calls::measure(node, &list[at], samples)?;
            }
        }
        let mut row = vec![lists[0][at].name.to_owned()];
        for samples in &samples {
            row.extend([
                seconds(samples.quantile(0.5)),
                seconds(samples.quantile(0.99)),
                per_second(samples.per_second()),
            ]);
        }
        if let [ours, theirs] = samples.as_slice() {
            row.push(ratio(theirs.quantile(0.5) / ours.quantile(0.5)));
            row.push(ratio(ours.per_second() / theirs.per_second()));
        }
        table.row(row);
    }
    println!("### Calls\n\n{table}");
    Ok(())
}
