// The programs of the benchmark, and how fast the official TypeScript simulator runs them.
import { writeFileSync } from 'node:fs';
import { T, assemble, cat, jump, jumpIf, label, op, set } from './assembler.mjs';
import { contractOf, run } from './world.mjs';

const end = cat(set(1, T.U32, 0), op('RETURN', 0, 1, 0));
const loop = body => assemble([
  set(0, T.U32, 8), set(20, T.U64, 0), set(21, T.U64, 1), set(22, T.U64, 1_000_000), set(23, T.FIELD, 3), set(24, T.FIELD, 5),
  set(25, T.U32, 40), set(26, T.U32, 8), label('again'), body, op('ADD_8', 0, 20, 21, 20), op('LT_8', 0, 20, 22, 27), jumpIf(27, 'again'), end,
]);
const times = (n, part) => cat(Array.from({ length: n }, () => part));
const programs = {
  'integer arithmetic': loop(times(10, cat(op('ADD_8', 0, 20, 21, 30), op('MUL_8', 0, 30, 20, 31), op('SUB_8', 0, 31, 21, 32), op('LT_8', 0, 31, 32, 33)))),
  'field arithmetic': loop(times(10, cat(op('ADD_8', 0, 23, 24, 23), op('MUL_8', 0, 23, 24, 24), op('EQ_8', 0, 23, 24, 33)))),
  // Cell 0 is 8: operands are 8 less than the cells they mean.
  'compiled code': loop(times(10, cat(op('MOV_8', 0b1010, 12, 21), op('ADD_8', 0b101010, 12, 21, 20), op('MOV_8', 0b1110, 20, 17), op('EQ_8', 0b101010, 12, 20, 24), op('SET_8', 0b10, 23, T.U32, 7)))),
  'internal calls': assemble([label('again'), jump('INTERNALCALL', 'f'), jump('JUMP_32', 'again'), label('f'), op('INTERNALRETURN')]),
  'poseidon2': loop(times(10, op('POSEIDON2', 0, 34, 34))),
};
const results = {};
for (const [name, code] of Object.entries(programs)) {
  const contracts = [await contractOf(code, 0)];
  await run({ contracts, gas: [200_000, 0] });
  const start = performance.now();
  const out = await run({ contracts, gas: [6_000_000, 0] });
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name}: ${out.count} instructions in ${(seconds * 1000).toFixed(0)} ms, ${(out.count / seconds / 1e6).toFixed(2)} million/s`);
  results[name] = { code: code.toString('base64'), instructions: out.count };
}
writeFileSync(new URL('../data/speed.json', import.meta.url), JSON.stringify(results, null, 1) + '\n');
