//! Values of expressions, and the witness an expression that must be zero determines.

use protocol::field::Fr;

use super::error::SolveFailure;
use super::map::WitnessMap;
use crate::program::acir::{Circuit, Constant, Expression, Operand, OperandKind, Witness};

/// A circuit with the values found so far.
pub(super) struct Values<'a> {
    pub(super) circuit: &'a Circuit,
    pub(super) witness: &'a mut WitnessMap,
}

impl Values<'_> {
    pub(super) fn constant(&self, constant: Constant) -> Fr {
        self.circuit.constants[constant.0 as usize]
    }

    fn times(&self, coefficient: Constant, value: Fr) -> Fr {
        match coefficient {
            Constant::ONE => value,
            Constant::MINUS_ONE => -value,
            _ => self.constant(coefficient) * value,
        }
    }

    pub(super) fn get(&self, witness: Witness) -> Result<Fr, SolveFailure> {
        self.witness.get(witness).ok_or(SolveFailure::MissingWitness(witness))
    }

    /// Gives a witness a value, or checks the one it has.
    pub(super) fn assign(&mut self, witness: Witness, value: Fr) -> Result<(), SolveFailure> {
        if self.witness.assign(witness, value) { Ok(()) } else { Err(SolveFailure::Unsatisfied) }
    }

    /// The value of an operand.
    pub(super) fn operand(&self, operand: Operand) -> Result<Fr, SolveFailure> {
        match operand.kind() {
            OperandKind::Witness(witness) => self.get(witness),
            OperandKind::Constant(constant) => Ok(self.constant(constant)),
            OperandKind::Expression(index) => self.evaluate(self.circuit.expressions[index as usize]),
        }
    }

    /// The value of an expression whose witnesses are known; unknown ones do not matter where they are multiplied by zero.
    fn evaluate(&self, expression: Expression) -> Result<Fr, SolveFailure> {
        let mut sum = self.constant(expression.constant);
        for product in &self.circuit.products[expression.products.range()] {
            let (left, right) = (self.witness.get(product.left), self.witness.get(product.right));
            match (left, right) {
                (Some(left), Some(right)) => sum += self.times(product.coefficient, left * right),
                _ if product.coefficient == Constant::ZERO || left.or(right) == Some(Fr::ZERO) => {}
                (None, _) => return Err(SolveFailure::MissingWitness(product.left)),
                _ => return Err(SolveFailure::MissingWitness(product.right)),
            }
        }
        for term in &self.circuit.terms[expression.terms.range()] {
            match self.witness.get(term.witness) {
                Some(value) => sum += self.times(term.coefficient, value),
                None if term.coefficient == Constant::ZERO => {}
                None => return Err(SolveFailure::MissingWitness(term.witness)),
            }
        }
        Ok(sum)
    }

    /// Makes an expression zero: checks it, or gives its one unknown witness a value.
    pub(super) fn assert_zero(&mut self, expression: Expression) -> Result<(), SolveFailure> {
        let mut sum = self.constant(expression.constant);
        // The unknown witness and what it is multiplied by: a value found in this run, or a constant whose inverse is known.
        let mut by_value: Option<(Fr, Witness)> = None;
        let mut by_constant: Option<(Constant, Witness)> = None;
        for product in &self.circuit.products[expression.products.range()] {
            let (left, right) = (self.witness.get(product.left), self.witness.get(product.right));
            let (factor, unknown) = match (left, right) {
                (Some(left), Some(right)) => {
                    sum += self.times(product.coefficient, left * right);
                    continue;
                }
                (Some(factor), None) => (factor, product.right),
                (None, Some(factor)) => (factor, product.left),
                (None, None) if product.coefficient == Constant::ZERO => continue,
                (None, None) => return self.assert_zero_slowly(expression),
            };
            let factor = self.times(product.coefficient, factor);
            if !factor.is_zero() && by_value.replace((factor, unknown)).is_some() {
                return self.assert_zero_slowly(expression);
            }
        }
        for term in &self.circuit.terms[expression.terms.range()] {
            match self.witness.get(term.witness) {
                Some(value) => sum += self.times(term.coefficient, value),
                None if term.coefficient == Constant::ZERO => {}
                None if by_value.is_some() || by_constant.is_some() => return self.assert_zero_slowly(expression),
                None => by_constant = Some((term.coefficient, term.witness)),
            }
        }
        match (by_constant, by_value) {
            (Some((Constant::ONE, unknown)), _) => self.assign(unknown, -sum),
            (Some((Constant::MINUS_ONE, unknown)), _) => self.assign(unknown, sum),
            (Some((coefficient, unknown)), _) => {
                self.assign(unknown, sum * self.circuit.negative_inverses[coefficient.0 as usize])
            }
            (None, Some((factor, unknown))) => self.divide(sum, factor, unknown),
            (None, None) if sum.is_zero() => Ok(()),
            (None, None) => Err(SolveFailure::Unsatisfied),
        }
    }

    fn divide(&mut self, sum: Fr, factor: Fr, unknown: Witness) -> Result<(), SolveFailure> {
        let value = if factor == Fr::ONE {
            -sum
        } else if factor == Fr::MAX {
            sum
        } else {
            -sum * factor.inverse().expect("the factor is not zero")
        };
        self.assign(unknown, value)
    }

    /// The general case: what stands several times is added up first, and may cancel out.
    #[cold]
    fn assert_zero_slowly(&mut self, expression: Expression) -> Result<(), SolveFailure> {
        let mut sum = self.constant(expression.constant);
        let mut terms: Vec<(Witness, Fr)> = Vec::new();
        let mut products: Vec<((Witness, Witness), Fr)> = Vec::new();
        for product in &self.circuit.products[expression.products.range()] {
            let coefficient = self.constant(product.coefficient);
            let (left, right) = (product.left, product.right);
            match (self.witness.get(left), self.witness.get(right)) {
                (Some(left), Some(right)) => sum += coefficient * left * right,
                (Some(factor), None) => terms.push((right, coefficient * factor)),
                (None, Some(factor)) => terms.push((left, coefficient * factor)),
                (None, None) => products.push(((left.min(right), left.max(right)), coefficient)),
            }
        }
        for term in &self.circuit.terms[expression.terms.range()] {
            let coefficient = self.constant(term.coefficient);
            match self.witness.get(term.witness) {
                Some(value) => sum += coefficient * value,
                None => terms.push((term.witness, coefficient)),
            }
        }
        if !combined(products).is_empty() {
            return Err(SolveFailure::TooManyUnknowns);
        }
        match combined(terms)[..] {
            [] if sum.is_zero() => Ok(()),
            [] => Err(SolveFailure::Unsatisfied),
            [(unknown, factor)] => self.divide(sum, factor, unknown),
            _ => Err(SolveFailure::TooManyUnknowns),
        }
    }
}

/// Adds up the coefficients of what is the same, and drops what cancels out.
fn combined<T: Ord + Copy>(mut terms: Vec<(T, Fr)>) -> Vec<(T, Fr)> {
    terms.sort_by_key(|(key, _)| *key);
    terms.dedup_by(|(key, coefficient), (kept, sum)| {
        let same = key == kept;
        if same {
            *sum += *coefficient;
        }
        same
    });
    terms.retain(|(_, sum)| !sum.is_zero());
    terms
}
