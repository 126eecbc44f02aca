// The chain as a whole, with the official code as judge: headers, state, blobs, checkpoints, witnesses.
import { computeBlobsHash, getBlobsPerL1Block } from '@aztec/blob-lib';
import { poseidon2Hash } from '@aztec/foundation/crypto/poseidon';
import { EthAddress } from '@aztec/foundation/eth-address';
import { computeInHashFromL1ToL2Messages } from '@aztec/stdlib/messaging';
import { MerkleTreeId } from '@aztec/stdlib/trees';
import { NativeWorldStateService } from '@aztec/world-state/native';
import { getGenesisValues } from '@aztec/world-state/testing';

import { assert, Fr } from '../world.mjs';

const BLOB_SAMPLES = 25;

async function allBlocks(w) {
  const { checkpointed: { block: { number } } } = await w.node.getL2Tips();
  const blocks = [];
  while (blocks.length < number) {
    blocks.push(...await w.node.getBlocks(blocks.length + 1, Math.min(50, number - blocks.length)));
  }
  return blocks;
}

export async function allCheckpoints(w) {
  const count = await w.node.getCheckpointNumber();
  const found = [];
  while (found.length < count) {
    const page = await w.node.getCheckpoints(found.length + 1, 50);
    if (!page.length) break;
    found.push(...page);
  }
  return found;
}

/** Who has fee juice from the start. */
export const fundedAccounts = w => [...w.accounts, w.fpc.address, w.sponsor];

export const chain = [
  {
    name: 'chain: every header follows from the one before',
    run: async w => {
      const blocks = await allBlocks(w);
      const { genesisArchiveRoot } = await getGenesisValues(fundedAccounts(w));
      let last = { archive: { root: genesisArchiveRoot, nextAvailableLeafIndex: 1 } };
      for (const block of blocks) {
        const { header } = block;
        assert.equal(header.globalVariables.blockNumber, (last.number ?? 0) + 1);
        assert.equal(header.lastArchive.root.toString(), last.archive.root.toString(), `before block ${block.number}`);
        assert.equal(header.lastArchive.nextAvailableLeafIndex, block.number);
        assert.equal(block.archive.nextAvailableLeafIndex, block.number + 1);
        assert(header.globalVariables.timestamp >= (last.header?.globalVariables.timestamp ?? 0n));
        const fees = block.body.txEffects.reduce((sum, tx) => sum + tx.transactionFee.toBigInt(), 0n);
        assert.equal(header.totalFees.toBigInt(), fees, `fees of block ${block.number}`);
        last = block;
      }
      const byHash = await w.node.getBlockByHash(await last.hash());
      assert.equal(byHash.number, last.number);
      const byArchive = await w.node.getBlockByArchive(last.archive.root);
      assert.equal(byArchive.number, last.number);
      const header = await w.node.getBlockHeader(last.number);
      assert.equal((await header.hash()).toString(), (await last.hash()).toString());
    },
  },
  {
    name: 'chain: the official world state comes to the same roots',
    run: async w => {
      const { prefilledPublicData } = await getGenesisValues(fundedAccounts(w));
      const world = await NativeWorldStateService.tmp(EthAddress.ZERO, true, prefilledPublicData);
      try {
        for (const { checkpoint } of await allCheckpoints(w)) {
          const messages = messagesOf(w, checkpoint);
          for (const [index, block] of checkpoint.blocks.entries()) {
            await world.handleL2BlockAndMessages(block, index === 0 ? messages : []);
          }
        }
        const info = await world.getCommitted().getTreeInfo(MerkleTreeId.ARCHIVE);
        const { checkpointed } = await w.node.getL2Tips();
        assert(Number(info.size) >= checkpointed.block.number);
      } finally {
        await world.close();
      }
    },
  },
  {
    name: 'chain: checkpoint headers, blobs and hashes',
    run: async w => {
      const all = await allCheckpoints(w);
      // Commitments to blobs take their time: some are enough.
      const every = Math.ceil(all.length / BLOB_SAMPLES);
      for (const { checkpoint } of all) {
        const { header, number } = checkpoint;
        const hashes = await Promise.all(checkpoint.blocks.map(async block => (await block.hash()).toString()));
        if (hashes.length === 1) assert.equal(header.blockHeadersHash.toString(), hashes[0], `checkpoint ${number}`);
        if (number % every === 0) {
          const blobs = await getBlobsPerL1Block(checkpoint.toBlobFields());
          const blobsHash = computeBlobsHash(blobs.map(blob => blob.getEthVersionedBlobHash()));
          assert.equal(header.blobsHash.toString(), blobsHash.toString(), `blobs of checkpoint ${number}`);
        }
        assert.equal(checkpoint.archive.root.toString(), checkpoint.blocks.at(-1).archive.root.toString());
        const mana = checkpoint.blocks.reduce((sum, block) => sum + block.header.totalManaUsed.toBigInt(), 0n);
        assert.equal(header.totalManaUsed.toBigInt(), mana);
        const inHash = computeInHashFromL1ToL2Messages(messagesOf(w, checkpoint));
        assert.equal(header.inHash.toString(), inHash.toString(), `messages of checkpoint ${number}`);
      }
    },
  },
  {
    name: 'chain: witnesses lead to the roots of their block',
    run: async w => {
      // Old states are forgotten.
      const { oldestHistoricBlockNumber: oldest } = await w.node.getWorldStateSyncStatus();
      const withNotes = block => block.number > oldest + 1 && block.body.txEffects.some(tx => tx.noteHashes.length);
      const blocks = (await allBlocks(w)).filter(withNotes);
      for (const block of [blocks[0], blocks[Math.floor(blocks.length / 2)], blocks.at(-1)]) {
        const { noteHashTree, nullifierTree, publicDataTree } = block.header.state.partial;
        const hash = await block.hash();
        const tx = block.body.txEffects.find(effect => effect.noteHashes.length);
        const up = async (leaf, index, path) => {
          let node = leaf;
          for (const [level, sibling] of path.entries()) {
            node = await poseidon2Hash((BigInt(index) >> BigInt(level)) & 1n ? [sibling, node] : [node, sibling]);
          }
          return node.toString();
        };
        for (const at of [block.number, hash]) {
          const note = await w.node.getNoteHashMembershipWitness(at, tx.noteHashes[0]);
          assert.equal(await up(tx.noteHashes[0], note.leafIndex, note.siblingPath), noteHashTree.root.toString());
          const nullifier = await w.node.getNullifierMembershipWitness(at, tx.nullifiers[0]);
          const leaf = await poseidon2Hash(nullifier.leafPreimage.toHashInputs());
          assert.equal(await up(leaf, nullifier.index, nullifier.siblingPath.toFields()), nullifierTree.root.toString());
          const low = await w.node.getLowNullifierMembershipWitness(at, Fr.random());
          const lowLeaf = await poseidon2Hash(low.leafPreimage.toHashInputs());
          assert.equal(await up(lowLeaf, low.index, low.siblingPath.toFields()), nullifierTree.root.toString());
          const [{ leafSlot }] = tx.publicDataWrites;
          const writes = block.body.txEffects.flatMap(effect => effect.publicDataWrites);
          const write = writes.findLast(write => write.leafSlot.equals(leafSlot));
          const data = await w.node.getPublicDataWitness(at, write.leafSlot);
          assert.equal(data.leafPreimage.leaf.value.toString(), write.value.toString());
          const dataLeaf = await poseidon2Hash(data.leafPreimage.toHashInputs());
          assert.equal(await up(dataLeaf, data.index, data.siblingPath.toFields()), publicDataTree.root.toString());
        }
        if (block.number > 1) {
          const before = await w.node.getBlock(block.number - 1);
          const beforeHash = await before.hash();
          const inArchive = await w.node.getBlockHashMembershipWitness(block.number, beforeHash);
          assert.equal(
            await up(beforeHash, inArchive.leafIndex, inArchive.siblingPath),
            block.header.lastArchive.root.toString());
        }
      }
    },
  },
  {
    name: 'chain: tips, numbers and checkpoints agree',
    run: async w => {
      const tips = await w.node.getL2Tips();
      assert(tips.proposed.number >= tips.checkpointed.block.number);
      assert(tips.checkpointed.block.number >= tips.proven.block.number);
      assert(tips.proven.block.number >= tips.finalized.block.number);
      assert(await w.node.getBlockNumber() >= tips.proposed.number);
      const header = await w.node.getBlockHeader(tips.checkpointed.block.number);
      assert.equal((await header.hash()).toString(), tips.checkpointed.block.hash);
      const checkpoints = await allCheckpoints(w);
      assert(checkpoints.length >= tips.checkpointed.checkpoint.number);
      const [{ checkpointNumber, block, l1 }] = await w.node.getCheckpointedBlocks(tips.checkpointed.block.number, 1);
      assert.equal(block.number, tips.checkpointed.block.number);
      assert.equal(checkpointNumber, tips.checkpointed.checkpoint.number);
      assert(l1.blockNumber > 0n);
      const status = await w.node.getWorldStateSyncStatus();
      assert(status.treesAreSynched);
    },
  },
];

/** The messages from L1 that this run sent into a checkpoint, in the order of their indices. */
export function messagesOf(w, { number }) {
  const own = w.messages.filter(({ index }) => index / 1024n + 1n === BigInt(number));
  return own.sort((a, b) => (a.index < b.index ? -1 : 1)).map(({ hash }) => hash);
}
