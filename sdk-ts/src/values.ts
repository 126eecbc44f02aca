/** Values on their way: arguments to what JSON can say, results to what JavaScript can. */
import { roleOf } from './abi.js';
import type { StructType } from './abi.js';
import { AztecLiteError } from './errors.js';
import type { AbiType, Address, AddressLike, Hex } from './types.js';

/** Deeper values than this are refused: they have no end. */
const MAX_DEPTH = 64;

const refuse = (path: string, what: string, hint?: string): never => {
  throw new AztecLiteError('params', `${path} is ${what}`, { hint });
};

/**
 * A value as it travels to the worker. Big integers become texts, what has an `address` or a `toJSON` becomes what that
 * says (accounts, contracts, the official libraries' values), bytes become lists. What would lose something is refused.
 */
export function plain(value: unknown, path = 'the value', depth = 0): unknown {
  if (depth > MAX_DEPTH) return refuse(path, 'nested too deeply');
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      if (Number.isSafeInteger(value)) return value;
      return refuse(path, `${String(value)}, which is no exact integer`, 'write large integers as bigint');
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      break;
    default:
      return refuse(path, `a ${typeof value}`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.map((item, index) => plain(item, `${path}[${String(index)}]`, depth + 1) ?? null);
  }
  if (value instanceof Uint8Array) return Array.from(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return plain((value.toJSON as () => unknown)(), path, depth + 1);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse(path, `a ${value.constructor.name}`);
  const members = Object.entries(value).flatMap(([key, member]) => {
    const inner = plain(member, `${path}.${key}`, depth + 1);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(members);
}

/** The address of something. */
export function addressOf(value: AddressLike): Address {
  return typeof value === 'string' ? value : value.address;
}

/** A value of a type from the worker: numbers as `bigint`, addresses as text, an empty `Option` as `undefined`. */
export function fromJson(type: AbiType, json: unknown): unknown {
  switch (type.kind) {
    case 'field':
    case 'integer':
      return BigInt(json as string);
    case 'boolean':
    case 'string':
      return json;
    case 'array':
      return (json as unknown[]).map(item => fromJson(type.type, item));
    case 'tuple':
      return type.fields.map((field, index) => fromJson(field, (json as unknown[])[index]));
    case 'struct':
      return structFromJson(type, json);
  }
}

function structFromJson(type: StructType, json: unknown): unknown {
  const role = roleOf(type);
  if (role.role === 'address') return json;
  if (role.role === 'option') return json === null ? undefined : fromJson(role.type, json);
  const members = json as Record<string, unknown>;
  if (role.role === 'eth-address') return ethAddress(members.inner);
  const entries = type.fields.map(({ name, type }) => [name, fromJson(type, members[name])] as const);
  if (role.role === 'bounded-vec') {
    const [storage, length] = entries.map(([, value]) => value) as [unknown[], bigint];
    return storage.slice(0, Number(length));
  }
  return Object.fromEntries(entries);
}

function ethAddress(inner: unknown): Hex {
  return `0x${BigInt(inner as string).toString(16).padStart(40, '0')}`;
}

/** What a function returned: nothing, the value, or a list of values if it has several types. */
export function returned(types: readonly AbiType[], json: unknown): unknown {
  const [first, ...others] = types;
  if (!first) return undefined;
  return others.length === 0 ? fromJson(first, json) : types.map((type, index) => fromJson(type, (json as unknown[])[index]));
}

/** Parameters as JSON can say them: big integers as texts, and the bytes in artifacts that official code loaded as base64. */
export function portable(params: object): unknown {
  return JSON.parse(JSON.stringify(params, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Map) return [...value.entries()] as unknown;
    if (value instanceof Uint8Array) return base64(value);
    // What a `Buffer` makes of itself.
    const buffer = value as { type?: unknown; data?: unknown } | null;
    return buffer?.type === 'Buffer' && Array.isArray(buffer.data) ? base64(Uint8Array.from(buffer.data as number[])) : value;
  }));
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}
