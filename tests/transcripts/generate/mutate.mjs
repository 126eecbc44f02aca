// Changes one value of a recorded execution, a first witness or part of an oracle's answer, and writes how the official
// solver ends then, one line each: {execution, witness | answer, value, error | digest}.
//   node mutate.mjs FOLDER COUNT [SEED] > FOLDER/mutations.jsonl
// The same folder, count and seed give the same changes. `digest` is that of the solved witness (of its .wit form), the
// first 16 bytes of the SHA-256.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, count, seed = '1'] = process.argv.slice(2);
/** Executions with more first witnesses or calls than this are left out: they are slow and teach the same. */
const LARGE = Number(process.env.LARGE ?? 4000);
const P = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

let state = BigInt(seed) * 0x9e3779b97f4a7c15n;
const MASK = (1n << 64n) - 1n;
/** splitmix64 */
function next() {
  state = (state + 0x9e3779b97f4a7c15n) & MASK;
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}
const below = n => Number(next() % BigInt(n));
const pick = list => list[below(list.length)];
const hex = value => `0x${value.toString(16).padStart(64, '0')}`;

const require = createRequire(import.meta.url);
let acvm = require('@aztec/noir-acvm_js');
function reload() {
  delete require.cache[require.resolve('@aztec/noir-acvm_js')];
  acvm = require('@aztec/noir-acvm_js');
}

const programs = new Map();
const program = sha => {
  if (!programs.has(sha)) programs.set(sha, readFileSync(join(folder, `${sha}.bc`)));
  return programs.get(sha);
};
const executions = readdirSync(folder).filter(name => /^\d+\.json$/.test(name)).sort().map(file => {
  const { id, sha, init, calls, fn } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return { id: file.replace('.json', ''), sha, init, calls, fn };
}).filter(({ init, calls }) => init.length < LARGE && calls.length < LARGE && init.length + calls.length > 0);
/** As many tries for each program, however often it was recorded. */
const bySha = Object.values(Object.groupBy(executions, ({ sha }) => sha));

function changed(value) {
  const old = BigInt(value);
  switch (below(8)) {
    case 0: return old === 0n ? 1n : 0n;
    case 1: return (old + 1n) % P;
    case 2: return (old + P - 1n) % P;
    case 3: return P - 1n;
    case 4: return 1n << BigInt(below(253));
    case 5: return (old ^ (1n << BigInt(below(32)))) % P;
    case 6: return (next() << 128n | next() << 64n | next()) % P;
    default: return BigInt(below(300));
  }
}

/** One change of an execution: the line's head, and the first witnesses and answers with it. */
function mutate({ id, init, calls }) {
  const answers = calls.flatMap(({ o }, call) =>
    (o ?? []).flatMap((output, i) => [output].flat().map((_, item) => [call, i, item])));
  const value = old => {
    for (;;) {
      const value = changed(old);
      if (value !== BigInt(old)) return hex(value);
    }
  };
  if (answers.length && (!init.length || below(2))) {
    const [call, output, item] = pick(answers);
    const old = [calls[call].o[output]].flat()[item];
    const head = { execution: id, answer: [call, output, item], value: value(old.startsWith('0x') ? old : `0x${old}`) };
    const copy = structuredClone(calls);
    if (Array.isArray(copy[call].o[output])) copy[call].o[output][item] = head.value;
    else copy[call].o[output] = head.value;
    return { head, init, calls: copy };
  }
  if (!init.length) return undefined;
  const [witness, old] = pick(init);
  const head = { execution: id, witness, value: value(old) };
  return { head, init: init.map(([index, own]) => [index, index === witness ? head.value : own]), calls };
}

function digest(solved) {
  const sorted = [...solved].sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(sorted.length * 36);
  sorted.forEach(([index, value], i) => {
    bytes.writeUInt32LE(index, i * 36);
    bytes.write(value.replace('0x', '').padStart(64, '0'), i * 36 + 4, 'hex');
  });
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

const started = Date.now();
let written = 0;
const counts = { solved: 0, failed: 0, unanswered: 0, trapped: 0 };
while (written < Number(count)) {
  const execution = pick(pick(bySha));
  const mutation = mutate(execution);
  if (!mutation) continue;
  const { head, init, calls } = mutation;
  let at = 0;
  const answer = async name => {
    const call = calls[at++];
    if (call?.n !== name || !call.o) throw new Error('no answer');
    return call.o;
  };
  try {
    const result = await acvm[execution.fn](program(execution.sha), new Map(init), answer);
    head.digest = digest(result.solvedWitness ?? result);
    counts.solved++;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      counts.trapped++;
      reload();
      continue;
    }
    head.error = { message: error.message };
    for (const key of ['callStack', 'brilligFunctionId']) if (error[key] !== undefined) head.error[key] = error[key];
    if (error.rawAssertionPayload) head.error.raw = error.rawAssertionPayload;
    counts[error.message.includes('foreign_call_handler') ? 'unanswered' : 'failed']++;
  }
  process.stdout.write(`${JSON.stringify(head)}\n`);
  if (++written % 500 === 0) console.error(`${written} after ${(Date.now() - started) / 1000} s: ${JSON.stringify(counts)}`);
}
console.error(JSON.stringify(counts));
