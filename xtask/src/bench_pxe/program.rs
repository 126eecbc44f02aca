//! A wallet in a process of its own: calls go in as lines of JSON, answers come out.
use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    Error,
    bench_node::{BenchError, process::group_memory},
};

/// A wallet that answers calls.
pub(super) struct Program {
    name: &'static str,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it; it need not be ready.
    pub(super) fn start(name: &'static str, mut command: Command) -> Result<Self, Error> {
        let failed = |source| BenchError::Start { node: name, source };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).process_group(0);
        let mut child = command.spawn().map_err(failed)?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both were asked to be pipes")
        };
        Ok(Self { name, child, requests, answers: BufReader::new(answers) })
    }

    /// Makes a call.
    pub(super) fn call(&mut self, method: &str, params: &Value) -> Result<Value, BenchError> {
        let failed = |source| BenchError::Talk { node: self.name, source };
        writeln!(self.requests, "{}", json!({ "method": method, "params": params })).map_err(failed)?;
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line).map_err(failed)? == 0 {
                return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
            }
            // The official packages log to standard output too.
            let Ok(Value::Object(mut answer)) = serde_json::from_str(&line) else { continue };
            if let Some(error) = answer.remove("error") {
                let (method, answer) = (method.to_owned(), error.to_string());
                return Err(BenchError::Refused { node: self.name, method, answer });
            }
            if let Some(result) = answer.remove("result") {
                return Ok(result);
            }
        }
    }

    /// The most memory that it and its children have had, in bytes.
    pub(super) fn peak_memory(&self) -> u64 {
        group_memory(self.child.id(), "VmHWM:", None).iter().map(|(_, bytes)| bytes).sum()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}
