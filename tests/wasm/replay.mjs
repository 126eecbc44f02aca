// Replays recorded executions with our code built as WebAssembly, under Node.js. Build it first:
//   cargo build -p tests --lib --release --target wasm32-unknown-unknown
// then: node tests/wasm/replay.mjs FOLDER|ARCHIVE.tar.gz
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { replayAll } from './replayer.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const module = readFileSync(join(target, 'wasm32-unknown-unknown/release/tests.wasm'));

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

const { names, read } = open(process.argv[2]);
const { lines, equal } = await replayAll(await WebAssembly.compile(module), names, read);
console.log(`module: ${module.length} bytes, ${process.release.name} ${process.version}`);
for (const line of lines) console.log(line);
process.exitCode = equal ? 0 : 1;
