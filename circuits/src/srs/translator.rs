//! The verification key of the Translator, which barretenberg has built in.
//!
//! It consists of commitments under the Ignition SRS to fixed polynomials, and their hash, as hex in the module's data.
//! Under another SRS the same polynomials have other commitments, so the module must be changed before it is loaded.
//!
//! Protocol source: `barretenberg/cpp/src/barretenberg/translator_vm/` in the official repository.

use core::ops::Range;

use ark_bn254::{G1Affine, G1Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use protocol::field::Fr;
use protocol::hash::poseidon2;
use thiserror::Error;

use super::points::{SIZE, from_bytes, to_bytes};
use super::{Srs, SrsError, SrsKind, SrsSize};

/// Rows of the small circuit, of which the big one interleaves 16.
const MINI: usize = 1 << 13;
const FULL: usize = MINI * 16;
/// Rows of the small circuit at its end that are masked, and as many times 16 of the big one.
const MASKED: usize = 4;
const MINI_UNMASKED: usize = MINI - MASKED;
const FULL_UNMASKED: usize = FULL - MASKED * 16;
/// Rows of the small circuit before the result are masked from here on.
const RANDOM_START: usize = 2;
const RESULT_ROW: usize = 8;
/// Range constraints are for 14-bit values that increase by at most 3.
const RANGE_MAX: u16 = (1 << 14) - 1;
const RANGE_STEP: usize = 3;
/// Each value of the range occurs once for each of the ordered polynomials.
const ORDERED: usize = 5;

/// The polynomials in the order of the hash, with x and y of their commitments under the Ignition SRS.
const IGNITION: [(&str, &str, &str); 10] = [
    (
        "ordered_extra_range_constraints_numerator",
        "0x1ddbff0e1f0999f88ffa959e9505e5f489b57d6a7937c17a4d69fc871d5e9221",
        "0x14149055853422bf016065386e8ea0ffb9425b454048e1cd14cfdca457aa7e17",
    ),
    (
        "lagrange_first",
        "0x0000000000000000000000000000000000000000000000000000000000000001",
        "0x0000000000000000000000000000000000000000000000000000000000000002",
    ),
    (
        "lagrange_last",
        "0x0b91db670af249ea43bf35a192f139f7d7506fbc37fbeb19daf9175a52bd37d1",
        "0x249db0a866cc29c2490881d2eeb1ac6ae30a5902bc272f02695953997b6d2e2e",
    ),
    (
        "lagrange_odd_in_minicircuit",
        "0x074416f297ac484a550b0c1a03e2fa105ec917c2a682756e3d26b22258cd2b97",
        "0x1ca1c180bc48235518bf4ee2d7511bd21efc121581c5d2cc1fb5a30645e23dcd",
    ),
    (
        "lagrange_even_in_minicircuit",
        "0x0e592a2a12aef6034b950f4f74ea34efbc8989333c100ea6ff49d816f34f4b96",
        "0x29839134d945c4586b216ea4e0baeafcce798c8ed7229efbee2827eb542392b7",
    ),
    (
        "lagrange_result_row",
        "0x2c4e3788efe883d91b423233818890599ad233cecf88be80debce9e5ac727e29",
        "0x0d79fb9abbbde1fdb4c53d148cfcf083e84f3153e6817f5a19f0560e831dda8f",
    ),
    (
        "lagrange_last_in_minicircuit",
        "0x19cce0459cdb5d34dc78edfc65a309f7b5f2e3f2143bb69f0ac7e77ee653d1a5",
        "0x11b8ced4eb4fd3db1b68e7b439f33a28a3c771d6b9a405e26ed63957b8b4ac95",
    ),
    (
        "lagrange_masking",
        "0x262468705c0bba548f33898a45c9981223419e337f5020c9667237cc92ecd332",
        "0x2a0672531c488dc9f16dd660b3554ac51539fe8817238051b7ea1a6133a8bc88",
    ),
    (
        "lagrange_mini_masking",
        "0x2006473957740f821233b54dbf2aa5630e66478691c26168344b34096c040ad0",
        "0x1246f1a3d5140bfeb529ddb7f016b9c6604bec72dfcf4b1fc3f11b036b38d46f",
    ),
    (
        "lagrange_real_last",
        "0x1e6ee0411de077adf17e86510d34d319b1d26dfb0c16494ce1f6e2e3bf093527",
        "0x2685bec825c699d51d363a516cef34af71c221d7f1c6868850fae8197efb02ca",
    ),
];

/// Why barretenberg cannot be made to use an SRS.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PatchError {
    /// The SRS is damaged or too small.
    #[error(transparent)]
    Srs(#[from] SrsError),
    /// A value is not where it should be.
    #[error("{what} ({value}) occurs {count} times in the barretenberg module where once is expected: it is not 4.1.2")]
    NotOnce {
        /// What the value is.
        what: &'static str,
        /// The value in the official module.
        value: String,
        /// How often it occurs.
        count: usize,
    },
}

/// The commitments, as the module contains them.
struct Key([[String; 2]; 10]);

impl Key {
    fn ignition() -> Self {
        Self(IGNITION.map(|(_, x, y)| [x.to_owned(), y.to_owned()]))
    }

    fn of(srs: &Srs) -> Result<Self, SrsError> {
        srs.require(SrsSize::TRANSLATOR)?;
        let bytes = srs.bn254_g1.as_chunks::<SIZE>().0;
        let read = |(index, bytes)| from_bytes(bytes).ok_or(SrsError::NotOnCurve(index));
        let points = bytes[..FULL].iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(commitments(&points).map(|point| {
            let bytes = to_bytes(&point);
            [&bytes[..32], &bytes[32..]].map(|half| format!("0x{}", const_hex::encode(half)))
        })))
    }

    /// Each coordinate goes in as its low 136 bits and the rest.
    fn hash(&self) -> String {
        let halves = self.0.as_flattened().iter().flat_map(|text| {
            let bytes = const_hex::decode_to_array::<_, 32>(text).expect("it was written as hex of 32 bytes");
            let (high, low) = bytes.split_at(32 - 136 / 8);
            [Fr::from_be_bytes_reduced(low), Fr::from_be_bytes_reduced(high)]
        });
        poseidon2(&halves.collect::<Vec<_>>()).to_string()
    }

    /// Every value with what it is.
    fn values(&self) -> impl Iterator<Item = (&'static str, String)> {
        let values = IGNITION.iter().zip(&self.0);
        let values = values.flat_map(|((name, ..), both)| both.iter().map(|value| (*name, value.clone())));
        values.chain([("the hash of the Translator's verification key", self.hash())])
    }
}

fn commitments(points: &[G1Affine]) -> [G1Affine; 10] {
    let sum = |points: &[G1Affine]| points.iter().sum::<G1Projective>();
    let every_second = |rows: Range<usize>| points[rows].iter().step_by(2).sum::<G1Projective>();
    let steps = usize::from(RANGE_MAX).div_ceil(RANGE_STEP) + 1;
    let values: Vec<_> = (0..steps * ORDERED).map(|row| RANGE_MAX - (row / ORDERED * RANGE_STEP) as u16).collect();
    [
        G1Projective::msm_u16(&points[..values.len()], &values),
        points[0].into(),
        points[FULL - 1].into(),
        every_second(RESULT_ROW + 1..MINI_UNMASKED),
        every_second(RESULT_ROW..MINI_UNMASKED),
        points[RESULT_ROW].into(),
        points[MINI_UNMASKED - 1].into(),
        sum(&points[FULL_UNMASKED..]),
        sum(&points[RANDOM_START..RESULT_ROW]) + sum(&points[MINI_UNMASKED..MINI]),
        points[FULL_UNMASKED - 1].into(),
    ]
    .map(CurveGroup::into_affine)
}

/// Makes a barretenberg module use an SRS: replaces what depends on the Ignition SRS by what belongs to this one. Does
/// nothing for the Ignition SRS itself.
///
/// # Errors
/// If a value is not in the module exactly once, or the SRS has fewer than 2^17 points; the module is unchanged then.
pub fn patch(module: &mut [u8], srs: &Srs) -> Result<(), PatchError> {
    if srs.kind == SrsKind::Ignition {
        return Ok(());
    }
    let mut changes = Vec::new();
    let strings = hex_strings(module);
    for ((what, old), (_, new)) in Key::ignition().values().zip(Key::of(srs)?.values()) {
        if old == new {
            // The first point is the generator under every SRS.
            continue;
        }
        let mut places = strings.iter().copied().filter(|place| module[*place..].starts_with(old.as_bytes()));
        match (places.next(), places.count()) {
            (Some(place), 0) => changes.push((place, new)),
            (first, more) => {
                let count = usize::from(first.is_some()) + more;
                return Err(PatchError::NotOnce { what, value: old, count });
            }
        }
    }
    for (place, new) in changes {
        module[place..place + new.len()].copy_from_slice(new.as_bytes());
    }
    Ok(())
}

/// `mov word ptr [rax + 64], …`, with which the native program for x86-64 writes the last two of the 66 characters.
const STORE_TAIL: [u8; 4] = [0x66, 0xc7, 0x40, 0x40];

/// Makes the native program of barretenberg use an SRS, as [`patch`] does with the module. Only the program for Linux on
/// x86-64 is known; the secret in G2 that it has built in stays, so an SRS must be handed to it with its own.
///
/// # Errors
/// If a value is not in the program exactly once, or the SRS has fewer than 2^17 points; the program is unchanged then.
pub fn patch_native(program: &mut [u8], srs: &Srs) -> Result<(), PatchError> {
    if srs.kind == SrsKind::Ignition {
        return Ok(());
    }
    // The compiler copies 64 characters from the data and has the others in its code, the hash first.
    let tails = |key: &Key| {
        let mut tails: Vec<[u8; 2]> =
            key.values().map(|(_, value)| [value.as_bytes()[64], value.as_bytes()[65]]).collect();
        tails.rotate_right(1);
        tails
    };
    let stores: Vec<usize> = program
        .windows(6)
        .enumerate()
        .filter(|(_, code)| code.starts_with(&STORE_TAIL))
        .map(|(at, _)| at + 4)
        .collect();
    let old = tails(&Key::ignition());
    let is_old = |places: &&[usize]| places.iter().zip(&old).all(|(place, tail)| program[*place..].starts_with(tail));
    let mut found = stores.windows(old.len()).filter(is_old);
    let (Some(places), 0) = (found.next(), found.count()) else {
        let count = stores.windows(old.len()).filter(is_old).count();
        let value = String::from_utf8_lossy(old.as_flattened()).into_owned();
        return Err(PatchError::NotOnce {
            what: "the last characters of the Translator's verification key",
            value,
            count,
        });
    };
    patch(program, srs)?;
    for (place, tail) in places.iter().zip(tails(&Key::of(srs)?)) {
        program[*place..place + 2].copy_from_slice(&tail);
    }
    Ok(())
}

/// Where the strings are that consist of `0x` and 64 hex digits.
fn hex_strings(module: &[u8]) -> Vec<usize> {
    const LEN: usize = 2 + 64;
    let mut found = Vec::new();
    for (end, byte) in module.iter().enumerate().skip(LEN) {
        let text = &module[end - LEN..end];
        if *byte == 0 && text.starts_with(b"0x") && text[2..].iter().all(u8::is_ascii_hexdigit) {
            found.push(end - LEN);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::development_for_tests;

    /// The hash built into barretenberg 4.1.2.
    const IGNITION_HASH: &str = "0x1398de71c1c28f7843039b1f71ffb3dbb9fedd7c01b3f590f4205449c7813dcb";

    fn module(key: &Key) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0 0x12\0".to_vec();
        for (_, value) in key.values() {
            module.extend(value.as_bytes());
            module.push(0);
        }
        module
    }

    #[test]
    fn the_hash_is_the_one_barretenberg_has() {
        assert_eq!(Key::ignition().hash(), IGNITION_HASH);
    }

    #[test]
    fn replaces_every_value_once_or_nothing() {
        let srs = development_for_tests(SrsSize::TRANSLATOR);
        let mut patched = module(&Key::ignition());
        let official = patched.clone();
        patch(&mut patched, &srs).unwrap();
        assert!(patched == module(&Key::of(&srs).unwrap()));
        let changed = official.iter().zip(&patched).filter(|(old, new)| old != new).count();
        assert!(changed > 19 * 50, "{changed}");

        // A module that is patched already, one with a value twice, one without it.
        assert!(matches!(patch(&mut patched, &srs), Err(PatchError::NotOnce { count: 0, .. })));
        let mut twice = [&official[..], &official[official.len() - 67..]].concat();
        let before = twice.clone();
        let error = patch(&mut twice, &srs).unwrap_err();
        assert!(matches!(&error, PatchError::NotOnce { count: 2, value, .. } if value == IGNITION_HASH), "{error}");
        assert!(twice == before);
        let small = development_for_tests(SrsSize::for_log2_gates(4).unwrap());
        assert!(matches!(patch(&mut twice, &small), Err(PatchError::Srs(SrsError::TooFewPoints { .. }))));
    }

    /// The program's data and, as the compiler orders it, its code.
    fn program(key: &Key) -> Vec<u8> {
        let values: Vec<_> = key.values().collect();
        let mut program = module(key);
        for (_, value) in values.last().into_iter().chain(&values[..20]) {
            program.extend([0x90, 0x66, 0xc7, 0x40, 0x40]);
            program.extend(&value.as_bytes()[64..]);
        }
        program
    }

    #[test]
    fn replaces_what_the_native_program_has_in_its_code() {
        let srs = development_for_tests(SrsSize::TRANSLATOR);
        let official = program(&Key::ignition());
        let mut patched = official.clone();
        patch_native(&mut patched, &srs).unwrap();
        assert!(patched == program(&Key::of(&srs).unwrap()));
        assert!(matches!(patch_native(&mut patched, &srs), Err(PatchError::NotOnce { count: 0, .. })));
        // The module has no such code.
        let mut module = module(&Key::ignition());
        assert!(matches!(patch_native(&mut module, &srs), Err(PatchError::NotOnce { count: 0, .. })));
    }

    #[test]
    fn the_ignition_srs_needs_no_change() {
        let ignition = Srs {
            kind: SrsKind::Ignition,
            bn254_g1: Vec::new(),
            bn254_g2: SrsKind::Ignition.bn254_g2(),
            grumpkin: Vec::new(),
        };
        patch(&mut [], &ignition).unwrap();
    }
}
