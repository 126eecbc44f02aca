//! UltraHonk: a proof of one circuit, as the rollup side makes them.
//!
//! Protocol source: `@aztec/bb-prover/src/honk.ts`, `@aztec/bb-prover/src/bb/execute.ts`.

use barretenberg_rs::generated_types as wire;
use barretenberg_rs::{Command, Response};
use protocol::artifact::VerificationKey;
use protocol::field::Fr;
use thiserror::Error;

use crate::bb::{Barretenberg, BbError, CircuitSize, Kind, Verdict};
use crate::set::Circuit;

/// Who verifies the proof, which decides how it is made. None of them hides the witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// A rollup circuit that does not verify proofs of private parts: the parity circuits.
    Ultra,
    /// A rollup circuit whose proof carries an open claim on Grumpkin on to the root: all but the parity circuits and
    /// the root.
    UltraRollup,
    /// The L1 contract: the root rollup.
    UltraKeccak,
}

impl Flavour {
    /// Every flavour.
    pub const ALL: [Self; 3] = [Self::Ultra, Self::UltraRollup, Self::UltraKeccak];

    /// The flavour in which a rollup circuit is proven; none for the client's circuits, which are proven with Chonk.
    #[must_use]
    pub fn of(circuit: Circuit) -> Option<Self> {
        match circuit {
            circuit if circuit.is_client() => None,
            Circuit::ParityBase | Circuit::ParityRoot => Some(Self::Ultra),
            Circuit::RootRollup => Some(Self::UltraKeccak),
            _ => Some(Self::UltraRollup),
        }
    }

    /// Words of a proof. Proofs for [`Self::UltraKeccak`] are this long for the root rollup, shorter for smaller circuits.
    #[must_use]
    pub const fn proof_length(self) -> usize {
        match self {
            Self::Ultra => 449,
            Self::UltraRollup => 519,
            Self::UltraKeccak => Self::keccak_length(24),
        }
    }

    /// Words of a proof for [`Self::UltraKeccak`] of a circuit with 2^`log2` rows. The others are padded to one length.
    const fn keccak_length(log2: usize) -> usize {
        67 + 11 * log2
    }

    /// Whether a proof can have so many words.
    #[must_use]
    pub const fn is_proof_length(self, words: usize) -> bool {
        let mut log2 = 1;
        while matches!(self, Self::UltraKeccak) && log2 < 28 {
            if words == Self::keccak_length(log2) {
                return true;
            }
            log2 += 1;
        }
        words == self.proof_length()
    }

    fn settings(self) -> wire::ProofSystemSettings {
        wire::ProofSystemSettings {
            ipa_accumulation: self == Self::UltraRollup,
            oracle_hash_type: if self == Self::UltraKeccak { "keccak" } else { "poseidon2" }.to_owned(),
            disable_zk: true,
            optimized_solidity_verifier: false,
        }
    }
}

/// Bytes are not a proof of the flavour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HonkProofError {
    /// A length no proof has.
    #[error("{found} words are no proof for {flavour:?}, the longest of which has {expected}")]
    Length {
        /// The flavour.
        flavour: Flavour,
        /// Words of the longest such proof in the protocol.
        expected: usize,
        /// Words found.
        found: usize,
    },
    /// A word that is not 32 bytes, or not below the modulus where it must be.
    #[error("word {index} of the proof is not a field of 32 bytes")]
    Word {
        /// Its place.
        index: usize,
    },
    /// A public input that is not 32 bytes below the modulus.
    #[error("public input {index} is not a field of 32 bytes")]
    PublicInput {
        /// Its place.
        index: usize,
    },
}

/// A proof of one circuit with its public inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HonkProof {
    flavour: Flavour,
    public_inputs: Vec<Fr>,
    words: Vec<[u8; 32]>,
}

impl HonkProof {
    /// Takes a proof. The words of [`Flavour::UltraKeccak`] are 256-bit numbers, of the others field elements.
    ///
    /// # Errors
    /// If the length is wrong, or a word is not canonical.
    pub fn new(flavour: Flavour, public_inputs: Vec<Fr>, words: Vec<[u8; 32]>) -> Result<Self, HonkProofError> {
        let (expected, found) = (flavour.proof_length(), words.len());
        if !flavour.is_proof_length(found) {
            return Err(HonkProofError::Length { flavour, expected, found });
        }
        if flavour != Flavour::UltraKeccak
            && let Some(index) = words.iter().position(|word| Fr::from_be_bytes(word).is_err())
        {
            return Err(HonkProofError::Word { index });
        }
        Ok(Self { flavour, public_inputs, words })
    }

    /// Its flavour.
    #[must_use]
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// What the circuit returns and takes publicly.
    #[must_use]
    pub fn public_inputs(&self) -> &[Fr] {
        &self.public_inputs
    }

    /// The proof.
    #[must_use]
    pub fn words(&self) -> &[[u8; 32]] {
        &self.words
    }

    fn from_wire(flavour: Flavour, public: &[Vec<u8>], words: &[Vec<u8>]) -> Result<Self, HonkProofError> {
        let public_input = |(index, bytes): (usize, &Vec<u8>)| {
            let field = <&[u8; 32]>::try_from(bytes.as_slice()).ok().and_then(|bytes| Fr::from_be_bytes(bytes).ok());
            field.ok_or(HonkProofError::PublicInput { index })
        };
        let word =
            |(index, bytes): (usize, &Vec<u8>)| bytes.as_slice().try_into().map_err(|_| HonkProofError::Word { index });
        let public_inputs = public.iter().enumerate().map(public_input).collect::<Result<_, _>>()?;
        Self::new(flavour, public_inputs, words.iter().enumerate().map(word).collect::<Result<_, _>>()?)
    }
}

/// The verification key of a circuit with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HonkKey {
    /// The key.
    pub key: VerificationKey,
    /// Its hash, by the rule of the flavour.
    pub hash: [u8; 32],
}

/// Why there is no proof or key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HonkError {
    /// Barretenberg failed.
    #[error(transparent)]
    Barretenberg(#[from] BbError),
    /// It returned something else than a proof.
    #[error("barretenberg returned a malformed proof")]
    Proof(#[from] HonkProofError),
    /// It returned a hash that is not 32 bytes.
    #[error("barretenberg returned a hash of {0} bytes")]
    Hash(usize),
}

/// The key of a circuit, given as plain (inflated) ACIR.
///
/// # Errors
/// If the circuit is malformed or larger than the SRS.
pub async fn compute_key(bb: &mut Barretenberg, flavour: Flavour, acir: &[u8]) -> Result<HonkKey, HonkError> {
    let circuit = wire::CircuitInputNoVK { name: "circuit".to_owned(), bytecode: acir.to_vec() };
    let command = Command::CircuitComputeVk(wire::CircuitComputeVk::new(circuit, flavour.settings()));
    let reply = bb.ask(Kind::slow("CircuitComputeVk"), &command, |reply| match reply {
        Response::CircuitComputeVkResponse(reply) => Some(reply),
        _ => None,
    });
    let reply = reply.await?;
    let hash = reply.hash.as_slice().try_into().map_err(|_| HonkError::Hash(reply.hash.len()))?;
    Ok(HonkKey { key: VerificationKey::from_bytes(reply.bytes), hash })
}

/// Proves that a witness (as barretenberg takes it) satisfies a circuit. Without a key it is computed, which doubles the
/// time.
///
/// # Errors
/// If the circuit or witness is malformed, or the circuit larger than the SRS.
pub async fn prove(
    bb: &mut Barretenberg,
    flavour: Flavour,
    acir: &[u8],
    key: Option<&VerificationKey>,
    witness: &[u8],
) -> Result<HonkProof, HonkError> {
    let command = wire::CircuitProve::new(circuit(acir, key), witness.to_vec(), flavour.settings());
    let command = Command::CircuitProve(command);
    let reply = bb.ask(Kind::slow("CircuitProve"), &command, |reply| match reply {
        Response::CircuitProveResponse(reply) => Some((reply.public_inputs, reply.proof)),
        _ => None,
    });
    let (public_inputs, words) = reply.await?;
    Ok(HonkProof::from_wire(flavour, &public_inputs, &words)?)
}

/// Verifies a proof under a circuit's key.
///
/// # Errors
/// If it cannot be done. A proof barretenberg refuses to look at is invalid, no error.
pub async fn verify(bb: &mut Barretenberg, proof: &HonkProof, key: &VerificationKey) -> Result<Verdict, BbError> {
    let public_inputs = proof.public_inputs.iter().map(|field| field.to_be_bytes().to_vec()).collect();
    let words = proof.words.iter().map(|word| word.to_vec()).collect();
    let key = key.as_bytes().to_vec();
    let command = Command::CircuitVerify(wire::CircuitVerify::new(key, public_inputs, words, proof.flavour.settings()));
    let verified = bb.ask(Kind::quick("CircuitVerify"), &command, |reply| match reply {
        Response::CircuitVerifyResponse(reply) => Some(reply.verified),
        _ => None,
    });
    Verdict::new(verified.await)
}

/// The size of a circuit.
///
/// # Errors
/// If the circuit is malformed.
pub async fn size(bb: &mut Barretenberg, flavour: Flavour, acir: &[u8]) -> Result<CircuitSize, BbError> {
    let command = Command::CircuitStats(wire::CircuitStats::new(circuit(acir, None), false, flavour.settings()));
    let size = bb.ask(Kind::slow("CircuitStats"), &command, |reply| match reply {
        Response::CircuitInfoResponse(reply) => {
            Some(CircuitSize { opcodes: reply.num_acir_opcodes, gates: reply.num_gates })
        }
        _ => None,
    });
    size.await
}

fn circuit(acir: &[u8], key: Option<&VerificationKey>) -> wire::CircuitInput {
    wire::CircuitInput {
        name: "circuit".to_owned(),
        bytecode: acir.to_vec(),
        verification_key: key.map(|key| key.as_bytes().to_vec()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circuit_of_the_rollup_has_a_flavour_and_no_other() {
        let count = |flavour| Circuit::all().filter(|circuit| Flavour::of(*circuit) == flavour).count();
        assert_eq!([None, Some(Flavour::UltraRollup)].map(count), [48, 14]);
        assert_eq!([Some(Flavour::Ultra), Some(Flavour::UltraKeccak)].map(count), [2, 1]);
        assert_eq!(Flavour::of(Circuit::RootRollup), Some(Flavour::UltraKeccak));
    }

    #[test]
    fn proofs_for_the_l1_contract_are_shorter_for_smaller_circuits() {
        let lengths: Vec<_> = (0..400).filter(|words| Flavour::UltraKeccak.is_proof_length(*words)).collect();
        assert_eq!((lengths.len(), lengths[0], lengths[5], lengths[23]), (27, 78, 133, 331));
        assert_eq!((0..600).filter(|words| Flavour::Ultra.is_proof_length(*words)).collect::<Vec<_>>(), [449]);
    }

    #[test]
    fn words_and_lengths_that_cannot_be_are_refused() {
        for flavour in Flavour::ALL {
            let expected = flavour.proof_length();
            let error = HonkProof::new(flavour, Vec::new(), vec![[0; 32]; expected - 1]).unwrap_err();
            assert_eq!(error, HonkProofError::Length { flavour, expected, found: expected - 1 });
            let mut words = vec![[0; 32]; expected];
            words[7] = [0xff; 32];
            assert!(flavour.is_proof_length(expected) && !flavour.is_proof_length(expected + 1));
            // Keccak's words are numbers of 256 bits.
            let refused = HonkProof::new(flavour, Vec::new(), words).err();
            let other = flavour != Flavour::UltraKeccak;
            assert_eq!(refused, other.then_some(HonkProofError::Word { index: 7 }), "{flavour:?}");
        }
    }
}
