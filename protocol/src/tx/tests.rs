use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::codec::{Decode, Encode, FromFields, ToFields};
use crate::field::Fr;

fn json<T: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&crate::json::from_str::<T>(&text).unwrap(), value);
}

fn bytes<T: Encode + Decode + PartialEq + core::fmt::Debug>(value: &T) {
    let bytes = value.to_buffer();
    assert!(bytes.len() >= T::MIN_SIZE);
    assert_eq!(&T::from_buffer(&bytes).unwrap(), value);
    // No shorter input and no longer one is the value; none makes the decoder panic.
    for cut in (0..bytes.len()).step_by(1 + bytes.len() / 50) {
        assert!(T::from_buffer(&bytes[..cut]).is_err());
    }
    assert!(T::from_buffer(&[&bytes[..], &[0]].concat()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn requests_round_trip(request: TxExecutionRequest, context: TxContext, witness: AuthWitness, capsule: Capsule) {
        json(&request);
        bytes(&request);
        json(&context);
        bytes(&context);
        json(&witness);
        bytes(&witness);
        json(&capsule);
        bytes(&capsule);
        let circuit = request.to_tx_request();
        bytes(&circuit);
        prop_assert_eq!(TxRequest::from_fields(&circuit.to_fields()), Ok(circuit));
    }

    #[test]
    fn txs_round_trip(tx: Tx) {
        json(&tx);
        bytes(&tx);
        prop_assert_eq!(tx.verify_hash(), Ok(()));
        prop_assert_eq!(tx.size(), tx.to_buffer().len());
    }

    #[test]
    fn what_nodes_answer_round_trips(
        effect: IndexedTxEffect,
        receipt: TxReceipt,
        output: PublicSimulationOutput,
        validation: TxValidationResult,
    ) {
        json(&effect);
        bytes(&effect);
        json(&receipt);
        json(&output);
        json(&validation);
    }

    #[test]
    fn a_changed_byte_is_noticed(tx: Tx, at in 33usize..30000, by in 1u8..) {
        let mut bytes = tx.to_buffer();
        bytes[at] ^= by;
        if let Ok(changed) = Tx::from_buffer(&bytes) {
            let mismatch = changed.verify_hash().unwrap_err();
            prop_assert_eq!((mismatch.claimed, mismatch.computed), (tx.tx_hash(), changed.data().tx_hash()));
        }
    }
}

fn small_tx() -> Tx {
    let data = crate::kernel::PrivateKernelTailCircuitPublicInputs {
        constants: Default::default(),
        gas_used: Default::default(),
        fee_payer: Default::default(),
        expiration_timestamp: Default::default(),
        effects: crate::kernel::TailEffects::ForRollup(Default::default()),
    };
    Tx::new(data, ChonkProof::default(), vec![], vec![HashedValues::from_calldata(vec![Fr::ONE])]).unwrap()
}

#[test]
fn broken_txs_are_refused_where_they_break() {
    let tx = small_tx();
    let good = tx.to_buffer();
    let path_of = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        Tx::from_buffer(&bytes).unwrap_err().to_string()
    };
    assert_eq!(
        path_of(&|bytes| bytes[33..65].fill(0xff)),
        "data.constants.anchorBlockHeader.lastArchive.root: not below the field modulus (at byte 33)"
    );
    let proof = 32 + 38557;
    assert_eq!(
        path_of(&|bytes| bytes[proof + 3] = 0),
        "chonkProof.fields: has 1792 items, 1935 expected (at byte 38589)"
    );
    let logs = proof + 4 + 1935 * 32;
    assert_eq!(
        path_of(&|bytes| bytes[logs] = 1),
        format_args!("contractClassLogFields: needs 96736 more, 69 left (at byte {})", logs + 1).to_string()
    );
    // A huge count of calldata does not allocate: the input would have to be as long.
    assert_eq!(
        path_of(&|bytes| bytes[logs + 2..logs + 6].fill(0xff)),
        format_args!("publicFunctionCalldata[0].values: needs 137438953440 more, 64 left (at byte {})", logs + 6)
            .to_string()
    );
}

#[test]
fn json_recomputes_the_hash_and_ignores_the_rest() {
    let tx = small_tx();
    let mut json = serde_json::to_value(&tx).unwrap();
    json["txHash"] = "0x01".into();
    json["unknown"] = serde_json::json!({});
    assert_eq!(serde_json::from_value::<Tx>(json.clone()).unwrap().tx_hash(), tx.tx_hash());
    json["chonkProof"] = "AAAA".into();
    let error = crate::json::from_str::<Tx>(&json.to_string()).unwrap_err();
    assert_eq!(error.path, "chonkProof");
    // More lists than a one-byte count can say.
    let calldata = vec![HashedValues::default(); 256];
    let error = Tx::new(tx.data().clone(), ChonkProof::default(), vec![], calldata).unwrap_err();
    assert_eq!(error, TxError::TooManyItems { list: "publicFunctionCalldata", found: 256 });
}

#[test]
fn size_is_limited() {
    let tx = small_tx();
    assert_eq!(tx.check_size(), Ok(()));
    let log = crate::log::ContractClassLogFields::default();
    let large = Tx::new(tx.data().clone(), ChonkProof::default(), vec![log; 5], vec![]).unwrap();
    let size = large.to_buffer().len();
    assert_eq!(large.check_size(), Err(TxError::TooLarge { tx_hash: tx.tx_hash(), size }));
}

#[test]
fn effects_hold_no_padding_and_stay_in_their_limits() {
    let effect = TxEffect { nullifiers: vec![Fr::ONE], ..TxEffect::default() };
    let with = |nullifiers: Vec<Fr>| TxEffect { nullifiers, ..effect.clone() };
    let error = TxEffect::from_buffer(&with(vec![Fr::ONE, Fr::ZERO]).to_buffer()).unwrap_err();
    assert_eq!(error.to_string(), "nullifiers[1]: is empty, which only padding may be (at byte 66)");
    let error = TxEffect::from_buffer(&with(vec![Fr::ONE; 65]).to_buffer()).unwrap_err();
    assert_eq!(error.to_string(), "nullifiers: length 65 is above the maximum 64 (at byte 66)");
    for wrong in [vec![Fr::ZERO], vec![Fr::ONE; 65]] {
        let json = serde_json::to_string(&with(wrong)).unwrap();
        assert_eq!(crate::json::from_str::<TxEffect>(&json).unwrap_err().path, "nullifiers");
    }
    let mut bytes = effect.to_buffer();
    bytes[0] = 4;
    assert_eq!(TxEffect::from_buffer(&bytes).unwrap_err().path, "revertCode");
}

#[test]
fn payloads_merge_unless_their_fee_payers_differ() {
    let payer = |number: u64| ExecutionPayload {
        fee_payer: Some(crate::address::AztecAddress::from_u64(number)),
        ..ExecutionPayload::default()
    };
    let args = ExecutionPayload { extra_hashed_args: vec![HashedValues::default()], ..ExecutionPayload::default() };
    let merged = ExecutionPayload::merge([args.clone(), payer(1), args, payer(1)]).unwrap();
    assert_eq!((merged.extra_hashed_args.len(), merged.fee_payer), (2, payer(1).fee_payer));
    assert!(ExecutionPayload::merge([payer(1), payer(2)]).is_err());
    json(&merged);
}

#[test]
fn receipts_and_validation_are_written_as_official_nodes_do() {
    let mut receipt = TxReceipt::new(TxHash::ZERO, TxStatus::Dropped);
    receipt.error = Some("Tx dropped by P2P node".into());
    let zero = Fr::ZERO;
    assert_eq!(
        serde_json::to_string(&receipt).unwrap(),
        alloc::format!(r#"{{"txHash":"{zero}","status":"dropped","error":"Tx dropped by P2P node"}}"#)
    );
    assert!(!receipt.is_mined() && TxStatus::ALL.is_sorted());
    receipt.status = TxStatus::Proven;
    receipt.execution_result = Some(RevertCode::BothReverted.into());
    assert!(receipt.is_mined() && receipt.has_reverted() && !receipt.has_succeeded());
    let invalid = TxValidationResult::Invalid { reason: vec!["Insufficient fee".into()] };
    assert_eq!(serde_json::to_string(&invalid).unwrap(), r#"{"result":"invalid","reason":["Insufficient fee"]}"#);
    assert_eq!(serde_json::to_string(&TxValidationResult::Valid).unwrap(), r#"{"result":"valid"}"#);
}
