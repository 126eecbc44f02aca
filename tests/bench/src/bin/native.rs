//! Answers measurements of the native code: `NAME MILLISECONDS` in, nanoseconds per run out.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use bench::{Inputs, workloads};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: native INPUTS")?;
    let mut inputs = Inputs::default();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        inputs.insert(entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())?);
    }
    let mut workloads = workloads(&inputs);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (name, budget) = line.rsplit_once(' ').ok_or("expected NAME MILLISECONDS")?;
        let budget = Duration::from_millis(budget.parse()?);
        let workload = workloads.iter_mut().find(|workload| workload.name == name).ok_or("no such workload")?;
        // Doubles the number of runs until they fill the budget; the last, longest series counts.
        let mut runs = 1u32;
        let elapsed = loop {
            let start = Instant::now();
            for _ in 0..runs {
                std::hint::black_box((workload.run)());
            }
            let elapsed = start.elapsed();
            if elapsed >= budget {
                break elapsed;
            }
            runs *= 2;
        };
        println!("{:.0}", elapsed.as_secs_f64() * 1e9 / f64::from(runs));
        std::io::stdout().flush()?;
    }
    Ok(())
}
