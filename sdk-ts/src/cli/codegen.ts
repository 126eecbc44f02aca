/** TypeScript types of a contract, from its artifact. */
import { roleOf } from '../abi.js';
import type { AbiType, AbiVariable, FunctionType } from '../types.js';

/** An artifact is not one, or has something in it that has no type. */
export class CodegenError extends Error {
  override readonly name = 'CodegenError';
}

interface Function {
  name: string;
  kind: FunctionType;
  isInitializer: boolean;
  isOnlySelf: boolean;
  isStatic: boolean;
  parameters: AbiVariable[];
  returns: AbiType[];
}

type Json = Record<string, unknown>;

const MAX_DEPTH = 64;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CodegenError(`${what} is no object`);
  return value as Json;
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new CodegenError(`${what} is no list`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new CodegenError(`${what} is no text`);
  return value;
}

function abiType(value: unknown, what: string, depth = 0): AbiType {
  if (depth > MAX_DEPTH) throw new CodegenError(`${what} is nested too deeply`);
  const type = object(value, what);
  const kind = text(type.kind, `the kind of ${what}`);
  switch (kind) {
    case 'field':
    case 'boolean':
      return { kind };
    case 'integer':
      return { kind, sign: type.sign === 'signed' ? 'signed' : 'unsigned', width: Number(type.width) };
    case 'string':
      return { kind, length: Number(type.length) };
    case 'array':
      return { kind, length: Number(type.length), type: abiType(type.type, what, depth + 1) };
    case 'tuple':
      return { kind, fields: list(type.fields, what).map(field => abiType(field, what, depth + 1)) };
    case 'struct': {
      const fields = list(type.fields, what).map(field => variable(field, what, depth + 1));
      return { kind, path: text(type.path, `the path of ${what}`), fields };
    }
    default:
      throw new CodegenError(`${what} has a type of kind ${kind}, which is not known`);
  }
}

function variable(value: unknown, what: string, depth = 0): AbiVariable {
  const { name, type } = object(value, what);
  return { name: text(name, `the name of ${what}`), type: abiType(type, `${what}.${String(name)}`, depth) };
}

/** A function of an artifact that official code loaded. */
function loaded(value: unknown): Function {
  const json = object(value, 'a function');
  const name = text(json.name, 'the name of a function');
  return {
    name,
    kind: text(json.functionType, `the type of ${name}`) as FunctionType,
    isInitializer: json.isInitializer === true,
    isOnlySelf: json.isOnlySelf === true,
    isStatic: json.isStatic === true,
    parameters: list(json.parameters, `the parameters of ${name}`).map(parameter => variable(parameter, name)),
    returns: list(json.returnTypes, `the return types of ${name}`).map(type => abiType(type, name)),
  };
}

/** A function of an artifact as the compiler writes it. */
function compiled(value: unknown, contract: string, structs: Json): Function {
  const json = object(value, 'a function');
  const name = text(json.name, 'the name of a function');
  const attributes = list(json.custom_attributes, `the attributes of ${name}`);
  const kind = (['private', 'public', 'utility'] as const).find(kind => attributes.includes(`abi_${kind}`));
  if (!kind) throw new CodegenError(`${name} is neither private nor public nor a utility function`);
  const abi = object(json.abi, `the interface of ${name}`);
  const parameters = list(abi.parameters, `the parameters of ${name}`).map(parameter => variable(parameter, name));
  const [first] = parameters;
  // What the kernel gives the function.
  if (first?.type.kind === 'struct' && first.type.path.includes('ContextInputs')) parameters.shift();
  let returned: unknown;
  if (kind === 'utility') {
    returned = abi.return_type ? object(abi.return_type, name).abi_type : undefined;
  } else {
    const path = `${contract}::${name}_abi`;
    const found = list(structs.functions ?? [], 'the structs of functions').find(struct => object(struct, path).path === path);
    const members = found ? list(object(found, path).fields, path) : [];
    returned = members.map(member => object(member, path)).find(member => member.name === 'return_type')?.type;
  }
  return {
    name, kind, parameters,
    isInitializer: attributes.includes('abi_initializer'),
    isOnlySelf: attributes.includes('abi_only_self'),
    isStatic: attributes.includes('abi_view'),
    returns: returned === undefined ? [] : [abiType(returned, name)],
  };
}

/** What a value of a type may be given as. */
function given(type: AbiType): string {
  switch (type.kind) {
    case 'field':
      return 'FieldLike';
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'bigint | number';
    case 'string':
      return 'string';
    case 'array':
      return items(given(type.type), 'readonly ');
    case 'tuple':
      // There is no way to give one.
      return 'never';
    case 'struct': {
      const role = roleOf(type);
      switch (role.role) {
        case 'address':
          return 'AddressLike';
        case 'eth-address':
          return 'Hex';
        case 'selector':
          return 'bigint | number | Hex';
        case 'wrapped':
          return 'FieldLike | { inner: FieldLike }';
        case 'option':
          return `${given(role.type)} | null | undefined`;
        case 'bounded-vec':
          return items(given(role.type), 'readonly ');
        case 'struct':
          return members(type.fields, given);
      }
    }
  }
}

/** What a value of a type comes back as. */
function got(type: AbiType): string {
  switch (type.kind) {
    case 'field':
    case 'integer':
      return 'bigint';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'array':
      return items(got(type.type));
    case 'tuple':
      return `[${type.fields.map(got).join(', ')}]`;
    case 'struct': {
      const role = roleOf(type);
      switch (role.role) {
        case 'address':
          return 'Address';
        case 'eth-address':
          return 'Hex';
        case 'option':
          return `${got(role.type)} | undefined`;
        case 'bounded-vec':
          return items(got(role.type));
        default:
          return members(type.fields, got);
      }
    }
  }
}

const items = (type: string, prefix = '') => `${prefix}${type.includes('|') ? `(${type})` : type}[]`;
const key = (name: string) => (IDENTIFIER.test(name) ? name : JSON.stringify(name));

function members(fields: AbiVariable[], say: (type: AbiType) => string): string {
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.map(({ name, type }) => `${key(name)}: ${say(type)}`).join('; ')} }`;
}

const isOptional = (type: AbiType) => type.kind === 'struct' && roleOf(type).role === 'option';

/** Parameters with their types; options at the end may be left out. */
function parameters(all: AbiVariable[]): string {
  const used = new Set<string>();
  const rest = (index: number) => all.slice(index).every(({ type }) => isOptional(type));
  return all.map(({ name, type }, index) => {
    // Reserved words are none of these, and no name comes twice.
    let own = IDENTIFIER.test(name) ? name : `argument${String(index)}`;
    while (used.has(own) || RESERVED.has(own)) own += '_';
    used.add(own);
    return `${own}${rest(index) ? '?' : ''}: ${given(type)}`;
  }).join(', ');
}

const RESERVED = new Set(
  ('arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally ' +
    'for function if implements import in instanceof interface let new null package private protected public return static super ' +
    'switch this throw true try typeof var void while with yield').split(' '),
);

function lines<T>(all: T[], say: (item: T) => string[]): string[] {
  return all.flatMap(say).map(line => `    ${line}`);
}

function unique<T extends { name: string }>(all: T[]): T[] {
  return [...new Map(all.map(item => [item.name, item])).values()];
}

/**
 * The types of a contract.
 *
 * @param source - The artifact: the compiler's JSON, or an artifact that official code loaded.
 * @returns The contract's name, and the TypeScript that describes it.
 * @throws {@link CodegenError} if it is no artifact.
 */
export function codegen(source: unknown): { name: string; code: string } {
  const artifact = object(source, 'the artifact');
  const name = text(artifact.name, 'the name of the contract');
  if (!IDENTIFIER.test(name)) throw new CodegenError(`the contract is called ${JSON.stringify(name)}, which is no name`);
  const structs = object(object(artifact.outputs, 'outputs').structs, 'the structs');
  const isLoaded = Array.isArray(artifact.nonDispatchPublicFunctions);
  const all = [...list(artifact.functions, 'functions'), ...(isLoaded ? list(artifact.nonDispatchPublicFunctions, 'functions') : [])];
  const functions = unique(all.map(value => (isLoaded ? loaded(value) : compiled(value, name, structs))))
    .filter(({ name, isOnlySelf }) => name !== 'public_dispatch' && !isOnlySelf)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const events = unique(list(structs.events ?? [], 'events').map(value => {
    const type = abiType(value, 'an event');
    if (type.kind !== 'struct') throw new CodegenError('an event is no struct');
    return { name: type.path.split('::').at(-1) ?? type.path, type };
  }));
  const describe = ({ kind, isStatic, isInitializer }: Function) =>
    `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}${isStatic ? ', reads only' : ''}${isInitializer ? ', initializes the contract' : ''}.`;
  const result = ({ returns }: Function) => {
    const [first, ...others] = returns;
    return first === undefined ? 'void' : others.length === 0 ? got(first) : `[${returns.map(got).join(', ')}]`;
  };
  const body = [
    `/** The contract ${name}: what \`Contract.at<${name}>(wallet, address)\` can do. */`,
    `export interface ${name} {`,
    '  methods: {',
    ...lines(functions, definition => [
      `/** ${describe(definition)} */`,
      `${key(definition.name)}: (${parameters(definition.parameters)}) => ${result(definition)};`,
    ]),
    '  };',
    '  events: {',
    ...lines(events, ({ name, type }) => [`${key(name)}: ${got(type)};`]),
    '  };',
    '  initializers: {',
    ...lines(functions.filter(({ isInitializer }) => isInitializer), definition => [
      `${key(definition.name)}: [${parameters(definition.parameters)}];`,
    ]),
    '  };',
    '}',
    '',
  ].join('\n');
  const used = ['Address', 'AddressLike', 'FieldLike', 'Hex'].filter(type => new RegExp(`\\b${type}\\b`).test(body));
  const imports = used.length > 0 ? `import type { ${used.join(', ')} } from '@aztec-lite/sdk';\n\n` : '';
  return { name, code: `// Written by \`aztec-lite codegen\`. Do not edit.\n${imports}${body}` };
}
