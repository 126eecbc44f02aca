//! That a proof with a flipped bit fails.

use std::time::Instant;

use circuits::bb::Barretenberg;
use circuits::chonk::PrivateProof;
use protocol::artifact::VerificationKey;
use protocol::hash::sha256;

use super::ProveError;
use crate::Error;

/// Flips one bit at a time, at places spread over public inputs and proof: the same in every run.
pub(super) fn run(bb: &mut Barretenberg, proof: &[u8], key: &VerificationKey, flips: usize) -> Result<(), Error> {
    let start = Instant::now();
    let (mut unreadable, mut unchecked, mut accepted) = (0, 0, 0);
    for flip in 0..flips {
        let hash = sha256(&[b"flip", &(flip as u64).to_be_bytes()]);
        let (word, _) = hash.split_at(8);
        let number = word.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let bit = (number % (proof.len() as u64 * 8)) as usize;
        let mut changed = proof.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = PrivateProof::from_bytes(&changed) else {
            unreadable += 1;
            continue;
        };
        match pollster::block_on(bb.chonk_verify(&changed, key)).map_err(ProveError::from)? {
            circuits::bb::Verdict::Valid => {
                accepted += 1;
                println!("bit {bit} flipped: accepted");
            }
            circuits::bb::Verdict::Invalid { reason } => unchecked += usize::from(reason.is_some()),
        }
    }
    if flips > 0 {
        let seconds = start.elapsed().as_secs_f32();
        let refused = flips - accepted;
        println!(
            "{refused} of {flips} flipped bits refused in {seconds:.1} s: {unreadable} not canonical, {unchecked} refused \
             unseen, {} found wrong",
            refused - unreadable - unchecked
        );
        println!("{refused} passed, {accepted} failed");
    }
    if accepted > 0 { Err(ProveError::Accepted { accepted, flips }.into()) } else { Ok(()) }
}
