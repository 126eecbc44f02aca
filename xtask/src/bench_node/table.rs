//! Figures as people read them, in Markdown tables.
use std::fmt;

/// In place of what was not measured.
pub(crate) const NOTHING: &str = "–";

/// A table in Markdown.
pub(crate) struct Table {
    columns: usize,
    text: String,
}

impl Table {
    pub(crate) fn new(columns: &[&str]) -> Self {
        let text = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
        Self { columns: columns.len(), text }
    }

    /// Adds a row; what is missing was not measured.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.resize(self.columns, NOTHING.into());
        self.text += &format!("| {} |\n", cells.join(" | "));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A time.
pub(crate) fn seconds(seconds: f64) -> String {
    match seconds {
        s if s.is_nan() => NOTHING.into(),
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 0.1 => format!("{:.1} ms", s * 1e3),
        s if s < 10.0 => format!("{s:.2} s"),
        s => format!("{s:.0} s"),
    }
}

/// An amount of memory, in units of a million bytes.
pub(crate) fn bytes(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    if megabytes < 10.0 { format!("{megabytes:.1} MB") } else { format!("{megabytes:.0} MB") }
}

/// How many a second.
pub(crate) fn per_second(rate: f64) -> String {
    if rate.is_nan() { NOTHING.into() } else { format!("{rate:.0}") }
}

/// How many times better.
pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        r if r.is_finite() && r < 10.0 => format!("{r:.1}×"),
        r if r.is_finite() => format!("{r:.0}×"),
        _ => NOTHING.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!([0.000_012_3, 0.0123, 0.5, 12.3].map(seconds), ["12 µs", "12.3 ms", "0.50 s", "12 s"]);
        assert_eq!([1_234_567, 123_456_789].map(bytes), ["1.2 MB", "123 MB"]);
        assert_eq!([1.26, 80.4, f64::INFINITY].map(ratio), ["1.3×", "80×", NOTHING]);
    }

    #[test]
    fn rows_are_filled_up() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["1".to_owned()]);
        assert_eq!(table.to_string(), "| a | b |\n|---|---|\n| 1 | – |\n");
    }
}
