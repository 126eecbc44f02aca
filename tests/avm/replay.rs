//! The machine and the public processing of transactions against recorded runs of the official simulators.

#[path = "replay/programs.rs"]
mod programs;
#[path = "replay/txs.rs"]
mod txs;
#[path = "replay/world.rs"]
mod world;
