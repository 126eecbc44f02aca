// Answers measurements of the WebAssembly module: `NAME MILLISECONDS` in, nanoseconds per run out.
//   node wasm.mjs MODULE INPUTS
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [module, inputs] = process.argv.slice(2);
const compiled = await WebAssembly.compile(readFileSync(module));
// What crates would call in a browser; no workload does.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is not there`); };
}
const instance = await WebAssembly.instantiate(compiled, imports);
const wasm = instance.exports;

function pass(...parts) {
  const bytes = Buffer.concat(parts.map(part => Buffer.from(part)));
  const start = wasm.buffer(bytes.length);
  new Uint8Array(wasm.memory.buffer, start, bytes.length).set(bytes);
}

for (const file of readdirSync(inputs)) {
  pass(file, readFileSync(join(inputs, file)));
  wasm.input(Buffer.byteLength(file));
}
const count = wasm.prepare();

for await (const line of createInterface({ input: process.stdin })) {
  const [, name, budget] = line.match(/^(.*) (\d+)$/);
  pass(name);
  const index = wasm.find();
  if (index === count) throw new Error(`no workload ${name}`);
  let runs = 1;
  let elapsed;
  for (;;) {
    const start = performance.now();
    wasm.run(index, runs);
    elapsed = performance.now() - start;
    if (elapsed >= Number(budget)) break;
    runs *= 2;
  }
  console.log(((elapsed * 1e6) / runs).toFixed(0));
}
