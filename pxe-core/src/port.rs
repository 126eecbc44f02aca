//! What all ports share, and the small ones: clock, randomness.

use alloc::vec::Vec;

use protocol::block::Timestamp;
use protocol::field::{Fq, Fr};

/// [`Send`] where threads exist.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + ?Sized> MaybeSend for T {}
/// [`Send`] where threads exist, which is not here.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> MaybeSend for T {}

/// [`Sync`] where threads exist.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSync: Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Sync + ?Sized> MaybeSync for T {}
/// [`Sync`] where threads exist, which is not here.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSync {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> MaybeSync for T {}

/// The time.
pub trait Clock: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Now, in seconds.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some moment, for measuring.
    fn milliseconds(&self) -> f64;
}

/// Randomness that nobody can guess.
pub trait Rng: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Rng + '_ {
    /// A field element: 64 random bytes, reduced, as the official packages draw it.
    ///
    /// Protocol source: `@aztec/foundation/src/curves/bn254/field.ts`.
    pub fn field(&self) -> Fr {
        Fr::from_be_bytes_reduced(&self.bytes::<64>())
    }

    /// A scalar of Grumpkin, drawn the same way.
    pub fn scalar(&self) -> Fq {
        Fq::from_be_bytes_reduced(&self.bytes::<64>())
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// So many bytes.
    pub fn vec(&self, length: usize) -> Vec<u8> {
        let mut bytes = alloc::vec![0; length];
        self.fill(&mut bytes);
        bytes
    }
}
