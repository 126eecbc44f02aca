//! The private kernels: circuits that check the calls of a transaction one after the other, settle what they read, and
//! leave the data a transaction is sent with.
//!
//! | File | Subject |
//! |---|---|
//! | `plan` | which circuits a transaction needs, and what must be asked before the first is solved |
//! | `sequence` | the circuits, solved in their order |
//! | `step` | a solved circuit on its way to a prover or a profile |
//! | `circuits` | where circuits come from; programs and maps that were fitted before |
//! | [`hints`] | what circuits are given beside what the one before returned |
//! | `direct` | the same data without any circuit, for simulations with replaced contracts |
//! | [`gas`] | gas of a transaction and limits that follow from it |
//! | `error` | why there is no transaction |
//!
//! Protocol source: `@aztec/pxe/src/private_kernel/`.

mod circuits;
mod direct;
mod error;
pub mod gas;
pub mod hints;
mod plan;
mod sequence;
mod step;
#[cfg(test)]
mod tests;

pub use circuits::{CircuitForm, CircuitSource, CircuitSourceError, KernelCircuits};
pub use direct::direct;
pub use error::{KernelError, Limit, LimitExceeded, Refused, WrongLink};
pub use plan::Plan;
pub use sequence::{KernelMode, KernelOutput, Kernels, transaction};
pub use step::{Discard, SinkClosed, Step, StepKind, StepReport, StepSink, ToProver};
