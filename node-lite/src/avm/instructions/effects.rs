//! Logs and messages to L1.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/accrued_substate.ts`.

use protocol::address::EthAddress;
use protocol::kernel::{L2ToL1Message, ScopedL2ToL1Message};
use protocol::log::PublicLog;

use crate::avm::halt::{Halt, Log, SideEffectError};
use crate::avm::machine::Machine;
use crate::avm::memory::Memory;
use crate::avm::program::Instruction;
use crate::avm::table::Op;
use crate::avm::value::Value;

pub(crate) fn emit_public_log(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    let [size, offset] = frame.addresses(instruction)?;
    let size = frame.u32(0, size)?;
    frame.charge_size(instruction, size)?;
    if !Memory::has_range(offset, size) {
        return Err(Halt::Log(Log::Range));
    }
    if !machine.journal.has_room_for_log(size as usize) {
        return Err(Halt::Log(Log::TooMany));
    }
    let field = |index| match frame.memory.get(offset + index) {
        Value::Field(field) => Ok(field),
        Value::Int(..) => Err(Halt::Log(Log::Tag)),
    };
    let fields = (0..size).map(field).collect::<Result<_, _>>()?;
    if frame.is_static {
        return Err(Halt::Log(Log::Static));
    }
    Ok(machine.journal.add_public_log(PublicLog { contract_address: frame.address, fields })?)
}

pub(crate) fn send_l2_to_l1_msg(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    let [recipient, content] = frame.addresses(instruction)?;
    let recipient = frame.field(0, recipient)?;
    let content = frame.field(1, content)?;
    let recipient = EthAddress::from_field(recipient).ok_or(Halt::RecipientTooLarge)?;
    if frame.is_static {
        return Err(Halt::StaticCall(instruction.op));
    }
    let message = L2ToL1Message { recipient, content };
    let added = machine.journal.add_message(ScopedL2ToL1Message { message, contract_address: frame.address });
    added.map_err(|error| of_instruction(instruction.op, error))
}

/// A side effect that cannot be, as the instruction's halt.
#[cold]
pub(super) fn of_instruction(op: Op, error: SideEffectError) -> Halt {
    match error {
        SideEffectError::Limit(limit) => Halt::Effect { op, limit },
        error => error.into(),
    }
}
