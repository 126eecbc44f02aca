// Schnorr over Grumpkin, ECDSA over secp256k1 and secp256r1.
//
// The official Schnorr signer draws its nonce outside of our reach, so its signatures were made once, are kept in
// `schnorr.json` beside this file, and are checked here by the official verifier. Delete that file to make new ones.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { aztec, Fq, hex, Rng, Topic } from './lib.mjs';

const { Schnorr, SchnorrSignature } = await aztec('foundation/crypto/schnorr');
const { Ecdsa, EcdsaSignature } = await aztec('foundation/crypto/ecdsa');
const { Point } = await aztec('foundation/curves/grumpkin');

const t = new Topic('signatures');
const { rng } = t;
const N = 200;
const bytes = text => Buffer.from(text.slice(2), 'hex');
const shape = p => ({ x: p.x, y: p.y, isInfinite: p.isInfinite });
const flip = buffer => {
  const copy = Buffer.from(buffer);
  copy[rng.int(copy.length)] ^= 1 << rng.int(8);
  return copy;
};

/** The verifiers throw on some malformed signatures and answer false on others; both mean "not valid". */
const verdict = async verify => {
  try {
    return await verify();
  } catch {
    return false;
  }
};

// Schnorr.
const schnorr = new Schnorr();
const kept = new URL('./schnorr.json', import.meta.url);
if (!existsSync(kept)) {
  const draw = new Rng('schnorr keys');
  const made = [];
  for (let i = 0; i < N; i++) {
    const key = i === 0 ? new Fq(1n) : i === 1 ? new Fq(Fq.MODULUS - 1n) : Fq.fromBufferReduce(draw.bytes(64));
    const message = i < 150 ? draw.fr().toBuffer() : draw.bytes([0, 1, 31, 33, 64, 100][i % 6]);
    const signature = await schnorr.constructSignature(message, key);
    made.push({ key: key.toString(), message: hex(message), signature: hex(signature.toBuffer()) });
  }
  writeFileSync(kept, '[\n' + made.map(m => JSON.stringify(m)).join(',\n') + '\n]\n');
}
for (const { key, message, signature } of JSON.parse(readFileSync(kept, 'utf8'))) {
  const publicKey = await schnorr.computePublicKey(Fq.fromString(key));
  const signed = new SchnorrSignature(bytes(signature));
  if (!(await schnorr.verifySignature(bytes(message), publicKey, signed))) throw new Error('a kept signature is bad');
  await t.ok('schnorrPublicKey', key, () => shape(publicKey));
  const verify = async (msg, pk, sig) =>
    t.ok('schnorrVerify', { message: hex(msg), publicKey: shape(pk), signature: hex(sig) }, () =>
      verdict(() => schnorr.verifySignature(msg, pk, new SchnorrSignature(sig))),
    );
  await verify(bytes(message), publicKey, bytes(signature));
  await verify(bytes(message), publicKey, flip(bytes(signature)));
  if (bytes(message).length > 0) await verify(flip(bytes(message)), publicKey, bytes(signature));
  const negated = new Point(publicKey.x, publicKey.y.negate(), false);
  await verify(bytes(message), negated, bytes(signature));
}

// ECDSA.
const orders = {
  K1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  R1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
};
for (const [name, order] of Object.entries(orders)) {
  const ecdsa = new Ecdsa(name === 'K1' ? 'secp256k1' : 'secp256r1');
  for (let i = 0; i < N; i++) {
    const scalar = i === 0 ? 1n : i === 1 ? order - 1n : 1n + (BigInt(hex(rng.bytes(40))) % (order - 1n));
    const key = bytes('0x' + scalar.toString(16).padStart(64, '0'));
    const message = i < 150 ? rng.fr().toBuffer() : rng.bytes([0, 1, 31, 33, 64, 100][i % 6]);
    const publicKey = await ecdsa.computePublicKey(key);
    const signature = await ecdsa.constructSignature(message, key);
    await t.ok(`ecdsa${name}PublicKey`, hex(key), () => hex(publicKey));
    await t.ok(`ecdsa${name}Sign`, { key: hex(key), message: hex(message) }, async () => ({
      r: hex(signature.r),
      s: hex(signature.s),
      v: signature.v[0],
    }));
    const again = await ecdsa.constructSignature(message, key);
    if (!again.toBuffer().equals(signature.toBuffer())) throw new Error('the nonce is not deterministic');
    const check = async (msg, pk, sig) => {
      const input = { message: hex(msg), publicKey: hex(pk), r: hex(sig.r), s: hex(sig.s), v: sig.v[0] };
      await t.ok(`ecdsa${name}Verify`, input, () => verdict(() => ecdsa.verifySignature(msg, pk, sig)));
    };
    await check(message, publicKey, signature);
    await check(message, publicKey, new EcdsaSignature(flip(signature.r), signature.s, signature.v));
    await check(message, publicKey, new EcdsaSignature(signature.r, flip(signature.s), signature.v));
    if (message.length > 0) await check(flip(message), publicKey, signature);
    await t.ok(
      `ecdsa${name}Recover`,
      { message: hex(message), r: hex(signature.r), s: hex(signature.s), v: signature.v[0] },
      async () => hex(await ecdsa.recoverPublicKey(message, signature)),
    );
  }
}

t.write();
