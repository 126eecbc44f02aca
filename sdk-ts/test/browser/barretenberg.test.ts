/** Barretenberg in workers of a real browser, with threads and without. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './server.js';
import { Browser } from './webdriver.js';

const modules = process.env.BARRETENBERG_WASM;
const hash = (text: string) => createHash('blake2s256').update(text).digest('hex');

for (const isolated of [true, false]) {
  void describe(isolated ? 'in an isolated page, with threads' : 'in any other page, without threads', () => {
    let browser: Browser;
    let server: Awaited<ReturnType<typeof serve>>;

    before(async () => {
      assert.ok(modules, 'BARRETENBERG_WASM names the folder with barretenberg.wasm.gz and barretenberg-threads.wasm.gz');
      const dist = fileURLToPath(new URL('../..', import.meta.url));
      server = await serve({ dist, barretenberg: modules }, isolated);
      browser = await Browser.start();
      await browser.open(`${server.url}/`);
      await browser.call('eval', `import('/dist/test/browser/page.js').then(() => null)`);
    });
    after(async () => {
      await browser.stop();
      server.stop();
    });

    void test('answers calls in order', async () => {
      const texts = ['', 'abc', 'a longer text that still fits'];
      const result = await browser.call('hashes', texts);
      const { memory, ...rest } = result as { memory: number };
      const threads = isolated ? Math.min(availableParallelism(), 16) : 1;
      assert.deepEqual(rest, { hashes: texts.map(hash), threads, shared: isolated });
      assert.ok(memory >= 35 * 65_536 && memory < 100e6, `${String(memory)} bytes`);
    });

    void test('can be stopped in the middle of a call and restarted', async () => {
      assert.deepEqual(await browser.call('stopAndRestart'), { open: 'stopped', stopped: 'stopped', after: hash('abc') });
    });

    void test('a refusal or a crash ends the open calls and leaves it restartable', async () => {
      for (const [mistake, code] of [[true, 'aborted'], [false, 'crashed']] as const) {
        assert.deepEqual(await browser.call('fail', mistake), { codes: [code, code], after: hash('abc') });
      }
    });

    void test('says when it cannot start', async () => {
      assert.equal(await browser.call('missingModule'), 'start');
      assert.equal(await browser.call('tooLittleMemory'), 'start');
    });
  });
}
