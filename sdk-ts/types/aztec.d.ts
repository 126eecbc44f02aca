/** What is used of `@aztec/aztec.js`, an optional peer: those who use `@aztec-lite/sdk/aztec` have the whole of it. */

declare module '@aztec/aztec.js/wallet' {
  /** The official interface of wallets. */
  export interface Wallet {
    readonly getChainInfo: () => Promise<unknown>;
  }

  interface ReturnSchema {
    returnType(): { parse(json: unknown): unknown };
  }

  /** How each method's result is made of JSON. */
  export const WalletSchema: Record<
    'getChainInfo' | 'getContractMetadata' | 'getPrivateEvents' | 'getAddressBook' | 'getAccounts' | 'registerContract' | 'executeUtility' | 'sendTx' | 'createAuthWit',
    ReturnSchema
  >;
  export const GasSettingsOptionSchema: { parse(json: unknown): unknown };
}

declare module '@aztec/aztec.js/fields' {
  /** A field element. */
  export interface Fr {
    toString(): string;
  }
  export const Fr: { fromString(text: string): Fr };
}

declare module '@aztec/aztec.js/addresses' {
  export const AztecAddress: { fromString(text: string): unknown };
}

declare module '@aztec/aztec.js/abi' {
  import type { Fr } from '@aztec/aztec.js/fields';

  export function decodeFromAbi(types: unknown[], fields: Fr[]): unknown;
}

declare module '@aztec/aztec.js/contracts' {
  export function extractOffchainOutput(effects: unknown[]): { offchainEffects: unknown[]; offchainMessages: unknown[] };
}
