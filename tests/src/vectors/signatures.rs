//! Schnorr over Grumpkin, ECDSA over secp256k1 and secp256r1.

use protocol::field::Point;
use protocol::keys::SecretScalar;
use protocol::signature::ecdsa::{EcdsaCurve, EcdsaPublicKey, EcdsaSecretKey, EcdsaSignature};
use protocol::signature::schnorr::{self, SchnorrSignature};
use serde_json::{Value, json};

use super::form::{Answer, Shape, arg, bytes, hex, member, ok, or, text};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("schnorrPublicKey", |input| ok(Shape::from(arg(input).map(SecretScalar::from_scalar)?.public_key()))),
    many("schnorrVerify", |input| {
        let public_key = Point::from(member::<Shape>(input, "publicKey")?);
        let signature: SchnorrSignature = text(&input["signature"])?;
        ok(schnorr::verify(&public_key, &bytes(&input["message"])?, &signature))
    }),
    many("ecdsaK1PublicKey", |input| public_key(EcdsaCurve::K1, input)),
    many("ecdsaK1Sign", |input| sign(EcdsaCurve::K1, input)),
    many("ecdsaK1Verify", |input| verify(EcdsaCurve::K1, input)),
    many("ecdsaK1Recover", |input| recover(EcdsaCurve::K1, input)),
    many("ecdsaR1PublicKey", |input| public_key(EcdsaCurve::R1, input)),
    many("ecdsaR1Sign", |input| sign(EcdsaCurve::R1, input)),
    many("ecdsaR1Verify", |input| verify(EcdsaCurve::R1, input)),
    many("ecdsaR1Recover", |input| recover(EcdsaCurve::R1, input)),
];

fn exact<const N: usize>(input: &Value) -> Result<[u8; N], String> {
    bytes(input)?.try_into().map_err(|_| format!("not {N} bytes"))
}

fn secret_key(curve: EcdsaCurve, input: &Value) -> Result<EcdsaSecretKey, String> {
    or(EcdsaSecretKey::from_bytes(curve, exact(input)?))
}

fn signature(input: &Value) -> Result<EcdsaSignature, String> {
    Ok(EcdsaSignature { r: exact(&input["r"])?, s: exact(&input["s"])?, v: member(input, "v")? })
}

fn public_key(curve: EcdsaCurve, input: &Value) -> Answer {
    Ok(hex(secret_key(curve, input)?.public_key().to_bytes()))
}

fn sign(curve: EcdsaCurve, input: &Value) -> Answer {
    let EcdsaSignature { r, s, v } = secret_key(curve, &input["key"])?.sign(&bytes(&input["message"])?);
    Ok(json!({ "r": hex(r), "s": hex(s), "v": v }))
}

fn verify(curve: EcdsaCurve, input: &Value) -> Answer {
    let key = exact::<64>(&input["publicKey"])?;
    let half = |half: &[u8]| half.try_into().map_err(|_| "not 32 bytes".to_owned());
    let key = EcdsaPublicKey { curve, x: half(&key[..32])?, y: half(&key[32..])? };
    ok(key.verify(&bytes(&input["message"])?, &signature(input)?))
}

fn recover(curve: EcdsaCurve, input: &Value) -> Answer {
    let key = or(EcdsaPublicKey::recover(curve, &bytes(&input["message"])?, &signature(input)?))?;
    Ok(hex(key.to_bytes()))
}
