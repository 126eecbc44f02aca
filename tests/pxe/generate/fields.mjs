// The compact forms of a recording: lists of field elements, and the digest of a witness.
import { createHash } from 'node:crypto';

/** A field element as hex digits without leading zeros: what the solver, the packages or an ABI call one. */
export function digits(value) {
  if (typeof value === 'string') {
    const text = value.startsWith('0x') ? value.slice(2) : value;
    return text.replace(/^0+(?=.)/, '').toLowerCase();
  }
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString(16);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value.toBigInt().toString(16);
}

/** A list of field elements: digits between commas; what is repeated is said once, with `*COUNT` after it. */
export function pack(values) {
  const parts = [];
  let last, count = 0;
  const flush = () => {
    if (count > 0) parts.push(count > 1 ? `${last}*${count}` : last);
  };
  for (const value of values) {
    const text = digits(value);
    if (text === last) {
      count++;
      continue;
    }
    flush();
    [last, count] = [text, 1];
  }
  flush();
  return parts.join(',');
}

/** The values of a witness map from index 0 on; it must have no holes. */
export function packWitness(map) {
  const values = Array.from({ length: map.size }, (_, i) => map.get(i));
  if (values.includes(undefined)) throw new Error('a witness is missing');
  return pack(values);
}

/** A decoded ABI value as the fields it is encoded as. */
export function flatten(type, value, out = []) {
  switch (type.kind) {
    case 'field': case 'integer': case 'boolean':
      out.push(value);
      break;
    case 'string':
      out.push(...Buffer.from(value, 'latin1'));
      break;
    case 'array':
      for (const item of value) flatten(type.type, item, out);
      break;
    case 'tuple':
      type.fields.forEach((field, i) => flatten(field, value[i], out));
      break;
    case 'struct':
      for (const field of type.fields) flatten(field.type, value[field.name], out);
      break;
    default:
      throw new Error(`no ABI type ${type.kind}`);
  }
  return out;
}

/** First 16 bytes of the SHA-256 of a solved witness: each index (u32 LE) and value (32 bytes BE), ascending. */
export function witnessDigest(witness) {
  const hash = createHash('sha256');
  for (const [index, value] of [...witness].sort(([a], [b]) => a - b)) {
    const record = Buffer.alloc(36);
    record.writeUInt32LE(index);
    record.write(value.replace('0x', '').padStart(64, '0'), 4, 'hex');
    hash.update(record);
  }
  return hash.digest('hex').slice(0, 32);
}
