//! What is published of transactions, blocks and checkpoints.

use protocol::blob::{BlockBlobData, read_checkpoint, read_tx, write_block, write_checkpoint, write_tx};
use protocol::block::{Checkpoint, L2Block};
use protocol::codec::{Encode, FieldReader};
use protocol::tx::TxEffect;
use serde_json::{Value, json};

use super::form::{decoded, fields, hex, joined, or};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("txBlobFields", |input| {
        let mut out = Vec::new();
        write_tx(&decoded::<TxEffect>(input)?, &mut out);
        Ok(joined(&out))
    }),
    many("txFromBlobFields", |input| {
        let fields = fields(input)?;
        Ok(hex(or(read_tx(&mut FieldReader::new(&fields)))?.to_buffer()))
    }),
    many("blockBlobFields", |input| {
        let mut out = Vec::new();
        write_block(&decoded::<L2Block>(input)?, &mut out);
        Ok(joined(&out))
    }),
    many("checkpointBlobFields", |input| Ok(joined(&or(write_checkpoint(&decoded::<Checkpoint>(input)?.blocks))?))),
    many("checkpointDecode", |input| {
        let blocks = or(read_checkpoint(&fields(input)?))?;
        Ok(Value::Array(blocks.iter().map(block).collect()))
    }),
];

fn block(BlockBlobData { txs, end }: &BlockBlobData) -> Value {
    json!({
        "txs": txs.iter().map(|effect| effect.tx_hash).collect::<Vec<_>>(),
        "timestamp": end.marker.timestamp,
        "blockNumber": end.marker.block_number,
        "numTxs": end.marker.txs,
        "l1ToL2MessageNextAvailableLeafIndex": end.state.l1_to_l2_messages,
        "noteHashNextAvailableLeafIndex": end.state.note_hashes,
        "nullifierNextAvailableLeafIndex": end.state.nullifiers,
        "publicDataNextAvailableLeafIndex": end.state.public_data,
        "totalManaUsed": end.state.total_mana_used.to_string(),
        "lastArchiveRoot": end.last_archive_root,
        "noteHashRoot": end.note_hash_root,
        "nullifierRoot": end.nullifier_root,
        "publicDataRoot": end.public_data_root,
        "l1ToL2MessageRoot": end.l1_to_l2_message_root,
    })
}
