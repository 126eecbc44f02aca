//! What methods take.

use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::FunctionCall;
use protocol::address::AztecAddress;
use protocol::authwit::{InnerHash, Intent};
use protocol::field::Fr;
use protocol::gas::{Gas, GasFees};
use protocol::tx::{AuthWitness, ExecutionPayload, TxHash};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::ApiError;
use crate::fee::{FeeJuiceClaim, FeeMethod, GasOptions};
use crate::keystore::Credential;
use crate::wallet::TxRequestOptions;

/// What opens keys.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unlocking {
    passphrase: Option<Zeroizing<String>>,
    key: Option<Zeroizing<Vec<u8>>>,
}

impl Unlocking {
    pub(super) fn credential(&self) -> Result<Credential<'_>, ApiError> {
        match (&self.passphrase, &self.key) {
            (Some(passphrase), None) => Ok(Credential::Passphrase(passphrase)),
            (None, Some(key)) => {
                let key: &[u8; 32] =
                    key.as_slice().try_into().map_err(|_| ApiError::new("keys.key", "a key has 32 bytes"))?;
                Ok(Credential::Key(key))
            }
            _ => Err(ApiError::new("params", "either a passphrase or a key is needed")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    #[serde(flatten)]
    pub(super) unlocking: Unlocking,
    pub(super) seed_phrase: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
pub(super) struct Change {
    pub(super) from: Unlocking,
    pub(super) to: Unlocking,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateAccount {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) alias: String,
    pub(super) index: Option<u32>,
    pub(super) secret: Option<Fr>,
    pub(super) salt: Option<Fr>,
    pub(super) signing_key: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
pub(super) struct Of {
    pub(super) address: AztecAddress,
}

#[derive(Deserialize)]
pub(super) struct AddSender {
    pub(super) address: AztecAddress,
    pub(super) alias: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct DeployAccount {
    pub(super) address: AztecAddress,
    pub(super) fee: Fee,
}

/// Gas as far as it is told.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GasParams {
    gas_limits: Option<Gas>,
    teardown_gas_limits: Option<Gas>,
    max_fees_per_gas: Option<GasFees>,
    max_priority_fees_per_gas: Option<GasFees>,
}

impl From<GasParams> for GasOptions {
    fn from(gas: GasParams) -> Self {
        let GasParams { gas_limits, teardown_gas_limits, max_fees_per_gas, max_priority_fees_per_gas } = gas;
        Self { gas_limits, teardown_gas_limits, max_fees_per_gas, max_priority_fees_per_gas }
    }
}

/// Who pays.
#[derive(Deserialize, Clone)]
#[serde(tag = "method", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(clippy::enum_variant_names, reason = "fee juice is the name of a token")]
pub(super) enum Fee {
    FeeJuice {
        #[serde(default)]
        gas: GasParams,
    },
    FeeJuiceWithClaim {
        amount: Fr,
        secret: Fr,
        leaf_index: Fr,
        #[serde(default)]
        gas: GasParams,
    },
    Sponsored {
        sponsor: AztecAddress,
        #[serde(default)]
        gas: GasParams,
    },
    PrivateFpc {
        fpc: AztecAddress,
        asset: AztecAddress,
        #[serde(default)]
        gas: GasParams,
    },
    PublicFpc {
        fpc: AztecAddress,
        asset: AztecAddress,
        #[serde(default)]
        gas: GasParams,
    },
}

impl Default for Fee {
    fn default() -> Self {
        Self::FeeJuice { gas: GasParams::default() }
    }
}

impl Fee {
    pub(super) fn parts(&self) -> Result<(FeeMethod, GasOptions), ApiError> {
        let (method, gas) = match self {
            Self::FeeJuice { gas } => (FeeMethod::FeeJuice, gas),
            Self::FeeJuiceWithClaim { amount, secret, leaf_index, gas } => {
                let too_large =
                    |name: &str| ApiError::new("params", alloc::format!("{name} of the claim is too large"));
                let claim = FeeJuiceClaim {
                    amount: amount.to_u128().ok_or_else(|| too_large("amount"))?,
                    secret: *secret,
                    message_leaf_index: leaf_index.to_u64().ok_or_else(|| too_large("leafIndex"))?,
                };
                (FeeMethod::Claim(claim), gas)
            }
            Self::Sponsored { sponsor, gas } => (FeeMethod::Sponsored { sponsor: *sponsor }, gas),
            Self::PrivateFpc { fpc, asset, gas } => (FeeMethod::Private { contract: *fpc, asset: *asset }, gas),
            Self::PublicFpc { fpc, asset, gas } => (FeeMethod::Public { contract: *fpc, asset: *asset }, gas),
        };
        Ok((method, (*gas).into()))
    }
}

/// A payload and who sends it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Send {
    pub(super) payload: ExecutionPayload,
    pub(super) from: AztecAddress,
    #[serde(default)]
    pub(super) fee: Fee,
    #[serde(default)]
    pub(super) additional_scopes: Vec<AztecAddress>,
    #[serde(default)]
    pub(super) count_gates: bool,
    #[serde(default)]
    pub(super) estimate_gas: bool,
    #[serde(default)]
    pub(super) name: String,
}

/// The options of a transaction.
pub(super) fn options(
    from: AztecAddress,
    fee: &Fee,
    additional_scopes: Vec<AztecAddress>,
) -> Result<TxRequestOptions, ApiError> {
    let (fee, gas) = fee.parts()?;
    Ok(TxRequestOptions { from, fee, gas, additional_scopes, name: String::new() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfTx {
    pub(super) tx_hash: TxHash,
}

/// What someone is to be allowed to do.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum IntentParams {
    #[serde(rename_all = "camelCase")]
    Inner {
        consumer: AztecAddress,
        inner_hash: Fr,
    },
    Call {
        caller: AztecAddress,
        call: FunctionCall,
    },
}

impl From<IntentParams> for Intent {
    fn from(intent: IntentParams) -> Self {
        match intent {
            IntentParams::Inner { consumer, inner_hash } => {
                Self::InnerHash { consumer, inner_hash: InnerHash::from_field(inner_hash) }
            }
            IntentParams::Call { caller, call } => Self::Call { caller, call },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Authorize {
    pub(super) from: AztecAddress,
    pub(super) intent: IntentParams,
    pub(super) witness: Option<AuthWitness>,
}

#[derive(Deserialize)]
pub(super) struct AuthorizePublicly {
    pub(super) intent: IntentParams,
    pub(super) authorized: bool,
}
