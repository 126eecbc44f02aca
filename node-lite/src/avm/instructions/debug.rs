//! What contracts print.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/misc.ts`.

use protocol::field::Fr;
use protocol::log::{DebugLog, LogLevel};

use crate::avm::frame::Frame;
use crate::avm::halt::{Cells, Halt};
use crate::avm::machine::{Interrupt, Machine};
use crate::avm::memory::Memory;
use crate::avm::program::Instruction;
use crate::avm::table::Op;
use crate::avm::value::Tag;
use crate::avm::world::AvmError;

/// A print that cannot be read ends everything: were it a revert, programs would behave differently where somebody
/// listens.
pub(crate) fn debug_log(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &*machine.frame;
    let [level, message, fields, fields_size] = frame.addresses(instruction)?;
    let Some(limits) = machine.host.debug_logs else { return Ok(()) };
    let message_size = instruction.immediate;
    let unreadable = |halt| Interrupt::fatal(AvmError::DebugLog(halt));
    // An integer is below 2 to the width of its tag.
    let level = frame.int(0, level, Tag::U8).map_err(unreadable)? as u8;
    let fields_size = frame.u32(3, fields_size).map_err(unreadable)?;
    let reads = 2 + u64::from(message_size) + u64::from(fields_size);
    if !machine.journal.count_debug_log_reads(reads, limits.max_reads) {
        return Err(Interrupt::fatal(AvmError::DebugLogLimit { max: limits.max_reads }));
    }
    let known_level = LogLevel::ALL.get(usize::from(level)).copied();
    let level = known_level.ok_or_else(|| Interrupt::fatal(AvmError::DebugLogLevel { level }))?;
    let text = text(frame, message, message_size).map_err(unreadable)?;
    let fields = values(frame, fields, fields_size).map_err(unreadable)?;
    machine.journal.add_debug_log(DebugLog { contract_address: frame.address, level, message: text, fields });
    Ok(())
}

fn text(frame: &Frame, start: u32, size: u32) -> Result<String, Halt> {
    check(start, size)?;
    let byte = |index| frame.int(1, start + index, Tag::U8).map(|byte| char::from(byte as u8));
    (0..size).map(byte).collect()
}

fn values(frame: &Frame, start: u32, size: u32) -> Result<Vec<Fr>, Halt> {
    check(start, size)?;
    (0..size).map(|index| frame.field(2, start + index)).collect()
}

fn check(start: u32, size: u32) -> Result<(), Halt> {
    match Memory::has_range(start, size) {
        true => Ok(()),
        false => Err(Halt::Cells { op: Op::DebugLog, cells: Cells::ReadRange { start } }),
    }
}
