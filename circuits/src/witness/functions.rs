//! Black boxes as functions on plain values, for circuits and Brillig alike.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use ark_ff::BigInt;
use blake2::{Blake2s256, Digest};
use keccak::Keccak;
use protocol::field::Fr;
use protocol::signature::ecdsa::EcdsaCurve;

use super::error::BlackBoxError;

/// AES-128 in CBC mode of whole blocks, padded as PKCS #7 says when `padded`.
pub(super) fn aes128(input: &[u8], iv: [u8; 16], key: [u8; 16], padded: bool) -> Result<Vec<u8>, BlackBoxError> {
    let mut out = input.to_vec();
    if padded {
        let padding = 16 - out.len() % 16;
        out.resize(out.len() + padding, u8::try_from(padding).expect("at most 16"));
    }
    let (blocks, rest) = out.as_chunks_mut::<16>();
    if !rest.is_empty() {
        return Err(BlackBoxError::Length { expected: input.len().next_multiple_of(16), found: input.len() });
    }
    let cipher = Aes128::new(&key.into());
    let mut previous = iv;
    for block in blocks {
        for (byte, mask) in block.iter_mut().zip(previous) {
            *byte ^= mask;
        }
        cipher.encrypt_block(block.into());
        previous = *block;
    }
    Ok(out)
}

/// BLAKE2s of 256 bits.
pub(super) fn blake2s(input: &[u8]) -> [u8; 32] {
    Blake2s256::digest(input).into()
}

/// BLAKE3 of 256 bits.
pub(super) fn blake3(input: &[u8]) -> [u8; 32] {
    blake3::hash(input).into()
}

/// The permutation of Keccak.
pub(super) fn keccakf1600(mut state: [u64; 25]) -> [u64; 25] {
    Keccak::new().with_f1600(|permute| permute(&mut state));
    state
}

/// SHA-256 of one block on a state.
pub(super) fn sha256_compression(input: &[u32; 16], mut state: [u32; 8]) -> [u32; 8] {
    let mut block = [0; 64];
    for (bytes, word) in block.as_chunks_mut::<4>().0.iter_mut().zip(input) {
        *bytes = word.to_be_bytes();
    }
    sha2::block_api::compress256(&mut state, &[block]);
    state
}

/// Whether a signature with a low s is valid for the hash of a message.
pub(super) fn ecdsa_verify(
    curve: EcdsaCurve,
    hash: &[u8; 32],
    x: &[u8; 32],
    y: &[u8; 32],
    signature: &[u8; 64],
) -> Result<bool, BlackBoxError> {
    macro_rules! verify {
        ($library:ident) => {{
            use $library::ecdsa::signature::hazmat::PrehashVerifier;
            use $library::ecdsa::{Signature, VerifyingKey};
            let mut key = [4; 65];
            key[1..33].copy_from_slice(x);
            key[33..].copy_from_slice(y);
            let Ok(signature) = Signature::from_slice(signature) else { return Ok(false) };
            let key = VerifyingKey::from_sec1_bytes(&key).map_err(|_| BlackBoxError::PublicKey)?;
            Ok(signature.normalize_s() == signature && key.verify_prehash(hash, &signature).is_ok())
        }};
    }
    match curve {
        EcdsaCurve::K1 => verify!(k256),
        EcdsaCurve::R1 => verify!(p256),
    }
}

/// The digits of a number, most significant first.
pub(super) fn to_radix(value: Fr, radix: u32, limbs: u32) -> Result<Vec<u8>, BlackBoxError> {
    let mut number = value.to_limbs();
    let mut digits = vec![0; limbs as usize];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0;
        if radix.is_power_of_two() {
            let bits = radix.trailing_zeros();
            remainder = number[0] & u64::from(radix - 1);
            for place in 0..4 {
                let above = number.get(place + 1).copied().unwrap_or_default();
                number[place] = number[place] >> bits | above << (64 - bits);
            }
        } else {
            for limb in number.iter_mut().rev() {
                let dividend = u128::from(remainder) << 64 | u128::from(*limb);
                let radix = u128::from(radix);
                *limb = u64::try_from(dividend / radix).expect("the remainder was below the radix");
                remainder = u64::try_from(dividend % radix).expect("below the radix");
            }
        }
        *digit = u8::try_from(remainder).expect("below the radix, which is at most 256");
        if number == [0; 4] {
            break;
        }
    }
    if number == [0; 4] { Ok(digits) } else { Err(BlackBoxError::Limbs { value, limbs }) }
}

/// The quotient of two integers, rounded down; none for division by zero.
pub(super) fn integer_div(dividend: Fr, divisor: Fr) -> Option<Fr> {
    let divisor_limbs = divisor.to_limbs();
    if divisor_limbs == [0; 4] {
        return None;
    }
    if let (Some(dividend), Some(divisor)) = (dividend.to_u128(), divisor.to_u128()) {
        return Some(Fr::from(dividend / divisor));
    }
    // Bit by bit: rare, and both numbers have at most 254 bits.
    let divisor = BigInt::<4>::new(divisor_limbs);
    let dividend = dividend.to_limbs();
    let (mut quotient, mut remainder) = ([0u64; 4], BigInt::<4>::new([0; 4]));
    for bit in (0..256).rev() {
        let (limb, shift) = (bit / 64, bit % 64);
        remainder <<= 1;
        remainder.0[0] |= dividend[limb] >> shift & 1;
        if remainder >= divisor {
            ark_ff::BigInteger::sub_with_borrow(&mut remainder, &divisor);
            quotient[limb] |= 1 << shift;
        }
    }
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(quotient.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    Some(Fr::from_be_bytes(&bytes).expect("no larger than the dividend"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_every_radix() {
        let value = Fr::from(0x0102_0304u32);
        assert_eq!(to_radix(value, 256, 4).unwrap(), [1, 2, 3, 4]);
        assert_eq!(to_radix(value, 256, 6).unwrap(), [0, 0, 1, 2, 3, 4]);
        assert_eq!(to_radix(value, 16, 7).unwrap(), [1, 0, 2, 0, 3, 0, 4]);
        assert_eq!(to_radix(Fr::from(1234u32), 10, 4).unwrap(), [1, 2, 3, 4]);
        assert_eq!(to_radix(Fr::from(5u32), 2, 3).unwrap(), [1, 0, 1]);
        assert!(to_radix(Fr::ZERO, 2, 0).unwrap().is_empty());
        assert!(to_radix(Fr::ONE, 2, 0).is_err() && to_radix(value, 256, 3).is_err());
        for radix in 2..=256 {
            let digits = to_radix(Fr::MAX, radix, 254).unwrap();
            let back = digits.iter().fold(Fr::ZERO, |sum, digit| sum * Fr::from(radix) + Fr::from(*digit));
            assert_eq!(back, Fr::MAX, "{radix}");
        }
    }

    #[test]
    fn divides_integers() {
        assert_eq!(integer_div(Fr::MAX, Fr::ZERO), None);
        assert_eq!(integer_div(Fr::from(7u8), Fr::from(2u8)), Some(Fr::from(3u8)));
        assert_eq!(integer_div(Fr::ONE, Fr::MAX), Some(Fr::ZERO));
        assert_eq!(integer_div(Fr::MAX, Fr::MAX), Some(Fr::ONE));
        let half = integer_div(Fr::MAX, Fr::from(2u8)).unwrap();
        assert_eq!(half + half, Fr::MAX);
    }

    #[test]
    fn encrypts_in_blocks() {
        // NIST SP 800-38A, F.2.1, first block.
        let hex =
            |text: &str| -> [u8; 16] { core::array::from_fn(|i| u8::from_str_radix(&text[2 * i..][..2], 16).unwrap()) };
        let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
        let iv = hex("000102030405060708090a0b0c0d0e0f");
        let plain = hex("6bc1bee22e409f96e93d7e117393172a");
        let encrypted = aes128(&plain, iv, key, true).unwrap();
        assert_eq!((&encrypted[..16], encrypted.len()), (&hex("7649abac8119b246cee98e9b12e9197d")[..], 32));
        assert_eq!(aes128(&plain, iv, key, false).unwrap(), encrypted[..16]);
        assert!(aes128(&plain[1..], iv, key, false).is_err());
    }
}
