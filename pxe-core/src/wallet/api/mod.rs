//! The wallet as calls in JSON, for other languages: a method, an object of parameters, a value.
//!
//! | File | Subject |
//! |---|---|
//! | `params` | what methods take |
//! | `keys` | `wallet.…`, `accounts.…`, `senders.…` |
//! | `contracts` | `contracts.…` |
//! | `txs` | `tx.…`, `authwit.…`, `fees.…` |
//! | `private` | `utility.…`, `notes.…`, `events.…`, `sync.…` |
//! | `error` | failures as codes |

mod contracts;
mod error;
mod keys;
mod params;
mod private;
mod txs;

use alloc::string::{String, ToString};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use error::ApiError;

use super::Wallet;
use crate::pxe::OnProgress;

/// A call on its way.
struct Call<'a> {
    wallet: &'a Wallet,
    method: &'a str,
    params: Value,
    on_progress: &'a OnProgress,
}

impl Call<'_> {
    /// The parameters.
    fn take<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        let params = self.params.take();
        serde_json::from_value(params).map_err(|error| ApiError::params(self.method, &error))
    }
}

fn reply(value: &impl Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(value).map_err(|error| ApiError::new("internal", error.to_string()))
}

/// Makes a call. Dropping the future ends it; what was not committed leaves no trace.
///
/// # Errors
/// If there is no such method, the parameters do not fit, or the wallet fails.
pub async fn call(wallet: &Wallet, method: &str, params: Value, on_progress: &OnProgress) -> Result<Value, ApiError> {
    let mut call = Call { wallet, method, params, on_progress };
    match method {
        "wallet.status" => keys::status(&call).await,
        "wallet.create" => keys::create(&mut call).await,
        "wallet.unlock" => keys::unlock(&mut call).await,
        "wallet.lock" => keys::lock(&call).await,
        "wallet.exportSeed" => keys::export_seed(&mut call).await,
        "wallet.changePassphrase" => keys::change_passphrase(&mut call).await,
        "accounts.create" => keys::create_account(&mut call).await,
        "accounts.list" => keys::accounts(&call).await,
        "accounts.deploy" => keys::deploy_account(&mut call).await,
        "senders.add" => keys::add_sender(&mut call).await,
        "senders.remove" => keys::remove_sender(&mut call).await,
        "senders.list" => keys::senders(&call).await,
        "contracts.register" => contracts::register(&mut call).await,
        "contracts.list" => contracts::list(&call).await,
        "contracts.interface" => contracts::interface(&mut call).await,
        "contracts.metadata" => contracts::metadata(&mut call).await,
        "contracts.classMetadata" => contracts::class_metadata(&mut call).await,
        "contracts.encode" => contracts::encode(&mut call).await,
        "contracts.decode" => contracts::decode(&mut call).await,
        "contracts.deploy" => contracts::deploy(&mut call).await,
        "tx.simulate" => txs::simulate(&mut call).await,
        "tx.send" => txs::send(&mut call).await,
        "tx.profile" => txs::profile(&mut call).await,
        "tx.receipt" => txs::receipt(&mut call).await,
        "tx.list" => txs::list(&call).await,
        "authwit.create" => txs::authorize(&mut call).await,
        "authwit.lookup" => txs::lookup_authorization(&mut call).await,
        "authwit.public" => txs::authorize_publicly(&mut call).await,
        "fees.balance" => txs::balance(&mut call).await,
        "fees.current" => txs::current_fees(&call).await,
        "utility.run" => private::utility(&mut call).await,
        "notes.list" => private::notes(&mut call).await,
        "events.private" => private::private_events(&mut call).await,
        "events.packed" => private::packed_events(&mut call).await,
        "events.public" => private::public_events(&mut call).await,
        "sync.tip" => private::tip(&call).await,
        "sync.run" => private::sync(&mut call).await,
        _ => Err(ApiError::new("method", alloc::format!("there is no method {method}"))),
    }
}

/// A text for a status of an execution and the like, as the official JSON has it.
fn text(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}
