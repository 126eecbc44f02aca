//! Accounts: instances, witnesses, requests, wrapped payloads, deployments; ways to pay.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};

use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent};
use protocol::contract::{ClassIdPreimage, ContractInstanceWithAddress};
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::gas::GasSettings;
use protocol::keys::SecretKey;
use protocol::tx::ExecutionPayload;
use pxe_core::account::{
    Account, AccountError, AccountKind, Deployment, LocalSigner, Sender, SigningKey, TxOptions, direct_request,
    publish_class, publish_instance,
};
use pxe_core::fee::{FeeJuiceClaim, FeeMethod};
use pxe_core::port::Rng;
use serde_json::{Value, json};

use super::form::{Answer, arg, bytes, joined, member, ok, or, text};
use super::{Formula, finite};

pub(super) const FORMULAS: &[Formula] = &[
    finite("accountInstance", 48, |input| {
        let (account, _) = account(input)?;
        Ok(json!({ "instance": account.instance(), "completeAddress": account.complete_address() }))
    }),
    finite("accountAuthwit", 48, |input| {
        let chain = member(input, "chain")?;
        with_account(input, |sender, _| or(now(sender.authorize(&intent(&input["intent"])?, chain))?).and_then(ok))
    }),
    finite("accountRequest", 48, |input| with_account(input, |sender, draws| request(input, sender, draws))),
    finite("multiCallRequest", 48, |input| request(input, Sender::Nobody, &Draws::new(input)?)),
    finite("directRequest", 50, |input| {
        let (payload, chain, gas) = (member(input, "payload")?, member(input, "chain")?, member(input, "gasSettings")?);
        or(direct_request(payload, chain, gas, &Draws::new(input)?)).and_then(ok)
    }),
    finite("accountWrap", 48, |input| with_account(input, |sender, draws| wrap(input, sender, draws))),
    finite("multiCallWrap", 48, |input| wrap(input, Sender::Nobody, &Draws::new(input)?)),
    finite("feePayload", 48, |input| with_account(input, |sender, draws| ok(fee(input, &sender, draws)?))),
    finite("publishInstance", 48, |input| {
        ok(publish_instance(&member::<ContractInstanceWithAddress>(input, "instance")?))
    }),
    finite("publishClass", 2, |input| {
        let preimage: ClassIdPreimage = member(input, "preimage")?;
        let payload = or(publish_class(&preimage, &bytes(&input["packedBytecode"])?))?;
        let [capsule] = &payload.capsules[..] else { return Err("another number of capsules".to_owned()) };
        Ok(json!({
            "calls": payload.calls,
            "contractAddress": capsule.contract_address,
            "storageSlot": capsule.storage_slot,
            "data": joined(&capsule.data),
            "authWitnesses": payload.auth_witnesses,
            "extraHashedArgs": payload.extra_hashed_args,
        }))
    }),
    finite("accountDeployment", 16, deployment),
];

/// Random bytes as they were drawn.
#[derive(Debug)]
struct Draws(Mutex<std::vec::IntoIter<Vec<u8>>>);

impl Draws {
    fn new(input: &Value) -> Result<Self, String> {
        let drawn = input["draws"].as_array().map_or(&[][..], Vec::as_slice).iter().map(bytes);
        Ok(Self(Mutex::new(drawn.collect::<Result<Vec<_>, _>>()?.into_iter())))
    }
}

/// What was not drawn is zero, which no expected value has.
impl Rng for Draws {
    fn fill(&self, out: &mut [u8]) {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).next();
        match next {
            Some(drawn) if drawn.len() == out.len() => out.copy_from_slice(&drawn),
            _ => out.fill(0),
        }
    }
}

/// Nothing here waits for anything.
fn now<T>(future: impl Future<Output = T>) -> Result<T, String> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err("it waits".to_owned()),
    }
}

/// The account of a recorded key. Those that sign here have ECDSA, which draws nothing.
fn account(input: &Value) -> Result<(Account, LocalSigner), String> {
    let kind: AccountKind = text(&input["kind"])?;
    let secret = SecretKey::from_field(member(input, "secret")?);
    let key: [u8; 32] = or(bytes(&input["signingKey"])?.try_into().map_err(|_| "not 32 bytes"))?;
    let key = or(SigningKey::from_bytes(kind, &key))?;
    let keys = secret.master_keys().public_keys();
    let class = member(input, "classId")?;
    let account = or(Account::new(kind, class, key.public_key(), keys, member(input, "salt")?))?;
    Ok((account, LocalSigner::new(key, Arc::new(Draws(Mutex::default())))))
}

fn with_account(input: &Value, answer: impl FnOnce(Sender<'_>, &Draws) -> Answer) -> Answer {
    let (account, signer) = account(&input["account"])?;
    answer(Sender::Account { account: &account, signer: &signer }, &Draws::new(input)?)
}

fn intent(input: &Value) -> Result<Intent, String> {
    Ok(match input.get("caller") {
        Some(caller) => Intent::Call { caller: arg(caller)?, call: member(input, "call")? },
        None => Intent::InnerHash { consumer: member(input, "consumer")?, inner_hash: member(input, "innerHash")? },
    })
}

fn payment_method(options: &Value) -> Result<FeePaymentMethod, String> {
    match options["feePaymentMethodOptions"].as_u64() {
        Some(0) | None => Ok(FeePaymentMethod::External),
        Some(1) => Ok(FeePaymentMethod::PreexistingFeeJuice),
        Some(2) => Ok(FeePaymentMethod::FeeJuiceWithClaim),
        Some(other) => Err(format!("no fee payment method {other}")),
    }
}

fn request(input: &Value, sender: Sender<'_>, draws: &Draws) -> Answer {
    let asked = &input["options"];
    let options = TxOptions {
        chain: member(input, "chain")?,
        gas: member(input, "gasSettings")?,
        fee_payment_method: payment_method(asked)?,
        cancellable: asked["cancellable"] == true,
        tx_nonce: asked.get("txNonce").map(arg::<Fr>).transpose()?,
    };
    or(now(sender.request(member(input, "payload")?, &options, draws))?).and_then(ok)
}

fn wrap(input: &Value, sender: Sender<'_>, draws: &Draws) -> Answer {
    let method = payment_method(&input["options"])?;
    or(now(sender.wrap(member(input, "payload")?, method, draws))?).and_then(ok)
}

/// The payload of the recorded way to pay.
fn fee(input: &Value, sender: &Sender<'_>, draws: &Draws) -> Result<ExecutionPayload, String> {
    let chain: ChainInfo = member(input, "chain")?;
    let gas: GasSettings = member(input, "gasSettings")?;
    let asked = input["method"].as_object().and_then(|method| method.iter().next());
    let method = match asked.map(|(name, with)| (name.as_str(), with)) {
        None => FeeMethod::FeeJuice,
        Some(("claim", claim)) => FeeMethod::Claim(FeeJuiceClaim {
            amount: text(&claim["claimAmount"])?,
            secret: member(claim, "claimSecret")?,
            message_leaf_index: text(&claim["messageLeafIndex"])?,
        }),
        Some(("sponsored", with)) => FeeMethod::Sponsored { sponsor: member(with, "sponsor")? },
        Some(("private", with)) => {
            FeeMethod::Private { contract: member(with, "contract")?, asset: member(with, "asset")? }
        }
        Some(("public", with)) => {
            FeeMethod::Public { contract: member(with, "contract")?, asset: member(with, "asset")? }
        }
        Some((other, _)) => return Err(format!("no way to pay {other}")),
    };
    or(now(method.payload(sender, chain, &gas, draws))?)
}

fn deployment(input: &Value) -> Answer {
    let (account, signer) = account(&input["account"])?;
    let draws = Draws::new(input)?;
    let fee = fee(input, &Sender::Account { account: &account, signer: &signer }, &draws)?;
    let publish = input["publish"] == true;
    let more = Deployment { instance: publish.then(|| publish_instance(account.instance())), ..Deployment::default() };
    let payload: Result<_, AccountError> = match member::<AztecAddress>(input, "deployer")?.is_zero() {
        true => now(account.self_paid_deployment(&signer, more, fee, &draws))?,
        false => account.deployment_by_another(more, fee),
    };
    or(payload).and_then(ok)
}
