//! Blocks, their headers and what those hold.

use protocol::block::{
    AppendOnlyTreeSnapshot, BlockHeader, GlobalVariables, L2Block, PartialStateReference, StateReference,
    block_headers_hash,
};
use protocol::codec::Encode;
use serde_json::{Value, json};

use super::form::{all_forms, arg, as_json, decoded, hex, ok, or, with};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("appendOnlyTreeSnapshot", all_forms::<AppendOnlyTreeSnapshot>),
    many("partialStateReference", all_forms::<PartialStateReference>),
    many("stateReference", all_forms::<StateReference>),
    many("globalVariables", all_forms::<GlobalVariables>),
    many("blockHeader", |input| {
        let header: BlockHeader = decoded(input)?;
        with(all_forms::<BlockHeader>(input), json!({ "hash": header.hash() }))
    }),
    many("blockHeadersHash", |input| {
        let headers: Vec<Value> = arg(input)?;
        let hashes: Result<Vec<_>, _> =
            headers.iter().map(|header| decoded::<BlockHeader>(header).map(|header| header.hash())).collect();
        ok(block_headers_hash(&hashes?))
    }),
    many("l2Block", |input| {
        let block: L2Block = decoded(input)?;
        as_json(&block)?;
        Ok(json!({
            "json": hex(or(serde_json::to_string(&block))?),
            "hash": block.hash(),
            "body": hex(block.body.to_buffer()),
        }))
    }),
];
