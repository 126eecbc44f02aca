//! Inputs and output of one circuit.

use core::marker::PhantomData;

use protocol::artifact::CircuitAbi;
use protocol::field::Fr;

use super::{AbiMapped, MapError, MapErrorKind, Plan, Shape};
use crate::witness::WitnessMap;

/// How the inputs `I` of a circuit become its first witnesses, and where in its solved witness the output `O` is.
///
/// Parameters take the witnesses from 0 on, what the circuit returns takes those that follow.
#[derive(Debug, Clone)]
pub struct CircuitMap<I, O> {
    inputs: Plan,
    pub(super) output: Plan,
    types: PhantomData<fn() -> (I, O)>,
}

impl<I: AbiMapped, O: AbiMapped> CircuitMap<I, O> {
    /// Fits the types to a circuit. The members of `I` are the circuit's parameters.
    ///
    /// # Errors
    /// If the circuit takes or returns something else. The path of what it returns starts with `return`.
    pub fn new(abi: &CircuitAbi) -> Result<Self, MapError> {
        let returned = abi.return_type.as_ref().map_or(Shape::nothing(), |returned| Shape::of(&returned.abi_type));
        Ok(Self {
            inputs: I::fit(Shape::of_parameters(&abi.parameters))?,
            output: O::fit(returned).map_err(|error| error.within("return"))?,
            types: PhantomData,
        })
    }

    /// The witnesses that inputs start a circuit with.
    ///
    /// # Errors
    /// If a list has not the length the circuit takes.
    pub fn encode(&self, inputs: &I) -> Result<WitnessMap, MapError> {
        self.inputs.write(inputs).map(WitnessMap::from_values)
    }

    /// The inputs a witness starts with.
    ///
    /// # Errors
    /// If a witness has no value, or one that its type cannot have.
    pub fn decode(&self, witness: &WitnessMap) -> Result<I, MapError> {
        self.inputs.read(&fields(witness, 0, self.inputs.size())?)
    }

    /// What a solved circuit returns.
    ///
    /// # Errors
    /// If a witness has no value, or one that its type cannot have.
    pub fn output(&self, witness: &WitnessMap) -> Result<O, MapError> {
        self.output.read(&fields(witness, self.inputs.size(), self.output.size())?)
    }
}

/// The values of `count` witnesses.
pub(super) fn fields(witness: &WitnessMap, start: usize, count: usize) -> Result<Vec<Fr>, MapError> {
    let value = |index: usize| {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        witness.get(index).ok_or_else(|| MapError::new(MapErrorKind::NoWitness(index)))
    };
    (start..start.saturating_add(count)).map(value).collect()
}
