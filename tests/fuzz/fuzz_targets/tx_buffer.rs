//! The byte forms of transactions, blocks and effects: what decodes encodes to the same bytes, what does not names an
//! offset inside the input.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::block::L2Block;
use protocol::codec::{Decode, Encode};
use protocol::tx::{Tx, TxEffect};

fn check<T: Encode + Decode>(data: &[u8]) {
    match T::from_buffer(data) {
        Ok(value) => assert_eq!(value.to_buffer(), data),
        Err(error) => assert!(error.offset <= data.len(), "{error}"),
    }
}

fuzz_target!(|data: &[u8]| {
    check::<Tx>(data);
    check::<TxEffect>(data);
    check::<L2Block>(data);
});
