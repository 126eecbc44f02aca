//! Plans against those of the official client, and against what must hold for any.
//!
//! | File | Subject |
//! |---|---|
//! | `made` | calls without code |
//! | `resets` | resets the official client plans for the same kernels |
//! | `plans` | plans of random transactions |

mod made;
mod plans;
mod resets;
