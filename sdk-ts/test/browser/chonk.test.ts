/** Real Chonk proofs in a real browser, with threads and without. Takes minutes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './server.js';
import { Browser } from './webdriver.js';

interface Result {
  valid: boolean;
  forged: boolean;
  progress: string[];
  size: number;
  memory: number;
  threads: number;
  times: Record<string, number>;
}

const { BARRETENBERG_WASM: barretenberg, CONFORMANCE_WASM: conformance, CHONK_INPUTS: inputs } = process.env;
const files = (process.env.CHONK_FILES ?? 'account-deploy.msgpack,token-transfer.msgpack').split(',');

void describe('Chonk in the browser', () => {
  for (const isolated of [true, false]) {
    for (const file of files) {
      void test(`${file}, ${isolated ? 'with threads' : 'one thread'}`, async context => {
        assert.ok(barretenberg && conformance && inputs, 'BARRETENBERG_WASM, CONFORMANCE_WASM and CHONK_INPUTS name folders');
        const dist = fileURLToPath(new URL('../..', import.meta.url));
        const server = await serve({ dist, barretenberg, conformance, inputs }, isolated);
        const browser = await Browser.start();
        try {
          await browser.open(`${server.url}/`);
          await browser.call('eval', `import('/dist/test/browser/page.js').then(() => null)`);
          const result = (await browser.call('chonk', `/inputs/${file}`)) as Result;
          context.diagnostic(JSON.stringify(result));
          assert.equal(result.valid, true);
          assert.equal(result.forged, false);
          assert.equal(result.threads > 1, isolated);
          assert.equal(result.progress.at(-1), 'Proving');
        } finally {
          await browser.stop();
          server.stop();
        }
      });
    }
  }
});
