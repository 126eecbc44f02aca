//! A wallet, with what tests do again and again.

use std::time::{Duration, Instant};

use node_lite::genesis::test_accounts;
use node_lite::parameters::ParameterSet;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::keys::{PublicKeys, SecretKey};
use protocol::tx::{ExecutionPayload, TxExecutionResult, TxHash, TxReceipt};
use pxe_core::account::AccountKind;
use pxe_core::contract::Instantiation;
use pxe_core::fee::{FeeMethod, GasOptions};
use pxe_core::pxe::silent;
use pxe_core::scopes::Scopes;
use pxe_core::wallet::{AccountOrigin, ContractDeployment, NewAccount, TxRequestOptions, Wallet};
use serde_json::{Value, json};
use tests::client::with_causes;

/// A wallet, with what tests do again and again.
pub(crate) struct TestWallet {
    pub(crate) wallet: Wallet,
    sponsor: AztecAddress,
    parameters: ParameterSet,
    /// Between two looks at the chain, and the longest that a transaction may take to be in a block.
    waits: (Duration, Duration),
}

/// An address as an argument.
pub(crate) fn arg(address: AztecAddress) -> Value {
    json!(address.to_field().to_string())
}

impl TestWallet {
    /// A wallet that pays with the sponsor; `far` is where blocks take their time.
    pub(super) fn new(wallet: Wallet, sponsor: AztecAddress, parameters: ParameterSet, far: bool) -> Self {
        let (look, longest) = if far { (300, 300) } else { (5, 60) };
        Self { wallet, sponsor, parameters, waits: (Duration::from_millis(look), Duration::from_secs(longest)) }
    }

    /// The accounts everybody knows the secrets of: deployed and funded.
    pub(crate) async fn test_accounts(&self) -> Vec<AztecAddress> {
        let mut addresses = Vec::new();
        for account in test_accounts(self.parameters) {
            let secret = SecretKey::from_field(account.secret);
            let origin = AccountOrigin::Secret { secret, salt: account.salt, signing_key: None };
            let new = NewAccount { kind: AccountKind::Schnorr, origin, alias: String::new() };
            let added = self.wallet.add_account(new).await.unwrap();
            assert_eq!(added.address(), account.address);
            addresses.push(added.address());
        }
        addresses
    }

    /// A new account of the seed, not deployed.
    pub(crate) async fn add_account(&self, kind: AccountKind) -> AztecAddress {
        let new = NewAccount { kind, origin: AccountOrigin::Seed(None), alias: String::new() };
        self.wallet.add_account(new).await.unwrap().address()
    }

    /// Deploys an account.
    pub(crate) async fn deploy_account(&self, account: AztecAddress, fee: &FeeMethod) {
        let sent = self.wallet.deploy_account(account, fee, GasOptions::default(), &silent()).await;
        let sent = sent.unwrap_or_else(|error| panic!("{account}: {}", with_causes(&error)));
        self.mined(sent.tx_hash).await;
    }

    /// A new account of the seed, deployed.
    pub(crate) async fn new_account(&self, kind: AccountKind, fee: &FeeMethod) -> AztecAddress {
        let account = self.add_account(kind).await;
        self.deploy_account(account, fee).await;
        account
    }

    /// The contract that pays for everybody.
    pub(crate) fn sponsor(&self) -> AztecAddress {
        self.sponsor
    }

    /// Paid by the contract that pays for everybody.
    pub(crate) fn sponsored(&self) -> FeeMethod {
        FeeMethod::Sponsored { sponsor: self.sponsor }
    }

    pub(crate) fn options(&self, from: AztecAddress) -> TxRequestOptions {
        TxRequestOptions::from(from).paid_by(self.sponsored())
    }

    /// Registers a contract that is there already.
    pub(crate) async fn register(&self, name: &str, at: AztecAddress, args: &[Value], salt: Fr) {
        let artifact = self.wallet.artifact(name).await.unwrap();
        let class = self.wallet.pxe().register_class(&artifact).await.unwrap();
        let place = (salt, AztecAddress::ZERO, PublicKeys::DEFAULT);
        let made = Instantiation::new(&artifact, class, None, args, place).unwrap();
        assert_eq!(made.instance.address, at, "{name} is somewhere else");
        self.wallet.pxe().register_contract(&made.instance).await.unwrap();
    }

    /// Registers a contract that another wallet deployed.
    pub(crate) async fn learn(&self, other: &Self, name: &str, at: AztecAddress) {
        let artifact = self.wallet.artifact(name).await.unwrap();
        self.wallet.pxe().register_class(&artifact).await.unwrap();
        let instance = other.wallet.pxe().instance(at).await.unwrap().unwrap();
        self.wallet.pxe().register_contract(&instance).await.unwrap();
    }

    /// Deploys a contract.
    pub(crate) async fn deploy(&self, name: &str, args: Vec<Value>, from: AztecAddress) -> AztecAddress {
        let artifact = self.wallet.artifact(name).await.unwrap();
        let deployment = ContractDeployment::new(artifact, args);
        let deployed = self.wallet.deploy(&deployment, &self.options(from), &silent()).await;
        let deployed = deployed.unwrap_or_else(|error| panic!("{name}: {}", with_causes(&error)));
        self.mined(deployed.sent.tx_hash).await;
        deployed.instance.address
    }

    /// The payload of one call.
    pub(crate) async fn payload(&self, to: AztecAddress, function: &str, args: &[Value]) -> ExecutionPayload {
        let store = &*self.wallet.pxe().config().store;
        let job = pxe_core::store::Job::begin(store).await.unwrap();
        let call = self.wallet.pxe().contracts().call(&job, to, function, args).await;
        let call = call.unwrap_or_else(|error| panic!("{function}: {error}"));
        ExecutionPayload { calls: vec![call], ..ExecutionPayload::default() }
    }

    /// Makes a call in a transaction and waits until it is in a block.
    pub(crate) async fn send(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> TxReceipt {
        let payload = self.payload(to, function, args).await;
        let sent = self.wallet.send(payload, &self.options(from), &silent()).await;
        let sent = sent.unwrap_or_else(|error| panic!("{function}: {}", with_causes(&error)));
        self.mined(sent.tx_hash).await
    }

    /// Why a call fails.
    pub(crate) async fn fails(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> String {
        let payload = self.payload(to, function, args).await;
        match self.wallet.estimate(payload, &self.options(from), &silent()).await {
            Ok(_) => panic!("{function} does not fail"),
            Err(error) => with_causes(&error),
        }
    }

    /// What a function returns.
    pub(crate) async fn view(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> Vec<Fr> {
        let payload = self.payload(to, function, args).await;
        let call = &payload.calls[0];
        if call.function_type == protocol::abi::FunctionType::Utility {
            let scopes = Scopes::Accounts(vec![from]);
            let returned = self.wallet.pxe().utility(call, &[], &scopes, &silent()).await;
            return returned.unwrap_or_else(|error| panic!("{function}: {}", with_causes(&error)));
        }
        let estimate = self.wallet.estimate(payload, &self.options(from), &silent()).await;
        let estimate = estimate.unwrap_or_else(|error| panic!("{function}: {}", with_causes(&error)));
        estimate.returns.into_iter().next().unwrap_or_default()
    }

    /// What a function that returns one number returns.
    pub(crate) async fn number(&self, from: AztecAddress, to: AztecAddress, function: &str, args: &[Value]) -> u128 {
        self.view(from, to, function, args).await[0].to_u128().unwrap()
    }

    /// Waits until a transaction is in a block; nothing of it may have reverted.
    pub(crate) async fn mined(&self, tx: TxHash) -> TxReceipt {
        let receipt = self.settled(tx).await;
        assert_eq!(receipt.execution_result, Some(TxExecutionResult::Success), "{receipt:?}");
        receipt
    }

    /// Waits until a transaction is in a block.
    pub(crate) async fn settled(&self, tx: TxHash) -> TxReceipt {
        let began = Instant::now();
        loop {
            let receipt = self.wallet.pxe().lookup(tx).await.unwrap().receipt;
            if receipt.is_mined() {
                return receipt;
            }
            let (look, longest) = self.waits;
            assert!(began.elapsed() < longest, "{tx} is not in a block: {receipt:?}");
            tokio::time::sleep(look).await;
        }
    }
}
