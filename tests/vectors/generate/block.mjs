// Blocks and their headers.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { effect } from './tx-lib.mjs';
import { aztec, packed, Topic } from './lib.mjs';

const tx = await aztec('stdlib/tx');
const block = await aztec('stdlib/block');
const rollup = await aztec('stdlib/rollup');
const { AppendOnlyTreeSnapshot } = await aztec('stdlib/trees');
const { jsonStringify } = await aztec('foundation/json-rpc');

const t = new Topic('block');
const { rng } = t;
const N = 200;

const parts = {
  appendOnlyTreeSnapshot: AppendOnlyTreeSnapshot,
  partialStateReference: tx.PartialStateReference,
  stateReference: tx.StateReference,
  globalVariables: tx.GlobalVariables,
  blockHeader: tx.BlockHeader,
};
for (const [name, Type] of Object.entries(parts)) {
  for (let i = 0; i < N; i++) {
    const value = Type.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i % 5 === 0 ? 0.5 : 1));
    const more =
      Type === tx.BlockHeader
        ? async () => ({ hash: (await Type.fromBuffer(value.toBuffer()).hash()).toString() })
        : undefined;
    await encodes(t, name, Type, value, more);
  }
  await refusesBroken(t, name, Type, Type.fromBuffer(new RandomReader(rng)).toBuffer(), true);
}

for (let i = 0; i < N; i++) {
  const headers = rng.list(i < 10 ? i + 1 : 1 + rng.int(3), () =>
    tx.BlockHeader.fromBuffer(new RandomReader(rng, i < 10 ? 0.1 : 0.5)),
  );
  await t.ok(
    'blockHeadersHash',
    headers.map(h => packed(h.toBuffer())),
    () => rollup.computeBlockHeadersHash(headers),
  );
}

const randomBlock = async txs =>
  new block.L2Block(
    AppendOnlyTreeSnapshot.fromBuffer(new RandomReader(rng)),
    tx.BlockHeader.fromBuffer(new RandomReader(rng)),
    new block.Body(await Promise.all(rng.list(txs, () => effect(rng, 1)))),
    rng.u32(),
    rng.int(72),
  );
for (let i = 0; i < N; i++) {
  const value = await randomBlock(i < 4 ? i : rng.int(3));
  const buffer = value.toBuffer();
  if (!block.L2Block.fromBuffer(buffer).toBuffer().equals(buffer)) throw new Error('block does not round-trip');
  await t.ok('l2Block', packed(buffer), async () => ({
    json: packed(Buffer.from(jsonStringify(value))),
    hash: (await block.L2Block.fromBuffer(buffer).hash()).toString(),
    body: packed(value.body.toBuffer()),
  }));
}
await refusesBroken(t, 'l2Block', block.L2Block, (await randomBlock(2)).toBuffer(), true);
t.write();
