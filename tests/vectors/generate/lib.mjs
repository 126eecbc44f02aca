// What every generator shares: finding the official packages, deterministic randomness, the case file.
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const reference = realpathSync(process.env.AZTEC_REFERENCE ?? here);
const require = createRequire(join(reference, 'package.json'));
const used = new Map();

/** Imports a module of the official install, e.g. `aztec('stdlib/hash')`. Records the package's version. */
export async function aztec(path) {
  const [name, ...rest] = path.split('/');
  const manifest = join(reference, 'node_modules/@aztec', name, 'package.json');
  used.set(`@aztec/${name}`, JSON.parse(readFileSync(manifest, 'utf8')).version);
  return import(pathToFileURL(realpathSync(require.resolve(['@aztec', name, ...rest].join('/')))).href);
}

/** Imports a file of an official package that the package does not export, e.g. `internal('stdlib/dest/abi/x.js')`. */
export async function internal(path) {
  return import(pathToFileURL(realpathSync(join(reference, 'node_modules/@aztec', path))).href);
}

/** The path of a file inside an official package. */
export const packageFile = path => join(reference, 'node_modules/@aztec', path);

const { Fr, Fq } = await aztec('foundation/curves/bn254');
const { jsonStringify } = await aztec('foundation/json-rpc');
export { Fr, Fq };

/** A byte stream fixed by its seed. */
export class Rng {
  constructor(seed) {
    this.seed = seed;
    this.counter = 0;
    this.pool = Buffer.alloc(0);
  }
  bytes(n) {
    while (this.pool.length < n) {
      const block = createHash('sha256').update(`${this.seed}:${this.counter++}`).digest();
      this.pool = Buffer.concat([this.pool, block]);
    }
    const out = Buffer.from(this.pool.subarray(0, n));
    this.pool = this.pool.subarray(n);
    return out;
  }
  /** An integer in `0..n`, the upper end excluded. */
  int(n) {
    return Number(this.bytes(6).readUIntBE(0, 6) % n);
  }
  /** An integer of at most `bits` bits; one in six is an edge. */
  big(bits) {
    const max = (1n << BigInt(bits)) - 1n;
    if (this.int(6) === 0) return this.pick([0n, 1n, max, max >> 1n, (max >> 1n) + 1n]);
    return BigInt('0x' + this.bytes(40).toString('hex')) & max;
  }
  u32() {
    return Number(this.big(32));
  }
  bool() {
    return this.int(2) === 1;
  }
  pick(list) {
    return list[this.int(list.length)];
  }
  list(n, make) {
    return Array.from({ length: n }, (_, i) => make(i));
  }
  fr() {
    return this.int(8) === 0 ? new Fr(this.pick(edges(Fr.MODULUS))) : Fr.fromBufferReduce(this.bytes(64));
  }
  fq() {
    return this.int(8) === 0 ? new Fq(this.pick(edges(Fq.MODULUS))) : Fq.fromBufferReduce(this.bytes(64));
  }
}

/** Values where field and integer code breaks first. */
export function edges(modulus) {
  const half = (modulus - 1n) / 2n;
  const powers = [8, 31, 32, 63, 64, 127, 128, 247, 248, 253].flatMap(b => [(1n << BigInt(b)) - 1n, 1n << BigInt(b)]);
  return [0n, 1n, 2n, modulus - 1n, modulus - 2n, half, half + 1n, ...powers].filter(v => v < modulus);
}

/** Points the randomness of the official packages at `rng`, so that their own factories repeat themselves. */
export async function seedOfficialRandomness(rng) {
  const { RandomnessSingleton } = await internal('foundation/dest/crypto/random/randomness_singleton.js');
  RandomnessSingleton.instance = { isDeterministic: () => true, getBytes: n => rng.bytes(n) };
  Math.random = () => rng.bytes(6).readUIntBE(0, 6) / 2 ** 48;
}

export const hex = bytes => '0x' + Buffer.from(bytes).toString('hex');

/** A byte string: hex when short, base64 of its zlib form when that is what keeps the file small. */
export const packed = bytes =>
  bytes.length <= 512 ? hex(bytes) : { z: deflateSync(bytes, { level: 9 }).toString('base64') };

/** A list of fields as one byte string, for lists too long to read. */
export const packedFields = fields => packed(Buffer.concat(fields.map(f => f.toBuffer())));

/** The value as the official JSON serializer writes it; Buffers and bigints as the vector format wants them. */
export function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return packed(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    if (typeof value.toJSON === 'function') return official(value);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
}

/** The official JSON form. */
export const official = value => JSON.parse(jsonStringify(value));

/** One topic: collects its cases and writes the file. */
export class Topic {
  constructor(name) {
    this.name = name;
    this.rng = new Rng(name);
    this.cases = [];
  }
  /** The formula must answer. */
  async ok(f, input, compute) {
    const out = plain(await compute());
    if (out === null) throw new Error(`${this.name}.${f} answered nothing`);
    this.cases.push({ f, in: plain(input), out });
  }
  /** The formula must refuse. */
  async refuses(f, input, compute) {
    let out;
    try {
      out = await compute();
    } catch (error) {
      this.cases.push({ f, in: plain(input), err: String(error.message).slice(0, 300) });
      return;
    }
    throw new Error(`${this.name}.${f} accepted ${JSON.stringify(plain(input))}: ${JSON.stringify(plain(out))}`);
  }
  /** The formula decides; for inputs made at random where both answers are fine. */
  async either(f, input, compute) {
    let out;
    try {
      out = await compute();
    } catch (error) {
      this.cases.push({ f, in: plain(input), err: String(error.message).slice(0, 300) });
      return;
    }
    this.cases.push({ f, in: plain(input), out: plain(out) });
  }
  write() {
    const folder = process.env.VECTORS_OUT ?? join(here, '../data');
    mkdirSync(folder, { recursive: true });
    const packages = Object.fromEntries([...used].sort());
    const lines = [{ topic: this.name, packages }, ...this.cases].map(c => JSON.stringify(c));
    const text = lines.join('\n') + '\n';
    writeFileSync(join(folder, `${this.name}.jsonl`), text);
    const counts = {};
    for (const c of this.cases) counts[c.f] = (counts[c.f] ?? 0) + 1;
    console.log(`${this.name}: ${this.cases.length} cases, ${Math.round(text.length / 1024)} kB`, counts);
  }
}
