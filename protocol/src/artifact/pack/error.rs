//! Why a pack cannot be read or made.

use alloc::string::String;

use thiserror::Error;

use super::reader::ReadError;
use crate::artifact::ArtifactError;
use crate::contract::ContractClassId;

/// Why a pack cannot be read or made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackError {
    /// The source could not be read.
    #[error("cannot read {size} bytes at {offset} of the pack")]
    Read {
        /// First byte asked for.
        offset: u64,
        /// Bytes asked for.
        size: usize,
        /// What the source said.
        #[source]
        source: ReadError,
    },
    /// The file does not start like a pack.
    #[error("not a pack: the first bytes are {0:02x?}")]
    Magic([u8; 8]),
    /// A pack of another kind.
    #[error("the pack holds {found} where {expected} was expected")]
    Kind {
        /// What was asked for.
        expected: &'static str,
        /// What it holds.
        found: &'static str,
    },
    /// A pack of a kind this version does not know.
    #[error("unknown kind of pack: {0}")]
    UnknownKind(u8),
    /// Something is said to lie outside the pack.
    #[error("{what} of {size} bytes at {offset} reaches beyond the pack")]
    OutOfBounds {
        /// What it is.
        what: &'static str,
        /// Where it is said to start.
        offset: u64,
        /// Its stated size.
        size: u64,
    },
    /// Something is larger than anything of its sort.
    #[error("{what} of {size} bytes, the maximum is {max}")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its stated size.
        size: u64,
        /// The limit.
        max: u64,
    },
    /// Contents do not have the stated hash or length.
    #[error("{what} at {offset} is corrupt: {reason}")]
    Corrupt {
        /// What it is.
        what: &'static str,
        /// Where it starts.
        offset: u64,
        /// What gives it away.
        reason: &'static str,
    },
    /// Contents are not what they should be.
    #[error("{what} at {offset} cannot be decoded: {source}")]
    Decode {
        /// What it is.
        what: &'static str,
        /// Where it starts.
        offset: u64,
        /// What the decoder said.
        source: postcard::Error,
    },
    /// Contents are not in the pack.
    #[error("{what} is kept somewhere else than in the pack")]
    Elsewhere {
        /// What it is.
        what: &'static str,
    },
    /// The pack has no such contract, function or circuit.
    #[error("no {what} named {name} in {package}")]
    NotFound {
        /// What was asked for.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The package, and the contract for a function.
        package: String,
    },
    /// Two contracts or circuits of one name.
    #[error("{package} has two {what} named {name}")]
    Duplicate {
        /// What they are.
        what: &'static str,
        /// Their name.
        name: String,
        /// The package.
        package: String,
    },
    /// The artifact cannot be hashed.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The code of a contract does not hash to what the index says.
    #[error("contract {contract}: the index says class id {stated}, its contents give {computed}")]
    ClassMismatch {
        /// The contract.
        contract: String,
        /// The id in the index.
        stated: ContractClassId,
        /// The id of the contents.
        computed: ContractClassId,
    },
    /// A function is not what the manifest says.
    #[error("contract {contract}, function {function}: the manifest states another {what}")]
    FunctionMismatch {
        /// The contract.
        contract: String,
        /// The function.
        function: String,
        /// What differs.
        what: &'static str,
    },
    /// Debug symbols cannot be read.
    #[error(transparent)]
    Debug(#[from] crate::artifact::DebugError),
}
