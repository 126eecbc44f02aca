// What scenarios share: one wallet with its accounts, and ways to send, follow and check.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall, getContractInstanceFromInstantiationParams, NO_WAIT } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { FPCContract } from '@aztec/noir-contracts.js/FPC';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import assert from 'node:assert/strict';

const SETTLED = ['checkpointed', 'proven', 'finalized'];
const RESULTS = ['success', 'app_logic_reverted', 'teardown_reverted', 'both_reverted'];
const POLL_MS = 200;
const PATIENCE_MS = 180_000;

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
export { assert, AztecAddress, BatchCall, Fr, NO_WAIT };

/** Everything the scenarios work with. A fork shares it all and has a name. */
export class World {
  /** Txs in the order they were sent: {tx}; a tx that is not to be recorded by its hash only. */
  sent = [];
  /** Which scenario sent a tx, by hash. */
  names = new Map();
  /** Messages sent from L1: {hash, index}. */
  messages = [];
  /** The first deployment of each contract. */
  publications = new Map();

  /** `ours` is the program of our wallet, if it is to be that one instead of the official one. */
  static async create(node, { url, l1Url, record, ours }) {
    const world = new World();
    Object.assign(world, { url, l1Url, record, name: 'start', isOurs: Boolean(ours) });
    world.node = new Proxy(node, {
      get: (target, key) => key !== 'sendTx' ? target[key] : async tx => {
        await target.sendTx(tx);
        world.sent.push(record ? { tx } : { tx: { txHash: tx.getTxHash() } });
      },
    });
    if (ours) {
      const { adaptedWallet } = await import('./adapted.mjs');
      world.wallet = await adaptedWallet(ours, url, txHash => world.sent.push({ tx: { txHash } }));
    } else {
      world.wallet = await EmbeddedWallet.create(world.node, { ephemeral: true });
    }
    const known = await getInitialTestAccountsData();
    world.accounts = [];
    for (const { secret, salt, signingKey } of known) {
      world.accounts.push((await world.wallet.createSchnorrAccount(secret, salt, signingKey)).address);
    }
    [world.alice, world.bob, world.carol] = world.accounts;
    const sponsor = await world.register(SponsoredFPCContract, { salt: new Fr(SPONSORED_FPC_SALT) });
    world.sponsor = sponsor.address;
    world.sponsored = { paymentMethod: new SponsoredFeePaymentMethod(sponsor.address) };
    const registerAs = (Contract, constructorArgs) => world.register(Contract, { constructorArgs, salt: new Fr(0) });
    world.banana = await registerAs(TokenContract, [world.alice, 'BC', 'BC', 18n]);
    world.fpc = await registerAs(FPCContract, [world.banana.address, world.alice]);
    return world;
  }

  fork(name) {
    return Object.assign(Object.create(this), { name });
  }

  stop() {
    return this.wallet.stop();
  }

  /** Tells the wallet of a contract that is deployed already, or needs no deployment. */
  async register(Contract, params) {
    const instance = await getContractInstanceFromInstantiationParams(Contract.artifact, params);
    await this.wallet.registerContract(instance, Contract.artifact);
    return Contract.at(instance.address, this.wallet);
  }

  /**
   * Deploys: `deploy(Contract, [args], {from, ...})`. Two txs cannot publish one class: whoever comes while the first one
   * does waits for it.
   */
  async deploy(Contract, args = [], options = {}) {
    const first = this.publications.get(Contract);
    if (first) await first.catch(() => {});
    const deployment = this.newInstance(Contract, args, options);
    if (!first) this.publications.set(Contract, deployment);
    return deployment;
  }

  async newInstance(Contract, args, { from = this.alice, contractAddressSalt = Fr.random(), ...rest }) {
    const method = Contract.deploy(this.wallet, ...args);
    await this.send(method, from, { contractAddressSalt, ...rest });
    return Contract.at((await method.getInstance()).address, this.wallet);
  }

  /** Publishes contracts with one tx each, sent at the same time. */
  deployAll(list) {
    return Promise.all(list.map(([Contract, ...args]) => this.deploy(Contract, args)));
  }

  /** Sends, and follows the receipt until the tx is on L1. The tx must have the result that is expected. */
  async send(interaction, from = this.alice, { expect = 'success', ...options } = {}) {
    const { txHash } = await interaction.send({ from, ...options, wait: NO_WAIT });
    this.names.set(txHash.toString(), this.name);
    return this.settled(txHash, expect);
  }

  /** Several calls of one account in one tx. */
  batch(calls, from = this.alice, options = {}) {
    return this.send(new BatchCall(this.wallet, calls), from, options);
  }

  /** Waits for the receipt; it must agree with the tx effect, and both with the block. */
  async settled(txHash, expect = 'success') {
    const order = ['dropped', 'pending', 'proposed', ...SETTLED];
    let rank = 0;
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(POLL_MS)) {
      const receipt = await this.node.getTxReceipt(txHash);
      const now = order.indexOf(receipt.status);
      assert(now >= 1, `${txHash} was dropped: ${receipt.error}`);
      assert(now >= rank, `${txHash} went back from ${order[rank]} to ${receipt.status}`);
      rank = now;
      if (!SETTLED.includes(receipt.status)) continue;
      await this.checkReceipt(receipt, txHash, expect);
      return receipt;
    }
    throw new Error(`${txHash} is still ${order[rank]} after ${PATIENCE_MS / 1000} s`);
  }

  async checkReceipt(receipt, txHash, expect) {
    assert.equal(receipt.executionResult, expect, `execution result of ${txHash}`);
    const [indexed, block] = await Promise.all([this.node.getTxEffect(txHash), this.node.getBlock(receipt.blockNumber)]);
    const { data: effect } = indexed;
    assert(effect.txHash.equals(txHash), 'the effect is of another tx');
    assert.equal(effect.revertCode.getCode(), RESULTS.indexOf(expect));
    assert.equal(effect.transactionFee.toBigInt(), receipt.transactionFee);
    assert(receipt.transactionFee > 0n, 'a tx pays');
    assert.equal(indexed.l2BlockNumber, receipt.blockNumber);
    assert.equal(indexed.l2BlockHash.toString(), receipt.blockHash.toString());
    assert.equal((await block.hash()).toString(), receipt.blockHash.toString());
    assert(block.body.txEffects[indexed.txIndexInBlock].toBuffer().equals(effect.toBuffer()), 'effect in its block');
  }

  /** What a function returns, simulated. */
  async view(interaction, from = this.alice) {
    return (await interaction.simulate({ from })).result;
  }

  /** Something must fail, and say why; where our wallet has words of its own, in those. */
  async fails(promise, official, ours = official) {
    const reason = this.isOurs ? ours : official;
    const error = await promise.then(() => undefined, e => e);
    assert(error, `should have failed with ${reason}`);
    assert.match(String(error.message), reason);
    return error;
  }

  /** What a tx did. */
  async effect(receipt) {
    return (await this.node.getTxEffect(receipt.txHash)).data;
  }
}

/** An integer as a decimal or hex number, or a field, as bigint. */
export const big = value => (typeof value === 'object' ? value.toBigInt() : BigInt(value));

/** Whether a returned value, in whichever form the ABI gives it, is an address. */
export const sameAddress = (value, address) => BigInt(String(value)) === address.toBigInt();
