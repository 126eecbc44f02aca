//! The tests every barretenberg backend passes.

use core::pin::pin;
use core::time::Duration;
use std::sync::Arc;

use barretenberg_rs::generated_types as wire;
use barretenberg_rs::{Command, Response};
use futures_timer::Delay;
use futures_util::future::{Either, ready, select};
use protocol::field::Fr;
use protocol::hash::poseidon2;

use super::{Backend, BackendError, Barretenberg, BbError, BoxedBackend, Limits, Verdict};
use crate::chonk::ChonkCircuit;
use crate::honk::{self, Flavour, HonkError};
use crate::srs::Srs;

/// Longer than any buffer a backend might keep.
const BIG: usize = 9 << 20;
/// BLAKE2s of that many zeros.
const BIG_DIGEST: &str = "eb2a78e0780e1386d7b18dc7a55a12bed96836a22681bf44dd2fb97847cac280";
const SMALL_DIGEST: &str = "9aec6806794561107e594b1f6a8a6b0c92a0cba9acf5e5e93cca06f781813b0b";

/// Runs all tests on a backend that was just started. `circuit` is a small solved circuit whose key belongs to the SRS;
/// `passed` is told the name of each test. Returns their number.
///
/// # Panics
/// If a test fails.
pub async fn run(
    mut backend: BoxedBackend,
    srs: Arc<Srs>,
    circuit: &ChonkCircuit,
    passed: &mut (dyn FnMut(&str) + Send),
) -> usize {
    let mut count = 0;
    let mut pass = |name: &str| {
        count += 1;
        passed(name);
    };
    let b = backend.as_mut();
    hashes(b).await;
    pass("hashes are right");
    big_messages(b).await;
    pass("messages of nine megabytes pass both ways");
    refusal(b).await;
    pass("a refused request is an answer, and a restart helps");
    garbage(b).await;
    pass("bytes that are no request do no harm");
    dropped(b).await;
    pass("a dropped request is cancelled, and a restart helps");
    b.restart().await.expect("it restarts twice");
    b.restart().await.expect("it restarts twice");
    hashes(b).await;
    pass("it can be restarted at any time");

    let mut bb = Barretenberg::new(backend, Limits::default());
    assert!(matches!(bb.chonk_compute_vk(&circuit.acir).await, Err(BbError::NoSrs { .. })));
    pass("nothing is computed without an SRS");
    bb.init_srs(srs).await.expect("it takes the SRS");
    let key = bb.chonk_compute_vk(&circuit.acir).await.expect("it computes a key");
    assert_eq!(key, circuit.key);
    pass("a key is the recorded one");
    let refused = bb.chonk_compute_vk(b"no circuit").await;
    assert!(matches!(refused, Err(BbError::Refused { .. } | BbError::Backend { .. })), "{refused:?}");
    let key = bb.chonk_compute_vk(&circuit.acir).await.expect("it works again, with the SRS it had");
    assert_eq!(key, circuit.key);
    pass("it recovers by itself from a circuit that is none");
    for flavour in Flavour::ALL {
        single_proof(&mut bb, flavour).await.expect("it proves and verifies");
        pass(&format!("a proof for {flavour:?} verifies, a changed one does not"));
    }
    count
}

async fn call(backend: &mut dyn Backend, command: &Command) -> Result<Response, BackendError> {
    let request = rmp_serde::to_vec_named(&[command]).expect("commands can be encoded");
    let reply = select(backend.call(&request), Delay::new(Duration::from_secs(60))).await;
    let Either::Left((reply, _)) = reply else { panic!("no reply in a minute") };
    Ok(rmp_serde::from_slice(&reply?).expect("the reply is a response"))
}

async fn blake2s(backend: &mut dyn Backend, data: Vec<u8>) -> String {
    match call(backend, &Command::Blake2s(wire::Blake2s::new(data))).await {
        Ok(Response::Blake2sResponse(reply)) => const_hex::encode(reply.hash),
        other => panic!("{other:?}"),
    }
}

async fn hashes(backend: &mut dyn Backend) {
    assert_eq!(blake2s(backend, b"hello world".to_vec()).await, SMALL_DIGEST);
    let inputs = [Fr::ZERO, Fr::ONE, Fr::MAX];
    let words = inputs.iter().map(|field| field.to_be_bytes().to_vec()).collect();
    match call(backend, &Command::Poseidon2Hash(wire::Poseidon2Hash::new(words))).await {
        Ok(Response::Poseidon2HashResponse(reply)) => assert_eq!(reply.hash, poseidon2(&inputs).to_be_bytes()),
        other => panic!("{other:?}"),
    }
}

async fn big_messages(backend: &mut dyn Backend) {
    assert_eq!(blake2s(backend, vec![0; BIG]).await, BIG_DIGEST);
    let (iv, key) = (vec![1; 16], vec![2; 16]);
    let length = u32::try_from(BIG).expect("nine megabytes are below four gigabytes");
    let encrypt = wire::AesEncrypt::new(vec![7; BIG], iv.clone(), key.clone(), length);
    let ciphertext = match call(backend, &Command::AesEncrypt(encrypt)).await {
        Ok(Response::AesEncryptResponse(reply)) => reply.ciphertext,
        other => panic!("{other:?}"),
    };
    assert_ne!(ciphertext, vec![7; BIG]);
    match call(backend, &Command::AesDecrypt(wire::AesDecrypt::new(ciphertext, iv, key, length))).await {
        Ok(Response::AesDecryptResponse(reply)) => assert!(reply.plaintext == vec![7; BIG]),
        other => panic!("{other:?}"),
    }
}

async fn refusal(backend: &mut dyn Backend) {
    // A circuit that was never loaded.
    match call(backend, &Command::ChonkAccumulate(wire::ChonkAccumulate::new(vec![1, 2, 3]))).await {
        Ok(Response::ErrorResponse(error)) => assert!(!error.message.is_empty()),
        Err(BackendError::Aborted { message }) => assert!(!message.is_empty()),
        other => panic!("{other:?}"),
    }
    backend.restart().await.expect("it restarts");
    hashes(backend).await;
}

async fn garbage(backend: &mut dyn Backend) {
    for request in [&b""[..], b"\xc1", b"\x91\x92\xa6Shrink\x80", &[0xdd; 40]] {
        let reply = match select(backend.call(request), Delay::new(Duration::from_secs(60))).await {
            Either::Left((reply, _)) => reply,
            Either::Right(_) => panic!("no end after a minute: {request:?}"),
        };
        if let Ok(reply) = reply {
            let response: Response = rmp_serde::from_slice(&reply).expect("the reply is a response");
            assert!(matches!(response, Response::ErrorResponse(_)), "{request:?}: {response:?}");
        }
        backend.restart().await.expect("it restarts");
    }
    hashes(backend).await;
}

async fn dropped(backend: &mut dyn Backend) {
    let command = Command::Blake2s(wire::Blake2s::new(vec![0; BIG * 4]));
    let request = rmp_serde::to_vec_named(&[&command]).expect("commands can be encoded");
    {
        let call = pin!(backend.call(&request));
        assert!(matches!(select(call, ready(())).await, Either::Right(_)), "it cannot be done already");
    }
    backend.restart().await.expect("it restarts");
    hashes(backend).await;
}

/// The circuit that knows the root of a public square, and its witness for 12 and 144: as the compiler writes them, in
/// compact MessagePack behind the byte 3.
fn square() -> (Vec<u8>, Vec<u8>) {
    let field = |value: Fr| [&[0xc4, 32], &value.to_be_bytes()[..]].concat();
    let (one, minus_one, zero) = (field(Fr::ONE), field(Fr::MAX), field(Fr::ZERO));
    let mut acir = b"\x03\x92\x91\x97\xa6square\x01\x91\x81\xaaAssertZero\x93".to_vec();
    // One times witness 0 times witness 0, minus one times witness 1, plus zero; 0 is private, 1 public.
    for part in
        [b"\x91\x93", &one[..], b"\x00\x00\x91\x92", &minus_one, b"\x01", &zero, b"\x91\x00\x91\x01\x90\x90\x90"]
    {
        acir.extend(part);
    }
    let (root, square) = (field(Fr::from(12u64)), field(Fr::from(144u64)));
    let witness = [b"\x03\x91\x91\x92\x00\x82\x00", &root[..], b"\x01", &square].concat();
    (acir, witness)
}

async fn single_proof(bb: &mut Barretenberg, flavour: Flavour) -> Result<(), HonkError> {
    let (acir, witness) = square();
    let key = honk::compute_key(bb, flavour, &acir).await?.key;
    let proof = honk::prove(bb, flavour, &acir, Some(&key), &witness).await?;
    assert_eq!(proof.public_inputs(), [Fr::from(144u64)]);
    if flavour == Flavour::UltraKeccak {
        // The key starts with the logarithm of the number of rows.
        assert_eq!(proof.words().len(), 67 + 11 * usize::from(key.as_bytes()[31]));
    }
    assert_eq!(honk::verify(bb, &proof, &key).await?, Verdict::Valid, "{flavour:?}");
    let mut words = proof.words().to_vec();
    let last = words.len() - 1;
    words[last][31] ^= 1;
    let changed = honk::HonkProof::new(flavour, proof.public_inputs().to_vec(), words)?;
    assert!(!honk::verify(bb, &changed, &key).await?.is_valid(), "{flavour:?}: changed proof");
    let mut public_inputs = proof.public_inputs().to_vec();
    public_inputs[0] += Fr::ONE;
    let changed = honk::HonkProof::new(flavour, public_inputs, proof.words().to_vec())?;
    assert!(!honk::verify(bb, &changed, &key).await?.is_valid(), "{flavour:?}: changed public input");
    Ok(())
}
