//! Where the program goes on.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/control_flow.ts`.

use crate::avm::frame::{Frame, InternalCall};
use crate::avm::halt::Halt;
use crate::avm::program::{Instruction, Program};
use crate::avm::table::Op;
use crate::avm::value::Tag;

/// Index of the instruction that runs next.
#[inline]
pub(crate) fn next(frame: &mut Frame, instruction: &Instruction, program: &Program) -> Result<usize, Halt> {
    let target = instruction.immediate as usize;
    let following = frame.index + 1;
    match instruction.op {
        Op::JumpI => {
            let [condition] = frame.addresses(instruction)?;
            Ok(if frame.int(0, condition, Tag::U1)? == 1 { target } else { following })
        }
        Op::InternalCall => {
            let place = program.place(frame.index);
            frame.internal_calls.push(InternalCall { place, return_to: following });
            Ok(target)
        }
        Op::InternalReturn => frame.internal_calls.pop().map(|call| call.return_to).ok_or(Halt::InternalCallStackEmpty),
        _ => Ok(target),
    }
}
