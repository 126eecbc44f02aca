// Bytecode from instruction names. Letters: m/M addressing modes of one/two bytes, a/A addresses of one/two bytes,
// t tag, b/w numbers of one/two bytes, p place of four bytes, and a digit string for a constant of that many bytes.
const three = ['m a a a', 'm A A A'];
const two = ['m a a', 'm A A'];
const pairs = {
  ADD: three, SUB: three, MUL: three, DIV: three, FDIV: three, EQ: three, LT: three, LTE: three, AND: three, OR: three,
  XOR: three, NOT: two, SHL: three, SHR: three, CAST: ['m a a t', 'm A A t'],
};
const rest = [
  ['GETENVVAR_16', 'm A b'], ['CALLDATACOPY', 'm A A A'], ['SUCCESSCOPY', 'm A'], ['RETURNDATASIZE', 'm A'],
  ['RETURNDATACOPY', 'm A A A'], ['JUMP_32', 'p'], ['JUMPI_32', 'm A p'], ['INTERNALCALL', 'p'], ['INTERNALRETURN', ''],
  ['SET_8', 'm a t 1'], ['SET_16', 'm A t 2'], ['SET_32', 'm A t 4'], ['SET_64', 'm A t 8'], ['SET_128', 'm A t 16'],
  ['SET_FF', 'm A t 32'], ['MOV_8', 'm a a'], ['MOV_16', 'm A A'], ['SLOAD', 'm A A A'], ['SSTORE', 'm A A'],
  ['NOTEHASHEXISTS', 'm A A A'], ['EMITNOTEHASH', 'm A'], ['NULLIFIEREXISTS', 'm A A'], ['EMITNULLIFIER', 'm A'],
  ['L1TOL2MSGEXISTS', 'm A A A'], ['GETCONTRACTINSTANCE', 'm A A b'], ['EMITPUBLICLOG', 'm A A'],
  ['SENDL2TOL1MSG', 'm A A'], ['CALL', 'M A A A A A'], ['STATICCALL', 'M A A A A A'], ['RETURN', 'm A A'],
  ['REVERT_8', 'm a a'], ['REVERT_16', 'm A A'], ['DEBUGLOG', 'm A A A A w'], ['POSEIDON2', 'm A A'],
  ['SHA256COMPRESSION', 'm A A A'], ['KECCAKF1600', 'm A A'], ['ECADD', 'M A A A A A A A'], ['TORADIXBE', 'M A A A A A'],
];

/** Name and format of every instruction, by opcode. */
export const INSTRUCTIONS = [
  ...Object.entries(pairs).flatMap(([name, [narrow, wide]]) => [[`${name}_8`, narrow], [`${name}_16`, wide]]),
  ...rest,
].map(([name, format], opcode) => ({ name, opcode, operands: format.split(' ').filter(Boolean) }));

const byName = new Map(INSTRUCTIONS.map(instruction => [instruction.name, instruction]));
const sizes = { m: 1, M: 2, a: 1, A: 2, t: 1, b: 1, w: 2, p: 4 };
const sizeOf = operand => sizes[operand] ?? Number(operand);

export const lengthOf = name => 1 + byName.get(name).operands.reduce((sum, operand) => sum + sizeOf(operand), 0);

/** The bytes of one instruction. */
export function op(name, ...values) {
  const { opcode, operands } = byName.get(name);
  if (values.length !== operands.length) throw new Error(`${name} takes ${operands.length} operands`);
  const parts = operands.map((operand, index) => {
    const size = sizeOf(operand);
    const mask = (1n << BigInt(8 * size)) - 1n;
    return Buffer.from((BigInt(values[index]) & mask).toString(16).padStart(2 * size, '0'), 'hex');
  });
  return Buffer.concat([Buffer.from([opcode]), ...parts]);
}

export const T = { FIELD: 0, U1: 1, U8: 2, U16: 3, U32: 4, U64: 5, U128: 6 };
export const set = (address, tag, value) => op('SET_FF', 0, address, tag, value);
export const cat = (...parts) => Buffer.concat(parts.flat(Infinity));

/** Joins parts; a part `{ label }` marks a place, a function of the labels gives bytes of a size fixed by `size`. */
export function assemble(parts) {
  const labels = {};
  let place = 0;
  for (const part of parts.flat(Infinity)) {
    if (part.label !== undefined) labels[part.label] = place;
    else place += part.size ?? part.length;
  }
  return Buffer.concat(parts.flat(Infinity).filter(part => part.label === undefined)
    .map(part => (part.make ? part.make(labels) : part)));
}
export const label = name => ({ label: name });
export const jump = (name, to) => ({ size: lengthOf(name), make: labels => op(name, labels[to]) });
export const jumpIf = (condition, to) => ({ size: lengthOf('JUMPI_32'), make: labels => op('JUMPI_32', 0, condition, labels[to]) });
