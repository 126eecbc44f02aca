//! Putting a circuit together: pools are filled and constants stored once.

use std::collections::HashMap;

use ark_ff::batch_inversion;
use protocol::field::Fr;

use super::acir::{Circuit, Constant, Expression, Operand, OperandKind, Span, Term, Witness};

/// A circuit in the making.
pub(super) struct CircuitBuilder {
    pub(super) circuit: Circuit,
    constants: HashMap<Fr, Constant>,
}

impl CircuitBuilder {
    pub(super) fn new() -> Self {
        let constants = vec![Fr::ONE, -Fr::ONE, Fr::ZERO];
        let known = [Constant::ONE, Constant::MINUS_ONE, Constant::ZERO];
        let index = constants.iter().copied().zip(known).collect();
        Self { circuit: Circuit { constants, ..Circuit::default() }, constants: index }
    }

    /// A constant's place in the pool.
    pub(super) fn constant(&mut self, value: Fr) -> Constant {
        // Nearly every coefficient is one of these.
        if value == Fr::ONE {
            return Constant::ONE;
        }
        if value == Fr::MAX {
            return Constant::MINUS_ONE;
        }
        if value.is_zero() {
            return Constant::ZERO;
        }
        let pool = &mut self.circuit.constants;
        *self.constants.entry(value).or_insert_with(|| {
            pool.push(value);
            Constant(index(pool.len() - 1))
        })
    }

    /// Notes that a witness exists.
    pub(super) fn witness(&mut self, witness: Witness) {
        self.circuit.witness_count = self.circuit.witness_count.max(witness + 1);
    }

    pub(super) fn operands(&mut self, operands: impl IntoIterator<Item = Operand>) -> Span {
        extend(&mut self.circuit.operands, operands)
    }

    pub(super) fn witnesses(&mut self, witnesses: impl IntoIterator<Item = Witness>) -> Span {
        extend(&mut self.circuit.witnesses, witnesses)
    }

    /// The simplest operand that has an expression's value.
    pub(super) fn operand(&mut self, expression: Expression) -> Operand {
        if expression.products.length == 0 && expression.terms.length == 0 {
            return Operand::constant(expression.constant);
        }
        if expression.products.length == 0
            && expression.constant == Constant::ZERO
            && let [Term { coefficient: Constant::ONE, witness }] = self.circuit.terms[expression.terms.range()]
        {
            return Operand::witness(witness);
        }
        self.circuit.expressions.push(expression);
        Operand::expression(index(self.circuit.expressions.len() - 1))
    }

    /// An expression that is just a witness.
    pub(super) fn as_witness(&mut self, expression: Expression) -> Option<Witness> {
        match self.operand(expression).kind() {
            OperandKind::Witness(witness) => Some(witness),
            _ => None,
        }
    }

    pub(super) fn finish(mut self) -> Circuit {
        let circuit = &mut self.circuit;
        let mut inverses: Vec<_> = circuit.constants.iter().map(|constant| (-*constant).to_ark()).collect();
        batch_inversion(&mut inverses);
        circuit.negative_inverses = inverses.into_iter().map(Fr::from_ark).collect();
        circuit.assertions.sort_by_key(|assertion| assertion.opcode);
        // Programs are kept.
        circuit.opcodes.shrink_to_fit();
        circuit.products.shrink_to_fit();
        circuit.terms.shrink_to_fit();
        circuit.operands.shrink_to_fit();
        circuit.witnesses.shrink_to_fit();
        self.circuit
    }
}

/// Places in pools: each item takes a byte of inflated code at least, of which there are fewer than 2^30.
pub(super) fn index(place: usize) -> u32 {
    debug_assert!(place < Operand::LIMIT as usize);
    u32::try_from(place).expect("the inflated code is shorter")
}

fn extend<T>(pool: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Span {
    let start = pool.len();
    pool.extend(items);
    Span { start: index(start), length: index(pool.len() - start) }
}
