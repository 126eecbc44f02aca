//! Signatures of committee members under a checkpoint.
//!
//! Protocol source: `@aztec/stdlib/src/block/proposal/committee_attestation.ts`,
//! `@aztec/foundation/src/eth-signature/eth_signature.ts`.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::address::EthAddress;

/// Members a committee can have, from the width of the bitmap in which L1 marks who signed.
pub const MAX_COMMITTEE_SIZE: usize = 2048;

/// A text is not an Ethereum signature.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an Ethereum signature: expected 0x, 64 hex digits of r, 64 of s and 1 to 8 of v")]
pub struct ParseSignatureError;

/// An ECDSA signature as Ethereum writes it.
///
/// Bytes: r, s, v in four bytes (68). JSON and text: `0x`, r, s, then v in as few hex digits as it takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EthSignature {
    /// x of the nonce point.
    pub r: [u8; 32],
    /// The proof.
    pub s: [u8; 32],
    /// 27 or 28; 0 in an empty signature.
    pub v: u32,
}
wire_bytes!(EthSignature { r: [u8; 32], s: [u8; 32], v: u32 });

impl EthSignature {
    /// Whether this stands for "has not signed".
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for EthSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::const_encode::<32, true>(&self.r).as_str())?;
        f.write_str(const_hex::const_encode::<32, false>(&self.s).as_str())?;
        write!(f, "{:x}", self.v)
    }
}

impl fmt::Debug for EthSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EthSignature({self})")
    }
}

impl FromStr for EthSignature {
    type Err = ParseSignatureError;

    fn from_str(text: &str) -> Result<Self, ParseSignatureError> {
        let digits = text.strip_prefix("0x").ok_or(ParseSignatureError)?;
        if !(129..=136).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ParseSignatureError);
        }
        let mut signature = Self::default();
        const_hex::decode_to_slice(&digits[..64], &mut signature.r).map_err(|_| ParseSignatureError)?;
        const_hex::decode_to_slice(&digits[64..128], &mut signature.s).map_err(|_| ParseSignatureError)?;
        signature.v = u32::from_str_radix(&digits[128..], 16).map_err(|_| ParseSignatureError)?;
        Ok(signature)
    }
}

impl Serialize for EthSignature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EthSignature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One place of the committee: a signature, or only the address of a member that has not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct CommitteeAttestation {
    /// The member. Zero when the signature comes from L1, where it is recovered from the signature.
    pub address: EthAddress,
    /// The signature; empty when the member has not signed.
    pub signature: EthSignature,
}
wire_bytes!(CommitteeAttestation { address: EthAddress, signature: EthSignature });

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::codec::{Decode, Encode};

    #[test]
    fn text_json_and_bytes_agree() {
        let text = alloc::format!("0x{}{}1b", "11".repeat(32), "22".repeat(32));
        let signature: EthSignature = text.parse().unwrap();
        assert_eq!(signature, EthSignature { r: [0x11; 32], s: [0x22; 32], v: 27 });
        assert_eq!(signature.to_string(), text);
        let json = alloc::format!(r#"{{"address":"0x{}","signature":"{text}"}}"#, "ab".repeat(20));
        let attestation: CommitteeAttestation = crate::json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&attestation).unwrap(), json);
        assert_eq!(attestation.to_buffer().len(), 88);
        assert_eq!(CommitteeAttestation::from_buffer(&attestation.to_buffer()), Ok(attestation));
        let empty = alloc::format!("0x{}0", "0".repeat(128));
        assert!(empty.parse::<EthSignature>().unwrap().is_empty());
        assert_eq!(EthSignature::default().to_string(), empty);
        for wrong in ["", "0x", &text[2..], &text[..130], &alloc::format!("{text}1234567"), &text.replace('b', "g")] {
            assert_eq!(wrong.parse::<EthSignature>(), Err(ParseSignatureError), "{wrong}");
        }
    }
}
