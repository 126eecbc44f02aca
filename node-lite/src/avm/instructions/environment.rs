//! What a contract can know of its call, the block and other contracts.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{environment_getters,contract}.ts`.

use crate::avm::halt::{Cells, Halt};
use crate::avm::machine::{Interrupt, Machine};
use crate::avm::memory::Memory;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

pub(crate) fn get_env_var(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Halt> {
    let frame = &mut *machine.frame;
    let globals = machine.host.globals;
    let [to] = frame.addresses(instruction)?;
    let value = match instruction.immediate {
        0 => Value::Field(frame.address.to_field()),
        1 => Value::Field(frame.sender.to_field()),
        2 => Value::Field(machine.transaction_fee),
        3 => Value::Field(globals.chain_id),
        4 => Value::Field(globals.version),
        5 => Value::u32(globals.block_number.0),
        6 => Value::u64(globals.timestamp.0),
        7 => Value::Int(Tag::U128, globals.gas_fees.fee_per_l2_gas.0),
        8 => Value::Int(Tag::U128, globals.gas_fees.fee_per_da_gas.0),
        9 => Value::bit(frame.is_static),
        10 => Value::u32(frame.gas.l2_gas),
        11 => Value::u32(frame.gas.da_gas),
        other => return Err(Halt::InvalidEnvironmentVariable(other)),
    };
    frame.memory.set(to, value);
    Ok(())
}

pub(crate) fn get_contract_instance(machine: &mut Machine<'_>, instruction: &Instruction) -> Result<(), Interrupt> {
    let frame = &mut *machine.frame;
    let member = instruction.immediate;
    let [address, to] = frame.addresses(instruction)?;
    let address = frame.field(0, address)?.into();
    if !Memory::has_range(to, 2) {
        return Err(Halt::Cells { op: instruction.op, cells: Cells::WriteRange { start: to } }.into());
    }
    if member > 2 {
        return Err(Halt::InvalidInstanceMember(member).into());
    }
    let instance = machine.host.instance(machine.journal, address).map_err(Interrupt::fatal)?;
    let value = instance.map(|instance| match member {
        0 => instance.deployer.to_field(),
        1 => instance.class.to_field(),
        _ => instance.initialization_hash.to_field(),
    });
    let cells = [Value::bit(value.is_some()), Value::Field(value.unwrap_or_default())];
    frame.memory.set_range(to, cells.into_iter());
    Ok(())
}
