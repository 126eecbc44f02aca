//! A circuit's witness values, found from its inputs and the answers of its oracles.
//!
//! | File | Subject |
//! |---|---|
//! | `map` | witness values by index |
//! | `solver` | from opcode to opcode |
//! | `expression` | sums of products: their value, and the unknown one determines |
//! | `black_box` | functions that a circuit solves as a whole |
//! | `brillig` | code without constraints |
//! | `functions` | the mathematics of black boxes |
//! | `curve` | of those that add points |
//! | `foreign` | calls out of a program |
//! | `error` | why a program cannot be solved, and where |
//!
//! Solving gives what `executeCircuit` of `@aztec/noir-acvm_js` gives, value for value and call for call.

mod black_box;
mod brillig;
mod curve;
mod error;
mod expression;
mod foreign;
mod functions;
mod map;
mod solver;

pub use brillig::RuntimeError;
pub use error::{BlackBoxError, SolveError, SolveFailure};
pub use foreign::{ForeignCall, ForeignCallError, ForeignCalls, ForeignValue, MaybeSend, NoForeignCalls, NotAnswered};
pub use map::{WitnessIndexError, WitnessMap};
pub use solver::{Progress, Solver, solve};
