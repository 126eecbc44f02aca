// Exceptional halts on the native simulator, in whole transactions: what it says of each.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { Fr, Rng, aztec, internal } from '../../vectors/generate/lib.mjs';
import { INSTRUCTIONS, T, cat, op, set } from './assembler.mjs';
import { Recorder } from './recorder.mjs';

const { deployCustomBytecode } = await internal('simulator/dest/public/fixtures/custom_bytecode_tester.js');
const { createTxForPublicCalls } = await internal('simulator/dest/public/fixtures/utils.js');
const { PublicCallRequest } = await aztec('stdlib/kernel');
const { PublicCallRequestWithCalldata } = await aztec('stdlib/tx');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { Gas } = await aztec('stdlib/gas');

const rng = new Rng('avm halts');
const address = n => AztecAddress.fromBigInt(BigInt(n));
const unique = () => new Fr(BigInt('0x' + rng.bytes(30).toString('hex')) + 1n);

/** Programs to try, with the gas they get; the first few of each name and message are kept. */
const programs = [];
const add = (name, code, { gas, isStatic } = {}) => programs.push({ name, code: cat(code), gas, isStatic });

// Two operands of every kind of types.
const kinds = [[T.FIELD, 5], [T.U1, 1], [T.U8, 200], [T.U32, 7], [T.U128, 9]];
const zero = tag => [tag, 0];
for (const name of ['ADD', 'SUB', 'MUL', 'DIV', 'FDIV', 'EQ', 'LT', 'LTE', 'AND', 'OR', 'XOR', 'SHL', 'SHR']) {
  for (const a of kinds) {
    for (const b of [...kinds, zero(a[0]), zero(T.FIELD)]) {
      add(name, [set(10, ...a), set(11, ...b), op(`${name}_16`, 0, 10, 11, 12), op('INTERNALRETURN')]);
    }
  }
}
for (const a of kinds) add('NOT', [set(10, ...a), op('NOT_16', 0, 10, 12), op('INTERNALRETURN')]);

// Each operand of the others with each type, the rest right.
const OPERANDS = {
  GETENVVAR_16: [], CALLDATACOPY: [T.U32, T.U32], RETURNDATACOPY: [T.U32, T.U32], SLOAD: [T.FIELD, T.FIELD], SSTORE: [T.FIELD, T.FIELD],
  NOTEHASHEXISTS: [T.FIELD, T.U64], EMITNOTEHASH: [T.FIELD], NULLIFIEREXISTS: [T.FIELD], EMITNULLIFIER: [T.FIELD],
  L1TOL2MSGEXISTS: [T.FIELD, T.U64], GETCONTRACTINSTANCE: [T.FIELD], EMITPUBLICLOG: [T.U32, T.FIELD], SENDL2TOL1MSG: [T.FIELD, T.FIELD],
  CALL: [T.U32, T.U32, T.FIELD, T.U32, T.FIELD], STATICCALL: [T.U32, T.U32, T.FIELD, T.U32, T.FIELD], RETURN: [T.U32], REVERT_16: [T.U32],
  POSEIDON2: [T.FIELD], TORADIXBE: [T.FIELD, T.U32, T.U32, T.U1], ECADD: [T.FIELD, T.FIELD, T.U1, T.FIELD, T.FIELD, T.U1],
};
for (const [name, types] of Object.entries(OPERANDS)) {
  const { operands } = INSTRUCTIONS.find(instruction => instruction.name === name);
  const addresses = operands.filter(operand => 'aA'.includes(operand)).length;
  for (let wrong = 0; wrong < types.length; wrong++) {
    for (const [tag] of kinds.filter(([tag]) => tag !== types[wrong])) {
      const parts = types.map((type, i) => set(10 + i, i === wrong ? tag : type, 1));
      const places = Array.from({ length: addresses }, (_, i) => 10 + i);
      const values = operands.map(operand => ('aA'.includes(operand) ? places.shift() : 0));
      add(name, [parts, op(name, ...values), op('INTERNALRETURN')]);
    }
  }
}
// In blocks of memory.
const block = (at, types) => types.map(([tag, value], i) => set(at + i, tag, value));
const same = (count, tag, wrong = [], other = T.FIELD) => Array.from({ length: count }, (_, i) => [wrong.includes(i) ? other : tag, 1]);
for (const wrong of [[0], [1], [3], [1, 2]]) add('POSEIDON2', [block(10, same(4, T.FIELD, wrong, T.U32)), op('POSEIDON2', 0, 10, 20), op('INTERNALRETURN')]);
for (const wrong of [[0], [7], [3]]) add('SHA256COMPRESSION', [block(10, same(8, T.U32, wrong)), block(30, same(16, T.U32)), op('SHA256COMPRESSION', 0, 60, 10, 30), op('INTERNALRETURN')]);
for (const wrong of [[0], [15]]) add('SHA256COMPRESSION', [block(10, same(8, T.U32)), block(30, same(16, T.U32, wrong, T.U8)), op('SHA256COMPRESSION', 0, 60, 10, 30), op('INTERNALRETURN')]);
add('SHA256COMPRESSION', [block(10, same(8, T.U32, [2])), block(30, same(16, T.U32, [2])), op('SHA256COMPRESSION', 0, 60, 10, 30), op('INTERNALRETURN')]);
for (const wrong of [[0], [24], [5, 7]]) for (const tag of [T.FIELD, T.U32]) add('KECCAKF1600', [block(10, same(25, T.U64, wrong, tag)), op('KECCAKF1600', 0, 60, 10), op('INTERNALRETURN')]);
for (const wrong of [[0], [2]]) for (const tag of [T.U1, T.U64]) add('EMITPUBLICLOG', [block(10, same(3, T.FIELD, wrong, tag)), set(20, T.U32, 3), op('EMITPUBLICLOG', 0, 20, 10), op('INTERNALRETURN')]);
// Beyond the last cell, through a pointer.
const LAST = 2n ** 32n - 1n;
const far = (name, count, which, ...values) => add(name, [set(5, T.U32, LAST), values, op(name, which, ...Array.from({ length: count }, (_, i) => (which >> (2 * i) & 1 ? 5 : 10 + i))), op('INTERNALRETURN')]);
far('POSEIDON2', 2, 0b01); far('POSEIDON2', 2, 0b0100, block(10, same(4, T.FIELD)));
for (const which of [0b01, 0b0100, 0b010000]) far('SHA256COMPRESSION', 3, which, block(10, same(30, T.U32)));
for (const which of [0b01, 0b0100]) far('KECCAKF1600', 2, which, block(10, same(30, T.U64)));
add('EMITPUBLICLOG', [set(5, T.U32, LAST), set(20, T.U32, 3), op('EMITPUBLICLOG', 0b0100, 20, 5), op('INTERNALRETURN')]);
add('CALLDATACOPY', [set(5, T.U32, LAST), set(20, T.U32, 3), set(21, T.U32, 0), op('CALLDATACOPY', 0b010000, 20, 21, 5), op('INTERNALRETURN')]);
add('RETURNDATACOPY', [set(5, T.U32, LAST), set(20, T.U32, 3), set(21, T.U32, 0), op('RETURNDATACOPY', 0b010000, 20, 21, 5), op('INTERNALRETURN')]);
add('GETCONTRACTINSTANCE', [set(5, T.U32, LAST), set(20, T.FIELD, 3), op('GETCONTRACTINSTANCE', 0b0100, 20, 5, 0), op('INTERNALRETURN')]);
// ECADD takes seven operands, TORADIXBE five.
const G = [1n, 17631683881184975370165255887551781615748388533673675138860n];
const curve = (x1, y1, i1, x2, y2, i2, modes = 0) => add('ECADD', [
  [x1, y1].map((v, i) => set(10 + i, T.FIELD, v)), set(12, T.U1, i1), [x2, y2].map((v, i) => set(13 + i, T.FIELD, v)), set(15, T.U1, i2), set(5, T.U32, LAST),
  op('ECADD', modes, 10, 11, 12, 13, 14, 15, modes ? 5 : 20), op('INTERNALRETURN'),
]);
curve(...G, 0, 2, 3, 0); curve(2, 3, 0, ...G, 0); curve(2, 3, 1, ...G, 0); curve(2, 3, 0, 4, 5, 0); curve(...G, 0, ...G, 0, 1 << 12);
const radix = (value, base, digits, bits, modes = 0) => add('TORADIXBE', [
  set(10, T.FIELD, value), set(11, T.U32, base), set(12, T.U32, digits), set(13, T.U1, bits), set(5, T.U32, LAST),
  op('TORADIXBE', modes, 10, 11, 12, 13, modes ? 5 : 20), op('INTERNALRETURN'),
]);
radix(5, 0, 3, 0); radix(5, 1, 3, 0); radix(5, 257, 3, 0); radix(5, 10, 3, 1); radix(5, 10, 0, 0); radix(0, 10, 0, 1); radix(1000, 10, 3, 0);
radix(5, 2, 2, 1); radix(0, 0, 0, 0); radix(5, 10, 3, 0, 1 << 8); radix(5, 2, 0, 1); radix(1n << 200n, 256, 3, 0); radix(5, 256, 2 ** 20, 0);
// Numbers of things that are not there.
for (const number of [12, 200]) add('GETENVVAR', [op('GETENVVAR_16', 0, 10, number), op('INTERNALRETURN')]);
for (const number of [3, 255]) add('GETCONTRACTINSTANCE', [set(10, T.FIELD, 1), op('GETCONTRACTINSTANCE', 0, 10, 20, number), op('INTERNALRETURN')]);
for (const recipient of [1n << 160n, Fr.MODULUS - 1n]) add('SENDL2TOL1MSG', [set(10, T.FIELD, recipient), set(11, T.FIELD, 1), op('SENDL2TOL1MSG', 0, 10, 11), op('INTERNALRETURN')]);
add('SSTORE', [set(10, T.FIELD, 1), op('SSTORE', 0, 10, 10), op('INTERNALRETURN')], { isStatic: true });
add('EMITNOTEHASH', [set(10, T.FIELD, 1), op('EMITNOTEHASH', 0, 10)], { isStatic: true });
add('EMITNULLIFIER', [set(10, T.FIELD, 1), op('EMITNULLIFIER', 0, 10)], { isStatic: true });
add('EMITPUBLICLOG', [set(10, T.U32, 1), op('EMITPUBLICLOG', 0, 10, 11)], { isStatic: true });
add('EMITPUBLICLOG', [set(10, T.U32, 1), set(11, T.U1, 1), op('EMITPUBLICLOG', 0, 10, 11)], { isStatic: true });
add('SENDL2TOL1MSG', [set(10, T.FIELD, 1), op('SENDL2TOL1MSG', 0, 10, 10)], { isStatic: true });
add('SENDL2TOL1MSG', [set(10, T.FIELD, Fr.MODULUS - 1n), op('SENDL2TOL1MSG', 0, 10, 10)], { isStatic: true });
for (const name of ['EMITNOTEHASH', 'EMITNULLIFIER', 'SSTORE']) {
  for (const tag of [T.U1, T.U32]) add(name, [set(10, tag, 1), op(name, ...(name === 'SSTORE' ? [0, 10, 10] : [0, 10]))], { isStatic: true });
}
add('EMITNULLIFIER', [set(10, T.FIELD, 1), op('EMITNULLIFIER', 0, 10), op('EMITNULLIFIER', 0, 10)]);
// Where the bytecode ends, and where no instruction is.
add('end', []); add('end', [op('JUMP_32', 5)]); add('end', [op('JUMP_32', 500)]); add('end', [op('INTERNALRETURN')]); add('end', [op('INTERNALCALL', 77)]);
for (const byte of [68, 99, 255]) add('opcode', [Buffer.from([byte])]);
for (const tag of [7, 255]) { add('tag', [op('SET_8', 0, 5, tag, 1)]); add('tag', [op('CAST_8', 0, 5, 6, tag)]); add('tag', [op('SET_128', 0, 5, tag, 1)]); }
for (const { name, operands } of INSTRUCTIONS) if (operands.length) add('cut', [op(name, ...operands.map(() => 0)).subarray(0, -1)]);
// Addresses.
for (const [tag, value] of [[T.FIELD, 3], [T.U64, 3], [T.U32, LAST]]) {
  for (const modes of [0b10, 0b11, 0b1010, 0b1000, 0b1111]) add('addresses', [set(0, tag, value), set(6, T.U32, 9), op('MOV_16', modes, 6, 7), op('INTERNALRETURN')]);
}
for (const tag of [T.FIELD, T.U8]) for (const modes of [0b01, 0b0100, 0b0101]) add('addresses', [set(6, tag, 9), set(7, tag, 9), op('MOV_16', modes, 6, 7), op('INTERNALRETURN')]);
// A call of nobody, and calls with little gas.
add('CALL', [set(10, T.U32, 5000), set(11, T.FIELD, 0x999), set(12, T.U32, 0), op('CALL', 0, 10, 10, 11, 12, 20), set(13, T.U32, 0), op('REVERT_16', 0, 13, 20)]);

// The halts among the random programs, and running out of gas everywhere in them.
const [header, ...cases] = inflateSync(readFileSync(new URL('../data/programs.jsonl.z', import.meta.url))).toString().split('\n').map(line => JSON.parse(line));
const bytecode = index => Buffer.from(header.codes[index], 'base64');
for (const { n, code, gas, out } of cases) {
  if (out.reverted && out.reverted.kind !== 'Revert') add(n.split(',')[0], [bytecode(code[0])], { gas });
}

const message = step => step.reason?.message;
const normal = text => text.replace(/0x[0-9a-f]+/g, '0x').replace(/\d+/g, '0');

/** Runs programs, one transaction for each. */
async function record(list) {
  const recorder = await Recorder.create({ collectDebugLogs: false });
  const { tester } = recorder;
  await tester.setFeePayerBalance(address(42), new Fr(10n ** 14n));
  const steps = [];
  const deployed = new Map();
  for (const { name, code, gas, isStatic = false } of list) {
    let step;
    try {
      const key = code.toString('hex');
      if (!deployed.has(key)) deployed.set(key, (await deployCustomBytecode(code, tester, name, address(42))).address);
      const at = deployed.get(key);
      const calldata = [7n, 8n, Fr.MODULUS - 1n].map(v => new Fr(v));
      const request = new PublicCallRequestWithCalldata(await PublicCallRequest.fromCalldata(address(42), at, isStatic, calldata), calldata);
      const limits = gas && new Gas(96 + gas[1], 540000 + gas[0]);
      const insertions = { nonRevertible: { nullifiers: [unique()] } };
      const tx = await createTxForPublicCalls(insertions, [], [request], undefined, address(42), new Gas(96, 540000), recorder.globals, limits);
      const before = recorder.steps.length;
      await recorder.tester.simulator.simulate(tx, name).catch(() => {});
      step = recorder.steps[before];
    } catch (error) {
      console.log('not deployed:', name, error.message.slice(0, 100));
    }
    steps.push(step);
  }
  await recorder.close();
  return { steps, all: recorder.steps };
}

// More classes than a transaction may run.
async function classes() {
  const recorder = await Recorder.create({ collectDebugLogs: false });
  await recorder.tester.setFeePayerBalance(address(42), new Fr(10n ** 14n));
  const calls = [];
  for (let i = 0; i < 24; i++) {
    const code = cat(set(1, T.U32, 1), set(2, T.FIELD, i), op('RETURN', 0, 1, 2));
    const { address: at } = await deployCustomBytecode(code, recorder.tester, 'class', address(42));
    calls.push(new PublicCallRequestWithCalldata(await PublicCallRequest.fromCalldata(address(42), at, false, [Fr.ONE]), [Fr.ONE]));
  }
  const tx = await createTxForPublicCalls({ nonRevertible: { nullifiers: [unique()] } }, [], calls, undefined, address(42), new Gas(96, 540000), recorder.globals);
  await recorder.tester.simulator.simulate(tx, 'classes').catch(() => {});
  await recorder.close();
  return recorder.steps;
}

const { steps } = await record(programs);
const seen = new Map();
const chosen = programs.filter((program, index) => {
  const text = steps[index] && message(steps[index]);
  if (!text) return false;
  const key = `${program.name}: ${normal(text)}`;
  const count = (seen.get(key) ?? 0) + 1;
  seen.set(key, count);
  return count <= 2;
});
const { all } = await record(chosen);
const scenarios = [all, await classes()];
const texts = new Set(scenarios.flat().map(message).filter(Boolean).map(normal));
for (const text of [...texts].sort()) console.log(text);
const file = scenarios.map(steps => JSON.stringify(steps)).join('\n');
const packed = deflateSync(file, { level: 9 });
writeFileSync(new URL('../data/halts.jsonl.z', import.meta.url), packed);
console.log(`${programs.length} programs, ${chosen.length} kept, ${texts.size} texts, ${packed.length} bytes`);
process.exit(0);
