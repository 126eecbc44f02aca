//! A native client for tests and benchmarks: its ports, the official contracts and circuits, the parameters of a network.
//!
//! | File | Subject |
//! |---|---|
//! | `ports` | clock and randomness of the system |
//! | `packs` | the packs that `cargo xtask artifacts` makes |
//! | `parts` | clients and wallets made of all that |
//! | `prove` | transactions that are ready but not sent |
//! | `barretenberg` | proofs under the INSECURE development SRS (feature `proofs`) |

#[cfg(feature = "proofs")]
mod barretenberg;
mod packs;
mod parts;
mod ports;
mod prove;

#[cfg(feature = "proofs")]
pub use barretenberg::{DevelopmentBarretenberg, cache_folder};
pub use packs::{open_pack, pack_folder};
pub use parts::Parts;
pub use ports::{SystemClock, SystemRng};
pub use prove::prove;

/// Why there is no client.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An error with all its causes.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
