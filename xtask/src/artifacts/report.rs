//! What packs save, as a table.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use protocol::artifact::pack::PackStats;

/// Artifacts named per package.
const TOP: usize = 5;

/// An artifact.
pub(super) struct Row {
    pub(super) artifact: String,
    pub(super) json: u64,
    /// What it added to the pack, less what was there already.
    pub(super) packed: u64,
}

/// A package.
pub(super) struct Sizes {
    name: String,
    json: u64,
    gzip: u64,
    pub(super) pack: u64,
    pub(super) debug_pack: u64,
    pub(super) stats: PackStats,
    rows: Vec<Row>,
}

impl Sizes {
    pub(super) fn new(name: &str) -> Self {
        let stats = PackStats::default();
        Self { name: name.to_owned(), json: 0, gzip: 0, pack: 0, debug_pack: 0, stats, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row, json: &[u8]) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(json).expect("writing to memory cannot fail");
        self.gzip += encoder.finish().expect("writing to memory cannot fail").len() as u64;
        self.json += row.json;
        self.rows.push(row);
    }
}

/// The table: sizes in kilobytes.
pub(super) fn text(packages: &[Sizes]) -> String {
    let kb = |bytes: u64| bytes.div_ceil(1000);
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("writing to a string cannot fail");
    line(format_args!("{:<38} {:>9} {:>8} {:>7} {:>9} {:>14}", "kB", "JSON", "gzip", "pack", "debug", "kept once"));
    for package in packages {
        let saved = package.stats.referenced - package.stats.distinct;
        line(format_args!(
            "{:<38} {:>9} {:>8} {:>7} {:>9} {:>14}",
            package.name,
            kb(package.json),
            kb(package.gzip),
            kb(package.pack),
            kb(package.debug_pack),
            kb(saved)
        ));
        let mut rows: Vec<_> = package.rows.iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.packed));
        for row in rows.iter().take(TOP) {
            line(format_args!("  {:<36} {:>9} {:>8} {:>7}", row.artifact, kb(row.json), "", kb(row.packed)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first() {
        let mut sizes = Sizes::new("@a/b");
        for (artifact, packed) in [("small", 1000), ("large", 9000)] {
            sizes.add(Row { artifact: artifact.to_owned(), json: 20_000, packed }, &[b'x'; 20_000]);
        }
        let text = text(&[sizes]);
        let lines: Vec<_> = text.lines().map(str::split_whitespace).map(Iterator::collect::<Vec<_>>).collect();
        assert_eq!(lines[1][..2], ["@a/b", "40"]);
        assert_eq!(lines[2], ["large", "20", "9"]);
        assert_eq!(lines[3], ["small", "20", "1"]);
    }
}
