//! The typed requests.

use core::time::Duration;
use std::sync::Arc;

use barretenberg_rs::generated_types as wire;
use barretenberg_rs::{Command, Response};
use futures_timer::Delay;
use futures_util::future::{Either, select};
use protocol::artifact::VerificationKey;
use serde::{Serialize, Serializer};

use super::{BackendError, BbError, BoxedBackend, Description};
use crate::chonk::PrivateProof;
use crate::srs::Srs;

/// How long barretenberg may take. A request that takes longer is given up, and barretenberg restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Taking an SRS, loading a circuit, verifying.
    pub quick: Duration,
    /// Computing a key, accumulating a circuit, proving.
    pub slow: Duration,
}

/// Some ten times what a slow machine with one thread needs.
impl Default for Limits {
    fn default() -> Self {
        Self { quick: Duration::from_secs(120), slow: Duration::from_secs(20 * 60) }
    }
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The proof holds.
    Valid,
    /// It does not.
    Invalid {
        /// Why barretenberg could not even check it, if so.
        reason: Option<String>,
    },
}

impl Verdict {
    /// Whether the proof holds.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid)
    }

    pub(crate) fn new(checked: Result<bool, BbError>) -> Result<Self, BbError> {
        match checked {
            Ok(true) => Ok(Self::Valid),
            Ok(false) => Ok(Self::Invalid { reason: None }),
            Err(BbError::Refused { message, .. }) => Ok(Self::Invalid { reason: Some(message) }),
            Err(error) => Err(error),
        }
    }
}

/// Size of a circuit in the proof system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitSize {
    /// Opcodes of its program.
    pub opcodes: u32,
    /// Gates.
    pub gates: u32,
}

/// Whether the state inside the backend is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Running, without SRS.
    Fresh,
    /// Running, with the SRS if there is one.
    Ready,
    /// A request did not end well: to be restarted.
    Stale,
}

/// One kind of request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    name: &'static str,
    slow: bool,
    /// Whether it makes sense by itself, so that it can be sent again after a restart.
    alone: bool,
}

impl Kind {
    pub(crate) const fn quick(name: &'static str) -> Self {
        Self { name, slow: false, alone: true }
    }

    pub(crate) const fn slow(name: &'static str) -> Self {
        Self { name, slow: true, alone: true }
    }

    const fn in_session(self) -> Self {
        Self { alone: false, ..self }
    }
}

/// Barretenberg: typed requests over any backend.
///
/// Dropping a future cancels the request. After that, a crash or a request that took too long, the backend is restarted
/// with the next request and gets its SRS again; a request that crashed or hung is repeated once.
#[derive(Debug)]
pub struct Barretenberg {
    backend: BoxedBackend,
    limits: Limits,
    srs: Option<Arc<Srs>>,
    state: State,
}

impl Barretenberg {
    /// Takes a backend that has just been started.
    #[must_use]
    pub fn new(backend: BoxedBackend, limits: Limits) -> Self {
        Self { backend, limits, srs: None, state: State::Fresh }
    }

    /// What the backend is.
    #[must_use]
    pub fn description(&self) -> Description {
        self.backend.description()
    }

    /// Gives it an SRS, which it keeps across restarts.
    ///
    /// # Errors
    /// If the SRS is malformed or refused.
    pub async fn init_srs(&mut self, srs: Arc<Srs>) -> Result<(), BbError> {
        self.srs = Some(srs);
        self.state = if self.state == State::Stale { State::Stale } else { State::Fresh };
        match self.prepare().await {
            Err(error) if error.is_transient() => self.prepare().await,
            other => other,
        }
    }

    /// The SRS it has.
    #[must_use]
    pub const fn srs(&self) -> Option<&Arc<Srs>> {
        self.srs.as_ref()
    }

    /// The verification key of a circuit that is accumulated: a private function or client kernel, as plain (inflated)
    /// ACIR.
    ///
    /// # Errors
    /// If the circuit is malformed or larger than the SRS.
    pub async fn chonk_compute_vk(&mut self, acir: &[u8]) -> Result<VerificationKey, BbError> {
        let command = Command::ChonkComputeVk(wire::ChonkComputeVk::new(circuit(acir)));
        let key = self.ask(Kind::slow("ChonkComputeVk"), &command, |reply| match reply {
            Response::ChonkComputeVkResponse(reply) => Some(reply.bytes),
            _ => None,
        });
        let key = VerificationKey::from_bytes(key.await?);
        key.mega_hash()?;
        Ok(key)
    }

    /// The size of a circuit that is accumulated.
    ///
    /// # Errors
    /// If the circuit is malformed.
    pub async fn chonk_size(&mut self, acir: &[u8]) -> Result<CircuitSize, BbError> {
        let command = Command::ChonkStats(wire::ChonkStats::new(circuit(acir), false));
        let size = self.ask(Kind::slow("ChonkStats"), &command, |reply| match reply {
            Response::ChonkStatsResponse(reply) => {
                Some(CircuitSize { opcodes: reply.acir_opcodes, gates: reply.circuit_size })
            }
            _ => None,
        });
        size.await
    }

    /// Verifies the proof of a transaction's private part under the key of its last circuit, the hiding kernel.
    ///
    /// # Errors
    /// If it cannot be done. A proof barretenberg refuses to look at is invalid, no error.
    pub async fn chonk_verify(&mut self, proof: &PrivateProof, key: &VerificationKey) -> Result<Verdict, BbError> {
        let command = Command::ChonkVerify(wire::ChonkVerify::new(proof.to_wire(), key.as_bytes().to_vec()));
        let valid = self.ask(Kind::quick("ChonkVerify"), &command, |reply| match reply {
            Response::ChonkVerifyResponse(reply) => Some(reply.valid),
            _ => None,
        });
        Verdict::new(valid.await)
    }

    /// Shortens a proof by storing points as one coordinate.
    ///
    /// # Errors
    /// If its points are not on their curves.
    pub async fn chonk_compress(&mut self, proof: &PrivateProof) -> Result<Vec<u8>, BbError> {
        let command = Command::ChonkCompressProof(wire::ChonkCompressProof::new(proof.to_wire()));
        let bytes = self.ask(Kind::quick("ChonkCompressProof"), &command, |reply| match reply {
            Response::ChonkCompressProofResponse(reply) => Some(reply.compressed_proof),
            _ => None,
        });
        bytes.await
    }

    /// Undoes [`Self::chonk_compress`].
    ///
    /// # Errors
    /// If the bytes are not a compressed proof.
    pub async fn chonk_decompress(&mut self, compressed: &[u8]) -> Result<PrivateProof, BbError> {
        let command = Command::ChonkDecompressProof(wire::ChonkDecompressProof::new(compressed.to_vec()));
        let proof = self.ask(Kind::quick("ChonkDecompressProof"), &command, |reply| match reply {
            Response::ChonkDecompressProofResponse(reply) => Some(reply.proof),
            _ => None,
        });
        Ok(PrivateProof::from_wire(&proof.await?)?)
    }

    /// Begins a proof of so many circuits; an unfinished one is forgotten.
    pub(crate) async fn chonk_start(&mut self, circuits: u64) -> Result<(), BbError> {
        let command = Command::ChonkStart(wire::ChonkStart::new(circuits));
        let done = |reply| matches!(reply, Response::ChonkStartResponse(_)).then_some(());
        self.ask(Kind::quick("ChonkStart"), &command, done).await
    }

    pub(crate) async fn chonk_load(&mut self, circuit: wire::CircuitInput) -> Result<(), BbError> {
        let command = Command::ChonkLoad(wire::ChonkLoad::new(circuit));
        let done = |reply| matches!(reply, Response::ChonkLoadResponse(_)).then_some(());
        self.ask(Kind::quick("ChonkLoad").in_session(), &command, done).await
    }

    pub(crate) async fn chonk_accumulate(&mut self, witness: Vec<u8>) -> Result<(), BbError> {
        let command = Command::ChonkAccumulate(wire::ChonkAccumulate { type_name: String::new(), witness });
        let done = |reply| matches!(reply, Response::ChonkAccumulateResponse(_)).then_some(());
        self.ask(Kind::slow("ChonkAccumulate").in_session(), &command, done).await
    }

    pub(crate) async fn chonk_prove(&mut self) -> Result<PrivateProof, BbError> {
        let command = Command::ChonkProve(wire::ChonkProve::new());
        let proof = self.ask(Kind::slow("ChonkProve").in_session(), &command, |reply| match reply {
            Response::ChonkProveResponse(reply) => Some(reply.proof),
            _ => None,
        });
        Ok(PrivateProof::from_wire(&proof.await?)?)
    }

    /// Whether what was sent before is lost.
    pub(crate) fn is_stale(&self) -> bool {
        self.state == State::Stale
    }

    /// Sends a command that needs an SRS and picks the expected response.
    pub(crate) async fn ask<T>(
        &mut self,
        kind: Kind,
        command: &Command,
        pick: impl FnOnce(Response) -> Option<T>,
    ) -> Result<T, BbError> {
        if self.srs.is_none() {
            return Err(BbError::NoSrs { command: kind.name });
        }
        let request = encode(kind, command)?;
        let response = match self.attempt(kind, &request).await {
            Err(error) if kind.alone && error.is_transient() => self.attempt(kind, &request).await?,
            other => other?,
        };
        pick(response).ok_or(BbError::OtherReply { command: kind.name })
    }

    async fn attempt(&mut self, kind: Kind, request: &[u8]) -> Result<Response, BbError> {
        self.prepare().await?;
        self.send(kind, request).await
    }

    /// Restarts a stale backend; sends the SRS if it is not there.
    async fn prepare(&mut self) -> Result<(), BbError> {
        if self.state == State::Stale {
            self.backend.restart().await.map_err(|source| BbError::Backend { command: "restart", source })?;
            self.state = State::Fresh;
        }
        if self.state == State::Fresh
            && let Some(srs) = self.srs.clone()
        {
            self.send_srs(&srs).await?;
        }
        self.state = State::Ready;
        Ok(())
    }

    async fn send_srs(&mut self, srs: &Srs) -> Result<(), BbError> {
        const BN254: Kind = Kind::quick("SrsInitSrs");
        const GRUMPKIN: Kind = Kind::quick("SrsInitGrumpkinSrs");
        let num_points = points(&srs.bn254_g1)?;
        let bn254 = SrsInitSrs { points_buf: Bytes(&srs.bn254_g1), num_points, g2_point: Bytes(&srs.bn254_g2) };
        match self.send(BN254, &encode(BN254, &("SrsInitSrs", bn254))?).await? {
            Response::SrsInitSrsResponse(_) => {}
            _ => return Err(BbError::OtherReply { command: BN254.name }),
        }
        let num_points = points(&srs.grumpkin)?;
        let grumpkin = SrsInitGrumpkinSrs { points_buf: Bytes(&srs.grumpkin), num_points };
        match self.send(GRUMPKIN, &encode(GRUMPKIN, &("SrsInitGrumpkinSrs", grumpkin))?).await? {
            Response::SrsInitGrumpkinSrsResponse(_) => Ok(()),
            _ => Err(BbError::OtherReply { command: GRUMPKIN.name }),
        }
    }

    async fn send(&mut self, kind: Kind, request: &[u8]) -> Result<Response, BbError> {
        let Kind { name: command, slow, .. } = kind;
        let limit = if slow { self.limits.slow } else { self.limits.quick };
        let before = self.state;
        // Until the reply is there, also if this future is dropped.
        self.state = State::Stale;
        let reply = match select(self.backend.call(request), Delay::new(limit)).await {
            Either::Left((reply, _)) => reply,
            Either::Right(_) => return Err(BbError::TimedOut { command, limit }),
        };
        let reply = reply.map_err(|source| match source {
            BackendError::Aborted { message } => BbError::Refused { command, message },
            source => BbError::Backend { command, source },
        })?;
        let response = rmp_serde::from_slice(&reply).map_err(|source| BbError::Decode { command, source })?;
        self.state = before;
        match response {
            Response::ErrorResponse(wire::ErrorResponse { message }) => Err(BbError::Refused { command, message }),
            response => Ok(response),
        }
    }
}

/// Barretenberg uses the name in its log only.
fn circuit(acir: &[u8]) -> wire::CircuitInputNoVK {
    wire::CircuitInputNoVK { name: "circuit".to_owned(), bytecode: acir.to_vec() }
}

fn encode(kind: Kind, command: &impl Serialize) -> Result<Vec<u8>, BbError> {
    rmp_serde::to_vec_named(&[command]).map_err(|source| BbError::Encode { command: kind.name, source })
}

fn points(bytes: &[u8]) -> Result<u32, BbError> {
    let error = BbError::Srs { bytes: bytes.len() };
    if !bytes.len().is_multiple_of(Srs::POINT_SIZE) {
        return Err(error);
    }
    u32::try_from(bytes.len() / Srs::POINT_SIZE).map_err(|_| error)
}

/// The generated commands own their bytes; an SRS is too long to copy for that.
#[derive(Serialize)]
struct SrsInitSrs<'a> {
    points_buf: Bytes<'a>,
    num_points: u32,
    g2_point: Bytes<'a>,
}

#[derive(Serialize)]
struct SrsInitGrumpkinSrs<'a> {
    points_buf: Bytes<'a>,
    num_points: u32,
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}
