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
