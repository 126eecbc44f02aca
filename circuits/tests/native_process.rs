//! The native backend with programs that are no barretenberg.
#![cfg(all(feature = "pipe", unix))]

use std::fs;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use circuits::bb::pipe::{Pipe, PipeCommand};
use circuits::bb::{Backend, BackendError};
use futures_timer::Delay;
use futures_util::future::{Either, select};
use pollster::block_on;
use tempfile::TempDir;

/// A script in place of `bb`: what it does when asked for its version, and when it should serve.
///
/// The shell reads it as a file: running it as a program would fail with "text file busy" whenever another test
/// forks while it is being written.
fn start(version: &str, run: &str) -> Result<(TempDir, Pipe), BackendError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("bb");
    fs::write(&path, format!("#!/bin/sh\nif [ \"$1\" = --version ]; then {version}; exit; fi\n{run}\n"))
        .expect("a file in it");
    let command = format!("/bin/sh {}", path.display()).parse().expect("a command");
    Pipe::start(command, NonZeroUsize::MIN).map(|pipe| (folder, pipe))
}

#[test]
fn another_version_or_a_missing_library_is_told_apart() {
    let error = start("echo 4.0.0", "").unwrap_err();
    assert!(matches!(&error, BackendError::Version { found, .. } if found == "4.0.0"), "{error}");
    let loader = "echo \"bb: /lib/libc.so.6: version GLIBC_2.39 not found (required by bb)\" >&2; exit 1";
    let error = start(loader, "").unwrap_err();
    assert!(matches!(&error, BackendError::SystemLibrary { detail, .. } if detail.contains("GLIBC_2.39")), "{error}");
    let error = start("echo broken >&2; exit 3", "").unwrap_err();
    assert!(matches!(&error, BackendError::Crashed { detail } if detail.contains("broken")), "{error}");
    let error = Pipe::start("/nowhere/bb".parse().unwrap(), NonZeroUsize::MIN).unwrap_err();
    assert!(matches!(error, BackendError::Start { .. }), "{error}");
    assert!("  ".parse::<PipeCommand>().is_err());
}

#[test]
fn frames_go_both_ways() {
    // Reads a frame of four bytes and answers with six.
    let run = "head -c 8 > /dev/null; printf '\\006\\000\\000\\000answer'; exec sleep 60";
    let (_folder, mut pipe) = start("echo 4.1.2", run).unwrap();
    assert_eq!(block_on(pipe.call(b"four")).unwrap(), b"answer");
}

#[test]
fn a_crash_is_told_with_its_last_words_and_ends_with_a_restart() {
    let (_folder, mut pipe) =
        start("echo 4.1.2", "head -c 8 > /dev/null; echo out of memory >&2; exec 1>&-; sleep 0.1; exit 9").unwrap();
    for _ in 0..2 {
        let error = block_on(pipe.call(b"four")).unwrap_err();
        assert!(matches!(&error, BackendError::Crashed { detail } if detail.contains("out of memory")), "{error}");
        block_on(pipe.restart()).unwrap();
    }
}

#[test]
fn a_reply_that_is_too_long_is_refused_before_it_is_read() {
    let run = "head -c 8 > /dev/null; printf '\\377\\377\\377\\377'; exec sleep 60";
    let (_folder, mut pipe) = start("echo 4.1.2", run).unwrap();
    let error = block_on(pipe.call(b"four")).unwrap_err();
    assert!(matches!(error, BackendError::TooLarge { size: 0xffff_ffff, .. }), "{error}");
}

#[test]
fn a_dropped_call_kills_a_process_that_hangs() {
    let (_folder, mut pipe) = start("echo 4.1.2", "exec sleep 60").unwrap();
    let start = Instant::now();
    {
        let call = std::pin::pin!(pipe.call(b"four"));
        assert!(matches!(block_on(select(call, Delay::new(Duration::from_millis(50)))), Either::Right(_)));
    }
    block_on(pipe.restart()).unwrap();
    drop(pipe);
    assert!(start.elapsed() < Duration::from_secs(20));
}
