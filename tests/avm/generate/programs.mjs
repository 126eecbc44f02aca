// Calls of random programs: each instruction with right and wrong operands, out of gas everywhere, jumps to anywhere,
// nested calls, limits, gadgets at their edges.
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { Fr, Rng } from '../../vectors/generate/lib.mjs';
import { INSTRUCTIONS, T, assemble, cat, jump, jumpIf, label, op, set } from './assembler.mjs';
import { addressOf, contractOf, run } from './world.mjs';

const rng = new Rng('avm programs');
const P = Fr.MODULUS;
const BITS = [0, 1, 8, 16, 32, 64, 128];
const cases = [];
const codes = new Map();

/** Bytecode appears once in the file; cases name it by its index. */
function codeIndex(code) {
  const key = code.toString('base64');
  if (!codes.has(key)) codes.set(key, codes.size);
  return codes.get(key);
}

async function add(name, bytecodes, options = {}) {
  const contracts = await Promise.all(bytecodes.map(contractOf));
  const out = await run({ contracts, ...options });
  cases.push({ n: name, code: bytecodes.map(codeIndex), ...options, out });
  return out;
}

/** The same call with less gas: what it used less one, and somewhere on the way. */
async function starve(name, bytecodes, options = {}) {
  const gas = options.gas ?? [6_000_000, 100_000];
  const full = await add(name, bytecodes, options);
  const used = [gas[0] - full.gas[0], gas[1] - full.gas[1]];
  if (full.reverted && full.reverted.kind !== 'Revert') return;
  await add(`${name}, exact gas`, bytecodes, { ...options, gas: used });
  await add(`${name}, one short`, bytecodes, { ...options, gas: [used[0] - 1, used[1]] });
  await add(`${name}, half`, bytecodes, { ...options, gas: [rng.int(used[0]), used[1]] });
  if (used[1] > 0) await add(`${name}, DA short`, bytecodes, { ...options, gas: [used[0], used[1] - 1] });
}

const value = tag => {
  if (tag !== T.FIELD) return rng.big(BITS[tag]);
  const edges = [0n, 1n, 2n, P - 1n, P - 2n, (P - 1n) / 2n, 1n << 128n, (1n << 160n) - 1n, 1n << 160n];
  return rng.int(3) === 0 ? rng.pick(edges) : BigInt('0x' + rng.bytes(40).toString('hex')) % P;
};
const tags = Object.values(T);

/** An instruction between constants and a RETURN, its operands as `cells` says, possibly spoiled. */
function one({ name, operands }, cells, { spoil = true } = {}) {
  const parts = [];
  const base = rng.pick([0, 0, 3, 20]);
  const badBase = spoil && rng.int(25) === 0;
  parts.push(set(0, badBase ? rng.pick(tags) : T.U32, badBase && rng.int(2) ? 2n ** 32n - 5n : base));
  let modes = 0;
  let place = 40;
  const addresses = operands.filter(o => 'aA'.includes(o));
  const values = [];
  let index = 0;
  for (const operand of operands) {
    if (operand === 'm' || operand === 'M') { values.push(null); continue; }
    if (!'aA'.includes(operand)) { values.push(cells.immediates.shift()); continue; }
    const cell = cells.inputs[index];
    const narrow = operand === 'a';
    const target = place;
    place += 30;
    const content = typeof cell === 'function' ? cell() : cell;
    for (const [offset, [tag, v]] of (content ?? []).entries()) {
      const wrong = spoil && rng.int(30) === 0;
      parts.push(set(target + offset, wrong ? rng.pick(tags) : tag, v));
    }
    // As it is, relative, indirect, or both.
    let written = target;
    let mode = rng.pick([0, 0, 0, 1, 2, 3]);
    if (narrow && place > 250) mode = 0;
    if (mode & 1) {
      const pointer = 5 + index;
      const spoiled = spoil && rng.int(20) === 0;
      parts.push(set(pointer, spoiled ? rng.pick(tags) : T.U32, spoiled && rng.int(2) ? 2n ** 32n - 1n : target));
      written = pointer;
    }
    if (mode & 2) {
      if (written >= base) written -= base;
      else mode &= 1;
    }
    modes |= mode << (2 * index);
    values.push(written);
    index++;
  }
  if (spoil && rng.int(30) === 0) modes |= 1 << rng.int(operands[0] === 'M' ? 16 : 8);
  values[operands.findIndex(o => o === 'm' || o === 'M')] = modes;
  parts.push(op(name, ...values));
  return { parts, place, addresses };
}

const finish = cat(set(1000, T.U32, 300), op('RETURN', 0, 1000, 0));
const same = () => { const tag = rng.pick(tags); return [() => [[tag, value(tag)]], () => [[tag, value(tag)]], null]; };
const integersOf = () => { const tag = rng.pick(tags.slice(1)); return [() => [[tag, value(tag)]], () => [[tag, value(tag)]], null]; };
const any = () => { const tag = rng.pick(tags); return [[tag, value(tag)]]; };
const field = v => () => [[T.FIELD, v ?? value(T.FIELD)]];
const u32 = v => () => [[T.U32, v ?? rng.pick([0, 1, 2, 5, 9])]];
const many = (count, tag) => () => Array.from({ length: count }, () => [tag, value(tag)]);

const G = [1n, 17631683881184975370165255887551781615748388533673675138860n];
const { Grumpkin } = await (await import('../../vectors/generate/lib.mjs')).aztec('foundation/crypto/grumpkin');
const { Fq } = await import('../../vectors/generate/lib.mjs');
const points = [G, [G[0], P - G[1]]];
for (let i = 0; i < 6; i++) {
  const point = await Grumpkin.mul(Grumpkin.generator, new Fq(rng.big(250)));
  points.push([point.x.toBigInt(), point.y.toBigInt()]);
}
const point = () => {
  const [x, y] = rng.pick(points);
  const infinite = rng.int(5) === 0 ? 1 : 0;
  return rng.int(15) === 0 ? [[[T.FIELD, x]], [[T.FIELD, y + 1n]], [[T.U1, infinite]]]
    : [[[T.FIELD, x]], [[T.FIELD, y]], [[T.U1, infinite]]];
};

/** Inputs of each instruction by address operand; null for a result. */
const INPUTS = {
  ADD: same, SUB: same, MUL: same, EQ: same, LT: same, LTE: same,
  DIV: () => (rng.int(8) ? integersOf() : same()), FDIV: () => (rng.int(8) ? [field(), field(), null] : same()),
  AND: integersOf, OR: integersOf, XOR: integersOf, NOT: () => [integersOf()[0], null],
  SHL: () => { const [a] = integersOf(); const tag = a()[0][0]; return [a, () => [[tag, rng.int(3) ? BigInt(rng.int(BITS[tag] + 2)) & ((1n << BigInt(BITS[tag])) - 1n) : value(tag)]], null]; },
  CAST: () => [any, null], GETENVVAR: () => [null], SUCCESSCOPY: () => [null], RETURNDATASIZE: () => [null],
  CALLDATACOPY: () => [u32(rng.pick([0, 1, 3, 10])), u32(rng.pick([0, 1, 3, 4, 2 ** 32 - 1])), null],
  RETURNDATACOPY: () => [u32(), u32(), null], JUMPI: () => [() => [[T.U1, rng.int(2)]]], SET: () => [null], MOV: () => [any, null],
  SLOAD: () => [field(rng.pick([1n, 2n, 3n])), field(rng.pick([0x1000n, 5n])), null], SSTORE: () => [field(), field(rng.pick([1n, 2n]))],
  NOTEHASHEXISTS: () => [field(rng.pick([9000n, 9005n, 0n])), () => [[T.U64, rng.pick([0n, 5n, 50n, 64n, 100n, (1n << 42n) + 1n, (1n << 64n) - 1n])]], null],
  EMITNOTEHASH: () => [field()], NULLIFIEREXISTS: () => [field(rng.pick([11n, 13n, undefined])), null], EMITNULLIFIER: () => [field()],
  L1TOL2MSGEXISTS: () => [field(rng.pick([7000n, 7005n, 0n])), () => [[T.U64, rng.pick([0n, 5n, 12n, 20n, (1n << 36n) + 1n, (1n << 64n) - 1n])]], null],
  GETCONTRACTINSTANCE: () => [field(rng.pick([0x1000n, 0x1001n, 77n, 0n, 9n])), null],
  EMITPUBLICLOG: () => { const size = rng.int(6); return [u32(size), many(6, T.FIELD)]; },
  SENDL2TOL1MSG: () => [field(rng.pick([0n, 5n, (1n << 160n) - 1n, 1n << 160n])), field()],
  RETURN: () => [u32(), many(9, rng.pick(tags))], REVERT: () => [u32(), many(9, rng.pick(tags))],
  DEBUGLOG: () => [() => [[T.U8, rng.int(8)]], many(3, T.U8), many(2, T.FIELD), u32(rng.int(3))],
  POSEIDON2: () => [many(4, T.FIELD), null], SHA256COMPRESSION: () => [null, many(8, T.U32), many(16, T.U32)],
  KECCAKF1600: () => [null, many(25, T.U64)], ECADD: () => { const [a, b, c] = point(); const [d, e, f] = point(); return [a, b, c, d, e, f, null]; },
  TORADIXBE: () => {
    const radix = rng.pick([2, 2, 3, 10, 16, 256, rng.int(260), 0, 1, 257, 2 ** 32 - 1]);
    const digits = rng.pick([0, 1, 8, 32, 77, 254, 300]);
    return [field(rng.pick([0n, 1n, 255n, 65535n, undefined])), u32(radix), u32(digits), () => [[T.U1, rng.int(2)]], null];
  },
  CALL: () => [u32(rng.pick([0, 1000, 2 ** 32 - 1])), u32(rng.pick([0, 500])), field(rng.pick([0x1001n, 0x1001n, 0x1002n, 77n])), u32(rng.int(5)), many(5, rng.pick(tags))],
};
INPUTS.SHR = INPUTS.SHL;
INPUTS.STATICCALL = INPUTS.CALL;

const immediatesOf = ({ name, operands }) => operands.filter(o => !'mMaA'.includes(o)).map(o => {
  if (o === 't') return rng.int(40) === 0 ? rng.pick([7, 200, 255]) : rng.int(7);
  if (o === 'b') return name === 'GETENVVAR_16' ? rng.int(13) : rng.int(4);
  if (o === 'w') return rng.int(4);
  if (o === 'p') return rng.int(60);
  return rng.int(4) === 0 ? (1n << BigInt(8 * Number(o))) - 1n : rng.big(8 * Number(o));
});

// A callee that stores, reads its calldata and returns it.
const echo = assemble([
  set(1, T.U32, 3), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10), set(3, T.FIELD, 8), op('GETENVVAR_16', 0, 4, 9),
  jumpIf(4, 'quiet'), op('SSTORE', 0, 3, 3), label('quiet'), op('RETURN', 0, 1, 10),
]);
const reverter = cat(set(1, T.U32, 2), set(2, T.FIELD, 5), op('EMITNOTEHASH', 0, 2), op('REVERT_16', 0, 1, 2));
const halter = cat(set(2, T.FIELD, 5), op('EMITNULLIFIER', 0, 2), op('INTERNALRETURN'));

for (const instruction of INSTRUCTIONS) {
  const family = instruction.name.replace(/_(8|16|32|64|128|FF)$/, '');
  if (['JUMP', 'INTERNALCALL', 'INTERNALRETURN'].includes(family)) continue;
  const calls = family === 'CALL' || family === 'STATICCALL';
  for (let i = 0; i < (calls ? 60 : 36); i++) {
    const { parts } = one(instruction, { inputs: INPUTS[family](), immediates: immediatesOf(instruction) }, { spoil: i % 3 !== 0 });
    // Calls come before what reads their results.
    const first = ['SUCCESSCOPY', 'RETURNDATASIZE', 'RETURNDATACOPY'].includes(family) && rng.int(4)
      ? cat(set(1010, T.U32, 200_000), set(1011, T.U32, 1000), set(1012, T.FIELD, rng.pick([0x1001n, 0x1002n, 0x1003n])), set(1013, T.U32, 2), op('CALL', 0, 1010, 1011, 1012, 1013, 1014)) : [];
    const last = calls ? cat(op('SUCCESSCOPY', 0, 20), op('RETURNDATASIZE', 0, 21), finish) : finish;
    const code = cat(first, parts, last);
    const options = { calldata: ['0x7', '0x8', '0x' + (P - 1n).toString(16)], fee: 99 };
    if (rng.int(8) === 0) options.isStatic = true;
    if (family === 'DEBUGLOG' && i % 3 === 0) options.debug = true;
    const record = i % 3 === 0 && i < 18 ? starve : add;
    await record(instruction.name, [code, echo, reverter, halter], options);
  }
}

// Any bytes.
for (let i = 0; i < 300; i++) {
  const parts = [];
  for (let n = rng.int(12) + 1; n > 0; n--) {
    const { name, opcode, operands } = rng.pick(INSTRUCTIONS);
    if (rng.int(12) === 0) parts.push(rng.bytes(rng.int(6) + 1));
    else parts.push(op(name, ...operands.map(o => ('aA'.includes(o) ? rng.int(8) : o === 't' ? rng.int(7) : 'mM'.includes(o) ? (rng.int(4) ? 0 : rng.int(256)) : o === 'p' ? rng.int(80) : rng.int(256)))));
  }
  await add('bytes', [cat(parts)], { calldata: ['0x1'], gas: [200_000, 5_000] });
}
for (let opcode = 0; opcode < 256; opcode += opcode < 70 ? 1 : 31) await add('truncated', [Buffer.from([opcode, 0, 0])]);

// Jumps: to boundaries, into instructions, past the end; loops until gas is gone; internal calls and their stack.
for (let i = 0; i < 120; i++) {
  const body = cat(Array.from({ length: 6 }, () => set(rng.int(6), rng.pick(tags), rng.big(8))));
  const target = rng.pick([rng.int(body.length + 40), body.length, 2 ** 32 - 1, 0]);
  await add('jump', [cat(body, op(rng.pick(['JUMP_32', 'INTERNALCALL']), target), op('INTERNALRETURN'), finish)], { gas: [30_000, 0] });
}
await starve('loop', [assemble([
  set(1, T.U64, 0), set(2, T.U64, 1), set(3, T.U64, 200), label('again'), op('ADD_8', 0, 1, 2, 1), op('LT_8', 0, 1, 3, 4),
  jumpIf(4, 'again'), finish,
])]);
await add('endless', [assemble([label('again'), jump('JUMP_32', 'again')])], { gas: [90_001, 0] });
await add('endless internal calls', [assemble([label('again'), jump('INTERNALCALL', 'again')])], { gas: [900, 0] });
await add('internal calls', [assemble([
  jump('INTERNALCALL', 'a'), finish, label('a'), set(1, T.U8, 1), jump('INTERNALCALL', 'b'), set(2, T.U8, 2), op('INTERNALRETURN'),
  label('b'), set(3, T.U8, 3), jump('INTERNALCALL', 'c'), op('INTERNALRETURN'), label('c'), op('DIV_8', 0, 3, 9, 9),
])]);
await add('past the end', [set(1, T.U8, 1)]);
await add('nothing follows a call', [cat(set(1, T.U32, 0), set(2, T.FIELD, 0x1001), op('CALL', 0, 1, 1, 2, 1, 1)), echo]);

// Nested calls: what returns, reverts and halts; gas asked for and left; static calls; what stays of side effects.
const callOf = (kind, { l2 = 2 ** 32 - 1, da = 2 ** 32 - 1, to, size = 2, at = 30 }) => cat(
  set(20, T.U32, l2), set(21, T.U32, da), set(22, T.FIELD, to), set(23, T.U32, size), op(kind, 0, 20, 21, 22, 23, at),
  op('SUCCESSCOPY', 0, 24), op('RETURNDATASIZE', 0, 25), set(26, T.U32, 0),
);
const effect = [
  () => cat(set(60, T.FIELD, value(0)), op('EMITNOTEHASH', 0, 60)), () => cat(set(60, T.FIELD, rng.int(3)), op('EMITNULLIFIER', 0, 60)),
  () => cat(set(60, T.FIELD, rng.int(4)), set(61, T.FIELD, value(0)), op('SSTORE', 0, 61, 60)),
  () => cat(set(60, T.U32, 2), op('EMITPUBLICLOG', 0, 60, 61)), () => cat(set(60, T.FIELD, 5), op('SENDL2TOL1MSG', 0, 60, 60)),
  () => cat(set(60, T.FIELD, rng.int(4)), set(61, T.FIELD, BigInt(0x1000 + rng.int(4))), op('SLOAD', 0, 60, 61, 62)),
  () => cat(set(60, T.FIELD, value(0)), set(63, T.U64, 64 + rng.int(4)), op('NOTEHASHEXISTS', 0, 60, 63, 64)),
];
const effects = () => cat(Array.from({ length: rng.int(3) }, () => rng.pick(effect)()));
const end = () => rng.pick([
  () => finish, () => finish, () => cat(set(70, T.U32, rng.int(4)), op('RETURN', 0, 70, 30)),
  () => cat(set(70, T.U32, rng.int(4)), op('REVERT_16', 0, 70, 30)), () => op('INTERNALRETURN'),
])();
for (let i = 0; i < 250; i++) {
  const program = depth => cat(
    effects(), set(30, rng.pick(tags), 1), set(31, rng.pick(tags), 1),
    depth < 3 && rng.int(4) ? callOf(rng.pick(['CALL', 'CALL', 'CALL', 'STATICCALL']), {
      to: 0x1001 + depth + (rng.int(9) ? 0 : 5), l2: rng.int(3) ? undefined : rng.int(150_000), da: rng.int(4) ? undefined : rng.int(200), size: rng.int(4),
    }) : [],
    rng.int(2) && depth < 3 ? op('RETURNDATACOPY', 0, 25, 26, 80) : [], effects(), depth === 0 ? finish : end(),
  );
  const codes = [0, 1, 2, 3].map(program);
  await (i % 5 ? add : starve)('nested', codes, { isStatic: rng.int(12) === 0 });
}
// The depth ends with the gas: each call keeps 1/… of nothing, so all of it goes down.
await add('recursion', [cat(callOf('CALL', { to: 0x1000 }), finish)], { gas: [3_000_000, 0] });
// Return data and calldata at the end of memory, and longer than anybody pays for. From beyond
// its end the simulators differ.
for (const [size, at] of [[2 ** 32 - 1, 0], [10, 2 ** 32 - 5], [5, 2 ** 32 - 5], [0, 2 ** 32 - 1], [1000, 7]]) {
  const returns = cat(set(1, T.U32, at), set(2, T.U32, size), op('RETURN', 0b100, 2, 1));
  for (const [count, start] of [[1, 0], [5, 0], [6, 0], [2, 3]].filter(([, start]) => start <= size)) {
    const read = name => cat(set(40, T.U32, count), set(41, T.U32, start), op(name, 0, 40, 41, 100));
    await add('return data', [cat(callOf('CALL', { to: 0x1001 }), read('RETURNDATACOPY'), finish), returns]);
    const passes = cat(set(30, T.U32, at), set(20, T.U32, 100_000), set(22, T.FIELD, 0x1001), set(23, T.U32, size),
      op('CALL', 1 << 8, 20, 20, 22, 23, 30), op('SUCCESSCOPY', 0, 24), finish);
    await add('calldata', [passes, cat(read('CALLDATACOPY'), finish)]);
  }
}
// Twenty-one classes and one more.
for (const count of [20, 21, 22]) {
  const distinct = Array.from({ length: count }, (_, i) => cat(set(i + 1, T.U8, i), finish));
  const caller = cat(Array.from({ length: count }, (_, i) => callOf('CALL', { to: 0x1001 + i, l2: 30_000 })), finish);
  await add('classes', [caller, ...distinct]);
}
// Limits of a transaction.
const repeat = (count, make) => cat(Array.from({ length: count }, (_, i) => make(i)));
const limits = {
  notes: n => cat(set(1, T.FIELD, 5), repeat(n, () => op('EMITNOTEHASH', 0, 1)), finish),
  nullifiers: n => cat(set(1, T.FIELD, 5), set(2, T.FIELD, 1), repeat(n, () => cat(op('EMITNULLIFIER', 0, 1), op('ADD_8', 0, 1, 2, 1))), finish),
  writes: n => cat(set(1, T.FIELD, 5), set(2, T.FIELD, 1), repeat(n, () => cat(op('SSTORE', 0, 1, 1), op('ADD_8', 0, 1, 2, 1))), finish),
  'writes of one slot': n => cat(set(1, T.FIELD, 5), repeat(n, () => op('SSTORE', 0, 1, 1)), finish),
  messages: n => cat(set(1, T.FIELD, 5), repeat(n, () => op('SENDL2TOL1MSG', 0, 1, 1)), finish),
};
for (const [name, counts] of Object.entries({ notes: [64, 65], nullifiers: [64, 65], writes: [63, 64], 'writes of one slot': [70], messages: [8, 9] })) {
  for (const count of counts) await add(`limit of ${name}`, [limits[name](count)]);
}
for (const size of [4094, 4095, 4096]) await add('limit of logs', [cat(set(1, T.U32, size), op('EMITPUBLICLOG', 0, 1, 2), finish)], { gas: [6_000_000, 200_000] });
for (const size of [0, 1]) {
  await add('limit of logs', [cat(set(1, T.U32, 2000), set(2, T.U32, 88), op('EMITPUBLICLOG', 0, 1, 3), op('EMITPUBLICLOG', 0, 1, 3), op('EMITPUBLICLOG', 0, 2, 3), set(2, T.U32, size), op('EMITPUBLICLOG', 0, 2, 3), finish)], { gas: [6_000_000, 200_000] });
}

const file = [JSON.stringify({ codes: [...codes.keys()] }), ...cases.map(c => JSON.stringify(c, (_, v) => (typeof v === 'bigint' ? v.toString() : v)))].join('\n');
const kinds = {};
for (const { out } of cases) { const kind = out.reverted ? (out.reverted.kind ?? 'nested') : 'success'; kinds[kind] = (kinds[kind] ?? 0) + 1; }
console.log(cases.length, 'cases', kinds);
const path = new URL('../data/programs.jsonl.z', import.meta.url);
const packed = deflateSync(file, { level: 9 });
writeFileSync(path, packed);
console.log(file.length, 'bytes,', packed.length, 'compressed');
