//! Which method is supported how.

use std::fmt;

/// How a method is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It does what it says.
    Full,
    /// It answers what an official local network answers, always the same.
    Fixed(&'static str),
    /// It fails, and says why.
    Unavailable(&'static str),
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("supported"),
            Self::Fixed(answer) => write!(f, "fixed answer: {answer}"),
            Self::Unavailable(why) => write!(f, "not available: {why}"),
        }
    }
}

/// How a method of this node's namespaces is supported.
#[must_use]
pub fn of(method: &str) -> Support {
    match method {
        "node_isReady" => Support::Fixed("`true`"),
        "node_registerContractFunctionSignatures" => Support::Fixed("accepted, and not used"),
        "node_getEncodedEnr" => Support::Fixed("nothing, the node has no peers"),
        "node_getValidatorsStats" => Support::Fixed("no statistics, there are no validators"),
        "node_getValidatorStats" => Support::Fixed("nothing, there are no validators"),
        "nodeAdmin_setConfig" => Support::Unavailable("settings are given when the node starts"),
        "nodeAdmin_startSnapshotUpload" => Support::Unavailable("`GET /dev/state` answers with the whole chain"),
        "nodeAdmin_pauseSync" | "nodeAdmin_resumeSync" => Support::Unavailable("the node makes the chain itself"),
        "nodeAdmin_getSlashPayloads" | "nodeAdmin_getSlashOffenses" => Support::Unavailable("there is no slasher"),
        "nodeAdmin_reloadKeystore" => Support::Unavailable("there are no keys of validators"),
        _ => Support::Full,
    }
}
