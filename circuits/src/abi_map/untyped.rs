//! Values known only by their ABI: arguments of private functions, inputs of circuits without Rust types.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/oracle/private_execution{,_oracle}.ts`.

use protocol::abi::{AbiError, AbiParameter, Checks, Value, argument_count, decode, encode};
use protocol::artifact::CircuitAbi;
use protocol::codec::{FixedFields, FromFields, ToFields};
use protocol::field::Fr;
use protocol::kernel::{PrivateCircuitPublicInputs, PrivateContextInputs};

use super::MapError;
use super::circuit::fields;
use crate::witness::WitnessMap;

/// The first witnesses of a circuit: the fields of its parameters.
///
/// # Errors
/// If a value is not one of its type.
pub fn encode_parameters(parameters: &[AbiParameter], values: &[Value]) -> Result<WitnessMap, AbiError> {
    encode(parameters, values).map(WitnessMap::from_values)
}

/// The values of a circuit's parameters in its witness.
///
/// # Errors
/// If a witness has no value, or one that its type cannot have.
pub fn decode_parameters(parameters: &[AbiParameter], witness: &WitnessMap) -> Result<Vec<Value>, MapError> {
    let fields = fields(witness, 0, argument_count(parameters).map_err(MapError::new)?)?;
    let mut rest = fields.as_slice();
    let mut next = |parameter: &AbiParameter| {
        let (own, others) = rest.split_at(parameter.ty.field_count().map_err(MapError::new)?);
        rest = others;
        decode(&parameter.ty, own, Checks::Strict).map_err(MapError::new)
    };
    parameters.iter().map(|parameter| next(parameter).map_err(|error| error.within(&parameter.name))).collect()
}

/// What a solved circuit returns, if it returns something.
///
/// # Errors
/// If a witness has no value, or one that its type cannot have.
pub fn decode_return(abi: &CircuitAbi, witness: &WitnessMap) -> Result<Option<Value>, MapError> {
    let Some(returned) = &abi.return_type else { return Ok(None) };
    let start = argument_count(&abi.parameters).map_err(MapError::new)?;
    let size = returned.abi_type.field_count().map_err(MapError::new)?;
    let fields = fields(witness, start, size)?;
    let value = decode(&returned.abi_type, &fields, Checks::Strict);
    value.map(Some).map_err(|error| MapError::new(error).within("return"))
}

/// The first witnesses of a private function: the context it runs in, then its encoded arguments.
#[must_use]
pub fn private_function_inputs(context: &PrivateContextInputs, arguments: &[Fr]) -> WitnessMap {
    WitnessMap::from_values(context.to_fields().into_iter().chain(arguments.iter().copied()))
}

/// What a solved private function makes public. `arguments` is how many fields its arguments have.
///
/// # Errors
/// If a witness has no value, or one that its type cannot have.
pub fn private_function_outputs(
    arguments: usize,
    witness: &WitnessMap,
) -> Result<PrivateCircuitPublicInputs, MapError> {
    let start = PrivateContextInputs::FIELD_COUNT.saturating_add(arguments);
    let fields = fields(witness, start, PrivateCircuitPublicInputs::FIELD_COUNT)?;
    PrivateCircuitPublicInputs::from_fields(&fields).map_err(MapError::new)
}
