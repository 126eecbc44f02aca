//! The field elements that delimit transactions, blocks and checkpoints in blob data.
//!
//! Protocol source: `@aztec/blob-lib/src/encoding/{tx_start_marker,block_end_marker,block_end_state_field,
//! checkpoint_end_marker}.ts`, prefixes in `@aztec/constants/src/constants.gen.ts`.

use super::pack::{pack, unpack};
use crate::block::{BlockNumber, Timestamp};
use crate::codec::{DecodeError, DecodeErrorKind, FieldReader, FromFields, ToFields};
use crate::field::Fr;

const TX_START_PREFIX: u64 = 2_624_615_704;
const BLOCK_END_PREFIX: u64 = 3_951_939_007;
const CHECKPOINT_END_PREFIX: u64 = 2_355_328_067;

/// In front of a transaction: how much of everything follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TxStartMarker {
    /// Note hashes.
    pub note_hashes: u16,
    /// Nullifiers.
    pub nullifiers: u16,
    /// L2 to L1 messages.
    pub l2_to_l1_messages: u16,
    /// Public data writes.
    pub public_data_writes: u16,
    /// Private logs.
    pub private_logs: u16,
    /// Emitted fields of all private logs together.
    pub private_logs_length: u16,
    /// Fields of the flattened public logs.
    pub public_logs_length: u32,
    /// Emitted fields of the contract class log; 0 when there is none.
    pub contract_class_log_length: u16,
    /// The revert code.
    pub revert_code: u8,
    /// Fields of the transaction, this one included.
    pub blob_fields: u32,
}

impl TxStartMarker {
    /// Fields that the counts ask for, whatever [`Self::blob_fields`] claims.
    #[must_use]
    pub fn counted_fields(&self) -> u32 {
        let class_log = match u32::from(self.contract_class_log_length) {
            0 => 0,
            length => length + 1,
        };
        3 + u32::from(self.note_hashes)
            + u32::from(self.nullifiers)
            + u32::from(self.l2_to_l1_messages)
            + 2 * u32::from(self.public_data_writes)
            + u32::from(self.private_logs)
            + u32::from(self.private_logs_length)
            + class_log
            // Alone it can be as large as the type.
            + self.public_logs_length.min(u32::MAX / 2)
    }
}

/// Narrows an unpacked part; its width fits the type.
fn narrow<T: TryFrom<u64>>(part: u64) -> T {
    T::try_from(part).unwrap_or_else(|_| unreachable!("the part was unpacked with the width of its type"))
}

/// Reads one field as a marker.
fn read_marker<T>(
    reader: &mut FieldReader<'_>,
    what: &'static str,
    parse: impl FnOnce(Fr) -> Option<T>,
) -> Result<T, DecodeError> {
    let start = reader.offset();
    parse(reader.field()?).ok_or_else(|| reader.error_at(start, DecodeErrorKind::Invalid(what)))
}

impl ToFields for TxStartMarker {
    fn write_fields(&self, out: &mut alloc::vec::Vec<Fr>) {
        out.push(pack(&[
            (TX_START_PREFIX, 32),
            (self.note_hashes.into(), 16),
            (self.nullifiers.into(), 16),
            (self.l2_to_l1_messages.into(), 16),
            (self.public_data_writes.into(), 16),
            (self.private_logs.into(), 16),
            (self.private_logs_length.into(), 16),
            (self.public_logs_length.into(), 32),
            (self.contract_class_log_length.into(), 16),
            (self.revert_code.into(), 8),
            (self.blob_fields.into(), 32),
        ]));
    }
}

impl FromFields for TxStartMarker {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        read_marker(reader, "not a transaction start marker", |field| {
            let [prefix, parts @ ..] = unpack(field, [32, 16, 16, 16, 16, 16, 16, 32, 16, 8, 32])?;
            let [
                note_hashes,
                nullifiers,
                messages,
                writes,
                logs,
                logs_length,
                public_logs_length,
                class_log_length,
                revert_code,
                blob_fields,
            ] = parts;
            (prefix == TX_START_PREFIX).then(|| Self {
                note_hashes: narrow(note_hashes),
                nullifiers: narrow(nullifiers),
                l2_to_l1_messages: narrow(messages),
                public_data_writes: narrow(writes),
                private_logs: narrow(logs),
                private_logs_length: narrow(logs_length),
                public_logs_length: narrow(public_logs_length),
                contract_class_log_length: narrow(class_log_length),
                revert_code: narrow(revert_code),
                blob_fields: narrow(blob_fields),
            })
        })
    }
}

/// Behind the last transaction of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockEndMarker {
    /// Timestamp of the block.
    pub timestamp: Timestamp,
    /// Number of the block.
    pub block_number: BlockNumber,
    /// Transactions in the block.
    pub txs: u16,
}

const BLOCK_END_WIDTHS: [u32; 4] = [32, 64, 32, 16];

impl BlockEndMarker {
    /// Whether a field starts the end data of a block.
    #[must_use]
    pub fn is(field: Fr) -> bool {
        matches!(unpack(field, BLOCK_END_WIDTHS), Some([BLOCK_END_PREFIX, ..]))
    }
}

impl ToFields for BlockEndMarker {
    fn write_fields(&self, out: &mut alloc::vec::Vec<Fr>) {
        out.push(pack(&[
            (BLOCK_END_PREFIX, 32),
            (self.timestamp.0, 64),
            (self.block_number.0.into(), 32),
            (self.txs.into(), 16),
        ]));
    }
}

impl FromFields for BlockEndMarker {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        read_marker(reader, "not a block end marker", |field| match unpack(field, BLOCK_END_WIDTHS)? {
            [BLOCK_END_PREFIX, timestamp, block_number, txs] => Some(Self {
                timestamp: Timestamp(timestamp),
                block_number: BlockNumber(narrow(block_number)),
                txs: narrow(txs),
            }),
            _ => None,
        })
    }
}

/// Sizes of the trees after a block and the mana it used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockEndState {
    /// Leaves of the L1 to L2 message tree (36 bits).
    pub l1_to_l2_messages: u64,
    /// Leaves of the note hash tree (42 bits).
    pub note_hashes: u64,
    /// Leaves of the nullifier tree (42 bits).
    pub nullifiers: u64,
    /// Leaves of the public data tree (40 bits).
    pub public_data: u64,
    /// Mana the block used (48 bits).
    pub total_mana_used: u64,
}

impl ToFields for BlockEndState {
    fn write_fields(&self, out: &mut alloc::vec::Vec<Fr>) {
        out.push(pack(&[
            (self.l1_to_l2_messages, 36),
            (self.note_hashes, 42),
            (self.nullifiers, 42),
            (self.public_data, 40),
            (self.total_mana_used, 48),
        ]));
    }
}

impl FromFields for BlockEndState {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        read_marker(reader, "not a block end state", |field| {
            let [l1_to_l2_messages, note_hashes, nullifiers, public_data, total_mana_used] =
                unpack(field, [36, 42, 42, 40, 48])?;
            Some(Self { l1_to_l2_messages, note_hashes, nullifiers, public_data, total_mana_used })
        })
    }
}

/// Behind the last block of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckpointEndMarker {
    /// Fields of the checkpoint, this one included.
    pub blob_fields: u32,
}

const CHECKPOINT_END_WIDTHS: [u32; 2] = [32, 32];

impl CheckpointEndMarker {
    /// Whether a field ends a checkpoint.
    #[must_use]
    pub fn is(field: Fr) -> bool {
        matches!(unpack(field, CHECKPOINT_END_WIDTHS), Some([CHECKPOINT_END_PREFIX, _]))
    }
}

impl ToFields for CheckpointEndMarker {
    fn write_fields(&self, out: &mut alloc::vec::Vec<Fr>) {
        out.push(pack(&[(CHECKPOINT_END_PREFIX, 32), (self.blob_fields.into(), 32)]));
    }
}

impl FromFields for CheckpointEndMarker {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        read_marker(reader, "not a checkpoint end marker", |field| match unpack(field, CHECKPOINT_END_WIDTHS)? {
            [CHECKPOINT_END_PREFIX, blob_fields] => Some(Self { blob_fields: narrow(blob_fields) }),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Fr {
        text.parse().expect("a field literal")
    }

    #[test]
    fn official_markers() {
        let marker = field("0x00000000009c707518cb80d911feee6996e8bbcd8144c8c0204d6b02dd697c06");
        let start = TxStartMarker::from_fields(&[marker]).unwrap();
        assert_eq!((start.note_hashes, start.nullifiers, start.private_logs_length), (52096, 55569, 52609));
        assert_eq!((start.public_logs_length, start.revert_code, start.blob_fields), (1_154_007_072, 2, 3_714_677_766));
        assert_eq!(start.to_fields(), [marker]);

        let marker = field("0x0000000000000000000000000000eb8dcdbff3cb2b4c02feeb1031e86559440e");
        let end = BlockEndMarker::from_fields(&[marker]).unwrap();
        let block_number = BlockNumber(837_313_881);
        assert_eq!(end, BlockEndMarker { timestamp: Timestamp(17_567_182_376_956_521_232), block_number, txs: 17422 });
        assert_eq!(end.to_fields(), [marker]);
        assert!(BlockEndMarker::is(marker) && !CheckpointEndMarker::is(marker));

        let marker = field("0x0000000000000ecb280a00005596be0400055a3cec007fffffff2d32b06bfe54");
        let state = BlockEndState::from_fields(&[marker]).unwrap();
        assert_eq!((state.l1_to_l2_messages, state.total_mana_used), (3_971_121_312, 49_695_731_482_196));
        assert_eq!(state.to_fields(), [marker]);

        let marker = field("0x0000000000000000000000000000000000000000000000008c6374436251e8df");
        let end = CheckpointEndMarker::from_fields(&[marker]).unwrap();
        assert_eq!((end.blob_fields, end.to_fields()), (1_649_535_199, alloc::vec![marker]));
        for wrong in [Fr::ZERO, Fr::MAX] {
            assert!(TxStartMarker::from_fields(&[wrong]).is_err());
            assert!(BlockEndMarker::from_fields(&[wrong]).is_err());
            assert!(CheckpointEndMarker::from_fields(&[wrong]).is_err());
        }
        assert!(BlockEndState::from_fields(&[Fr::MAX]).is_err());
    }
}
