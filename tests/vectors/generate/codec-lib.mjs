// Random instances of the official structures, and the cases that fix their encodings.
import { aztec, Fr, official, packed, packedFields } from './lib.mjs';

const { BufferReader } = await aztec('foundation/serialize');
const { Point } = await aztec('foundation/curves/grumpkin');
const { Grumpkin } = await aztec('foundation/crypto/grumpkin');
const kernel = await aztec('stdlib/kernel');
const { PrivateLog, PublicLog } = await aztec('stdlib/logs');

/**
 * A reader with nothing behind it: every read draws a value, so that reading any structure from it makes a random one.
 * `density` is the share of leaves that are not zero. Where the type is wider than what the protocol allows (a log of
 * at most 16 fields has a u32 length), the values stay within what is allowed.
 */
export class RandomReader extends BufferReader {
  constructor(rng, density = 1) {
    super(Buffer.alloc(0));
    this.rng = rng;
    this.density = density;
  }
  #live() {
    return this.density === 1 || this.rng.int(1000) < this.density * 1000;
  }
  readBytes(n) {
    if (!this.#live()) return Buffer.alloc(n);
    return n === 32 ? this.rng.fr().toBuffer() : this.rng.bytes(n);
  }
  readNumber() {
    return this.#live() ? this.rng.u32() : 0;
  }
  readUInt8() {
    return this.#live() ? this.rng.int(4) : 0;
  }
  readBoolean() {
    return this.#live() && this.rng.bool();
  }
  readUInt64() {
    return this.#live() ? this.rng.big(64) : 0n;
  }
  readUInt128() {
    return this.#live() ? this.rng.big(128) : 0n;
  }
  readVector(type) {
    return this.readArray(this.rng.int(4), type);
  }
  readVectorUint8Prefix(type) {
    return this.readArray(this.rng.int(4), type);
  }
  readArray(size, type) {
    return Array.from({ length: size }, () => this.readObject(type));
  }
  readObject(type) {
    if (type === Point) return this.#live() ? this.rng.pick(points) : Point.ZERO;
    if (type === PrivateLog) {
      return this.#live() ? privateLog(this.rng) : PrivateLog.empty();
    }
    if (type === PublicLog) return publicLog(this.rng);
    return type.fromBuffer(this);
  }
}

// Reading these goes around `readObject`.
const claimed = kernel.ClaimedLengthArray.fromBuffer;
kernel.ClaimedLengthArray.fromBuffer = (reader, type, length) => {
  const array = claimed(reader, type, length);
  if (reader instanceof RandomReader) array.claimedLength = reader.rng.int(length + 1);
  return array;
};
const pointFromBuffer = Point.fromBuffer;
Point.fromBuffer = function (reader) {
  return reader instanceof RandomReader ? reader.readObject(Point) : pointFromBuffer.call(this, reader);
};

const points = [];
for (let i = 1n; i <= 40n; i++) {
  const { Fq } = await aztec('foundation/curves/bn254');
  points.push(await Grumpkin.mul(Grumpkin.generator, new Fq(i * i * 7919n)));
}

/** Fields that are not zero: the accumulated lists end at the first zero. */
export const nonZero = rng => {
  for (;;) {
    const f = rng.fr();
    if (!f.isZero()) return f;
  }
};

export function privateLog(rng) {
  const length = 1 + rng.int(16);
  const fields = rng.list(16, i => (i < length ? rng.fr() : Fr.ZERO));
  return new PrivateLog(fields, length);
}

export function publicLog(rng) {
  return PublicLog.fromFields([new Fr(5), ...rng.list(6, () => rng.fr())].map((f, i) => (i === 0 ? new Fr(5) : f)));
}

/**
 * The encodings of one value. The input is its buffer, or its JSON form when it has no buffer; the output is every
 * other encoding it has. `more` adds derived values, such as a hash.
 */
export async function encodes(t, f, Type, value, more = async () => ({})) {
  const hasBuffer = typeof value.toBuffer === 'function' && typeof Type.fromBuffer === 'function';
  const out = {};
  if (typeof value.toFields === 'function') {
    const fields = value.toFields();
    out.fields = fields.length <= 16 ? fields : packedFields(fields);
    if (Type.fromFields !== undefined) same(Type.fromFields(fields).toFields(), fields, `${f} fields`);
  }
  const json = () => official(value);
  if (hasBuffer) {
    const buffer = value.toBuffer();
    same([Type.fromBuffer(buffer).toBuffer().toString('hex')], [buffer.toString('hex')], `${f} buffer`);
    if (Type.schema !== undefined && buffer.length < 4000) out.json = json();
    await t.ok(f, packed(buffer), async () => ({ ...out, ...(await more(value)) }));
  } else {
    await t.ok(f, json(), async () => ({ ...out, ...(await more(value)) }));
  }
}

function same(a, b, what) {
  if (JSON.stringify(official(a)) !== JSON.stringify(official(b))) throw new Error(`${what} does not round-trip`);
}

/** Buffers that are not an encoding: cut short, and with a first field that is not one. */
export async function refusesBroken(t, f, Type, buffer, startsWithField = false) {
  for (const cut of [0, 1, Math.floor(buffer.length / 2), buffer.length - 1]) {
    await t.refuses(f, packed(buffer.subarray(0, cut)), () => Type.fromBuffer(buffer.subarray(0, cut)));
  }
  if (startsWithField) {
    const broken = Buffer.from(buffer);
    Buffer.from(Fr.MODULUS.toString(16).padStart(64, '0'), 'hex').copy(broken);
    await t.refuses(f, packed(broken), () => Type.fromBuffer(broken));
  }
}
