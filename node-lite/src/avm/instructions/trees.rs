//! Note hashes, nullifiers, messages from L1.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/accrued_substate.ts`.

use protocol::field::Fr;
use protocol::hash::silo::silo_nullifier;
use protocol::merkle::TreeHeight;

use super::effects::of_instruction;
use crate::avm::halt::{Halt, SideEffectError};
use crate::avm::journal::WriteError;
use crate::avm::machine::{Interrupt, Machine};
use crate::avm::program::Instruction;
use crate::avm::value::Value;

/// Whether a value is at an index of a tree, where what has no leaf yet is 0 and what is beyond the tree is nothing.
fn is_leaf(leaf: Option<Fr>, height: TreeHeight, index: u64, value: Fr) -> bool {
    index < height.capacity() && leaf.unwrap_or_default() == value
}

pub(crate) fn note_hash_exists(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let [note_hash, index, to] = frame.addresses(instruction)?;
    let note_hash = frame.field(0, note_hash)?;
    let index = frame.u64(1, index)?;
    let leaf = machine.journal.note_hash(machine.host.state, index).map_err(Interrupt::state)?;
    frame.memory.set(to, Value::bit(is_leaf(leaf, TreeHeight::NOTE_HASH, index, note_hash)));
    Ok(())
}

pub(crate) fn emit_note_hash(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    let [note_hash] = frame.addresses(instruction)?;
    let note_hash = frame.field(0, note_hash)?;
    if frame.is_static {
        return Err(Halt::StaticCall(instruction.op));
    }
    let added = machine.journal.add_note_hash(frame.address, note_hash);
    added.map_err(|error| of_instruction(instruction.op, error))
}

pub(crate) fn nullifier_exists(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let [siloed, to] = frame.addresses(instruction)?;
    let siloed = frame.field(0, siloed)?;
    let exists = machine.journal.nullifier_exists(machine.host.state, siloed).map_err(Interrupt::state)?;
    frame.memory.set(to, Value::bit(exists));
    Ok(())
}

pub(crate) fn emit_nullifier(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let [nullifier] = frame.addresses(instruction)?;
    let nullifier = frame.field(0, nullifier)?;
    if frame.is_static {
        return Err(Halt::StaticCall(instruction.op).into());
    }
    let siloed = silo_nullifier(frame.address, nullifier);
    machine.journal.add_nullifier(machine.host.state, siloed).map_err(|error| match error {
        WriteError::State(error) => Interrupt::state(error),
        WriteError::SideEffect(SideEffectError::NullifierCollision(_)) => {
            Halt::NullifierCollision(Box::new((nullifier, frame.address))).into()
        }
        WriteError::SideEffect(error) => of_instruction(instruction.op, error).into(),
    })
}

pub(crate) fn l1_to_l2_msg_exists(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let [message, index, to] = frame.addresses(instruction)?;
    let message = frame.field(0, message)?;
    let index = frame.u64(1, index)?;
    let leaf = machine.host.state.l1_to_l2_message(index.into()).map_err(Interrupt::state)?;
    frame.memory.set(to, Value::bit(is_leaf(leaf, TreeHeight::L1_TO_L2_MESSAGE, index, message)));
    Ok(())
}
