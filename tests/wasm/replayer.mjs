// Replays recorded executions with our code built as WebAssembly, in Node.js or a page. The form of recordings is in
// tests/transcripts/README.md.

const encoder = new TextEncoder();
const bytesOf = part => (typeof part === 'string' ? encoder.encode(part) : part);

/** Hands parts over, each but the last with its length in front. */
function pass({ memory, alloc }, ...parts) {
  const buffers = parts.map(bytesOf);
  const length = buffers.reduce((sum, part) => sum + 4 + part.length, -4);
  const start = alloc(length);
  let at = start;
  buffers.forEach((part, index) => {
    if (index < buffers.length - 1) {
      new DataView(memory.buffer).setUint32(at, part.length, true);
      at += 4;
    }
    new Uint8Array(memory.buffer).set(part, at);
    at += part.length;
  });
  return [start, length];
}

/**
 * Replays everything and returns the lines to print and whether all is equal.
 * @param {WebAssembly.Module} compiled
 * @param {string[]} names of files
 * @param {(name: string) => Uint8Array | Promise<Uint8Array>} read
 */
export async function replayAll(compiled, names, read) {
  // What dependencies would ask a browser for is never called here.
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
    (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is not there`); };
  }
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  const started = performance.now();
  const changes = new Map();
  for (const name of names.filter(name => name.endsWith('.jsonl'))) {
    for (const line of new TextDecoder().decode(await read(name)).split('\n').filter(Boolean)) {
      const { execution } = JSON.parse(line);
      changes.set(execution, `${changes.get(execution) ?? ''}${line}\n`);
    }
  }
  for (const name of names.filter(name => name.endsWith('.bc'))) {
    const opcodes = exports.add_program(...pass(exports, name.replace('.bc', ''), await read(name)));
    if (!opcodes) throw new Error(`${name} is refused`);
  }
  const known = new Set(names);
  const total = { solved: 0, failed: 0, mutations: 0, withoutPlace: 0, witnesses: [0, 0], calls: [0, 0], places: [0, 0] };
  const differences = [];
  for (const file of names.filter(name => name.endsWith('.json')).sort()) {
    const name = file.replace('.json', '');
    const witness = known.has(`${name}.wit`) ? await read(`${name}.wit`) : '';
    const parts = pass(exports, name, await read(file), witness, changes.get(name) ?? '');
    const answer = BigInt.asUintN(64, exports.replay(...parts));
    const text = new Uint8Array(exports.memory.buffer, Number(answer & 0xffffffffn), Number(answer >> 32n));
    const report = JSON.parse(new TextDecoder().decode(text));
    for (const key of ['solved', 'failed', 'mutations', 'withoutPlace']) total[key] += report[key];
    for (const key of ['witnesses', 'calls', 'places']) report[key].forEach((count, i) => (total[key][i] += count));
    differences.push(...report.differences);
  }
  const { solved, failed, mutations, withoutPlace, witnesses, calls, places } = total;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const lines = [
    ...differences.slice(0, 50).map(difference => `differs: ${difference}`),
    `executions: ${solved} solved and ${failed} failed as recorded; changed executions: ${mutations}; ${seconds} s`,
    `witness values: ${witnesses[0]} equal, ${witnesses[1]} different`,
    `oracle calls: ${calls[0]} equal, ${calls[1]} different`,
    `places of errors: ${places[0]} equal, ${places[1]} different, ${withoutPlace} official ones have none`,
    `${solved + failed + mutations} passed, ${differences.length} failed`,
  ];
  return { lines, equal: differences.length === 0 };
}
