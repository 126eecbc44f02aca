//! Version, randomness, messages; keys and secrets; authorizations; tags.

use alloc::vec;

use protocol::codec::ToFields;
use protocol::field::Point;
use protocol::keys::{AddressSecret, SecretKey, shared_secret};
use protocol::log::{DebugLog, LogLevel};
use protocol::tag::{PreTag, Tag, TaggingSecret};
use protocol::tx::{AuthWitness, TxHash};

use super::*;
use crate::execution::testing::{CONTRACT, World};
use crate::scopes::Scopes;
use crate::store::tags;

#[test]
fn another_version_is_refused_with_both() {
    World::new().utility(async |call| {
        let version = async |call: &mut Call<'_>, version: u64| {
            ask(call, "utilityAssertCompatibleOracleVersion", [one(version)]).await
        };
        assert!(version(call, 12).await.unwrap().is_empty());
        let error = version(call, 13).await.unwrap_err();
        assert_eq!(
            alloc::format!("{error}"),
            "the contract was made for oracles of version 13, the client has those of version 12"
        );
        assert!(error.hint().unwrap().contains("Aztec.nr"));
    });
}

#[test]
fn random_fields_are_64_bytes_reduced() {
    World::new().utility(async |call| {
        // The key store drew the bytes before.
        let first = singles(&ask(call, "utilityGetRandomField", []).await.unwrap())[0];
        let second = singles(&ask(call, "utilityGetRandomField", []).await.unwrap())[0];
        assert_ne!(first, second);
        assert!((1..=255u8).any(|byte| first == Fr::from_be_bytes_reduced(&[byte; 64])));
    });
}

#[test]
fn messages_reach_the_log_if_it_wants_them() {
    let mut world = World::new();
    let text = |text: &str| ForeignValue::Array(text.encode_utf16().map(Fr::from).collect());
    world.utility(async |call| {
        for level in [0u64, 3, 4, 6] {
            let inputs = [one(level), text("made {0}"), one(1u64), list(&[level])];
            assert!(ask(call, "utilityLog", inputs).await.unwrap().is_empty());
        }
        let inputs = [one(8u64), text(""), one(0u64), list(&[])];
        assert_eq!(refusal(ask(call, "utilityLog", inputs).await), "there is no log level 8");
    });
    let entry = |level, field| DebugLog {
        contract_address: CONTRACT,
        level,
        message: "made {0}".into(),
        fields: fields(&[field]),
    };
    assert_eq!(*world.log.0.lock().unwrap(), [entry(LogLevel::Warn, 3), entry(LogLevel::Info, 4)]);
}

#[test]
fn keys_are_told_in_scope() {
    let mut world = World::new();
    let npk = world.alice.public_keys().npk_m;
    let request =
        async |call: &mut Call<'_>| ask(call, "utilityGetKeyValidationRequest", [one(npk.hash()), one(0u64)]).await;
    let secret = SecretKey::from_field(8923u32.into()).master_keys().nhk_m;
    let app_secret = secret.app_secret_key(protocol::keys::KeyKind::Nullifier, CONTRACT);
    let expected = [npk.x, npk.y, Fr::ZERO, *app_secret.expose()];
    let (alice, bob) = (world.alice.address(), world.bob.address());
    for scopes in [Scopes::All, Scopes::Accounts(vec![bob, alice]), Scopes::Accounts(vec![])] {
        world.scopes = scopes;
        assert_eq!(singles(&world.utility(request).unwrap()), expected);
    }
    world.scopes = Scopes::Accounts(vec![bob]);
    assert!(refusal(world.utility(request)).starts_with("no account in the scope of this call has a key with hash"));
    world.scopes = Scopes::All;
    let unknown = world.utility(async |call| ask(call, "utilityGetKeyValidationRequest", [one(5u64), one(0u64)]).await);
    assert!(matches!(unknown, Err(OracleError::Keys(_))));
    world.env.keys.lock();
    assert!(world.utility(request).unwrap_err().hint().unwrap().contains("unlock"));
}

#[test]
fn public_keys_are_told_of_own_accounts() {
    let mut world = World::new();
    let alice = world.alice;
    world.utility(async |call| {
        let name = "utilityTryGetPublicKeysAndPartialAddress";
        let mut expected = alice.public_keys().to_fields();
        expected.push(alice.partial_address().to_field());
        let known = ask(call, name, [one(alice.address())]).await.unwrap();
        assert_eq!(known, [one(1u64), expected.into()]);
        assert_eq!(ask(call, name, [one(5u64)]).await.unwrap(), [one(0u64), list(&[0; 13])]);
    });
}

#[test]
fn secrets_are_shared_with_points_only() {
    let mut world = World::new();
    let bob = world.bob;
    world.utility(async |call| {
        let secret = async |call: &mut Call<'_>, address: Fr, point: Point| {
            let point: Vec<_> = point.to_fields();
            ask(call, "utilityGetSharedSecret", [one(address), one(point[0]), one(point[1]), one(point[2])]).await
        };
        let ephemeral = Point::mul_generator(&protocol::field::Fq::from(77u32));
        let own = SecretKey::from_field(8924u32.into()).master_keys().ivsk_m;
        let own = AddressSecret::derive(&own, bob.preaddress());
        let expected = shared_secret(own.as_scalar(), &ephemeral).unwrap().to_fields();
        assert_eq!(singles(&secret(call, bob.address().to_field(), ephemeral).await.unwrap()), expected);
        let (x, y) = (Fr::ONE, Fr::ONE);
        for point in [Point::EMPTY, Point::INFINITY, Point { x, y, is_infinite: false }] {
            let refused = secret(call, bob.address().to_field(), point).await;
            assert!(matches!(refused, Err(OracleError::SharedSecret(_))));
        }
        assert!(matches!(secret(call, Fr::ONE, ephemeral).await, Err(OracleError::Keys(_))));
    });
}

#[test]
fn authorizations_are_found_by_hash() {
    let mut world = World::new();
    let witness = |hash: u64, witness: &[u64]| AuthWitness { request_hash: hash.into(), witness: fields(witness) };
    world.auth_witnesses = vec![witness(5, &[1]), witness(6, &[2, 3]), witness(6, &[4])];
    world.private(async |call| {
        assert_eq!(ask(call, "utilityGetAuthWitness", [one(6u64)]).await.unwrap(), [list(&[2, 3])]);
        let error = ask(call, "utilityGetAuthWitness", [one(7u64)]).await.unwrap_err();
        assert!(alloc::format!("{error}").starts_with("there is no auth witness for message hash 0x"));
        assert!(error.hint().is_some());
    });
}

#[test]
fn tags_go_on_where_the_last_one_was() {
    let mut world = World::new();
    let (alice, bob) = (world.alice, world.bob.address());
    let own = SecretKey::from_field(8923u32.into()).master_keys().ivsk_m;
    let secret = TaggingSecret::derive(&AddressSecret::derive(&own, alice.preaddress()), bob, CONTRACT, bob).unwrap();
    let pending = PreTag { secret: secret.clone(), index: 4 };
    pollster::block_on(tags::store_pending(&mut world.job, &[pending], TxHash::from_field(Fr::ONE))).unwrap();
    world.node.chain().pending.push(TxHash::from_field(Fr::ONE));
    world.private(async |call| {
        let name = "privateGetNextAppTagAsSender";
        for index in [5, 6] {
            let tag = ask(call, name, [one(alice.address()), one(bob)]).await.unwrap();
            assert_eq!(singles(&tag), [Tag::compute(&secret, index).to_field()]);
        }
        ask(call, name, [one(alice.address()), one(alice.address())]).await.unwrap();
        let used = call.private().unwrap().tx.tags.used();
        assert_eq!(used.iter().map(|used| used.index).collect::<Vec<_>>(), [6, 0]);
        assert_eq!(used[0].secret, secret);
        // About half of all fields are addresses of nobody.
        let nobody = (1u32..).map(Fr::from).find(|x: &Fr| Point::from_x_and_sign(*x, true).is_err());
        let refused = ask(call, name, [one(alice.address()), one(nobody.unwrap())]).await;
        assert!(matches!(refused, Err(OracleError::Recipient { .. })));
        assert!(matches!(ask(call, name, [one(5u64), one(bob)]).await, Err(OracleError::Keys(_))));
    });
}

#[test]
fn the_sender_for_tags_is_set_once_it_is_set() {
    World::new().private(async |call| {
        assert_eq!(singles(&ask(call, "privateGetSenderForTags", []).await.unwrap()), fields(&[0, 0]));
        ask(call, "privateSetSenderForTags", [one(7u64)]).await.unwrap();
        assert_eq!(singles(&ask(call, "privateGetSenderForTags", []).await.unwrap()), fields(&[1, 7]));
    });
}
