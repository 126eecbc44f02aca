// Writes lagrange.bin: Ethereum's trusted setup for blobs in the form that commitments are made with.
// Run where the official Aztec packages 4.1.2 are installed: node lagrange.mjs > lagrange.bin
//
// 4096 points of BLS12-381 G1, the i-th belonging to the i-th field of a blob; each x and y, 48 bytes big-endian.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bls12_381 } from '@noble/curves/bls12-381';

const require = createRequire(import.meta.url);
const packages = require.resolve.paths('@aztec/blob-lib').map(folder => `${folder}/@aztec/blob-lib/src/trusted_setup_bit_reversed.json`);
const setup = packages.flatMap(path => {
  try {
    return [JSON.parse(readFileSync(path, 'utf8'))];
  } catch {
    return [];
  }
})[0];
const points = setup.g1_lagrange_bit_reversed ?? setup.g1_lagrange;
if (points.length !== 4096) throw new Error(`${points.length} points, 4096 expected: ${Object.keys(setup)}`);
const coordinate = value => Buffer.from(value.toString(16).padStart(96, '0'), 'hex');
for (const point of points) {
  const { x, y } = bls12_381.G1.ProjectivePoint.fromHex(point.replace(/^0x/, '')).toAffine();
  process.stdout.write(Buffer.concat([coordinate(x), coordinate(y)]));
}
