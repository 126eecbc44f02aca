// Replays recorded executions with our code built as WebAssembly, in a page of a headless Chromium. Build it first:
//   cargo build -p tests --lib --release --target wasm32-unknown-unknown && npm run build --workspace=sdk-ts
// then: node tests/wasm/replay-browser.mjs FOLDER
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { serve } from '../../sdk-ts/dist/test/browser/server.js';
import { Browser } from '../../sdk-ts/dist/test/browser/webdriver.js';

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(here, '../../target');
const recordings = process.argv[2];
const folders = { page: here, recordings, module: join(target, 'wasm32-unknown-unknown/release') };
const server = await serve(folders, false);
const browser = await Browser.start();
try {
  await browser.open(`${server.url}/`);
  await browser.call('eval', `import('/page/replay-page.mjs').then(() => null)`);
  const { lines, equal, agent } = await browser.call('replay', readdirSync(recordings).sort());
  console.log(agent);
  for (const line of lines) console.log(line);
  process.exitCode = equal ? 0 : 1;
} finally {
  await browser.stop();
  server.stop();
}
