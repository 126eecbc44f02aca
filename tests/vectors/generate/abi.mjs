// Signatures, selectors, argument encoding, return decoding, bytes and text in fields.
import { aztec, Fr, hex, packed, packedFields, Topic, edges } from './lib.mjs';

const abi = await aztec('stdlib/abi');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { readFieldCompressedString } = await aztec('aztec.js/utils');

const t = new Topic('abi');
const { rng } = t;
const N = 200;

const widths = [1, 8, 16, 32, 64, 128];
const paths = {
  aztec: 'aztec::protocol_types::address::AztecAddress',
  eth: 'protocol_types::address::EthAddress',
  selector: 'aztec::protocol_types::abis::function_selector::FunctionSelector',
};
const field = { kind: 'field' };
const boolean = { kind: 'boolean' };
const integer = (sign, width) => ({ kind: 'integer', sign, width });
const struct = (path, ...fields) => ({ kind: 'struct', path, fields: fields.map(([name, type]) => ({ name, type })) });
const option = type => struct('std::option::Option', ['_is_some', boolean], ['_value', type]);
const boundedVec = (type, max) =>
  struct(
    'std::collections::bounded_vec::BoundedVec',
    ['storage', { kind: 'array', length: max, type }],
    ['len', integer('unsigned', 32)],
  );

const simple = [
  () => field,
  () => boolean,
  () => integer('unsigned', rng.pick(widths)),
  () => integer('signed', rng.pick(widths.slice(1))),
  () => ({ kind: 'string', length: rng.int(9) }),
  () => struct(paths.aztec, ['inner', field]),
  () => struct(paths.eth, ['inner', field]),
  () => struct(paths.selector, ['inner', integer('unsigned', 32)]),
  () => struct('app::types::Wrapped', ['inner', field]),
  () => struct('aztec::types::FieldCompressedString', ['value', field]),
];
const nested = [
  d => ({ kind: 'array', length: rng.int(4), type: type(d - 1) }),
  d => struct('app::types::Record', ...rng.list(rng.int(4), i => [`f${i}`, type(d - 1)])),
  d => option(type(d - 1)),
  d => boundedVec(type(d - 1), 1 + rng.int(3)),
];
const type = depth => rng.pick(depth > 0 ? [...simple, ...nested, ...nested] : simple)(depth);

const text = length =>
  rng.list(rng.int(length + 1), () => rng.pick([...'abz AZ09_é\u00ff\u0100\u20ac\u0001'])).join('');
const hexOr = f => (rng.bool() ? f.toString() : f.toBigInt().toString());

/** A value for `type` that survives JSON: numbers as text, None as null. */
function value(type) {
  switch (type.kind) {
    case 'field':
      return rng.int(20) === 0 ? rng.int(1000) : rng.int(20) === 0 ? rng.bool() : hexOr(rng.fr());
    case 'boolean':
      return rng.bool();
    case 'integer': {
      if (type.sign === 'unsigned')
        return rng.int(10) === 0 ? rng.int(2 ** Math.min(type.width, 31)) : rng.big(type.width).toString();
      const magnitude = rng.big(type.width - 1);
      return (rng.bool() ? magnitude : -magnitude - 1n).toString();
    }
    case 'string':
      return text(type.length);
    case 'array':
      return rng.list(type.length, () => value(type.type));
    case 'struct':
      break;
  }
  if (type.path === paths.aztec)
    return rng.pick([f => f.toString(), f => ({ address: f.toString() }), f => ({ inner: f.toString() })])(rng.fr());
  if (type.path === paths.eth) return rng.pick([f => f, f => ({ inner: f })])(new Fr(rng.big(160)).toString());
  if (type.path === paths.selector) return rng.pick([v => v, v => ({ value: v })])(rng.u32());
  if (abi.isOptionStruct(type)) {
    const inner = type.fields[1].type;
    const some = () => ({ _is_some: true, _value: value(inner) });
    const none = () => ({ _is_some: false, _value: value(inner) });
    // A bare value is ambiguous when the inside is an option too.
    return rng.pick(
      abi.isOptionStruct(inner) ? [() => null, some, none] : [() => null, some, none, () => value(inner)],
    )();
  }
  if (abi.isBoundedVecStruct(type)) {
    const storage = type.fields[0].type;
    return rng.list(rng.int(storage.length + 1), () => value(storage.type));
  }
  if (abi.isWrappedFieldStruct(type)) return rng.pick([f => f, f => ({ inner: f })])(hexOr(rng.fr()));
  return Object.fromEntries(type.fields.map(f => [f.name, value(f.type)]));
}

const names = ['transfer', 'constructor', 'f', 'entrypoint', 'a_very_long_function_name_with_many_words', '_x1'];
const parameters = types =>
  types.map((type, i) => ({ name: `p${i}`, type, visibility: rng.pick(['private', 'public', 'databus']) }));
const fn = types => ({
  name: rng.pick(names),
  functionType: 'private',
  isOnlySelf: false,
  isStatic: false,
  isInitializer: false,
  parameters: parameters(types),
  returnTypes: [],
  errorTypes: {},
});
/** What a caller needs of the function. */
const brief = f => ({ name: f.name, parameters: f.parameters });

// Encoding, decoding and signatures of the same random types.
for (let i = 0; i < 2 * N; i++) {
  const types = i < simple.length ? [simple[i]()] : rng.list(rng.int(4), () => type(i % 4));
  const f = fn(types);
  const args = types.map(value);
  const size = abi.countArgumentsSize(f);
  if (size > 120) continue;
  await t.ok('encodeArguments', { abi: brief(f), args }, () => abi.encodeArguments(f, args));
  await t.ok('countArgumentsSize', brief(f), () => size);
  await t.ok('signature', brief(f), () => abi.decodeFunctionSignature(f.name, f.parameters));
  await t.ok('functionSelector', brief(f), () => abi.FunctionSelector.fromNameAndParameters(f));
  const fields = abi.encodeArguments(f, args);
  await t.ok('decodeFromAbi', { types, fields }, () => ({ value: abi.decodeFromAbi(types, fields) }));
  if (fields.length > 0) {
    await t.refuses('decodeFromAbi', { types, fields: fields.slice(1) }, () =>
      abi.decodeFromAbi(types, fields.slice(1)),
    );
    await t.ok('decodeFromAbi', { types, fields: [...fields, Fr.ONE] }, () => ({
      value: abi.decodeFromAbi(types, [...fields, Fr.ONE]),
    }));
  }
}
// Values no honest encoder makes, but a contract may return.
for (let i = 0; i < N; i++) {
  const types = [
    rng.pick([
      boolean,
      integer('unsigned', 8),
      integer('signed', 8),
      integer('signed', 64),
      struct(paths.eth, ['inner', field]),
      { kind: 'tuple', fields: [field, boolean] },
      option(field),
      boundedVec(field, 2),
    ]),
  ];
  const fields = rng.list(3, () => rng.fr());
  await t.ok('decodeFromAbi', { types, fields }, () => ({ value: abi.decodeFromAbi(types, fields) }));
}

// Refused arguments.
const one = type => fn([type]);
const refused = [
  [field, 'not a number'],
  [field, 'ff'],
  [field, '-1'],
  [field, Fr.MODULUS.toString()],
  [field, '0x' + Fr.MODULUS.toString(16)],
  [field, {}],
  [field, null],
  [boolean, null],
  [integer('unsigned', 8), 'x'],
  [integer('unsigned', 8), null],
  [{ kind: 'array', length: 2, type: field }, ['1']],
  [{ kind: 'array', length: 1, type: field }, null],
  [struct('app::R', ['a', field], ['b', field]), { a: '1' }],
  [struct('app::R', ['a', field]), null],
  [boundedVec(field, 1), ['1', '2']],
  [boundedVec(field, 0), ['1']],
  [{ kind: 'tuple', fields: [field] }, ['1']],
  [struct(paths.aztec, ['inner', field]), 'zz'],
  [struct(paths.aztec, ['inner', field]), null],
  [option({ kind: 'tuple', fields: [] }), []],
];
for (const [type, arg] of refused) {
  await t.refuses('encodeArguments', { abi: brief(one(type)), args: [arg] }, () =>
    abi.encodeArguments(one(type), [arg]),
  );
}
await t.refuses('encodeArguments', { abi: brief(one(field)), args: [] }, () => abi.encodeArguments(one(field), []));
for (const tuple of [
  { kind: 'tuple', fields: [] },
  { kind: 'tuple', fields: [field] },
]) {
  await t.refuses('signature', brief(one(tuple)), () => abi.decodeFunctionSignature('f', one(tuple).parameters));
}

// Selectors from text.
const known = [
  'transfer((Field),u128)',
  'sync_state()',
  'public_dispatch(Field)',
  'Transfer((Field),(Field),u128)',
  'CallAuthorization((Field),(u32),Field)',
  '',
  'é',
];
for (let i = 0; i < N; i++) {
  const signature =
    known[i] ??
    `${rng.pick(names)}${i}(${rng.list(rng.int(5), () => rng.pick(['Field', 'u32', '[u8;3]', '(Field)', 'str<31>'])).join(',')})`;
  for (const [name, Selector] of [
    ['function', abi.FunctionSelector],
    ['event', abi.EventSelector],
    ['authorization', abi.AuthorizationSelector],
  ]) {
    await t.ok(`${name}SelectorFromSignature`, signature, () => Selector.fromSignature(signature));
  }
  const number = [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1][i] ?? rng.u32();
  const selector = new abi.FunctionSelector(number);
  await t.ok('selectorText', selector.toString(), () => ({
    buffer: hex(selector.toBuffer()),
    field: selector.toField(),
    json: selector.toJSON(),
  }));
  await t.ok('selectorFromField', selector.toField(), () => abi.FunctionSelector.fromField(selector.toField()));
}
for (const signature of ['f (Field)', 'f(Field, u32)', ' f()', 'f()\n', 'f(\tField)']) {
  await t.refuses('functionSelectorFromSignature', signature, () => abi.FunctionSelector.fromSignature(signature));
  await t.refuses('eventSelectorFromSignature', signature, () => abi.EventSelector.fromSignature(signature));
  await t.refuses('authorizationSelectorFromSignature', signature, () =>
    abi.AuthorizationSelector.fromSignature(signature),
  );
}
for (const s of ['0x', '0x00', '0x0000000000', '0x0000000g']) {
  await t.refuses('selectorText', s, () => abi.FunctionSelector.fromString(s));
}
for (const v of edges(Fr.MODULUS).filter(v => v >= 1n << 32n)) {
  await t.refuses('selectorFromField', new Fr(v), () => abi.FunctionSelector.fromField(new Fr(v)));
}
for (let i = 0; i < 260; i++) {
  const bytes = Buffer.from([0, 0, i >= 256 ? 1 : 0, i & 255]);
  await t.either('noteSelector', hex(bytes), () => hex(abi.NoteSelector.fromBuffer(bytes).toBuffer()));
}

// Bytes in fields.
for (let i = 0; i < N + 20; i++) {
  const bytes = i < 130 ? rng.bytes(i) : Buffer.alloc(rng.int(3000), i);
  const length = 1 + Math.ceil(bytes.length / 31) + (i % 4);
  await t.ok('bufferAsFields', { bytes: packed(bytes), length }, () => packedFields(abi.bufferAsFields(bytes, length)));
  const fields = abi.bufferAsFields(bytes, length);
  await t.ok('bufferFromFields', packedFields(fields), () => packed(abi.bufferFromFields(fields)));
  if (bytes.length > 0) {
    const short = Math.ceil(bytes.length / 31);
    await t.refuses('bufferAsFields', { bytes: packed(bytes), length: short }, () => abi.bufferAsFields(bytes, short));
  }
}
for (let i = 0; i < N; i++) {
  const bytes = Buffer.concat([
    Buffer.from([0]),
    rng
      .list(31, () => rng.pick([...'abcXYZ0189 .-'].map(c => c.charCodeAt(0))))
      .reduce((b, c) => Buffer.concat([b, Buffer.from([c])]), Buffer.alloc(0)),
  ]);
  bytes.fill(0, 1, 1 + (i % 32));
  const f = Fr.fromBuffer(bytes);
  await t.ok('compressedString', f, () => readFieldCompressedString({ value: f.toBigInt() }));
}
t.write();
