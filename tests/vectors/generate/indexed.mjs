// Indexed trees and genesis, as the native world state builds them.
import { encodes } from './codec-lib.mjs';
import { aztec, Fr, hex, packed, Topic } from './lib.mjs';

const merkle = await aztec('merkle-tree');
const stdlib = await aztec('stdlib/trees');
const { NativeWorldStateService } = await aztec('world-state');
const { getGenesisValues } = await aztec('world-state/testing');
const { computeFeePayerBalanceLeafSlot, computeFeePayerBalanceStorageSlot } =
  await aztec('protocol-contracts/fee-juice');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { MerkleTreeId } = stdlib;

const t = new Topic('indexed');
const { rng } = t;
const N = 200;
const hasher = new merkle.Poseidon();
const buffers = fields => fields.map(f => f.toBuffer());

// Leaves of the indexed trees.
for (let i = 0; i < N; i++) {
  const next = [rng.fr(), i === 0 ? 0n : rng.big(42)];
  const nullifier = new stdlib.NullifierLeafPreimage(new stdlib.NullifierLeaf(rng.fr()), ...next);
  const written = new stdlib.PublicDataTreeLeafPreimage(new stdlib.PublicDataTreeLeaf(rng.fr(), rng.fr()), ...next);
  const hash = value => ({ hash: hex(hasher.hashInputs(value.toHashInputs())) });
  await encodes(t, 'nullifierLeafPreimage', stdlib.NullifierLeafPreimage, nullifier, () => hash(nullifier));
  await encodes(t, 'publicDataLeafPreimage', stdlib.PublicDataTreeLeafPreimage, written, () => hash(written));
}

// Indexed trees from genesis on, by the native world state.
const world = await NativeWorldStateService.tmp();
const state = async (fork, id) => {
  const info = await fork.getTreeInfo(id);
  return { root: hex(info.root), size: info.size };
};
const key = () => (rng.int(4) === 0 ? new Fr(rng.int(140)) : rng.fr());
for (let i = 0; i < N; i++) {
  const height = i % 4 === 3 ? 6 : i % 4;
  const batches = rng.list(1 + rng.int(2), () => {
    const leaves = rng.list(2 ** height, j => (j >= 4 || rng.int(5) === 0 ? Fr.ZERO : rng.int(4) ? rng.fr() : key()));
    return leaves.filter((l, j) => leaves.findIndex(o => o.equals(l)) === j || l.isZero());
  });
  for (const batch of batches) while (batch.length < 2 ** height) batch.push(Fr.ZERO);
  const probe = rng.list(3, key);
  const fork = await world.fork();
  await t.either('nullifierTree', { height, batches, probe }, async () => {
    const steps = [];
    for (const batch of batches) {
      const result = await fork.batchInsert(MerkleTreeId.NULLIFIER_TREE, buffers(batch), height);
      steps.push({
        ...(await state(fork, MerkleTreeId.NULLIFIER_TREE)),
        lowLeaves: result.lowLeavesWitnessData
          .filter(w => w.leafPreimage.getKey() !== 0n || w.leafPreimage.getNextKey() !== 0n)
          .map((w, j) => ({
            index: w.index,
            preimage: hex(w.leafPreimage.toBuffer()),
            ...(j === 0 ? { path: packed(w.siblingPath.toBuffer()) } : {}),
          })),
        subtreePath: packed(result.newSubtreeSiblingPath.toBuffer()),
      });
    }
    const found = [];
    for (const k of probe) {
      const low = await fork.getPreviousValueIndex(MerkleTreeId.NULLIFIER_TREE, k.toBigInt());
      const preimage = await fork.getLeafPreimage(MerkleTreeId.NULLIFIER_TREE, low.index);
      found.push({ ...low, preimage: hex(preimage.toBuffer()) });
    }
    return { steps, found };
  });
  await fork.close();

  // Writes: new slots, rewritten ones and the prefilled ones.
  const other = await world.fork();
  const writes = rng.list(1 + rng.int(5), () => new stdlib.PublicDataTreeLeaf(key(), rng.fr()));
  if (rng.bool()) writes.push(new stdlib.PublicDataTreeLeaf(writes[0].slot, rng.fr()));
  const input = { writes: writes.map(w => [w.slot, w.value]), probe };
  await t.either('publicDataTree', input, async () => {
    const steps = [];
    for (const write of writes) {
      await other.sequentialInsert(MerkleTreeId.PUBLIC_DATA_TREE, [write.toBuffer()]);
      steps.push(await state(other, MerkleTreeId.PUBLIC_DATA_TREE));
    }
    const found = [];
    for (const k of probe) {
      const low = await other.getPreviousValueIndex(MerkleTreeId.PUBLIC_DATA_TREE, k.toBigInt());
      const preimage = await other.getLeafPreimage(MerkleTreeId.PUBLIC_DATA_TREE, low.index);
      found.push({ ...low, preimage: hex(preimage.toBuffer()) });
    }
    return { steps, found };
  });
  await other.close();
}
await world.close();

// Genesis, empty and with funded accounts.
for (let i = 0; i < 12; i++) {
  const accounts = rng.list(i, () => new AztecAddress(rng.fr()));
  const amount = i % 3 === 0 ? undefined : new Fr(rng.big(100));
  const values = await getGenesisValues(accounts, amount);
  await t.ok('genesis', { accounts, amount: amount ?? null }, async () => {
    const ws = await NativeWorldStateService.tmp(undefined, true, values.prefilledPublicData);
    const committed = ws.getCommitted();
    const roots = {};
    for (const id of ['NULLIFIER_TREE', 'NOTE_HASH_TREE', 'PUBLIC_DATA_TREE', 'L1_TO_L2_MESSAGE_TREE', 'ARCHIVE']) {
      roots[id] = await state(committed, MerkleTreeId[id]);
    }
    const header = committed.getInitialHeader();
    const out = {
      archiveRoot: values.genesisArchiveRoot,
      prefilled: values.prefilledPublicData.map(l => [l.slot, l.value]),
      fundingNeeded: values.fundingNeeded,
      roots,
      header: packed(header.toBuffer()),
      headerHash: (await header.hash()).toString(),
    };
    await ws.close();
    return out;
  });
}
for (let i = 0; i < N; i++) {
  const of = new AztecAddress(rng.fr());
  await t.ok('feePayerBalanceSlot', of, async () => ({
    slot: await computeFeePayerBalanceStorageSlot(of),
    leafSlot: await computeFeePayerBalanceLeafSlot(of),
  }));
}
t.write();
process.exit(0);
