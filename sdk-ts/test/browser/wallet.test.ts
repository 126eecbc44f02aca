/** A wallet in tabs of a real browser, at a node. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './server.js';
import { Browser } from './webdriver.js';

const { NODE_URL: node } = process.env;

interface Result {
  hash: string;
  status: string;
  told: string[];
  transactions: string[];
}

void describe('a wallet in several tabs', () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof serve>>;

  const openTab = async (url = page.url) => {
    await browser.open(`${url}/`);
    await browser.call('eval', `import('/dist/test/browser/wallet-page.js').then(() => null)`);
    return browser.call('openWallet', node);
  };
  const isMined = ({ status }: Result) => {
    assert.match(status, /^(proposed|checkpointed|proven|finalized)$/);
  };

  before(async () => {
    assert.ok(node, 'NODE_URL is the URL of a node');
    page = await serve({ dist: fileURLToPath(new URL('../..', import.meta.url)) }, false);
    browser = await Browser.start();
  });
  after(async () => {
    await browser.stop();
    page.stop();
  });

  void test('goes on, unlocked, in another one when the one with the worker goes in the middle of a call', async () => {
    assert.deepEqual(await openTab(), { exists: false, unlocked: false });
    await browser.call('create', 'a passphrase');
    const first = await browser.tab();
    const second = await browser.newTab();
    assert.deepEqual(await openTab(), { exists: true, unlocked: true });
    await browser.switchTo(first);
    await browser.call('leaveAt', 'execute');
    await browser.switchTo(second);
    await browser.call('startDeployment', false);
    const result = (await browser.call('result')) as Result;
    isMined(result);
    assert.ok(result.told.includes('moved'), result.told.join());
    assert.deepEqual(result.transactions, [result.hash]);
    assert.deepEqual(await browser.call('state'), { exists: true, unlocked: true, deployed: [true] });
    await browser.switchTo(first);
    await browser.closeTab();
    await browser.switchTo(second);
  });

  void test('makes no transaction twice when the one with the worker goes after it was submitted', async () => {
    const leader = await browser.tab();
    const follower = await browser.newTab();
    assert.deepEqual(await openTab(), { exists: true, unlocked: true });
    await browser.switchTo(leader);
    await browser.call('leaveAt', 'submit');
    await browser.switchTo(follower);
    await browser.call('startDeployment', true);
    const result = (await browser.call('result')) as Result;
    assert.equal(result.transactions.length, 2);
    assert.ok(result.transactions.includes(result.hash));
    // Whether the node still got it is chance; the wallet does not pretend to know.
    if (!result.status.endsWith(" is still unknown after 20 s")) isMined(result);
    await browser.switchTo(leader);
    await browser.closeTab();
    await browser.switchTo(follower);
  });

  void test('ends calls, and is locked in all tabs', async () => {
    assert.equal(await browser.call('abort', 'execute'), 'Error: enough');
    const first = await browser.tab();
    await browser.newTab();
    assert.deepEqual(await openTab(), { exists: true, unlocked: true });
    await browser.call('lock');
    await browser.switchTo(first);
    assert.deepEqual(await browser.call('state'), { exists: true, unlocked: false, deployed: [] });
    assert.equal(await browser.call('unlock', 'another passphrase'), 'keys.wrong');
    assert.equal(await browser.call('unlock', 'a passphrase'), null);
  });

  void test('is opened with a passkey', async () => {
    await browser.addAuthenticator(['prf']);
    // Passkeys belong to names, not to numbers; this is another origin with a wallet of its own.
    assert.deepEqual(await openTab(page.url.replace('127.0.0.1', 'localhost')), { exists: false, unlocked: false });
    assert.deepEqual(await browser.call('usePasskey'), { unlocked: true, bytes: 32, isSame: true });
  });
});
