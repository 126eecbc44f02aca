//! Resets the official client plans for the same kernels. `tests/client/generate/resets.mjs` made the data and tells its
//! form.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::collections::BTreeMap;

use async_trait::async_trait;
use circuits::kernel_inputs::{ReadRequestAction, ReadRequestHints, ResetHints};
use protocol::field::{Fq, Fr, Point};
use protocol::kernel::SideEffectCounter;
use protocol::keys::SecretScalar;
use protocol::merkle::{LeafIndex, MembershipWitness};
use serde::Deserialize;

use super::made::{Made, key, log, note_hash, nullifier, read, scoped};
use crate::execution::PrivateCall;
use crate::kernel::error::{KernelError, Limit, LimitExceeded, WrongLink};
use crate::kernel::hints::{
    HintAnswers, HintError, HintQuestions, HintSource, Known, Links, NullifierMembership, Reset,
};
use crate::kernel::plan::Effects;

#[derive(Deserialize)]
struct Case {
    k: Kernel,
    t: Vec<Call>,
    m: Vec<(u32, u32)>,
    p: u32,
    o: Option<Expected>,
}

#[derive(Deserialize)]
struct Kernel {
    n: Vec<(u64, u32, u64)>,
    u: Vec<(u64, u64, u32, u64)>,
    l: Vec<(u32, u32, u64)>,
    r: Vec<(u64, u32, u64)>,
    s: Vec<(u64, u32, u64)>,
    y: Vec<u64>,
}

#[derive(Deserialize)]
struct Call {
    a: u64,
    n: Vec<(u64, u32)>,
    u: Vec<(u64, u64, u32)>,
    l: Vec<(u32, u32)>,
    r: Vec<(u64, u32, u64)>,
    s: Vec<(u64, u32, u64)>,
    y: Vec<u64>,
    z: Vec<Call>,
}

/// Kind and place of the hint of each request; read and value of each pending and of each settled hint.
type Reads = (Vec<(u8, u32)>, Vec<(u32, u32)>, Vec<(u32, u64)>);

#[derive(Deserialize, PartialEq, Debug)]
#[serde(untagged)]
enum Expected {
    Error { e: String },
    Hints { d: String, r: Reads, s: Reads, y: Vec<u64>, q: Vec<(u32, u32)> },
}

impl Kernel {
    fn effects(&self) -> Effects {
        Effects {
            note_hashes: self.n.iter().map(|it| scoped(note_hash(it.0, it.1), it.2)).collect(),
            nullifiers: self.u.iter().map(|it| scoped(nullifier(it.0, it.1, it.2), it.3)).collect(),
            private_logs: self.l.iter().map(|it| scoped(log(it.0, it.1), it.2)).collect(),
            note_hash_reads: self.r.iter().map(|it| read(it.0, it.1, it.2)).collect(),
            nullifier_reads: self.s.iter().map(|it| read(it.0, it.1, it.2)).collect(),
            key_validations: self.y.iter().map(|x| scoped(key(*x), 1)).collect(),
            ..Effects::default()
        }
    }
}

impl Call {
    fn made(&self) -> Made {
        Made {
            contract: self.a,
            note_hashes: self.n.iter().map(|it| note_hash(it.0, it.1)).collect(),
            nullifiers: self.u.iter().map(|it| nullifier(it.0, it.1, it.2)).collect(),
            logs: self.l.iter().map(|it| log(it.0, it.1)).collect(),
            note_hash_reads: self.r.iter().map(|it| read(it.0, it.1, it.2)).collect(),
            nullifier_reads: self.s.iter().map(|it| read(it.0, it.1, it.2)).collect(),
            keys: self.y.iter().map(|x| key(*x)).collect(),
            nullified: BTreeMap::default(),
            nested: self.z.iter().map(Self::made).collect(),
        }
    }
}

/// Keys whose secret is the x coordinate of the public key.
struct Secrets;

#[async_trait]
impl HintSource for Secrets {
    async fn answer(&self, _: &HintQuestions) -> Result<HintAnswers, HintError> {
        Ok(HintAnswers::default())
    }

    async fn master_secret_key(&self, public_key: &Point) -> Result<SecretScalar, HintError> {
        Ok(SecretScalar::from_scalar(Fq::from(public_key.x.to_u64().unwrap())))
    }
}

/// Witnesses whose index is the value.
fn known(effects: &Effects) -> Known {
    let witness =
        |value: Fr| MembershipWitness { leaf_index: LeafIndex(value.to_u64().unwrap()), ..Default::default() };
    let nullifier = |value| NullifierMembership { witness: witness(value), leaf: Default::default() };
    let value = |read: &protocol::kernel::Scoped<protocol::kernel::ReadRequest>| read.inner.value;
    Known {
        functions: BTreeMap::new(),
        note_hashes: effects.note_hash_reads.iter().map(value).map(|value| (value, witness(value))).collect(),
        nullifiers: effects.nullifier_reads.iter().map(value).map(|value| (value, nullifier(value))).collect(),
    }
}

fn reads<L>(hints: &ReadRequestHints<L>) -> Reads {
    let action = |action: &ReadRequestAction| match *action {
        ReadRequestAction::Skip => (0, 0),
        ReadRequestAction::ReadAsPending(hint) => (1, hint),
        ReadRequestAction::ReadAsSettled(hint) => (2, hint),
    };
    let pending = hints.pending_read_hints.iter().map(|hint| (hint.read_request_index, hint.pending_value_index));
    let settled = hints.settled_read_hints.iter();
    let settled = settled.map(|hint| (hint.read_request_index, hint.membership_witness.leaf_index.0));
    (hints.read_request_actions.iter().map(action).collect(), pending.collect(), settled.collect())
}

fn planned(effects: &Effects, stack: &[&PrivateCall], links: &Links) -> Result<Option<Expected>, KernelError> {
    let kernel = effects.accumulated();
    let reset = match stack.is_empty() {
        true => Some(Reset::to_finish(&kernel, links)?),
        false => Reset::to_make_room(&kernel, stack, links)?,
    };
    let Some(reset) = reset else { return Ok(None) };
    let ResetHints {
        note_hash_read_request_hints,
        nullifier_read_request_hints,
        key_validation_hints,
        transient_data_squashing_hints,
    } = pollster::block_on(reset.hints(&kernel, &known(effects), &Secrets))?;
    let secret = |key: &SecretScalar| {
        let bytes = key.expose().to_be_bytes();
        u64::from_be_bytes(bytes[24..].try_into().unwrap())
    };
    let squashed = transient_data_squashing_hints.iter().map(|hint| (hint.note_hash_index, hint.nullifier_index));
    Ok(Some(Expected::Hints {
        d: reset.variant.dimensions().to_string(),
        r: reads(&note_hash_read_request_hints),
        s: reads(&nullifier_read_request_hints),
        y: key_validation_hints.iter().map(|hint| secret(&hint.sk_m)).collect(),
        q: squashed.collect(),
    }))
}

/// The words of the official client.
fn official(error: &KernelError) -> String {
    let exceeded = |what: &str| format!("Number of {what} exceeds the limit.");
    match error {
        KernelError::Limit(LimitExceeded { limit, count }) => {
            assert!(*count > limit.max(), "{error}");
            match limit {
                Limit::NoteHashReads => exceeded("note hash read requests"),
                Limit::NullifierReads => exceeded("nullifier read requests"),
                other => exceeded(&other.to_string()),
            }
        }
        KernelError::UnmatchedRead { kind: Limit::NoteHashes, .. } => {
            String::from("No matching note hash found for note hash read request.")
        }
        KernelError::UnmatchedRead { .. } => String::from("No matching nullifier found for nullifier read request."),
        KernelError::WrongLink { why: WrongLink::Order, .. } => {
            String::from("Hinted nullifier has smaller counter than note hash.")
        }
        KernelError::WrongLink { why: WrongLink::Contract, .. } => {
            String::from("Contract address of hinted note hash does not match.")
        }
        other => other.to_string(),
    }
}

#[test]
fn resets_are_those_of_the_official_client() {
    let mut lines = Vec::new();
    lzma_rs::xz_decompress(&mut &include_bytes!("resets.jsonl.xz")[..], &mut lines).unwrap();
    let (mut none, mut resets, mut errors) = (0, 0, 0);
    for (number, line) in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
        let Case { k, t, m, p, o } = serde_json::from_slice(line).unwrap();
        let calls: Vec<_> = t.iter().map(|call| call.made().call()).collect();
        let stack: Vec<_> = calls.iter().collect();
        let links = Links {
            nullified: m.into_iter().map(|(note, by)| (SideEffectCounter(note), SideEffectCounter(by))).collect(),
            split: SideEffectCounter(p),
        };
        let found = planned(&k.effects(), &stack, &links);
        let found = found.unwrap_or_else(|error| Some(Expected::Error { e: official(&error) }));
        match &found {
            None => none += 1,
            Some(Expected::Error { .. }) => errors += 1,
            Some(Expected::Hints { .. }) => resets += 1,
        }
        assert_eq!(found, o, "case {number}");
    }
    assert_eq!((none, resets, errors), (32, 197, 26));
}
