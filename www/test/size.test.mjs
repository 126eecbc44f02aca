// What the page loads. The last entry of size-budget.json is the budget; the entries before it say how it came about.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

import { Person, startBrowser, startNetwork } from './support.mjs';

/** @typedef {{ raw: number, brotli: number }} Size bytes */
/** @typedef {Size & { date: string, why: string }} Entry */

/** A good compression that takes no minute; servers that compress once and for all save some 8 % more. */
const QUALITY = 9;
/** Whoever makes the page smaller by more than this takes the gain home: the budget goes down with it. */
const SLACK = 0.1;

/** @param {Buffer} body */
async function compressed(body) {
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  const { length } = await promisify(brotliCompress)(body, { params: parameters });
  // What is compressed already is served as it is.
  return Math.min(length, body.length);
}

/**
 * @param {Size} found
 * @param {Size} budget
 */
function within(found, budget) {
  for (const kind of /** @type {const} */ (['raw', 'brotli'])) {
    const [size, most] = [found[kind], budget[kind]];
    assert.ok(size <= most, `${kind}: ${String(size)} bytes are more than ${String(most)}; make it smaller, or say in size-budget.json why it has to be so`);
    const least = most * (1 - SLACK);
    assert.ok(size >= least, `${kind}: ${String(size)} bytes are far less than ${String(most)}; lower the budget in size-budget.json`);
  }
}

void describe('what the page loads', () => {
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

  void test('stays within the budget', async context => {
    const text = await readFile(new URL('../size-budget.json', import.meta.url), 'utf8');
    /** @type {unknown} */
    const read = JSON.parse(text);
    const entries = /** @type {Entry[]} */ (read);
    const budget = entries.at(-1);
    assert.ok(budget);
    for (const { date, why } of entries) assert.ok(/^\d{4}-\d\d-\d\d$/.test(date) && why.length > 10, `${date}: ${why}`);

    /** @type {Map<string, Promise<Size>>} */
    const loaded = new Map();
    /** @param {import('playwright-core').Response} response */
    const weigh = async response => {
      const body = await response.body();
      return { raw: body.length, brotli: await compressed(body) };
    };
    const person = await Person.open(browser, network.url, {}, context => {
      context.on('response', response => {
        const url = response.url();
        if (url.startsWith(network.url) && !loaded.has(url)) loaded.set(url, weigh(response));
      });
      return Promise.resolve();
    });
    // The wallet itself, its first account deployed, tokens minted, a balance read: everything but what proofs need.
    await person.create('correct horse battery');
    await person.activate();
    await person.getTestTokens();
    await person.has('100', '100');
    assert.ok([...loaded.keys()].some(url => url.endsWith('.wasm')), 'what workers load is seen');
    const total = { raw: 0, brotli: 0 };
    for (const [url, size] of loaded) {
      const { raw, brotli } = await size;
      total.raw += raw;
      total.brotli += brotli;
      context.diagnostic(`${url.slice(network.url.length)} ${String(raw)} ${String(brotli)}`);
    }
    context.diagnostic(`${String(loaded.size)} files, ${String(total.raw)} bytes, ${String(total.brotli)} with Brotli`);
    within(total, budget);

    // What was not called comes when nothing is asked. Then the wallet needs the page's server no more.
    const isCode = (/** @type {string | URL} */ url) => url.toString().endsWith('.bin');
    const called = loaded.size;
    for (let seen = 0, round = 0; loaded.size === called || seen < loaded.size; round += 1) {
      assert.ok(round < 20, 'what was not called never comes, or never ends');
      seen = loaded.size;
      await person.page.waitForTimeout(3000);
    }
    await person.context.route(isCode, route => route.abort());
    await person.send('Private to public', await person.address(), '1');
    await person.has('99', '101');
    assert.deepEqual(person.problems, []);
    await person.context.close();
  });
});
