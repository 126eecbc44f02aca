//! Runs the cases of a data file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cases, ELSEWHERE, TOPICS, form};

/// What came of a data file.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Name of the topic.
    pub topic: String,
    /// Cases per formula.
    pub counts: BTreeMap<String, usize>,
    /// Cases we answered as the official packages did.
    pub passed: usize,
    /// Cases we did not, and what is wrong with the file itself.
    pub failed: usize,
    /// The first failures in words.
    pub failures: Vec<String>,
}

/// Failures that are described; the others are only counted.
const DESCRIBED: usize = 10;

impl Report {
    fn fail(&mut self, what: String) {
        self.failed += 1;
        if self.failures.len() < DESCRIBED {
            self.failures.push(what);
        }
    }
}

#[derive(Deserialize)]
struct Header {
    topic: String,
}

#[derive(Deserialize)]
struct Case {
    f: String,
    #[serde(rename = "in")]
    input: Value,
    out: Option<Value>,
    err: Option<String>,
}

/// Checks a data file: its first line says which topic it is.
#[must_use]
pub fn check(data: &[u8]) -> Report {
    let mut report =
        Report { topic: String::new(), counts: BTreeMap::new(), passed: 0, failed: 0, failures: Vec::new() };
    let mut lines = data.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    match lines.next().map(serde_json::from_slice::<Header>) {
        Some(Ok(header)) => report.topic = header.topic,
        Some(Err(error)) => report.fail(format!("the first line does not name the topic: {error}")),
        None => report.fail("the file is empty".to_owned()),
    }
    if ELSEWHERE.contains(&report.topic.as_str()) {
        return report;
    }
    let Some(topic) = TOPICS.iter().find(|topic| topic.name == report.topic) else {
        report.fail(format!("no topic is called {:?}", report.topic));
        return report;
    };
    for (index, line) in lines.enumerate() {
        let case: Case = match serde_json::from_slice(line) {
            Ok(case) => case,
            Err(error) => {
                report.fail(format!("line {}: not a case: {error}", index + 2));
                continue;
            }
        };
        *report.counts.entry(case.f.clone()).or_default() += 1;
        let Some(formula) = topic.formulas.iter().find(|formula| formula.name == case.f) else {
            report.fail(format!("line {}: nothing checks {:?}", index + 2, case.f));
            continue;
        };
        match verdict(&(formula.check)(&case.input), case.out.as_ref(), case.err.as_deref()) {
            Ok(()) => report.passed += 1,
            Err(why) => report.fail(format!("line {}: {}: {why}", index + 2, case.f)),
        }
    }
    for formula in topic.formulas {
        let count = report.counts.get(formula.name).copied().unwrap_or_default();
        match formula.cases {
            Cases::Many if count < 200 => report.fail(format!("{}: {count} cases, at least 200 needed", formula.name)),
            Cases::Finite(expected) if count != expected => {
                report.fail(format!("{}: {count} cases, {expected} expected", formula.name));
            }
            _ => {}
        }
    }
    report
}

fn verdict(ours: &Result<Value, String>, out: Option<&Value>, err: Option<&str>) -> Result<(), String> {
    match (ours, out, err) {
        (Ok(ours), Some(official), None) => form::same(official, ours).map_err(|(path, official, ours)| {
            format!("out{path} is {}, the official packages say {}", excerpt(&ours), excerpt(&official))
        }),
        (Err(_), None, Some(_)) => Ok(()),
        (Ok(ours), None, Some(err)) => {
            Err(format!("we answered {}, the official packages refuse: {err}", excerpt(&ours.to_string())))
        }
        (Err(why), Some(_), None) => Err(format!("we refused, the official packages do not: {why}")),
        (_, None, None) | (_, Some(_), Some(_)) => Err("a case has either an output or an error".to_owned()),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(lines: &[&str]) -> Vec<String> {
        check(lines.join("\n").as_bytes()).failures
    }

    #[test]
    fn a_wrong_file_fails() {
        assert!(failures(&[])[0].contains("empty"));
        assert!(failures(&[r#"{"topic":"nothing"}"#])[0].contains("no topic"));
        let head = r#"{"topic":"field"}"#;
        let fails = |case: &str, why: &str| {
            let failures = failures(&[head, case]);
            assert!(failures[0].contains(why), "{failures:?}");
        };
        fails("{", "not a case");
        fails(r#"{"f":"missing","in":"0x1","out":"0x1"}"#, "nothing checks");
        fails(r#"{"f":"frFromString","in":"0x1","out":"0x2"}"#, "official packages say");
        fails(r#"{"f":"frFromString","in":"0x1","err":"no"}"#, "official packages refuse");
        fails(r#"{"f":"frFromString","in":"x","out":"0x1"}"#, "we refused");
        fails(r#"{"f":"frFromString","in":"0x1"}"#, "either");
    }

    #[test]
    fn too_few_cases_fail() {
        let out = "0x0000000000000000000000000000000000000000000000000000000000000001";
        let case = format!(r#"{{"f":"frFromString","in":"0x1","out":"{out}"}}"#);
        let report = check(format!("{{\"topic\":\"field\"}}\n{case}\n").as_bytes());
        assert_eq!(report.passed, 1);
        assert_eq!(report.counts["frFromString"], 1);
        assert!(report.failures[0].contains("frFromString: 1 cases, at least 200 needed"), "{:?}", report.failures);
    }
}
