/** The client's store in IndexedDB of a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './server.js';
import { Browser } from './webdriver.js';

const { CONFORMANCE_WASM: conformance } = process.env;

void test('a store in IndexedDB does what every store must', async () => {
  assert.ok(conformance, 'CONFORMANCE_WASM names a folder');
  const dist = fileURLToPath(new URL('../..', import.meta.url));
  const page = await serve({ dist, conformance }, false);
  const browser = await Browser.start();
  try {
    await browser.open(`${page.url}/`);
    await browser.call('eval', `import('/dist/test/browser/store-page.js').then(() => null)`);
    const { tables, databases } = (await browser.call('checkStore')) as { tables: number; databases: number };
    // What was checked was really kept by the browser.
    assert.ok(databases >= 8, `${String(databases)} databases`);
    assert.equal(tables, 17);
  } finally {
    await browser.stop();
    page.stop();
  }
});
