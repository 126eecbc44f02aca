//! Blocks and whole checkpoints as blob fields, and the cut into blobs.
//!
//! Protocol source: `@aztec/blob-lib/src/encoding/{block_blob_data,checkpoint_blob_data}.ts`,
//! `@aztec/blob-lib/src/blob_utils.ts`.

use alloc::vec::Vec;

use super::tx::{read_tx, write_tx};
use super::{BlockEndMarker, BlockEndState, CheckpointEndMarker, MAX_CHECKPOINT_FIELDS, TooManyBlobFields};
use crate::block::L2Block;
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FromFields, Reader, ToFields, Unit};
use crate::constants::FIELDS_PER_BLOB;
use crate::field::Fr;
use crate::tx::TxEffect;

/// Bytes of a blob.
pub const BYTES_PER_BLOB: usize = FIELDS_PER_BLOB * Fr::SIZE_IN_BYTES;

/// What follows the transactions of a block: 7 fields in the first block of a checkpoint, 6 in others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockEnd {
    /// Number, time and size of the block.
    pub marker: BlockEndMarker,
    /// Sizes of the trees after it, and its mana.
    pub state: BlockEndState,
    /// Root of the archive before it.
    pub last_archive_root: Fr,
    /// Root of the note hash tree after it.
    pub note_hash_root: Fr,
    /// Root of the nullifier tree after it.
    pub nullifier_root: Fr,
    /// Root of the public data tree after it.
    pub public_data_root: Fr,
    /// Root of the L1 to L2 message tree after it; only in the first block of a checkpoint.
    pub l1_to_l2_message_root: Option<Fr>,
}

impl BlockEnd {
    /// The end data of a block. Mana is cut to the 48 bits there are for it.
    #[must_use]
    pub fn of(block: &L2Block) -> Self {
        let (header, state) = (&block.header, &block.header.state);
        Self {
            marker: BlockEndMarker {
                timestamp: header.timestamp(),
                block_number: header.number(),
                txs: u16::try_from(block.body.tx_effects.len()).unwrap_or(u16::MAX),
            },
            state: BlockEndState {
                l1_to_l2_messages: state.l1_to_l2_message_tree.next_available_leaf_index.into(),
                note_hashes: state.partial.note_hash_tree.next_available_leaf_index.into(),
                nullifiers: state.partial.nullifier_tree.next_available_leaf_index.into(),
                public_data: state.partial.public_data_tree.next_available_leaf_index.into(),
                total_mana_used: header.total_mana_used.to_limbs()[0],
            },
            last_archive_root: header.last_archive.root,
            note_hash_root: state.partial.note_hash_tree.root,
            nullifier_root: state.partial.nullifier_tree.root,
            public_data_root: state.partial.public_data_tree.root,
            l1_to_l2_message_root: (block.index_within_checkpoint.0 == 0).then_some(state.l1_to_l2_message_tree.root),
        }
    }

    fn read(reader: &mut FieldReader<'_>, is_first: bool) -> Result<Self, DecodeError> {
        Ok(Self {
            marker: reader.member("marker")?,
            state: reader.member("state")?,
            last_archive_root: reader.member("last_archive_root")?,
            note_hash_root: reader.member("note_hash_root")?,
            nullifier_root: reader.member("nullifier_root")?,
            public_data_root: reader.member("public_data_root")?,
            l1_to_l2_message_root: match is_first {
                true => Some(reader.member("l1_to_l2_message_root")?),
                false => None,
            },
        })
    }
}

impl ToFields for BlockEnd {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.marker.write_fields(out);
        self.state.write_fields(out);
        out.extend([self.last_archive_root, self.note_hash_root, self.nullifier_root, self.public_data_root]);
        out.extend(self.l1_to_l2_message_root);
    }
}

/// A block as blobs carry it: enough to build it again on the state before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockBlobData {
    /// Its transactions.
    pub txs: Vec<TxEffect>,
    /// What follows them.
    pub end: BlockEnd,
}

impl BlockBlobData {
    /// Reads a block; `is_first` when it is the first of its checkpoint.
    pub fn read(reader: &mut FieldReader<'_>, is_first: bool) -> Result<Self, DecodeError> {
        let mut txs = Vec::new();
        while !BlockEndMarker::is(reader.clone().field().map_err(|error| error.within("end"))?) {
            txs.push(read_tx(reader).map_err(|error| error.at_index(txs.len()).within("txs"))?);
        }
        let start = reader.offset();
        let end = BlockEnd::read(reader, is_first).map_err(|error| error.within("end"))?;
        let (found, expected) = (txs.len(), usize::from(end.marker.txs));
        if found != expected {
            let kind = DecodeErrorKind::WrongLength { found, expected };
            return Err(reader.error_at(start, kind).within("txs"));
        }
        Ok(Self { txs, end })
    }
}

/// Appends the blob fields of a block: what the checkpoint's sponge absorbs for it.
pub fn write_block(block: &L2Block, out: &mut Vec<Fr>) {
    block.body.tx_effects.iter().for_each(|effect| write_tx(effect, out));
    BlockEnd::of(block).write_fields(out);
}

/// The blob fields of a checkpoint's blocks, the end marker included.
pub fn write_checkpoint(blocks: &[L2Block]) -> Result<Vec<Fr>, TooManyBlobFields> {
    let mut out = Vec::new();
    blocks.iter().for_each(|block| write_block(block, &mut out));
    let fields = out.len() + 1;
    match u32::try_from(fields) {
        Ok(blob_fields) if fields <= MAX_CHECKPOINT_FIELDS => {
            CheckpointEndMarker { blob_fields }.write_fields(&mut out);
            Ok(out)
        }
        _ => Err(TooManyBlobFields { fields }),
    }
}

/// Reads the blocks of a checkpoint. Behind the end marker there may be zeros only.
pub fn read_checkpoint(fields: &[Fr]) -> Result<Vec<BlockBlobData>, DecodeError> {
    let mut reader = FieldReader::new(fields);
    let mut blocks = Vec::new();
    loop {
        let block = BlockBlobData::read(&mut reader, blocks.is_empty())
            .map_err(|error| error.at_index(blocks.len()).within("blocks"))?;
        blocks.push(block);
        let start = reader.offset();
        if !CheckpointEndMarker::is(reader.clone().field()?) {
            continue;
        }
        let end = CheckpointEndMarker::read_fields(&mut reader)?;
        let (found, expected) = (reader.offset(), end.blob_fields as usize);
        if found != expected {
            return Err(reader.error_at(start, DecodeErrorKind::WrongLength { found, expected }));
        }
        let start = reader.offset();
        if reader.take(reader.left())?.iter().any(|field| !field.is_zero()) {
            return Err(reader.error_at(start, DecodeErrorKind::Invalid("data after the end of the checkpoint")));
        }
        return Ok(blocks);
    }
}

/// Cuts blob fields into blobs, zeros up to whole ones.
#[must_use]
pub fn to_blobs(fields: &[Fr]) -> Vec<Vec<u8>> {
    let blob = |fields: &[Fr]| {
        let mut bytes = Vec::with_capacity(BYTES_PER_BLOB);
        fields.iter().for_each(|field| field.encode(&mut bytes));
        bytes.resize(BYTES_PER_BLOB, 0);
        bytes
    };
    fields.chunks(FIELDS_PER_BLOB).map(blob).collect()
}

/// The fields of blobs in order. Bytes beyond the last whole field are not read.
pub fn from_blobs<'a>(blobs: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Fr>, DecodeError> {
    let mut fields = Vec::new();
    for blob in blobs {
        let mut reader = Reader::new(blob);
        while reader.left() >= Fr::SIZE_IN_BYTES {
            let field =
                Fr::decode(&mut reader).map_err(|error| DecodeError::new(Unit::Field, fields.len(), error.kind))?;
            fields.push(field);
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::collection::vec as list;
    use proptest::prelude::*;

    use super::*;
    use crate::block::{BlockHeader, Body, IndexWithinCheckpoint};
    use crate::log::PrivateLog;

    /// What blobs keep of an effect: the emitted fields, not what stands behind them.
    fn published(mut effect: TxEffect) -> TxEffect {
        for log in &mut effect.private_logs {
            *log = PrivateLog::from_emitted_fields(log.emitted_fields()).unwrap();
        }
        for log in &mut effect.contract_class_logs {
            let emitted = log.emitted_fields().to_vec();
            log.emitted_length = u32::try_from(emitted.len()).unwrap();
            log.fields = crate::log::ContractClassLogFields::from_emitted_fields(emitted).unwrap();
        }
        // The marker cannot tell a log without fields from none.
        effect.contract_class_logs.retain(|log| log.emitted_length > 0);
        effect
    }

    fn block(index: u32, header: BlockHeader, tx_effects: Vec<TxEffect>) -> L2Block {
        L2Block {
            header,
            body: Body { tx_effects: tx_effects.into_iter().map(published).collect() },
            index_within_checkpoint: IndexWithinCheckpoint(index),
            ..L2Block::default()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn checkpoints_round_trip(
            headers in any::<[BlockHeader; 2]>(),
            first in list(any::<TxEffect>(), 0..3),
            second in list(any::<TxEffect>(), 0..3),
            position in any::<prop::sample::Index>(),
        ) {
            let blocks = [block(0, headers[0], first), block(1, headers[1], second)];
            let mut fields = write_checkpoint(&blocks).unwrap();
            let blobs = to_blobs(&fields);
            prop_assert!(blobs.iter().all(|blob| blob.len() == BYTES_PER_BLOB));
            let read = read_checkpoint(&from_blobs(blobs.iter().map(Vec::as_slice)).unwrap()).unwrap();
            prop_assert_eq!(read.len(), 2);
            for (read, block) in read.iter().zip(&blocks) {
                prop_assert_eq!(&read.txs, &block.body.tx_effects);
                prop_assert_eq!(read.end.marker.txs as usize, block.body.tx_effects.len());
                prop_assert_eq!(read.end.last_archive_root, block.header.last_archive.root);
            }
            // Whatever is changed or cut off, reading ends without a panic.
            let position = position.index(fields.len());
            prop_assert!(read_checkpoint(&fields[..position]).is_err());
            fields[position] += Fr::ONE;
            let _ = read_checkpoint(&fields);
        }
    }

    #[test]
    fn what_is_no_checkpoint() {
        assert!(read_checkpoint(&[]).is_err());
        let fields = write_checkpoint(&[L2Block::default()]).unwrap();
        assert_eq!(fields.len(), 8);
        assert_eq!(read_checkpoint(&fields).unwrap().len(), 1);
        let trailing = [fields.clone(), vec![Fr::ZERO, Fr::ONE]].concat();
        assert_eq!(read_checkpoint(&trailing).unwrap_err().offset, 8);
        let mut wrong_length = fields.clone();
        wrong_length[7] += Fr::ONE;
        assert_eq!(
            read_checkpoint(&wrong_length).unwrap_err().kind,
            DecodeErrorKind::WrongLength { found: 8, expected: 9 }
        );
        let mut missing_tx = fields;
        missing_tx[0] += Fr::ONE;
        assert_eq!(read_checkpoint(&missing_tx).unwrap_err().path, "blocks[0].txs");
        assert!(from_blobs([&[0xff; 32][..]]).is_err());
    }
}
