// The official transaction pool with random transactions, blocks, reorganizations and failures: what it says to each, and
// what is pending after it.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { aztec, Fr, hex, internal, Rng } from '../../vectors/generate/lib.mjs';

const { AztecKVTxPoolV2 } = await internal('p2p/dest/mem_pools/tx_pool_v2/tx_pool_v2.js');
const p2p = await internal('p2p/dest/msg_validators/tx_validator/factory.js');
const { openTmpStore } = await aztec('kv-store/lmdb-v2');
const { computeFeePayerBalanceStorageSlot } = await aztec('protocol-contracts/fee-juice');
const { PrivateKernelTailCircuitPublicInputs } = await aztec('stdlib/kernel');
const { BlockHeader, Tx } = await aztec('stdlib/tx');
const { ChonkProof } = await aztec('stdlib/proofs');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { Gas, GasFees, GasSettings } = await aztec('stdlib/gas');
const { MerkleTreeId } = await aztec('stdlib/trees');
const { computePublicDataTreeLeafSlot } = await aztec('stdlib/hash');

const L2_GAS = 1_000_000;
const PAYERS = [41, 42, 43, 44];
const set = (object, member, value) => Object.defineProperty(object, member, { value, writable: true, enumerable: true, configurable: true });
const leafSlots = new Map();
for (const payer of PAYERS) {
  const slot = await computeFeePayerBalanceStorageSlot(AztecAddress.fromBigInt(BigInt(payer)));
  leafSlots.set((await computePublicDataTreeLeafSlot(AztecAddress.fromBigInt(5n), slot)).toBigInt(), payer);
}

/** A pool, and a chain of which only what the pool looks at is real. */
class Run {
  constructor({ seed, max, conflicts, rich }) {
    Object.assign(this, { rng: new Rng(seed), max, conflicts, rich });
    this.clock = 10;
    this.nextNullifier = 1000;
    this.txs = [];
    this.lines = [];
    this.balances = new Map();
    /** Header, hash, nullifiers and transactions of each block. */
    this.blocks = [];
  }

  async start() {
    PAYERS.forEach(payer => this.balances.set(payer, this.balance()));
    await this.addBlock(0, [], []);
    const text = value => (Buffer.isBuffer(value) ? BigInt(hex(value)) : value.toBigInt());
    this.db = {
      findLeafIndices: (tree, values) => {
        const known = tree === MerkleTreeId.ARCHIVE ? this.blocks.map(({ hash }) => hash.toBigInt()) : this.nullifiers().map(BigInt);
        return Promise.resolve(values.map(value => (known.includes(text(value)) ? 0n : undefined)));
      },
      getPreviousValueIndex: (_tree, slot) => Promise.resolve({ index: BigInt(leafSlots.get(slot)), alreadyPresent: true }),
      getLeafPreimage: (_tree, payer) => Promise.resolve({ leaf: { value: new Fr(this.balances.get(Number(payer))) } }),
    };
    const world = { syncImmediate: () => Promise.resolve(), getCommitted: () => this.db, getSnapshot: () => this.db };
    const mined = hash => this.blocks.find(block => block.txs.some(tx => tx.hash.equals(hash)));
    const deps = {
      l2BlockSource: { getTxEffect: hash => Promise.resolve(mined(hash) && { l2BlockNumber: mined(hash).number, l2BlockHash: mined(hash).hash }) },
      worldStateSynchronizer: world,
      createTxValidator: () => p2p.createTxValidatorForTransactionsEnteringPendingTxPool(world, BigInt(this.clock + 1), this.blocks.length, {}),
    };
    const [store, archive] = [await openTmpStore('pool', true), await openTmpStore('archive', true)];
    this.pool = new AztecKVTxPoolV2(store, archive, deps, undefined, { maxPendingTxCount: this.max });
    await this.pool.start();
    this.lines.push({ max: this.max });
  }

  nullifiers() {
    return this.blocks.flatMap(block => block.nullifiers);
  }

  balance() {
    return this.rich ? 10n ** 15n : BigInt(L2_GAS) * BigInt(this.rng.int(150));
  }

  async addBlock(number, txs, foreign) {
    const header = BlockHeader.empty();
    set(header.globalVariables, 'blockNumber', number);
    set(header.globalVariables, 'timestamp', BigInt(this.clock));
    set(header, 'totalFees', new Fr(BigInt(this.lines.length)));
    const nullifiers = [...txs.flatMap(tx => tx.nullifiers), ...foreign];
    this.blocks.push({ number, header, hash: await header.hash(), txs, nullifiers });
    return this.blocks.at(-1);
  }

  async pending() {
    const hashes = await this.pool.getPendingTxHashes();
    return hashes.map(hash => this.txs.findIndex(tx => tx.hash.equals(hash)));
  }

  async line(op, data) {
    this.lines.push({
      op,
      ...data,
      clock: this.clock,
      anchors: this.blocks.map(({ hash }) => hash.toString()),
      nullifiers: this.nullifiers(),
      balances: [...this.balances].map(([payer, amount]) => [payer, amount.toString()]),
      pending: await this.pending(),
    });
  }

  async make() {
    const { rng } = this;
    const taken = this.nullifiers();
    const free = Array.from({ length: 40 }, (_, n) => 200 + n).filter(n => !taken.includes(n));
    const nullifiers = [this.nextNullifier++];
    if (this.conflicts && rng.int(3) > 0) nullifiers.push(rng.pick(free));
    if (this.conflicts && rng.int(3) > 0) nullifiers.push(rng.pick(free.filter(n => !nullifiers.includes(n))));
    const anchor = rng.pick(this.blocks.slice(-3));
    const wish = { fee: 1 + rng.int(40), payer: rng.pick(PAYERS), nullifiers, expires: this.clock + 1 + rng.int(9) };
    const data = PrivateKernelTailCircuitPublicInputs.empty();
    const fees = new GasFees(0n, BigInt(wish.fee));
    set(data.constants, 'anchorBlockHeader', anchor.header);
    set(data.constants.txContext, 'gasSettings', new GasSettings(new Gas(1000, L2_GAS), Gas.empty(), fees, fees));
    set(data, 'feePayer', AztecAddress.fromBigInt(BigInt(wish.payer)));
    set(data, 'expirationTimestamp', BigInt(wish.expires));
    nullifiers.forEach((nullifier, at) => (data.forRollup.end.nullifiers[at] = new Fr(nullifier)));
    const tx = await Tx.create({ data, chonkProof: ChonkProof.empty(), contractClassLogFields: [], publicFunctionCalldata: [] });
    this.txs.push({ tx, hash: tx.getTxHash(), nullifiers, payer: wish.payer, expires: wish.expires, anchor });
    return { ...wish, header: hex(anchor.header.toBuffer()), hash: tx.getTxHash().toString() };
  }

  async send(at, wish) {
    const { tx, hash } = this.txs[at];
    const result = await this.pool.addPendingTxs([tx], { feeComparisonOnly: true });
    if (result.rejected.length > 0) throw new Error('a transaction of the test is invalid');
    const error = result.errors?.get(hash.toString());
    const answer = error ? { code: error.code, message: error.message } : result.accepted.length > 0 ? 'accepted' : 'known';
    await this.line('add', { tx: at, ...(wish ? { wish } : {}), answer });
  }

  async step() {
    const { rng } = this;
    const kind = rng.int(100);
    const pending = (await this.pending()).sort((a, b) => a - b);
    if (kind < 70) {
      await this.send(this.txs.length, await this.make());
    } else if (kind < 75) {
      const mined = this.blocks.flatMap(block => block.txs);
      const valid = this.txs.filter(tx => !mined.includes(tx) && tx.expires > this.clock && this.blocks.includes(tx.anchor) && !tx.nullifiers.some(n => this.nullifiers().includes(n)));
      if (valid.length > 0) await this.send(this.txs.indexOf(rng.pick(valid)));
    } else if (kind < 90) {
      // The first that came are mined first: then blocks and pool have them in the same order.
      const count = rng.int(4);
      const txs = pending.slice(0, count).map(at => this.txs[at]);
      const others = pending.slice(count).flatMap(at => this.txs[at].nullifiers).filter(n => !txs.some(tx => tx.nullifiers.includes(n)));
      const foreign = this.conflicts && others.length > 0 && rng.bool() ? [rng.pick(others)] : [];
      this.clock++;
      txs.forEach(({ payer }) => this.balances.set(payer, this.balance()));
      const block = await this.addBlock(this.blocks.length, txs, foreign);
      await this.pool.handleMinedBlock({ header: block.header, body: { txEffects: [...txs.map(({ hash, nullifiers }) => ({ txHash: hash, nullifiers: nullifiers.map(n => new Fr(n)) })), { txHash: { toString: () => 'another' }, nullifiers: foreign.map(n => new Fr(n)) }] } });
      await this.line('block', { number: block.number, txs: txs.map(tx => this.txs.indexOf(tx)), foreign });
    } else if (kind < 96) {
      const to = Math.max(0, this.blocks.length - 1 - (1 + rng.int(3)));
      // The official pool does nothing when none of its transactions comes back, even if anchors are gone.
      if (!this.blocks.slice(to + 1).some(block => block.txs.length > 0)) return;
      this.blocks.length = to + 1;
      PAYERS.forEach(payer => rng.int(3) === 0 && this.balances.set(payer, this.balance()));
      await this.pool.handlePrunedBlocks({ number: to, hash: this.blocks[to].hash.toString() });
      await this.line('reorg', { to });
    } else if (pending.length > 0) {
      const at = rng.pick(pending);
      await this.pool.handleFailedExecution([this.txs[at].hash]);
      await this.line('fail', { tx: at });
    }
  }
}

const lines = [];
for (const options of [
  { seed: 'conflicts', max: 0, conflicts: true, rich: true },
  { seed: 'conflicts and payers', max: 0, conflicts: true, rich: false },
  { seed: 'payers', max: 0, conflicts: false, rich: false },
  { seed: 'full', max: 8, conflicts: false, rich: true },
]) {
  const run = new Run(options);
  await run.start();
  for (let step = 0; step < 400; step++) await run.step();
  const count = (op, answer) => run.lines.filter(line => line.op === op && (!answer || (line.answer?.code ?? line.answer) === answer)).length;
  const answers = ['accepted', 'known', 'NULLIFIER_CONFLICT', 'INSUFFICIENT_FEE_PAYER_BALANCE', 'LOW_PRIORITY_FEE'];
  console.log(options.seed, ...answers.map(answer => `${answer} ${count('add', answer)}`), ...['block', 'reorg', 'fail'].map(op => `${op} ${count(op)}`));
  lines.push(...run.lines);
}
const here = dirname(fileURLToPath(import.meta.url));
writeFileSync(join(here, '../data/pool.jsonl.gz'), gzipSync(lines.map(line => JSON.stringify(line)).join('\n') + '\n', { level: 9 }));
process.exit(0);
