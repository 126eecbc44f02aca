// Checkpoints and their headers.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { effect } from './tx-lib.mjs';
import { aztec, Fr, packed, Topic } from './lib.mjs';

const tx = await aztec('stdlib/tx');
const block = await aztec('stdlib/block');
const rollup = await aztec('stdlib/rollup');
const { Checkpoint } = await aztec('stdlib/checkpoint');
const { AppendOnlyTreeSnapshot } = await aztec('stdlib/trees');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { EthAddress } = await aztec('foundation/eth-address');
const { GasFees } = await aztec('stdlib/gas');
const { jsonStringify } = await aztec('foundation/json-rpc');

const t = new Topic('checkpoint');
const { rng } = t;
const N = 200;

const header = i =>
  rollup.CheckpointHeader.from({
    ...Object.fromEntries(
      ['lastArchiveRoot', 'blockHeadersHash', 'blobsHash', 'inHash', 'epochOutHash', 'totalManaUsed'].map(k => [
        k,
        i ? rng.fr() : Fr.ZERO,
      ]),
    ),
    slotNumber: i ? rng.u32() : 0,
    timestamp: i ? rng.big(64) : 0n,
    coinbase: i ? new EthAddress(rng.bytes(20)) : EthAddress.ZERO,
    feeRecipient: i ? new AztecAddress(rng.fr()) : AztecAddress.ZERO,
    gasFees: i ? new GasFees(rng.big(128), rng.big(128)) : GasFees.empty(),
  });
for (let i = 0; i < N; i++) {
  const value = header(i);
  await encodes(t, 'checkpointHeader', rollup.CheckpointHeader, value, () => ({ hash: value.hash() }));
}
await refusesBroken(t, 'checkpointHeader', rollup.CheckpointHeader, header(1).toBuffer(), true);

const randomBlock = async txs =>
  new block.L2Block(
    AppendOnlyTreeSnapshot.fromBuffer(new RandomReader(rng)),
    tx.BlockHeader.fromBuffer(new RandomReader(rng)),
    new block.Body(await Promise.all(rng.list(txs, () => effect(rng, 1)))),
    rng.u32(),
    rng.int(72),
  );
for (let i = 0; i < N; i++) {
  const blocks = [];
  for (let j = 0; j < i % 3; j++) blocks.push(await randomBlock(rng.int(2)));
  const modifier = i === 0 ? 0n : rng.bool() ? rng.big(200) : -rng.big(200);
  const value = new Checkpoint(
    AppendOnlyTreeSnapshot.fromBuffer(new RandomReader(rng)),
    header(1),
    blocks,
    rng.u32(),
    modifier,
  );
  const buffer = value.toBuffer();
  if (!Checkpoint.fromBuffer(buffer).toBuffer().equals(buffer)) throw new Error('checkpoint does not round-trip');
  await t.ok('checkpoint', packed(buffer), () => ({
    json: packed(Buffer.from(jsonStringify(value))),
    outHash: value.getCheckpointOutHash(),
    hash: value.hash(),
  }));
}
t.write();
