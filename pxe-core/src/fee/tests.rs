//! Payloads of fee methods, and gas settings.

use alloc::string::ToString;

use pollster::block_on;
use protocol::abi::{FunctionCall, FunctionSelector, FunctionType};
use protocol::address::AztecAddress;
use protocol::authwit::{Intent, set_authorized};
use protocol::entrypoint::FeePaymentMethod;
use protocol::field::Fr;
use protocol::gas::{FeePerGas, Gas, GasFees, GasSettings, GasUsed};

use super::*;
use crate::account::tests::{CHAIN, Counting, account};
use crate::account::{AccountKind, Sender};

fn gas() -> GasSettings {
    GasSettings {
        gas_limits: Gas { da_gas: 10, l2_gas: 100 },
        max_fees_per_gas: GasFees { fee_per_da_gas: FeePerGas(3), fee_per_l2_gas: FeePerGas(7) },
        ..GasSettings::default()
    }
}

fn selector(signature: &str) -> FunctionSelector {
    FunctionSelector::from_signature(signature).unwrap()
}

#[test]
fn each_method_has_its_calls_and_payer() {
    block_on(async {
        let (account, signer) = account(AccountKind::Schnorr);
        let sender = Sender::Account { account: &account, signer: &signer };
        let (contract, asset) = (AztecAddress::from_u64(500), AztecAddress::from_u64(600));
        let payload = async |method: FeeMethod| {
            let payload = method.payload(&sender, CHAIN, &gas(), &Counting::default()).await.unwrap();
            let payer = method.payer(account.address());
            assert!(payload.fee_payer.is_none_or(|named| named == payer));
            payload
        };

        let own = payload(FeeMethod::FeeJuice).await;
        assert!(own.calls.is_empty() && own.fee_payer.is_none());

        let claim = FeeJuiceClaim { amount: 1 << 70, secret: Fr::from(5u8), message_leaf_index: 6 };
        assert!(!alloc::format!("{claim:?}").contains("secret"));
        let claimed = payload(FeeMethod::Claim(claim)).await;
        let [call] = &claimed.calls[..] else { panic!("one call") };
        assert_eq!(call.selector, selector("claim_and_end_setup((Field),u128,Field,Field)"));
        let args = [account.address().to_field(), Fr::from(1u128 << 70), Fr::from(5u8), Fr::from(6u8)];
        assert_eq!((call.to, &call.args[..]), (AztecAddress::from_u64(5), &args[..]));
        assert_eq!(claimed.fee_payer, Some(account.address()));

        let sponsored = payload(FeeMethod::Sponsored { sponsor: contract }).await;
        assert_eq!(sponsored.calls[0].selector, selector("sponsor_unconditionally()"));
        assert_eq!(sponsored.fee_payer, Some(contract));

        let private = payload(FeeMethod::Private { contract, asset }).await;
        let [call] = &private.calls[..] else { panic!("one call") };
        assert_eq!(call.selector, selector("fee_entrypoint_private(u128,Field)"));
        let [max_fee, nonce] = call.args[..] else { panic!("two arguments") };
        assert_eq!(max_fee, Fr::from(730u32));
        let taking = |name: &str, function_type| FunctionCall {
            name: name.split('(').next().unwrap_or_default().to_string(),
            to: asset,
            selector: selector(name),
            function_type,
            args: [account.address().to_field(), contract.to_field(), max_fee, nonce].into(),
            ..FunctionCall::empty()
        };
        let call = taking("transfer_to_public((Field),(Field),u128,Field)", FunctionType::Private);
        let message = Intent::Call { caller: contract, call }.message_hash(CHAIN);
        assert_eq!(private.auth_witnesses[0].request_hash, message.to_field());

        let public = payload(FeeMethod::Public { contract, asset }).await;
        let [allowing, paying] = &public.calls[..] else { panic!("two calls") };
        assert_eq!(paying.selector, selector("fee_entrypoint_public(u128,Field)"));
        assert_eq!(paying.args[..], [max_fee, nonce]);
        let call = taking("transfer_in_public((Field),(Field),u128,Field)", FunctionType::Public);
        let message = Intent::Call { caller: contract, call }.message_hash(CHAIN);
        assert_eq!(*allowing, set_authorized(message, true));

        assert_eq!(accepted_asset(contract).selector, selector("get_accepted_asset()"));
        assert_eq!(accepted_asset(contract).return_types[0].field_count(), Ok(1));
    });
}

#[test]
fn nobody_pays_only_through_a_sponsor() {
    block_on(async {
        let rng = Counting::default();
        let sponsored = FeeMethod::Sponsored { sponsor: AztecAddress::from_u64(500) };
        assert!(sponsored.payload(&Sender::Nobody, CHAIN, &gas(), &rng).await.is_ok());
        let own = FeeMethod::FeeJuice.payload(&Sender::Nobody, CHAIN, &gas(), &rng).await;
        assert!(matches!(own, Err(FeeError::NoAccount)));
        // More than a 128-bit amount.
        let high = GasFees { fee_per_da_gas: FeePerGas(u128::MAX), fee_per_l2_gas: FeePerGas(1) };
        let high = GasSettings { max_fees_per_gas: high, ..gas() };
        let (contract, asset) = (AztecAddress::from_u64(500), AztecAddress::from_u64(600));
        let simulated = Sender::Simulated(AztecAddress::from_u64(77));
        let method = FeeMethod::Public { contract, asset };
        assert!(matches!(method.payload(&simulated, CHAIN, &high, &rng).await, Err(FeeError::TooHigh)));
    });
}

#[test]
fn the_entrypoint_is_told_who_pays() {
    let (account, other) = (AztecAddress::from_u64(1000), AztecAddress::from_u64(1001));
    assert_eq!(payment_method(account, None), FeePaymentMethod::PreexistingFeeJuice);
    assert_eq!(payment_method(account, Some(account)), FeePaymentMethod::FeeJuiceWithClaim);
    assert_eq!(payment_method(account, Some(other)), FeePaymentMethod::External);
}

#[test]
fn gas_settings_are_filled_in() {
    let fees = |da, l2| GasFees { fee_per_da_gas: FeePerGas(da), fee_per_l2_gas: FeePerGas(l2) };
    let padding = FeePadding::default();
    assert_eq!(padding.max_fees(fees(10, 3)), fees(15, 5));
    assert_eq!(padding.max_fees(fees(u128::MAX, 0)), fees(u128::MAX, 0));
    assert_eq!(FeePadding(0).max_fees(fees(7, 101)), fees(7, 101));
    assert_eq!(
        FeePadding(10).max_fees(fees(1 << 100, 101)),
        fees((1 << 100) + ((1u128 << 100) * 10).div_ceil(100), 112)
    );

    let settings = GasOptions::default().complete(fees(10, 4), padding);
    assert_eq!(settings, GasSettings::with_default_limits(fees(15, 6)));
    let said = GasOptions {
        gas_limits: Some(Gas { da_gas: 1, l2_gas: 2 }),
        max_fees_per_gas: Some(fees(1, 2)),
        max_priority_fees_per_gas: Some(fees(3, 4)),
        ..GasOptions::default()
    };
    let settings = said.complete(fees(10, 4), padding);
    assert_eq!((settings.gas_limits, settings.max_fees_per_gas), (Gas { da_gas: 1, l2_gas: 2 }, fees(1, 2)));
    assert_eq!(settings.max_priority_fees_per_gas, fees(3, 4));
    assert_eq!(settings.teardown_gas_limits, GasSettings::with_default_limits(fees(0, 0)).teardown_gas_limits);
    let estimating = said.for_estimation(fees(10, 4), padding);
    assert_eq!(estimating.gas_limits, GasSettings::for_estimation(fees(0, 0)).gas_limits);
    assert_eq!(estimating.max_priority_fees_per_gas, fees(3, 4));

    let used = GasUsed {
        total_gas: Gas { da_gas: 100, l2_gas: 1000 },
        teardown_gas: Gas { da_gas: 10, l2_gas: 0 },
        ..GasUsed::default()
    };
    let estimated = GasOptions::default().with_estimate(&used, 0.5).unwrap();
    assert_eq!(estimated.gas_limits, Some(Gas { da_gas: 150, l2_gas: 1500 }));
    assert_eq!(estimated.teardown_gas_limits, Some(Gas { da_gas: 15, l2_gas: 0 }));
    assert_eq!(said.with_estimate(&used, 0.5).unwrap().gas_limits, said.gas_limits);
    let too_much = GasUsed { total_gas: Gas { da_gas: 0, l2_gas: 6_500_000 }, ..used };
    assert!(said.with_estimate(&too_much, DEFAULT_GAS_PADDING).is_err());
}
