import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { PROTOCOL_VERSION } from '@aztec-lite/sdk';

/** The root of the checkout: the test is compiled to `dist/test`. */
const CHECKOUT = new URL('../../..', import.meta.url);

void test('speaks the protocol version of the Rust crates', async () => {
  const source = await readFile(new URL('protocol/src/lib.rs', CHECKOUT), 'utf8');
  const declared = /pub const VERSION: &str = "([^"]+)";/.exec(source);
  assert.equal(declared?.[1], PROTOCOL_VERSION);
});
