//! Ways to pay, as payloads.
//!
//! Protocol source: `@aztec/aztec.js/src/fee/`, `@aztec/aztec.js/src/utils/fee_juice.ts`.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use protocol::abi::{AbiType, AbiVariable, FunctionCall, FunctionSelector, FunctionType, StructType};
use protocol::address::AztecAddress;
use protocol::authwit::{ChainInfo, Intent, set_authorized};
use protocol::contract::protocol::ProtocolContract;
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::gas::GasSettings;
use protocol::hash::silo::map_slot;
use protocol::tx::ExecutionPayload;
use zeroize::ZeroizeOnDrop;

use super::FeeError;
use crate::account::Sender;
use crate::port::Rng;

/// `claim_and_end_setup((Field),u128,Field,Field)` of fee juice.
const CLAIM_AND_END_SETUP: FunctionSelector = FunctionSelector(0xcbe6_7243);
/// `sponsor_unconditionally()` of a sponsor.
const SPONSOR_UNCONDITIONALLY: FunctionSelector = FunctionSelector(0x23d7_7f89);
/// `fee_entrypoint_private(u128,Field)` of a fee-paying contract.
const FEE_ENTRYPOINT_PRIVATE: FunctionSelector = FunctionSelector(0xa923_4782);
/// `fee_entrypoint_public(u128,Field)` of a fee-paying contract.
const FEE_ENTRYPOINT_PUBLIC: FunctionSelector = FunctionSelector(0x4396_1e52);
/// `get_accepted_asset()` of a fee-paying contract.
const GET_ACCEPTED_ASSET: FunctionSelector = FunctionSelector(0x8a5f_4c9a);
/// `transfer_to_public((Field),(Field),u128,Field)` of a token.
const TRANSFER_TO_PUBLIC: FunctionSelector = FunctionSelector(0xe745_59c9);
/// `transfer_in_public((Field),(Field),u128,Field)` of a token.
const TRANSFER_IN_PUBLIC: FunctionSelector = FunctionSelector(0x8c9e_5472);
/// Slot of the map of balances in the storage of fee juice.
const BALANCES: Fr = Fr::ONE;

/// Fee juice deposited on L1 that waits to be claimed. Whoever knows the secret can.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct FeeJuiceClaim {
    /// How much.
    #[zeroize(skip)]
    pub amount: u128,
    /// The secret whose hash the deposit names.
    pub secret: Fr,
    /// Leaf index of the message.
    #[zeroize(skip)]
    pub message_leaf_index: u64,
}

impl fmt::Debug for FeeJuiceClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { amount, message_leaf_index, .. } = self;
        write!(f, "FeeJuiceClaim({amount} at {message_leaf_index}, ..)")
    }
}

/// A way to pay the fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeeMethod {
    /// The account pays with fee juice it has.
    FeeJuice,
    /// The account pays with fee juice it claims in the same transaction.
    Claim(FeeJuiceClaim),
    /// A contract pays for whoever asks.
    Sponsored {
        /// The contract.
        sponsor: AztecAddress,
    },
    /// A contract pays, and takes tokens from the account's private balance. It is authorized to take the highest fee.
    Private {
        /// The contract.
        contract: AztecAddress,
        /// The token it takes, see [`accepted_asset`].
        asset: AztecAddress,
    },
    /// A contract pays, and takes tokens from the account's public balance.
    Public {
        /// The contract.
        contract: AztecAddress,
        /// The token it takes, see [`accepted_asset`].
        asset: AztecAddress,
    },
}

impl FeeMethod {
    /// Who pays for a transaction of `account`.
    #[must_use]
    pub fn payer(&self, account: AztecAddress) -> AztecAddress {
        match self {
            Self::FeeJuice | Self::Claim(_) => account,
            Self::Sponsored { sponsor: contract } | Self::Private { contract, .. } | Self::Public { contract, .. } => {
                *contract
            }
        }
    }

    /// What is put in front of a transaction's calls so that its fee is paid. Empty, without a payer, for fee juice the
    /// account has: its entrypoint sees to that.
    ///
    /// # Errors
    /// If there is no account where one has to pay, or it does not authorize what is taken from it.
    pub async fn payload(
        &self,
        sender: &Sender<'_>,
        chain: ChainInfo,
        gas: &GasSettings,
        rng: &dyn Rng,
    ) -> Result<ExecutionPayload, FeeError> {
        let account = sender.address();
        if account.is_zero() && !matches!(self, Self::Sponsored { .. }) {
            return Err(FeeError::NoAccount);
        }
        let mut payload = match self {
            Self::FeeJuice => return Ok(ExecutionPayload::default()),
            Self::Claim(claim) => of(call(
                ProtocolContract::FeeJuice.address(),
                ("claim_and_end_setup", CLAIM_AND_END_SETUP),
                vec![account.to_field(), Fr::from(claim.amount), claim.secret, Fr::from(claim.message_leaf_index)],
            )),
            Self::Sponsored { sponsor } => {
                of(call(*sponsor, ("sponsor_unconditionally", SPONSOR_UNCONDITIONALLY), Vec::new()))
            }
            Self::Private { contract, asset } => {
                let (max_fee, nonce) = (max_fee(gas)?, rng.field());
                let taken = [account.to_field(), contract.to_field(), max_fee, nonce];
                let taking = call(*asset, ("transfer_to_public", TRANSFER_TO_PUBLIC), taken.into());
                let witness = sender.authorize(&Intent::Call { caller: *contract, call: taking }, chain).await?;
                let entrypoint = ("fee_entrypoint_private", FEE_ENTRYPOINT_PRIVATE);
                let paying = call(*contract, entrypoint, vec![max_fee, nonce]);
                ExecutionPayload { auth_witnesses: vec![witness], ..of(paying) }
            }
            Self::Public { contract, asset } => {
                let (nonce, max_fee) = (rng.field(), max_fee(gas)?);
                let taken = [account.to_field(), contract.to_field(), max_fee, nonce];
                let taking = FunctionCall {
                    function_type: FunctionType::Public,
                    ..call(*asset, ("transfer_in_public", TRANSFER_IN_PUBLIC), taken.into())
                };
                let intent = Intent::Call { caller: *contract, call: taking };
                let allowing = set_authorized(intent.message_hash(chain), true);
                let entrypoint = ("fee_entrypoint_public", FEE_ENTRYPOINT_PUBLIC);
                let paying = call(*contract, entrypoint, vec![max_fee, nonce]);
                ExecutionPayload { calls: vec![allowing, paying], ..ExecutionPayload::default() }
            }
        };
        payload.fee_payer = Some(self.payer(account));
        Ok(payload)
    }
}

/// The most the transaction can cost. Contracts take it as a 128-bit amount, one token for one fee juice.
fn max_fee(gas: &GasSettings) -> Result<Fr, FeeError> {
    let limit = gas.fee_limit();
    limit.to_u128().map(|_| limit).ok_or(FeeError::TooHigh)
}

fn of(call: FunctionCall) -> ExecutionPayload {
    ExecutionPayload { calls: vec![call], ..ExecutionPayload::default() }
}

fn call(to: AztecAddress, (name, selector): (&str, FunctionSelector), args: Vec<Fr>) -> FunctionCall {
    FunctionCall {
        name: name.into(),
        to,
        selector,
        function_type: FunctionType::Private,
        hide_msg_sender: false,
        is_static: false,
        args,
        return_types: Vec::new(),
    }
}

/// What an account's entrypoint is told about the fee, given who the payload says pays.
///
/// Protocol source: `completeFeeOptions` in `@aztec/wallet-sdk/src/base-wallet/base_wallet.ts`.
#[must_use]
pub fn payment_method(account: AztecAddress, fee_payer: Option<AztecAddress>) -> FeePaymentMethod {
    match fee_payer {
        None => FeePaymentMethod::PreexistingFeeJuice,
        // A payload whose payer is the account itself claims fee juice.
        Some(payer) if payer == account => FeePaymentMethod::FeeJuiceWithClaim,
        Some(_) => FeePaymentMethod::External,
    }
}

/// The private call that asks a fee-paying contract which token it takes: to be simulated from nobody.
#[must_use]
pub fn accepted_asset(contract: AztecAddress) -> FunctionCall {
    let inner = AbiVariable { name: "inner".into(), ty: AbiType::Field };
    let path = "aztec::protocol_types::address::aztec_address::AztecAddress".into();
    FunctionCall {
        return_types: vec![AbiType::Struct(StructType { path, fields: vec![inner] })],
        ..call(contract, ("get_accepted_asset", GET_ACCEPTED_ASSET), Vec::new())
    }
}

/// Where an account's balance of fee juice is in the public storage of [`ProtocolContract::FeeJuice`].
#[must_use]
pub fn balance_slot(account: AztecAddress) -> Fr {
    map_slot(BALANCES, account.to_field())
}
