// Poseidon2, sha256, Pedersen, every protocol hash formula, the separators and the constants.
import { aztec, edges, Fr, hex, packed, packedFields, Topic } from './lib.mjs';

const constants = await aztec('constants');
const poseidon = await aztec('foundation/crypto/poseidon');
const pedersen = await aztec('foundation/crypto/pedersen');
const { sha256, sha256ToField } = await aztec('foundation/crypto/sha256');
const { EthAddress } = await aztec('foundation/eth-address');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const h = await aztec('stdlib/hash');
const messaging = await aztec('stdlib/messaging');
const { computePreaddress } = await aztec('stdlib/keys');

const t = new Topic('hash');
const { rng } = t;
const N = 200;
const frs = n => rng.list(n, () => rng.fr());
const edge = edges(Fr.MODULUS).map(v => new Fr(v));
const address = () => new AztecAddress(rng.fr());

// Separators and constants.
for (const [name, value] of Object.entries(constants.DomainSeparator)) {
  if (typeof value === 'number') await t.ok('separator', name, () => value);
}
// Every number of the official file at once: what is compared is each number of ours, which must be among them.
const numeric = Object.entries(constants).filter(([, v]) => ['number', 'bigint'].includes(typeof v) || v instanceof Fr);
const numbers = Object.fromEntries(numeric.map(([k, v]) => [k, BigInt(v instanceof Fr ? v.toBigInt() : v).toString()]));
await t.ok('constants', numbers, () => []);

// Poseidon2.
for (let n = 0; n <= 40; n++) {
  for (let i = 0; i < 5; i++) {
    const input = i === 0 ? Array(n).fill(Fr.ZERO) : i === 1 ? rng.list(n, () => rng.pick(edge)) : frs(n);
    await t.ok('poseidon2', packedFields(input), () => poseidon.poseidon2Hash(input));
  }
}
for (const n of [41, 100, 127, 1281, 2784, 3000]) {
  const input = rng.list(n, i => new Fr(i % 251));
  await t.ok('poseidon2', packedFields(input), () => poseidon.poseidon2Hash(input));
}
for (const state of [...edge.map(e => [e, e, e, e]), ...rng.list(N, () => frs(4))]) {
  await t.ok('poseidon2Permutation', state, () => poseidon.poseidon2Permutation(state));
}
for (let i = 0; i < N + 50; i++) {
  const bytes = i % 3 === 0 ? Buffer.alloc(i, 255) : rng.bytes(i);
  await t.ok('poseidon2Bytes', packed(bytes), () => poseidon.poseidon2HashBytes(bytes));
}
for (const [name, separator] of Object.entries(constants.DomainSeparator)) {
  if (typeof separator !== 'number') continue;
  for (let i = 0; i < 6; i++) {
    const input = frs(i);
    await t.ok('poseidon2Separated', { separator: name, input }, () =>
      poseidon.poseidon2HashWithSeparator(input, separator),
    );
  }
}

// sha256.
for (let i = 0; i < N + 40; i++) {
  const bytes = rng.bytes(i);
  await t.ok('sha256', packed(bytes), () => sha256(bytes));
  await t.ok('sha256ToField', packed(bytes), () => sha256ToField([bytes]));
  await t.ok('sha256Reduce', packed(bytes), () => Fr.fromBufferReduce(sha256(bytes)));
}

// Pedersen.
for (let i = 0; i < N; i++) {
  const input = i < 20 ? rng.list(1 + (i % 3), () => rng.pick(edge)) : frs(1 + (i % 8));
  const index = i % 5 === 0 ? rng.int(10) : 0;
  await t.ok('pedersenHash', { input, index }, () => pedersen.pedersenHash(input, index));
  const buffers = input.map(f => f.toBuffer());
  if (!input.every(f => f.isZero())) {
    await t.ok('pedersenCommit', { input, offset: index }, async () =>
      (await pedersen.pedersenCommit(buffers, index)).map(b => hex(b)),
    );
  }
}

// The formulas of the protocol. A pair of edges for each, then random ones.
const pairs = rng.list(N + 30, i => (i < edge.length ? [edge[i], edge[edge.length - 1 - i]] : frs(2)));
for (const [a, b] of pairs) {
  const at = new AztecAddress(a);
  const small = rng.int(64);
  await t.ok('noteHashNonce', { nullifierZero: a, index: small }, () => h.computeNoteHashNonce(a, small));
  await t.ok('siloNoteHash', [a, b], () => h.siloNoteHash(at, b));
  await t.ok('uniqueNoteHash', [a, b], () => h.computeUniqueNoteHash(a, b));
  await t.ok('siloNullifier', [a, b], () => h.siloNullifier(at, b));
  await t.ok('protocolNullifier', a, () => h.computeProtocolNullifier(a));
  await t.ok('siloPrivateLogFirstField', [a, b], () => h.computeSiloedPrivateLogFirstField(at, b));
  await t.ok('publicDataLeafSlot', [a, b], () => h.computePublicDataTreeLeafSlot(at, b));
  await t.ok('mapSlot', [a, b], () => h.deriveStorageSlotInMap(a, b));
  await t.ok('secretHash', a, () => h.computeSecretHash(a));
  await t.ok('preaddress', [a, b], () => computePreaddress(a, b));
  const secret = rng.fr();
  await t.ok('l1ToL2MessageNullifier', [a, b, secret], () => h.computeL1ToL2MessageNullifier(at, b, secret));
}
for (let i = 0; i < N + 20; i++) {
  const values = frs(i < 60 ? i : i % 12);
  const input = packedFields(values);
  await t.ok('varArgsHash', input, () => h.computeVarArgsHash(values));
  await t.ok('calldataHash', input, () => h.computeCalldataHash(values));
}
for (let i = 0; i < N; i++) {
  const key = rng.list(127, () => new Fr(rng.int(4)));
  for (let j = 0; j < i % 6; j++) key[rng.int(127)] = rng.fr();
  await t.ok('verificationKeyHash', packedFields(key), () => h.hashVK(key));
}

// Messages between the layers.
for (let i = 0; i < N; i++) {
  const message = {
    l2Sender: address(),
    l1Recipient: new EthAddress(i === 0 ? Buffer.alloc(20) : i === 1 ? Buffer.alloc(20, 255) : rng.bytes(20)),
    content: rng.fr(),
    rollupVersion: new Fr(rng.big(32)),
    chainId: new Fr(rng.big(32)),
  };
  await t.ok('l2ToL1MessageHash', message, () => h.computeL2ToL1MessageHash(message));

  const { L1ToL2Message, L1Actor, L2Actor } = messaging;
  const incoming = new L1ToL2Message(
    new L1Actor(message.l1Recipient, rng.u32()),
    new L2Actor(address(), rng.u32()),
    rng.fr(),
    rng.fr(),
    new Fr(rng.big(64)),
  );
  await t.ok('l1ToL2Message', incoming.toBuffer(), () => ({ fields: incoming.toFields(), hash: incoming.hash() }));
  const checkpoint = 1 + rng.int(2 ** 31);
  const index = rng.big(40);
  await t.ok('messageIndexRange', checkpoint, () => messaging.InboxLeaf.indexRangeForCheckpoint(checkpoint));
  await t.ok('checkpointOfMessage', index, () => messaging.InboxLeaf.checkpointNumberFromIndex(index));
}
for (let i = 0; i < N; i++) {
  const n = [0, 1, 2, 3, 1023, 1024][i] ?? rng.int(9);
  const messages = rng.list(n, j => (n > 100 ? new Fr(j) : rng.fr()));
  await t.ok('inHash', packedFields(messages), () => messaging.computeInHashFromL1ToL2Messages(messages));
}
const leaf = () => (rng.int(10) === 0 ? Fr.ZERO : rng.fr());
for (let i = 0; i < N; i++) {
  const messages = rng.list(i < 9 ? i : rng.int(9), leaf);
  await t.ok('txOutHash', messages, () => messaging.computeTxOutHash(messages));
  const tx = () => rng.list(rng.int(2) ? 0 : rng.int(4), () => rng.fr());
  const block = i < 8 ? rng.list(i, tx) : rng.list(rng.int(8), tx);
  await t.ok('blockOutHash', block, () => messaging.computeBlockOutHash(block));
  const blockOf = n => rng.list(n, tx);
  const checkpoint = rng.list(1 + rng.int(4), () => blockOf(rng.int(4)));
  await t.ok('checkpointOutHash', checkpoint, () => messaging.computeCheckpointOutHash(checkpoint));
  const hashes = rng.list(i < 33 ? i : rng.int(6), leaf);
  await t.ok('accumulateOutHashes', hashes, () => messaging.accumulateCheckpointOutHashes(hashes));
}
// A message is never zero: a transaction with nothing but zeros would count as one without messages.
const message = () => {
  const hash = rng.fr();
  return hash.isZero() ? Fr.ONE : hash;
};
for (let i = 0; i < N; i++) {
  const tx = () => rng.list(rng.int(2) ? 0 : rng.int(4), message);
  const epoch = rng.list(1 + rng.int(3), () => rng.list(1 + rng.int(2), () => rng.list(1 + rng.int(3), tx)));
  const at = [rng.int(epoch.length)];
  at.push(rng.int(epoch[at[0]].length));
  at.push(rng.int(epoch[at[0]][at[1]].length));
  epoch[at[0]][at[1]][at[2]].push(message());
  const list = epoch[at[0]][at[1]][at[2]];
  const index = rng.int(list.length);
  await t.ok('epochOutHash', epoch, () => messaging.computeEpochOutHash(epoch));
  await t.ok('outHashMembership', { epoch, path: [...at, index] }, () => {
    const w = messaging.computeL2ToL1MembershipWitnessFromMessagesInEpoch(epoch, list[index], ...at, index);
    return {
      root: w.root,
      leafIndex: w.leafIndex,
      siblings: w.siblingPath.toBufferArray().map(b => hex(b)),
      leafId: messaging.getL2ToL1MessageLeafId(w),
    };
  });
}
// Zeros above have no commitment that is a point.
const last = frs(3);
await t.ok('pedersenCommit', { input: last, offset: 1 }, async () =>
  (await pedersen.pedersenCommit(last.map(f => f.toBuffer()), 1)).map(b => hex(b)),
);
t.write();
