//! Watching contract functions run.

use core::fmt;

use circuits::witness::{ForeignValue, WitnessMap};
use protocol::abi::FunctionType;
use protocol::address::AztecAddress;

use super::OracleError;
use crate::scopes::Scopes;

/// What happens while contract functions run, in its order: what a function calls, or has synced, happens between the
/// question and its answer. Steps show all that functions see, secrets too; they are for debuggers and tests.
pub enum ContractStep<'a> {
    /// A function begins.
    Begins {
        /// The contract.
        contract: AztecAddress,
        /// Name of the contract's class.
        contract_name: &'a str,
        /// Name of the function.
        function: &'a str,
        /// Where it runs.
        function_type: FunctionType,
        /// Whose notes and keys it may use.
        scopes: &'a Scopes,
        /// What it starts from.
        inputs: &'a WitnessMap,
    },
    /// It asks the client for something.
    Asks {
        /// The oracle.
        oracle: &'a str,
        /// What it is asked with.
        inputs: &'a [ForeignValue],
    },
    /// The client answers.
    Answers {
        /// A value for each result.
        outputs: &'a [ForeignValue],
    },
    /// The client has no answer.
    Refuses {
        /// Why.
        error: &'a OracleError,
    },
    /// The function is done.
    Ends {
        /// All values of its witness.
        witness: &'a WitnessMap,
    },
    /// The function fails. Why is told by the operation that it is part of.
    Fails,
}

/// Values are secret.
impl fmt::Debug for ContractStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begins { contract_name, function, .. } => write!(f, "Begins({contract_name}.{function})"),
            Self::Asks { oracle, .. } => write!(f, "Asks({oracle})"),
            Self::Answers { .. } => f.write_str("Answers"),
            Self::Refuses { error } => write!(f, "Refuses({error})"),
            Self::Ends { .. } => f.write_str("Ends"),
            Self::Fails => f.write_str("Fails"),
        }
    }
}
