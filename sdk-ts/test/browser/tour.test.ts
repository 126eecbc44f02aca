/** Everything a dapp does with the SDK, in a real browser, at a node of a local network. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './server.js';
import { Browser } from './webdriver.js';

const { NODE_URL: node } = process.env;

interface Failure {
  code: string;
  message: string;
}

void describe('a dapp', () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    assert.ok(node, 'NODE_URL is the URL of a node');
    page = await serve({ dist: fileURLToPath(new URL('../..', import.meta.url)) }, false);
    browser = await Browser.start();
    await browser.open(`${page.url}/`);
    await browser.call('eval', `import('/dist/test/browser/tour-page.js').then(() => null)`);
  });
  after(async () => {
    await browser.stop();
    page.stop();
  });

  void test('does everything', async () => {
    const seen = (await browser.call('tour', node)) as Record<string, unknown>;
    const { unauthorized, tooMuch, reverts, sentAnyway, noAddress, noEvent, unchanged, ...rest } = seen;
    const failures = { unauthorized, tooMuch, reverts, sentAnyway, noAddress, noEvent, unchanged } as Record<string, Failure>;
    assert.deepEqual(rest, {
      stages: ['sync', 'execute', 'witness', 'submit', 'mined'], timed: true,
      estimate: true, returns: [[], []],
      minted: ['1000n', '500n', '0n', '0n'], mixed: ['18n', '1000n', true], steps: true,
      receipt: ['success', true, 'number'],
      lookedUp: { private: true, public: false }, allowed: { private: false, public: true }, revoked: { private: false, public: false },
      events: [[true, true, '100n']], publicEvents: [], notes: 2, ended: ['860n', '450n', '140n', '50n'],
      senders: [{ address: `0x${'7'.padStart(64, '0')}`, alias: 'Carol' }], after: [], seed: true,
      accounts: [['Alice', 'schnorr', true], ['Bob', 'ecdsa-r1', true], ['of the network', 'schnorr', true]],
      testAccount: rest.testAccount, contracts: true, feeJuice: ['0n', true, true], transactions: 11, synced: true,
    });
    const expected: Record<string, [code: string, message: RegExp]> = {
      unauthorized: ['execution.private', /no auth witness/],
      tooMuch: ['execution.private', /Balance too low/],
      reverts: ['execution.public', /attempt to subtract with overflow/],
      sentAnyway: ['tx.reverted', /app_logic_reverted/],
      noAddress: ['contract.call', /transfer\.to/],
      noEvent: ['contract.event', /has no event Burn/],
      unchanged: ['keys.wrong', /passphrase/],
    };
    for (const [name, [code, message]] of Object.entries(expected)) {
      assert.equal(failures[name]?.code, code, name);
      assert.match(failures[name].message, message, name);
    }
  });
});
