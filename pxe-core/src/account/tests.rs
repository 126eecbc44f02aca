//! Accounts that sign, stand-ins that do not, and what they make of payloads.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::{format, vec};
use core::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use pollster::block_on;
use protocol::abi::{FunctionCall, FunctionSelector, FunctionType};
use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent, MessageHash};
use protocol::codec::ToFields;
use protocol::contract::{ClassIdPreimage, ContractClassId};
use protocol::entrypoint::{ACCOUNT_ENTRYPOINT, FeePaymentMethod, MULTI_CALL_ENTRYPOINT};
use protocol::field::Fr;
use protocol::gas::{GasFees, GasSettings};
use protocol::keys::SecretKey;
use protocol::tx::{AuthWitness, ExecutionPayload};

use super::*;
use crate::contract::{Contracts, FunctionKeys, ProtocolClasses};
use crate::keystore::{self, Credential, KdfParams, KeyStore, SigningMaterial};
use crate::port::Rng;
use crate::store::{Job, MemoryStore};

/// Bytes that are all different and the same each time.
#[derive(Debug, Default)]
pub(crate) struct Counting(AtomicU64);

impl Rng for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}

pub(crate) const CHAIN: ChainInfo = ChainInfo { chain_id: Fr::ONE, version: Fr::ONE };

pub(crate) fn account(kind: AccountKind) -> (Account, LocalSigner) {
    let secret = SecretKey::from_field(Fr::from(8923u32));
    let rng = Arc::new(Counting::default());
    let key = match kind {
        AccountKind::SchnorrSingleKey => SigningKey::Schnorr(secret.signing_key()),
        kind => SigningKey::random(kind, &*rng),
    };
    let class = ContractClassId::from_field(Fr::from(5u8));
    let keys = secret.master_keys().public_keys();
    (Account::new(kind, class, key.public_key(), keys, Fr::ONE).unwrap(), LocalSigner::new(key, rng))
}

fn call(to: u64) -> FunctionCall {
    FunctionCall {
        name: "f".into(),
        to: AztecAddress::from_u64(to),
        selector: FunctionSelector(9),
        function_type: FunctionType::Private,
        hide_msg_sender: false,
        is_static: false,
        args: vec![Fr::from(to)],
        return_types: vec![],
    }
}

fn payload(calls: usize) -> ExecutionPayload {
    ExecutionPayload {
        calls: (0..calls as u64).map(|to| call(100 + to)).collect(),
        auth_witnesses: vec![AuthWitness { request_hash: Fr::from(77u8), witness: vec![] }],
        ..ExecutionPayload::default()
    }
}

fn options() -> TxOptions {
    TxOptions {
        chain: CHAIN,
        gas: GasSettings::with_default_limits(GasFees::default()),
        fee_payment_method: FeePaymentMethod::PreexistingFeeJuice,
        cancellable: false,
        tx_nonce: None,
    }
}

#[test]
fn every_kind_signs_what_its_contract_reads() {
    block_on(async {
        let message = MessageHash::from_field(Fr::from(1234u32));
        for kind in AccountKind::ALL {
            let (account, signer) = account(kind);
            let AuthWitness { request_hash, witness } = account.authorize(message, &signer).await.unwrap();
            assert_eq!(request_hash, message.to_field());
            let instance = &account.instance().instance;
            if kind == AccountKind::SchnorrSingleKey {
                assert_eq!(witness.len(), 12 + 64 + 1);
                assert_eq!(witness[..12], instance.public_keys.to_fields());
                assert_eq!(witness[76], instance.partial_address().to_field());
                assert_eq!(account.constructor(), None);
            } else {
                assert_eq!(witness.len(), 64);
                let args = account.constructor().unwrap().args;
                assert_eq!(args.len(), if kind == AccountKind::Schnorr { 2 } else { 64 });
            }
            assert!(witness.iter().skip(12).take(64).all(|byte| *byte <= Fr::from(255u8)));
            assert_eq!(account.complete_address().address(), account.address());
        }
    });
}

#[test]
fn another_signature_than_the_accounts_is_noticed() {
    #[derive(Debug)]
    struct Refuses;
    #[cfg_attr(not(target_arch = "wasm32"), async_trait)]
    #[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
    impl Signer for Refuses {
        async fn sign(&self, _: MessageHash) -> Result<Signature, SignerError> {
            Err(SignerError::Refused)
        }
    }
    block_on(async {
        let message = MessageHash::from_field(Fr::ONE);
        let (schnorr, signer) = account(AccountKind::Schnorr);
        for kind in [AccountKind::SchnorrSingleKey, AccountKind::EcdsaK] {
            let (_, other) = account(kind);
            let error = schnorr.authorize(message, &other).await.unwrap_err();
            assert!(matches!(error, AccountError::BadSignature(address) if address == schnorr.address()));
        }
        let error = schnorr.authorize(message, &Refuses).await.unwrap_err();
        assert!(matches!(error, AccountError::Signer { source: SignerError::Refused, .. }));
        // Signatures of one message are no good for another.
        let signature = signer.sign(message).await.unwrap();
        assert!(schnorr.signing_key().verify(message, &signature));
        assert!(!schnorr.signing_key().verify(MessageHash::ZERO, &signature));
    });
}

#[test]
fn keys_of_the_wrong_curve_are_refused() {
    let (account, _) = account(AccountKind::EcdsaK);
    let instance = account.instance().instance;
    for kind in [AccountKind::Schnorr, AccountKind::EcdsaR] {
        let class = instance.current_contract_class_id;
        let made = Account::new(kind, class, *account.signing_key(), instance.public_keys, Fr::ONE);
        assert!(matches!(made, Err(AccountError::OtherCurve(of)) if of == kind));
    }
    for kind in AccountKind::ALL {
        assert!(SigningKey::from_bytes(kind, &[0; 32]).is_err());
        assert!(SigningKey::from_bytes(kind, &[255; 32]).is_err());
        let key = SigningKey::random(kind, &Counting::default());
        let public_key = key.public_key();
        assert_eq!(SigningPublicKey::from_bytes(kind, &public_key.to_bytes()).unwrap(), public_key);
        assert_eq!(SigningKey::from_bytes(kind, &key.expose()).unwrap(), key);
        assert!(format!("{key:?}").ends_with(", ..)"), "{key:?}");
    }
}

#[test]
fn an_account_is_found_again_at_its_instance() {
    let (schnorr, _) = account(AccountKind::Schnorr);
    let again = Account::at(AccountKind::Schnorr, *schnorr.signing_key(), *schnorr.instance()).unwrap();
    assert_eq!(again, schnorr);
    // An update changes the class it runs, not the one it was deployed with.
    let mut updated = *schnorr.instance();
    updated.instance.current_contract_class_id = ContractClassId::from_field(Fr::from(6u8));
    assert_eq!(*Account::at(AccountKind::Schnorr, *schnorr.signing_key(), updated).unwrap().instance(), updated);
    let error = Account::at(AccountKind::SchnorrSingleKey, *schnorr.signing_key(), *schnorr.instance()).unwrap_err();
    assert!(matches!(error, AccountError::OtherAccount { expected, .. } if expected == schnorr.address()));
    for bytes in [[1; 64], [255; 64], [0; 64]] {
        assert!(SigningPublicKey::from_bytes(AccountKind::Schnorr, &bytes).is_err());
    }
}

#[test]
fn accounts_are_kept_with_their_keys() {
    block_on(async {
        let rng: Arc<dyn Rng> = Arc::new(Counting::default());
        let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
        let contracts = Contracts::new(ProtocolClasses::official(), FunctionKeys::Shipped);
        let artifact = crate::contract::tests::contract("Account");
        let credential = Credential::Key(&[7; 32]);
        let keys = KeyStore::create(&mut job, credential, KdfParams::INSECURE, Arc::clone(&rng)).await.unwrap();
        let keys = Arc::new(keys);
        let class = artifact.class_id().unwrap();
        let new = |kind: AccountKind, signing| NewAccount {
            kind,
            class,
            secret: SecretKey::from_field(Fr::from(kind as u64 + 10)),
            salt: Fr::ONE,
            signing,
            seed_index: None,
            alias: "mine".into(),
        };
        let error = new(AccountKind::Schnorr, SigningMaterial::None).keep(&keys, &contracts, &mut job).await;
        assert!(matches!(error, Err(AccountError::Contract(_))), "the class is not registered");
        contracts.register_class(&mut job, &artifact).await.unwrap();
        let error = new(AccountKind::EcdsaK, SigningMaterial::None).keep(&keys, &contracts, &mut job).await;
        assert!(matches!(error, Err(AccountError::NoSigningKey(AccountKind::EcdsaK))));

        let message = MessageHash::from_field(Fr::from(77u8));
        for kind in AccountKind::ALL {
            let signing = match kind {
                AccountKind::SchnorrSingleKey => SigningMaterial::None,
                kind => SigningMaterial::Key(keystore::SigningKey::new(&SigningKey::random(kind, &*rng).expose())),
            };
            let account = new(kind, signing).keep(&keys, &contracts, &mut job).await.unwrap();
            let instance = contracts.known_instance(&job, account.address()).await.unwrap();
            assert_eq!(Account::kept(&keys, &job, instance).await.unwrap(), account);
            let signer = KeptSigner::new(Arc::clone(&keys), Arc::clone(&rng), &account);
            account.authorize(message, &signer).await.unwrap();
        }
        // Official wallets sign with a key that follows from the secret when they are told no other.
        let default = new(AccountKind::Schnorr, SigningMaterial::None);
        let expected = SigningKey::Schnorr(default.secret.signing_key()).public_key();
        let account = default.keep(&keys, &contracts, &mut job).await.unwrap();
        assert_eq!(*account.signing_key(), expected);
        let signer = KeptSigner::new(Arc::clone(&keys), Arc::clone(&rng), &account);
        account.authorize(message, &signer).await.unwrap();
        keys.lock();
        let error = account.authorize(message, &signer).await.unwrap_err();
        assert!(matches!(error, AccountError::Signer { source: SignerError::Locked, .. }) && error.hint().is_some());
        keys.unlock(&job, credential).await.unwrap();

        // A passkey signs somewhere else.
        let passkey = SigningKey::random(AccountKind::EcdsaR, &*rng);
        let public_key = passkey.public_key().to_bytes();
        let external = SigningMaterial::External { public_key, handle: vec![1] };
        let account = new(AccountKind::EcdsaR, external).keep(&keys, &contracts, &mut job).await.unwrap();
        assert_eq!(Account::kept(&keys, &job, *account.instance()).await.unwrap(), account);
        let kept = KeptSigner::new(Arc::clone(&keys), Arc::clone(&rng), &account);
        let error = account.authorize(message, &kept).await.unwrap_err();
        assert!(matches!(error, AccountError::Signer { source: SignerError::Elsewhere, .. }));
        account.authorize(message, &LocalSigner::new(passkey, rng)).await.unwrap();
    });
}

#[test]
fn a_request_has_the_calls_hashed_and_signed() {
    block_on(async {
        let (account, signer) = account(AccountKind::Schnorr);
        let sender = Sender::Account { account: &account, signer: &signer };
        let rng = Counting::default();
        let request = sender.request(payload(2), &options(), &rng).await.unwrap();
        assert_eq!((request.origin, request.function_selector), (account.address(), ACCOUNT_ENTRYPOINT));
        assert_eq!(request.args_of_calls.len(), 6);
        assert_eq!(request.args_of_calls[0].values, [Fr::from(100u8)]);
        assert_eq!(request.args_of_calls[5].hash, request.first_call_args_hash);
        assert_eq!(request.args_of_calls[5].values.len(), 33);
        // The payload's witnesses come first, then the one for the payload.
        let [given, own] = &request.auth_witnesses[..] else { panic!("two witnesses") };
        assert_eq!((given.request_hash, own.witness.len()), (Fr::from(77u8), 64));
        let again = sender.request(payload(2), &options(), &rng).await.unwrap();
        assert_ne!(again.to_tx_request().hash(), request.to_tx_request().hash());
        assert_ne!(again.first_call_args_hash, request.first_call_args_hash, "the nonce is another");
        let replaced = TxOptions { tx_nonce: Some(request.args_of_calls[5].values[30]), ..options() };
        let again = sender.request(payload(2), &replaced, &rng).await.unwrap();
        assert_eq!(again.first_call_args_hash, request.first_call_args_hash);

        let error = sender.request(payload(6), &options(), &rng).await.unwrap_err();
        assert_eq!(error.to_string(), "a payload holds at most 5 calls, found 6");
        assert!(error.hint().is_some());
        // A stand-in signs nothing.
        let simulated = Sender::Simulated(account.address());
        let request = simulated.request(payload(1), &options(), &rng).await.unwrap();
        assert_eq!(request.origin, account.address());
        assert!(request.auth_witnesses[1].witness.is_empty());
    });
}

#[test]
fn nobody_calls_through_the_multi_call_entrypoint() {
    block_on(async {
        let rng = Counting::default();
        let request = Sender::Nobody.request(payload(1), &options(), &rng).await.unwrap();
        assert_eq!((request.origin, request.function_selector), (AztecAddress::from_u64(4), MULTI_CALL_ENTRYPOINT));
        assert_eq!(request.args_of_calls[5].values.len(), 31);
        assert_eq!(request.auth_witnesses.len(), 1);
        let intent = Intent::Call { caller: AztecAddress::ZERO, call: call(1) };
        assert!(matches!(Sender::Nobody.authorize(&intent, CHAIN).await, Err(AccountError::Nobody)));
        let wrapped = Sender::Nobody.wrap(payload(2), FeePaymentMethod::External, &rng).await.unwrap();
        assert_eq!((wrapped.calls.len(), wrapped.extra_hashed_args.len(), wrapped.fee_payer), (1, 5, None));
    });
}

#[test]
fn a_direct_request_is_one_private_call() {
    let gas = options().gas;
    let rng = Counting::default();
    let request = direct_request(payload(1), CHAIN, gas, &rng).unwrap();
    assert_eq!((request.origin, request.args_of_calls.len()), (AztecAddress::from_u64(100), 1));
    assert!(matches!(direct_request(payload(2), CHAIN, gas, &rng), Err(AccountError::NotOnePrivateCall { found: 2 })));
    let mut public = payload(1);
    public.calls[0].function_type = FunctionType::Public;
    assert!(direct_request(public, CHAIN, gas, &rng).is_err());
}

#[test]
fn an_account_that_pays_for_itself_is_constructed_first() {
    block_on(async {
        let (account, signer) = account(AccountKind::EcdsaR);
        let rng = Counting::default();
        let deployed = |fee: ExecutionPayload| account.self_paid_deployment(&signer, Deployment::default(), fee, &rng);
        let fee = |payer: AztecAddress| ExecutionPayload { fee_payer: Some(payer), ..payload(1) };
        let method = |payload: &ExecutionPayload| payload.calls[1].args[31];

        let own = deployed(ExecutionPayload::default()).await.unwrap();
        let names: alloc::vec::Vec<_> = own.calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["constructor", "entrypoint"]);
        assert_eq!((method(&own), own.fee_payer), (Fr::from(1u8), Some(account.address())));
        let claimed = deployed(fee(account.address())).await.unwrap();
        assert_eq!((method(&claimed), claimed.fee_payer), (Fr::from(2u8), Some(account.address())));
        let sponsor = AztecAddress::from_u64(50);
        let sponsored = deployed(fee(sponsor)).await.unwrap();
        assert_eq!((method(&sponsored), sponsored.fee_payer), (Fr::ZERO, Some(sponsor)));

        let other = account.deployment_by_another(Deployment::default(), fee(sponsor)).unwrap();
        let names: alloc::vec::Vec<_> = other.calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["f", "constructor"]);
        let (single, signer) = super::tests::account(AccountKind::SchnorrSingleKey);
        let nothing = single.self_paid_deployment(&signer, Deployment::default(), payload(0), &rng).await;
        assert!(matches!(nothing, Err(AccountError::NothingToDo(address)) if address == single.address()));
    });
}

#[test]
fn a_deployment_publishes_before_it_initializes() {
    let (account, _) = account(AccountKind::Schnorr);
    let class = ClassIdPreimage {
        artifact_hash: Fr::from(1u8),
        private_functions_root: Fr::from(2u8),
        public_bytecode_commitment: Fr::from(3u8),
    };
    let published = publish_class(&class, &[0xab; 40]).unwrap();
    assert_eq!(published.calls[0].args, [1u8, 2, 3].map(Fr::from));
    let capsule = &published.capsules[0];
    assert_eq!((capsule.contract_address, capsule.data.len()), (AztecAddress::from_u64(3), 3000));
    assert_eq!(capsule.data[0], Fr::from(40u8));
    assert!(publish_class(&class, &[0; 31 * 3000]).is_err());
    let instance = publish_instance(account.instance());
    assert_eq!((instance.args.len(), instance.args[15]), (16, Fr::ONE));
    let by_one = protocol::contract::ContractInstanceWithAddress {
        instance: protocol::contract::ContractInstance {
            deployer: AztecAddress::from_u64(9),
            ..account.instance().instance
        },
        ..*account.instance()
    };
    assert_eq!(publish_instance(&by_one).args[15], Fr::ZERO);

    let deployment = Deployment {
        class: Some(published),
        instance: Some(instance),
        constructor: account.constructor(),
        with: payload(0),
    };
    let merged = deployment.payload(account.address(), payload(1)).unwrap();
    let names: alloc::vec::Vec<_> = merged.calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["f", "publish", "publish_for_public_execution", "constructor"]);
    assert_eq!((merged.capsules.len(), merged.auth_witnesses.len()), (1, 2));
}

#[test]
fn selectors_are_those_of_the_signatures() {
    let point = "((Field,Field,bool))";
    let instance = format!("publish_for_public_execution(Field,(Field),Field,({}),bool)", [point; 4].join(","));
    let (account, _) = account(AccountKind::Schnorr);
    let selector = |signature: &str| FunctionSelector::from_signature(signature).unwrap();
    assert_eq!(publish_instance(account.instance()).selector, selector(&instance));
    let class = ClassIdPreimage {
        artifact_hash: Fr::ZERO,
        private_functions_root: Fr::ZERO,
        public_bytecode_commitment: Fr::ZERO,
    };
    assert_eq!(publish_class(&class, &[]).unwrap().calls[0].selector, selector("publish(Field,Field,Field)"));
}
