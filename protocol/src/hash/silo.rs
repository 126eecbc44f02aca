//! Hash formulas that client, node and circuits share: siloing by contract, storage slots, argument hashes.
//!
//! Protocol source: `@aztec/stdlib/src/hash/hash.ts`, `@aztec/stdlib/src/hash/map_slot.ts`.

use super::{DomainSeparator, poseidon2_with_separator};
use crate::address::AztecAddress;
use crate::field::Fr;

/// Nonce of the note hash at `index` of a transaction.
#[must_use]
pub fn note_hash_nonce(first_nullifier: Fr, index: u32) -> Fr {
    poseidon2_with_separator(&[first_nullifier, index.into()], DomainSeparator::NoteHashNonce)
}

/// A contract's inner note hash, siloed by its address.
#[must_use]
pub fn silo_note_hash(contract: AztecAddress, note_hash: Fr) -> Fr {
    poseidon2_with_separator(&[contract.to_field(), note_hash], DomainSeparator::SiloedNoteHash)
}

/// A siloed note hash made unique by its nonce: the leaf of the note hash tree.
#[must_use]
pub fn unique_note_hash(nonce: Fr, siloed_note_hash: Fr) -> Fr {
    poseidon2_with_separator(&[nonce, siloed_note_hash], DomainSeparator::UniqueNoteHash)
}

/// A contract's inner nullifier, siloed by its address: the leaf of the nullifier tree.
#[must_use]
pub fn silo_nullifier(contract: AztecAddress, nullifier: Fr) -> Fr {
    poseidon2_with_separator(&[contract.to_field(), nullifier], DomainSeparator::SiloedNullifier)
}

/// The nullifier every transaction without another first nullifier emits.
#[must_use]
pub fn protocol_nullifier(tx_request_hash: Fr) -> Fr {
    silo_nullifier(AztecAddress::NULL_MSG_SENDER, tx_request_hash)
}

/// First field of a private log, siloed by its contract.
#[must_use]
pub fn silo_private_log_tag(contract: AztecAddress, tag: Fr) -> Fr {
    poseidon2_with_separator(&[contract.to_field(), tag], DomainSeparator::PrivateLogFirstField)
}

/// Key of the public data tree for a contract's storage slot.
#[must_use]
pub fn public_data_leaf_slot(contract: AztecAddress, slot: Fr) -> Fr {
    poseidon2_with_separator(&[contract.to_field(), slot], DomainSeparator::PublicLeafSlot)
}

/// Storage slot of the entry `key` of the map at `map_slot`.
#[must_use]
pub fn map_slot(map_slot: Fr, key: Fr) -> Fr {
    poseidon2_with_separator(&[map_slot, key], DomainSeparator::PublicStorageMapSlot)
}

/// Hash of a private call's arguments or return values; 0 for none.
#[must_use]
pub fn args_hash(args: &[Fr]) -> Fr {
    if args.is_empty() { Fr::ZERO } else { poseidon2_with_separator(args, DomainSeparator::FunctionArgs) }
}

/// Hash of a public call's calldata, the selector first. Empty calldata has no special value.
#[must_use]
pub fn calldata_hash(calldata: &[Fr]) -> Fr {
    poseidon2_with_separator(calldata, DomainSeparator::PublicCalldata)
}

/// Hash of a claim secret.
#[must_use]
pub fn secret_hash(secret: Fr) -> Fr {
    poseidon2_with_separator(&[secret], DomainSeparator::SecretHash)
}

/// Hash of a verification key given as fields.
///
/// Protocol source: `@aztec/foundation/src/crypto/keys/index.ts`.
#[must_use]
pub fn verification_key_hash(fields: &[Fr]) -> Fr {
    super::poseidon2(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Fr {
        text.parse().expect("a field literal")
    }

    #[test]
    fn known_values() {
        let [one, two] = [Fr::ONE, Fr::from(2u8)];
        assert_eq!(
            super::super::poseidon2(&[one, two]),
            field("0x038682aa1cb5ae4e0a3f13da432a95c77c5c111f6f030faf9cad641ce1ed7383")
        );
        assert_eq!(
            super::super::poseidon2(&[]),
            field("0x18dfb8dc9b82229cff974efefc8df78b1ce96d9d844236b496785c698bc6732e")
        );
        assert_eq!(args_hash(&[one, two]), field("0x0d0ccd92b9eee0911dda2777304257cae5a4e33a19c5d6c66e39629f4cdd118d"));
        assert_eq!(
            silo_nullifier(AztecAddress::from_field(one), two),
            field("0x05b878bc062d6600fb2a20c5af212406b0dfeb9cefc30ba85c1198aa91949a93")
        );
        assert_eq!(
            protocol_nullifier(Fr::from(5u8)),
            field("0x1bbfae0f33de207748460ea82e60deb0a4ed9e1d7636c86cde4f909ffacaf0d0")
        );
    }
}
