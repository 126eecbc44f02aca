// A chain of random blocks in the official archiver's store, with checkpoints, contracts, messages and unwinding, and
// what it answers on the way.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { RandomReader } from '../../vectors/generate/codec-lib.mjs';
import { aztec, Fr, hex, internal, official, Rng } from '../../vectors/generate/lib.mjs';
import { effect } from '../../vectors/generate/tx-lib.mjs';

const { NativeWorldStateService } = await aztec('world-state');
const trees = await aztec('stdlib/trees');
const tx = await aztec('stdlib/tx');
const { Body, L2Block, CommitteeAttestation } = await aztec('stdlib/block');
const checkpoints = await aztec('stdlib/checkpoint');
const { CheckpointHeader } = await aztec('stdlib/rollup');
const contract = await aztec('stdlib/contract');
const { PublicKeys } = await aztec('stdlib/keys');
const logs = await aztec('stdlib/logs');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { bufferAsFields } = await aztec('stdlib/abi');
const { Buffer32, Buffer16 } = await aztec('foundation/buffer');
const constants = await aztec('constants');
const { ProtocolContractAddress, CONTRACT_INSTANCE_PUBLISHED_EVENT_TAG } = await aztec('protocol-contracts');
const { openTmpStore } = await aztec('kv-store/lmdb-v2');
const { KVArchiverDataStore } = await internal('archiver/dest/store/kv_archiver_store.js');
const { L2TipsCache } = await internal('archiver/dest/store/l2_tips_cache.js');
const { ArchiverDataStoreUpdater } = await internal('archiver/dest/modules/data_store_updater.js');
const { updateRollingHash } = await internal('archiver/dest/structs/inbox_message.js');
const { MerkleTreeId, AppendOnlyTreeSnapshot } = trees;

const rng = new Rng('state/archive');
const fresh = () => Fr.fromBufferReduce(rng.bytes(64));
const pad = (list, size) => [...list, ...Array.from({ length: size - list.length }, () => Fr.ZERO)];
const lines = [];

const world = await NativeWorldStateService.tmp();
const PAGE = 25;
/** The official store compares times as text, so all must have as many digits, as real ones do. */
const START = 1_700_000_000;
const store = new KVArchiverDataStore(await openTmpStore('archive', true), PAGE);
const tips = new L2TipsCache(store.blockStore);
const updater = new ArchiverDataStoreUpdater(store, tips);

const tags = rng.list(4, fresh);
const contracts = rng.list(3, () => new AztecAddress(fresh()));
let chain = [];
let messages = [];
const known = { classes: [], instances: [], txs: [], headers: [] };

/** The log by which a class is published, with an id that is its own. */
async function classLog() {
  const packedBytecode = rng.bytes(31 * rng.int(5) + rng.int(31));
  const artifactHash = fresh();
  const privateFunctionsRoot = fresh();
  const publicBytecodeCommitment = await contract.computePublicBytecodeCommitment(packedBytecode);
  const id = await contract.computeContractClassIdWithPreimage({ artifactHash, privateFunctionsRoot, publicBytecodeCommitment });
  known.classes.push(id.id);
  const bytecode = bufferAsFields(packedBytecode, 200).slice(0, 1 + Math.ceil(packedBytecode.length / 31));
  const magic = new Fr(constants.CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE);
  const fields = [magic, id.id, new Fr(1), artifactHash, privateFunctionsRoot, ...bytecode];
  const packed = logs.ContractClassLogFields.fromEmittedFields(fields);
  return new logs.ContractClassLog(ProtocolContractAddress.ContractClassRegistry, packed, fields.length);
}

/** The log by which an instance is published; sometimes with an address that is not its own. */
async function instanceLog() {
  const instance = {
    version: 1,
    salt: fresh(),
    deployer: new AztecAddress(fresh()),
    currentContractClassId: known.classes.length ? rng.pick(known.classes) : fresh(),
    initializationHash: fresh(),
    publicKeys: PublicKeys.default(),
  };
  instance.originalContractClassId = instance.currentContractClassId;
  const right = await contract.computeContractAddressFromInstance(instance);
  const address = rng.int(4) ? right : new AztecAddress(fresh());
  known.instances.push(address);
  const { salt, originalContractClassId, initializationHash, publicKeys, deployer } = instance;
  const keys = publicKeys.toFields().filter((_, i) => i % 3 !== 2);
  const fields = [address, new Fr(1), salt, originalContractClassId, initializationHash, ...keys, deployer];
  const log = [CONTRACT_INSTANCE_PUBLISHED_EVENT_TAG, ...fields.map(f => (f.toField ? f.toField() : f))];
  return new logs.PrivateLog(pad(log, 16), log.length);
}

function updateLog() {
  const address = rng.pick(known.instances);
  const magic = new Fr(constants.CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE);
  const change = new Fr(BigInt(START + chain.length * 100 + rng.int(300)));
  const fields = [magic, address.toField(), rng.bool() ? Fr.ZERO : fresh(), fresh(), change];
  return new logs.PublicLog(ProtocolContractAddress.ContractInstanceRegistry, fields);
}

async function randomEffect() {
  const e = await effect(rng, 4);
  e.txHash = new tx.TxHash(fresh());
  e.noteHashes = e.noteHashes.map(fresh);
  e.nullifiers = e.nullifiers.map(fresh);
  for (const log of e.privateLogs) if (rng.int(4)) log.fields[0] = rng.pick(tags);
  e.publicLogs = rng.list(rng.int(4), () => {
    const fields = rng.list(1 + rng.int(4), fresh);
    if (rng.int(4)) fields[0] = rng.pick(tags);
    return new logs.PublicLog(rng.int(4) ? rng.pick(contracts) : new AztecAddress(fresh()), fields);
  });
  // These are large.
  if (rng.int(10)) e.contractClassLogs = [];
  if (rng.int(14) === 0) e.contractClassLogs = [await classLog()];
  if (rng.int(4) === 0) e.privateLogs.push(await instanceLog());
  if (rng.int(3) === 0 && known.instances.length) e.publicLogs.push(updateLog());
  known.txs.push(e.txHash);
  return e;
}

/** The next block, first in its checkpoint or not, in both stores. */
async function addBlock(number, checkpoint, index) {
  const effects = [];
  for (let i = rng.int(4); i > 0; i--) effects.push(await randomEffect());
  const fork = await world.fork();
  const lastArchive = await fork.getTreeInfo(MerkleTreeId.ARCHIVE);
  if (index === 0) await fork.appendLeaves(MerkleTreeId.L1_TO_L2_MESSAGE_TREE, pad([], 1024));
  for (const e of effects) {
    await fork.appendLeaves(MerkleTreeId.NOTE_HASH_TREE, pad(e.noteHashes, 64));
    await fork.batchInsert(MerkleTreeId.NULLIFIER_TREE, pad(e.nullifiers, 64).map(n => n.toBuffer()), 6);
    const writes = e.publicDataWrites.map(w => new trees.PublicDataTreeLeaf(w.leafSlot, w.value).toBuffer());
    if (writes.length) await fork.sequentialInsert(MerkleTreeId.PUBLIC_DATA_TREE, writes);
  }
  const globals = tx.GlobalVariables.fromBuffer(new RandomReader(rng));
  globals.blockNumber = number;
  globals.slotNumber = 3 * checkpoint;
  globals.timestamp = BigInt(START + number * 100);
  const state = await fork.getStateReference();
  const before = new AppendOnlyTreeSnapshot(Fr.fromBuffer(lastArchive.root), Number(lastArchive.size));
  const header = new tx.BlockHeader(before, state, fresh(), globals, Fr.ZERO, Fr.ZERO);
  await fork.updateArchive(header);
  const archive = await fork.getTreeInfo(MerkleTreeId.ARCHIVE);
  await fork.close();
  const after = new AppendOnlyTreeSnapshot(Fr.fromBuffer(archive.root), Number(archive.size));
  const block = new L2Block(after, header, new Body(effects), checkpoint, index);
  await world.handleL2BlockAndMessages(block, []);
  await updater.addProposedBlocks([block]);
  lines.push({ op: 'block', block: hex(block.toBuffer()) });
  known.headers.push([(await block.hash()).toString(), block.archive.root]);
  return block;
}

async function addCheckpoint(number, blocks) {
  const { coinbase, feeRecipient, gasFees, slotNumber, timestamp } = blocks[0].header.globalVariables;
  const parts = { lastArchiveRoot: blocks[0].header.lastArchive.root, blockHeadersHash: fresh(), blobsHash: fresh() };
  const rest = { inHash: fresh(), epochOutHash: fresh(), totalManaUsed: new Fr(rng.big(40)) };
  const header = CheckpointHeader.from({ ...parts, ...rest, slotNumber, timestamp, coinbase, feeRecipient, gasFees });
  const checkpoint = new checkpoints.Checkpoint(blocks.at(-1).archive, header, blocks, number, 0n);
  const l1 = new checkpoints.L1PublishedData(rng.big(40), rng.big(40), hex(rng.bytes(32)));
  const attestations = rng.list(rng.int(3), () => CommitteeAttestation.fromBuffer(new RandomReader(rng)));
  const published = new checkpoints.PublishedCheckpoint(checkpoint, l1, attestations);
  await store.addCheckpoints([published]);
  await tips.refresh();
  lines.push({ op: 'checkpoint', checkpoint: hex(published.toBuffer()) });
}

/** Messages of a checkpoint, some of them; each follows the last. */
async function addMessages(checkpoint) {
  const added = [];
  if ((messages.at(-1)?.checkpointNumber ?? 0) > checkpoint) return;
  for (let i = rng.int(6); i > 0; i--) {
    const last = messages.at(-1);
    const start = BigInt(checkpoint - 1) * 1024n;
    const leaf = fresh();
    added.push({
      index: last && last.checkpointNumber === checkpoint ? last.index + 1n : start,
      leaf,
      checkpointNumber: checkpoint,
      l1BlockNumber: BigInt(1000 + checkpoint),
      l1BlockHash: Buffer32.fromBuffer(rng.bytes(32)),
      rollingHash: updateRollingHash(last?.rollingHash ?? Buffer16.ZERO, leaf),
    });
    messages.push(added.at(-1));
  }
  if (!added.length) return;
  await store.addL1ToL2Messages(added);
  const plain = m => [m.index.toString(), m.leaf.toString(), Number(m.l1BlockNumber), m.l1BlockHash.toString(), m.rollingHash.toString()];
  lines.push({ op: 'messages', messages: added.map(plain) });
}

const ask = async (q, input, answer) => {
  const out = await answer();
  lines.push({ op: 'ask', q, in: input, out: out === undefined ? null : official(out) });
};

async function askAll() {
  const tip = chain.flat().length;
  const someTags = rng.list(3, i => (i === 2 ? fresh() : rng.pick(tags)));
  const texts = someTags.map(t => t.toString());
  for (const page of [0, 1, 2]) {
    const siloed = someTags.map(t => new logs.SiloedTag(t));
    await ask('privateLogsByTags', { tags: texts, page }, () => store.getPrivateLogsByTags(siloed, page));
    const of = rng.pick(contracts);
    const plain = someTags.map(t => new logs.Tag(t));
    const input = { contract: of.toString(), tags: texts, page };
    await ask('publicLogsByTags', input, () => store.getPublicLogsByTagsFromContract(of, plain, page));
  }
  for (let i = 0; i < 6; i++) {
    const filter = {};
    if (rng.int(5) === 0 && known.txs.length) filter.txHash = rng.pick(known.txs);
    if (rng.bool()) filter.fromBlock = 1 + rng.int(tip + 1);
    if (rng.bool()) filter.toBlock = 1 + rng.int(tip + 2);
    if (rng.bool()) filter.contractAddress = rng.pick([...contracts, ProtocolContractAddress.ContractClassRegistry]);
    if (rng.int(3) === 0) filter.tag = new logs.Tag(rng.pick(tags));
    const input = official(filter);
    // The official store compares a tag with the fields themselves.
    const tag = filter.tag && { tag: filter.tag.value };
    await ask('publicLogs', input, () => store.getPublicLogs({ ...filter, ...tag }));
    if (i < 2) await ask('contractClassLogs', input, () => store.getContractClassLogs({ ...filter, ...tag }));
  }
  for (let i = 0; i < 3; i++) {
    const hash = known.txs.length && rng.int(5) ? rng.pick(known.txs) : new tx.TxHash(fresh());
    await ask('txEffect', hash.toString(), () => store.getTxEffect(hash));
    if (known.classes.length) {
      const id = rng.pick(known.classes);
      await ask('contractClass', id.toString(), async () => {
        const found = await store.getContractClass(id);
        if (found) delete found.l2BlockNumber;
        return found && { ...found, id };
      });
    }
    if (known.instances.length) {
      const address = rng.pick(known.instances);
      const time = BigInt(START + rng.int(100 * (tip + 5)));
      const input = { address: address.toString(), time: time.toString() };
      await ask('contractInstance', input, () => store.getContractInstance(address, time));
    }
    if (messages.length) {
      const leaf = rng.int(4) ? rng.pick(messages).leaf : fresh();
      await ask('message', leaf.toString(), () => store.getL1ToL2MessageIndex(leaf));
      const checkpoint = 1 + rng.int(chain.length + 2);
      await ask('messagesOf', checkpoint, () => store.getL1ToL2Messages(checkpoint));
    }
  }
  if (tip) {
    const [hash, archive] = rng.pick(known.headers);
    const { BlockHash } = await aztec('stdlib/block');
    const byHash = () => store.getBlockByHash(BlockHash.fromString(hash));
    await ask('blockByHash', hash, async () => (await byHash())?.number);
    await ask('blockByArchive', archive.toString(), async () => (await store.getBlockByArchive(archive))?.number);
    const number = 1 + rng.int(tip + 1);
    await ask('block', number, () => store.getBlock(number));
    await ask('checkpointedBlock', number, () => store.getCheckpointedBlock(number));
    const checkpoint = 1 + rng.int(chain.length + 1);
    await ask('checkpointData', checkpoint, () => store.getCheckpointData(checkpoint));
    const slots = [rng.int(3 * chain.length), 3 * rng.int(chain.length + 2)].sort((a, b) => a - b);
    await ask('checkpointsInSlots', slots, () => store.getCheckpointDataForSlotRange(...slots));
  }
  await ask('tips', null, () => tips.getL2Tips());
}

lines.push({ op: 'genesis', page: PAGE });
for (let round = 0; round < 26; round++) {
  const number = chain.length + 1;
  await addMessages(number + 1);
  const blocks = [];
  for (let i = 1 + rng.int(3); i > 0; i--) {
    blocks.push(await addBlock(chain.flat().length + blocks.length + 1, number, blocks.length));
  }
  await addCheckpoint(number, blocks);
  chain.push(blocks);
  if (rng.int(3) === 0) {
    const proven = rng.int(chain.length + 1);
    await updater.setProvenCheckpointNumber(proven);
    await updater.setFinalizedCheckpointNumber(Math.floor(proven / 2));
    lines.push({ op: 'tips', proven, finalized: Math.floor(proven / 2) });
  }
  if (rng.int(4) === 0) await askAll();
  if (rng.int(5) === 0 && chain.length > 3) {
    const to = chain.length - 1 - rng.int(2);
    // A proven checkpoint is never taken back but in tests; the finalized one would be left behind.
    await updater.setFinalizedCheckpointNumber(Math.min(to, Number(await store.getFinalizedCheckpointNumber())));
    await updater.removeCheckpointsAfter(to);
    chain = chain.slice(0, to);
    await world.unwindBlocks(chain.flat().length);
    lines.push({ op: 'unwind', to: chain.flat().length });
    await askAll();
  }
  if (rng.int(8) === 0 && messages.length > 4) {
    const at = messages[messages.length - 2].index;
    await store.removeL1ToL2Messages(at);
    messages = messages.filter(m => m.index < at);
    lines.push({ op: 'forgetMessages', from: at.toString() });
  }
}
await askAll();
await askAll();

const folder = process.env.STATE_OUT ?? join(dirname(fileURLToPath(import.meta.url)), '../data');
mkdirSync(folder, { recursive: true });
const text = lines.map(line => JSON.stringify(line)).join('\n') + '\n';
const packed = gzipSync(text, { level: 9 });
writeFileSync(join(folder, 'archive.jsonl.gz'), packed);
const counts = {};
for (const { op, q } of lines) counts[q ?? op] = (counts[q ?? op] ?? 0) + 1;
console.log(`archive: ${text.length >> 10} kB, packed ${packed.length >> 10} kB`, JSON.stringify(counts));
process.exit(0);
