// What sessions share: a wallet with the accounts of a local network, and ways to send and to make blocks. It has what the
// scenarios of tests/conformance ask for; things happen one after the other, whatever a scenario starts side by side.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall, getContractInstanceFromInstantiationParams, NO_WAIT } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { FPCContract } from '@aztec/noir-contracts.js/FPC';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

import { recordedPxe, recordingFetch } from './hooks.mjs';
import { json } from './recorder.mjs';

const POLL_MS = 200;
const PATIENCE_MS = 180_000;
const SETTLED = ['checkpointed', 'proven', 'finalized'];

export { AztecAddress, Fr };

export class World {
  /** Txs that wait for a block: {txHash, expect}. */
  waiting = [];
  /** Contracts that were deployed. */
  deployed = [];
  /** Messages from L1. */
  messages = [];
  #turn = Promise.resolve();

  /** A wallet with `accounts` of the local network's accounts; `feeTokens` adds its token and its fee contract. */
  static async create(recorder, url, { accounts = 3, feeTokens = false } = {}) {
    const world = new World();
    Object.assign(world, { recorder, url, l1Url: 'node', node: createAztecNodeClient(url) });
    const version = await world.dev('getInfo').then(({ version }) => version, () => undefined);
    world.lite = version !== undefined;
    const nodeInfo = json(await world.node.getNodeInfo());
    recorder.note('session', { node: world.lite ? `node-lite ${version}` : 'official', nodeInfo });
    const client = createAztecNodeClient(url, {}, recordingFetch(url));
    world.wallet = await recorder.during('pxe', 'create', { proverEnabled: false, syncChainTip: 'proposed' },
      () => EmbeddedWallet.create(client, { ephemeral: true, pxeConfig: { syncChainTip: 'proposed' } }));
    world.pxe = world.wallet.pxe = recordedPxe(world.wallet.pxe);
    // What the wallet itself asks is not recorded.
    world.wallet.aztecNode = world.node;
    world.accounts = [];
    for (const { secret, salt, signingKey } of (await getInitialTestAccountsData()).slice(0, accounts)) {
      world.accounts.push((await world.wallet.createSchnorrAccount(secret, salt, signingKey)).address);
    }
    [world.alice, world.bob, world.carol] = world.accounts;
    const sponsor = await world.register(SponsoredFPCContract, { salt: new Fr(SPONSORED_FPC_SALT) });
    world.sponsor = sponsor.address;
    world.sponsored = { paymentMethod: new SponsoredFeePaymentMethod(sponsor.address) };
    if (feeTokens) {
      const registerAs = (Contract, constructorArgs) =>
        world.register(Contract, { constructorArgs, salt: new Fr(0) });
      world.banana = await registerAs(TokenContract, [world.alice, 'BC', 'BC', 18n]);
      world.fpc = await registerAs(FPCContract, [world.banana.address, world.alice]);
    }
    await world.#tips();
    return world;
  }

  /** What the PXE holds at the end. */
  async stop() {
    this.step('end');
    for (const contractAddress of this.deployed) {
      await this.pxe.debug.getNotes({ contractAddress, scopes: this.accounts });
    }
    await this.wallet.stop();
  }

  /** Calls a method of the namespace `dev`, which only `node-lite` has. */
  async dev(method, params = []) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: `dev_${method}`, params });
    const reply = await fetch(this.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const { result, error } = await reply.json();
    if (error) throw new Error(`dev_${method}: ${error.message}`);
    return result;
  }

  /** Takes the last blocks back, as when L1 reorganises; their txs are pending again. */
  async back(depth) {
    await this.dev('reorg', [depth]);
    await this.#tips({ back: depth });
  }

  /** Comes back to a kept state of the chain. */
  async restore(snapshot) {
    await this.dev('revert', [snapshot]);
    await this.#tips({ restored: true });
  }

  /** Names what comes next. */
  step(name) {
    this.recorder.step = name;
  }

  /** Waits for what was begun before. */
  #inTurn(run) {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #tips(content = {}) {
    this.recorder.note('chain', { ...content, tips: json(await this.node.getL2Tips()) });
  }

  /** Tells the wallet of a contract that needs no deployment or has one. */
  async register(Contract, params, secret) {
    const instance = await getContractInstanceFromInstantiationParams(Contract.artifact, params);
    await this.wallet.registerContract(instance, Contract.artifact, secret);
    return Contract.at(instance.address, this.wallet);
  }

  async #post(interaction, from, { expect = 'success', ...options } = {}) {
    const { txHash } = await interaction.send({ from, ...options, wait: NO_WAIT });
    this.waiting.push({ txHash, expect });
    return txHash;
  }

  /** Makes a block of what was sent and looks at the receipts. */
  async #mine() {
    if (this.lite) await this.dev('mine');
    const receipts = [];
    for (const { txHash, expect } of this.waiting) receipts.push(await this.#receipt(txHash, expect));
    this.waiting = [];
    await this.#tips({ txs: receipts.map(({ txHash, blockNumber }) => [txHash.toString(), blockNumber]) });
    return receipts;
  }

  async #receipt(txHash, expect) {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await new Promise(done => setTimeout(done, POLL_MS))) {
      const receipt = await this.node.getTxReceipt(txHash);
      if (receipt.status === 'dropped') throw new Error(`${txHash} was dropped: ${receipt.error}`);
      if (!SETTLED.includes(receipt.status)) continue;
      if (receipt.executionResult !== expect) {
        throw new Error(`${txHash} ended in ${receipt.executionResult}: ${receipt.error}`);
      }
      return receipt;
    }
    throw new Error(`${txHash} is not in a block`);
  }

  /** Sends without making a block. */
  post(interaction, from = this.alice, options = {}) {
    return this.#inTurn(() => this.#post(interaction, from, options));
  }

  mine() {
    return this.#inTurn(() => this.#mine());
  }

  /** Makes blocks until what is there now is final. */
  async finalized() {
    const { proposed: { number } } = await this.node.getL2Tips();
    const until = Date.now() + PATIENCE_MS;
    while ((await this.node.getL2Tips()).finalized.block.number < number) {
      if (Date.now() > until) throw new Error(`block ${number} does not become final`);
      if (this.lite) await this.dev('mine');
      else await new Promise(done => setTimeout(done, POLL_MS));
    }
    await this.#tips();
  }

  /** Sends and makes a block. */
  send(interaction, from = this.alice, options = {}) {
    return this.#inTurn(async () => {
      await this.#post(interaction, from, options);
      return (await this.#mine()).at(-1);
    });
  }

  /** Makes a block of a tx that was sent. */
  settled(txHash, expect = 'success') {
    return this.#inTurn(async () => {
      this.waiting.push({ txHash, expect });
      return (await this.#mine()).at(-1);
    });
  }

  /** Several calls of one account in one tx. */
  batch(calls, from = this.alice, options = {}) {
    return this.send(new BatchCall(this.wallet, calls), from, options);
  }

  /** Deploys: `deploy(Contract, [args], {from, ...})`. */
  async deploy(Contract, args = [], { from = this.alice, contractAddressSalt = Fr.random(), ...rest } = {}) {
    const method = Contract.deploy(this.wallet, ...args);
    await this.send(method, from, { contractAddressSalt, ...rest });
    const { address } = await method.getInstance();
    this.deployed.push(address);
    return Contract.at(address, this.wallet);
  }

  async deployAll(list) {
    const made = [];
    for (const [Contract, ...args] of list) made.push(await this.deploy(Contract, args));
    return made;
  }

  /** What a function returns, simulated. */
  view(interaction, from = this.alice, options = {}) {
    return this.#inTurn(async () => (await interaction.simulate({ from, ...options })).result);
  }

  /** Something must fail, for this reason. */
  async fails(promise, reason) {
    const error = await promise.then(() => undefined, e => e);
    if (!error) throw new Error(`should have failed with ${reason}`);
    if (!reason.test(String(error.message))) throw error;
    return error;
  }

  /** What a tx did. */
  async effect(receipt) {
    return (await this.node.getTxEffect(receipt.txHash)).data;
  }
}
