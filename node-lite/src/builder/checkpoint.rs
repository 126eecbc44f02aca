//! What the blocks of one slot share, and the header over them.

use protocol::blob::{MAX_CHECKPOINT_FIELDS, SpongeBlob, TooManyBlobFields, blobs_hash, to_blobs, write_checkpoint};
use protocol::block::{
    Checkpoint, CheckpointHeader, CheckpointNumber, FeeAssetPriceModifier, GlobalVariables, IndexWithinCheckpoint,
    L2Block, block_headers_hash,
};
use protocol::field::Fr;
use protocol::message::{L1ToL2MessageHash, epoch_out_hash, in_hash};

use super::commitment::commit;
use super::{BlockBuilder, BuildError};
use crate::avm::Programs;
use crate::state::Fork;

/// Fields that every block needs besides its transactions, and the end marker of the checkpoint.
const END_FIELDS: usize = 8;

/// A checkpoint in the making.
#[derive(Debug)]
pub struct CheckpointBuilder {
    number: CheckpointNumber,
    messages: Vec<L1ToL2MessageHash>,
    /// Out hashes of the epoch's earlier checkpoints.
    out_hashes: Vec<Fr>,
    sponge: SpongeBlob,
    blocks: Vec<L2Block>,
}

impl CheckpointBuilder {
    /// A checkpoint that brings in `messages`, in an epoch whose earlier checkpoints have these out hashes.
    #[must_use]
    pub fn new(number: CheckpointNumber, messages: Vec<L1ToL2MessageHash>, out_hashes: Vec<Fr>) -> Self {
        Self { number, messages, out_hashes, sponge: SpongeBlob::default(), blocks: Vec::new() }
    }

    /// Starts the next block on the state after the one before it.
    pub fn block<'a>(
        &'a mut self,
        fork: &'a mut Fork,
        programs: &'a Programs,
        globals: GlobalVariables,
    ) -> Result<BlockBuilder<'a>, BuildError> {
        BlockBuilder::new(self, fork, programs, globals)
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> CheckpointNumber {
        self.number
    }

    /// The blocks so far.
    #[must_use]
    pub fn blocks(&self) -> &[L2Block] {
        &self.blocks
    }

    pub(super) fn messages(&self) -> &[L1ToL2MessageHash] {
        &self.messages
    }

    pub(super) fn next_index(&self) -> IndexWithinCheckpoint {
        IndexWithinCheckpoint(u32::try_from(self.blocks.len()).expect("blobs hold fewer blocks"))
    }

    /// Mana of the blocks so far.
    pub(super) fn mana(&self) -> u64 {
        self.blocks.iter().map(|block| block.header.total_mana_used.to_limbs()[0]).sum()
    }

    /// Fields that transactions of the next block may take.
    pub(super) fn room_in_blobs(&self) -> usize {
        MAX_CHECKPOINT_FIELDS.saturating_sub(self.sponge.absorbed() + END_FIELDS)
    }

    pub(super) fn absorb(&mut self, fields: &[Fr]) -> Result<Fr, TooManyBlobFields> {
        self.sponge.absorb(fields)?;
        Ok(self.sponge.hash())
    }

    pub(super) fn push(&mut self, block: L2Block) {
        self.blocks.push(block);
    }

    /// Ends the checkpoint.
    pub fn finish(mut self) -> Result<Checkpoint, BuildError> {
        let (Some(first), Some(last)) = (self.blocks.first(), self.blocks.last()) else {
            return Err(BuildError::NoBlocks);
        };
        let globals = last.header.global_variables;
        let hashes: Vec<_> = self.blocks.iter().map(L2Block::hash).collect();
        let mut checkpoint = Checkpoint {
            archive: last.archive,
            header: CheckpointHeader {
                last_archive_root: first.header.last_archive.root,
                block_headers_hash: block_headers_hash(&hashes),
                blobs_hash: hash_of_blobs(&self.blocks)?,
                in_hash: in_hash(&self.messages)?,
                epoch_out_hash: Fr::ZERO,
                slot_number: globals.slot_number,
                timestamp: globals.timestamp,
                coinbase: globals.coinbase,
                fee_recipient: globals.fee_recipient,
                gas_fees: globals.gas_fees,
                total_mana_used: self.mana().into(),
            },
            blocks: self.blocks,
            number: self.number,
            fee_asset_price_modifier: FeeAssetPriceModifier::default(),
        };
        self.out_hashes.push(checkpoint.out_hash());
        checkpoint.header.epoch_out_hash = epoch_out_hash(&self.out_hashes)?;
        Ok(checkpoint)
    }
}

/// Hash over the commitments to the blobs of a checkpoint.
fn hash_of_blobs(blocks: &[L2Block]) -> Result<Fr, BuildError> {
    let blobs = to_blobs(&write_checkpoint(blocks)?);
    let hashes: Vec<_> = blobs.iter().map(|blob| commit(blob).versioned_hash()).collect();
    Ok(blobs_hash(&hashes))
}
