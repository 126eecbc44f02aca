//! Counting what is the same, and telling what is not.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};

/// What was compared, and what differs.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Where the session is.
    pub(crate) place: String,
    /// How many values of each kind were compared.
    pub(crate) values: BTreeMap<&'static str, usize>,
    /// What differs.
    pub(crate) different: Vec<String>,
    /// What differs, as it should.
    pub(crate) on_purpose: BTreeMap<&'static str, usize>,
    /// Transactions, runs of private and of utility functions.
    pub(crate) transactions: usize,
    pub(crate) private: usize,
    pub(crate) utility: usize,
    pub(crate) oracle_calls: usize,
    /// Bodies that went to the node, ours and those of the official client.
    pub(crate) bodies: [usize; 2],
}

impl Compared {
    /// Compares a value with the recorded one.
    pub(crate) fn same<T: PartialEq + Debug>(&mut self, what: &'static str, found: T, recorded: T) -> bool {
        *self.values.entry(what).or_default() += 1;
        let same = found == recorded;
        if !same {
            let (found, recorded) = (format!("{found:?}"), format!("{recorded:?}"));
            // What they begin with alike is told in part.
            let alike = found.bytes().zip(recorded.bytes()).take_while(|(one, other)| one == other).count();
            let start = alike.saturating_sub(60);
            let short = |text: &str| text.chars().skip(start).take(400).collect::<String>();
            self.differs(format!("{what} is {}, not {}", short(&found), short(&recorded)));
        }
        same
    }

    /// Something differs.
    pub(crate) fn differs(&mut self, what: String) {
        self.different.push(format!("{}: {what}", self.place));
    }

    /// Something differs, and there is a reason for it.
    pub(crate) fn differs_on_purpose(&mut self, why: &'static str) {
        *self.on_purpose.entry(why).or_default() += 1;
    }

    /// Adds another session.
    pub(crate) fn add(&mut self, other: Self) {
        other.values.into_iter().for_each(|(what, count)| *self.values.entry(what).or_default() += count);
        other.on_purpose.into_iter().for_each(|(why, count)| *self.on_purpose.entry(why).or_default() += count);
        self.different.extend(other.different);
        self.transactions += other.transactions;
        self.private += other.private;
        self.utility += other.utility;
        self.oracle_calls += other.oracle_calls;
        self.bodies = [self.bodies[0] + other.bodies[0], self.bodies[1] + other.bodies[1]];
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transactions, private, utility, oracle_calls, bodies: [ours, official], .. } = self;
        write!(
            f,
            "{transactions} transactions, {private} private and {utility} utility functions, {oracle_calls} oracle calls, \
             {} values compared, {} differ; {ours} round trips, officially {official}",
            self.values.values().sum::<usize>(),
            self.different.len(),
        )
    }
}
