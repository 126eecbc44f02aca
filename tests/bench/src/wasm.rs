//! The exports with which JavaScript runs the workloads.
#![allow(unsafe_code, reason = "raw exports of a WebAssembly module")]

use std::cell::RefCell;

use crate::{Inputs, Workload, workloads};

#[derive(Default)]
struct State {
    inputs: Inputs,
    workloads: Vec<Workload>,
    /// Bytes that JavaScript writes before it calls the next function.
    buffer: Vec<u8>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Makes room for `length` bytes and tells where.
#[unsafe(no_mangle)]
pub extern "C" fn buffer(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.buffer = vec![0; length];
        state.buffer.as_mut_ptr()
    })
}

/// Takes the buffer as an input file: the first `name_length` bytes are its name.
#[unsafe(no_mangle)]
pub extern "C" fn input(name_length: usize) {
    STATE.with_borrow_mut(|state| {
        let bytes = state.buffer.split_off(name_length);
        let name = String::from_utf8_lossy(&state.buffer).into_owned();
        state.inputs.insert(name, bytes);
    });
}

/// Prepares the workloads and tells how many there are.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> usize {
    STATE.with_borrow_mut(|state| {
        state.workloads = workloads(&state.inputs);
        state.workloads.len()
    })
}

/// The index of the workload whose name is in the buffer; past the end when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn find() -> usize {
    STATE.with_borrow(|state| {
        let named = state.workloads.iter().position(|workload| workload.name.as_bytes() == state.buffer);
        named.unwrap_or(state.workloads.len())
    })
}

/// Runs a workload some times.
#[unsafe(no_mangle)]
pub extern "C" fn run(index: usize, runs: u32) {
    STATE.with_borrow_mut(|state| {
        for _ in 0..runs {
            std::hint::black_box((state.workloads[index].run)());
        }
    });
}
