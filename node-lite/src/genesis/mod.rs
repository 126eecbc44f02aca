//! What a network has before anyone uses it.
//!
//! | Item | Subject |
//! |---|---|
//! | `network` | the ids, addresses and funds of the default network |
//! | [`protocol_classes`] | the code of the protocol's contracts |

mod classes;
mod network;

pub use classes::protocol_classes;
