//! What is wrong with a transaction.
//!
//! Protocol source: `@aztec/stdlib/src/tx/validator/error_texts.ts`,
//! `@aztec/p2p/src/msg_validators/tx_validator/aggregate_tx_validator.ts`.

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber, Timestamp};
use protocol::contract::{AddressMismatch, EventError};
use protocol::field::Fr;
use protocol::gas::{FeePerGas, GasDimension};
use protocol::tx::{TxHashMismatch, TxValidationResult};
use thiserror::Error;

use super::Amount;

/// Something in a transaction cannot be read, so that it is not known what its setup would do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MalformedTx {
    /// A log publishes a class or an instance that is none.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The payload of a class log is missing.
    #[error("class log {0} has no payload")]
    ClassLog(usize),
    /// A setup call has no calldata, or it does not begin with a selector.
    #[error("the calldata of a setup call of contract {0} does not begin with a selector")]
    Selector(AztecAddress),
}

/// A rule that a transaction breaks. The text is the protocol's, which clients match; [`Refusal::detail`] says more.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The block is later than it may be.
    #[error("Invalid expiration timestamp")]
    ExpirationTimestamp {
        /// When it expires.
        expires: Timestamp,
        /// Time of the block.
        block: Timestamp,
    },
    /// It takes too many bytes.
    #[error("Transaction size above size limit")]
    Size {
        /// Its bytes.
        size: usize,
        /// The most bytes.
        max: usize,
    },
    /// It is for another L1 chain.
    #[error("Incorrect L1 chain id")]
    L1ChainId {
        /// The chain it names.
        found: Fr,
        /// The chain of the network.
        expected: Fr,
    },
    /// It is for another rollup.
    #[error("Incorrect rollup version")]
    RollupVersion {
        /// The version it names.
        found: Fr,
        /// The version of the network.
        expected: Fr,
    },
    /// It was made with other circuits.
    #[error("Incorrect verification keys tree root")]
    VkTreeRoot {
        /// The root it names.
        found: Fr,
        /// The root of the network.
        expected: Fr,
    },
    /// It was made with other protocol contracts.
    #[error("Incorrect protocol contracts hash")]
    ProtocolContractsHash {
        /// The hash it names.
        found: Fr,
        /// The hash of the network.
        expected: Fr,
    },
    /// Setup calls a function that is not on the list.
    #[error("Setup function not on allow list")]
    SetupNotAllowed {
        /// The contract called.
        contract: AztecAddress,
        /// The function called.
        selector: FunctionSelector,
    },
    /// Setup calls a contract that is not there.
    #[error("Setup function targets unknown contract")]
    SetupUnknownContract {
        /// The contract called.
        contract: AztecAddress,
    },
    /// Setup calls a function that only the contract itself may call.
    #[error("Setup only_self function called with incorrect msg_sender")]
    SetupOnlySelf {
        /// The contract called.
        contract: AztecAddress,
        /// The caller.
        sender: AztecAddress,
    },
    /// Setup calls a function without a sender that needs one.
    #[error("Setup function called with null msg sender")]
    SetupNullSender {
        /// The contract called.
        contract: AztecAddress,
    },
    /// Setup passes another number of fields than the function takes.
    #[error("Setup function called with wrong calldata length")]
    SetupCalldataLength {
        /// The contract called.
        contract: AztecAddress,
        /// Fields passed, the selector included.
        found: usize,
        /// Fields the function takes, the selector included.
        expected: u32,
    },
    /// What setup does cannot be told.
    #[error("Unexpected error during validation")]
    Malformed(#[source] MalformedTx),
    /// It is built on a block that is not in the chain.
    #[error("Block header not found")]
    BlockHeader {
        /// Number of the block.
        number: BlockNumber,
        /// Hash of the block.
        hash: BlockHash,
    },
    /// It has a nullifier twice.
    #[error("Duplicate nullifier in tx")]
    DuplicateNullifier(Fr),
    /// It has a nullifier that the chain has.
    #[error("Existing nullifier")]
    ExistingNullifier(Fr),
    /// Its hash is not that of its data.
    #[error("Incorrect tx hash")]
    Hash(#[source] TxHashMismatch),
    /// It has more or fewer calldatas than public calls.
    #[error("Wrong number of calldata for public calls")]
    CalldataCount {
        /// The calldatas.
        found: usize,
        /// The public calls.
        expected: usize,
    },
    /// Its calldatas are too long together.
    #[error("Total calldata too large for enqueued public calls")]
    CalldataTooLarge {
        /// Fields of all.
        found: usize,
        /// The most fields.
        max: usize,
    },
    /// A calldata is missing or has another hash than its call says.
    #[error("Incorrect calldata for public call")]
    Calldata {
        /// Place of the call among all public calls.
        call: usize,
        /// The hash that the call says.
        expected: Fr,
        /// The hash of what is there.
        found: Fr,
    },
    /// It has more or fewer payloads of class logs than class logs.
    #[error("Mismatched number of contract class logs")]
    ClassLogCount {
        /// The payloads.
        found: usize,
        /// The class logs.
        expected: usize,
    },
    /// The payload of a class log has another hash.
    #[error("Mismatched contract class logs")]
    ClassLog {
        /// Place of the log.
        log: usize,
        /// The hash that its data says.
        expected: Fr,
        /// The hash of the payload.
        found: Fr,
    },
    /// The payloads of class logs are in another order.
    #[error("Incorrectly sorted contract class logs")]
    ClassLogOrder {
        /// Place of the log.
        log: usize,
        /// Place of its payload.
        found: usize,
    },
    /// A class log is longer than it claims.
    #[error("Incorrect contract class logs length")]
    ClassLogLength {
        /// Place of the log.
        log: usize,
        /// Fields it claims.
        claimed: u32,
        /// Fields up to the last one that is not zero.
        needed: usize,
    },
    /// A published instance has another address than it claims.
    #[error("Incorrect contract instance deployment address")]
    InstanceAddress {
        /// The address it claims.
        claimed: AztecAddress,
        /// The address its contents lead to.
        derived: AztecAddress,
    },
    /// A log that publishes an instance cannot be read.
    #[error("Failed to parse contract instance deployment log")]
    InstanceLog(#[source] EventError),
    /// A published instance has keys that are on no curve, and so no address.
    #[error("Failed to parse contract instance deployment log")]
    InstanceKeys(#[source] AddressMismatch),
    /// A limit is below what every transaction needs.
    #[error("Gas limit is below the minimum fixed cost")]
    GasBelowMinimum {
        /// Which gas.
        dimension: GasDimension,
        /// Its limit.
        limit: u32,
        /// What is needed.
        min: u32,
    },
    /// A limit is above what a block takes.
    #[error("Gas limit is higher than the amount of gas that the AVM can process")]
    GasAboveMaximum {
        /// Which gas.
        dimension: GasDimension,
        /// Its limit.
        limit: u32,
        /// What a block takes.
        max: u32,
    },
    /// It pays less than the block asks, which may change.
    #[error("Insufficient fee per gas")]
    FeePerGas {
        /// Which gas.
        dimension: GasDimension,
        /// The most it pays.
        max: FeePerGas,
        /// What the block asks.
        price: FeePerGas,
    },
    /// Its payer cannot pay as much as it may cost.
    #[error("Insufficient fee payer balance")]
    Balance {
        /// The payer.
        payer: AztecAddress,
        /// What the payer has, and claims in setup.
        available: Amount,
        /// What it may cost.
        needed: Amount,
    },
    /// Its proof does not verify.
    #[error("Invalid proof")]
    Proof,
}

impl Refusal {
    /// Whether the transaction may become valid without a change.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::FeePerGas { .. })
    }

    /// Which value breaks the rule, and what is allowed.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::ExpirationTimestamp { expires, block } => {
                format!("the transaction expires at {expires}, the next block is of {block}")
            }
            Self::Size { size, max } => format!("it takes {size} bytes, at most {max} are passed on"),
            Self::L1ChainId { found, expected }
            | Self::RollupVersion { found, expected }
            | Self::VkTreeRoot { found, expected }
            | Self::ProtocolContractsHash { found, expected } => {
                format!("the transaction names {found}, this network has {expected}")
            }
            Self::SetupNotAllowed { contract, selector } => {
                format!("setup calls function {selector} of contract {contract}")
            }
            Self::SetupUnknownContract { contract } => format!("nothing is deployed at {contract}"),
            Self::SetupOnlySelf { contract, sender } => format!("{sender} calls contract {contract}"),
            Self::SetupNullSender { contract } => format!("nobody calls contract {contract}"),
            Self::SetupCalldataLength { contract, found, expected } => {
                format!("a call of contract {contract} passes {found} fields, the function takes {expected}")
            }
            Self::Malformed(malformed) => malformed.to_string(),
            Self::BlockHeader { number, hash } => {
                format!("the transaction is built on block {number} with hash {hash}, which is not in this chain")
            }
            Self::DuplicateNullifier(nullifier) => format!("nullifier {nullifier} is there twice"),
            Self::ExistingNullifier(nullifier) => format!("nullifier {nullifier} is in the chain already"),
            Self::Hash(mismatch) => mismatch.to_string(),
            Self::CalldataCount { found, expected } => format!("{found} calldatas for {expected} public calls"),
            Self::CalldataTooLarge { found, max } => format!("{found} fields, at most {max} are allowed"),
            Self::Calldata { call, expected, found } => {
                format!("public call {call} needs calldata with hash {expected}, there is one with {found}")
            }
            Self::ClassLogCount { found, expected } => format!("{found} payloads for {expected} contract class logs"),
            Self::ClassLog { log, expected, found } => {
                format!("contract class log {log} has hash {expected}, its payload has {found}")
            }
            Self::ClassLogOrder { log, found } => {
                format!("the payload of contract class log {log} is at place {found}")
            }
            Self::ClassLogLength { log, claimed, needed } => {
                format!("contract class log {log} claims {claimed} fields and has {needed}")
            }
            Self::InstanceAddress { claimed, derived } => {
                format!("the instance claims address {claimed} and derives {derived}")
            }
            Self::InstanceLog(error) => error.to_string(),
            Self::InstanceKeys(error) => error.to_string(),
            Self::GasBelowMinimum { dimension, limit, min } => {
                format!("the {dimension} gas limit is {limit}, at least {min} is needed")
            }
            Self::GasAboveMaximum { dimension, limit, max } => {
                format!("the {dimension} gas limit is {limit}, at most {max} is allowed")
            }
            Self::FeePerGas { dimension, max, price } => {
                format!("the transaction pays at most {max} per {dimension} gas, the next block asks {price}")
            }
            Self::Balance { payer, available, needed } => {
                format!("fee payer {payer} has {available}, the transaction may cost {needed}")
            }
            Self::Proof => "the proof does not verify".into(),
        }
    }
}

/// The rules that a transaction breaks; none when it is valid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    refusals: Vec<Refusal>,
}

impl Verdict {
    /// Whether no rule is broken.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.refusals.is_empty()
    }

    /// The broken rules, in the order in which they are checked.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What clients are told.
    #[must_use]
    pub fn result(&self) -> TxValidationResult {
        let reason = self.refusals.iter().map(Refusal::to_string).collect();
        match &self.refusals[..] {
            [] => TxValidationResult::Valid,
            refusals if refusals.iter().all(Refusal::is_temporary) => TxValidationResult::Skipped { reason },
            _ => TxValidationResult::Invalid { reason },
        }
    }

    /// The broken rules with the values that break them, for people.
    #[must_use]
    pub fn explanation(&self) -> String {
        let explain = |refusal: &Refusal| format!("{refusal}: {}", refusal.detail());
        self.refusals.iter().map(explain).collect::<Vec<_>>().join("; ")
    }
}

/// The texts as clients expect them: reasons with commas between.
impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (refusal, place) in self.refusals.iter().zip(0..) {
            write!(f, "{}{refusal}", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Extend<Refusal> for Verdict {
    fn extend<I: IntoIterator<Item = Refusal>>(&mut self, refusals: I) {
        self.refusals.extend(refusals);
    }
}
