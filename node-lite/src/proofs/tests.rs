//! The verifier with barretenbergs that are slow, crash, or are not there.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use circuits::bb::{Backend, BackendError, Barretenberg, Description, Limits};
use circuits::srs::{Srs, SrsKind};
use protocol::field::Fr;
use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
use protocol::tx::{ChonkProof, Tx};

use super::{BarretenbergSource, BarretenbergVerifier, StartError};
use crate::parameters::{ParameterSet, Parameters};
use crate::validate::ProofVerifier;

/// What a request to verify comes to.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Verdict(bool),
    Crash,
    Never,
}

/// A barretenberg that answers as it is told, then always `true`.
#[derive(Debug, Default, Clone)]
struct Fake {
    answers: Arc<Mutex<Vec<Answer>>>,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    restarts: Arc<AtomicUsize>,
    /// Whether it was restarted since it crashed.
    broken: bool,
}

/// `[name, { dummy: 0 }]` or `[name, { valid }]` in MessagePack.
fn reply(name: &str, valid: Option<bool>) -> Vec<u8> {
    let text = |text: &str| [&[0xa0 | u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let members = match valid {
        None => [vec![0x81], text("dummy"), vec![0x00]].concat(),
        Some(valid) => [vec![0x81], text("valid"), vec![0xc2 | u8::from(valid)]].concat(),
    };
    [vec![0x92], text(name), members].concat()
}

#[async_trait::async_trait]
impl Backend for Fake {
    fn description(&self) -> Description {
        Description { name: "fake".into(), version: "4.1.2".into(), threads: NonZeroUsize::MIN }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        assert!(!self.broken, "it is restarted after a crash");
        let names = |name: &str| request.windows(name.len()).any(|window| window == name.as_bytes());
        for name in ["SrsInitSrs", "SrsInitGrumpkinSrs"] {
            if names(name) {
                return Ok(reply(&format!("{name}Response"), None));
            }
        }
        assert!(names("ChonkVerify"));
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(2));
        self.running.fetch_sub(1, Ordering::SeqCst);
        let next = self.answers.lock().unwrap().pop().unwrap_or(Answer::Verdict(true));
        match next {
            Answer::Verdict(valid) => Ok(reply("ChonkVerifyResponse", Some(valid))),
            Answer::Crash => {
                self.broken = true;
                Err(BackendError::Crashed { detail: "as told".into() })
            }
            Answer::Never => {
                self.broken = true;
                std::future::pending().await
            }
        }
    }

    async fn restart(&mut self) -> Result<(), BackendError> {
        self.restarts.fetch_add(1, Ordering::SeqCst);
        self.broken = false;
        Ok(())
    }
}

/// The answers in their order.
fn verifier(answers: &[Answer]) -> (BarretenbergVerifier, Fake) {
    let fake = Fake::default();
    fake.answers.lock().unwrap().extend(answers.iter().rev());
    let (backend, parameters) = (fake.clone(), Parameters::of(ParameterSet::InsecureDevelopment));
    let verifier = BarretenbergVerifier::with(parameters, move || {
        let limit = Duration::from_millis(100);
        let mut barretenberg = Barretenberg::new(Box::new(backend), Limits { quick: limit, slow: limit });
        let kind = SrsKind::InsecureDevelopment;
        let srs = Srs { kind, bn254_g1: Vec::new(), bn254_g2: kind.bn254_g2(), grumpkin: Vec::new() };
        pollster::block_on(barretenberg.init_srs(Arc::new(srs)))?;
        Ok(barretenberg)
    });
    (verifier.unwrap(), fake)
}

fn tx_with(proof: ChonkProof) -> Tx {
    let data = PrivateKernelTailCircuitPublicInputs::from_circuit_output(&[Fr::ZERO; 1281]).unwrap();
    Tx::new(data, proof, Vec::new(), Vec::new()).unwrap()
}

fn tx() -> Tx {
    let mut proof = ChonkProof::default();
    proof.fields[0] = Fr::ONE;
    tx_with(proof)
}

#[test]
fn verdicts_are_passed_on_and_counted() {
    let (verifier, _) = verifier(&[Answer::Verdict(true), Answer::Verdict(false)]);
    assert!(verifier.needs_proofs());
    assert!(verifier.verify(&tx()).unwrap());
    assert!(!verifier.verify(&tx()).unwrap());
    assert!(!verifier.verify(&tx_with(ChonkProof::default())).unwrap());
    let health = verifier.health();
    assert!(health.healthy);
    assert!(health.detail.contains("fake") && health.detail.contains("1 accepted, 2 refused, 0 failures, 0 waiting"));
    assert!(format!("{verifier:?}").contains("1 accepted"));
}

#[test]
fn a_barretenberg_that_crashes_or_hangs_is_started_again() {
    for once in [Answer::Crash, Answer::Never] {
        let (verifier, fake) = verifier(&[once]);
        assert!(verifier.verify(&tx()).unwrap());
        assert_eq!(fake.restarts.load(Ordering::SeqCst), 1, "{once:?}");
        let (verifier, fake) = self::verifier(&[once, once]);
        let error = verifier.verify(&tx()).unwrap_err().to_string();
        assert!(error.contains("ChonkVerify"), "{error}");
        assert!(verifier.verify(&tx()).unwrap());
        assert_eq!(fake.restarts.load(Ordering::SeqCst), 2, "{once:?}");
        assert!(verifier.health().detail.contains("1 accepted, 0 refused, 1 failures"));
    }
}

#[test]
fn proofs_are_verified_one_after_the_other() {
    let (verifier, fake) = verifier(&[]);
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| assert!(verifier.verify(&tx()).unwrap()));
        }
    });
    assert_eq!(fake.most.load(Ordering::SeqCst), 1);
    assert!(verifier.health().detail.contains("50 accepted"));
}

#[test]
fn without_barretenberg_nothing_is_accepted() {
    let parameters = Parameters::of(ParameterSet::Official);
    let folder = tempfile::tempdir().unwrap();
    let source = BarretenbergSource::Cache(folder.path().into());
    let error = BarretenbergVerifier::start(&source, folder.path(), Arc::clone(&parameters)).unwrap_err();
    assert!(error.hint().unwrap().contains("./dev barretenberg"), "{error}");
    // It cannot be prepared.
    let failed = || Err(StartError::Backend(BackendError::Module { detail: "no module".into() }));
    let verifier = BarretenbergVerifier::with(parameters, failed).unwrap();
    for _ in 0..3 {
        let error = verifier.verify(&tx()).unwrap_err().to_string();
        assert!(error.contains("did not start") && error.contains("no module"), "{error}");
    }
    assert!(!verifier.health().healthy);
}
