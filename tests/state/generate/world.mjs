// Chains of random blocks through the native world state, with unwinding, forks, pruning, and questions about every
// kept block. One line is one step; the second file of a line's data is what the official store answered.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { RandomReader } from '../../vectors/generate/codec-lib.mjs';
import { aztec, Fr, hex, Rng } from '../../vectors/generate/lib.mjs';

const { NativeWorldStateService } = await aztec('world-state');
const trees = await aztec('stdlib/trees');
const tx = await aztec('stdlib/tx');
const { Body, L2Block } = await aztec('stdlib/block');
const { EthAddress } = await aztec('foundation/eth-address');
const { RevertCode, PublicDataWrite } = await aztec('stdlib/avm');
const { MerkleTreeId, AppendOnlyTreeSnapshot } = trees;

const TREES = [0, 1, 2, 3, 4];
const INDEXED = [MerkleTreeId.NULLIFIER_TREE, MerkleTreeId.PUBLIC_DATA_TREE];
const pad = (list, size) => [...list, ...Array.from({ length: size - list.length }, () => Fr.ZERO)];
const text = field => field.toString();
const path = p => p.toFields().map(text).join('').replaceAll('0x', '');

class Chain {
  constructor(seed) {
    this.rng = new Rng(seed);
    this.lines = [];
    /** What each block added, so that questions can hit. */
    this.blocks = [];
    this.oldest = 0;
  }

  line(op, data) {
    this.lines.push({ op, ...data });
  }

  async start() {
    const { rng } = this;
    const slots = rng.list(rng.int(6), () => new Fr(1000n + rng.big(60)));
    const prefilled = [...new Map(slots.map(s => [s.toString(), new trees.PublicDataTreeLeaf(s, rng.fr())])).values()];
    prefilled.sort((a, b) => (b.slot.lt(a.slot) ? 1 : -1));
    this.world = await NativeWorldStateService.tmp(EthAddress.ZERO, true, prefilled);
    this.blocks.push({ values: TREES.map(() => []), slots: prefilled.map(l => l.slot), checkpoint: 0, index: 0 });
    this.line('genesis', {
      prefilled: prefilled.map(l => [text(l.slot), text(l.value)]),
      header: hex(this.world.getInitialHeader().toBuffer()),
      trees: await this.roots(this.world.getCommitted()),
    });
  }

  async roots(view) {
    const out = [];
    for (const id of TREES) {
      const info = await view.getTreeInfo(id);
      out.push([hex(info.root), Number(info.size)]);
    }
    return out;
  }

  /** A key that is there, next to one, or anywhere. */
  key(tree) {
    const { rng } = this;
    const known = this.blocks.flatMap(b => (tree === MerkleTreeId.PUBLIC_DATA_TREE ? b.slots : b.values[tree]));
    const choice = rng.int(6);
    if (known.length && choice < 3) return rng.pick(known);
    if (known.length && choice === 3) return new Fr((rng.pick(known).toBigInt() + 1n) % Fr.MODULUS);
    if (choice === 4) return new Fr(rng.int(140));
    return rng.fr();
  }

  fresh() {
    const field = Fr.fromBufferReduce(this.rng.bytes(64));
    return field;
  }

  async effect() {
    const { rng } = this;
    const many = rng.int(12) === 0;
    const count = max => (many ? rng.int(65) : rng.int(max));
    const noteHashes = rng.list(count(5), () => this.fresh());
    const nullifiers = rng.list(1 + Math.min(63, count(5)), () => this.fresh());
    const writes = new Map();
    for (let i = count(6); i > 0; i--) {
      const slot = this.key(MerkleTreeId.PUBLIC_DATA_TREE);
      const value = rng.int(8) === 0 ? Fr.ZERO : rng.fr();
      if (!slot.isZero()) writes.set(slot.toString(), new PublicDataWrite(slot, value));
    }
    const txHash = new tx.TxHash(this.fresh());
    const publicDataWrites = [...writes.values()].slice(0, 64);
    return new tx.TxEffect(RevertCode.OK, txHash, Fr.ZERO, noteHashes, nullifiers, [], publicDataWrites, [], [], []);
  }

  /** Builds the next block on a fork and hands it to the store, sometimes broken. */
  async block(broken = false) {
    const { rng } = this;
    const number = this.blocks.length;
    const last = this.blocks[number - 1];
    const first = number === 1 || rng.int(3) > 0;
    const checkpoint = first ? last.checkpoint + 1 : last.checkpoint;
    const index = first ? 0 : last.index + 1;
    const messages = first ? rng.list(rng.int(3) ? rng.int(4) : rng.int(200), () => this.fresh()) : [];
    const effects = [];
    for (let i = rng.int(4); i > 0; i--) effects.push(await this.effect());

    const fork = await this.world.fork();
    const lastArchive = await fork.getTreeInfo(MerkleTreeId.ARCHIVE);
    if (first) await fork.appendLeaves(MerkleTreeId.L1_TO_L2_MESSAGE_TREE, pad(messages, 1024));
    for (const e of effects) {
      await fork.appendLeaves(MerkleTreeId.NOTE_HASH_TREE, pad(e.noteHashes, 64));
      const nullifiers = pad(e.nullifiers, 64).map(n => n.toBuffer());
      await fork.batchInsert(MerkleTreeId.NULLIFIER_TREE, nullifiers, 6);
      const writes = e.publicDataWrites.map(w => new trees.PublicDataTreeLeaf(w.leafSlot, w.value).toBuffer());
      if (writes.length) await fork.sequentialInsert(MerkleTreeId.PUBLIC_DATA_TREE, writes);
    }
    const globals = tx.GlobalVariables.fromBuffer(new RandomReader(rng));
    globals.blockNumber = number;
    const state = await fork.getStateReference();
    if (broken) state.partial.nullifierTree.root = this.fresh();
    const header = new tx.BlockHeader(
      new AppendOnlyTreeSnapshot(Fr.fromBuffer(lastArchive.root), Number(lastArchive.size)),
      state,
      this.fresh(),
      globals,
      Fr.ZERO,
      Fr.ZERO,
    );
    if (!broken) await fork.updateArchive(header);
    const archive = await fork.getTreeInfo(MerkleTreeId.ARCHIVE);
    await fork.close();
    const block = new L2Block(
      new AppendOnlyTreeSnapshot(Fr.fromBuffer(archive.root), Number(archive.size)),
      header,
      new Body(effects),
      checkpoint,
      index,
    );
    const input = { block: hex(block.toBuffer()), messages: messages.map(text) };
    if (broken) {
      await this.world.handleL2BlockAndMessages(block, messages).then(
        () => Promise.reject(new Error('a broken block was accepted')),
        () => this.line('refused', input),
      );
      return;
    }
    await this.world.handleL2BlockAndMessages(block, messages);
    this.blocks.push({
      values: [
        effects.flatMap(e => e.nullifiers),
        effects.flatMap(e => e.noteHashes),
        effects.flatMap(e => e.publicDataWrites.map(w => w.leafSlot)),
        messages,
        [(await block.hash()).toFr?.() ?? Fr.fromString((await block.hash()).toString())],
      ],
      slots: effects.flatMap(e => e.publicDataWrites.map(w => w.leafSlot)),
      checkpoint,
      index,
    });
    this.line('block', { ...input, trees: await this.roots(this.world.getCommitted()) });
  }

  async unwind() {
    const { rng } = this;
    const tip = this.blocks.length - 1;
    const to = Math.max(1, this.oldest, tip - rng.int(4));
    if (to >= tip) return;
    await this.world.unwindBlocks(to);
    this.blocks.length = to + 1;
    this.line('unwind', { to, trees: await this.roots(this.world.getCommitted()) });
  }

  /** Asks about one block; block 0 cannot be asked about. */
  async ask() {
    const { rng } = this;
    const tip = this.blocks.length - 1;
    if (tip < 1) return;
    const block = rng.int(3) ? Math.max(1, this.oldest) + rng.int(tip - Math.max(1, this.oldest) + 1) : tip;
    const view = this.world.getSnapshot(block);
    const answers = { trees: await this.roots(view), find: [], leaves: [], low: [] };
    for (const tree of TREES) {
      const size = answers.trees[tree][1];
      const key = this.key(tree);
      const leaf = tree === 0 ? new trees.NullifierLeaf(key).toBuffer() : key;
      if (tree !== MerkleTreeId.PUBLIC_DATA_TREE && !key.isZero()) {
        const [index] = await view.findLeafIndices(tree, [leaf]);
        let added = null;
        if (index !== undefined) [added] = await view.getBlockNumbersForLeafIndices(tree, [index]);
        answers.find.push([tree, text(key), index === undefined ? null : index.toString(), added ?? null]);
      }
      if (size > 0) {
        const index = BigInt(rng.int(size));
        answers.leaves.push([tree, index.toString(), path(await view.getSiblingPath(tree, index))]);
      }
      if (INDEXED.includes(tree)) {
        const low = await view.getPreviousValueIndex(tree, key.toBigInt());
        const preimage = await view.getLeafPreimage(tree, low.index);
        const siblings = await view.getSiblingPath(tree, low.index);
        answers.low.push([tree, text(key), low.index.toString(), low.alreadyPresent, hex(preimage.toBuffer()), path(siblings)]);
      }
    }
    this.line('ask', { block, ...answers });
  }

  /** A fork at some block: writes in nested checkpoints, looked at on the way. */
  async fork() {
    const { rng } = this;
    const tip = this.blocks.length - 1;
    if (tip < 1) return;
    const block = rng.bool() ? tip : Math.max(1, this.oldest) + rng.int(tip - Math.max(1, this.oldest) + 1);
    const fork = await this.world.fork(block);
    const steps = [];
    let depth = 0;
    const used = new Set();
    for (let i = 4 + rng.int(12); i > 0; i--) {
      const choice = rng.int(8);
      if (choice === 0) {
        const leaves = rng.list(1 + rng.int(5), () => this.fresh());
        await fork.appendLeaves(MerkleTreeId.NOTE_HASH_TREE, leaves);
        steps.push(['notes', leaves.map(text)]);
      } else if (choice === 1 || choice === 2) {
        const leaves = rng.list(1 + rng.int(3), () => this.fresh());
        const out = await fork.sequentialInsert(MerkleTreeId.NULLIFIER_TREE, leaves.map(l => l.toBuffer()));
        steps.push(['nullifiers', leaves.map(text), witnesses(out)]);
        leaves.forEach(l => used.add(l));
      } else if (choice === 3 || choice === 4) {
        const writes = rng.list(1 + rng.int(3), () => new trees.PublicDataTreeLeaf(this.key(2), rng.fr()));
        const kept = writes.filter(w => !w.slot.isZero());
        if (!kept.length) continue;
        const out = await fork.sequentialInsert(MerkleTreeId.PUBLIC_DATA_TREE, kept.map(w => w.toBuffer()));
        steps.push(['writes', kept.map(w => [text(w.slot), text(w.value)]), witnesses(out)]);
      } else if (choice === 5) {
        depth++;
        await fork.createCheckpoint();
        steps.push(['checkpoint']);
      } else if (depth && choice === 6) {
        depth--;
        await fork.revertCheckpoint();
        steps.push(['revert', await this.roots(fork)]);
      } else if (depth && choice === 7) {
        depth--;
        await fork.commitCheckpoint();
        steps.push(['commit']);
      } else {
        steps.push(['look', await this.roots(fork)]);
      }
    }
    steps.push(['look', await this.roots(fork)]);
    await fork.close();
    this.line('fork', { block, steps });
  }

  async prune() {
    const tip = this.blocks.length - 1;
    const keep = 2 + this.rng.int(6);
    const oldest = tip + 1 - keep;
    if (oldest <= Math.max(1, this.oldest)) return;
    await this.world.setFinalized(oldest);
    await this.world.removeHistoricalBlocks(oldest);
    this.oldest = oldest;
    this.line('keep', { count: keep, oldest });
  }
}

/** What was seen while leaves were inserted one by one. */
function witnesses(result) {
  const one = w => [w.index.toString(), hex(w.leafPreimage.toBuffer()), path(w.siblingPath)];
  return [result.lowLeavesWitnessData.map(one), result.insertionWitnessData.map(one)];
}

const folder = process.env.STATE_OUT ?? join(dirname(fileURLToPath(import.meta.url)), '../data');
mkdirSync(folder, { recursive: true });
for (const [name, length, pruning] of [['unwinding', 60, false], ['pruning', 60, true], ['long', 160, false]]) {
  const chain = new Chain(`state/${name}`);
  await chain.start();
  for (let i = 0; i < length; i++) {
    await chain.block();
    const choice = chain.rng.int(12);
    if (choice < 5) await chain.ask();
    if (choice === 5 && name !== 'long') await chain.unwind();
    if (choice === 6 || choice === 7) await chain.fork();
    if (choice === 8) await chain.block(true);
    if (pruning && choice === 9) await chain.prune();
  }
  for (let i = 0; i < 12; i++) await chain.ask();
  await chain.world.close();
  const lines = chain.lines.map(line => JSON.stringify(line)).join('\n') + '\n';
  const packed = gzipSync(lines, { level: 9 });
  writeFileSync(join(folder, `${name}.jsonl.gz`), packed);
  const counts = {};
  for (const { op } of chain.lines) counts[op] = (counts[op] ?? 0) + 1;
  console.log(`${name}: ${lines.length >> 10} kB, packed ${packed.length >> 10} kB`, JSON.stringify(counts));
}
process.exit(0);
