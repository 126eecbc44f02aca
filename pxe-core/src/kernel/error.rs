//! Why the kernels make no transaction of an execution.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use circuits::abi_map::MapError;
use circuits::kernel_inputs::KernelKeyError;
use circuits::program::ProgramError;
use circuits::set::Circuit;
use circuits::witness::SolveError;
use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_ENQUEUED_CALLS_PER_TX, MAX_KEY_VALIDATION_REQUESTS_PER_TX,
    MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIER_READ_REQUESTS_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX,
    MAX_PRIVATE_LOGS_PER_TX,
};
use protocol::contract::ContractClassId;
use protocol::field::Fr;
use protocol::gas::GasError;
use protocol::kernel::SideEffectCounter;
use thiserror::Error;

use super::circuits::CircuitSourceError;
use super::hints::{CalledFunction, HintError};
use super::step::SinkClosed;

/// Something a transaction can have only so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Reads of note hashes that are not settled yet.
    NoteHashReads,
    /// Reads of nullifiers that are not settled yet.
    NullifierReads,
    /// Keys that were used.
    KeyValidations,
    /// Note hashes.
    NoteHashes,
    /// Nullifiers.
    Nullifiers,
    /// Private logs.
    PrivateLogs,
    /// Messages to L1.
    L2ToL1Messages,
    /// Contract class logs.
    ContractClassLogs,
    /// Enqueued public calls.
    PublicCalls,
    /// Private calls that wait for their turn.
    PrivateCallStack,
}

impl Limit {
    /// The most a transaction can have.
    #[must_use]
    pub const fn max(self) -> usize {
        match self {
            Self::NoteHashReads => MAX_NOTE_HASH_READ_REQUESTS_PER_TX,
            Self::NullifierReads => MAX_NULLIFIER_READ_REQUESTS_PER_TX,
            Self::KeyValidations => MAX_KEY_VALIDATION_REQUESTS_PER_TX,
            Self::NoteHashes => MAX_NOTE_HASHES_PER_TX,
            Self::Nullifiers => MAX_NULLIFIERS_PER_TX,
            Self::PrivateLogs => MAX_PRIVATE_LOGS_PER_TX,
            Self::L2ToL1Messages => MAX_L2_TO_L1_MSGS_PER_TX,
            Self::ContractClassLogs => MAX_CONTRACT_CLASS_LOGS_PER_TX,
            Self::PublicCalls => MAX_ENQUEUED_CALLS_PER_TX,
            Self::PrivateCallStack => MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX,
        }
    }

    /// Refuses more than the most there can be.
    ///
    /// # Errors
    /// If `count` is more.
    pub const fn check(self, count: usize) -> Result<(), LimitExceeded> {
        if count > self.max() { Err(LimitExceeded { limit: self, count }) } else { Ok(()) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoteHashReads => "reads of note hashes",
            Self::NullifierReads => "reads of nullifiers",
            Self::KeyValidations => "uses of keys",
            Self::NoteHashes => "note hashes",
            Self::Nullifiers => "nullifiers",
            Self::PrivateLogs => "private logs",
            Self::L2ToL1Messages => "messages to L1",
            Self::ContractClassLogs => "contract class logs",
            Self::PublicCalls => "enqueued public calls",
            Self::PrivateCallStack => "private calls that wait for their turn",
        })
    }
}

/// A transaction has too much of something, after all that can be settled and squashed was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the transaction has {count} {limit}, at most {} are possible", limit.max())]
pub struct LimitExceeded {
    /// Of what.
    pub limit: Limit,
    /// How much.
    pub count: usize,
}

/// Why the kernels make no transaction of an execution.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KernelError {
    /// Too much of something.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// A note hash or nullifier that was read as one of this transaction is not among those it made before.
    #[error("contract {contract} read {value} as one of the {kind} of this transaction, which has not made it before")]
    UnmatchedRead {
        /// What was read: [`Limit::NoteHashes`] or [`Limit::Nullifiers`].
        kind: Limit,
        /// The contract.
        contract: AztecAddress,
        /// What it read.
        value: Fr,
    },
    /// A note hash and the nullifier that the execution linked it with do not belong together.
    #[error(
        "note hash {value} of contract {contract} (counter {note_hash}) is linked with nullifier {nullifier}: {why}"
    )]
    WrongLink {
        /// The contract of the note hash.
        contract: AztecAddress,
        /// The note hash.
        value: Fr,
        /// Counter of the note hash.
        note_hash: SideEffectCounter,
        /// Counter of the nullifier.
        nullifier: SideEffectCounter,
        /// What does not fit.
        why: WrongLink,
    },
    /// A contract runs another class than the one its call was executed with.
    #[error(
        "contract {contract} runs class {current} at the anchor block, its call was executed with class {executed}"
    )]
    OutdatedClass {
        /// The contract.
        contract: AztecAddress,
        /// The class it was executed with.
        executed: ContractClassId,
        /// The class it runs.
        current: ContractClassId,
    },
    /// Data needed to prove something could not be had.
    #[error(transparent)]
    Hint(#[from] HintError),
    /// Another number of answers than questions.
    #[error("{expected} {what} were asked for, {found} came")]
    Answers {
        /// What was asked for.
        what: &'static str,
        /// How many questions.
        expected: usize,
        /// How many answers.
        found: usize,
    },
    /// A settled read is about a value the anchor block does not have.
    #[error("a call read {value}, which is not among the {kind} of the anchor block")]
    UnknownSettledRead {
        /// What was read: [`Limit::NoteHashes`] or [`Limit::Nullifiers`].
        kind: Limit,
        /// What was read.
        value: Fr,
    },
    /// The transaction would expire before it can be in a block.
    #[error("the transaction expires at {expiration}, not after its anchor block ({anchor})")]
    Expired {
        /// When it expires.
        expiration: Timestamp,
        /// Time of the anchor block.
        anchor: Timestamp,
    },
    /// No call says who pays.
    #[error("no call of the transaction says who pays its fee")]
    NoFeePayer,
    /// Two calls set a teardown call.
    #[error("more than one call of the transaction sets a teardown call")]
    TwoTeardowns,
    /// The nullifier that makes note hashes unique is not the first one.
    #[error("the first nullifier that cannot be reverted is {found}, note hashes were made unique by {expected}")]
    FirstNullifier {
        /// What note hashes were made unique by.
        expected: Fr,
        /// The first nullifier.
        found: Fr,
    },
    /// A circuit cannot be loaded.
    #[error("cannot load circuit {circuit}")]
    Load {
        /// The circuit.
        circuit: Circuit,
        /// Why.
        #[source]
        source: CircuitSourceError,
    },
    /// A circuit's code cannot be decoded.
    #[error("cannot decode circuit {circuit}")]
    Program {
        /// The circuit.
        circuit: Circuit,
        /// Why.
        #[source]
        source: ProgramError,
    },
    /// Values do not fit a circuit.
    #[error("values do not fit circuit {circuit}")]
    Map {
        /// The circuit.
        circuit: Circuit,
        /// Which.
        #[source]
        source: MapError,
    },
    /// A circuit's key is not one of a client kernel.
    #[error("key of circuit {circuit}")]
    CircuitKey {
        /// The circuit.
        circuit: Circuit,
        /// What is wrong.
        #[source]
        source: KernelKeyError,
    },
    /// A private function's key is malformed.
    #[error("key of {function} of contract {contract}")]
    FunctionKey {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        function: String,
        /// What is wrong.
        #[source]
        source: KernelKeyError,
    },
    /// A circuit refuses what it was given.
    #[error("circuit {circuit} refuses {what}: {message}")]
    Refused {
        /// The circuit.
        circuit: Circuit,
        /// What it refuses.
        what: Refused,
        /// What the circuit's author wrote.
        message: String,
        /// Where it failed.
        #[source]
        source: SolveError,
    },
    /// A kernel left other side effects than planned.
    #[error("circuit {circuit} left other side effects than the plan of the transaction has")]
    Unplanned {
        /// The circuit.
        circuit: Circuit,
    },
    /// Gas that is out of bounds.
    #[error(transparent)]
    Gas(#[from] GasError),
    /// Whoever takes the solved circuits takes no more.
    #[error(transparent)]
    Sink(#[from] SinkClosed),
}

/// What a circuit refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The transaction so far.
    Transaction,
    /// A call.
    Call {
        /// Its contract and function.
        function: CalledFunction,
        /// Their names.
        name: String,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction => f.write_str("the transaction"),
            Self::Call { function: CalledFunction { contract, selector }, name } => {
                write!(f, "the call of {name} ({selector} of {contract})")
            }
        }
    }
}

/// What does not fit between a note hash and the nullifier it is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WrongLink {
    /// The nullifier came before.
    #[error("it came before")]
    Order,
    /// The nullifier is another contract's.
    #[error("it is another contract's")]
    Contract,
}

impl KernelError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Limit(_) => "make several transactions of it",
            Self::OutdatedClass { .. } => "register the artifact of the contract's current class",
            Self::Expired { .. } => "synchronize and simulate the transaction again",
            Self::NoFeePayer => "choose a fee payment method",
            _ => return None,
        })
    }

    /// The error with the call that a circuit refuses.
    pub(super) fn of_call(self, function: CalledFunction, name: &str) -> Self {
        match self {
            Self::Refused { circuit, message, source, .. } => {
                Self::Refused { circuit, what: Refused::Call { function, name: name.into() }, message, source }
            }
            other => other,
        }
    }

    /// The error of values that do not fit a circuit.
    pub(super) fn map(circuit: Circuit) -> impl FnOnce(MapError) -> Self {
        move |source| Self::Map { circuit, source }
    }
}

/// What a port's implementation failed with.
pub(super) type PortError = Box<dyn core::error::Error + Send + Sync>;
