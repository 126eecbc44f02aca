//! Deploying accounts and other contracts.

use alloc::sync::Arc;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::artifact::ContractArtifact;
use protocol::block::BlockParameter;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::hash::silo::silo_nullifier;
use protocol::keys::PublicKeys;
use protocol::rpc::node::{GetContractClass, GetNullifierMembershipWitness};
use protocol::tx::ExecutionPayload;

use super::transactions::{Actor, send_request};
use super::{Sent, TxRequestOptions, Wallet, WalletError};
use crate::account::{Deployment, Sender, publish_class, publish_instance};
use crate::contract::Instantiation;
use crate::fee::{FeeMethod, GasOptions};
use crate::pxe::OnProgress;
use crate::scopes::Scopes;
use crate::store::Job;
use crate::store::txs::Purpose;

/// A contract to deploy.
#[derive(Debug, Clone)]
pub struct ContractDeployment {
    /// Its code.
    pub artifact: Arc<ContractArtifact>,
    /// Which initializer is called; none for the default one.
    pub initializer: Option<alloc::string::String>,
    /// Its arguments, as dapps write them.
    pub arguments: Vec<serde_json::Value>,
    /// Salt of the address; random unless told.
    pub salt: Option<Fr>,
    /// Keys of the contract, if it can own notes.
    pub public_keys: PublicKeys,
    /// Whether the address is the same whoever deploys.
    pub universal: bool,
    /// Leave out publishing the class, even if the network does not have it.
    pub skip_class: bool,
    /// Leave out publishing the instance: public functions cannot be called then.
    pub skip_instance: bool,
    /// Leave out calling the initializer.
    pub skip_initialization: bool,
}

impl ContractDeployment {
    /// A contract with arguments for its default initializer.
    #[must_use]
    pub fn new(artifact: Arc<ContractArtifact>, arguments: Vec<serde_json::Value>) -> Self {
        Self {
            artifact,
            initializer: None,
            arguments,
            salt: None,
            public_keys: PublicKeys::default(),
            universal: false,
            skip_class: false,
            skip_instance: false,
            skip_initialization: false,
        }
    }
}

/// A contract whose deployment was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// The contract.
    pub instance: ContractInstanceWithAddress,
    /// The transaction.
    pub sent: Sent,
}

impl Wallet {
    /// Deploys a contract: publishes its class unless the network has it, publishes the instance, calls the initializer.
    ///
    /// # Errors
    /// If an argument does not fit, the deployment fails, or the node refuses.
    pub async fn deploy(
        &self,
        deployment: &ContractDeployment,
        options: &TxRequestOptions,
        on_progress: &OnProgress,
    ) -> Result<Deployed, WalletError> {
        let artifact = &*deployment.artifact;
        let class = self.pxe.register_class(artifact).await?;
        let salt = deployment.salt.unwrap_or_else(|| self.pxe.config().rng.field());
        let deployer = if deployment.universal { AztecAddress::ZERO } else { options.from };
        let Instantiation { instance, constructor } = Instantiation::new(
            artifact,
            class,
            deployment.initializer.as_deref(),
            &*deployment.arguments,
            (salt, deployer, deployment.public_keys),
        )?;
        self.pxe.register_contract(&instance).await?;
        let is_published = self.pxe.node().call(GetContractClass { id: class }).await?.is_some();
        let class = match deployment.skip_class || is_published {
            true => None,
            false => Some(self.class_publication(class).await?),
        };
        let plan = Deployment {
            class,
            instance: (!deployment.skip_instance).then(|| publish_instance(&instance)),
            constructor: constructor.filter(|_| !deployment.skip_initialization),
            ..Deployment::default()
        };
        let actor = self.actor(options.from).await?;
        let (gas, _) = self.gas_settings(&options.gas, false).await?;
        let rng = &*self.pxe.config().rng;
        self.know_sponsor(&options.fee).await?;
        let fee = options.fee.payload(&actor.sender(), self.pxe.chain(), &gas, rng).await?;
        let payload = plan.payload(instance.address, fee)?;
        let sent = self.send(payload, options, on_progress).await?;
        Ok(Deployed { instance, sent })
    }

    async fn class_publication(&self, class: ContractClassId) -> Result<ExecutionPayload, WalletError> {
        let job = Job::begin(&*self.pxe.config().store).await?;
        let contracts = self.pxe.contracts();
        let known = contracts.known_class(&job, class).await?;
        let bytecode = contracts.public_bytecode(&job, &known).await?;
        Ok(publish_class(&known.preimage, bytecode.as_bytes())?)
    }

    /// Deploys an account of the wallet, paid as the options say. An account that pays itself does so in the transaction
    /// that makes it.
    ///
    /// # Errors
    /// If the account needs no deployment, it fails, or the node refuses.
    pub async fn deploy_account(
        &self,
        address: AztecAddress,
        fee: &FeeMethod,
        gas: GasOptions,
        on_progress: &OnProgress,
    ) -> Result<Sent, WalletError> {
        let (account, signer) = self.signer(address).await?;
        let rng = &*self.pxe.config().rng;
        let (settings, pxe) = self.gas_settings(&gas, false).await?;
        let sender = Sender::Account { account: &account, signer: &signer };
        self.know_sponsor(fee).await?;
        let fee = fee.payload(&sender, self.pxe.chain(), &settings, rng).await?;
        let payload = account.self_paid_deployment(&signer, Deployment::default(), fee, rng).await?;
        let options = TxRequestOptions { gas, ..TxRequestOptions::from(AztecAddress::ZERO) };
        let purpose = Purpose::of(address, &payload);
        let request = self.request(&Actor::Nobody, payload, &options, settings).await?;
        send_request(&pxe, &request, &Scopes::Accounts(Vec::from([address])), purpose, on_progress).await
    }

    /// Whether a contract was initialized, at the newest block.
    ///
    /// # Errors
    /// If the node does not answer.
    pub async fn is_initialized(&self, address: AztecAddress) -> Result<bool, WalletError> {
        let nullifier = silo_nullifier(address, address.to_field());
        let block = BlockParameter::Latest;
        Ok(self.pxe.node().call(GetNullifierMembershipWitness { block, nullifier }).await?.is_some())
    }
}
