// Times our code as WebAssembly: node wasm.mjs MODULE FOLDER. FOLDER holds recordings and the code they run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { answer } from './measure.mjs';

const [module, folder] = process.argv.slice(2);
const compiled = await WebAssembly.compile(readFileSync(module));
// What dependencies would ask a browser for is never called here.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is not there`); };
}
const { memory, alloc, add_solving, run_solving } = (await WebAssembly.instantiate(compiled, imports)).exports;

const numbers = new Map();
function number(name) {
  if (!numbers.has(name)) {
    const json = readFileSync(join(folder, `${name}.json`));
    const code = readFileSync(join(folder, `${JSON.parse(json).sha}.bc`));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    const bytes = Buffer.concat([length, json, code]);
    const start = alloc(bytes.length);
    new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
    numbers.set(name, add_solving(start, bytes.length));
    if (numbers.get(name) < 0) throw new Error(`${name} cannot be solved`);
  }
  return numbers.get(name);
}

await answer((what, name) => {
  const index = number(name);
  return runs => {
    if (!run_solving(index, what === 'decode', runs)) throw new Error(`${what} ${name}`);
  };
});
