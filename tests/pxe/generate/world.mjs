// What sessions share: a wallet with the accounts of a local network, and ways to send and to make blocks.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { getContractInstanceFromInstantiationParams, NO_WAIT } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

import { recordedPxe, recordingFetch } from './hooks.mjs';
import { json } from './recorder.mjs';

const POLL_MS = 300;
const PATIENCE_MS = 180_000;
const RESULTS = { success: 'success', reverted: 'app_logic_reverted' };

export { AztecAddress, Fr };

export class World {
  /** Txs that wait for a block: {txHash, expect}. */
  pending = [];

  static async create(recorder, url, accounts = 3) {
    const world = new World();
    Object.assign(world, { recorder, url, node: createAztecNodeClient(url) });
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
    world.sponsored = { paymentMethod: new SponsoredFeePaymentMethod(sponsor.address) };
    await world.tips();
    return world;
  }

  async dev(method, params = []) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: `dev_${method}`, params });
    const reply = await fetch(this.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const { result, error } = await reply.json();
    if (error) throw new Error(`dev_${method}: ${error.message}`);
    return result;
  }

  /** Names what comes next. */
  step(name) {
    this.recorder.step = name;
    console.log(`  ${name}`);
  }

  /** Keeps where the chain is. */
  async tips(content = {}) {
    this.recorder.note('chain', { ...content, tips: json(await this.node.getL2Tips()) });
  }

  /** Tells the wallet of a contract that needs no deployment or has one. */
  async register(Contract, params, secret) {
    const instance = await getContractInstanceFromInstantiationParams(Contract.artifact, params);
    await this.wallet.registerContract(instance, Contract.artifact, secret);
    return Contract.at(instance.address, this.wallet);
  }

  /** Sends without making a block. */
  async post(interaction, from = this.alice, { expect = 'success', ...options } = {}) {
    const { txHash } = await interaction.send({ from, ...options, wait: NO_WAIT });
    this.pending.push({ txHash, expect });
    return txHash;
  }

  /** Makes a block of what was sent and looks at the receipts. */
  async mine() {
    if (this.lite) await this.dev('mine');
    const receipts = [];
    for (const { txHash, expect } of this.pending) receipts.push(await this.settled(txHash, expect));
    this.pending = [];
    await this.tips({ txs: receipts.map(({ txHash, blockNumber }) => [txHash.toString(), blockNumber]) });
    return receipts;
  }

  async settled(txHash, expect) {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await new Promise(done => setTimeout(done, POLL_MS))) {
      const receipt = await this.node.getTxReceipt(txHash);
      if (receipt.status === 'dropped') throw new Error(`${txHash} was dropped: ${receipt.error}`);
      if (receipt.status === 'pending' || receipt.status === 'proposed') continue;
      if (receipt.executionResult !== (RESULTS[expect] ?? expect)) {
        throw new Error(`${txHash} ended in ${receipt.executionResult}: ${receipt.error}`);
      }
      return receipt;
    }
    throw new Error(`${txHash} is not in a block`);
  }

  /** Sends and makes a block. */
  async send(interaction, from, options) {
    await this.post(interaction, from, options);
    const receipts = await this.mine();
    return receipts.at(-1);
  }

  /** Deploys: `deploy(Contract, [args], {from, ...})`. */
  async deploy(Contract, args = [], { from = this.alice, contractAddressSalt = Fr.random(), ...rest } = {}) {
    const method = Contract.deploy(this.wallet, ...args);
    await this.send(method, from, { contractAddressSalt, ...rest });
    return Contract.at((await method.getInstance()).address, this.wallet);
  }

  /** What a function returns, simulated. */
  async view(interaction, from = this.alice, options = {}) {
    return (await interaction.simulate({ from, ...options })).result;
  }

  /** Something must fail, for this reason. */
  async fails(promise, reason) {
    const error = await promise.then(() => undefined, e => e);
    if (!error) throw new Error(`should have failed with ${reason}`);
    if (!reason.test(String(error.message))) throw error;
  }
}
