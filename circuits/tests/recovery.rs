//! What happens when barretenberg crashes, hangs, refuses or is cancelled, played by a backend that does as it is told.
#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use barretenberg_rs::Response;
use barretenberg_rs::generated_types as wire;
use circuits::bb::{Backend, BackendError, Barretenberg, BbError, Description, Limits, Verdict};
use circuits::chonk::{ChonkCircuit, ChonkError, ChonkProver, Part, PrivateProof, Progress, ProofError, queue};
use circuits::srs::{Srs, SrsKind};
use futures_util::SinkExt;
use futures_util::future::{Either, join, ready, select};
use pollster::block_on;
use protocol::artifact::VerificationKey;
use protocol::constants::CHONK_PROOF_LENGTH;
use protocol::field::Fr;

/// What the backend does instead of an ordinary reply.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    Crash,
    Hang,
    Refuse,
    Abort,
    OtherReply,
    Noise,
    BadProof,
}

#[derive(Debug, Default)]
struct Script {
    /// Trouble with the so many-eth request of a name.
    trouble: Vec<(&'static str, usize, Trouble)>,
    /// Every request and restart.
    log: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Actor(Arc<Mutex<Script>>);

impl Actor {
    /// Barretenberg with this trouble ahead, and with an SRS.
    fn with(trouble: &[(&'static str, usize, Trouble)]) -> (Self, Barretenberg) {
        let actor = Self(Arc::new(Mutex::new(Script { trouble: trouble.to_vec(), log: Vec::new() })));
        let limits = Limits { quick: Duration::from_millis(50), slow: Duration::from_millis(50) };
        let mut bb = Barretenberg::new(Box::new(actor.clone()), limits);
        block_on(bb.init_srs(srs())).unwrap();
        (actor, bb)
    }

    fn log(&self) -> String {
        self.0.lock().unwrap().log.join(" ")
    }
}

fn wire_proof() -> wire::ChonkProof {
    let part = |count: usize| (0..count).map(|index| Fr::from(index as u64).to_be_bytes().to_vec()).collect();
    wire::ChonkProof {
        mega_proof: part(Part::Mega.fields() + 3),
        goblin_proof: wire::GoblinProof {
            merge_proof: part(Part::Merge.fields()),
            eccvm_proof: part(Part::Eccvm.fields()),
            ipa_proof: part(Part::Ipa.fields()),
            translator_proof: part(Part::Translator.fields()),
        },
    }
}

fn reply(name: &str) -> Response {
    match name {
        "SrsInitSrs" => Response::SrsInitSrsResponse(wire::SrsInitSrsResponse { dummy: 0 }),
        "SrsInitGrumpkinSrs" => Response::SrsInitGrumpkinSrsResponse(wire::SrsInitGrumpkinSrsResponse { dummy: 0 }),
        "ChonkStart" => Response::ChonkStartResponse(wire::ChonkStartResponse {}),
        "ChonkLoad" => Response::ChonkLoadResponse(wire::ChonkLoadResponse {}),
        "ChonkAccumulate" => Response::ChonkAccumulateResponse(wire::ChonkAccumulateResponse {}),
        "ChonkProve" => Response::ChonkProveResponse(wire::ChonkProveResponse { proof: wire_proof() }),
        "ChonkVerify" => Response::ChonkVerifyResponse(wire::ChonkVerifyResponse { valid: true }),
        "ChonkComputeVk" => Response::ChonkComputeVkResponse(wire::ChonkComputeVkResponse {
            bytes: vec![0; VerificationKey::MEGA_SIZE],
            fields: Vec::new(),
        }),
        other => panic!("{other}"),
    }
}

#[async_trait::async_trait]
impl Backend for Actor {
    fn description(&self) -> Description {
        Description { name: "actor".to_owned(), version: "0".to_owned(), threads: NonZeroUsize::MIN }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        // An array of one command, itself an array of name and arguments.
        assert_eq!(request[..2], [0x91, 0x92]);
        let length = usize::from(request[2] & 0x1f);
        let name = String::from_utf8(request[3..3 + length].to_vec()).unwrap();
        let trouble = {
            let mut script = self.0.lock().unwrap();
            let nth = script.log.iter().filter(|entry| **entry == name).count();
            script.log.push(name.clone());
            script.trouble.iter().find(|(at, count, _)| *at == name && *count == nth).map(|(_, _, trouble)| *trouble)
        };
        let response = match trouble {
            None => reply(&name),
            Some(Trouble::Hang) => std::future::pending().await,
            Some(Trouble::Crash) => return Err(BackendError::Crashed { detail: "signal 9".to_owned() }),
            Some(Trouble::Abort) => return Err(BackendError::Aborted { message: "bad point".to_owned() }),
            Some(Trouble::Refuse) => Response::ErrorResponse(wire::ErrorResponse { message: "no".to_owned() }),
            Some(Trouble::OtherReply) => reply("ChonkStart"),
            Some(Trouble::Noise) => return Ok(vec![0xc1]),
            Some(Trouble::BadProof) => {
                let mut proof = wire_proof();
                proof.goblin_proof.ipa_proof[63] = vec![0xff; 32];
                Response::ChonkProveResponse(wire::ChonkProveResponse { proof })
            }
        };
        Ok(rmp_serde::to_vec_named(&response).unwrap())
    }

    async fn restart(&mut self) -> Result<(), BackendError> {
        self.0.lock().unwrap().log.push("restart".to_owned());
        Ok(())
    }
}

fn srs() -> Arc<Srs> {
    let kind = SrsKind::InsecureDevelopment;
    Arc::new(Srs { kind, bn254_g1: vec![1; 128], bn254_g2: [2; 128], grumpkin: vec![3; 64] })
}

fn circuit(name: &str) -> ChonkCircuit {
    let key = VerificationKey::from_bytes(Vec::new());
    ChonkCircuit { name: name.to_owned(), acir: Arc::from([1, 2]), key, witness: vec![3] }
}

const SRS: &str = "SrsInitSrs SrsInitGrumpkinSrs";

#[test]
fn a_crashed_or_hung_request_is_repeated_once_after_a_restart_with_the_srs() {
    for trouble in [Trouble::Crash, Trouble::Hang] {
        let (actor, mut bb) = Actor::with(&[("ChonkComputeVk", 0, trouble)]);
        block_on(bb.chonk_compute_vk(&[])).unwrap();
        assert_eq!(actor.log(), format!("{SRS} ChonkComputeVk restart {SRS} ChonkComputeVk"));

        let (actor, mut bb) = Actor::with(&[("ChonkComputeVk", 0, trouble), ("ChonkComputeVk", 1, trouble)]);
        let error = block_on(bb.chonk_compute_vk(&[])).unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert_eq!(actor.log(), format!("{SRS} ChonkComputeVk restart {SRS} ChonkComputeVk"));
        block_on(bb.chonk_compute_vk(&[])).expect("the next request starts anew");
    }
}

#[test]
fn an_srs_that_did_not_arrive_is_sent_again() {
    let (actor, _) = Actor::with(&[("SrsInitGrumpkinSrs", 0, Trouble::Crash)]);
    assert_eq!(actor.log(), format!("{SRS} restart {SRS}"));
}

#[test]
fn a_refusal_is_final_and_restarts_nothing() {
    let (actor, mut bb) = Actor::with(&[("ChonkComputeVk", 0, Trouble::Refuse)]);
    let error = block_on(bb.chonk_compute_vk(&[])).unwrap_err();
    assert!(matches!(&error, BbError::Refused { command: "ChonkComputeVk", message } if message == "no"), "{error}");
    block_on(bb.chonk_compute_vk(&[])).unwrap();
    assert_eq!(actor.log(), format!("{SRS} ChonkComputeVk ChonkComputeVk"));
}

#[test]
fn an_abort_is_a_refusal_after_which_it_is_restarted() {
    let (actor, mut bb) = Actor::with(&[("ChonkVerify", 0, Trouble::Abort)]);
    let key = VerificationKey::from_bytes(Vec::new());
    let proof = PrivateProof::from_bytes(&vec![0; 32 * (CHONK_PROOF_LENGTH + 1)]).unwrap();
    let verdict = block_on(bb.chonk_verify(&proof, &key)).unwrap();
    assert_eq!(verdict, Verdict::Invalid { reason: Some("bad point".to_owned()) });
    assert_eq!(block_on(bb.chonk_verify(&proof, &key)).unwrap(), Verdict::Valid);
    assert_eq!(actor.log(), format!("{SRS} ChonkVerify restart {SRS} ChonkVerify"));
}

#[test]
fn replies_that_make_no_sense_are_errors() {
    let trouble = [("ChonkComputeVk", 0, Trouble::OtherReply), ("ChonkComputeVk", 1, Trouble::Noise)];
    let (actor, mut bb) = Actor::with(&trouble);
    assert!(matches!(block_on(bb.chonk_compute_vk(&[])), Err(BbError::OtherReply { .. })));
    assert!(matches!(block_on(bb.chonk_compute_vk(&[])), Err(BbError::Decode { .. })));
    block_on(bb.chonk_compute_vk(&[])).unwrap();
    assert_eq!(actor.log(), format!("{SRS} ChonkComputeVk ChonkComputeVk restart {SRS} ChonkComputeVk"));
}

#[test]
fn a_dropped_request_leads_to_a_restart() {
    let (actor, mut bb) = Actor::with(&[("ChonkComputeVk", 0, Trouble::Hang)]);
    {
        let call = std::pin::pin!(bb.chonk_compute_vk(&[]));
        assert!(matches!(block_on(select(call, ready(()))), Either::Right(_)));
    }
    block_on(bb.chonk_compute_vk(&[])).unwrap();
    assert_eq!(actor.log(), format!("{SRS} ChonkComputeVk restart {SRS} ChonkComputeVk"));
}

#[test]
fn a_proof_begins_anew_after_a_crash_with_all_its_circuits() {
    for at in [("ChonkStart", 0), ("ChonkLoad", 1), ("ChonkAccumulate", 1), ("ChonkProve", 0)] {
        let (actor, mut bb) = Actor::with(&[(at.0, at.1, Trouble::Crash)]);
        let seen = Mutex::new(Vec::new());
        let mut prover = ChonkProver::new(&mut bb, 2, Box::new(|progress| seen.lock().unwrap().push(progress)));
        block_on(prover.accumulate(circuit("a"))).unwrap();
        block_on(prover.accumulate(circuit("b"))).unwrap();
        let proof = block_on(prover.prove()).unwrap();
        assert_eq!(proof.public_inputs.len(), 3);
        let complete = "ChonkStart ChonkLoad ChonkAccumulate ChonkLoad ChonkAccumulate ChonkProve";
        assert!(actor.log().ends_with(&format!("restart {SRS} {complete}")), "{at:?}: {}", actor.log());
        // A request that makes sense by itself is repeated below, unseen.
        let restarts = seen.lock().unwrap().iter().filter(|progress| **progress == Progress::Restarted).count();
        assert_eq!(restarts, usize::from(at.0 != "ChonkStart"), "{at:?}");
    }
}

#[test]
fn a_proof_that_crashes_twice_fails_and_names_the_circuit() {
    let (_, mut bb) = Actor::with(&[("ChonkLoad", 0, Trouble::Crash), ("ChonkLoad", 1, Trouble::Crash)]);
    let mut prover = ChonkProver::new(&mut bb, 1, Box::new(|_| ()));
    let error = block_on(prover.accumulate(circuit("a"))).unwrap_err();
    assert!(matches!(&error, ChonkError::Circuit { index: 0, name, .. } if name == "a"), "{error}");
}

#[test]
fn circuits_are_counted() {
    let (_, mut bb) = Actor::with(&[]);
    let error = block_on(ChonkProver::new(&mut bb, 1, Box::new(|_| ())).prove()).unwrap_err();
    assert!(matches!(error, ChonkError::Count { announced: 1, given: 0 }), "{error}");
    let mut prover = ChonkProver::new(&mut bb, 1, Box::new(|_| ()));
    block_on(prover.accumulate(circuit("a"))).unwrap();
    let error = block_on(prover.accumulate(circuit("b"))).unwrap_err();
    assert!(matches!(error, ChonkError::Count { announced: 1, given: 2 }), "{error}");
}

#[test]
fn a_queue_feeds_the_prover_while_the_next_circuit_is_solved() {
    let (actor, mut bb) = Actor::with(&[]);
    let (mut sender, receiver) = queue();
    let solve = async move {
        for name in ["a", "b", "c"] {
            sender.send(circuit(name)).await.unwrap();
        }
    };
    let prover = ChonkProver::new(&mut bb, 3, Box::new(|_| ()));
    let ((), proof) = block_on(join(solve, prover.run(receiver)));
    assert_eq!(proof.unwrap().public_inputs.len(), 3);
    assert_eq!(actor.log().matches("ChonkAccumulate").count(), 3);
}

#[test]
fn a_malformed_proof_names_the_part() {
    let (_, mut bb) = Actor::with(&[("ChonkProve", 0, Trouble::BadProof)]);
    let error = block_on(ChonkProver::new(&mut bb, 0, Box::new(|_| ())).prove()).unwrap_err();
    let expected = ProofError::Field { part: Part::Ipa, index: 63 };
    assert!(matches!(&error, ChonkError::Proof(BbError::Proof(found)) if *found == expected), "{error}");
}

#[test]
fn futures_can_move_between_threads() {
    fn moves<T: Send>(value: T) -> T {
        value
    }
    let (_, mut bb) = Actor::with(&[]);
    block_on(moves(bb.init_srs(srs()))).unwrap();
    let mut prover = ChonkProver::new(&mut bb, 1, Box::new(|_| ()));
    block_on(moves(prover.accumulate(circuit("a")))).unwrap();
    block_on(moves(prover.prove())).unwrap();
}
