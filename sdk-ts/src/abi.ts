/** What types in a contract's interface stand for. */
import type { AbiType } from './types.js';

/** A struct with its members. */
export type StructType = AbiType & { kind: 'struct' };

/**
 * What a struct stands for: an address, a function selector, some other wrapped field, an `Option` or `BoundedVec` of a type,
 * or itself.
 */
export type Role =
  | { role: 'address' | 'eth-address' | 'selector' | 'wrapped' | 'struct' }
  | { role: 'option' | 'bounded-vec'; type: AbiType };

/** What a struct stands for, as the client decides it. */
export function roleOf({ path, fields }: StructType): Role {
  const [first, second, ...others] = fields;
  if (first && !second && first.name === 'inner') {
    if (first.type.kind === 'integer' && path.endsWith('types::abis::function_selector::FunctionSelector')) return { role: 'selector' };
    if (first.type.kind !== 'field') return { role: 'struct' };
    if (path.endsWith('address::AztecAddress')) return { role: 'address' };
    return { role: path.endsWith('address::EthAddress') ? 'eth-address' : 'wrapped' };
  }
  if (first && second && others.length === 0) {
    if (path === 'std::option::Option' && first.name === '_is_some' && second.name === '_value') {
      return { role: 'option', type: second.type };
    }
    if (path === 'std::collections::bounded_vec::BoundedVec' && first.type.kind === 'array' && second.name === 'len') {
      return { role: 'bounded-vec', type: first.type.type };
    }
  }
  return { role: 'struct' };
}
