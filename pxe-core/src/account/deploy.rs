//! What publishes and initializes contracts, accounts among them.
//!
//! Protocol source: `@aztec/aztec.js/src/contract/deploy_method.ts`, `@aztec/aztec.js/src/deployment/`,
//! `@aztec/aztec.js/src/wallet/deploy_account_method.ts` and `account_entrypoint_meta_payment_method.ts` beside it.

use alloc::vec;
use alloc::vec::Vec;

use protocol::abi::{FunctionCall, FunctionSelector, FunctionType, bytes_to_fields};
use protocol::address::AztecAddress;
use protocol::codec::ToFields;
use protocol::constants::{CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT, MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS};
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{ClassIdPreimage, ContractInstanceWithAddress};
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::tx::{Capsule, ExecutionPayload};

use super::{Account, AccountError, Sender, Signer};
use crate::port::Rng;

/// `publish(Field,Field,Field)` of the class registry.
const PUBLISH_CLASS: FunctionSelector = FunctionSelector(0x6934_ed0d);
/// `publish_for_public_execution` of the instance registry.
const PUBLISH_INSTANCE: FunctionSelector = FunctionSelector(0x16ec_12aa);

fn registry_call(registry: ProtocolContract, name: &str, selector: FunctionSelector, args: Vec<Fr>) -> FunctionCall {
    FunctionCall {
        name: name.into(),
        to: registry.address(),
        selector,
        function_type: FunctionType::Private,
        hide_msg_sender: false,
        is_static: false,
        args,
        return_types: Vec::new(),
    }
}

/// The payload that publishes a class: the call, and the public bytecode in a capsule. Networks need it before they can
/// run the public functions of any contract of the class.
///
/// # Errors
/// If the bytecode is longer than can be published.
pub fn publish_class(class: &ClassIdPreimage, public_bytecode: &[u8]) -> Result<ExecutionPayload, AccountError> {
    let registry = ProtocolContract::ContractClassRegistry;
    let args = vec![class.artifact_hash, class.private_functions_root, class.public_bytecode_commitment];
    let capsule = Capsule {
        contract_address: registry.address(),
        storage_slot: CONTRACT_CLASS_REGISTRY_BYTECODE_CAPSULE_SLOT,
        data: bytes_to_fields(public_bytecode, MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS)?,
    };
    let call = registry_call(registry, "publish", PUBLISH_CLASS, args);
    Ok(ExecutionPayload { calls: vec![call], capsules: vec![capsule], ..ExecutionPayload::default() })
}

/// The call that publishes an instance. Networks need it before they can run the contract's public functions.
#[must_use]
pub fn publish_instance(instance: &ContractInstanceWithAddress) -> FunctionCall {
    let instance = &instance.instance;
    let class = instance.current_contract_class_id.to_field();
    let mut args = vec![instance.salt, class, instance.initialization_hash.to_field()];
    instance.public_keys.write_fields(&mut args);
    args.push(Fr::from(instance.deployer == AztecAddress::ZERO));
    let registry = ProtocolContract::ContractInstanceRegistry;
    registry_call(registry, "publish_for_public_execution", PUBLISH_INSTANCE, args)
}

/// What is to be done so that a contract can be used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployment {
    /// Publishes the class, see [`publish_class`]; nothing if the network has it, or needs it not.
    pub class: Option<ExecutionPayload>,
    /// Publishes the instance, see [`publish_instance`]; nothing if the contract has no public functions.
    pub instance: Option<FunctionCall>,
    /// Initializes the contract; nothing if it has no initializer.
    pub constructor: Option<FunctionCall>,
    /// Authorizations and capsules that these calls need.
    pub with: ExecutionPayload,
}

impl Deployment {
    /// One payload of it all, fee first. `contract` is for the message.
    ///
    /// # Errors
    /// If there is nothing to do, or two fee payers are named.
    pub fn payload(self, contract: AztecAddress, fee: ExecutionPayload) -> Result<ExecutionPayload, AccountError> {
        let Self { class, instance, constructor, with } = self;
        if class.is_none() && instance.is_none() && constructor.is_none() {
            return Err(AccountError::NothingToDo(contract));
        }
        let calls = |call: Option<FunctionCall>| ExecutionPayload {
            calls: call.into_iter().collect(),
            ..ExecutionPayload::default()
        };
        let class = class.unwrap_or_default();
        Ok(ExecutionPayload::merge([with, fee, class, calls(instance), calls(constructor)])?)
    }
}

/// Deploying an account. Neither its class nor the instance has to be published: what accounts do is private.
impl Account {
    /// The payload in which the account pays for its own deployment, for [`Sender::Nobody`]: the constructor first, for
    /// the account must exist before it can pay; then a call to its entrypoint, which pays. `fee` is the payload of the
    /// fee method, empty when the account has fee juice already.
    ///
    /// # Errors
    /// If there is nothing to deploy, or the signer does not sign.
    pub async fn self_paid_deployment(
        &self,
        signer: &dyn Signer,
        more: Deployment,
        fee: ExecutionPayload,
        rng: &dyn Rng,
    ) -> Result<ExecutionPayload, AccountError> {
        let deployment = self.deployment(more).payload(self.address(), ExecutionPayload::default())?;
        let method = match fee.fee_payer {
            Some(payer) if payer != self.address() => FeePaymentMethod::External,
            _ if fee.calls.is_empty() => FeePaymentMethod::PreexistingFeeJuice,
            _ => FeePaymentMethod::FeeJuiceWithClaim,
        };
        let fee = Sender::Account { account: self, signer }.wrap(fee, method, rng).await?;
        Ok(ExecutionPayload::merge([deployment, fee])?)
    }

    /// The payload with which another account deploys this one and pays as `fee` says.
    ///
    /// # Errors
    /// If there is nothing to deploy.
    pub fn deployment_by_another(
        &self,
        more: Deployment,
        fee: ExecutionPayload,
    ) -> Result<ExecutionPayload, AccountError> {
        self.deployment(more).payload(self.address(), fee)
    }

    fn deployment(&self, more: Deployment) -> Deployment {
        Deployment { constructor: more.constructor.or_else(|| self.constructor()), ..more }
    }
}
