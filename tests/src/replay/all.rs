//! All recordings of a folder.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use circuits::program::Program;
use protocol::artifact::Bytecode;

use super::{Execution, Mutation, Recordings, Report, run};

/// Why recordings cannot be replayed.
pub type Error = Box<dyn core::error::Error + Send + Sync>;

/// Programs of the recordings, decoded once.
struct Programs<'a> {
    recordings: &'a Recordings,
    programs: HashMap<String, (Program, Duration)>,
}

impl Programs<'_> {
    fn get(&mut self, hash: &str) -> Result<&(Program, Duration), Error> {
        if !self.programs.contains_key(hash) {
            let bytecode = Bytecode::from_bytes(self.recordings.read(&format!("{hash}.bc"))?);
            let start = Instant::now();
            let program = Program::decode(&bytecode)?;
            self.programs.insert(hash.to_owned(), (program, start.elapsed()));
        }
        Ok(&self.programs[hash])
    }
}

/// How long a program takes.
#[derive(Debug, Default)]
pub struct Times {
    /// Name and size.
    pub what: String,
    /// Milliseconds to decode it.
    pub decoding: f64,
    /// Milliseconds each recorded run took officially.
    pub official: Vec<f64>,
    /// Milliseconds of our runs.
    pub ours: Vec<f64>,
}

/// Replays all recordings. With a number of `runs`, also times the programs by so many runs of each execution.
///
/// # Errors
/// If a file is missing or not what it should be.
pub fn replay_all(recordings: &Recordings, runs: usize) -> Result<(Report, Vec<Times>), Error> {
    let mut report = Report::default();
    let mut programs = Programs { recordings, programs: HashMap::new() };
    let mut times: BTreeMap<String, Times> = BTreeMap::new();
    for name in recordings.names("json")? {
        let execution = Execution::from_json(&recordings.read(&format!("{name}.json"))?)?;
        let witnesses = recordings.read(&format!("{name}.wit")).unwrap_or_default();
        let (program, decoding) = programs.get(&execution.program)?;
        report.replay(&name, program, &execution, &witnesses);
        for _ in 0..runs {
            let entry = times.entry(execution.program.clone()).or_insert_with(|| Times {
                what: format!("{program:?}"),
                decoding: decoding.as_secs_f64() * 1e3,
                ..Times::default()
            });
            let start = Instant::now();
            let run = run(program, execution.inputs.clone(), &execution.calls, false);
            entry.ours.push(start.elapsed().as_secs_f64() * 1e3);
            drop(run);
            entry.official.push(execution.official_ms);
        }
    }
    for name in recordings.names("jsonl")? {
        let lines = recordings.read(&format!("{name}.jsonl"))?;
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let mutation = Mutation::from_json(line)?;
            let mut execution = Execution::from_json(&recordings.read(&format!("{}.json", mutation.execution))?)?;
            mutation.apply(&mut execution)?;
            report.replay_mutation(&programs.get(&execution.program)?.0, &execution, &mutation);
        }
    }
    Ok((report, times.into_values().collect()))
}
