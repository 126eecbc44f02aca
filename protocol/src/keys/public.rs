//! Public keys.

use core::fmt;
use core::str::FromStr;

use ark_ff::MontFp;
use serde::{Deserialize, Serialize};

use super::KeyKind;
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, ToFields, Unit};
use crate::field::{Fr, Point};
use crate::hash::{DomainSeparator, poseidon2_with_separator};

crate::field_newtype! {
    /// Hash of the four master public keys; 0 when all are empty.
    pub struct PublicKeysHash;
}

wire_struct! {
    /// The master public keys of an account: 256 bytes, 12 fields.
    ///
    /// JSON: an object of the four points. Text (`Display`, `FromStr`): the bytes as `0x` hex.
    ///
    /// Protocol source: `@aztec/stdlib/src/keys/public_keys.ts`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct PublicKeys {
        /// Nullifier public key.
        #[serde(rename = "masterNullifierPublicKey")]
        pub npk_m: Point,
        /// Incoming viewing public key.
        #[serde(rename = "masterIncomingViewingPublicKey")]
        pub ivpk_m: Point,
        /// Outgoing viewing public key.
        #[serde(rename = "masterOutgoingViewingPublicKey")]
        pub ovpk_m: Point,
        /// Tagging public key.
        #[serde(rename = "masterTaggingPublicKey")]
        pub tpk_m: Point,
    }
}

const fn point(x: ark_bn254::Fr, y: ark_bn254::Fr) -> Point {
    Point::new(Fr::from_ark(x), Fr::from_ark(y))
}

impl PublicKeys {
    /// Four empty points.
    pub const EMPTY: Self =
        Self { npk_m: Point::EMPTY, ivpk_m: Point::EMPTY, ovpk_m: Point::EMPTY, tpk_m: Point::EMPTY };

    /// The keys of contracts that have none of their own. Nobody knows their secrets.
    ///
    /// Protocol source: `DEFAULT_NPK_M_X` and its siblings in `@aztec/constants/src/constants.gen.ts`.
    pub const DEFAULT: Self = Self {
        npk_m: point(
            MontFp!("582240093077765400562621227108555700500271598878376310175765873770292988861"),
            MontFp!("10422444662424639723529825114205836958711284159673861467999592572974769103684"),
        ),
        ivpk_m: point(
            MontFp!("339708709767762472786445938838804872781183545349360029270386718856175781484"),
            MontFp!("12719619215050539905199178334954929730355853796706924300730604757520758976849"),
        ),
        ovpk_m: point(
            MontFp!("12212787719617305570587928860288475454328008955283046946846066128763901043335"),
            MontFp!("3646747884782549389807830220601404629716007431341772952958971658285958854707"),
        ),
        tpk_m: point(
            MontFp!("728059161893070741164607238299536939695876538801885465230641192969135857403"),
            MontFp!("14575718736702206050102425029229426215631664471161015518982549597389390371695"),
        ),
    };

    /// The key of a kind.
    #[must_use]
    pub const fn get(&self, kind: KeyKind) -> Point {
        match kind {
            KeyKind::Nullifier => self.npk_m,
            KeyKind::IncomingViewing => self.ivpk_m,
            KeyKind::OutgoingViewing => self.ovpk_m,
            KeyKind::Tagging => self.tpk_m,
        }
    }

    /// Whether all four keys are empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        KeyKind::ALL.into_iter().all(|kind| self.get(kind).is_empty())
    }

    /// What addresses commit to.
    #[must_use]
    pub fn hash(&self) -> PublicKeysHash {
        if self.is_empty() {
            return PublicKeysHash::ZERO;
        }
        PublicKeysHash(poseidon2_with_separator(&self.to_fields(), DomainSeparator::PublicKeysHash))
    }
}

/// The keys of contracts that have none of their own.
impl Default for PublicKeys {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode_prefixed(self.to_buffer()))
    }
}

impl FromStr for PublicKeys {
    type Err = DecodeError;
    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let bytes = const_hex::decode(text)
            .map_err(|_| DecodeError::new(Unit::Byte, 0, DecodeErrorKind::Invalid("text is not hex")))?;
        Self::from_buffer(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::keys::SecretKey;

    #[test]
    fn known_hashes() {
        let hash = "0x023547e676dba19784188825b901a0e70d8ad978300d21d6185a54281b734da0";
        assert_eq!(PublicKeys::DEFAULT.hash(), hash.parse().unwrap());
        let keys = SecretKey::from_field(8923u32.into()).master_keys().public_keys();
        let hash = "0x2ed85a3a5f05e89190bff544475fcd8caba477d542fceda5880089db252536fc";
        assert_eq!(keys.hash(), hash.parse().unwrap());
        let hash = "0x09b6815f55e30b67becf871db8b6a736bbfdd8529f6beefbe5315654b52f663c";
        assert_eq!(keys.npk_m.hash(), hash.parse().unwrap());
        assert_eq!(PublicKeys::EMPTY.hash(), PublicKeysHash::ZERO);
        assert!(KeyKind::ALL.into_iter().all(|kind| PublicKeys::DEFAULT.get(kind).is_on_curve()));
    }

    #[test]
    fn text_and_json_round_trip() {
        let keys = PublicKeys::DEFAULT;
        assert_eq!(keys.to_string().parse(), Ok(keys));
        assert_eq!(keys.to_string().len(), 2 + 512);
        let json = serde_json::to_value(keys).unwrap();
        assert_eq!(json["masterNullifierPublicKey"], keys.to_string()[..130]);
        assert_eq!(serde_json::from_value::<PublicKeys>(json).unwrap(), keys);
        assert!("0x12".parse::<PublicKeys>().is_err() && "zz".parse::<PublicKeys>().is_err());
    }
}
