//! Transactions that are ready but not sent.

use protocol::tx::ExecutionPayload;
use pxe_core::account::{Sender, TxOptions};
use pxe_core::fee::{FeePadding, payment_method};
use pxe_core::pxe::{OnProgress, ProvenTx};
use pxe_core::scopes::Scopes;
use pxe_core::wallet::{TxRequestOptions, Wallet};

use super::Failure;

/// Makes the transaction that [`Wallet::send`] would send.
///
/// # Errors
/// If a call fails, or there is no proof.
pub async fn prove(
    wallet: &Wallet,
    payload: ExecutionPayload,
    options: &TxRequestOptions,
    on_progress: &OnProgress,
) -> Result<ProvenTx, Failure> {
    let (pxe, rng) = (wallet.pxe(), &*wallet.pxe().config().rng);
    let (min, pxe) = pxe.min_fees().await?;
    let gas = options.gas.complete(min, FeePadding::default());
    let (account, signer) = wallet.signer(options.from).await?;
    let sender = Sender::Account { account: &account, signer: &signer };
    let fee = options.fee.payload(&sender, pxe.chain(), &gas, rng).await?;
    let payload = ExecutionPayload::merge([fee, payload])?;
    let fee_payment_method = payment_method(options.from, payload.fee_payer);
    let how = TxOptions { chain: pxe.chain(), gas, fee_payment_method, cancellable: false, tx_nonce: None };
    let request = sender.request(payload, &how, rng).await?;
    let mut scopes = vec![options.from];
    scopes.extend(&options.additional_scopes);
    Ok(pxe.prove(&request, &Scopes::Accounts(scopes), on_progress).await?)
}
