//! The machine public functions run on.
//!
//! | Module | Subject |
//! |---|---|
//! | [`table`] | the instruction set: opcodes, names, wire formats, gas |
//! | [`program`] | bytecode, decoded once |
//! | [`value`], [`memory`] | tagged values and the cells that hold them |
//! | `frame`, `machine` | a call that runs, and the loop that runs it |
//! | `instructions` | what instructions do, one file for each family |
//! | [`state`] | what is read of the world |
//! | [`journal`] | what is written, with checkpoints |
//! | `world` | contracts and their programs |
//! | [`halt`], [`result`] | how calls end |

pub mod halt;
pub mod journal;
pub mod memory;
pub mod program;
pub mod result;
pub mod state;
pub mod table;
pub mod value;

mod frame;
mod instructions;
mod machine;
mod world;

pub use halt::{Cells, Halt, Limit, LimitReached, Log, Operands, OutOfGas, SideEffectError};
pub use journal::{Checkpoint, Journal, WriteError, Writer};
pub use machine::{Call, execute};
pub use program::{Program, disassemble};
pub use result::{CallResult, Cause, Failure};
pub use state::{MemoryState, PublicState, StateError};
pub use world::{AvmError, DebugLogs, Host, Programs};
