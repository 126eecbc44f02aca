// Append-only trees, the trees of block building, sibling paths.
import { aztec, Fr, hex, official, packed, packedFields, Topic } from './lib.mjs';

const merkle = await aztec('merkle-tree');
const trees = await aztec('foundation/trees');
const { openTmpStore } = await aztec('kv-store/lmdb');

const t = new Topic('merkle');
const { rng } = t;
const N = 200;
const hasher = new merkle.Poseidon();
const store = openTmpStore(true);
const buffers = fields => fields.map(f => f.toBuffer());
const paths = list => list.map(path => packed(path.toBuffer()));

// Append-only trees of every height the protocol has, and of some it has not.
let name = 0;
const tree = height => merkle.newTree(merkle.StandardTree, store, hasher, `t${name++}`, Fr, height);
for (let height = 1; height <= 42; height++) {
  const empty = await tree(height);
  await t.ok('emptyRoot', height, () => hex(empty.getRoot(true)));
}
for (let i = 0; i < N; i++) {
  const height = [5, 7, 30, 36, 40, 42][i % 6];
  const batches = rng.list(1 + rng.int(3), () => rng.list(rng.int(5), () => rng.fr()));
  if (i === 6)
    batches.splice(
      0,
      9,
      rng.list(31, () => rng.fr()),
      [rng.fr()],
    );
  const size = batches.flat().length;
  const ask = [0, Math.max(size - 1, 0), size];
  await t.ok('appendOnlyTree', { height, batches, ask: size < 2 ** height ? ask : [0] }, async () => {
    const one = await tree(height);
    const roots = [];
    for (const batch of batches) {
      await one.appendLeaves(batch);
      roots.push(hex(one.getRoot(true)));
    }
    const siblings = [];
    for (const index of size < 2 ** height ? ask : [0]) siblings.push(await one.getSiblingPath(BigInt(index), true));
    return { roots, siblings: paths(siblings) };
  });
}
for (const [height, leaves] of [
  [1, 3],
  [2, 5],
  [3, 9],
]) {
  const batches = [rng.list(leaves, () => rng.fr())];
  await t.refuses('appendOnlyTree', { height, batches, ask: [] }, async () =>
    (await tree(height)).appendLeaves(batches[0]),
  );
}

// Trees of a fixed list of leaves.
const leaf = i => (rng.int(6) === 0 && i !== undefined ? Fr.ZERO : rng.fr());
for (let i = 0; i < N; i++) {
  const some = rng.list(i < 20 ? i : rng.int(12), leaf);
  const full = rng.list(2 ** (i % 5), leaf);
  await t.ok('balancedShaRoot', full, () => hex(trees.computeBalancedShaRoot(buffers(full))));
  await t.ok('balancedPoseidonRoot', full, async () => hex(await trees.computeBalancedPoseidonRoot(buffers(full))));
  await t.ok('unbalancedShaRoot', some, () => hex(trees.computeUnbalancedShaRoot(buffers(some))));
  await t.ok('unbalancedPoseidonRoot', some, async () => hex(await trees.computeUnbalancedPoseidonRoot(buffers(some))));
  if (some.length > 0) {
    await t.ok('wonkyShaRoot', some, () => hex(trees.computeWonkyShaRoot(buffers(some))));
    const index = rng.int(some.length);
    await t.either('wonkyShaPath', { leaves: some, index }, () => {
      const calculator = trees.UnbalancedMerkleTreeCalculator.create(buffers(some), Buffer.alloc(32));
      return {
        location: calculator.getLeafLocation(index),
        siblings: calculator.getSiblingPathByLeafIndex(index).toBufferArray().map(hex),
      };
    });
    await t.ok('unbalancedShaPath', { leaves: some, index }, () => {
      const calculator = trees.UnbalancedMerkleTreeCalculator.create(buffers(some));
      return {
        location: calculator.getLeafLocation(index),
        siblings: calculator.getSiblingPathByLeafIndex(index).toBufferArray().map(hex),
      };
    });
  }
}
for (let i = 0; i < 20; i++) {
  const some = rng.list(1 + i, leaf);
  await t.ok('wonkyShaRoot', some, () => hex(trees.computeWonkyShaRoot(buffers(some))));
  const index = i % some.length;
  await t.ok('unbalancedShaPath', { leaves: some, index }, () => {
    const calculator = trees.UnbalancedMerkleTreeCalculator.create(buffers(some));
    return {
      location: calculator.getLeafLocation(index),
      siblings: calculator.getSiblingPathByLeafIndex(index).toBufferArray().map(hex),
    };
  });
  await t.either('wonkyShaPath', { leaves: some, index }, () => {
    const calculator = trees.UnbalancedMerkleTreeCalculator.create(buffers(some), Buffer.alloc(32));
    return {
      location: calculator.getLeafLocation(index),
      siblings: calculator.getSiblingPathByLeafIndex(index).toBufferArray().map(hex),
    };
  });
}
for (const n of [0, 3, 5, 6, 7]) {
  const some = rng.list(n, () => rng.fr());
  await t.refuses('balancedShaRoot', some, () => trees.computeBalancedShaRoot(buffers(some)));
  await t.refuses('balancedPoseidonRoot', some, () => trees.computeBalancedPoseidonRoot(buffers(some)));
}

// Paths and witnesses.
for (let i = 0; i < N; i++) {
  const height = i < 43 ? i : rng.int(43);
  const siblings = rng.list(height, () => (rng.int(3) ? Fr.ZERO : rng.fr()));
  const index = height > 31 ? rng.int(2 ** 31) : rng.int(2 ** height);
  const value = rng.fr();
  await t.ok('rootFromPath', { leaf: value, index, siblings: packedFields(siblings) }, async () =>
    hex(await trees.computeRootFromSiblingPath(value.toBuffer(), buffers(siblings), index)),
  );
  const path = new trees.SiblingPath(height, buffers(siblings));
  await t.ok('siblingPath', packed(path.toBuffer()), () => ({
    fields: packedFields(path.toFields()),
    json: packed(Buffer.from(official(path))),
  }));
  const witness = new trees.MembershipWitness(height, BigInt(index), siblings);
  await t.ok('membershipWitness', { height, buffer: packed(witness.toBuffer()) }, () => ({
    index: witness.leafIndex,
    fields: packedFields(witness.toFields()),
    json: packed(Buffer.from(official(witness))),
  }));
}

t.write();
process.exit(0);
