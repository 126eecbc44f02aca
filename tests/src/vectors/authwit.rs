//! Authorization witnesses, calls, the entrypoint payload.

use protocol::abi::FunctionCall;
use protocol::address::AztecAddress;
use protocol::authwit::{CallAuthorization, ChainInfo, InnerHash, Intent, MessageHash};
use protocol::codec::{FromFields, ToFields};
use protocol::entrypoint::AppPayload;
use protocol::field::Fr;
use protocol::tx::HashedValues;
use serde_json::{Value, json};

use super::form::{Answer, arg, as_json, joined, member, ok, or, with};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("authwitInner", |input| ok(InnerHash::of_values(&arg::<Vec<Fr>>(input)?))),
    many("authwitOuter", |input| {
        ok(MessageHash::new(member(input, "consumer")?, arg::<ChainInfo>(input)?, member(input, "innerHash")?))
    }),
    many("authwitOfCall", |input| {
        let (caller, call): (AztecAddress, FunctionCall) = (member(input, "caller")?, member(input, "call")?);
        ok(Intent::Call { caller, call }.message_hash(arg(input)?))
    }),
    many("functionCall", |input| as_json(&arg::<FunctionCall>(input)?)),
    many("callAuthorization", call_authorization),
    many("entrypointPayload", |input| {
        let calls: Vec<FunctionCall> = member(input, "calls")?;
        let (payload, hashed) = or(AppPayload::new(&calls, member(input, "nonce")?))?;
        Ok(json!({ "fields": joined(&payload.to_fields()), "hash": payload.hash(), "hashedArguments": hashed }))
    }),
    many("hashedArgs", |input| as_json(&HashedValues::from_args(arg(input)?))),
    many("hashedCalldata", |input| as_json(&HashedValues::from_calldata(arg(input)?))),
];

/// Besides the members: the recorded requests are consistent and encode to the same fields again.
fn call_authorization(input: &Value) -> Answer {
    let fields: Vec<Fr> = arg(input)?;
    let request = or(CallAuthorization::from_fields(&fields))?;
    if request.to_fields() != fields || !request.is_consistent() {
        return Err("the request does not hold together".to_owned());
    }
    with(as_json(&request), json!({ "selector": CallAuthorization::SELECTOR }))
}
