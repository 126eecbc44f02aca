use proptest::prelude::*;
use protocol::abi::{AbiParameter, AbiType, Value, Visibility};
use protocol::address::EthAddress;
use protocol::artifact::{CircuitAbi, CircuitReturn};
use protocol::field::Fr;
use protocol::kernel::{ClaimedLengthArray, Nullifier, PrivateCircuitPublicInputs, PrivateContextInputs, Scoped};

use super::*;
use crate::abi_struct;
use crate::witness::WitnessMap;

/// A struct whose order differs from the circuit's.
#[derive(Debug, Clone, PartialEq)]
struct Inputs {
    amount: u64,
    flags: Vec<Option<bool>>,
    nullifiers: ClaimedLengthArray<Scoped<Nullifier>, 2>,
    to: EthAddress,
}
abi_struct!(Inputs { amount, flags, nullifiers: "effects.nullifiers", to });

fn wrapped() -> AbiType {
    AbiType::structure("Address", [("inner", AbiType::Field)])
}

fn nullifiers() -> AbiType {
    let nullifier = AbiType::structure("Nullifier", [("note_hash", AbiType::Field), ("value", AbiType::Field)]);
    let counted = AbiType::structure("Counted", [("counter", AbiType::unsigned(32)), ("inner", nullifier)]);
    let scoped = AbiType::structure("Scoped", [("contract_address", wrapped()), ("inner", counted)]);
    AbiType::structure("ClaimedLengthArray", [("length", AbiType::unsigned(32)), ("array", AbiType::array(2, scoped))])
}

fn types() -> Vec<(&'static str, AbiType)> {
    vec![
        ("to", wrapped()),
        ("effects", AbiType::structure("Effects", [("nullifiers", nullifiers())])),
        ("flags", AbiType::array(3, AbiType::option(AbiType::Boolean))),
        ("amount", AbiType::unsigned(64)),
    ]
}

fn circuit(types: Vec<(&str, AbiType)>) -> CircuitAbi {
    let visibility = Visibility::Private;
    CircuitAbi {
        parameters: types.into_iter().map(|(name, ty)| AbiParameter { name: name.into(), ty, visibility }).collect(),
        return_type: Some(CircuitReturn { abi_type: nullifiers(), visibility: Visibility::Public }),
        error_types: Default::default(),
    }
}

type Output = ClaimedLengthArray<Scoped<Nullifier>, 2>;

fn map() -> CircuitMap<Inputs, Output> {
    CircuitMap::new(&circuit(types())).unwrap()
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let address = any::<[u8; 20]>().prop_map(EthAddress::from_bytes);
    let flags = proptest::collection::vec(any::<Option<bool>>(), 3);
    (any::<u64>(), flags, any::<Output>(), address).prop_map(|(amount, flags, nullifiers, to)| Inputs {
        amount,
        flags,
        nullifiers,
        to,
    })
}

fn number(value: u64) -> Fr {
    Fr::from(value)
}

#[test]
fn fields_are_in_the_order_of_the_circuit() {
    let nullifier = Nullifier { value: number(11), note_hash: number(12), counter: 13.into() };
    let scoped = Scoped { inner: nullifier, contract_address: number(14).into() };
    let mut address = [0; 20];
    address[19] = 21;
    let inputs = Inputs {
        amount: 31,
        flags: vec![Some(true), None, Some(false)],
        nullifiers: ClaimedLengthArray::from_items(vec![scoped]).unwrap(),
        to: EthAddress::from_bytes(address),
    };
    let expected = [21, 1, 14, 13, 12, 11, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 31].map(number);
    let witness = map().encode(&inputs).unwrap();
    assert_eq!(witness, WitnessMap::from_values(expected));
    let values = decode_parameters(&circuit(types()).parameters, &witness).unwrap();
    assert_eq!(values[3], Value::Unsigned(31));
    assert_eq!(encode_parameters(&circuit(types()).parameters, &values), Ok(witness));
}

proptest! {
    #[test]
    fn typed_values_round_trip(inputs in inputs(), output: Output) {
        let mut witness = map().encode(&inputs).unwrap();
        prop_assert_eq!(&map().decode(&witness).unwrap(), &inputs);
        prop_assert_eq!(map().output(&witness).unwrap_err().kind, MapErrorKind::NoWitness(17));
        let returned = map().output.write(&output).unwrap();
        (17..).zip(returned).for_each(|(index, value)| {
            witness.insert(index, value).unwrap();
        });
        prop_assert_eq!(map().output(&witness).unwrap(), output);
        let untyped = decode_return(&circuit(types()), &witness).unwrap().unwrap();
        prop_assert_eq!(protocol::abi::encode_value(&nullifiers(), &untyped).unwrap().len(), 9);
    }

    #[test]
    fn hostile_witnesses_are_refused_or_read(fields: Vec<Fr>, small in proptest::collection::vec(0u64..3, 17)) {
        let _ = map().decode(&WitnessMap::from_values(fields));
        let witness = WitnessMap::from_values(small.into_iter().map(number));
        if let Ok(inputs) = map().decode(&witness) {
            prop_assert_eq!(map().decode(&map().encode(&inputs).unwrap()).unwrap(), inputs);
        }
    }

    #[test]
    fn any_type_fits_or_is_refused(types: Vec<AbiType>, inputs in inputs()) {
        let names = ["amount", "flags", "effects", "to"];
        let abi = circuit(names.into_iter().zip(types).collect());
        if let Ok(map) = CircuitMap::<Inputs, Output>::new(&abi) {
            let _ = map.encode(&inputs);
        }
    }

    #[test]
    fn private_functions(context: PrivateContextInputs, arguments in proptest::collection::vec(any::<Fr>(), 0..5)) {
        let mut witness = private_function_inputs(&context, &arguments);
        prop_assert_eq!(witness.iter().count(), 37 + arguments.len());
        let index = 37 + u32::try_from(arguments.len()).unwrap();
        let missing = private_function_outputs(arguments.len(), &witness).unwrap_err();
        prop_assert_eq!(missing.kind, MapErrorKind::NoWitness(index));
        let outputs = PrivateCircuitPublicInputs { args_hash: Fr::ONE, ..Default::default() };
        (index..).zip(protocol::codec::ToFields::to_fields(&outputs)).for_each(|(index, value)| {
            witness.insert(index, value).unwrap();
        });
        prop_assert_eq!(private_function_outputs(arguments.len(), &witness).unwrap(), outputs);
    }
}

fn changed(name: &str, ty: AbiType) -> Vec<(&'static str, AbiType)> {
    types().into_iter().map(|(known, own)| (known, if known == name { ty.clone() } else { own })).collect()
}

fn misfit(types: Vec<(&str, AbiType)>) -> String {
    CircuitMap::<Inputs, Output>::new(&circuit(types)).unwrap_err().to_string()
}

#[test]
fn misfits_name_their_place() {
    assert_eq!(
        misfit(changed("amount", AbiType::unsigned(63))),
        "amount: the circuit has u63 here, not an integer of 64 bits"
    );
    assert_eq!(
        misfit(changed("amount", AbiType::signed(64))),
        "amount: the circuit has i64 here, not an integer of 64 bits"
    );
    assert_eq!(misfit(changed("to", AbiType::Boolean)), "to: the circuit has bool here, not a field");
    assert_eq!(misfit(changed("flags", AbiType::Field)), "flags: the circuit has Field here, not a list");
    let flags = AbiType::array(3, AbiType::option(AbiType::Field));
    assert_eq!(misfit(changed("flags", flags)), "flags[]._value: the circuit has Field here, not a boolean");
    let two = |extra| AbiType::structure("Effects", [("nullifiers", nullifiers()), extra]);
    let extra = two(("note_hashes", AbiType::Field));
    assert_eq!(misfit(changed("effects", extra)), "effects.note_hashes: the circuit has a member that is not filled");
    let short = AbiType::structure("Effects", [("nullifiers", AbiType::Field)]);
    assert_eq!(misfit(changed("effects", short)), "effects.nullifiers: the circuit has Field here, not a struct");
    let mut renamed = types();
    renamed[0].0 = "recipient";
    assert_eq!(misfit(renamed), "to: the circuit has no such member");
    let huge = AbiType::array(u32::MAX, AbiType::array(u32::MAX, AbiType::Field));
    assert_eq!(
        misfit(changed("flags", huge.clone())),
        "the circuit's type cannot be used: type takes up more than 1048576 fields"
    );
    let mut abi = circuit(types());
    abi.return_type = None;
    let error = CircuitMap::<Inputs, Output>::new(&abi).unwrap_err();
    assert_eq!(error.to_string(), "return: the circuit has nothing here, not a struct");
    assert!(CircuitMap::<Inputs, ()>::new(&abi).is_ok());
    abi.parameters[2].ty = huge;
    assert!(decode_parameters(&abi.parameters, &WitnessMap::new()).is_err());
}

#[test]
fn wrong_values_name_their_place() {
    let flags = vec![None];
    let inputs = Inputs { amount: 0, flags, nullifiers: Default::default(), to: EthAddress::ZERO };
    assert_eq!(map().encode(&inputs).unwrap_err().to_string(), "flags: 1 items, the circuit takes 3");
    let zeros = || WitnessMap::from_values([Fr::ZERO; 17]);
    let refused = |index, value| {
        let mut witness = zeros();
        witness.insert(index, value).unwrap();
        map().decode(&witness).unwrap_err().to_string()
    };
    let beyond = Fr::from(1u128 << 64);
    assert_eq!(refused(16, beyond), "amount: the field is not an integer of 64 bits");
    assert_eq!(refused(7, beyond), "effects.nullifiers.array[1].inner.counter: the field is not an integer of 32 bits");
    assert_eq!(refused(12, number(2)), "flags[1]._is_some: the field is not a boolean");
    assert_eq!(refused(0, Fr::MAX), "to: the field is not an Ethereum address");
    let untyped = decode_parameters(&circuit(types()).parameters, &WitnessMap::new()).unwrap_err();
    assert_eq!(untyped.to_string(), "witness 0 has no value");
}
