//! What was measured, as tables in Markdown.
use std::time::Duration;

use super::{client::Who, median};
use crate::bench_node::table::{NOTHING, Table, bytes, seconds};

/// What is aimed at: part of the row's name, which figure, the largest share of the official one.
const GOALS: [(&str, &str, f64); 4] =
    [("simulate", "time", 0.2), ("balance_of_private", "time", 0.1), ("", "round trips", 0.25), ("", "memory", 0.25)];

#[derive(Default)]
struct Row {
    name: String,
    /// Ours, official.
    times: [Vec<Duration>; 2],
    /// Calls and round trips.
    asked: [Option<[u64; 2]>; 2],
}

/// What was measured.
#[derive(Default)]
pub(super) struct Figures {
    rows: Vec<Row>,
    /// Circuits of a transfer, with the milliseconds of each turn.
    circuits: [Vec<(String, Vec<f64>)>; 2],
    memory: Vec<(&'static str, [u64; 2])>,
}

impl Figures {
    fn row(&mut self, name: String) -> &mut Row {
        let at = self.rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
            self.rows.push(Row { name, ..Row::default() });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }

    /// Something was done.
    pub(super) fn add(&mut self, who: Who, name: String, took: Duration, asked: [u64; 2]) {
        let row = self.row(name);
        row.times[who as usize].push(took);
        // The first turn finds nothing that another left.
        row.asked[who as usize].get_or_insert(asked);
    }

    /// It began before it was measured.
    pub(super) fn replace_last(&mut self, who: Who, name: &str, took: Duration) {
        if let Some(last) = self.row(name.to_owned()).times[who as usize].last_mut() {
            *last = took;
        }
    }

    /// The circuits of a transfer.
    pub(super) fn circuits(&mut self, who: Who, steps: Vec<(String, Option<f64>)>) {
        let known = &mut self.circuits[who as usize];
        if known.is_empty() {
            known.extend(steps.iter().map(|(name, _)| (name.clone(), Vec::new())));
        }
        for ((_, samples), (_, took)) in known.iter_mut().zip(steps) {
            samples.extend(took);
        }
    }

    /// The most memory something took.
    pub(super) fn memory(&mut self, who: Who, what: &'static str, bytes: u64) {
        let at = self.memory.iter().position(|(name, _)| *name == what).unwrap_or_else(|| {
            self.memory.push((what, [0; 2]));
            self.memory.len() - 1
        });
        let most = &mut self.memory[at].1[who as usize];
        *most = (*most).max(bytes);
    }

    /// Prints everything, and where a goal is missed.
    pub(super) fn print(&self) {
        let mut missed = Vec::new();
        let mut check = |name: &str, figure: &str, share: f64| {
            let goal = GOALS.iter().find(|(part, what, _)| name.contains(part) && *what == figure);
            if let Some((.., goal)) = goal.filter(|(.., goal)| share > *goal) {
                missed.push(format!("{name}: {figure} {share:.2} of the official, {goal} is aimed at"));
            }
        };
        let columns =
            ["", "ours", "official", "ours ÷ official", "calls", "official", "round trips", "official", "share"];
        let mut table = Table::new(&columns);
        for row in &self.rows {
            let [ours, official] = row.times.clone().map(|times| median(times).unwrap_or_default().as_secs_f64());
            check(&row.name, "time", ours / official);
            let mut cells = vec![row.name.clone(), seconds(ours), seconds(official), share(ours / official)];
            let [ours, official] = row.asked.map(Option::unwrap_or_default);
            cells.extend([ours[0], official[0], ours[1], official[1]].map(|count| count.to_string()));
            let trips = ours[1] as f64 / official[1] as f64;
            if official[1] > 0 {
                check(&row.name, "round trips", trips);
            }
            cells.push(share(trips));
            table.row(cells);
        }
        println!("### Client\n\n{table}");
        self.print_circuits();
        let mut table = Table::new(&["Peak memory", "ours", "official", "ours ÷ official"]);
        for (what, [ours, official]) in &self.memory {
            let ratio = *ours as f64 / *official as f64;
            check(what, "memory", ratio);
            table.row([(*what).to_owned(), bytes(*ours), bytes(*official), share(ratio)]);
        }
        println!("### Memory of the client\n\n{table}");
        match missed.as_slice() {
            [] => println!("All goals are met."),
            missed => println!("Missed goals:\n\n- {}", missed.join("\n- ")),
        }
    }

    fn print_circuits(&self) {
        let middle = |samples: &Vec<f64>| {
            let mut samples = samples.clone();
            samples.sort_by(f64::total_cmp);
            samples.get(samples.len() / 2).copied()
        };
        let mut table = Table::new(&["Circuit", "ours", "official", "ours ÷ official"]);
        let [ours, official] = &self.circuits;
        let (mut sums, mut counted) = ([0.0; 2], 0);
        for ((name, ours), (_, official)) in ours.iter().zip(official) {
            let times = [middle(ours), middle(official)];
            let shown = times.map(|time| time.map_or(NOTHING.into(), |time| seconds(time / 1e3)));
            let mut cells = vec![name.clone()];
            cells.extend(shown);
            if let [Some(ours), Some(official)] = times {
                cells.push(share(ours / official));
                sums = [sums[0] + ours, sums[1] + official];
                counted += 1;
            }
            table.row(cells);
        }
        let [ours, official] = sums;
        let name = format!("{counted} kernels together");
        table.row([name, seconds(ours / 1e3), seconds(official / 1e3), share(ours / official)]);
        println!("### Witnesses of a private transfer\n\n{table}");
    }
}

fn share(share: f64) -> String {
    if share.is_finite() { format!("{share:.3}") } else { NOTHING.into() }
}
