//! Public storage.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/storage.ts`.

use protocol::hash::silo::public_data_leaf_slot;

use super::effects::of_instruction;
use crate::avm::halt::Halt;
use crate::avm::journal::Writer;
use crate::avm::machine::{Interrupt, Machine};
use crate::avm::program::Instruction;
use crate::avm::value::Value;

pub(crate) fn sload(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let [slot, contract, to] = frame.addresses(instruction)?;
    let slot = frame.field(0, slot)?;
    let contract = frame.field(1, contract)?.into();
    let leaf_slot = public_data_leaf_slot(contract, slot);
    let value = machine.journal.read(machine.host.state, leaf_slot).map_err(Interrupt::state)?;
    frame.memory.set(to, Value::Field(value));
    Ok(())
}

pub(crate) fn sstore(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    let [from, slot] = frame.addresses(instruction)?;
    let value = frame.field(0, from)?;
    let leaf_slot = public_data_leaf_slot(frame.address, frame.field(1, slot)?);
    frame.charge_size(instruction, u32::from(machine.journal.is_cold(leaf_slot)))?;
    if frame.is_static {
        return Err(Halt::StaticCall(instruction.op));
    }
    let written = machine.journal.write(leaf_slot, value, Writer::User);
    written.map_err(|error| of_instruction(instruction.op, error))
}
