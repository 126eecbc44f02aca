//! Logs and messages to L1.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/accrued_substate.ts`.

use protocol::address::EthAddress;
use protocol::kernel::{L2ToL1Message, ScopedL2ToL1Message};
use protocol::log::PublicLog;

use crate::avm::halt::Halt;
use crate::avm::machine::Machine;
use crate::avm::program::Instruction;

pub(crate) fn emit_public_log(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    if frame.is_static {
        return Err(Halt::StaticCall);
    }
    let [size, offset] = frame.addresses(instruction)?;
    let size = frame.u32(size)?;
    frame.charge_size(instruction, size)?;
    let fields = frame.fields(offset, size)?;
    Ok(machine.journal.add_public_log(PublicLog { contract_address: frame.address, fields })?)
}

pub(crate) fn send_l2_to_l1_msg(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    if frame.is_static {
        return Err(Halt::StaticCall);
    }
    let [recipient, content] = frame.addresses(instruction)?;
    let recipient = frame.field(recipient)?;
    let content = frame.field(content)?;
    let recipient = EthAddress::from_field(recipient).ok_or_else(|| Halt::RecipientTooLarge(Box::new(recipient)))?;
    let message = L2ToL1Message { recipient, content };
    Ok(machine.journal.add_message(ScopedL2ToL1Message { message, contract_address: frame.address })?)
}
