//! Synchronizing with a chain in memory.

mod anchor;
