//! The same node with ever longer chains.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;

use super::calls::{self, Samples};
use super::files::{copy_chain, succeed};
use super::table::{self, Table, bytes, seconds};
use super::transfers::{self, Kind, Prepared};
use super::{Bench, IDLE, PLACE, slot};
use crate::Error;

impl Bench {
    /// The same node with ever longer chains: the same transfers, the same calls.
    pub(super) fn history(&self, base: &Path) -> Result<(), Error> {
        let prepared = match self.reference {
            Some(ref reference) => Some(Prepared::read(&reference.folder.join(PLACE).join("lite"))?),
            None => None,
        };
        let chain = self.work.join("history");
        copy_chain(base, &chain)?;
        let mut table = Table::new(&[
            "Transactions before",
            "on disk",
            "start",
            "idle memory",
            "private transfer",
            "public transfer",
            "memory after",
            "public storage",
            "nullifier witness",
            "100 tags",
            "batch of 17",
        ]);
        let mut there = 0;
        for length in [0].into_iter().chain(self.options.history.iter().copied()) {
            eprintln!("a chain of {length} transactions");
            let more = length - there;
            if more > 0 {
                let mut fill = Command::new(self.binaries.join("history"));
                fill.arg(&chain).arg(more.to_string()).stdout(Stdio::null());
                succeed(fill)?;
            }
            there = length;
            let copy = self.work.join("chain");
            copy_chain(&chain, &copy)?;
            let node = self.lite(&copy)?;
            sleep(IDLE);
            let (started, idle) = (node.started_in, node.total_memory());
            let mut row =
                vec![length.to_string(), bytes(folder_size(&copy)), seconds(started.as_secs_f64()), bytes(idle)];
            for kind in Kind::ALL {
                row.push(match &prepared {
                    Some(prepared) => seconds(transfers::run(&node, prepared, kind)?.each()),
                    None => table::NOTHING.into(),
                });
            }
            let calls = calls::list(&node, &slot(prepared.as_ref()))?;
            let mut latencies = Vec::new();
            for name in ["getPublicStorageAt", "getNullifierMembershipWitness", "getPrivateLogsByTags", "batch of 17"] {
                let mut samples = Samples::default();
                for call in calls.iter().filter(|call| call.name == name) {
                    calls::measure(&node, call, &mut samples)?;
                }
                latencies.push(seconds(samples.quantile(0.5)));
            }
            row.push(bytes(node.total_memory()));
            row.extend(latencies);
            table.row(row);
        }
        println!("### Length of the chain\n\n{table}");
        Ok(())
    }
}

fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
