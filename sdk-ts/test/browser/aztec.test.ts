/** Official contract classes with a wallet in a real browser, at a node. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Contract } from '../../src/index.js';
import type { Client } from '../../src/runtime/client.js';
import { portable } from '../../src/values.js';
import { Wallet } from '../../src/wallet.js';
import { loadOfficial, reference } from '../support/official.js';
import type { Call, Official } from '../support/official.js';
import { serve } from './server.js';
import { Browser } from './webdriver.js';

const { NODE_URL: node } = process.env;

void describe('official code', { skip: reference === undefined && 'AZTEC_REFERENCE names no folder with the official packages' }, () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof serve>>;
  let wallet: Wallet;
  let official: Official;

  before(async () => {
    assert.ok(node, 'NODE_URL is the URL of a node');
    official = await loadOfficial();
    page = await serve({ dist: fileURLToPath(new URL('../..', import.meta.url)) }, false);
    browser = await Browser.start();
    await browser.open(`${page.url}/`);
    await browser.call('eval', `import('/dist/test/browser/aztec-page.js').then(() => null)`);
    await browser.call('openWallet', node);
    const client: Client = {
      call: (method, params) => browser.call('request', method, portable(params)),
      onEvent: () => () => undefined,
      close: () => undefined,
    };
    wallet = Wallet.over(client);
    wallet.defaultFee = { method: 'sponsored', sponsor: await Contract.register(wallet, 'SponsoredFPC', { args: [] }) };
  });
  after(async () => {
    await browser.stop();
    page.stop();
  });

  void test('deploys a token, moves it, and lets others do so', async () => {
    const [alice, bob] = [await wallet.createAccount(), await wallet.createAccount()];
    for (const account of [alice, bob]) await (await account.deploy()).wait();
    const adapter = official.adapter.aztecWallet(wallet);
    const { AztecAddress } = official.addresses;
    const [me, you] = [alice, bob].map(({ address }) => AztecAddress.fromString(address));
    const { contract: token } = await official.token.TokenContract.deploy(adapter, me, 'Gold', 'GLD', 18).send({ from: me });
    const method = (name: string, ...args: unknown[]): Call => {
      const make = token.methods[name];
      assert.ok(make, name);
      return make(...args);
    };
    const balance = async (name: string, owner: unknown) => (await method(name, owner).simulate({ from: owner })).result;
    await new official.contracts.BatchCall(adapter, [method('mint_to_private', me, 1000n), method('mint_to_public', me, 500n)]).send({ from: me });
    assert.deepEqual([await balance('balance_of_private', me), await balance('balance_of_public', me)], [1000n, 500n]);

    const { estimatedGas } = await method('transfer', you, 100n).simulate({ from: me, fee: { estimateGas: true } });
    assert.ok((estimatedGas?.gasLimits.l2Gas ?? 0) > 0);
    const { receipt } = await method('transfer', you, 100n).send({ from: me, fee: { gasSettings: estimatedGas } });
    assert.ok((receipt.transactionFee as bigint) > 0n);
    const action = method('transfer_in_private', me, you, 40n, 7n);
    const witness = await adapter.createAuthWit?.(me, { caller: you, call: await action.getFunctionCall() });
    await action.send({ from: you, authWitnesses: [witness], additionalScopes: [me] });
    assert.deepEqual([await balance('balance_of_private', me), await balance('balance_of_private', you)], [860n, 140n]);

    const events = (await adapter.getPrivateEvents?.(official.token.TokenContract.events.Transfer, {
      contractAddress: token.address, scopes: [you],
    })) as unknown as { event: { amount: bigint } }[];
    assert.deepEqual(events.map(({ event }) => event.amount), [100n]);
    const metadata = (await adapter.getContractMetadata?.(token.address)) ?? {};
    assert.deepEqual([metadata.isContractInitialized, metadata.isContractPublished, metadata.isContractUpdated], [true, true, false]);
    await assert.rejects(method('transfer', you, 10n ** 9n).simulate({ from: me }), /Balance too low/);
  });
});
