//! Checkpoints and their headers.

use protocol::block::{Checkpoint, CheckpointHeader};
use serde_json::json;

use super::form::{as_json, bytes_and_json, decoded, hex, or, with};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("checkpointHeader", |input| {
        let header: CheckpointHeader = decoded(input)?;
        with(bytes_and_json::<CheckpointHeader>(input), json!({ "hash": header.hash() }))
    }),
    many("checkpoint", |input| {
        let checkpoint: Checkpoint = decoded(input)?;
        as_json(&checkpoint)?;
        Ok(json!({
            "json": hex(or(serde_json::to_string(&checkpoint))?),
            "outHash": checkpoint.out_hash(),
            "hash": checkpoint.hash(),
        }))
    }),
];
