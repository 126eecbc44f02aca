//! Decryption.
//!
//! Protocol source: `@aztec/foundation/src/crypto/aes128/index.ts`, `@aztec/simulator/src/private/acvm/serialize.ts`.

use alloc::vec;
use alloc::vec::Vec;

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use protocol::field::Fr;

use super::Answer;
use super::arguments::low_byte;

const BLOCK: usize = 16;

/// Decrypts the first `length` bytes of a bounded list and returns a bounded list of the same capacity.
pub(super) fn aes128_decrypt(ciphertext: &[Fr], length: u32, iv: [u8; BLOCK], key: [u8; BLOCK]) -> Answer {
    let length = ciphertext.len().min(length as usize);
    let bytes: Vec<u8> = ciphertext[..length].iter().map(|byte| low_byte(*byte)).collect();
    let plain = without_padding(decrypt(bytes, iv, key));
    let mut fields: Vec<Fr> = plain.iter().map(|byte| Fr::from(*byte)).collect();
    fields.resize(ciphertext.len(), Fr::ZERO);
    vec![fields.into(), Fr::from(plain.len() as u64).into()]
}

/// Decrypts the whole blocks; bytes after them stay as they are.
fn decrypt(mut bytes: Vec<u8>, iv: [u8; BLOCK], key: [u8; BLOCK]) -> Vec<u8> {
    let cipher = Aes128::new(&key.into());
    let mut previous = iv;
    for chunk in bytes.as_chunks_mut::<BLOCK>().0 {
        let encrypted = *chunk;
        let mut block = encrypted.into();
        cipher.decrypt_block(&mut block);
        for (plain, (decrypted, previous)) in chunk.iter_mut().zip(block.iter().zip(previous)) {
            *plain = decrypted ^ previous;
        }
        previous = encrypted;
    }
    bytes
}

/// Cuts off as many bytes as the last byte says. When it says more than there are, the number of bytes left is negative
/// and JavaScript counts it from the end once more; contracts see what is left.
fn without_padding(mut bytes: Vec<u8>) -> Vec<u8> {
    let padding = bytes.last().map_or(0, |last| usize::from(*last));
    let left = match bytes.len().checked_sub(padding) {
        Some(left) => left,
        None => (2 * bytes.len()).saturating_sub(padding),
    };
    bytes.truncate(left);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the official packages decrypt, padding kept and without.
    #[test]
    fn decrypts_as_recorded() {
        let key = core::array::from_fn(|index| index as u8 + 1);
        let iv = core::array::from_fn(|index| index as u8 + 100);
        let whole = "564b3565e44308dd0ceb4df02933b554d85e3c0899e313d6a0ef638f26c7a748732abf970058b7713c0a10c22fd126f0";
        let cut = "564b3565e44308dd0ceb4df02933b554d85e3c0899e313d6a0ef638f26c7a748e3eaf1f8ff060d141b222930373e45";
        let cases = [(0, "", 0), (1, "03", 0), (17, &[&whole[..32], "73"].concat(), 0), (47, cut, 25), (48, whole, 0)];
        for (length, kept, left) in cases {
            let bytes: Vec<u8> = (0..length).map(|index| (index * 7 + 3) as u8).collect();
            let plain = decrypt(bytes.clone(), iv, key);
            let hex = plain.iter().map(|byte| alloc::format!("{byte:02x}")).collect::<alloc::string::String>();
            assert_eq!(hex, kept, "{length}");
            assert_eq!(without_padding(plain.clone()).len(), left, "{length}");

            let mut fields: Vec<Fr> = bytes.iter().map(|byte| Fr::from(*byte)).collect();
            fields.resize(50, Fr::MAX);
            let answer = aes128_decrypt(&fields, length, iv, key);
            let mut expected: Vec<Fr> = plain[..left].iter().map(|byte| Fr::from(*byte)).collect();
            expected.resize(50, Fr::ZERO);
            assert_eq!(answer, [expected.into(), Fr::from(left as u64).into()]);
        }
    }

    #[test]
    fn a_length_beyond_the_list_is_the_list() {
        assert_eq!(aes128_decrypt(&[], u32::MAX, [0; 16], [0; 16]), [Vec::new().into(), Fr::ZERO.into()]);
    }
}
