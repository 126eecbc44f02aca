import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { PROTOCOL_VERSION } from '@aztec-lite/sdk';

void test('speaks the protocol version of the Rust crates', async () => {
  // Compiled to dist/test, three folders below the root of the checkout.
  const source = await readFile(new URL('../../../protocol/src/lib.rs', import.meta.url), 'utf8');
  const declared = /pub const VERSION: &str = "([^"]+)";/.exec(source);
  assert.equal(declared?.[1], PROTOCOL_VERSION);
});
