//! Calls of other contracts, and the end of this one.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/external_calls.ts`.

use protocol::gas::Gas;

use crate::avm::frame::{Data, Frame};
use crate::avm::halt::Halt;
use crate::avm::machine::NestedCall;
use crate::avm::program::Instruction;
use crate::avm::value::Value;

/// The call to make, its gas taken from this one: what is asked for, but no more than there is.
pub(crate) fn call(frame: &mut Frame, instruction: &Instruction, is_static: bool) -> Result<NestedCall, Halt> {
    let [l2_gas, da_gas, contract, size, offset] = frame.addresses(instruction)?;
    let asked = Gas { l2_gas: frame.u32(0, l2_gas)?, da_gas: frame.u32(1, da_gas)? };
    let contract = frame.field(2, contract)?.into();
    let size = frame.u32(3, size)?;
    let gas = Gas { l2_gas: asked.l2_gas.min(frame.gas.l2_gas), da_gas: asked.da_gas.min(frame.gas.da_gas) };
    frame.charge(gas.l2_gas.into(), gas.da_gas.into())?;
    Ok(NestedCall { contract, is_static: is_static || frame.is_static, gas, calldata: Data::Caller { offset, size } })
}

pub(crate) fn success_copy(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to] = frame.addresses(instruction)?;
    let success = Value::bit(frame.succeeded);
    frame.memory.set(to, success);
    Ok(())
}

/// Where what the call returns begins, and its size.
pub(crate) fn output(frame: &Frame, instruction: &Instruction) -> Result<(u32, u32), Halt> {
    let [size, offset] = frame.addresses(instruction)?;
    Ok((offset, frame.u32(0, size)?))
}
