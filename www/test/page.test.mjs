// The built page in a real browser: served as it would be shipped, read after its script ran.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { PROTOCOL_VERSION } from '@aztec-lite/sdk';
import { preview } from 'vite';

const run = promisify(execFile);

/**
 * The page's DOM after its scripts ran.
 * @param {string} url
 */
async function dom(url) {
  const profile = await mkdtemp(join(tmpdir(), 'aztec-lite-page-'));
  try {
    const flags = [
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      // Chromium refuses its sandbox to root, which is what containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ];
    const chromium = process.env.CHROMIUM ?? 'chromium';
    const { stdout } = await run(chromium, [...flags, '--dump-dom', url], { timeout: 60_000 });
    return stdout;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

void test('tells the protocol version', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const server = await preview({ root, preview: { port: 0, host: '127.0.0.1' } });
  try {
    const url = server.resolvedUrls?.local[0];
    assert.ok(url);
    assert.match(await dom(url), new RegExp(`<strong id="protocol-version">${PROTOCOL_VERSION}</strong>`));
  } finally {
    await server.close();
  }
});
