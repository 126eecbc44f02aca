//! Proofs of rollup circuits: solved, proven, verified, and refused when changed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use circuits::abi_map::{decode_return, encode_parameters};
use circuits::bb::{Barretenberg, Limits};
use circuits::disk::FileSource;
use circuits::honk::{self, Flavour, HonkProof};
use circuits::program::Program;
use circuits::set::{Circuit, CircuitSet};
use circuits::srs::{SrsCache, SrsSize};
use circuits::witness::{NoForeignCalls, WitnessMap, solve};
use protocol::abi::{Value, encode_value};
use protocol::artifact::{CircuitArtifact, VerificationKey};
use protocol::field::Fr;
use protocol::hash::sha256;

use super::{Options, ProveError, backend, memory};
use crate::{Error, artifacts, packages};

/// Bits flipped in each proof unless told otherwise.
const FLIPS: usize = 20;
/// A circuit of four million gates takes one thread minutes.
const LIMITS: Limits = Limits { quick: Duration::from_secs(600), slow: Duration::from_secs(2 * 3600) };

/// A rollup circuit whose inputs need no proof of another.
struct Case {
    circuit: Circuit,
    inputs: fn() -> Value,
    /// What the official solver gives for these inputs: the first fields, and which others are 1; the rest is 0.
    first: &'static [&'static str],
    ones: &'static [usize],
}

const CASES: [Case; 2] = [
    Case {
        circuit: Circuit::CheckpointPadding,
        inputs: || Value::Struct(Vec::new()),
        first: &[],
        // The points in which no blob was accumulated are at infinity.
        ones: &[122, 140],
    },
    Case {
        circuit: Circuit::ParityBase,
        inputs: || {
            let messages = (1..=256u64).map(|number| Value::Field(number.into())).collect();
            Value::structure([("msgs", Value::Array(messages)), ("vk_tree_root", Value::Field(7u64.into()))])
        },
        first: &[
            "0x00ceb572a88be47a84319a7a4d842fe14195ad4916b3f9e71d2560235b369f40",
            "0x0928870b4b58dc47d7f67d64798c58ca56888b2277209949535c1aa72559f49a",
            "0x0000000000000000000000000000000000000000000000000000000000000007",
        ],
        ones: &[],
    },
];

/// Proves the circuits that are named, or all, and tells how long everything takes.
pub(super) fn run(options: &Options) -> Result<(), Error> {
    let names: Vec<_> = options.files.iter().map(|name| name.to_string_lossy()).collect();
    let known = || CASES.map(|case| case.circuit.name()).join(", ");
    if let Some(name) = names.iter().find(|name| CASES.iter().all(|case| case.circuit.name() != **name)) {
        return Err(Error::Unknown { what: "circuit", name: name.to_string(), known: known() });
    }
    let path = artifacts::ensure()?.join("noir-protocol-circuits-types.pack");
    let source = FileSource::open(&path).map_err(|source| Error::Io { path, source })?;
    let circuits = CircuitSet::open(source).map_err(ProveError::from)?;
    let flips = if options.flips == 0 { FLIPS } else { options.flips };
    let mut passed = 0;
    for case in CASES.iter().filter(|case| names.is_empty() || names.contains(&case.circuit.name().into())) {
        let artifact = circuits.load(case.circuit).map_err(ProveError::from)?;
        let official = circuits.key(case.circuit).map_err(ProveError::from)?.key;
        passed += Run { case, artifact, official, flips, options }.run()?;
    }
    println!("{passed} passed, 0 failed");
    Ok(())
}

struct Run<'a> {
    case: &'a Case,
    artifact: CircuitArtifact,
    /// The key under the Ignition SRS.
    official: VerificationKey,
    flips: usize,
    options: &'a Options,
}

impl Run<'_> {
    fn wrong(&self, what: impl Into<String>) -> Error {
        ProveError::Rollup { circuit: self.case.circuit, what: what.into() }.into()
    }

    fn run(&self) -> Result<usize, Error> {
        let circuit = self.case.circuit;
        let program = Program::decode(&self.artifact.bytecode).map_err(ProveError::from)?;
        let start = Instant::now();
        let (witness, outputs) = self.solve(&program)?;
        println!(
            "{circuit}: {} witnesses solved in {:.2} s, outputs are the official ones",
            witness.len(),
            seconds(start)
        );
        let flavour = Flavour::of(circuit).ok_or_else(|| self.wrong("is no rollup circuit"))?;
        let acir = program.bytecode_for_barretenberg();
        let mut bb = self.start()?;
        pollster::block_on(self.prove(&mut bb, flavour, &acir, &witness, &outputs))
    }

    fn solve(&self, program: &Program) -> Result<(WitnessMap, Vec<Fr>), Error> {
        let abi = &self.artifact.abi;
        let inputs = encode_parameters(&abi.parameters, &[(self.case.inputs)()]).map_err(ProveError::from)?;
        let witness = pollster::block_on(solve(program, inputs, &mut NoForeignCalls));
        let witness = witness.map_err(|error| self.wrong(error.to_string()))?;
        let value = decode_return(abi, &witness).map_err(|error| self.wrong(error.to_string()))?;
        let ty = abi.return_type.as_ref().map(|returned| &returned.abi_type);
        let (Some(value), Some(ty)) = (value, ty) else { return Err(self.wrong("returns nothing")) };
        let outputs = encode_value(ty, &value).map_err(ProveError::from)?;
        let expected = (0..outputs.len()).map(|index| match self.case.first.get(index) {
            Some(text) => text.parse().unwrap_or(Fr::MAX),
            None => Fr::from(u64::from(self.case.ones.contains(&index))),
        });
        if expected.ne(outputs.iter().copied()) {
            return Err(self.wrong("returns something else than under the official solver"));
        }
        Ok((witness, outputs))
    }

    /// Barretenberg with as many points as the circuit has rows: what its official key starts with.
    fn start(&self) -> Result<Barretenberg, Error> {
        let start = Instant::now();
        let rows = self.official.as_bytes().get(31).copied().and_then(SrsSize::for_log2_gates);
        let size = rows.ok_or_else(|| self.wrong("has an official key without a size"))?;
        let srs = SrsCache::new(packages::cache_folder().join("srs")).development(size, &mut |_| ());
        let srs = srs.map_err(ProveError::from)?;
        println!("  {}, {} points", srs.kind, srs.bn254_points());
        let mut bb = Barretenberg::new(backend::raw(&self.options.backend)?, LIMITS);
        pollster::block_on(bb.init_srs(Arc::new(srs))).map_err(ProveError::from)?;
        println!("  {} is ready after {:.1} s", bb.description(), seconds(start));
        Ok(bb)
    }

    async fn prove(
        &self,
        bb: &mut Barretenberg,
        flavour: Flavour,
        acir: &[u8],
        witness: &WitnessMap,
        outputs: &[Fr],
    ) -> Result<usize, Error> {
        let start = Instant::now();
        let size = honk::size(bb, flavour, acir).await.map_err(ProveError::from)?;
        println!("  {} gates from {} opcodes, for {flavour:?}", size.gates, size.opcodes);
        let key = honk::compute_key(bb, flavour, acir).await.map_err(ProveError::from)?;
        println!("  key computed after {:.1} s", seconds(start));
        // Size, number of public inputs and where they start do not depend on the SRS.
        if key.key.as_bytes().get(..96) != self.official.as_bytes().get(..96) {
            return Err(self.wrong("has a key unlike the official one"));
        }
        let start = Instant::now();
        let witness = witness.to_barretenberg();
        let proof = honk::prove(bb, flavour, acir, Some(&key.key), &witness).await.map_err(ProveError::from)?;
        println!("  proof of {} words made in {:.1} s{}", proof.words().len(), seconds(start), memory());
        if proof.public_inputs() != outputs {
            return Err(self.wrong("is proven to return something else than it returns"));
        }
        let start = Instant::now();
        if !honk::verify(bb, &proof, &key.key).await.map_err(ProveError::from)?.is_valid() {
            return Err(self.wrong("has a proof that does not verify"));
        }
        println!("  verified in {:.2} s", seconds(start));
        if honk::verify(bb, &proof, &self.official).await.map_err(ProveError::from)?.is_valid() {
            return Err(self.wrong("has a proof that verifies under the key of another SRS"));
        }
        let start = Instant::now();
        let mut refused = 0;
        for flip in 0..self.flips {
            refused += usize::from(self.is_refused(bb, &proof, &key.key, flip).await?);
        }
        println!("  {refused} of {} flipped bits refused in {:.1} s", self.flips, seconds(start));
        if refused == self.flips { Ok(2 + refused) } else { Err(self.wrong("has changed proofs that verify")) }
    }

    /// Flips a bit at a place spread over public inputs and proof, the same in every run.
    async fn is_refused(
        &self,
        bb: &mut Barretenberg,
        proof: &HonkProof,
        key: &VerificationKey,
        flip: usize,
    ) -> Result<bool, Error> {
        let public = proof.public_inputs().iter().map(|field| field.to_be_bytes());
        let mut all: Vec<[u8; 32]> = public.chain(proof.words().iter().copied()).collect();
        let number = sha256(&[b"flip", &(flip as u64).to_be_bytes()]);
        let place = u32::from_be_bytes([number[0], number[1], number[2], number[3]]) as usize;
        // One in four is in the public inputs, which are few.
        let split = proof.public_inputs().len();
        let word = if flip.is_multiple_of(4) { place % split } else { split + place % (all.len() - split) };
        all[word][usize::from(number[4] % 32)] ^= 1 << (number[5] % 8);
        let (public, words) = all.split_at(split);
        let Ok(public) = public.iter().map(Fr::from_be_bytes).collect::<Result<_, _>>() else { return Ok(true) };
        let Ok(changed) = HonkProof::new(proof.flavour(), public, words.to_vec()) else { return Ok(true) };
        let verdict = honk::verify(bb, &changed, key).await.map_err(ProveError::from)?;
        if verdict.is_valid() {
            println!("  a bit of word {word} flipped: accepted");
        }
        Ok(!verdict.is_valid())
    }
}

fn seconds(since: Instant) -> f32 {
    since.elapsed().as_secs_f32()
}
