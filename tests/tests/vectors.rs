//! The recorded answers of the official packages, checked natively.

use std::fs;
use std::path::{Path, PathBuf};

use tests::vectors::{ELSEWHERE, TOPICS, check};

fn data(topic: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/data").join(topic).with_extension("jsonl")
}

fn run(topic: &str) {
    let path = data(topic);
    let report = check(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    for (formula, count) in &report.counts {
        println!("{topic}.{formula}: {count}");
    }
    println!("{topic}: {} passed, {} failed", report.passed, report.failed);
    assert_eq!(report.topic, topic);
    assert_eq!(report.failed, 0, "{} of {} cases:\n{}", report.failed, report.passed, report.failures.join("\n"));
}

macro_rules! topics {
    ($($topic:ident),* $(,)?) => {
        const TESTED: &[&str] = &[$(stringify!($topic)),*];
        $(
            #[test]
            fn $topic() {
                run(stringify!($topic));
            }
        )*
    };
}

topics!(
    abi, account, authwit, blob, block, checkpoint, contract, effect, field, gas, hash, indexed, kernel, keys, logs,
    merkle, signatures, sponge, tail, tx
);

#[test]
fn every_data_file_has_its_test() {
    let mut files: Vec<String> = fs::read_dir(data("").with_file_name("data"))
        .expect("the data folder is there")
        .map(|entry| entry.expect("readable").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut known: Vec<&str> = TESTED.iter().chain(ELSEWHERE).copied().collect();
    known.sort_unstable();
    assert_eq!(files, known);
    let mut registered: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
    registered.sort_unstable();
    let mut tested = TESTED.to_vec();
    tested.sort_unstable();
    assert_eq!(registered, tested);
}
