//! Typed kernel inputs against hostile circuits and witnesses. Input: a circuit's ABI in JSON, a line break, the values
//! of the first witnesses, 32 bytes each.
#![no_main]

use circuits::abi_map::{AbiMapped, CircuitMap, decode_parameters, encode_parameters};
use circuits::kernel_inputs::{
    HidingKernelMap, KernelInitMap, KernelInnerMap, KernelResetMap, KernelTailMap, KernelTailToPublicMap,
};
use circuits::witness::WitnessMap;
use libfuzzer_sys::fuzz_target;
use protocol::artifact::CircuitAbi;
use protocol::field::Fr;

/// What decodes encodes to something that decodes to the same.
fn check<I: AbiMapped, O: AbiMapped>(
    map: Result<CircuitMap<I, O>, circuits::abi_map::MapError>,
    witness: &WitnessMap,
) {
    let Ok(map) = map else { return };
    let _ = map.output(witness);
    if let Ok(inputs) = map.decode(witness) {
        let encoded = map.encode(&inputs).expect("decoded inputs have the lengths of the circuit");
        let again = map.decode(&encoded).expect("what was encoded decodes");
        assert_eq!(map.encode(&again).expect("decoded inputs have the lengths of the circuit"), encoded);
    }
}

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (json, rest) = data.split_at(split);
    let Ok(abi) = protocol::json::from_slice::<CircuitAbi>(json) else { return };
    let fields = rest.get(1..).unwrap_or_default().chunks(32).map(Fr::from_be_bytes_reduced);
    let witness = WitnessMap::from_values(fields);
    if let Ok(values) = decode_parameters(&abi.parameters, &witness) {
        let _ = encode_parameters(&abi.parameters, &values);
    }
    check(KernelInitMap::new(&abi), &witness);
    check(KernelInnerMap::new(&abi), &witness);
    check(KernelResetMap::new(&abi), &witness);
    check(KernelTailMap::new(&abi), &witness);
    check(KernelTailToPublicMap::new(&abi), &witness);
    check(HidingKernelMap::new(&abi), &witness);
});
