//! Which circuits the protocol has, their keys, and everything that follows from the keys.
//!
//! Keys depend on the SRS, so a network with a development SRS has its own keys, verification key tree, contract classes
//! and protocol contracts. All of that is one value, [`Parameters`]; nothing else knows which SRS is in use.
//!
//! | File | Subject |
//! |---|---|
//! | `circuit` | the circuits, their names and their places in the tree |
//! | `reset` | the sizes of reset circuits, and which one to use |
//! | `library` | the circuits in a pack |
//! | `parameters` | what a network's participants must agree on |
//! | `keys` | keys derived from code, and where they are kept |
//! | `derive` | parameters and classes under a development SRS |
//! | `development` | the keys under the insecure development SRS, derived already |
//! | `error` | why circuits or parameters cannot be had |

mod circuit;
mod derive;
mod development;
mod error;
mod keys;
mod library;
mod parameters;
mod reset;

pub use circuit::Circuit;
pub use derive::{ComputeKey, DeriveError, KeyDeriver};
pub use development::{DEVELOPMENT_KEYS, development_keys};
pub use error::SetError;
pub use keys::{DerivedKeys, KeysError};
pub use library::{BytecodeHash, CircuitSet};
pub use parameters::{DamagedParameters, Parameters, ProtocolContractParameters, WrongSrs, official_vk_tree_root};
pub use reset::{ResetDimension, ResetDimensions, ResetPurpose, ResetVariant};
