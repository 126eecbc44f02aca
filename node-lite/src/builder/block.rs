//! One block: transactions in, block out.

use protocol::blob::{BlockEnd, write_tx};
use protocol::block::{AppendOnlyTreeSnapshot, BlockHeader, Body, GlobalVariables, L2Block};
use protocol::codec::ToFields;
use protocol::constants::MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT;
use protocol::field::Fr;
use protocol::gas::Gas;
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::{Tx, TxEffect};

use super::{BuildError, CheckpointBuilder};
use crate::avm::{DebugLogs, Host, Programs};
use crate::l1::fees::MANA_LIMIT;
use crate::public::{FeeEnforcement, ProcessedTx, process};
use crate::state::Fork;

/// What became of a transaction offered to a block.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most are included")]
pub enum Included {
    /// It is in the block.
    Yes(ProcessedTx),
    /// The rest of the checkpoint is too small for it; a later one may have room.
    NoRoom,
}

/// A block in the making, on a fork that starts at the block before it.
#[derive(Debug)]
pub struct BlockBuilder<'a> {
    checkpoint: &'a mut CheckpointBuilder,
    fork: &'a mut Fork,
    programs: &'a Programs,
    globals: GlobalVariables,
    last_archive: AppendOnlyTreeSnapshot,
    effects: Vec<TxEffect>,
    blob_fields: Vec<Fr>,
    fees: Fr,
    mana: u64,
    gas: Gas,
}

impl<'a> BlockBuilder<'a> {
    pub(super) fn new(
        checkpoint: &'a mut CheckpointBuilder,
        fork: &'a mut Fork,
        programs: &'a Programs,
        globals: GlobalVariables,
    ) -> Result<Self, BuildError> {
        let last_archive = fork.tree(MerkleTreeId::Archive)?;
        if checkpoint.blocks().is_empty() {
            fork.append_messages(checkpoint.messages())?;
        }
        Ok(Self {
            checkpoint,
            fork,
            programs,
            globals,
            last_archive,
            effects: Vec::new(),
            blob_fields: Vec::new(),
            fees: Fr::ZERO,
            mana: 0,
            gas: Gas::default(),
        })
    }

    /// What the block's transactions can read of it.
    #[must_use]
    pub fn globals(&self) -> &GlobalVariables {
        &self.globals
    }

    /// The state after the transactions so far.
    #[must_use]
    pub fn fork(&self) -> &Fork {
        self.fork
    }

    /// How many transactions are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// Whether no transaction is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// Runs a transaction and takes it in if it fits. An error leaves the block as it was.
    ///
    /// Limits count what a transaction may use before it runs, what it used afterwards.
    pub fn add(&mut self, tx: &Tx) -> Result<Included, BuildError> {
        let limits = tx.gas_settings().gas_limits;
        let used = self.gas;
        let room = |used: u32, more: u32, max: u64| u64::from(used) + u64::from(more) <= max;
        let fits = room(used.l2_gas, limits.l2_gas, MANA_LIMIT - self.checkpoint.mana().min(MANA_LIMIT))
            && room(used.da_gas, limits.da_gas, MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT.into());
        // The first transaction of a checkpoint has all the room there ever is.
        let is_first = self.is_empty() && self.checkpoint.blocks().is_empty();
        if !fits && !is_first {
            return Ok(Included::NoRoom);
        }
        let host = Host {
            state: &*self.fork,
            programs: self.programs,
            globals: &self.globals,
            debug_logs: Some(DebugLogs::default()),
        };
        let processed = process(&host, tx, FeeEnforcement::Required)?;
        let fields = self.blob_fields.len();
        write_tx(&processed.effect, &mut self.blob_fields);
        if self.checkpoint.room_in_blobs() < self.blob_fields.len() {
            self.blob_fields.truncate(fields);
            return Ok(Included::NoRoom);
        }
        if let Err(error) = self.fork.add_effect(&processed.effect) {
            self.blob_fields.truncate(fields);
            return Err(error.into());
        }
        self.fees += processed.effect.transaction_fee;
        self.mana += u64::from(processed.gas_used.billed_gas.l2_gas);
        self.gas = self.gas.checked_add(processed.gas_used.total_gas).unwrap_or(limits);
        self.effects.push(processed.effect.clone());
        Ok(Included::Yes(processed))
    }

    /// Takes in what no transaction did: how a development chain changes its state by hand.
    pub fn add_effect(&mut self, effect: TxEffect) -> Result<(), BuildError> {
        self.fork.add_effect(&effect)?;
        write_tx(&effect, &mut self.blob_fields);
        self.fees += effect.transaction_fee;
        self.effects.push(effect);
        Ok(())
    }

    /// Ends the block. The fork is then the state after it.
    pub fn finish(self) -> Result<L2Block, BuildError> {
        let Self { checkpoint, fork, globals, last_archive, effects, mut blob_fields, fees, mana, .. } = self;
        let mut block = L2Block {
            archive: AppendOnlyTreeSnapshot::default(),
            header: BlockHeader {
                last_archive,
                state: fork.state_reference()?,
                sponge_blob_hash: Fr::ZERO,
                global_variables: globals,
                total_fees: fees,
                total_mana_used: mana.into(),
            },
            body: Body { tx_effects: effects },
            checkpoint_number: checkpoint.number(),
            index_within_checkpoint: checkpoint.next_index(),
        };
        BlockEnd::of(&block).write_fields(&mut blob_fields);
        block.header.sponge_blob_hash = checkpoint.absorb(&blob_fields)?;
        fork.append_block(block.hash())?;
        block.archive = fork.tree(MerkleTreeId::Archive)?;
        checkpoint.push(block.clone());
        Ok(block)
    }
}
