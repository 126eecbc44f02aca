// Field elements and Grumpkin points: text and byte forms, arithmetic.
import { aztec, edges, Fq, Fr, hex, Rng, Topic, packed } from './lib.mjs';

const { Point } = await aztec('foundation/curves/grumpkin');
const { Grumpkin } = await aztec('foundation/crypto/grumpkin');
const t = new Topic('field');
const { rng } = t;
const N = 200;

const be = (value, n = 32) => Buffer.from(value.toString(16).padStart(n * 2, '0'), 'hex');

for (const [name, F, draw] of [
  ['fr', Fr, () => rng.fr()],
  ['fq', Fq, () => rng.fq()],
]) {
  const p = F.MODULUS;
  const values = [...edges(p).map(v => new F(v)), ...rng.list(N, draw)];
  const tooBig = [p, p + 1n, 2n * p - 1n, 2n * p, 1n << 254n, (1n << 255n) + 1n, (1n << 256n) - 1n];

  for (const v of values) {
    const i = v.toBigInt();
    await t.ok(`${name}FromString`, v.toString(), () => F.fromString(v.toString()));
    await t.ok(`${name}FromString`, i.toString(), () => F.fromString(i.toString()));
    await t.ok(`${name}FromBuffer`, be(i), () => F.fromBuffer(be(i)));
  }
  for (const text of [
    '0x0',
    '0x1',
    '0x01',
    '0xa',
    '0X1F',
    '0xABCDEF',
    '0xabcdef',
    '007',
    '0x' + '0'.repeat(70) + '1',
    '0x' + '0'.repeat(63) + 'f',
  ]) {
    await t.ok(`${name}FromString`, text, () => F.fromString(text));
  }
  for (const big of tooBig) {
    await t.refuses(`${name}FromString`, '0x' + big.toString(16), () => F.fromString('0x' + big.toString(16)));
    await t.refuses(`${name}FromString`, big.toString(), () => F.fromString(big.toString()));
    await t.refuses(`${name}FromBuffer`, be(big), () => F.fromBuffer(be(big)));
  }
  // Decimal text of 2^256 and more is left out: the official parser cuts off its last digits and accepts the rest.
  for (const text of [
    '',
    '0x',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '1.0',
    '1e3',
    'ff',
    '0xg',
    '0x-1',
    '0x 1',
    '0b1',
    'x1',
    '1_000',
    '0x' + (1n << 256n).toString(16),
  ]) {
    await t.refuses(`${name}FromString`, text, () => F.fromString(text));
  }
  for (let i = 0; i < N; i++) {
    const bytes = rng.bytes(i % 65);
    await t.ok(`${name}FromBufferReduce`, packed(bytes), () => F.fromBufferReduce(bytes));
  }
  for (const big of tooBig) await t.ok(`${name}FromBufferReduce`, be(big), () => F.fromBufferReduce(be(big)));
  await t.ok(`${name}FromBufferReduce`, hex(Buffer.alloc(64, 255)), () => F.fromBufferReduce(Buffer.alloc(64, 255)));

  for (const v of values) {
    await t.either(`${name}Sqrt`, v, async () => {
      // The official function answers with either root; the smaller one is the one compared.
      const root = await v.sqrt();
      if (root === null) throw new Error('not a square');
      const i = root.toBigInt();
      return i <= (p - 1n) / 2n ? root : new F(p - i);
    });
    const w = draw();
    await t.ok(`${name}Add`, [v, w], () => v.add(w));
  }
}

for (let i = 0; i < N + 30; i++) {
  const [a, b] = i < edges(Fr.MODULUS).length ? [new Fr(edges(Fr.MODULUS)[i]), rng.fr()] : [rng.fr(), rng.fr()];
  await t.ok('frMul', [a, b], () => a.mul(b));
  await t.ok('frSub', [a, b], () => a.sub(b));
  await t.ok('frSquare', a, () => a.square());
  if (b.isZero()) await t.refuses('frDiv', [a, b], () => a.div(b));
  else await t.ok('frDiv', [a, b], () => a.div(b));
  if (!a.isZero()) {
    await t.ok('frNegate', a, () => a.negate());
    await t.ok('frInverse', a, () => Fr.ONE.div(a));
  }
  const q = rng.fq();
  await t.ok('fqLimbs', q, () => ({ lo: q.lo, hi: q.hi, fields: q.toFields() }));
  await t.ok('fqFromHighLow', [q.hi, q.lo], () => Fq.fromHighLow(q.hi, q.lo));
  await t.ok('frCmp', [a, b], () => a.cmp(b));
}
for (const v of [Fr.ZERO, Fr.ONE]) await t.refuses('frDiv', [v, Fr.ZERO], () => v.div(Fr.ZERO));
await t.refuses('frInverse', Fr.ZERO, () => Fr.ONE.div(Fr.ZERO));
{
  const top = Fr.fromBuffer(be((1n << 128n) - 1n));
  await t.refuses('fqFromHighLow', [top, top], () => Fq.fromHighLow(top, top));
}

// Points. `kind` is not recorded: a point is {x, y, isInfinite}.
const shape = p => ({ x: p.x, y: p.y, isInfinite: p.isInfinite });
const curve = [];
for (let i = 0; curve.length < N; i++) {
  const s = i === 0 ? new Fq(1n) : i === 1 ? new Fq(Fq.MODULUS - 1n) : rng.fq();
  if (s.isZero()) continue;
  curve.push(await Grumpkin.mul(Grumpkin.generator, s));
}
for (const p of curve) {
  await t.ok('pointToBuffer', shape(p), () => p.toBuffer());
  await t.ok('pointFromBuffer', p.toBuffer(), () => shape(Point.fromBuffer(p.toBuffer())));
  await t.ok('pointToFields', shape(p), () => p.toFields());
  await t.ok('pointFromFields', p.toFields(), () => shape(Point.fromFields(p.toFields())));
  await t.ok('pointCompress', shape(p), () => p.toCompressedBuffer());
  await t.ok('pointDecompress', p.toCompressedBuffer(), async () =>
    shape(await Point.fromCompressedBuffer(p.toCompressedBuffer())),
  );
  await t.ok('pointHash', shape(p), () => p.hash());
  await t.ok('pointIsOnCurve', shape(p), () => p.isOnGrumpkin());
  const off = new Point(p.x, rng.fr(), false);
  await t.ok('pointIsOnCurve', shape(off), () => off.isOnGrumpkin());
}
await t.ok('pointHash', shape(Point.ZERO), () => Point.ZERO.hash());
await t.ok('pointToFields', { x: Fr.ZERO, y: Fr.ZERO, isInfinite: true }, () =>
  new Point(Fr.ZERO, Fr.ZERO, true).toFields(),
);
await t.refuses('pointToBuffer', { x: Fr.ZERO, y: Fr.ZERO, isInfinite: true }, () =>
  new Point(Fr.ZERO, Fr.ZERO, true).toBuffer(),
);
await t.refuses('pointFromBuffer', be(Fr.MODULUS, 64), () => Point.fromBuffer(be(Fr.MODULUS, 64)));
await t.refuses('pointFromBuffer', be(1n, 63), () => Point.fromBuffer(be(1n, 63)));
await t.refuses('pointDecompress', be(1n, 31), () => Point.fromCompressedBuffer(be(1n, 31)));
await t.refuses('pointDecompress', be(Fr.MODULUS), () => Point.fromCompressedBuffer(be(Fr.MODULUS)));
await t.refuses('pointDecompress', be((1n << 254n) | 1n), () => Point.fromCompressedBuffer(be((1n << 254n) | 1n)));
await t.refuses(
  'pointFromFields',
  [1, 2].map(v => new Fr(v)),
  () => Point.fromFields([1, 2].map(v => new Fr(v))),
);
for (const x of [...edges(Fr.MODULUS).map(v => new Fr(v)), ...rng.list(N, () => rng.fr())]) {
  for (const sign of [true, false]) {
    await t.either('pointFromXAndSign', { x, sign }, async () => shape(await Point.fromXAndSign(x, sign)));
  }
}
for (let i = 0; i < N; i++) {
  const [a, b] = [curve[i], curve[(i * 7 + 3) % N]];
  const s = i === 0 ? new Fq(1n) : i === 1 ? new Fq(2n) : i === 2 ? new Fq(Fq.MODULUS - 1n) : rng.fq();
  if (!s.isZero())
    await t.ok('grumpkinMul', { point: shape(a), scalar: s }, async () => shape(await Grumpkin.mul(a, s)));
  const negated = new Point(b.x, b.y.negate(), false);
  if (!a.x.equals(b.x)) await t.ok('grumpkinAdd', [shape(a), shape(b)], async () => shape(await Grumpkin.add(a, b)));
  if (!a.x.equals(b.x))
    await t.ok('grumpkinAdd', [shape(a), shape(negated)], async () => shape(await Grumpkin.add(a, negated)));
  if (i < 20) await t.ok('grumpkinAdd', [shape(a), shape(a)], async () => shape(await Grumpkin.add(a, a)));
}
// The same scalar times several points.
for (let i = 0; i < 10; i++) {
  const [s, points] = [new Rng(`batch ${i}`).fq(), curve.slice(i * 3, i * 3 + 3)];
  const products = await Grumpkin.batchMul(points, s);
  for (const [j, p] of points.entries())
    await t.ok('grumpkinMul', { point: shape(p), scalar: s }, () => shape(products[j]));
}
t.write();
