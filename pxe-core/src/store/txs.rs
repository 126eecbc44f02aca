//! The transactions that were made here, and how far each has come.
//!
//! A transaction is recorded before it is handed to a node, so that none is ever forgotten: neither when the node's answer
//! is lost nor when the device is switched off in between. Until a node is known to have it, all of it is kept, to be handed
//! in again.
//!
//! ```text
//! Sending ──▶ Pending ──▶ Included ──▶ Included, finalized
//!    │ ▲          ▲ │        │ ▲
//!    │ └──────────┼─┴────────┴─┼── no node asked knows it, or its block was taken back
//!    │            └── Missing ─┘
//!    ├──▶ Refused            by the node it was handed to
//!    └──▶ Expired, Replaced  from any state but a finalized one: no block can include it any more
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::FunctionCall;
use protocol::address::AztecAddress;
use protocol::block::{BlockId, BlockNumber, Timestamp};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::field::Fr;
use protocol::tag::PreTag;
use protocol::tx::{ExecutionPayload, Tx, TxExecutionResult, TxHash, TxReceipt, TxStatus};
use thiserror::Error;

use super::job::decode;
use super::record::{self, Block, List, join};
use super::tags::SecretId;
use super::{Job, StoreError, Table};

/// How sure it is that a block stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Certainty {
    /// Not yet on L1.
    Proposed,
    /// In a checkpoint on L1.
    Checkpointed,
    /// In an epoch that is proven.
    Proven,
    /// Proven, and the L1 block that says so is final.
    Finalized,
}

impl Certainty {
    /// Every degree, in order.
    pub const ALL: [Self; 4] = [Self::Proposed, Self::Checkpointed, Self::Proven, Self::Finalized];

    fn of(status: TxStatus) -> Option<Self> {
        match status {
            TxStatus::Dropped | TxStatus::Pending => None,
            TxStatus::Proposed => Some(Self::Proposed),
            TxStatus::Checkpointed => Some(Self::Checkpointed),
            TxStatus::Proven => Some(Self::Proven),
            TxStatus::Finalized => Some(Self::Finalized),
        }
    }
}

/// How far a transaction has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TxState {
    /// Recorded. Whether a node has it is not known.
    Sending,
    /// A node has it and it waits for a block.
    Pending,
    /// In a block.
    Included {
        /// The block.
        block: BlockId,
        /// How its execution went.
        result: TxExecutionResult,
        /// How sure it is that the block stays.
        certainty: Certainty,
    },
    /// The node does not know it: dropped, or on its way. It may still come.
    Missing {
        /// What the node says, possibly nothing. At most [`MAX_REASON`] characters.
        reason: String,
    },
    /// The node did not take it.
    Refused {
        /// What the node says. At most [`MAX_REASON`] characters.
        reason: String,
    },
    /// Its time is over.
    Expired,
    /// Another transaction with one of its nullifiers is final.
    Replaced,
}

/// How much of what a node says about a transaction is kept, in characters.
pub const MAX_REASON: usize = 1000;

/// What is learned about a transaction.
#[derive(Debug)]
pub enum TxEvent<'a> {
    /// The node took it.
    Accepted,
    /// The node did not take it.
    Refused {
        /// What the node says.
        reason: &'a str,
    },
    /// What a node knows of it.
    Receipt(&'a TxReceipt),
    /// Blocks after this one were taken back.
    Unwound {
        /// The last block that stays.
        to: BlockNumber,
    },
    /// A block of this time is final, and the transaction is not in a block up to it.
    TimeIsFinal(Timestamp),
    /// Another transaction with one of its nullifiers is final.
    Replaced,
}

/// A receipt says less than, or something else than, it must.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// It is about another transaction.
    #[error("receipt of transaction {found} where that of {expected} was asked for")]
    OtherTx {
        /// The transaction asked for.
        expected: TxHash,
        /// The transaction it is about.
        found: TxHash,
    },
    /// It says that the transaction is in a block, but not all of which block and how it went.
    #[error("receipt of transaction {tx_hash} does not say in which block it is or how it went")]
    Incomplete {
        /// The transaction.
        tx_hash: TxHash,
    },
}

impl TxState {
    /// Whether nothing can change it any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Sending | Self::Pending | Self::Missing { .. } => false,
            Self::Included { certainty, .. } => matches!(certainty, Certainty::Finalized),
            Self::Refused { .. } | Self::Expired | Self::Replaced => true,
        }
    }

    /// The state after an event. What tells nothing new changes nothing.
    fn after(self, record: &TxRecord, event: &TxEvent<'_>) -> Result<Self, ReceiptError> {
        if self.is_final() {
            return Ok(self);
        }
        Ok(match event {
            TxEvent::Accepted => match self {
                Self::Sending | Self::Missing { .. } => Self::Pending,
                known => known,
            },
            // A node that has it already may refuse to take it again.
            TxEvent::Refused { reason } => match self {
                Self::Sending => Self::Refused { reason: shortened(reason) },
                known => known,
            },
            TxEvent::Receipt(receipt) => Self::of_receipt(record.hash, receipt)?,
            TxEvent::Unwound { to } => match self {
                Self::Included { block, .. } if block.number > *to => Self::Pending,
                kept => kept,
            },
            TxEvent::TimeIsFinal(time) => match self {
                Self::Included { .. } => self,
                _ if *time > record.expires => Self::Expired,
                waiting => waiting,
            },
            TxEvent::Replaced => Self::Replaced,
        })
    }

    fn of_receipt(expected: TxHash, receipt: &TxReceipt) -> Result<Self, ReceiptError> {
        if receipt.tx_hash != expected {
            return Err(ReceiptError::OtherTx { expected, found: receipt.tx_hash });
        }
        let Some(certainty) = Certainty::of(receipt.status) else {
            return Ok(match receipt.status {
                TxStatus::Pending => Self::Pending,
                _ => Self::Missing { reason: shortened(receipt.error.as_deref().unwrap_or_default()) },
            });
        };
        match (receipt.block_number, receipt.block_hash, receipt.execution_result) {
            (Some(number), Some(hash), Some(result)) => {
                Ok(Self::Included { block: BlockId { number, hash }, result, certainty })
            }
            _ => Err(ReceiptError::Incomplete { tx_hash: expected }),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_REASON).collect()
}

/// A tag a transaction uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedTag {
    /// The secret.
    pub secret: SecretId,
    /// Which of its tags.
    pub index: u32,
}

protocol::wire_bytes!(UsedTag { secret: SecretId, index: u32 });

impl From<&PreTag> for UsedTag {
    fn from(tag: &PreTag) -> Self {
        Self { secret: SecretId::of(&tag.secret), index: tag.index }
    }
}

/// What a transaction was made for, as its list tells people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purpose {
    /// The account that acts; zero for nobody, or if it is not known.
    pub from: AztecAddress,
    /// The functions it was made to call, without those that pay. At most [`MAX_CALLS`].
    pub calls: Vec<Called>,
    /// Name of the request it was made by, if it has one. Made again, it is not sent twice.
    pub request: String,
}

/// A function that was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The contract.
    pub contract: AztecAddress,
    /// Name of the function, at most [`MAX_NAME`] characters.
    pub function: String,
}

/// Calls of a transaction that are kept.
pub const MAX_CALLS: usize = 8;
/// Characters of a function's name that are kept.
pub const MAX_NAME: usize = 100;

protocol::wire_bytes!(Called { contract: AztecAddress, function: String });

impl Purpose {
    /// What calls of an account are for; those of whoever pays are left out.
    #[must_use]
    pub fn of(from: AztecAddress, payload: &ExecutionPayload) -> Self {
        let paying = |call: &&FunctionCall| payload.fee_payer == Some(call.to);
        let calls = payload.calls.iter().filter(|call| !paying(call)).take(MAX_CALLS);
        let called =
            |call: &FunctionCall| Called { contract: call.to, function: call.name.chars().take(MAX_NAME).collect() };
        Self { from, calls: calls.map(called).collect(), request: String::new() }
    }
}

/// A transaction that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxRecord {
    /// Its hash.
    pub hash: TxHash,
    /// When it was recorded.
    pub created: Timestamp,
    /// No block of a later time can include it.
    pub expires: Timestamp,
    /// Its nullifiers, siloed.
    pub nullifiers: Vec<Fr>,
    /// The tags it uses.
    pub tags: Vec<UsedTag>,
    /// What it was made for.
    pub purpose: Purpose,
    state: TxState,
}

impl TxRecord {
    /// A transaction that is about to be handed to a node.
    #[must_use]
    pub fn new(hash: TxHash, created: Timestamp, expires: Timestamp, nullifiers: Vec<Fr>, tags: &[PreTag]) -> Self {
        let tags = tags.iter().map(UsedTag::from).collect();
        Self { hash, created, expires, nullifiers, tags, purpose: Purpose::default(), state: TxState::Sending }
    }

    /// How far it has come.
    #[must_use]
    pub const fn state(&self) -> &TxState {
        &self.state
    }

    /// Takes note of an event.
    pub fn apply(&mut self, event: &TxEvent<'_>) -> Result<(), ReceiptError> {
        self.state = self.state.clone().after(self, event)?;
        Ok(())
    }
}

impl Encode for TxRecord {
    fn encode(&self, out: &mut Vec<u8>) {
        self.hash.encode(out);
        self.created.encode(out);
        self.expires.encode(out);
        List(&self.nullifiers).encode(out);
        List(&self.tags).encode(out);
        self.state.encode(out);
        self.purpose.from.encode(out);
        List(&self.purpose.calls).encode(out);
        self.purpose.request.encode(out);
    }
}

impl Decode for TxRecord {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            hash: reader.member("hash")?,
            created: reader.member("created")?,
            expires: reader.member("expires")?,
            nullifiers: record::list(reader)?,
            tags: record::list(reader)?,
            state: reader.member("state")?,
            purpose: Purpose {
                from: reader.member("from")?,
                calls: record::list(reader)?,
                request: reader.member("request")?,
            },
        })
    }
}

const RESULTS: [TxExecutionResult; 4] = [
    TxExecutionResult::Success,
    TxExecutionResult::AppLogicReverted,
    TxExecutionResult::TeardownReverted,
    TxExecutionResult::BothReverted,
];

impl Encode for TxState {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Sending => 0u8.encode(out),
            Self::Pending => 1u8.encode(out),
            Self::Included { block, result, certainty } => {
                2u8.encode(out);
                Block(block).encode(out);
                out.push(*result as u8);
                out.push(*certainty as u8);
            }
            Self::Missing { reason } => {
                3u8.encode(out);
                reason.encode(out);
            }
            Self::Refused { reason } => {
                4u8.encode(out);
                reason.encode(out);
            }
            Self::Expired => 5u8.encode(out),
            Self::Replaced => 6u8.encode(out),
        }
    }
}

/// The item of a list whose place is the next byte.
fn pick<T: Copy>(reader: &mut Reader<'_>, items: &[T], what: &'static str) -> Result<T, DecodeError> {
    let place = usize::from(u8::decode(reader)?);
    items.get(place).copied().ok_or_else(|| record::unknown(reader, what))
}

impl Decode for TxState {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Sending,
            1 => Self::Pending,
            2 => Self::Included {
                block: record::block(reader)?,
                result: pick(reader, &RESULTS, "no result of an execution")?,
                certainty: pick(reader, &Certainty::ALL, "no degree of certainty")?,
            },
            3 => Self::Missing { reason: reader.member("reason")? },
            4 => Self::Refused { reason: reader.member("reason")? },
            5 => Self::Expired,
            6 => Self::Replaced,
            _ => return Err(record::unknown(reader, "no state of a transaction")),
        })
    }
}

/// Keys of the table: the transactions, the hashes of those that are not final, and those that no node is known to have,
/// with their proofs.
const RECORD: u8 = b'r';
const OPEN: u8 = b'o';
const UNSENT: u8 = b'u';

fn record_key(hash: TxHash) -> Vec<u8> {
    join(&[&RECORD, &hash])
}

fn open_key(hash: TxHash) -> Vec<u8> {
    join(&[&OPEN, &hash])
}

fn unsent_key(hash: TxHash) -> Vec<u8> {
    join(&[&UNSENT, &hash])
}

fn write(job: &mut Job, record: &TxRecord) {
    job.write(Table::Txs, record_key(record.hash), record);
    if record.state != TxState::Sending {
        job.delete(Table::Txs, unsent_key(record.hash));
    }
    match record.state.is_final() {
        true => job.delete(Table::Txs, open_key(record.hash)),
        false => job.put(Table::Txs, open_key(record.hash), Vec::new()),
    }
}

/// Records a transaction, before it is handed to a node. What is known of it already stays.
pub async fn record(job: &mut Job, record: &TxRecord) -> Result<(), StoreError> {
    if get(job, record.hash).await?.is_none() {
        write(job, record);
    }
    Ok(())
}

/// Keeps all of a transaction that was recorded, until something is learned about it.
pub fn keep(job: &mut Job, tx: &Tx) {
    job.write(Table::Txs, unsent_key(tx.tx_hash()), tx);
}

/// Brings records of the first schema version, which knew no [`Purpose`], into the present form.
pub(super) async fn add_purposes(job: &mut Job) -> Result<(), StoreError> {
    let mut nothing = Vec::new();
    AztecAddress::ZERO.encode(&mut nothing);
    List::<Called>(&[]).encode(&mut nothing);
    String::new().encode(&mut nothing);
    for (key, record) in job.scan(Table::Txs, &[RECORD], &[], usize::MAX).await? {
        job.put(Table::Txs, key, [&*record, &nothing].concat());
    }
    Ok(())
}

/// A transaction of which nothing was learned since it was recorded.
pub async fn unsent(job: &Job, hash: TxHash) -> Result<Option<Tx>, StoreError> {
    job.read(Table::Txs, &unsent_key(hash)).await
}

/// A transaction that was recorded.
pub async fn get(job: &Job, hash: TxHash) -> Result<Option<TxRecord>, StoreError> {
    job.read(Table::Txs, &record_key(hash)).await
}

/// Takes note of an event. Gives the transaction as it is then; nothing, if it was not recorded.
pub async fn update(job: &mut Job, hash: TxHash, event: &TxEvent<'_>) -> Result<Option<TxRecord>, StoreError> {
    let Some(mut record) = get(job, hash).await? else { return Ok(None) };
    record.apply(event)?;
    write(job, &record);
    Ok(Some(record))
}

/// The transactions that are not final, by hash.
pub async fn open(job: &Job) -> Result<Vec<TxRecord>, StoreError> {
    let mut records = Vec::new();
    for (key, _) in job.scan(Table::Txs, &[OPEN], &[], usize::MAX).await? {
        let hash = decode(Table::Txs, key.get(1..).unwrap_or_default())?;
        let what = "an open transaction is not recorded";
        records.push(get(job, hash).await?.ok_or(StoreError::Inconsistent { table: Table::Txs, what })?);
    }
    Ok(records)
}

/// All transactions, the latest first.
pub async fn all(job: &Job) -> Result<Vec<TxRecord>, StoreError> {
    let mut records: Vec<TxRecord> = job.read_all(Table::Txs, &[RECORD]).await?;
    records.sort_by_key(|record| core::cmp::Reverse(record.created));
    Ok(records)
}

/// Takes note that blocks after `to` were taken back.
pub async fn unwind(job: &mut Job, to: BlockNumber) -> Result<(), StoreError> {
    for record in open(job).await? {
        update(job, record.hash, &TxEvent::Unwound { to }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use pollster::block_on;
    use protocol::block::BlockHash;
    use protocol::tag::TaggingSecret;

    use super::*;
    use crate::store::MemoryStore;

    fn hash(number: u8) -> TxHash {
        TxHash::from_field(number.into())
    }

    fn made(number: u8) -> TxRecord {
        let secret = TaggingSecret { secret: Fr::from(7u8), app: AztecAddress::from_u64(8) };
        TxRecord::new(hash(number), Timestamp(100), Timestamp(200), vec![number.into()], &[PreTag { secret, index: 4 }])
    }

    fn receipt(status: TxStatus) -> TxReceipt {
        let mut receipt = TxReceipt::new(hash(1), status);
        if status.is_mined() {
            receipt.block_number = Some(BlockNumber(10));
            receipt.block_hash = Some(BlockHash::from_field(Fr::from(11u8)));
            receipt.execution_result = Some(TxExecutionResult::AppLogicReverted);
        }
        receipt
    }

    fn included(certainty: Certainty) -> TxState {
        let block = BlockId { number: BlockNumber(10), hash: BlockHash::from_field(Fr::from(11u8)) };
        TxState::Included { block, result: TxExecutionResult::AppLogicReverted, certainty }
    }

    fn missing(reason: &str) -> TxState {
        TxState::Missing { reason: reason.into() }
    }

    #[test]
    fn what_a_transaction_is_for_is_kept_without_whoever_pays() {
        let call = |to: u64, name: &str| FunctionCall {
            to: AztecAddress::from_u64(to),
            name: name.into(),
            ..FunctionCall::empty()
        };
        let mut calls = alloc::vec![call(9, "sponsor")];
        calls.extend((0..10).map(|_| call(8, &"é".repeat(MAX_NAME + 1))));
        let payload =
            ExecutionPayload { calls, fee_payer: Some(AztecAddress::from_u64(9)), ..ExecutionPayload::default() };
        let purpose = Purpose::of(AztecAddress::from_u64(7), &payload);
        let called = Called { contract: AztecAddress::from_u64(8), function: "é".repeat(MAX_NAME) };
        let calls = alloc::vec![called; MAX_CALLS];
        assert_eq!(purpose, Purpose { from: AztecAddress::from_u64(7), calls, request: String::new() });
        let record = TxRecord { purpose: Purpose { request: "a".into(), ..purpose }, ..made(1) };
        assert_eq!(TxRecord::from_buffer(&record.to_buffer()).unwrap(), record);
    }

    #[test]
    fn records_of_the_first_version_are_read() {
        block_on(async {
            let store = MemoryStore::default();
            let mut job = Job::begin(&store).await.unwrap();
            let (record, bytes) = (made(1), made(1).to_buffer());
            job.put(Table::Txs, record_key(record.hash), bytes[..bytes.len() - 40].to_vec());
            assert!(get(&job, record.hash).await.is_err());
            add_purposes(&mut job).await.unwrap();
            assert_eq!(get(&job, record.hash).await.unwrap(), Some(record));
        });
    }

    /// Where each event leads from each state.
    #[test]
    fn life_cycle() {
        let refused = TxState::Refused { reason: "no".into() };
        let open = [
            TxState::Sending,
            TxState::Pending,
            missing(""),
            included(Certainty::Proposed),
            included(Certainty::Checkpointed),
            included(Certainty::Proven),
        ];
        let closed = [included(Certainty::Finalized), refused.clone(), TxState::Expired, TxState::Replaced];
        let receipts = TxStatus::ALL.map(receipt);
        let expected_of_receipts = [
            missing(""),
            TxState::Pending,
            included(Certainty::Proposed),
            included(Certainty::Checkpointed),
            included(Certainty::Proven),
            included(Certainty::Finalized),
        ];
        let after = |state: &TxState, event: &TxEvent<'_>| {
            let mut record = TxRecord { state: state.clone(), ..made(1) };
            record.apply(event).unwrap();
            record.state
        };
        for state in &open {
            assert!(!state.is_final());
            let is_included = matches!(state, TxState::Included { .. });
            let same_if = |same: bool, other: TxState| if same { state.clone() } else { other };
            for (receipt, expected) in receipts.iter().zip(&expected_of_receipts) {
                assert_eq!(after(state, &TxEvent::Receipt(receipt)), *expected);
            }
            assert_eq!(after(state, &TxEvent::Accepted), same_if(is_included, TxState::Pending));
            let expected = same_if(*state != TxState::Sending, refused.clone());
            assert_eq!(after(state, &TxEvent::Refused { reason: "no" }), expected);
            assert_eq!(after(state, &TxEvent::Unwound { to: BlockNumber(9) }), same_if(!is_included, TxState::Pending));
            assert_eq!(after(state, &TxEvent::Unwound { to: BlockNumber(10) }), *state);
            assert_eq!(after(state, &TxEvent::TimeIsFinal(Timestamp(200))), *state);
            assert_eq!(after(state, &TxEvent::TimeIsFinal(Timestamp(201))), same_if(is_included, TxState::Expired));
            assert_eq!(after(state, &TxEvent::Replaced), TxState::Replaced);
        }
        for state in &closed {
            assert!(state.is_final());
            let receipts = receipts.iter().map(TxEvent::Receipt);
            let others = [
                TxEvent::Accepted,
                TxEvent::Refused { reason: "x" },
                TxEvent::Unwound { to: BlockNumber(0) },
                TxEvent::TimeIsFinal(Timestamp(u64::MAX)),
                TxEvent::Replaced,
            ];
            for event in receipts.chain(others) {
                assert_eq!(after(state, &event), *state);
            }
        }
        for state in open.iter().chain(&closed) {
            let record = TxRecord { state: state.clone(), ..made(1) };
            assert_eq!(TxRecord::from_buffer(&record.to_buffer()), Ok(record));
        }
    }

    #[test]
    fn receipts_must_say_what_they_are_about() {
        let mut record = made(2);
        let expected = ReceiptError::OtherTx { expected: hash(2), found: hash(1) };
        assert_eq!(record.apply(&TxEvent::Receipt(&receipt(TxStatus::Pending))), Err(expected));
        let mut record = made(1);
        for part in 0..3 {
            let mut receipt = receipt(TxStatus::Proven);
            match part {
                0 => receipt.block_number = None,
                1 => receipt.block_hash = None,
                _ => receipt.execution_result = None,
            }
            let expected = ReceiptError::Incomplete { tx_hash: hash(1) };
            assert_eq!(record.apply(&TxEvent::Receipt(&receipt)), Err(expected));
            assert_eq!(*record.state(), TxState::Sending);
        }
    }

    #[test]
    fn what_nodes_say_is_bounded() {
        let mut record = made(1);
        record.apply(&TxEvent::Refused { reason: &"é".repeat(MAX_REASON + 1) }).unwrap();
        assert_eq!(*record.state(), TxState::Refused { reason: "é".repeat(MAX_REASON) });
        let mut record = made(1);
        let mut receipt = receipt(TxStatus::Dropped);
        receipt.error = Some("é".repeat(MAX_REASON + 1));
        record.apply(&TxEvent::Receipt(&receipt)).unwrap();
        assert_eq!(*record.state(), missing(&"é".repeat(MAX_REASON)));
    }

    #[test]
    fn none_is_forgotten() {
        block_on(async {
            let store = MemoryStore::default();
            let mut job = Job::begin(&store).await.unwrap();
            for number in 1..=3 {
                record(&mut job, &made(number)).await.unwrap();
            }
            update(&mut job, hash(1), &TxEvent::Receipt(&receipt(TxStatus::Proposed))).await.unwrap();
            // Recording it again does not take it back.
            record(&mut job, &made(1)).await.unwrap();
            assert_eq!(update(&mut job, hash(9), &TxEvent::Accepted).await.unwrap(), None);
            update(&mut job, hash(2), &TxEvent::Refused { reason: "" }).await.unwrap();
            job.commit(&store).await.unwrap();

            let mut job = Job::begin(&store).await.unwrap();
            let states = async |job: &Job| -> Vec<_> {
                open(job).await.unwrap().into_iter().map(|record| (record.hash, record.state)).collect()
            };
            assert_eq!(states(&job).await, [(hash(1), included(Certainty::Proposed)), (hash(3), TxState::Sending)]);
            unwind(&mut job, BlockNumber(9)).await.unwrap();
            assert_eq!(states(&job).await, [(hash(1), TxState::Pending), (hash(3), TxState::Sending)]);
            let known = get(&job, hash(1)).await.unwrap().unwrap();
            assert_eq!((known.created, known.expires), (Timestamp(100), Timestamp(200)));
            assert_eq!((known.nullifiers, known.tags), (vec![Fr::ONE], made(1).tags));
            let mut newer = made(4);
            newer.created = Timestamp(101);
            record(&mut job, &newer).await.unwrap();
            let hashes: Vec<_> = all(&job).await.unwrap().into_iter().map(|record| record.hash).collect();
            assert_eq!(hashes, [4, 1, 2, 3].map(hash));
        });
    }
}
