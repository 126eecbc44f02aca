//! From public keys and code to an address, and the secret behind an address.

use super::{PublicKeys, PublicKeysHash, SecretScalar};
use crate::address::AztecAddress;
use crate::field::{Fq, Fr, NotOnCurve, Point};
use crate::hash::{DomainSeparator, poseidon2_with_separator};

crate::field_newtype! {
    /// The part of an address that commits to the contract's code, its initialization and its deployer.
    ///
    /// Protocol source: `@aztec/stdlib/src/contract/partial_address.ts`.
    pub struct PartialAddress;
}

crate::field_newtype! {
    /// What an address commits to: public keys and partial address.
    pub struct Preaddress;
}

impl Preaddress {
    /// Protocol source: `computePreaddress` in `@aztec/stdlib/src/keys/derivation.ts`.
    #[must_use]
    pub fn new(public_keys_hash: PublicKeysHash, partial_address: PartialAddress) -> Self {
        let inputs = [public_keys_hash.to_field(), partial_address.to_field()];
        Self(poseidon2_with_separator(&inputs, DomainSeparator::ContractAddressV1))
    }
}

/// The address of a contract with these keys: the x coordinate of `preaddress · G + ivpk_m`.
///
/// Protocol source: `computeAddress` in `@aztec/stdlib/src/keys/derivation.ts`.
pub fn address_from(keys: &PublicKeys, partial_address: PartialAddress) -> Result<AztecAddress, NotOnCurve> {
    let preaddress = Preaddress::new(keys.hash(), partial_address);
    let point = Point::mul_generator(&Fq::from(preaddress.to_field())).add(&keys.ivpk_m)?;
    Ok(AztecAddress::from_field(point.x))
}

/// The discrete logarithm of an address's point: with it the owner derives shared secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressSecret(SecretScalar);

impl AddressSecret {
    /// `ivsk_m + preaddress`, negated when that leads to the other point of the address.
    ///
    /// Protocol source: `computeAddressSecret` in `@aztec/stdlib/src/keys/derivation.ts`.
    #[must_use]
    pub fn derive(ivsk_m: &SecretScalar, preaddress: Preaddress) -> Self {
        let candidate = SecretScalar::from_scalar(*ivsk_m.expose() + Fq::from(Fr::from(preaddress)));
        Self(match candidate.public_key().sign() {
            true => candidate,
            false => SecretScalar::from_scalar(-*candidate.expose()),
        })
    }

    /// The scalar.
    #[must_use]
    pub const fn as_scalar(&self) -> &SecretScalar {
        &self.0
    }
}
