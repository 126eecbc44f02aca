// What a person does with the wallet, on a network that verifies no proofs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Person, startBrowser, startNetwork } from './support.mjs';

const PASSPHRASE = 'correct horse battery';

void describe('a wallet in a browser', () => {
  /** @type {Awaited<ReturnType<typeof startNetwork>>} */
  let network;
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    [network, browser] = await Promise.all([startNetwork(['--port', '0']), startBrowser()]);
  });
  after(async () => {
    await browser.close();
    await network.stop();
  });

  void test('a new person gets tokens, moves them in all directions, and another one sees them', async () => {
    const [alice, bob] = await Promise.all([Person.open(browser, network.url), Person.open(browser, network.url)]);
    await alice.page.getByRole('link', { name: 'Create a wallet' }).waitFor();
    await alice.shot('welcome');
    const phrase = await alice.create(PASSPHRASE);
    assert.equal(phrase.split(' ').length, 12);
    await bob.create('another passphrase');
    await alice.shot('new account');
    await alice.activate();
    await alice.getTestTokens();
    await alice.has('100', '100');
    await alice.shot('balances');
    const [hers, his] = [await alice.address(), await bob.address()];
    await bob.addContact(hers, 'Alice');
    await alice.send('Private to private', his, '1.5');
    await alice.shot('sent');
    await bob.has('1.5', '0');
    await alice.send('Private to public', his, '2');
    await alice.send('Public to private', his, '3');
    await alice.send('Public to public', his, '4');
    await bob.has('4.5', '6');
    await alice.has('96.5', '93');
    await alice.go('History');
    await alice.page.getByText('In a block').or(alice.page.getByText('On L1')).first().waitFor();
    await alice.shot('history');
    for (const view of ['Receive', 'Contacts', 'Contracts', 'Authorizations', 'Settings']) {
      await alice.go(view);
      await alice.shot(view.toLowerCase());
    }
    // Below every view is the block that the wallet sees, not the one it began at.
    await alice.go('Contracts');
    const mined = await alice.page.evaluate(async url => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'node_getBlockNumber', params: [] });
      const reply = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return Number(/"result":(\d+)/.exec(await reply.text())?.[1]);
    }, network.welcome.url);
    await alice.page.getByRole('contentinfo').getByText(`block ${String(mined)}`).waitFor();
    await alice.page.getByRole('list', { name: 'Known contracts' }).getByRole('button', { name: 'Token' }).first().click();
    await alice.page.getByText('transfer_in_private').first().waitFor();
    await alice.shot('a contract');

    // Restored on another device, everything that is hers is found again.
    const again = await Person.open(browser, network.url);
    await again.restore(phrase, 'a third passphrase');
    assert.equal(await again.address(), hers);
    await again.has('96.5', '93');
    assert.deepEqual([...alice.problems, ...bob.problems, ...again.problems], []);
    await Promise.all([alice, bob, again].map(({ context }) => context.close()));
  });

  void test('tabs share the wallet, and it survives a reload', async () => {
    const person = await Person.open(browser, network.url);
    await person.create(PASSPHRASE);
    const address = await person.address();
    const other = await person.tab();
    assert.equal(await other.address(), address, 'unlocked in one tab, unlocked in all');
    await other.activate();
    // The tab that leads goes, and the other goes on where it was, unlocked.
    await person.page.close();
    await other.getTestTokens();
    await other.has('100', '100');
    // After a reload nobody remembers the keys.
    await other.page.reload();
    await other.unlock('wrong passphrase');
    await other.page.getByText(/passphrase/).first().waitFor();
    await other.shot('wrong passphrase');
    await other.unlock(PASSPHRASE);
    await other.has('100', '100');
    assert.equal(await other.address(), address);
    await person.context.close();
  });

  void test('one network named in two ways does not get two workers on one store', async () => {
    const person = await Person.open(browser, network.url);
    await person.create(PASSPHRASE);
    const other = await person.tab();
    await other.go('Settings');
    await other.page.getByLabel('Node', { exact: true }).fill(network.welcome.url.replace('127.0.0.1', 'localhost'));
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByRole('heading', { name: 'The wallet cannot be opened' }).waitFor();
    assert.match(await other.page.getByRole('alert').innerText(), /open in another tab/);
    // When the first tab goes, the second may have it.
    await person.page.close();
    await other.page.getByRole('button', { name: 'Try again' }).click();
    await other.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await other.page.goto(person.url);
    await other.unlock(PASSPHRASE);
    await other.address();
    await person.context.close();
  });

  void test('a passkey opens the wallet instead of a passphrase', async () => {
    const person = await Person.open(browser, network.url);
    await person.addAuthenticator();
    await person.page.getByRole('link', { name: 'Create a wallet' }).click();
    await person.page.getByRole('button', { name: 'Use a passkey instead' }).click();
    const phrase = await person.writeDown();
    const address = await person.address();
    await person.page.reload();
    await person.page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await person.shot('locked');
    await person.page.getByRole('button', { name: 'Use a passkey' }).click();
    assert.equal(await person.address(), address);
    await person.go('Settings');
    await person.page.getByText('Show the seed phrase').click();
    await person.page.getByRole('button', { name: 'Use a passkey' }).click();
    await person.page.getByText(phrase.split(' ')[0] ?? '', { exact: true }).waitFor();
    assert.deepEqual((await person.page.locator('ol.seed li').allTextContents()).join(' '), phrase);
    await person.context.close();
  });

  void test('a small screen in the dark, with the keyboard alone', async () => {
    const person = await Person.open(browser, network.url, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    const { keyboard } = person.page;
    await person.page.getByRole('link', { name: 'Create a wallet' }).focus();
    await keyboard.press('Enter');
    await person.page.getByLabel('Passphrase', { exact: true }).focus();
    await keyboard.type(PASSPHRASE);
    await keyboard.press('Tab');
    await keyboard.type(PASSPHRASE);
    await keyboard.press('Enter');
    const written = person.page.getByRole('button', { name: 'I have written it down' });
    await written.focus();
    await keyboard.press('Enter');
    await person.page.getByLabel('Account', { exact: true }).waitFor();
    await person.shot('small and dark');
    const width = await person.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `nothing is wider than the screen: ${String(width)}`);
    await person.context.close();
  });

  void test('nothing is asked of anyone but the page and its node', async () => {
    const person = await Person.open(browser, network.url);
    const allowed = [new URL(network.url).origin, new URL(network.welcome.url).origin];
    /** @type {Set<string>} */
    const asked = new Set();
    person.context.on('request', request => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http')) asked.add(origin);
    });
    await person.create(PASSPHRASE);
    await person.activate();
    assert.deepEqual([...asked].filter(origin => !allowed.includes(origin)), []);
    assert.ok(asked.has(allowed[1] ?? ''));
    await person.context.close();
  });
});

void test('a node of another version is not used', async () => {
  const [network, browser] = await Promise.all([startNetwork(['--port', '0']), startBrowser()]);
  try {
    const { origin } = new URL(network.welcome.url);
    const person = await Person.open(browser, network.url, {}, context =>
      context.route(url => url.origin === origin, async route => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replaceAll('"4.1.2"', '"9.9.9"') });
      }));
    await person.page.getByRole('heading', { name: 'The wallet cannot be opened' }).waitFor();
    const said = await person.page.getByRole('alert').innerText();
    assert.match(said, /9\.9\.9/);
    assert.match(said, /4\.1\.2/);
    await person.shot('another version');
  } finally {
    await browser.close();
    await network.stop();
  }
});

void describe('a node that comes and goes', () => {
  void test('the wallet says so, and goes on when it is back', async () => {
    const browser = await startBrowser();
    const port = 20_000 + (process.pid % 20_000);
    const network = await startNetwork(['--port', String(port)]);
    try {
      const person = await Person.open(browser, network.url);
      await person.create(PASSPHRASE);
      await network.stopNode();
      await person.page.getByRole('button', { name: 'Activate' }).click();
      assert.match(await person.page.getByRole('alert').innerText(), /no answer from the node.*check the node's address/s);
      await person.shot('node down');
      await person.page.reload();
      await person.page.getByRole('heading', { name: 'The wallet cannot be opened' }).waitFor();
      await person.shot('no node');
      await network.restartNode();
      await person.page.getByRole('button', { name: 'Try again' }).click();
      await person.unlock(PASSPHRASE);
      // The node forgot its chain; the wallet takes the new one, with its keys as they were.
      await person.activate();
      await person.context.close();
    } finally {
      await browser.close();
      await network.stop();
    }
  });
});
