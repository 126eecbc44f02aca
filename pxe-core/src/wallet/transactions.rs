//! Simulating and sending payloads of calls.

use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::FunctionType;
use protocol::address::AztecAddress;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::gas::{GasSettings, GasUsed};
use protocol::tx::{ExecutionPayload, TxExecutionRequest, TxHash};

use super::{Wallet, WalletError};
use crate::account::{Account, LocalSigner, Sender, TxOptions};
use crate::contract::Overrides;
use crate::execution::OffchainEffect;
use crate::fee::{DEFAULT_GAS_PADDING, FeeMethod, FeePadding, GasOptions, payment_method};
use crate::node::NodeError;
use crate::pxe::{Lookup, OnProgress, Profile, Pxe, PxeError, SimulateOptions, Simulation};
use crate::scopes::Scopes;
use crate::store::txs::Purpose;

/// Who acts, who pays, and what else the calls may use.
#[derive(Debug, Clone)]
pub struct TxRequestOptions {
    /// The account that acts; zero for nobody, whose calls the multi-call entrypoint makes.
    pub from: AztecAddress,
    /// Who pays, unless the payload says so itself.
    pub fee: FeeMethod,
    /// Gas limits and prices; the rest is chosen here.
    pub gas: GasOptions,
    /// Other accounts of the wallet whose notes and keys the calls may use.
    pub additional_scopes: Vec<AztecAddress>,
    /// A name for the request, random so that nobody else has it: who sends it again under that name, because the answer
    /// was lost, gets the transaction that was made. Empty for none.
    pub name: String,
}

impl TxRequestOptions {
    /// What an account does for its own fee juice.
    #[must_use]
    pub fn from(account: AztecAddress) -> Self {
        Self {
            from: account,
            fee: FeeMethod::FeeJuice,
            gas: GasOptions::default(),
            additional_scopes: Vec::new(),
            name: String::new(),
        }
    }

    /// The same, paid by somebody else.
    #[must_use]
    pub fn paid_by(self, fee: FeeMethod) -> Self {
        Self { fee, ..self }
    }

    fn scopes(&self) -> Scopes {
        let own = Some(self.from).filter(|from| !from.is_zero());
        let mut scopes: Vec<AztecAddress> = Vec::new();
        for account in own.into_iter().chain(self.additional_scopes.iter().copied()) {
            if !scopes.contains(&account) {
                scopes.push(account);
            }
        }
        Scopes::Accounts(scopes)
    }
}

/// What a transaction would do and take.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// What each call returned, in the order of the calls.
    pub returns: Vec<Vec<Fr>>,
    /// What it would use; none if only the node was asked.
    pub gas_used: Option<GasUsed>,
    /// Gas to send it with.
    pub gas: GasOptions,
    /// What it tells the world outside of the chain.
    pub offchain_effects: Vec<OffchainEffect>,
}

/// A transaction that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The transaction.
    pub tx_hash: TxHash,
    /// What it tells the world outside of the chain.
    pub offchain_effects: Vec<OffchainEffect>,
}

/// Who acts, with what signs for it.
pub(super) enum Actor {
    Account(alloc::boxed::Box<Account>, LocalSigner),
    Simulated(AztecAddress),
    Nobody,
}

impl Actor {
    pub(super) fn sender(&self) -> Sender<'_> {
        match self {
            Self::Account(account, signer) => Sender::Account { account, signer },
            Self::Simulated(address) => Sender::Simulated(*address),
            Self::Nobody => Sender::Nobody,
        }
    }
}

impl Wallet {
    pub(super) async fn actor(&self, from: AztecAddress) -> Result<Actor, WalletError> {
        if from.is_zero() {
            return Ok(Actor::Nobody);
        }
        let (account, signer) = self.signer(from).await?;
        Ok(Actor::Account(alloc::boxed::Box::new(account), signer))
    }

    /// The settings of a transaction, and the client that simulates or proves it: [`Pxe::min_fees`].
    pub(super) async fn gas_settings(
        &self,
        gas: &GasOptions,
        estimating: bool,
    ) -> Result<(GasSettings, Pxe), WalletError> {
        let (min, pxe) = self.pxe.min_fees().await?;
        let settings = match estimating {
            true => gas.for_estimation(min, FeePadding::default()),
            false => gas.complete(min, FeePadding::default()),
        };
        Ok((settings, pxe))
    }

    /// The payload with who pays, as a request of the one who acts.
    pub(super) async fn request(
        &self,
        actor: &Actor,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        gas: GasSettings,
    ) -> Result<TxExecutionRequest, WalletError> {
        let (sender, chain) = (actor.sender(), self.pxe.chain());
        let rng = &*self.pxe.config().rng;
        let payload = match payload.fee_payer {
            Some(_) => payload,
            None => {
                self.know_sponsor(&options.fee).await?;
                let fee = options.fee.payload(&sender, chain, &gas, rng).await?;
                ExecutionPayload::merge([fee, payload])?
            }
        };
        self.unpaid_request(actor, payload, gas).await
    }

    /// The payload as it is, as a request of the one who acts.
    async fn unpaid_request(
        &self,
        actor: &Actor,
        payload: ExecutionPayload,
        gas: GasSettings,
    ) -> Result<TxExecutionRequest, WalletError> {
        let (sender, chain) = (actor.sender(), self.pxe.chain());
        let fee_payment_method = payment_method(sender.address(), payload.fee_payer);
        let options = TxOptions { chain, gas, fee_payment_method, cancellable: false, tx_nonce: None };
        Ok(sender.request(payload, &options, &*self.pxe.config().rng).await?)
    }

    /// Finds out what calls would return, do and take, with the gas they would be sent with. Nothing is signed: something
    /// that accepts every signature stands in for the account. Public functions that only read are asked of the node as
    /// they are.
    ///
    /// # Errors
    /// If a call fails.
    pub async fn try_out(
        &self,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        on_progress: &OnProgress,
    ) -> Result<Estimate, WalletError> {
        self.run_with(false, payload, options, on_progress).await
    }

    /// The same with gas that never runs out, to find out how much is needed.
    ///
    /// # Errors
    /// If a call fails.
    pub async fn estimate(
        &self,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        on_progress: &OnProgress,
    ) -> Result<Estimate, WalletError> {
        let found = self.run_with(true, payload.clone(), options, on_progress).await;
        // What fails publicly takes all gas there is, and a node only says that this is too much.
        if let Err(error @ WalletError::Pxe(PxeError::Node(NodeError::Refused { .. }))) = found {
            self.try_out(payload, options, on_progress).await?;
            return Err(error);
        }
        found
    }

    async fn run_with(
        &self,
        estimating: bool,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        on_progress: &OnProgress,
    ) -> Result<Estimate, WalletError> {
        let (gas, pxe) = self.gas_settings(&options.gas, estimating).await?;
        let (asked, rest) = super::view::split(payload.calls);
        let mut returns = self.view(&asked, options.from, gas).await?;
        if rest.is_empty() {
            let (gas, offchain_effects) = (options.gas, Vec::new());
            return Ok(Estimate { returns, gas_used: None, gas, offchain_effects });
        }
        let kinds: Vec<_> = rest.iter().map(|call| call.function_type).collect();
        let payload = ExecutionPayload { calls: rest, ..payload };
        let (actor, overrides) = match options.from.is_zero() {
            true => (Actor::Nobody, Overrides::new()),
            false => {
                let stand_in = self.stand_in(options.from).await?;
                (Actor::Simulated(options.from), Overrides::from([(options.from, stand_in)]))
            }
        };
        let request = match (&actor, payload.fee_payer, &options.fee) {
            // Only what it would do is asked; nobody pays.
            (Actor::Nobody, None, FeeMethod::FeeJuice) => self.unpaid_request(&actor, payload, gas).await?,
            _ => self.request(&actor, payload, options, gas).await?,
        };
        let simulate = SimulateOptions { public: true, overrides, ..SimulateOptions::default() };
        let simulation = pxe.simulate(&request, &simulate, &options.scopes(), on_progress).await?;
        let own = |kind| kinds.iter().filter(|own| **own == kind).count();
        let mut private = last(simulation.private_returns(), own(FunctionType::Private));
        let mut public = last(simulation.public_returns(), own(FunctionType::Public));
        returns.extend(kinds.iter().map(|kind| {
            let next = match kind {
                FunctionType::Private => private.next(),
                FunctionType::Public => public.next(),
                FunctionType::Utility => None,
            };
            next.unwrap_or_default()
        }));
        let gas = options.gas.with_estimate(&simulation.gas, DEFAULT_GAS_PADDING)?;
        let offchain_effects = simulation.offchain_effects();
        Ok(Estimate { returns, gas_used: Some(simulation.gas), gas, offchain_effects })
    }

    /// Runs the kernels over calls, too, without a proof: what would be sent, as far as it can be known.
    ///
    /// # Errors
    /// If a call fails or a kernel refuses.
    pub async fn simulate(
        &self,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        simulate: &SimulateOptions,
        on_progress: &OnProgress,
    ) -> Result<Simulation, WalletError> {
        let (gas, pxe) = self.gas_settings(&options.gas, false).await?;
        let request = self.request(&self.actor(options.from).await?, payload, options, gas).await?;
        Ok(pxe.simulate(&request, simulate, &options.scopes(), on_progress).await?)
    }

    /// Finds out what each circuit of calls takes.
    ///
    /// # Errors
    /// If a call fails or a kernel refuses.
    pub async fn profile(
        &self,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        count_gates: bool,
        on_progress: &OnProgress,
    ) -> Result<Profile, WalletError> {
        let (gas, pxe) = self.gas_settings(&options.gas, false).await?;
        let request = self.request(&self.actor(options.from).await?, payload, options, gas).await?;
        Ok(pxe.profile(&request, &options.scopes(), count_gates, on_progress).await?)
    }

    /// Runs calls privately, proves them, records the transaction and hands it in. Of a request that was sent already, by its
    /// name, only the transaction is known.
    ///
    /// # Errors
    /// If a call fails, there is no proof, or the node refuses.
    pub async fn send(
        &self,
        payload: ExecutionPayload,
        options: &TxRequestOptions,
        on_progress: &OnProgress,
    ) -> Result<Sent, WalletError> {
        if let Some(tx_hash) = self.sent_by(&options.name).await? {
            return Ok(Sent { tx_hash, offchain_effects: Vec::new() });
        }
        let (gas, pxe) = self.gas_settings(&options.gas, false).await?;
        let purpose = Purpose { request: options.name.clone(), ..Purpose::of(options.from, &payload) };
        let request = self.request(&self.actor(options.from).await?, payload, options, gas).await?;
        send_request(&pxe, &request, &options.scopes(), purpose, on_progress).await
    }

    /// The transaction that a request of this name made.
    async fn sent_by(&self, name: &str) -> Result<Option<TxHash>, WalletError> {
        if name.is_empty() {
            return Ok(None);
        }
        let records = self.pxe.transactions(Lookup::Stored).await?;
        Ok(records.iter().find(|record| record.purpose.request == name).map(|record| record.hash))
    }

    /// Fee juice of an account or contract, at the newest block.
    ///
    /// # Errors
    /// If the node does not answer.
    pub async fn fee_juice(&self, of: AztecAddress) -> Result<Fr, WalletError> {
        let contract = ProtocolContract::FeeJuice.address();
        let slot = crate::fee::balance_slot(of);
        let block = protocol::block::BlockParameter::Latest;
        Ok(self.pxe.node().call(protocol::rpc::node::GetPublicStorageAt { block, contract, slot }).await?)
    }
}

/// Proves a request, records the transaction and hands it in.
pub(super) async fn send_request(
    pxe: &Pxe,
    request: &TxExecutionRequest,
    scopes: &Scopes,
    purpose: Purpose,
    on_progress: &OnProgress,
) -> Result<Sent, WalletError> {
    let proven = pxe.prove(request, scopes, on_progress).await?;
    let tx_hash = pxe.send(&proven, purpose, on_progress).await?;
    Ok(Sent { tx_hash, offchain_effects: proven.offchain_effects() })
}

/// The last `count` of some values: what the calls of fee methods return comes first.
fn last(values: Vec<Vec<Fr>>, count: usize) -> impl Iterator<Item = Vec<Fr>> {
    let skipped = values.len().saturating_sub(count);
    values.into_iter().skip(skipped)
}
