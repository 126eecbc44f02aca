//! The keys that belong to the insecure development SRS, derived once for everyone.
//!
//! They are public and follow from the official packages; `cargo xtask dev-params --write` derives them again.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{DerivedKeys, KeysError};
use crate::srs::SrsKind;

/// The derived keys, packed: of the client's circuits, and of the private functions in `@aztec/protocol-contracts`,
/// `@aztec/accounts`, `@aztec/noir-contracts.js`, and some of the test contracts.
///
/// Zlib data of [`DerivedKeys::to_bytes`].
pub const DEVELOPMENT_KEYS: &[u8] = include_bytes!("../../development/keys.bin.z");

/// Most bytes the keys may have when unpacked.
const MAX_UNPACKED: u64 = 16 << 20;

/// Unpacks keys that belong to the insecure development SRS: [`DEVELOPMENT_KEYS`], or the same file from elsewhere.
///
/// # Errors
/// If they are damaged, or belong to another SRS.
pub fn development_keys(packed: &[u8]) -> Result<DerivedKeys, KeysError> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).take(MAX_UNPACKED).read_to_end(&mut bytes).map_err(|_| KeysError::Damaged)?;
    DerivedKeys::from_bytes(SrsKind::InsecureDevelopment, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::Circuit;

    #[test]
    fn the_keys_are_whole_and_damage_is_noticed() {
        let keys = development_keys(DEVELOPMENT_KEYS).unwrap();
        assert!(keys.len() > Circuit::client().count());
        assert_eq!(keys.srs(), SrsKind::InsecureDevelopment);
        for key in keys.keys() {
            key.mega_hash().unwrap();
        }
        for at in (0..DEVELOPMENT_KEYS.len()).step_by(9973) {
            let mut bad = DEVELOPMENT_KEYS.to_vec();
            bad[at] ^= 0x10;
            assert_eq!(development_keys(&bad).unwrap_err(), KeysError::Damaged, "{at}");
            assert_eq!(development_keys(&bad[..at]).unwrap_err(), KeysError::Damaged, "{at}");
        }
    }
}
