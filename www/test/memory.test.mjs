// What a wallet page holds on to: after many transfers no more than after a few.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Person, startBrowser, startNetwork } from './support.mjs';

const MIB = 1 << 20;
/** Transfers after which everything that is made once has been made, and after which it is looked again. */
const [WARM, ALL] = [10, 50];
/** What there may be more of by then: records of the transfers, compiled code; in the module, a transfer and a look at the
 * chain at the same time. */
const GROWTH = { page: MIB, worker: MIB, wasm: 2 * MIB };
/** Blocks after which an earlier one is final. No more than 20 transfers to someone may wait for that. */
const FINALITY = 14;
/**
 * Seconds after which a final log is not read again. Contracts read all younger ones each time, in memory that grows with
 * their number: what is looked for here is what stays of older ones.
 */
const DAY = 86_400;

/**
 * @typedef {{ usedSize: number, result: { objectId: string, value: number }, objects: { objectId: string } }} Answer
 *   what methods of the browser's debugger answer; each has its own part of it
 * @typedef {(method: string, params?: object) => Promise<Answer>} Send
 */

/** Looks into the memory of a page and of its workers. @param {import('playwright-core').Page} page */
async function inspect(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Map<number, (answer: Answer) => void>} */
  const open = new Map();
  /** @type {Send[]} */
  const workers = [];
  session.on('Target.attachedToTarget', ({ sessionId }) => {
    workers.push((method, params = {}) => new Promise(resolve => {
      const id = open.size;
      open.set(id, resolve);
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    }));
  });
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    /** @type {unknown} */
    const answer = JSON.parse(message);
    const { id, result } = /** @type {{ id: number, result: Answer }} */ (answer);
    open.get(id)?.(result);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });

  /** @param {Send} send */
  const heap = async send => {
    await send('HeapProfiler.collectGarbage');
    return (await send('Runtime.getHeapUsage')).usedSize;
  };
  /** @param {Send} send */
  const memories = async send => {
    const { result: { objectId: prototypeObjectId } } = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
    const { objects: { objectId } } = await send('Runtime.queryObjects', { prototypeObjectId });
    const functionDeclaration = 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }';
    return (await send('Runtime.callFunctionOn', { objectId, functionDeclaration, returnByValue: true })).result.value;
  };
  return async () => {
    const [worker, ...others] = workers;
    assert.ok(worker && others.length === 0, `a page has one worker, not ${String(workers.length)}`);
    const own = /** @type {Send} */ (session.send.bind(session));
    return { page: await heap(own), worker: await heap(worker), wasm: await memories(worker) };
  };
}

/** Tells the node what only development networks do. @param {string} node @param {'mine' | 'increaseTime'} what @param {number} much */
async function develop(node, what, much) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: `dev_${what}`, params: [much] });
  const response = await fetch(node, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  assert.ok(response.ok, await response.text());
}

void test('fifty transfers leave nothing behind in memory', async context => {
  const [network, browser] = await Promise.all([startNetwork(['--port', '0']), startBrowser()]);
  try {
    const alice = await Person.open(browser, network.url);
    const look = await inspect(alice.page);
    await alice.create('correct horse battery');
    await alice.activate();
    await alice.getTestTokens();
    const bob = network.welcome.accounts[1]?.address;
    assert.ok(bob);
    /** @type {Awaited<ReturnType<typeof look>>[]} */
    const seen = [];
    for (let count = 1; count <= ALL; count++) {
      await alice.send('Private to private', bob, '0.01');
      if (count % WARM === 0) {
        await develop(network.welcome.url, 'mine', FINALITY);
        await develop(network.welcome.url, 'increaseTime', DAY);
        const now = await look();
        seen.push(now);
        context.diagnostic(`after ${String(count)}: ${Object.entries(now).map(([what, bytes]) => `${what} ${(bytes / MIB).toFixed(2)} MiB`).join(', ')}`);
      }
    }
    await alice.has('99.5', '100');
    const [early, late] = [seen[0], seen.at(-1)];
    assert.ok(early && late);
    for (const what of /** @type {const} */ (['page', 'worker', 'wasm'])) {
      const growth = late[what] - early[what];
      assert.ok(growth < GROWTH[what], `${what}: ${String(growth)} bytes more`);
    }
    assert.deepEqual(alice.problems, []);
  } finally {
    await browser.close();
    await network.stop();
  }
});
