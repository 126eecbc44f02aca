// The markers between blob fields, the sponge over them and the hashes around blobs.
import { aztec, edges, Fr, hex, packedFields, Topic } from './lib.mjs';

const blob = await aztec('blob-lib');
const encoding = await aztec('blob-lib/encoding');

const t = new Topic('sponge');
const { rng } = t;
const N = 200;

// Markers, both ways; most fields are none.
const bits = n => Number(rng.big(n));
const markers = {
  TxStartMarker: () => ({
    numBlobFields: bits(32),
    revertCode: rng.int(4),
    ...Object.fromEntries(
      [
        'numNoteHashes',
        'numNullifiers',
        'numL2ToL1Msgs',
        'numPublicDataWrites',
        'numPrivateLogs',
        'privateLogsLength',
      ].map(k => [k, bits(16)]),
    ),
    publicLogsLength: bits(32),
    contractClassLogLength: bits(16),
  }),
  BlockEndMarker: () => ({ timestamp: rng.big(64), blockNumber: bits(32), numTxs: bits(16) }),
  BlockEndStateField: () => ({
    ...Object.fromEntries(
      ['l1ToL2Message', 'noteHash', 'nullifier', 'publicData'].map(k => [`${k}NextAvailableLeafIndex`, bits(32)]),
    ),
    totalManaUsed: rng.big(48),
  }),
  CheckpointEndMarker: () => ({ numBlobFields: bits(32) }),
};
for (const [name, make] of Object.entries(markers)) {
  const f = name[0].toLowerCase() + name.slice(1);
  for (let i = 0; i < N; i++) {
    const value = make();
    const field = encoding[`encode${name}`](value);
    await t.ok(`${f}Encode`, value, () => field);
    await t.ok(`${f}Decode`, field, () => encoding[`decode${name}`](field));
  }
  for (const v of edges(Fr.MODULUS)) {
    const field = new Fr(v);
    // Below 2^208 every field is a state field, whatever it was meant to be.
    await t.either(`${f}Decode`, field, () => encoding[`decode${name}`](field));
  }
}

// The sponge, and the hashes around blobs.
for (let i = 0; i < N; i++) {
  const fields = rng.list(i < 30 ? i : i === 30 ? 4096 : rng.int(40), j => (i === 30 ? new Fr(j) : rng.fr()));
  await t.ok('blobFieldsHash', packedFields(fields), () => blob.computeBlobFieldsHash(fields));
  const pieces = rng.list(rng.int(4), () => rng.list(rng.int(6), () => rng.fr()));
  await t.ok('spongeBlob', pieces, async () => {
    const sponge = blob.SpongeBlob.init();
    for (const piece of pieces) await sponge.absorb(piece);
    const fields = sponge.toFields();
    return { fields, buffer: sponge.toBuffer(), squeezed: await sponge.squeeze() };
  });
  const commitment = rng.bytes(48);
  await t.ok('versionedHash', hex(commitment), () => hex(blob.computeEthVersionedBlobHash(commitment)));
  const hashes = rng.list(1 + (i % 6), () => rng.bytes(32));
  await t.ok('blobsHash', hashes.map(hex), () => blob.computeBlobsHash(hashes));
  await t.ok('blobCommitmentFields', hex(commitment), () => blob.commitmentToFields(commitment));
  const z = rng.fr();
  await t.ok('blobChallenge', { blobFieldsHash: z, commitment: hex(commitment) }, () =>
    blob.computeChallengeZ(z, commitment),
  );
}
t.write();
