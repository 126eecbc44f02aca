//! Proofs, keys and what they are kept in. Input: a byte that chooses the form, then the bytes.
#![no_main]

use circuits::chonk::{PrivateProof, read_inputs};
use circuits::honk::{Flavour, HonkProof};
use circuits::set::DerivedKeys;
use circuits::srs::{SrsFile, SrsKind, SrsSize};
use libfuzzer_sys::fuzz_target;
use protocol::artifact::VerificationKey;
use protocol::field::Fr;
use protocol::hash::sha256;

fuzz_target!(|data: &[u8]| {
    let Some((form, data)) = data.split_first() else { return };
    match form % 5 {
        0 => {
            if let Ok(proof) = PrivateProof::from_bytes(data) {
                assert_eq!(proof.to_bytes(), data);
            }
        }
        1 => {
            let words: Vec<[u8; 32]> = data.as_chunks::<32>().0.to_vec();
            for flavour in Flavour::ALL {
                let public = words.iter().take(2).map(|word| Fr::from_be_bytes_reduced(word)).collect();
                if let Ok(proof) = HonkProof::new(flavour, public, words.clone()) {
                    assert_eq!(proof.words(), words);
                }
            }
        }
        2 => {
            let key = VerificationKey::from_bytes(data.to_vec());
            let _ = (key.fields(), key.mega_hash());
            // With the digest that belongs to it: a wrong one ends everything.
            let sealed = [data, &sha256(&[data])].concat();
            for kind in [SrsKind::Ignition, SrsKind::InsecureDevelopment] {
                if let Ok(keys) = DerivedKeys::from_bytes(kind, &sealed) {
                    let again = DerivedKeys::from_bytes(kind, &keys.to_bytes()).expect("we read what we write");
                    assert!(again.keys().eq(keys.keys()));
                }
            }
        }
        3 => {
            if let Ok(circuits) = read_inputs(data) {
                let size: usize = circuits.iter().map(|circuit| circuit.acir.len() + circuit.witness.len()).sum();
                assert!(size <= 256 << 20);
            }
        }
        _ => {
            if let Ok(file) = SrsFile::open(&data) {
                for kind in [SrsKind::Ignition, SrsKind::InsecureDevelopment] {
                    let _ = file.read(&data, kind, SrsSize::for_log2_gates(1).expect("small"));
                }
            }
        }
    }
});
