//! What to measure.

use crate::Error;

const USAGE: &str =
    "bench node [--transfers COUNT] [--history LENGTH,...] [--only start|transfers|calls|machine|history]...";

/// What to measure.
pub(super) struct Options {
    /// Transfers of each kind.
    pub(super) transfers: u32,
    /// Lengths of the chain.
    pub(super) history: Vec<u32>,
    only: Vec<String>,
}

impl Options {
    const PARTS: [&str; 5] = ["start", "transfers", "calls", "machine", "history"];

    pub(super) fn parse(words: &[String]) -> Result<Self, Error> {
        let mut options = Self { transfers: 30, history: vec![1_000, 10_000, 100_000], only: Vec::new() };
        let wrong = |name: &str| Error::Unknown { what: "option", name: name.to_owned(), known: USAGE.into() };
        for pair in words.chunks(2) {
            let [name, value] = pair else { return Err(wrong(&pair[0])) };
            let number = |text: &str| text.parse().map_err(|_| wrong(value));
            match name.as_str() {
                "--transfers" => options.transfers = number(value)?,
                "--history" => options.history = value.split(',').map(number).collect::<Result<_, _>>()?,
                "--only" if Self::PARTS.contains(&value.as_str()) => options.only.push(value.clone()),
                "--only" => return Err(wrong(value)),
                _ => return Err(wrong(name)),
            }
        }
        options.history.sort_unstable();
        Ok(options)
    }

    pub(super) fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, Error> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_choose_parts_and_lengths() {
        let options = parse(&["--history", "200,100", "--only", "calls", "--transfers", "3"]).unwrap();
        assert_eq!((options.transfers, options.history.as_slice()), (3, &[100, 200][..]));
        assert!(options.wants("calls") && !options.wants("start"));
        assert!(parse(&[]).unwrap().wants("history"));
        for wrong in [&["--only", "x"][..], &["--history", "1,x"], &["--transfers"], &["--x", "1"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
