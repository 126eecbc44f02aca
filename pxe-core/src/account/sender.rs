//! Who makes a transaction: payloads into requests.
//!
//! Protocol source: `@aztec/entrypoints/src/account_entrypoint.ts`, `default_multi_call_entrypoint.ts` and
//! `default_entrypoint.ts` beside it, `@aztec/wallet-sdk/src/base-wallet/base_wallet.ts`.

use alloc::vec::Vec;

use protocol::abi::FunctionType;
use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent, MessageHash};
use protocol::entrypoint::{AccountOptions, EntrypointCall, FeePaymentMethod};
use protocol::field::Fr;
use protocol::gas::GasSettings;
use protocol::tx::{AuthWitness, ExecutionPayload, HashedValues, TxContext, TxExecutionRequest};

use super::{Account, AccountError, Signer};
use crate::port::Rng;

/// Who makes a transaction.
#[derive(Debug, Clone, Copy)]
pub enum Sender<'a> {
    /// An account that signs.
    Account {
        /// The account.
        account: &'a Account,
        /// Who holds its signing key.
        signer: &'a dyn Signer,
    },
    /// An account in a simulation in which [`super::SIMULATED_ACCOUNT`] stands in for it: nothing is signed.
    Simulated(AztecAddress),
    /// Nobody: the calls come from the multi-call entrypoint. So accounts that cannot act yet are deployed.
    Nobody,
}

/// How a payload becomes a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TxOptions {
    /// The network.
    pub chain: ChainInfo,
    /// What the transaction may use and pay.
    pub gas: GasSettings,
    /// Who pays, see [`crate::fee::payment_method`].
    pub fee_payment_method: FeePaymentMethod,
    /// Whether a later transaction with the same nonce may take the place of this one.
    pub cancellable: bool,
    /// The nonce of the transaction to be replaced; otherwise a random one is drawn.
    pub tx_nonce: Option<Fr>,
}

impl Sender<'_> {
    /// The account; zero if there is none.
    #[must_use]
    pub fn address(&self) -> AztecAddress {
        match self {
            Self::Account { account, .. } => account.address(),
            Self::Simulated(address) => *address,
            Self::Nobody => AztecAddress::ZERO,
        }
    }

    async fn witness(&self, message: MessageHash) -> Result<AuthWitness, AccountError> {
        match self {
            Self::Account { account, signer } => account.authorize(message, *signer).await,
            Self::Simulated(_) => Ok(AuthWitness { request_hash: message.to_field(), witness: Vec::new() }),
            Self::Nobody => Err(AccountError::Nobody),
        }
    }

    /// Authorizes somebody else's private call or other action.
    ///
    /// # Errors
    /// If the signer does not sign, or there is no account.
    pub async fn authorize(&self, intent: &Intent, chain: ChainInfo) -> Result<AuthWitness, AccountError> {
        self.witness(intent.message_hash(chain)).await
    }

    /// The call to the entrypoint, and the witness that authorizes it.
    async fn entrypoint(
        &self,
        payload: &ExecutionPayload,
        options: AccountOptions,
    ) -> Result<(EntrypointCall, Option<AuthWitness>), AccountError> {
        if let Self::Nobody = self {
            return Ok((EntrypointCall::multi_call(&payload.calls, options.tx_nonce)?, None));
        }
        let entrypoint = EntrypointCall::account(self.address(), &payload.calls, options)?;
        let witness = self.witness(entrypoint.payload_hash).await?;
        Ok((entrypoint, Some(witness)))
    }

    /// The request that makes the calls of a payload.
    ///
    /// # Errors
    /// If there are too many calls, or the signer does not sign.
    pub async fn request(
        &self,
        payload: ExecutionPayload,
        options: &TxOptions,
        rng: &dyn Rng,
    ) -> Result<TxExecutionRequest, AccountError> {
        let tx_nonce = options.tx_nonce.unwrap_or_else(|| rng.field());
        let TxOptions { fee_payment_method, cancellable, .. } = *options;
        let how = AccountOptions { tx_nonce, fee_payment_method, cancellable };
        let (EntrypointCall { call, args_hash, hashed_calls, .. }, witness) = self.entrypoint(&payload, how).await?;
        let mut args_of_calls = Vec::from(hashed_calls);
        args_of_calls.push(HashedValues { values: call.args, hash: args_hash });
        args_of_calls.extend(payload.extra_hashed_args);
        let mut auth_witnesses = payload.auth_witnesses;
        auth_witnesses.extend(witness);
        Ok(TxExecutionRequest {
            origin: call.to,
            function_selector: call.selector,
            first_call_args_hash: args_hash,
            tx_context: context(options.chain, options.gas),
            args_of_calls,
            auth_witnesses,
            capsules: payload.capsules,
            salt: rng.field(),
        })
    }

    /// The payload of one call, to the entrypoint, that makes the calls of a payload. So an account does something, such
    /// as paying, within a transaction that another entrypoint begins. It pays if the payload names nobody else.
    ///
    /// # Errors
    /// If there are too many calls, or the signer does not sign.
    pub async fn wrap(
        &self,
        payload: ExecutionPayload,
        fee_payment_method: FeePaymentMethod,
        rng: &dyn Rng,
    ) -> Result<ExecutionPayload, AccountError> {
        let how = AccountOptions { tx_nonce: rng.field(), fee_payment_method, cancellable: false };
        let (EntrypointCall { call, hashed_calls, .. }, witness) = self.entrypoint(&payload, how).await?;
        let fee_payer = match self {
            Self::Nobody => payload.fee_payer,
            account => payload.fee_payer.or(Some(account.address())),
        };
        Ok(ExecutionPayload {
            calls: alloc::vec![call],
            auth_witnesses: witness.into_iter().chain(payload.auth_witnesses).collect(),
            capsules: payload.capsules,
            extra_hashed_args: hashed_calls.into_iter().chain(payload.extra_hashed_args).collect(),
            fee_payer,
        })
    }
}

fn context(chain: ChainInfo, gas_settings: GasSettings) -> TxContext {
    TxContext { chain_id: chain.chain_id, version: chain.version, gas_settings }
}

/// The request that is one private call and nothing around it.
///
/// # Errors
/// If the payload is anything else.
pub fn direct_request(
    payload: ExecutionPayload,
    chain: ChainInfo,
    gas: GasSettings,
    rng: &dyn Rng,
) -> Result<TxExecutionRequest, AccountError> {
    let found = payload.calls.len();
    let [call] = <[_; 1]>::try_from(payload.calls).map_err(|_| AccountError::NotOnePrivateCall { found })?;
    if call.function_type != FunctionType::Private {
        return Err(AccountError::NotOnePrivateCall { found });
    }
    let args = HashedValues::from_args(call.args);
    Ok(TxExecutionRequest {
        origin: call.to,
        function_selector: call.selector,
        first_call_args_hash: args.hash,
        tx_context: context(chain, gas),
        args_of_calls: core::iter::once(args).chain(payload.extra_hashed_args).collect(),
        auth_witnesses: payload.auth_witnesses,
        capsules: payload.capsules,
        salt: rng.field(),
    })
}
