// Checks the vectors with our code built as WebAssembly. Build it first:
//   cargo build -p tests --lib --release --target wasm32-unknown-unknown
// then: node tests/wasm/run.mjs [path of tests.wasm]. TOPIC=hash checks one topic and prints its formulas.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const path = process.argv[2] ?? join(target, 'wasm32-unknown-unknown/release/tests.wasm');
const compiled = await WebAssembly.compile(readFileSync(path));
// What dependencies would ask a browser for is never called here.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is not there`); };
}
const instance = await WebAssembly.instantiate(compiled, imports);
const { memory, alloc, run_vectors } = instance.exports;

/** Checks one data file. */
function check(file) {
  const data = readFileSync(file);
  const start = alloc(data.length);
  new Uint8Array(memory.buffer, start, data.length).set(data);
  const answer = BigInt.asUintN(64, run_vectors(start, data.length));
  const text = new Uint8Array(memory.buffer, Number(answer & 0xffffffffn), Number(answer >> 32n));
  return JSON.parse(new TextDecoder().decode(text));
}

const folder = join(root, 'tests/vectors/data');
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).sort()) {
  if (process.env.TOPIC !== undefined && name !== `${process.env.TOPIC}.jsonl`) continue;
  const report = check(join(folder, name));
  passed += report.passed;
  failed += report.failed;
  console.log(`${report.topic}: ${report.passed} cases passed, ${report.failed} failed`);
  if (process.env.TOPIC !== undefined) console.log(report.counts);
  for (const failure of report.failures) console.log(`  ${failure}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
