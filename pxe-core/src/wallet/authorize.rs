//! Letting others act.

use protocol::address::AztecAddress;
use protocol::authwit::{Intent, is_consumable, lookup_validity};
use protocol::tx::AuthWitness;

use super::{Wallet, WalletError};
use crate::pxe::OnProgress;
use crate::scopes::Scopes;

impl Wallet {
    /// Makes the witness that lets someone do something in an account's name, in a transaction that carries it.
    ///
    /// # Errors
    /// If the account is not the wallet's, or does not sign.
    pub async fn authorize(&self, from: AztecAddress, intent: &Intent) -> Result<AuthWitness, WalletError> {
        let actor = self.actor(from).await?;
        Ok(actor.sender().authorize(intent, self.pxe.chain()).await?)
    }

    /// Whether an account's contract takes a witness for something.
    ///
    /// # Errors
    /// If the account's contract is not known.
    pub async fn is_authorized_privately(
        &self,
        account: AztecAddress,
        intent: &Intent,
        witness: &AuthWitness,
        on_progress: &OnProgress,
    ) -> Result<bool, WalletError> {
        let call = lookup_validity(account, intent.consumer(), intent.inner_hash());
        let scopes = Scopes::Accounts([account].into());
        let witnesses = core::slice::from_ref(witness);
        let returned = self.pxe.utility(&call, witnesses, &scopes, on_progress).await?;
        Ok(returned.first().is_some_and(|field| !field.is_zero()))
    }

    /// Whether an account allows something publicly.
    ///
    /// # Errors
    /// If the node does not answer.
    pub async fn is_authorized_publicly(
        &self,
        account: AztecAddress,
        intent: &Intent,
        on_progress: &OnProgress,
    ) -> Result<bool, WalletError> {
        let call = is_consumable(account, intent.message_hash(self.pxe.chain()));
        let scopes = Scopes::Accounts([account].into());
        let returned = self.pxe.utility(&call, &[], &scopes, on_progress).await?;
        Ok(returned.first().is_some_and(|field| !field.is_zero()))
    }
}
