//! `contracts.…`.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use protocol::abi::{AbiType, Checks, decode_return_values};
use protocol::address::AztecAddress;
use protocol::artifact::ContractArtifact;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::keys::{PublicKeys, SecretKey};
use protocol::rpc::node::{GetContract, GetContractClass};
use serde::Deserialize;
use serde_json::{Value, json};

use super::params::{Fee, Of, options};
use super::{ApiError, Call, reply};
use crate::contract::Instantiation;
use crate::keystore::{AccountSecrets, SigningMaterial};
use crate::pxe::PxeError;
use crate::store::Job;
use crate::wallet::{ContractDeployment, Wallet, WalletError};

/// A name of a contract that comes with the wallet, or the compiler's JSON.
#[derive(Deserialize)]
#[serde(untagged)]
enum Artifact {
    Name(String),
    Json(serde_json::Map<String, Value>),
}

async fn artifact(wallet: &Wallet, artifact: &Artifact) -> Result<Arc<ContractArtifact>, ApiError> {
    match artifact {
        Artifact::Name(name) => Ok(wallet.artifact(name).await?),
        Artifact::Json(json) => {
            let bytes = serde_json::to_vec(json).map_err(|error| ApiError::params("contracts", &error))?;
            let read = ContractArtifact::from_json(&bytes).map_err(WalletError::from)?;
            Ok(Arc::new(read))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Register {
    /// None if the class is registered already.
    artifact: Option<Artifact>,
    address: Option<AztecAddress>,
    instance: Option<ContractInstanceWithAddress>,
    /// Of a contract that owns notes.
    secret: Option<Fr>,
    constructor_name: Option<String>,
    args: Option<Vec<Value>>,
    salt: Option<Fr>,
    deployer: Option<AztecAddress>,
}

pub(super) async fn register(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let params: Register = call.take()?;
    let pxe = call.wallet.pxe();
    let artifact = match &params.artifact {
        Some(named) => Some(artifact(call.wallet, named).await?),
        None => None,
    };
    let class = match &artifact {
        Some(artifact) => Some(pxe.register_class(artifact).await?),
        None => None,
    };
    let instance = match (params.instance, params.args, &artifact, class) {
        (Some(instance), ..) => instance,
        (None, Some(args), Some(artifact), Some(class)) => {
            let keys = params.secret.map(|secret| SecretKey::from_field(secret).master_keys().public_keys());
            let keys = keys.unwrap_or(PublicKeys::DEFAULT);
            let place = (params.salt.unwrap_or_default(), params.deployer.unwrap_or_default(), keys);
            let made = Instantiation::new(artifact, class, params.constructor_name.as_deref(), &*args, place);
            made.map_err(WalletError::from)?.instance
        }
        (None, Some(_), ..) => return Err(ApiError::new("params", "an artifact is needed")),
        // The network knows how a published contract was deployed.
        (None, None, ..) => {
            let address = params.address.ok_or_else(|| ApiError::new("params", "an address is needed"))?;
            match pxe.instance(address).await? {
                Some(known) => known,
                None => {
                    let found = pxe.node().call(GetContract { address }).await.map_err(PxeError::from)?;
                    found.ok_or(WalletError::UnknownContract { address })?
                }
            }
        }
    };
    if let Some(address) = params.address.filter(|address| *address != instance.address) {
        let message = alloc::format!("a contract deployed so has address {}, not {address}", instance.address);
        return Err(ApiError::new("contract.address", message)
            .with_hint("check artifact, constructor arguments, salt and deployer"));
    }
    let expected = instance.instance.current_contract_class_id;
    if let Some(found) = class.filter(|class| *class != expected) {
        return Err(WalletError::OtherClass { address: instance.address, expected, found }.into());
    }
    pxe.register_contract(&instance).await?;
    if let Some(secret) = params.secret {
        let secrets = AccountSecrets {
            kind: None,
            salt: instance.instance.salt,
            signing: SigningMaterial::None,
            seed_index: None,
            alias: String::new(),
        };
        let partial = instance.instance.partial_address();
        pxe.register_account(SecretKey::from_field(secret), partial, secrets).await?;
    }
    reply(&instance)
}

/// Contracts the wallet knows, with the names in their code.
pub(super) async fn known(call: &Call<'_>) -> Result<Vec<(ContractInstanceWithAddress, String)>, ApiError> {
    let pxe = call.wallet.pxe();
    let job = Job::begin(&*pxe.config().store).await.map_err(PxeError::from)?;
    let mut found = Vec::new();
    for instance in pxe.instances().await? {
        let class = instance.instance.current_contract_class_id;
        let name = pxe.contracts().known_class(&job, class).await.map_err(PxeError::from)?.name.clone();
        found.push((instance, name));
    }
    Ok(found)
}

pub(super) async fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let entry = |(known, name): &(ContractInstanceWithAddress, String)| json!({ "address": known.address, "name": name, "classId": known.instance.current_contract_class_id });
    Ok(known(call).await?.iter().map(entry).collect())
}

pub(super) async fn interface(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Of { address } = call.take()?;
    let artifact = call.wallet.artifact_at(address).await?;
    let functions = artifact.abis().filter(|abi| abi.name != "public_dispatch").map(|abi| {
        json!({
            "name": abi.name,
            "functionType": abi.function_type,
            "isStatic": abi.is_static,
            "isInitializer": abi.is_initializer,
            "isOnlySelf": abi.is_only_self,
            "parameters": abi.parameters,
            "returnTypes": abi.return_types,
        })
    });
    let events = artifact.outputs.structs.get("events").map(Vec::as_slice).unwrap_or_default();
    let events = events.iter().filter_map(|ty| match ty {
        AbiType::Struct(event) => Some(json!({ "name": event.name(), "type": ty })),
        _ => None,
    });
    let (functions, events) = (functions.collect::<Vec<_>>(), events.collect::<Vec<_>>());
    Ok(json!({ "name": artifact.name, "functions": functions, "events": events }))
}

/// What is known of a contract, here and on the network.
pub(super) async fn metadata(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Of { address } = call.take()?;
    let pxe = call.wallet.pxe();
    let published = pxe.node().call(GetContract { address }).await.map_err(PxeError::from)?;
    let updated = published.as_ref().map(|published| published.instance);
    let updated = updated.filter(|now| now.current_contract_class_id != now.original_contract_class_id);
    Ok(json!({
        "instance": pxe.instance(address).await?,
        "isInitialized": call.wallet.is_initialized(address).await?,
        "isPublished": published.is_some(),
        "updatedClassId": updated.map(|now| now.current_contract_class_id),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfClass {
    class_id: ContractClassId,
}

/// What is known of a class, here and on the network.
pub(super) async fn class_metadata(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let OfClass { class_id: id } = call.take()?;
    let pxe = call.wallet.pxe();
    let job = Job::begin(&*pxe.config().store).await.map_err(PxeError::from)?;
    let known = pxe.contracts().class(&job, id).await.map_err(PxeError::from)?;
    let published = pxe.node().call(GetContractClass { id }).await.map_err(PxeError::from)?;
    Ok(json!({ "isRegistered": known.is_some(), "isPublished": published.is_some() }))
}

#[derive(Deserialize)]
struct Encode {
    address: AztecAddress,
    function: String,
    #[serde(default)]
    args: Vec<Value>,
}

pub(super) async fn encode(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Encode { address, function, args } = call.take()?;
    let pxe = call.wallet.pxe();
    let job = Job::begin(&*pxe.config().store).await.map_err(PxeError::from)?;
    reply(&pxe.contracts().call(&job, address, &function, &*args).await.map_err(WalletError::from)?)
}

#[derive(Deserialize)]
struct Decode {
    address: AztecAddress,
    function: String,
    values: Vec<Fr>,
}

pub(super) async fn decode(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Decode { address, function, values } = call.take()?;
    let pxe = call.wallet.pxe();
    let job = Job::begin(&*pxe.config().store).await.map_err(PxeError::from)?;
    let abi = pxe.contracts().abi_named(&job, address, &function).await.map_err(WalletError::from)?;
    if abi.return_types.is_empty() {
        return Ok(Value::Null);
    }
    let value = decode_return_values(&abi.return_types, &values, Checks::Official).map_err(WalletError::from)?;
    Ok(value.to_json())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deploy {
    artifact: Artifact,
    constructor_name: Option<String>,
    #[serde(default)]
    args: Vec<Value>,
    salt: Option<Fr>,
    from: AztecAddress,
    #[serde(default)]
    fee: Fee,
    #[serde(default)]
    universal: bool,
    #[serde(default)]
    skip_class_publication: bool,
    #[serde(default)]
    skip_instance_publication: bool,
    #[serde(default)]
    skip_initialization: bool,
}

pub(super) async fn deploy(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let params: Deploy = call.take()?;
    let artifact = artifact(call.wallet, &params.artifact).await?;
    let deployment = ContractDeployment {
        initializer: params.constructor_name,
        salt: params.salt,
        universal: params.universal,
        skip_class: params.skip_class_publication,
        skip_instance: params.skip_instance_publication,
        skip_initialization: params.skip_initialization,
        ..ContractDeployment::new(artifact, params.args)
    };
    let options = options(params.from, &params.fee, Vec::new())?;
    let deployed = call.wallet.deploy(&deployment, &options, call.on_progress).await?;
    Ok(json!({ "txHash": deployed.sent.tx_hash, "address": deployed.instance.address }))
}
