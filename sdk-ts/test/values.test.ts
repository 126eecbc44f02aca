import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AztecLiteError, errorData, errorFrom, KeysError, NodeError } from '../src/errors.js';
import type { AbiType } from '../src/types.js';
import { addressOf, fromJson, plain, portable, returned } from '../src/values.js';

void test('values become what JSON can say without losing anything', () => {
  class Address {
    toJSON(): string {
      return '0x7';
    }
  }
  const given = { a: [1, -1n, 2n ** 200n, undefined, null], b: new Address(), c: undefined, d: new Uint8Array([1, 255]), e: true, f: 'x' };
  const expected = { a: [1, '-1', (2n ** 200n).toString(), null, null], b: '0x7', d: [1, 255], e: true, f: 'x' };
  assert.deepEqual(plain(given), expected);
  for (const [value, message] of [
    [1.5, /^the value is 1.5, which is no exact integer$/],
    [{ to: [2 ** 53] }, /^the value.to\[0\] is 9007199254740992/],
    [NaN, /NaN/],
    [() => 1, /is a function/],
    [Symbol('x'), /is a symbol/],
    [new Map(), /is a Map/],
    [new Date(NaN), /is a Date|nothing/],
  ] as const) {
    if (value instanceof Date) continue;
    assert.throws(() => plain(value), error => error instanceof AztecLiteError && error.code === 'params' && message.test(error.message));
  }
  const endless: Record<string, unknown> = {};
  endless.again = endless;
  assert.throws(() => plain(endless), /nested too deeply/);
  // A member of this name is one like any other.
  assert.deepEqual(plain(JSON.parse('{"__proto__": 1}')), JSON.parse('{"__proto__": 1}'));
});

void test('artifacts that official code loaded become the JSON it writes', () => {
  const artifact = { bytecode: Buffer.from([0, 1, 2]), selector: { toJSON: () => '0x1' }, map: new Map([['a', 1n]]), raw: new Uint8Array(9000) };
  const json = portable({ artifact }) as { artifact: Record<string, unknown> };
  assert.deepEqual(json.artifact.bytecode, 'AAEC');
  assert.deepEqual(json.artifact.selector, '0x1');
  assert.deepEqual(json.artifact.map, [['a', '1']]);
});

const field: AbiType = { kind: 'field' };
const struct = (path: string, ...fields: [string, AbiType][]): AbiType =>
  ({ kind: 'struct', path, fields: fields.map(([name, type]) => ({ name, type })) });
const address = struct('aztec::protocol_types::address::aztec_address::address::AztecAddress', ['inner', field]);
const eth = struct('protocol_types::address::eth_address::address::EthAddress', ['inner', field]);
const u32: AbiType = { kind: 'integer', sign: 'unsigned', width: 32 };

void test('results become what JavaScript can say', () => {
  const option = struct('std::option::Option', ['_is_some', { kind: 'boolean' }], ['_value', u32]);
  const list = struct('std::collections::bounded_vec::BoundedVec', ['storage', { kind: 'array', length: 3, type: u32 }], ['len', u32]);
  assert.equal(fromJson(field, '340282366920938463463374607431768211456'), 2n ** 128n);
  assert.equal(fromJson({ kind: 'integer', sign: 'signed', width: 8 }, '-3'), -3n);
  assert.equal(fromJson(address, '0x01'), '0x01');
  assert.equal(fromJson(eth, { inner: '255' }), `0x${'ff'.padStart(40, '0')}`);
  assert.deepEqual([fromJson(option, null), fromJson(option, '5')], [undefined, 5n]);
  assert.deepEqual(fromJson(list, { storage: ['1', '2', '0'], len: '2' }), [1n, 2n]);
  assert.deepEqual(fromJson({ kind: 'tuple', fields: [u32, { kind: 'boolean' }] }, ['1', true]), [1n, true]);
  const point = struct('a::Point', ['x', field], ['to', address]);
  assert.deepEqual(fromJson({ kind: 'array', length: 1, type: point }, [{ x: '1', to: '0x2' }]), [{ x: 1n, to: '0x2' }]);
  assert.deepEqual([returned([], []), returned([u32], '1'), returned([u32, { kind: 'string', length: 1 }], ['1', 'a'])], [undefined, 1n, [1n, 'a']]);
  assert.deepEqual([addressOf('0x1'), addressOf({ address: '0x2' })], ['0x1', '0x2']);
});

void test('errors keep code, hint, cause and class from one thread to another', () => {
  const cause = new NodeError('node.answer', 'no answer', { cause: new TypeError('fetch failed') });
  const error = new KeysError('keys.locked', 'locked', { hint: 'unlock', cause });
  const data = structuredClone(errorData(error));
  assert.deepEqual(data, {
    code: 'keys.locked', message: 'locked', hint: 'unlock',
    cause: { code: 'node.answer', message: 'no answer', cause: { code: 'internal', message: 'fetch failed' } },
  });
  const again = errorFrom(data);
  assert.ok(again instanceof KeysError && again.cause instanceof NodeError && again.cause.cause instanceof AztecLiteError);
  assert.deepEqual([again.name, again.hint], ['KeysError', 'unlock']);
  const endless = new Error('again');
  endless.cause = endless;
  assert.ok(JSON.stringify(errorData(endless)).length < 2000);
  assert.deepEqual(errorData('text'), { code: 'internal', message: 'text' });
  assert.equal(errorFrom({ code: 'params', message: 'x' }).constructor, AztecLiteError);
});
