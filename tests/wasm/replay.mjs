// Replays recorded executions with our code built as WebAssembly. Build it first:
//   cargo build -p tests --lib --release --target wasm32-unknown-unknown
// then: node tests/wasm/replay.mjs FOLDER|ARCHIVE.tar.gz
// The form of recordings is in tests/transcripts/README.md.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const module = readFileSync(join(target, 'wasm32-unknown-unknown/release/tests.wasm'));
const compiled = await WebAssembly.compile(module);
// What dependencies would ask a browser for is never called here.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is not there`); };
}
const { memory, alloc, add_program, replay } = (await WebAssembly.instantiate(compiled, imports)).exports;

/** Files by name, from a folder or an archive. */
function open(path) {
  if (statSync(path).isDirectory()) {
    return { names: readdirSync(path).sort(), read: name => readFileSync(join(path, name)) };
  }
  const bytes = gunzipSync(readFileSync(path));
  const files = new Map();
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const text = (start, length) => bytes.toString('latin1', at + start, at + start + length).replace(/\0.*$/s, '');
    const size = parseInt(text(124, 12), 8);
    files.set(text(0, 100), bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return { names: [...files.keys()].sort(), read: name => files.get(name) };
}

/** Hands parts over, each but the last with its length in front. */
function pass(...parts) {
  const buffers = parts.map(part => Buffer.from(part)).flatMap((part, index) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(part.length);
    return index < parts.length - 1 ? [length, part] : [part];
  });
  const bytes = Buffer.concat(buffers);
  const start = alloc(bytes.length);
  new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
  return [start, bytes.length];
}

const { names, read } = open(process.argv[2]);
const changes = new Map();
for (const name of names.filter(name => name.endsWith('.jsonl'))) {
  for (const line of read(name).toString().split('\n').filter(Boolean)) {
    const { execution } = JSON.parse(line);
    changes.set(execution, `${changes.get(execution) ?? ''}${line}\n`);
  }
}
for (const name of names.filter(name => name.endsWith('.bc'))) {
  if (!add_program(...pass(name.replace('.bc', ''), read(name)))) throw new Error(`${name} is refused`);
}
const total = { solved: 0, failed: 0, mutations: 0, withoutPlace: 0, witnesses: [0, 0], calls: [0, 0], places: [0, 0] };
const differences = [];
for (const file of names.filter(name => name.endsWith('.json'))) {
  const name = file.replace('.json', '');
  const witness = names.includes(`${name}.wit`) ? read(`${name}.wit`) : '';
  const answer = BigInt.asUintN(64, replay(...pass(name, read(file), witness, changes.get(name) ?? '')));
  const text = new Uint8Array(memory.buffer, Number(answer & 0xffffffffn), Number(answer >> 32n));
  const report = JSON.parse(new TextDecoder().decode(text));
  for (const key of ['solved', 'failed', 'mutations', 'withoutPlace']) total[key] += report[key];
  for (const key of ['witnesses', 'calls', 'places']) report[key].forEach((count, i) => (total[key][i] += count));
  differences.push(...report.differences);
}
for (const difference of differences.slice(0, 50)) console.log(`differs: ${difference}`);
const { solved, failed, mutations, withoutPlace, witnesses, calls, places } = total;
console.log(`module: ${module.length} bytes`);
console.log(`executions: ${solved} solved and ${failed} failed as recorded; changed executions: ${mutations}`);
console.log(`witness values: ${witnesses[0]} equal, ${witnesses[1]} different`);
console.log(`oracle calls: ${calls[0]} equal, ${calls[1]} different`);
console.log(`places of errors: ${places[0]} equal, ${places[1]} different, ${withoutPlace} official ones have none`);
console.log(`${solved + failed + mutations} passed, ${differences.length} failed`);
process.exitCode = differences.length > 0 ? 1 : 0;
