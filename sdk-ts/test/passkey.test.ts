import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { createPasskey, KeysError, passkeyKey, passkeysAvailable } from '../src/index.js';

interface Asked {
  kind: 'create' | 'get';
  options: { publicKey: Record<string, unknown>; signal?: AbortSignal };
}

const secret = new Uint8Array(32).map((_, index) => index);
let asked: Asked[] = [];

/** An authenticator that answers so. */
function authenticator(create: unknown, get: unknown = create): void {
  const answer = (kind: Asked['kind'], results: unknown) => (options: Asked['options']) => {
    asked.push({ kind, options });
    if (results instanceof Error) return Promise.reject(results);
    return Promise.resolve(results === null ? null : { rawId: new Uint8Array([1, 2]).buffer, getClientExtensionResults: () => results });
  };
  const credentials = { create: answer('create', create), get: answer('get', get) };
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { credentials } });
}

function pageOf(hostname: string): void {
  Object.defineProperty(globalThis, 'location', { configurable: true, value: { hostname } });
}

beforeEach(() => {
  asked = [];
  pageOf('example.com');
  Object.defineProperty(globalThis, 'PublicKeyCredential', { configurable: true, value: Object });
});

const failsWith = (message: RegExp) => (error: unknown) =>
  error instanceof KeysError && error.code === 'keys.passkey' && message.test(error.message);

void test('pages of an address have no passkeys', () => {
  authenticator({});
  for (const [hostname, available] of [['localhost', true], ['127.0.0.1', false], ['[::1]', false]] as const) {
    pageOf(hostname);
    assert.equal(passkeysAvailable(), available, hostname);
  }
});

void test('a key comes at once from authenticators that can', async () => {
  authenticator({ prf: { enabled: true, results: { first: secret.buffer } } });
  assert.ok(passkeysAvailable());
  assert.deepEqual(await createPasskey({ name: 'Savings', domain: 'example.com' }), secret);
  assert.deepEqual(asked.map(({ kind }) => kind), ['create']);
  const publicKey = asked[0]?.options.publicKey;
  assert.ok(publicKey);
  assert.deepEqual(publicKey.rp, { name: 'Savings', id: 'example.com' });
  assert.deepEqual(publicKey.authenticatorSelection, { residentKey: 'required', userVerification: 'required' });
});

void test('other authenticators are asked twice, with the same salt', async () => {
  // The key in the middle of a larger buffer.
  const buffer = new Uint8Array([...new Uint8Array(5), ...secret, 9]);
  authenticator({ prf: { enabled: true } }, { prf: { results: { first: buffer.subarray(5, 37) } } });
  assert.deepEqual(await createPasskey({ name: 'Savings' }), secret);
  const [created, got] = asked.map(({ options }) => options.publicKey);
  assert.ok(got && created);
  assert.deepEqual(got.extensions, created.extensions);
  assert.deepEqual(got.allowCredentials, [{ type: 'public-key', id: new Uint8Array([1, 2]) }]);
  assert.notDeepEqual(got.challenge, created.challenge);
  assert.deepEqual(await passkeyKey(), secret);
  assert.equal(asked.at(-1)?.options.publicKey.allowCredentials, undefined);
});

void test('what cannot be is said', async () => {
  authenticator({ prf: { enabled: false } });
  await assert.rejects(createPasskey({ name: 'x' }), failsWith(/derives no keys/));
  authenticator({});
  await assert.rejects(passkeyKey(), failsWith(/derives no keys/));
  authenticator({ prf: { results: { first: new ArrayBuffer(16) } } });
  await assert.rejects(passkeyKey(), failsWith(/16 bytes instead of 32/));
  authenticator(new DOMException('not allowed', 'NotAllowedError'));
  await assert.rejects(createPasskey({ name: 'x' }), failsWith(/not allowed/));
  authenticator(null);
  await assert.rejects(passkeyKey(), failsWith(/there is no passkey/));
  await assert.rejects(passkeyKey({ signal: AbortSignal.abort(new Error('enough')) }), { message: 'enough' });
  delete (globalThis as { PublicKeyCredential?: unknown }).PublicKeyCredential;
  assert.equal(passkeysAvailable(), false);
  await assert.rejects(passkeyKey(), failsWith(/derives no keys/));
});
