/** A small contract as the compiler writes it: a function of every kind, types of every role. */
type Json = Record<string, unknown>;

const field = { kind: 'field' };
const u32 = { kind: 'integer', sign: 'unsigned', width: 32 };
const struct = (path: string, fields: Record<string, unknown>): Json =>
  ({ kind: 'struct', path, fields: Object.entries(fields).map(([name, type]) => ({ name, type })) });
const address = struct('aztec::protocol_types::address::aztec_address::AztecAddress', { inner: field });
const eth = struct('aztec::protocol_types::address::eth_address::EthAddress', { inner: field });
const selector = struct('aztec::protocol_types::abis::function_selector::FunctionSelector', { inner: u32 });
const option = struct('std::option::Option', { _is_some: { kind: 'boolean' }, _value: u32 });
const bounded = struct('std::collections::bounded_vec::BoundedVec', { storage: { kind: 'array', length: 3, type: field }, len: u32 });
const point = struct('Shop::Point', { x: field, 'is-far': { kind: 'boolean' } });
const context = struct('aztec::context::inputs::private_context_inputs::PrivateContextInputs', { call: field });

const parameters = (all: Record<string, unknown>) =>
  Object.entries(all).map(([name, type]) => ({ name, type, visibility: 'private' }));
const make = (name: string, attributes: string[], takes: Record<string, unknown>, returns?: unknown): Json => ({
  name, custom_attributes: attributes.map(attribute => `abi_${attribute}`), bytecode: '',
  abi: { parameters: parameters(takes), return_type: returns ? { abi_type: returns } : null, error_types: {} },
});

/** The artifact. */
export const artifact = {
  noir_version: '1.0.0', name: 'Shop', transpiled: true, file_map: {},
  functions: [
    make('buy', ['private'], { inputs: context, class: address, amounts: { kind: 'array', length: 2, type: u32 }, note: option }),
    make('constructor', ['public', 'initializer'], { owner: address, name: { kind: 'string', length: 9 } }),
    make('prices', ['public', 'view'], { of: point, who: eth }),
    make('look', ['utility'], { some: bounded, which: selector }, { kind: 'tuple', fields: [bounded, option, eth] }),
    make('hidden', ['public', 'only_self'], {}),
    make('public_dispatch', ['public'], { selector: field }),
  ],
  outputs: {
    globals: {},
    structs: {
      events: [struct('Shop::Sold', { buyer: address, amount: u32 })],
      functions: [struct('Shop::prices_abi', { parameters: struct('Shop::prices_parameters', {}), return_type: { kind: 'array', length: 2, type: point } })],
    },
  },
};

/** The same function as official code loads it. */
export const loadedArtifact = {
  ...artifact, functions: [],
  nonDispatchPublicFunctions: [
    { name: 'pay', functionType: 'public', isInitializer: false, isOnlySelf: false, isStatic: false, parameters: parameters({ to: address }), returnTypes: [u32] },
  ],
};
