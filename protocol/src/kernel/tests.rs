use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::codec::{Decode, Encode, FromFields, ToFields};

macro_rules! round_trips {
    ($($test:ident: $ty:ty),* $(,)?) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(8))]
            $(#[test]
            fn $test(value: $ty) {
                prop_assert_eq!(&<$ty>::from_buffer(&value.to_buffer()).unwrap(), &value);
                prop_assert_eq!(&<$ty>::from_fields(&value.to_fields()).unwrap(), &value);
            })*
        }
    };
}
round_trips! {
    context_inputs: PrivateContextInputs,
    to_avm: PrivateToAvmAccumulatedData,
    scoped_log: Scoped<PrivateLogData>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    // Keys compare in constant time only; points lose their infinity flag in bytes. So forms are compared.
    #[test]
    fn circuit_public_inputs(value: PrivateCircuitPublicInputs) {
        let (bytes, fields) = (value.to_buffer(), value.to_fields());
        prop_assert_eq!(&PrivateCircuitPublicInputs::from_fields(&fields).unwrap().to_buffer(), &bytes);
        prop_assert_eq!(&PrivateCircuitPublicInputs::from_buffer(&bytes).unwrap(), &value);
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&crate::json::from_str::<PrivateCircuitPublicInputs>(&json).unwrap(), &value);
    }

    #[test]
    fn kernel_public_inputs(value: PrivateKernelCircuitPublicInputs) {
        prop_assert_eq!(&PrivateKernelCircuitPublicInputs::from_fields(&value.to_fields()).unwrap(), &value);
        prop_assert_eq!(&PrivateKernelCircuitPublicInputs::from_buffer(&value.to_buffer()).unwrap(), &value);
    }

    #[test]
    fn tail_public_inputs(value: PrivateKernelTailCircuitPublicInputs) {
        let (bytes, fields) = (value.to_buffer(), value.to_fields());
        prop_assert_eq!(bytes.len(), if value.for_public().is_some() { 82722 } else { 38557 });
        prop_assert_eq!(fields.len(), if value.for_public().is_some() { 2784 } else { 1281 });
        prop_assert_eq!(&PrivateKernelTailCircuitPublicInputs::from_buffer(&bytes).unwrap(), &value);
        prop_assert_eq!(&PrivateKernelTailCircuitPublicInputs::from_circuit_output(&fields).unwrap(), &value);
        // Cut anywhere, it is refused.
        for cut in [0, 1, 440, 38556, bytes.len() - 1] {
            prop_assert!(PrivateKernelTailCircuitPublicInputs::from_buffer(&bytes[..cut]).is_err());
        }
    }
}

#[test]
fn a_broken_field_is_named() {
    let mut bytes = PrivateKernelTailCircuitPublicInputs {
        constants: TxConstantData::default(),
        gas_used: crate::gas::Gas::default(),
        fee_payer: crate::address::AztecAddress::ZERO,
        expiration_timestamp: 0.into(),
        effects: TailEffects::ForPublic(Default::default()),
    }
    .to_buffer();
    let broken = |offset: usize, bytes: &mut Vec<u8>| {
        bytes[offset..offset + 32].fill(0xff);
        let error = PrivateKernelTailCircuitPublicInputs::from_buffer(bytes).unwrap_err();
        bytes[offset..offset + 32].fill(0);
        assert_eq!(error.offset, offset);
        error.path
    };
    assert_eq!(broken(1, &mut bytes), "constants.anchorBlockHeader.lastArchive.root");
    // Header, context, roots, gas, payer and time; then note hashes and the second nullifier.
    let effects = 1 + 440 + 144 + 64 + 8 + 32 + 8;
    let nullifier = effects + 65 * 32;
    assert_eq!(broken(nullifier, &mut bytes), "forPublic.nonRevertibleAccumulatedData.nullifiers[1]");
    let log = effects + 128 * 32 + 8 * 84 + 516 * 3 + 32 * 2;
    assert_eq!(broken(log, &mut bytes), "forPublic.nonRevertibleAccumulatedData.privateLogs[3].fields[2]");
    bytes[0] = 2;
    let error = PrivateKernelTailCircuitPublicInputs::from_buffer(&bytes).unwrap_err();
    assert_eq!(alloc::string::ToString::to_string(&error), "isForPublic: a boolean must be 0 or 1 (at byte 0)");
}
