/** The official packages, looked for in the folder AZTEC_REFERENCE names. */
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where they are. */
export const reference = process.env.AZTEC_REFERENCE;

/** Something official: a field, an address, a hash. */
export interface Value { toString(): string; toBigInt(): bigint }
/** What official code makes of a function and arguments. */
export interface Call {
  simulate(options: object): Promise<{ result: unknown; estimatedGas?: { gasLimits: { daGas: number; l2Gas: number } } }>;
  send(options: object): Promise<{ receipt: Value & Record<string, unknown>; txHash: Value }>;
  request(): Promise<object>;
  getFunctionCall(): Promise<object>;
}
/** A contract of official code. */
export interface Contract { methods: Record<string, (...args: unknown[]) => Call>; address: Value }
/** An official wallet. */
export type OfficialWallet = Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>;

/** What the tests use. */
export interface Official {
  adapter: { aztecWallet(wallet: object): OfficialWallet };
  token: {
    TokenContract: {
      at(address: unknown, wallet: object): Contract;
      events: Record<string, object>;
      deploy(wallet: object, ...args: unknown[]): { send(options: object): Promise<{ contract: Contract }> };
    };
  };
  addresses: { AztecAddress: { fromString(text: string): Value } };
  contracts: {
    BatchCall: new (wallet: object, calls: Call[]) => {
      simulate(options: object): Promise<{ result: unknown }[]>; send(options: object): Promise<unknown>;
    };
    NO_WAIT: string;
  };
}

/** Loads them. */
export async function loadOfficial(): Promise<Official> {
  const parentURL = JSON.stringify(pathToFileURL(join(reference ?? '', 'package.json')).href);
  const hook = `export const resolve = (name, context, next) =>
    next(name, name.startsWith('@aztec/') && !context.parentURL.includes('node_modules') ? { ...context, parentURL: ${parentURL} } : context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  const load = (name: string) => import(name) as Promise<never>;
  // Their native program does not run everywhere.
  interface Singleton { initSingleton(options: object): Promise<unknown>; prototype: object }
  const bb: Record<string, Singleton | undefined> = await load('@aztec/bb.js');
  // Nothing is proven, so nothing is downloaded.
  Object.assign(bb.Barretenberg?.prototype ?? {}, { initSRSChonk: () => Promise.resolve() });
  await bb.Barretenberg?.initSingleton({ backend: 'Wasm', threads: 1 });
  await bb.BarretenbergSync?.initSingleton({ backend: 'Wasm', threads: 1 });
  return {
    adapter: await load('../../src/aztec.js'),
    token: await load('@aztec/noir-contracts.js/Token'),
    addresses: await load('@aztec/aztec.js/addresses'),
    contracts: await load('@aztec/aztec.js/contracts'),
  };
}
