// What resets the official client plans for made-up kernels: `pxe-core/src/kernel/tests/resets.jsonl.xz`.
//
//     node resets.mjs NODE_MODULES > resets.jsonl && xz -9e resets.jsonl
//
// A line is a case. `k` is what the kernel before returned, `t` the calls that are not verified yet, the next one last, `m`
// counters of note hashes with those of their nullifiers, `p` the counter that splits revertible from non-revertible.
//
// | In `k` and in calls | Items |
// |---|---|
// | `n` note hashes | value, counter, contract |
// | `u` nullifiers | value, note hash, counter, contract |
// | `l` private logs | counter of the note hash, counter, contract |
// | `r`, `s` reads of note hashes and of nullifiers | value, counter, contract |
// | `y` keys that were used | x of the key |
// | `a`, `z` of calls | contract, nested calls |
//
// `o` is missing if no reset is needed; else it has `e`, an error, or the sizes `d` and the hints: `r` and `s` with the
// actions (kind, place of the hint), the pending hints (read, value) and the settled ones (read, value), `y` the secrets,
// `q` notes to squash (note hash, nullifier).
import { AztecAddress } from '@aztec/stdlib/aztec-address';
import { Fr } from '@aztec/foundation/curves/bn254';
import { GrumpkinScalar, Point } from '@aztec/foundation/curves/grumpkin';
import * as K from '@aztec/stdlib/kernel';
import { PrivateLog } from '@aztec/stdlib/logs';
import { pathToFileURL } from 'node:url';

const file = `${process.argv[2]}/@aztec/pxe/dest/private_kernel/hints/private_kernel_reset_private_inputs_builder.js`;
const { PrivateKernelResetPrivateInputsBuilder: Builder } = await import(pathToFileURL(file));

let state = 0x5eed;
const random = below => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
};
const chance = percent => random(100) < percent;
const list = (max, min = 0) => Array.from({ length: min + random(max - min + 1) });

const address = n => AztecAddress.fromNumber(n);
const array = (items, size, make) =>
  ({ array: [...items, ...Array(size)].slice(0, size), claimedLength: items.length, getActiveItems: () => items, make });
const read = ([v, c, a]) => new K.ScopedReadRequest(new K.ReadRequest(new Fr(v), c), address(a));
const key = x => ({ request: { request: { pkM: new Point(new Fr(x), Fr.ZERO, false) } } });
const log = ([h, c]) => new K.PrivateLogData(PrivateLog.empty(), h, c);

const kernel = k => ({
  validationRequests: {
    noteHashReadRequests: array(k.r.map(read), 64),
    nullifierReadRequests: array(k.s.map(read), 64),
    scopedKeyValidationRequestsAndSeparators: array(k.y.map(key), 64),
  },
  end: {
    noteHashes: array(k.n.map(([v, c, a]) => new K.ScopedNoteHash(new K.NoteHash(new Fr(v), c), address(a))), 64),
    nullifiers: array(
      k.u.map(([v, h, c, a]) => new K.ScopedNullifier(new K.Nullifier(new Fr(v), new Fr(h), c), address(a))), 64),
    privateLogs: array(k.l.map(item => new K.ScopedPrivateLogData(log(item), address(item[2]))), 64),
  },
});
const call = c => ({
  publicInputs: {
    noteHashReadRequests: array(c.r.map(read), 16),
    nullifierReadRequests: array(c.s.map(read), 16),
    keyValidationRequestsAndSeparators: array(c.y, 16),
    noteHashes: array(c.n, 16),
    nullifiers: array(c.u, 16),
    privateLogs: array(c.l.map(log), 16),
  },
  nestedExecutionResults: c.z.map(call),
});

const oracle = {
  getVkMembershipWitness: () => Promise.resolve({ leafIndex: 0n, siblingPath: [] }),
  getNoteHashMembershipWitness: value => Promise.resolve({ value }),
  getNullifierMembershipWitness: value =>
    Promise.resolve({ index: value.toBigInt(), siblingPath: { toTuple: () => Array(42).fill(Fr.ZERO) }, leafPreimage: {} }),
  getMasterSecretKey: point => Promise.resolve(new GrumpkinScalar(point.x.toBigInt())),
};

const settled = hint => Number(hint.membershipWitness.value ?? hint.membershipWitness.leafIndex);
const reads = hints => [
  hints.readRequestActions.map(({ action, hintIndex }) => [action, hintIndex]),
  hints.pendingReadHints.map(hint => [hint.readRequestIndex, hint.pendingValueIndex]),
  hints.settledReadHints.map(hint => [hint.readRequestIndex, settled(hint)]),
];

async function plan(it) {
  const stack = it.t.map(call);
  try {
    const output = { publicInputs: kernel(it.k), verificationKey: { keyAsFields: {} } };
    const builder = new Builder(output, stack, new Map(it.m), it.p);
    if (!builder.needsReset()) return undefined;
    const inputs = await builder.build(oracle);
    const { hints } = inputs.trimToSizes();
    return {
      d: Object.values(inputs.dimensions.toValues ? inputs.dimensions.toValues() : inputs.dimensions).join('_'),
      r: reads(hints.noteHashReadRequestHints),
      s: reads(hints.nullifierReadRequestHints),
      y: hints.keyValidationHints.map(hint => Number(hint.skM.toBigInt())),
      q: hints.transientDataSquashingHints.map(hint => [hint.noteHashIndex, hint.nullifierIndex]),
    };
  } catch (error) {
    return { e: error.message };
  }
}

// Up to so many of each in the kernel and in each call.
function scenario(max) {
  let counter = 1;
  const next = () => ++counter;
  const value = () => 1 + random(60);
  const contract = () => 1 + random(max.contracts);
  const least = size => Math.floor((size * max.fill) / 100);
  const k = { n: [], u: [], l: [], r: [], s: [], y: [] };
  const links = [];
  const effects = [
    ...list(max.n, least(max.n)).map(() => 'n'),
    ...list(max.u, least(max.u)).map(() => 'u'),
    ...list(max.l, least(max.l)).map(() => 'l'),
    ...list(max.r, least(max.r)).map(() => 'r'),
    ...list(max.s, least(max.s)).map(() => 's'),
  ];
  for (let i = effects.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [effects[i], effects[j]] = [effects[j], effects[i]];
  }
  const free = [];
  const pick = items => items[random(items.length)];
  const aRead = (made, future) => {
    if (chance(max.settled) || (!made.length && max.final)) return [1000 + random(40), next(), 0];
    const match = made.length && !chance(future) ? pick(made) : undefined;
    return match ? [match[0], next(), match.at(-1)] : [500 + random(5), next(), contract()];
  };
  for (const effect of effects) {
    if (effect === 'n') {
      const it = [value(), next(), contract()];
      k.n.push(it);
      free.push(it);
    } else if (effect === 'u') {
      const linked = free.length && chance(max.linked);
      const note = linked ? free.splice(random(free.length), 1)[0] : undefined;
      const wrong = chance(max.wrong);
      const it = [100 + random(60), note ? (chance(5) ? 7777 : note[0]) : 0, next(), note && !wrong ? note[2] : contract()];
      k.u.push(it);
      if (note) links.push([note[1], it[2]]);
    } else if (effect === 'l') {
      const of = k.n.length && chance(60) ? pick(k.n)[1] : 0;
      k.l.push([of, next(), contract()]);
    } else if (effect === 'r') {
      k.r.push(aRead(k.n, max.future));
    } else {
      k.s.push(aRead(k.u.map(([v, , , a]) => [v, a]), max.future));
    }
  }
  k.y = list(max.y, least(max.y)).map(() => 1 + random(4));
  const aCall = depth => {
    const a = contract();
    const c = { a, n: [], u: [], l: [], r: [], s: [], y: [], z: [] };
    c.n = list(max.call, least(max.call)).map(() => [value(), next()]);
    c.u = list(max.call, least(max.call)).map(() => [100 + random(60), 0, next()]);
    c.l = list(max.call, least(max.call)).map(() => [k.n.length && chance(max.needed) ? pick(k.n)[1] : 0, next()]);
    c.r = list(max.callReads, least(max.callReads)).map(() => (chance(max.needed) ? aRead(k.n, 0) : [900, next(), a]));
    c.s = list(max.callReads, least(max.callReads)).map(() => (chance(max.needed) ? aRead(k.u.map(([v, , , a]) => [v, a]), 0) : [900, next(), a]));
    c.y = list(max.callReads, least(max.callReads)).map(() => 1);
    if (depth) c.z = list(2).map(() => aCall(depth - 1));
    return c;
  };
  const t = max.final ? [] : list(2, 1).map(() => aCall(1));
  if (k.u.length && k.n.length && chance(max.wrong)) links.push([k.n.at(-1)[1], k.u[0][2]]);
  for (const list of Object.values(k)) list.length = Math.min(list.length, 64);
  const present = new Set(k.n.map(note => note[1]));
  const m = links.filter(([note]) => present.has(note) || chance(50));
  return { k, t, m, p: chance(50) ? 0 : random(counter) };
}

const base = {
  n: 12, u: 12, l: 8, r: 10, s: 10, y: 6, call: 8, callReads: 8,
  contracts: 2, linked: 60, settled: 40, future: 0, needed: 10, wrong: 0, final: true, fill: 30,
};
const inner = { ...base, final: false, future: 15, fill: 75 };
const none = { ...inner, r: 0, s: 0, callReads: 0, call: 16 };
const kinds = [
  [30, base],
  [10, { ...base, n: 3, u: 3, l: 2, r: 2, s: 2, y: 1 }],
  [15, { ...base, n: 64, u: 64, l: 64, r: 64, s: 64, y: 64 }],
  [8, { ...base, future: 4 }],
  [16, { ...base, wrong: 8, contracts: 3, linked: 30 }],
  [8, { ...inner, fill: 20 }],
  [16, { ...inner, r: 64, callReads: 16 }],
  [16, { ...inner, s: 64, callReads: 16, settled: 70 }],
  [8, { ...inner, r: 64, s: 20, future: 90, settled: 5, callReads: 16 }],
  [8, { ...inner, s: 64, r: 20, future: 90, settled: 5, callReads: 16 }],
  [8, { ...inner, y: 64, callReads: 16 }],
  [8, { ...none, n: 64, u: 40, linked: 10 }],
  [8, { ...none, n: 20, u: 64, linked: 10 }],
  [8, { ...none, n: 20, l: 64, linked: 10 }],
  [16, { ...inner, n: 40, u: 40, l: 64, call: 16, linked: 99, r: 20, settled: 0, needed: 1 }],
  [16, { ...inner, n: 50, u: 64, call: 16, linked: 99, s: 50, settled: 0, needed: 1, future: 0 }],
  [16, { ...inner, n: 64, u: 40, call: 16, linked: 90, needed: 4 }],
  [16, { ...inner, n: 64, u: 64, call: 16, linked: 95, r: 30, s: 30, settled: 20, needed: 4 }],
  [16, { ...inner, n: 64, u: 30, l: 64, call: 16, linked: 90, r: 40, settled: 20, needed: 4 }],
  [8, { ...inner, n: 64, u: 64, l: 64, call: 16, wrong: 3 }],
];
for (const [count, max] of kinds) {
  for (let i = 0; i < count; i++) {
    const it = scenario(max);
    console.log(JSON.stringify({ ...it, o: await plan(it) }));
  }
}
