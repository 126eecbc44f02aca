//! The result of the Aztec Ignition ceremony.
//!
//! Protocol source: `barretenberg/cpp/src/barretenberg/srs/factories/bn254_crs_data.hpp` in the official repository,
//! `@aztec/bb.js/src/crs/net_crs.ts`.

use super::points;

/// The secret of the ceremony in G2.
pub(super) const IGNITION_G2: [u8; points::G2_SIZE] = *b"\
    \x01\x18\xc4\xd5\xb8\x37\xbc\xc2\xbc\x89\xb5\xb3\x98\xb5\x97\x4e\x9f\x59\x44\x07\x3b\x32\x07\x8b\x7e\x23\x1f\xec\
    \x93\x88\x83\xb0\x26\x0e\x01\xb2\x51\xf6\xf1\xc7\xe7\xff\x4e\x58\x07\x91\xde\xe8\xea\x51\xd8\x7a\x35\x8e\x03\x8b\
    \x4e\xfe\x30\xfa\xc0\x93\x83\xc1\x22\xfe\xbd\xa3\xc0\xc0\x63\x2a\x56\x47\x5b\x42\x14\xe5\x61\x5e\x11\xe6\xdd\x3f\
    \x96\xe6\xce\xa2\x85\x4a\x87\xd4\xda\xcc\x5e\x55\x04\xfc\x63\x69\xf7\x11\x0f\xe3\xd2\x51\x56\xc1\xbb\x9a\x72\x85\
    \x9c\xf2\xa0\x46\x41\xf9\x9b\xa4\xee\x41\x3c\x80\xda\x6a\x5f\xe4";

/// Where the points can be had by range requests, best first.
pub const IGNITION_SOURCES: [&str; 2] =
    ["https://crs.aztec-cdn.foundation/g1.dat", "https://crs.aztec-labs.com/g1.dat"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::{Check, SrsError, verify};

    /// The first two points of the ceremony's result: the generator and its product with the secret.
    const BEGIN: &str = "\
        0000000000000000000000000000000000000000000000000000000000000001\
        0000000000000000000000000000000000000000000000000000000000000002\
        2d360628289ff943ff6bd1a87bbe4e62abe7fb61ba83effd266f22bdcf31e6f9\
        26b92a79e563c3f48252cce7feeca2f0f8d33dcb4ef7b0643bf07bd405700aaa";

    #[test]
    fn the_ceremony_s_points_belong_together() {
        let mut points = const_hex::decode(BEGIN).unwrap();
        verify(&points, &IGNITION_G2, Check::Full).unwrap();
        points.copy_within(..64, 64);
        assert!(matches!(verify(&points, &IGNITION_G2, Check::Full), Err(SrsError::NotPowers)));
    }
}
