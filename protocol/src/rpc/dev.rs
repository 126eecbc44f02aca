//! The `dev` namespace: what a developer may do to a network of their own. Official nodes do not have it.
//!
//! State is dumped and loaded outside JSON-RPC, as a stream: `GET /dev/state` answers with the whole chain,
//! `POST /dev/state` takes it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::method::{LimitError, rpc_methods, within};
use crate::address::{AztecAddress, EthAddress};
use crate::block::{BlockNumber, CheckpointNumber, EpochNumber, Timestamp};
use crate::field::Fr;
use crate::merkle::{LeafIndex, SiblingPath};
use crate::message::L1ToL2MessageHash;
use crate::tx::TxHash;

/// Blocks made by one call at most.
pub const MAX_MINED_BLOCKS: u32 = 1000;
/// The longest latency, a minute.
pub const MAX_LATENCY: Milliseconds = Milliseconds(60_000);

crate::integer_newtype! {
    /// A state of the chain to come back to.
    pub struct SnapshotId(u32) as number;
}
crate::integer_newtype! {
    /// A span of chain time.
    pub struct Seconds(u64) as number;
}
crate::integer_newtype! {
    /// A span of real time.
    pub struct Milliseconds(u32) as number;
}
crate::integer_newtype! {
    /// An amount of fee juice, in its smallest unit.
    pub struct FeeJuiceAmount(u128) as string;
}

/// When a node makes blocks. Text: `auto`, `manual`, `interval:SECONDS` with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MiningMode {
    /// As soon as a transaction is pending.
    #[default]
    Auto,
    /// Every so many milliseconds, if a transaction is pending.
    Interval(NonZeroU64),
    /// When told to.
    Manual,
}

impl fmt::Display for MiningMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Manual => f.write_str("manual"),
            Self::Interval(milliseconds) => {
                let (seconds, rest) = (milliseconds.get() / 1000, milliseconds.get() % 1000);
                let decimals = format!("{rest:03}");
                match decimals.trim_end_matches('0') {
                    "" => write!(f, "interval:{seconds}"),
                    decimals => write!(f, "interval:{seconds}.{decimals}"),
                }
            }
        }
    }
}

/// A text is no [`MiningMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mining mode is auto, manual or interval:SECONDS, as in interval:12 or interval:0.5")]
pub struct UnknownMiningMode;

impl FromStr for MiningMode {
    type Err = UnknownMiningMode;

    fn from_str(text: &str) -> Result<Self, UnknownMiningMode> {
        let seconds = match text {
            "auto" => return Ok(Self::Auto),
            "manual" => return Ok(Self::Manual),
            other => other.strip_prefix("interval:").ok_or(UnknownMiningMode)?,
        };
        let (whole, decimals) = seconds.split_once('.').unwrap_or((seconds, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 3 {
            return Err(UnknownMiningMode);
        }
        let thousandths: u64 = format!("{decimals:0<3}").parse().map_err(|_| UnknownMiningMode)?;
        let whole: u64 = whole.parse().map_err(|_| UnknownMiningMode)?;
        let total = whole.checked_mul(1000).and_then(|whole| whole.checked_add(thousandths));
        total.and_then(NonZeroU64::new).map(Self::Interval).ok_or(UnknownMiningMode)
    }
}

impl Serialize for MiningMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MiningMode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// How a development network stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DevInfo {
    /// Version of this software; that of the protocol is in `node_getNodeInfo`.
    pub version: String,
    /// The last block.
    pub block_number: BlockNumber,
    /// What time it is on the chain.
    pub time: Timestamp,
    /// When blocks are made.
    pub mining: MiningMode,
    /// What every request waits before it is answered.
    pub latency_ms: Milliseconds,
    /// Transactions that wait for a block.
    pub pending_txs: u32,
    /// Whether proofs of transactions are checked.
    pub verifies_proofs: bool,
}

/// An account that everybody can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevAccount {
    /// Its kind, by the scheme of its signatures: `schnorr`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its address.
    pub address: AztecAddress,
    /// What its keys are derived from.
    pub secret: Fr,
    /// Salt of its address.
    pub salt: Fr,
}

/// A message from L1, on its way into a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMessage {
    /// Its hash.
    pub message_hash: L1ToL2MessageHash,
    /// Where it will be in the message tree.
    pub message_leaf_index: LeafIndex,
    /// The checkpoint that brings it in: it can be consumed once that is there.
    pub checkpoint: CheckpointNumber,
}

/// A deposit of fee juice, to be claimed on L2. Together with the secret it is what the official fee payment with a claim
/// takes.
///
/// Protocol source: `L2AmountClaim` in `@aztec/aztec.js/src/ethereum/portal_manager.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeJuiceClaim {
    /// What can be claimed.
    pub claim_amount: FeeJuiceAmount,
    /// The message that carries the claim.
    #[serde(flatten)]
    pub message: SentMessage,
}

/// From 1 to [`MAX_MINED_BLOCKS`], or absent.
fn block_count(count: &Option<u32>) -> Result<(), LimitError> {
    count.as_ref().map_or(Ok(()), within::<1, MAX_MINED_BLOCKS>)
}

rpc_methods! {
    /// A call in the `dev` namespace.
    pub enum DevCall in "dev" {
        /// How the network stands: block, time, mining mode, latency.
        getInfo: GetInfo() -> DevInfo;
        /// Accounts that are there from the start, with their secrets, which everybody knows.
        getAccounts: GetAccounts() -> Vec<DevAccount>;
        /// Makes blocks, by default one, empty ones when nothing is pending; tells the last.
        mine: Mine(blocks: Option<u32> [block_count, "1 to 1000"]) -> BlockNumber;
        /// When blocks are made.
        getMining: GetMining() -> MiningMode;
        /// Says when blocks are made: `auto`, `manual` or `interval:SECONDS`.
        setMining: SetMining(mode: MiningMode) -> ();
        /// Sets time on the chain, never back; automatic mining makes a block if the latest is a day old then.
        setTime: SetTime(time: Timestamp) -> ();
        /// Lets time on the chain pass at once, as setTime does; tells what time it is then.
        increaseTime: IncreaseTime(seconds: Seconds) -> Timestamp;
        /// Keeps the state of the chain to come back to.
        snapshot: TakeSnapshot() -> SnapshotId;
        /// Comes back to a kept state; false when it is not kept, which it is not after one has come back to it.
        revert: Revert(snapshot: SnapshotId) -> bool;
        /// Takes the last blocks back, as when L1 reorganises; their transactions are pending again. Tells the block left.
        reorg: Reorg(depth: u32 [within::<1, { u32::MAX }>, "at least 1"]) -> BlockNumber;
        /// Gives an account fee juice, by default what funded accounts start with; tells the block that does.
        fundAddress: FundAddress(account: AztecAddress, amount: Option<FeeJuiceAmount>) -> BlockNumber;
        /// Writes a contract's public storage; tells the block that does.
        setPublicStorage: SetPublicStorage(contract: AztecAddress, slot: Fr, value: Fr) -> BlockNumber;
        /// Drops a pending transaction; false when there is no such one.
        dropTx: DropTx(tx_hash: TxHash) -> bool;
        /// Makes every request wait, as over a slow network; 0 for not at all.
        setLatency: SetLatency(latency: Milliseconds [within::<0, { MAX_LATENCY.0 }>, "0 to 60000"]) -> ();
        /// Sends a message from L1 to a contract, in the name of an L1 account.
        sendL1ToL2Message: SendL1ToL2Message(
            sender: EthAddress,
            recipient: AztecAddress,
            content: Fr,
            secret_hash: Fr,
        ) -> SentMessage;
        /// Deposits fee juice on L1 for an account, which then claims it with the secret.
        depositFeeJuice: DepositFeeJuice(to: AztecAddress, amount: FeeJuiceAmount, secret_hash: Fr) -> FeeJuiceClaim;
        /// Consumes a message to L1, as the contract it is for would: once, when its epoch is proven; with its witness.
        consumeL2ToL1Message: ConsumeL2ToL1Message(
            message: Fr,
            epoch: EpochNumber,
            leaf_index: LeafIndex,
            path: SiblingPath,
        ) -> ();
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::super::ParamsError;
    use super::*;

    #[test]
    fn mining_modes() {
        let interval = |milliseconds| MiningMode::Interval(NonZeroU64::new(milliseconds).unwrap());
        for (text, mode) in [
            ("auto", MiningMode::Auto),
            ("manual", MiningMode::Manual),
            ("interval:12", interval(12_000)),
            ("interval:0.5", interval(500)),
            ("interval:1.005", interval(1005)),
        ] {
            assert_eq!(text.parse(), Ok(mode));
            assert_eq!(mode.to_string(), text);
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{text}\""));
        }
        for text in [
            "",
            "Auto",
            "interval",
            "interval:",
            "interval:0",
            "interval:0.000",
            "interval:.5",
            "interval:1.",
            "interval:-1",
            "interval:+1",
            "interval:1.0005",
            "interval:1e3",
            "interval:99999999999999999999",
            "interval:18446744073709551615",
        ] {
            assert_eq!(text.parse::<MiningMode>(), Err(UnknownMiningMode), "{text}");
        }
        let error = crate::json::from_str::<MiningMode>("\"fast\"").unwrap_err();
        assert!(error.reason.starts_with("a mining mode is auto, manual or interval:SECONDS"), "{error}");
    }

    #[test]
    fn limits_and_results() {
        let call =
            |method, params: &str| DevCall::from_call(method, Some(serde_json::from_str(params).unwrap())).unwrap();
        assert_eq!(call("dev_mine", "[]"), Ok(DevCall::Mine(Mine { blocks: None })));
        for (method, params) in
            [("dev_mine", "[0]"), ("dev_mine", "[1001]"), ("dev_reorg", "[0]"), ("dev_setLatency", "[60001]")]
        {
            assert!(matches!(call(method, params), Err(ParamsError::Limit { index: 0, .. })), "{method}{params}");
        }
        let message = SentMessage {
            message_hash: Fr::ONE.into(),
            message_leaf_index: LeafIndex(1024),
            checkpoint: CheckpointNumber(2),
        };
        let claim = FeeJuiceClaim { claim_amount: FeeJuiceAmount(7), message };
        let json = serde_json::to_string(&claim).unwrap();
        assert!(json.starts_with(r#"{"claimAmount":"7","messageHash":"0x00"#), "{json}");
        assert!(json.ends_with(r#""messageLeafIndex":"1024","checkpoint":2}"#), "{json}");
        assert_eq!(crate::json::from_str(&json), Ok(claim));
    }
}
