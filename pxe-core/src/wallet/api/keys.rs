//! `wallet.…`, `accounts.…`, `senders.…`.

use alloc::vec::Vec;

use protocol::keys::SecretKey;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::params::{AddSender, Change, Create, CreateAccount, DeployAccount, Of, Unlocking};
use super::{ApiError, Call, reply};
use crate::account::{AccountKind, SigningKey};
use crate::keystore::{KdfParams, SeedPhrase, SeedPhraseError};
use crate::wallet::{AccountOrigin, NewAccount, WalletError};

/// What trying a passphrase costs: a browser tab has less memory than a program of its own.
const KDF: KdfParams = KdfParams::SMALL;

pub(super) async fn status(call: &Call<'_>) -> Result<Value, ApiError> {
    let pxe = call.wallet.pxe();
    let info = pxe.network();
    let anchor = pxe.anchor().await?;
    Ok(json!({
        "exists": pxe.has_keys().await?,
        "unlocked": pxe.is_unlocked().await,
        "network": {
            "nodeVersion": info.node_version,
            "l1ChainId": info.l1_chain_id,
            "rollupVersion": info.rollup_version,
            "parameters": match info.parameters.unwrap_or_default() {
                protocol::rpc::info::ParameterSet::Official => "official",
                protocol::rpc::info::ParameterSet::InsecureDevelopment => "development",
            },
            "realProofs": info.real_proofs,
        },
        "block": anchor.map(|header| header.number()),
    }))
}

pub(super) async fn create(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Create { unlocking, seed_phrase } = call.take()?;
    let seed = seed_phrase.map(|words| words.parse::<SeedPhrase>()).transpose();
    let seed = seed.map_err(|error: SeedPhraseError| ApiError::from(WalletError::from(error)))?;
    let seed = call.wallet.create(unlocking.credential()?, KDF, seed).await?;
    Ok(json!({ "seedPhrase": seed.words().as_str() }))
}

pub(super) async fn unlock(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let unlocking: Unlocking = call.take()?;
    call.wallet.pxe().unlock(unlocking.credential()?).await?;
    Ok(Value::Null)
}

pub(super) async fn lock(call: &Call<'_>) -> Result<Value, ApiError> {
    call.wallet.pxe().lock().await;
    Ok(Value::Null)
}

pub(super) async fn export_seed(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let unlocking: Unlocking = call.take()?;
    let pxe = call.wallet.pxe();
    // Asked for again, even while unlocked: someone else may sit in front of the screen.
    pxe.unlock(unlocking.credential()?).await?;
    let seed = pxe.seed().await?.ok_or(WalletError::NoSeed)?;
    Ok(json!({ "seedPhrase": seed.words().as_str() }))
}

pub(super) async fn change_passphrase(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Change { from, to } = call.take()?;
    call.wallet.pxe().change_credential(from.credential()?, to.credential()?, KDF).await?;
    Ok(Value::Null)
}

fn kind(name: Option<&str>) -> Result<AccountKind, ApiError> {
    match name.unwrap_or("schnorr") {
        "schnorr" => Ok(AccountKind::Schnorr),
        "ecdsa-k1" => Ok(AccountKind::EcdsaK),
        "ecdsa-r1" => Ok(AccountKind::EcdsaR),
        other => Err(ApiError::new("params", alloc::format!("there is no account type {other}"))
            .with_hint("there are schnorr, ecdsa-k1 and ecdsa-r1")),
    }
}

pub(super) async fn create_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let CreateAccount { kind: name, alias, index, secret, salt, signing_key } = call.take()?;
    let kind = kind(name.as_deref())?;
    let origin = match secret {
        None => AccountOrigin::Seed(index),
        Some(secret) => {
            let parse = |text: Zeroizing<alloc::string::String>| {
                let mut bytes = Zeroizing::new([0; 32]);
                let digits = text.strip_prefix("0x").unwrap_or(&text);
                const_hex::decode_to_slice(digits, bytes.as_mut_slice())
                    .map_err(|_| ApiError::new("params", "a signing key is 0x and 64 hexadecimal digits"))?;
                SigningKey::from_bytes(kind, &bytes).map_err(|error| ApiError::from(WalletError::from(error)))
            };
            let signing_key = signing_key.map(parse).transpose()?;
            AccountOrigin::Secret { secret: SecretKey::from_field(secret), salt: salt.unwrap_or_default(), signing_key }
        }
    };
    let account = call.wallet.add_account(NewAccount { kind, origin, alias: alias.clone() }).await?;
    let deployed = call.wallet.is_initialized(account.address()).await?;
    Ok(json!({ "address": account.address(), "alias": alias, "type": type_name(account.kind()), "deployed": deployed }))
}

const fn type_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Schnorr | AccountKind::SchnorrSingleKey => "schnorr",
        AccountKind::EcdsaK => "ecdsa-k1",
        AccountKind::EcdsaR => "ecdsa-r1",
    }
}

pub(super) async fn accounts(call: &Call<'_>) -> Result<Value, ApiError> {
    let mut found = Vec::new();
    let mut accounts = call.wallet.pxe().accounts().await?;
    // Those of the seed in their order, then others.
    accounts.sort_by_key(|account| (account.seed_index.is_none(), account.seed_index));
    for stored in accounts {
        // Without a kind it is another contract that owns notes.
        let Some(kind) = stored.kind else { continue };
        let (address, name) = (stored.complete.address(), type_name(kind));
        let deployed = call.wallet.is_initialized(address).await?;
        found.push(json!({ "address": address, "alias": stored.alias, "type": name, "deployed": deployed }));
    }
    Ok(Value::Array(found))
}

pub(super) async fn deploy_account(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeployAccount { address, fee } = call.take()?;
    let (fee, gas) = fee.parts()?;
    let sent = call.wallet.deploy_account(address, &fee, gas, call.on_progress).await?;
    Ok(json!({ "txHash": sent.tx_hash }))
}

pub(super) async fn add_sender(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let AddSender { address, alias } = call.take()?;
    reply(&call.wallet.pxe().register_sender(address, alias.as_deref()).await?)
}

pub(super) async fn remove_sender(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Of { address } = call.take()?;
    reply(&call.wallet.pxe().remove_sender(address).await?)
}

pub(super) async fn senders(call: &Call<'_>) -> Result<Value, ApiError> {
    let senders = call.wallet.pxe().senders().await?;
    Ok(senders.iter().map(|(address, alias)| json!({ "address": address, "alias": alias })).collect())
}
