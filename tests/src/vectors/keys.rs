//! Keys, addresses, shared secrets, tags.

use protocol::address::{AztecAddress, EthAddress};
use protocol::codec::{Encode, FromFields, ToFields};
use protocol::field::{Fq, Fr, Point};
use protocol::keys::{
    AddressSecret, AppSecretKey, CompleteAddress, KeyKind, Preaddress, PublicKeys, SecretKey, SecretScalar,
    address_from, shared_secret,
};
use protocol::tag::{SiloedTag, Tag, TaggingSecret};
use serde_json::{Value, json};

use super::form::{Shape, arg, as_fields, as_json, decoded, hex, member, ok, or, text};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("deriveKeys", |input| {
        let keys = SecretKey::from_field(arg(input)?).master_keys();
        Ok(json!({
            "masterNullifierHidingKey": keys.nhk_m.expose(),
            "masterIncomingViewingSecretKey": keys.ivsk_m.expose(),
            "masterOutgoingViewingSecretKey": keys.ovsk_m.expose(),
            "masterTaggingSecretKey": keys.tsk_m.expose(),
            "publicKeys": keys.public_keys(),
        }))
    }),
    many("signingKey", |input| ok(SecretKey::from_field(arg(input)?).signing_key().expose())),
    many("publicKey", |input| ok(Shape::from(scalar(input)?.public_key()))),
    many("appSecretKey", |input| {
        let prefix: String = member(input, "prefix")?;
        let kind = KeyKind::ALL.into_iter().find(|kind| kind.prefix() == prefix).ok_or("no such kind")?;
        ok(app_key(input, kind)?.expose())
    }),
    many("appNullifierHidingKey", |input| ok(app_key(input, KeyKind::Nullifier)?.expose())),
    many("appOutgoingViewingKey", |input| ok(Fq::from(*app_key(input, KeyKind::OutgoingViewing)?.expose()))),
    many("publicKeys", |input| {
        let keys = decoded::<PublicKeys>(input)?;
        Ok(json!({ "fields": as_fields(&keys)?, "json": as_json(&keys)?, "hash": keys.hash() }))
    }),
    many("address", |input| {
        let keys: PublicKeys = text(&input["publicKeys"])?;
        ok(or(address_from(&keys, member(input, "partial")?))?)
    }),
    finite("defaultPublicKeys", 1, |_| Ok(json!({ "keys": PublicKeys::default().to_string() }))),
    many("completeAddress", |input| {
        let secret = SecretKey::from_field(member(input, "secret")?);
        let complete = CompleteAddress::from_secret_key(&secret, member(input, "partial")?);
        let preaddress = complete.preaddress();
        Ok(json!({ "text": as_json(&complete)?, "address": complete.address(), "preaddress": preaddress }))
    }),
    many("completeAddressFromString", |input| {
        let complete: CompleteAddress = text(input)?;
        let (keys, partial) = (complete.public_keys().to_string(), complete.partial_address());
        Ok(json!({ "address": complete.address(), "publicKeys": keys, "partial": partial }))
    }),
    many("addressSecret", |input| {
        let preaddress: Preaddress = member(input, "preaddress")?;
        ok(AddressSecret::derive(&scalar(&input["ivsk"])?, preaddress).as_scalar().expose())
    }),
    many("taggingSecret", |input| {
        let local: CompleteAddress = text(&input["local"])?;
        let local = AddressSecret::derive(&scalar(&input["ivsk"])?, local.preaddress());
        let (external, app, recipient) =
            (member(input, "external")?, member(input, "app")?, member(input, "recipient")?);
        let secret = or(TaggingSecret::derive(&local, external, app, recipient))?;
        if secret.to_text().parse().as_ref() != Ok(&secret) {
            return Err("text does not round-trip".to_owned());
        }
        Ok(json!({ "secret": secret.secret, "text": secret.to_text() }))
    }),
    many("tag", |input| {
        let secret = TaggingSecret { secret: member(input, "secret")?, app: AztecAddress::ZERO };
        ok(Tag::compute(&secret, member(input, "index")?))
    }),
    many("siloedTag", |input| {
        let secret = TaggingSecret { secret: member(input, "secret")?, app: member(input, "app")? };
        ok(SiloedTag::compute(&secret, member(input, "index")?))
    }),
    many("sharedSecret", |input| {
        let point = Point::from(member::<Shape>(input, "point")?);
        ok(Shape::from(or(shared_secret(&scalar(&input["secret"])?, &point))?))
    }),
    many("addressIsValid", |input| ok(arg::<AztecAddress>(input)?.is_valid())),
    many("addressPoint", |input| ok(Shape::from(or(arg::<AztecAddress>(input)?.to_point())?))),
    many("ethAddress", |input| {
        let address: EthAddress = text(input)?;
        if or(EthAddress::from_fields(&address.to_fields()))? != address {
            return Err("field form does not round-trip".to_owned());
        }
        Ok(json!({ "buffer": hex(address.to_buffer()), "field": address.to_field(), "json": as_json(&address)? }))
    }),
    many(
        "ethAddressFromField",
        |input| ok(EthAddress::from_field(arg::<Fr>(input)?).ok_or("an address has 160 bits")?),
    ),
];

fn scalar(input: &Value) -> Result<SecretScalar, String> {
    arg(input).map(SecretScalar::from_scalar)
}

fn app_key(input: &Value, kind: KeyKind) -> Result<AppSecretKey, String> {
    Ok(scalar(&input["key"])?.app_secret_key(kind, member(input, "app")?))
}
