//! Seed phrases: all keys of a wallet as words a person can write down.
//!
//! The phrase is BIP-39, English, without an extra passphrase. What is derived from it:
//!
//! ```text
//! seed           = PBKDF2-HMAC-SHA512(phrase, "mnemonic", 2048 rounds), 64 bytes      (BIP-39)
//! secret of i    = HMAC-SHA512(seed, "aztec-lite/account-secret/v1" || i) mod r        i: four bytes, big-endian
//! ECDSA key of i = HMAC-SHA512(seed, "aztec-lite/ecdsa-key/v1" || c || i || n)[0..32]  c: `1` for secp256k1, `2` for secp256r1
//!                  for the first n = 0, 1, .. (one byte) that gives a key of the curve
//! ```
//!
//! where `r` is the order of the scalar field of BN254, in which secrets of accounts live. Schnorr accounts sign with a key
//! that follows from the secret as in the official packages.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use bip39::{Language, Mnemonic};
use hmac::{Hmac, KeyInit, Mac};
use protocol::codec::{Decode, DecodeError, DecodeErrorKind, Reader};
use protocol::field::Fr;
use protocol::keys::SecretKey;
use protocol::signature::ecdsa::{EcdsaCurve, EcdsaSecretKey};
use sha2::Sha512;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::port::Rng;

/// How long a seed phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeedLength {
    /// 12 words, 128 bits.
    Words12,
    /// 24 words, 256 bits.
    #[default]
    Words24,
}

/// Why words are no seed phrase. No message repeats a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SeedPhraseError {
    /// Another number of words than phrases have.
    #[error("a seed phrase has 12, 15, 18, 21 or 24 words, not {0}")]
    Length(usize),
    /// A word that is not in the list.
    #[error("word {0} of the seed phrase is not in the list of words")]
    UnknownWord(usize),
    /// The words do not fit together: one is wrong, or their order is.
    #[error("the words do not fit together")]
    Checksum,
}

impl SeedPhraseError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Length(_) => None,
            Self::UnknownWord(_) => Some("check its spelling; the words are English"),
            Self::Checksum => Some("check every word, and their order"),
        }
    }
}

/// A seed phrase. Wiped when dropped, shows nothing in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SeedPhrase(Mnemonic);

impl fmt::Debug for SeedPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeedPhrase({} words)", self.0.word_count())
    }
}

impl SeedPhrase {
    /// A new phrase.
    #[must_use]
    pub fn generate(rng: &dyn Rng, length: SeedLength) -> Self {
        let mut entropy = Zeroizing::new([0; 32]);
        rng.fill(&mut *entropy);
        let used = match length {
            SeedLength::Words12 => &entropy[..16],
            SeedLength::Words24 => &entropy[..],
        };
        Self(Mnemonic::from_entropy(used).expect("16 and 32 bytes are lengths of entropy"))
    }

    /// The words, separated by spaces, for a person to write down.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        let words = self.0.words();
        let length: usize = words.clone().map(|word| word.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (index, word) in words.enumerate() {
            if index > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The bytes behind the words.
    pub(super) fn entropy(&self) -> Zeroizing<Vec<u8>> {
        let (mut bytes, length) = self.0.to_entropy_array();
        let entropy = Zeroizing::new(bytes[..length].to_vec());
        bytes.zeroize();
        entropy
    }

    /// What accounts are derived from. Takes some milliseconds.
    #[must_use]
    pub fn to_seed(&self) -> Seed {
        Seed(Zeroizing::new(self.0.to_seed_normalized("")))
    }
}

impl FromStr for SeedPhrase {
    type Err = SeedPhraseError;

    /// Reads a phrase as a person types it: any white space, any capitals.
    fn from_str(text: &str) -> Result<Self, SeedPhraseError> {
        // No word has more than eight letters; what is longer need not be looked at.
        let count = text.split_whitespace().take(25).count();
        if !(12..=24).contains(&count) || !count.is_multiple_of(3) {
            return Err(SeedPhraseError::Length(text.split_whitespace().count()));
        }
        let mut phrase = Zeroizing::new(String::with_capacity(24 * 9));
        for (index, word) in text.split_whitespace().enumerate() {
            if word.len() > 8 {
                return Err(SeedPhraseError::UnknownWord(index + 1));
            }
            phrase.extend(word.chars().map(|letter| letter.to_ascii_lowercase()).chain([' ']));
        }
        Mnemonic::parse_in_normalized(Language::English, phrase.trim_end()).map(Self).map_err(|error| match error {
            bip39::Error::UnknownWord(index) => SeedPhraseError::UnknownWord(index + 1),
            bip39::Error::BadWordCount(count) => SeedPhraseError::Length(count),
            _ => SeedPhraseError::Checksum,
        })
    }
}

/// The stored form is the bytes behind the words.
impl Decode for SeedPhrase {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let entropy = reader.take(reader.left())?;
        let invalid = |_| reader.error_at(start, DecodeErrorKind::Invalid("no length of entropy"));
        Mnemonic::from_entropy(entropy).map(Self).map_err(invalid)
    }
}

/// What the keys of all accounts of a wallet follow from.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; 64]>);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    fn derive(&self, parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        let mut mac = Hmac::<Sha512>::new_from_slice(&*self.0).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    /// The secret of account `index`.
    #[must_use]
    pub fn account_secret(&self, index: u32) -> SecretKey {
        let bytes = self.derive(&[b"aztec-lite/account-secret/v1", &index.to_be_bytes()]);
        SecretKey::from_field(Fr::from_be_bytes_reduced(&*bytes))
    }

    /// The key with which account `index` signs, if it signs with ECDSA.
    #[must_use]
    pub fn ecdsa_key(&self, curve: EcdsaCurve, index: u32) -> EcdsaSecretKey {
        let name = match curve {
            EcdsaCurve::K1 => b"1",
            EcdsaCurve::R1 => b"2",
        };
        let candidates = (0..=u8::MAX).filter_map(|attempt| {
            let bytes = self.derive(&[b"aztec-lite/ecdsa-key/v1", name, &index.to_be_bytes(), &[attempt]]);
            let mut key = Zeroizing::new([0; 32]);
            key.copy_from_slice(&bytes[..32]);
            EcdsaSecretKey::from_bytes(curve, *key).ok()
        });
        candidates.into_iter().next().expect("256 attempts, each of which fails once in 2^32")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::tests::TestRng;

    const ZEROS_12: &str =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    fn zeros_24() -> String {
        ["abandon "; 23].concat() + "art"
    }

    /// Recorded from `crypto.pbkdf2Sync` and `crypto.createHmac` of Node.js.
    #[test]
    fn known_seeds_and_secrets() {
        let known = [
            (
                ZEROS_12.into(),
                "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1\
                 9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4",
                "0x0375b8f149055ea5372aca4062da1bcadd1dfd6ce7ff4a0cdb86fd73758daebd",
                "0x0fef444f48b861be8b984d79ff2cc33d56568673dfa88b4382055e33f73eb5b4",
                "76fb1eaee9e6fd2e001a06de1fd779619a2eba400d3f5869c154ebb84cc4da45",
                "d4eec28a9c6deb6f1f761ad240d5e93af25504e290857b5cf766194593fba89c",
            ),
            (
                zeros_24(),
                "408b285c123836004f4b8842c89324c1f01382450c0d439af345ba7fc49acf70\
                 5489c6fc77dbd4e3dc1dd8cc6bc9f043db8ada1e243c4a0eafb290d399480840",
                "0x08de41975a9508b43fb9d91a4dd5fc1201f3f4d25e521afd4b37e504866c3a95",
                "0x0b31fec8c2504feb2a346fb412b1e7c71c90f35f2ac2ca825a2d4aa0bf4188f7",
                "df101816dff86549e31717107b97d34760ef1c82ded98425abb665235310d509",
                "796544b9f2fc31dd9dd1fb20f64bb697289f09e522401e99e9a3c39cce9c8550",
            ),
        ];
        for (phrase, expected, first, last, k1, r1) in known {
            let seed = phrase.parse::<SeedPhrase>().unwrap().to_seed();
            assert_eq!(const_hex::encode(*seed.0), expected);
            assert_eq!(*seed.account_secret(0).expose(), first.parse().unwrap());
            assert_eq!(*seed.account_secret(u32::MAX).expose(), last.parse().unwrap());
            assert_eq!(const_hex::encode(seed.ecdsa_key(EcdsaCurve::K1, 0).expose()), k1);
            assert_eq!(const_hex::encode(seed.ecdsa_key(EcdsaCurve::R1, 0).expose()), r1);
        }
    }

    #[test]
    fn phrases_are_read_as_people_type_them() {
        let rng = TestRng::default();
        for (length, words) in [(SeedLength::Words12, 12), (SeedLength::Words24, 24)] {
            let phrase = SeedPhrase::generate(&rng, length);
            assert_ne!(phrase, SeedPhrase::generate(&rng, length));
            let text = phrase.words();
            assert_eq!(text.split(' ').count(), words);
            assert_eq!(text.parse(), Ok(phrase.clone()));
            assert_eq!(alloc::format!("\n {}\t", text.to_uppercase().replace(' ', "  ")).parse(), Ok(phrase.clone()));
            assert_eq!(SeedPhrase::from_buffer(&phrase.entropy()), Ok(phrase));
        }
    }

    #[test]
    fn wrong_phrases_are_refused_without_repeating_a_word() {
        let parse = |text: &str| text.parse::<SeedPhrase>().unwrap_err();
        assert_eq!(parse(""), SeedPhraseError::Length(0));
        assert_eq!(parse(&zeros_24()[8..]), SeedPhraseError::Length(23));
        assert_eq!(parse(&[zeros_24().as_str(), " a b c"].concat()), SeedPhraseError::Length(27));
        assert_eq!(parse(&zeros_24().replace("art", "arr")), SeedPhraseError::UnknownWord(24));
        assert_eq!(parse(&ZEROS_12.replacen("abandon", "abandonabandon", 1)), SeedPhraseError::UnknownWord(1));
        assert_eq!(parse(&ZEROS_12.replacen("abandon", "ünder", 1)), SeedPhraseError::UnknownWord(1));
        assert_eq!(parse(&ZEROS_12.replace("about", "abandon")), SeedPhraseError::Checksum);
        assert!(SeedPhrase::from_buffer(&[0; 17]).is_err());
    }
}
