//! Signatures, selectors, arguments, return values, bytes and texts in fields.

use protocol::abi::{
    AbiParameter, AbiType, AuthorizationSelector, Checks, EventSelector, FunctionSelector, NoteSelector,
    argument_count, arguments_from_json, bytes_from_fields, bytes_to_fields, decode_return_values, decompress_text,
    encode, function_signature,
};
use protocol::codec::{Encode, FromFields, ToFields};
use protocol::field::Fr;
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{Answer, arg, bytes, decoded, fields, hex, joined, member, ok, or};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("signature", |input| {
        let Function { name, parameters } = arg(input)?;
        ok(or(function_signature(&name, &parameters))?)
    }),
    many("functionSelector", |input| {
        let Function { name, parameters } = arg(input)?;
        ok(or(FunctionSelector::from_name_and_parameters(&name, &parameters))?)
    }),
    many("functionSelectorFromSignature", |input| ok(or(FunctionSelector::from_signature(&arg::<String>(input)?))?)),
    many("eventSelectorFromSignature", |input| ok(or(EventSelector::from_signature(&arg::<String>(input)?))?)),
    many("authorizationSelectorFromSignature", |input| {
        ok(or(AuthorizationSelector::from_signature(&arg::<String>(input)?))?)
    }),
    many("selectorText", |input| {
        let selector: FunctionSelector = arg(input)?;
        Ok(json!({ "buffer": hex(selector.to_buffer()), "field": selector.to_fields()[0], "json": selector }))
    }),
    many("selectorFromField", |input| ok(or(FunctionSelector::from_fields(&[arg(input)?]))?)),
    finite("noteSelector", 260, |input| Ok(hex(decoded::<NoteSelector>(input)?.to_buffer()))),
    many("countArgumentsSize", |input| ok(or(argument_count(&arg::<Function>(input)?.parameters))?)),
    many("encodeArguments", |input| {
        let Function { parameters, .. } = member(input, "abi")?;
        let arguments: Vec<Value> = member(input, "args")?;
        let arguments = or(arguments_from_json(&parameters, &arguments))?;
        ok(or(encode(&parameters, &arguments))?)
    }),
    many("decodeFromAbi", decode),
    many("bufferAsFields", |input| {
        Ok(joined(&or(bytes_to_fields(&bytes(&input["bytes"])?, member(input, "length")?))?))
    }),
    many("bufferFromFields", |input| Ok(hex(or(bytes_from_fields(&fields(input)?))?))),
    many("compressedString", |input| ok(decompress_text(arg(input)?))),
];

#[derive(Deserialize)]
struct Function {
    name: String,
    parameters: Vec<AbiParameter>,
}

/// Whatever the strict decoder accepts it must decode to the same value.
fn decode(input: &Value) -> Answer {
    let types: Vec<AbiType> = member(input, "types")?;
    let fields: Vec<Fr> = member(input, "fields")?;
    let value = or(decode_return_values(&types, &fields, Checks::Official))?;
    match decode_return_values(&types, &fields, Checks::Strict) {
        Ok(strict) if strict != value => Err("the strict decoder differs".to_owned()),
        _ => Ok(json!({ "value": value.to_json() })),
    }
}
