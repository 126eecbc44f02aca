//! Signatures of account contracts: Schnorr on Grumpkin, and ECDSA on the two curves hardware and browsers know.
//!
//! What accounts sign is the 32-byte form of a message hash; their witness is the signature, one byte per field.
//!
//! Protocol source: `@aztec/foundation/src/crypto/{schnorr,ecdsa,pedersen}/`.

pub mod ecdsa;
pub mod pedersen;
pub mod schnorr;
