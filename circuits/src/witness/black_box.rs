//! Black boxes of circuits.

use protocol::field::Fr;
use protocol::hash::poseidon2_permutation;
use protocol::signature::ecdsa::EcdsaCurve;

use super::curve::{self, FlaggedPoint, NO_POINT};
use super::error::{BlackBoxError, SolveFailure};
use super::expression::Values;
use super::functions;
use crate::program::acir::{BlackBox, Operand, Span};

type Result<T> = core::result::Result<T, SolveFailure>;

fn failed(function: &'static str) -> impl Fn(BlackBoxError) -> SolveFailure {
    move |reason| SolveFailure::BlackBox { function, reason }
}

/// Bits of a value: 0 for 0.
fn bits([a, b, c, d]: [u64; 4]) -> u32 {
    let top = |limb: u64, below: u32| below + 64 - limb.leading_zeros();
    match (d, c, b, a) {
        (1.., ..) => top(d, 192),
        (0, 1.., ..) => top(c, 128),
        (0, 0, 1.., _) => top(b, 64),
        _ => top(a, 0),
    }
}

impl Values<'_> {
    fn fields(&self, span: Span) -> Result<Vec<Fr>> {
        self.circuit.operands[span.range()].iter().map(|operand| self.operand(*operand)).collect()
    }

    /// Integers of so many bits.
    fn integers<const N: usize>(&self, span: Span, max: u32) -> Result<[u64; N]> {
        let mut out = [0; N];
        for (integer, operand) in out.iter_mut().zip(&self.circuit.operands[span.range()]) {
            *integer = self.integer(*operand, max)?;
        }
        Ok(out)
    }

    fn integer(&self, operand: Operand, max: u32) -> Result<u64> {
        let value = self.operand(operand)?;
        let limbs = value.to_limbs();
        if bits(limbs) > max { Err(SolveFailure::InputTooLarge { value, bits: max }) } else { Ok(limbs[0]) }
    }

    fn bytes(&self, span: Span) -> Result<Vec<u8>> {
        let operands = &self.circuit.operands[span.range()];
        operands.iter().map(|operand| self.integer(*operand, 8).map(|byte| byte.to_le_bytes()[0])).collect()
    }

    fn byte_array<const N: usize>(&self, span: Span) -> Result<[u8; N]> {
        Ok(self.integers::<N>(span, 8)?.map(|byte| byte.to_le_bytes()[0]))
    }

    fn words<const N: usize>(&self, span: Span) -> Result<[u32; N]> {
        Ok(self.integers::<N>(span, 32)?.map(|word| u32::try_from(word).expect("32 bits")))
    }

    /// Whether something is to be done at all.
    pub(super) fn predicate(&self, operand: Operand) -> Result<bool> {
        let predicate = self.operand(operand)?;
        if predicate == Fr::ONE {
            Ok(true)
        } else if predicate.is_zero() {
            Ok(false)
        } else {
            Err(SolveFailure::Predicate(predicate))
        }
    }

    fn assign_all(&mut self, outputs: Span, values: impl IntoIterator<Item = Fr>) -> Result<()> {
        let witnesses = &self.circuit.witnesses[outputs.range()];
        witnesses.iter().zip(values).try_for_each(|(witness, value)| self.assign(*witness, value))
    }

    /// The value has no more bits.
    pub(super) fn range(&self, input: Operand, max: u32) -> Result<()> {
        if bits(self.operand(input)?.to_limbs()) > max { Err(SolveFailure::Unsatisfied) } else { Ok(()) }
    }

    /// Bitwise and, or exclusive or.
    pub(super) fn logic(&mut self, xor: bool, [lhs, rhs]: [Operand; 2], max: u32, output: u32) -> Result<()> {
        let read = |operand| {
            let value = self.operand(operand)?;
            let limbs = value.to_limbs();
            if bits(limbs) > max { Err(SolveFailure::InputTooLarge { value, bits: max }) } else { Ok(limbs) }
        };
        let (lhs, rhs) = (read(lhs)?, read(rhs)?);
        let mut bytes = [0; 32];
        for (place, chunk) in bytes.as_chunks_mut::<8>().0.iter_mut().rev().enumerate() {
            let limb = if xor { lhs[place] ^ rhs[place] } else { lhs[place] & rhs[place] };
            *chunk = limb.to_be_bytes();
        }
        self.assign(output, Fr::from_be_bytes_reduced(&bytes))
    }

    /// The permutation of Poseidon2.
    pub(super) fn poseidon2(&mut self, inputs: u32, outputs: u32) -> Result<()> {
        let mut state = [Fr::ZERO; 4];
        for (value, operand) in state.iter_mut().zip(&self.circuit.operands[inputs as usize..]) {
            *value = self.operand(*operand)?;
        }
        self.assign_all(Span { start: outputs, length: 4 }, poseidon2_permutation(state))
    }

    /// The rarer black boxes.
    pub(super) fn black_box(&mut self, black_box: &BlackBox) -> Result<()> {
        match black_box {
            BlackBox::Aes128 { inputs, iv, key, outputs } => {
                const NAME: &str = "aes128_encrypt";
                let (input, iv, key) = (self.bytes(*inputs)?, self.byte_array(*iv)?, self.byte_array(*key)?);
                let padded = outputs.length > inputs.length;
                let bytes = functions::aes128(&input, iv, key, padded).map_err(failed(NAME))?;
                if bytes.len() != outputs.length as usize {
                    let reason = BlackBoxError::Length { expected: outputs.length as usize, found: bytes.len() };
                    return Err(failed(NAME)(reason));
                }
                self.assign_all(*outputs, bytes.into_iter().map(Fr::from))
            }
            BlackBox::Blake2s { inputs, outputs } => {
                let digest = functions::blake2s(&self.bytes(*inputs)?);
                self.assign_all(*outputs, digest.map(Fr::from))
            }
            BlackBox::Blake3 { inputs, outputs } => {
                let digest = functions::blake3(&self.bytes(*inputs)?);
                self.assign_all(*outputs, digest.map(Fr::from))
            }
            BlackBox::Keccak { inputs, outputs } => {
                let state = functions::keccakf1600(self.integers(*inputs, 64)?);
                self.assign_all(*outputs, state.map(Fr::from))
            }
            BlackBox::Sha256 { inputs, state, outputs } => {
                let state = functions::sha256_compression(&self.words(*inputs)?, self.words(*state)?);
                self.assign_all(*outputs, state.map(Fr::from))
            }
            BlackBox::Ecdsa { curve, x, y, signature, hash, predicate, output } => {
                let (x, y) = (self.byte_array(*x)?, self.byte_array(*y)?);
                let (signature, hash) = (self.byte_array(*signature)?, self.byte_array(*hash)?);
                let name = match curve {
                    EcdsaCurve::K1 => "ecdsa_secp256k1",
                    EcdsaCurve::R1 => "ecdsa_secp256r1",
                };
                let valid = !self.predicate(*predicate)?
                    || functions::ecdsa_verify(*curve, &hash, &x, &y, &signature).map_err(failed(name))?;
                self.assign(*output, valid.into())
            }
            BlackBox::MultiScalarMul { points, scalars, predicate, outputs } => {
                let (points, scalars) = (self.fields(*points)?, self.fields(*scalars)?);
                let sum = if self.predicate(*predicate)? {
                    curve::multi_scalar_mul(&points, &scalars).map_err(failed("multi_scalar_mul"))?
                } else {
                    NO_POINT
                };
                self.assign_all(*outputs, sum)
            }
            BlackBox::CurveAdd { left, right, predicate, outputs } => {
                let (left, right) = (self.point(*left)?, self.point(*right)?);
                let sum = if self.predicate(*predicate)? {
                    curve::curve_add(&left, &right).map_err(failed("embedded_curve_add"))?
                } else {
                    NO_POINT
                };
                self.assign_all(*outputs, sum)
            }
            BlackBox::RecursiveAggregation { inputs } => self.fields(*inputs).map(|_| ()),
        }
    }

    fn point(&self, span: Span) -> Result<FlaggedPoint> {
        let mut point = [Fr::ZERO; 3];
        for (coordinate, operand) in point.iter_mut().zip(&self.circuit.operands[span.range()]) {
            *coordinate = self.operand(*operand)?;
        }
        Ok(point)
    }
}
