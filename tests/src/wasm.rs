//! The checkers as a WebAssembly module without glue: `tests/wasm/run.mjs` feeds it the data files.

use crate::vectors;

/// Room for a data file of `length` bytes; handed over to [`run_vectors`].
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Checks a data file and frees it. Answers with the address and, in the upper half, the length of a JSON report.
///
/// # Safety
///
/// `start` and `length` are what [`alloc`] answered and was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run_vectors(start: *mut u8, length: usize) -> u64 {
    // SAFETY: the pair describes the slice `alloc` leaked, which nobody else holds.
    let data = unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, length)) };
    let report = serde_json::to_vec(&vectors::check(&data)).expect("a report is plain data");
    let report = Box::leak(report.into_boxed_slice());
    report.as_ptr() as u64 | (report.len() as u64) << 32
}

std::thread_local! {
    static PROGRAMS: std::cell::RefCell<std::collections::HashMap<String, circuits::program::Program>> =
        std::cell::RefCell::default();
}

/// The part of a buffer that starts with its length, little-endian, and what follows it.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Decodes a program and frees the buffer, which holds the program's name and its code. Tells how many opcodes it has;
/// none means it is refused.
///
/// # Safety
///
/// As for [`run_vectors`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn add_program(start: *mut u8, length: usize) -> usize {
    // SAFETY: the pair describes the slice `alloc` leaked, which nobody else holds.
    let data = unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, length)) };
    let Some((name, code)) = part(&data) else { return 0 };
    let bytecode = protocol::artifact::Bytecode::from_bytes(code.to_vec());
    let Ok(program) = circuits::program::Program::decode(&bytecode) else { return 0 };
    let opcodes = program.acir_opcodes() + program.brillig_opcodes();
    PROGRAMS.with_borrow_mut(|programs| programs.insert(String::from_utf8_lossy(name).into_owned(), program));
    opcodes
}

std::thread_local! {
    static SOLVINGS: std::cell::RefCell<Vec<crate::replay::Solving>> = std::cell::RefCell::default();
}

/// Takes an execution to be timed and frees the buffer, which holds its JSON and the code of its program. Answers with its
/// number, or −1 if it cannot be solved.
///
/// # Safety
///
/// As for [`run_vectors`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn add_solving(start: *mut u8, length: usize) -> i32 {
    // SAFETY: the pair describes the slice `alloc` leaked, which nobody else holds.
    let data = unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, length)) };
    let solving = part(&data).ok_or_else(|| "no execution".to_owned()).and_then(|(json, code)| {
        let execution = crate::replay::Execution::from_json(json)?;
        crate::replay::Solving::new(&protocol::artifact::Bytecode::from_bytes(code.to_vec()), execution)
    });
    SOLVINGS.with_borrow_mut(|all| {
        let number = i32::try_from(all.len()).unwrap_or(-1);
        solving.map_or(-1, |solving| {
            all.push(solving);
            number
        })
    })
}

/// Solves or decodes an execution's program so many times; tells whether it worked.
#[unsafe(no_mangle)]
pub extern "C" fn run_solving(number: usize, decode: bool, runs: u32) -> bool {
    SOLVINGS.with_borrow(|all| {
        let run = |solving: &crate::replay::Solving| if decode { solving.decode() } else { solving.solve() };
        all.get(number).is_some_and(|solving| (0..runs).all(|_| run(solving).is_ok()))
    })
}

/// Replays an execution and frees the buffer, which holds its name, its JSON, its witness and the lines of changes.
/// Answers like [`run_vectors`] with a JSON report.
///
/// # Safety
///
/// As for [`run_vectors`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn replay(start: *mut u8, length: usize) -> u64 {
    // SAFETY: the pair describes the slice `alloc` leaked, which nobody else holds.
    let data = unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, length)) };
    let mut report = crate::replay::Report::default();
    if let Err(error) = replay_into(&mut report, &data) {
        report.differences.push(error);
    }
    let answer = serde_json::json!({
        "solved": report.solved, "failed": report.failed, "mutations": report.mutations,
        "witnesses": report.witnesses, "calls": report.calls, "places": report.places,
        "withoutPlace": report.without_place, "differences": report.differences,
    });
    let answer = Box::leak(answer.to_string().into_bytes().into_boxed_slice());
    answer.as_ptr() as u64 | (answer.len() as u64) << 32
}

fn replay_into(report: &mut crate::replay::Report, data: &[u8]) -> Result<(), String> {
    use crate::replay::{Execution, Mutation};
    let (name, rest) = part(data).ok_or("no name")?;
    let (json, rest) = part(rest).ok_or("no execution")?;
    let (witnesses, changes) = part(rest).ok_or("no witness")?;
    let execution = Execution::from_json(json)?;
    PROGRAMS.with_borrow(|programs| {
        let program = programs.get(&execution.program).ok_or("the program was not added")?;
        report.replay(&String::from_utf8_lossy(name), program, &execution, witnesses);
        for line in changes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let mutation = Mutation::from_json(line)?;
            let mut changed = Execution::from_json(json)?;
            mutation.apply(&mut changed)?;
            report.replay_mutation(program, &changed, &mutation);
        }
        Ok(())
    })
}
