// What is published of transactions, blocks and checkpoints, as blob fields.
import { RandomReader } from './codec-lib.mjs';
import { effect } from './tx-lib.mjs';
import { aztec, Fr, packed, packedFields, Topic } from './lib.mjs';

const encoding = await aztec('blob-lib/encoding');
const tx = await aztec('stdlib/tx');
const block = await aztec('stdlib/block');
const { Checkpoint } = await aztec('stdlib/checkpoint');
const { CheckpointHeader } = await aztec('stdlib/rollup');
const { AppendOnlyTreeSnapshot } = await aztec('stdlib/trees');

const t = new Topic('blob');
const { rng } = t;
const N = 200;

// Transactions.
for (let i = 0; i < N; i++) {
  const value = await effect(rng, i < 3 ? [0, 8, 5][i] : 1);
  const fields = value.toBlobFields();
  await t.ok('txBlobFields', packed(value.toBuffer()), () => packedFields(fields));
  await t.ok('txFromBlobFields', packedFields(fields), () => packed(tx.TxEffect.fromBlobFields(fields).toBuffer()));
  if (i < 40) {
    const short = fields.slice(0, -1);
    await t.refuses('txFromBlobFields', packedFields(short), () => tx.TxEffect.fromBlobFields(short));
  }
}

// Blocks and checkpoints. The state field has 48 bits for mana.
const randomBlock = async (index, txs) => {
  const header = tx.BlockHeader.fromBuffer(new RandomReader(rng));
  const used = tx.BlockHeader.from({ ...header, totalManaUsed: new Fr(rng.big(48)) });
  const archive = AppendOnlyTreeSnapshot.fromBuffer(new RandomReader(rng));
  return new block.L2Block(
    archive,
    used,
    new block.Body(await Promise.all(rng.list(txs, () => effect(rng, 1)))),
    1,
    index,
  );
};
for (let i = 0; i < N; i++) {
  const value = await randomBlock(i % 3, i % 4);
  await t.ok('blockBlobFields', packed(value.toBuffer()), () => packedFields(value.toBlobFields()));
}
for (let i = 0; i < N; i++) {
  const blocks = [];
  // Only the first block may be empty.
  for (let j = 0; j < 1 + (i % 3); j++) blocks.push(await randomBlock(j, j === 0 ? rng.int(2) : 1));
  const value = new Checkpoint(AppendOnlyTreeSnapshot.empty(), CheckpointHeader.empty(), blocks, 1);
  const fields = value.toBlobFields();
  await t.ok('checkpointBlobFields', packed(value.toBuffer()), () => packedFields(fields));
  await t.ok('checkpointDecode', packedFields(fields), () => {
    const data = encoding.decodeCheckpointBlobData([...fields, Fr.ZERO]);
    return data.blocks.map(b => ({
      txs: b.txs.map(x => x.txHash),
      ...b.blockEndMarker,
      ...b.blockEndStateField,
      lastArchiveRoot: b.lastArchiveRoot,
      noteHashRoot: b.noteHashRoot,
      nullifierRoot: b.nullifierRoot,
      publicDataRoot: b.publicDataRoot,
      l1ToL2MessageRoot: b.l1ToL2MessageRoot ?? null,
    }));
  });
  if (i < 30) {
    const wrong = i % 2 ? fields.slice(0, -1) : [...fields, Fr.ONE];
    await t.refuses('checkpointDecode', packedFields(wrong), () => encoding.decodeCheckpointBlobData(wrong));
  }
}

t.write();
