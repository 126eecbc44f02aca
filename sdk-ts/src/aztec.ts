/**
 * The wallet as official code sees wallets: contract classes that `aztec codegen` generated, and everything else of
 * `@aztec/aztec.js` that asks for a `Wallet`, run with it unchanged. Needs `@aztec/aztec.js` 4.1.2.
 *
 * @packageDocumentation
 */
import { decodeFromAbi } from '@aztec/aztec.js/abi';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { extractOffchainOutput } from '@aztec/aztec.js/contracts';
import { Fr } from '@aztec/aztec.js/fields';
import type { Wallet as AztecWallet } from '@aztec/aztec.js/wallet';
import { GasSettingsOptionSchema, WalletSchema } from '@aztec/aztec.js/wallet';

import { AztecLiteError } from './errors.js';
import type { IntentData, SentData } from './runtime/calls.js';
import type { WaitOptions } from './tx.js';
import type {
  Address, AuthWitness, ContractInstance, ExecutionPayload, FunctionCall, GasSettings, Hash, Hex, OffchainEffect, TxReceipt,
} from './types.js';
import { portable } from './values.js';
import { PROTOCOL_VERSION } from './version.js';
import type { Wallet } from './wallet.js';

/** A value of the official libraries of which the JSON is `T`. */
interface Official<T> {
  toJSON?: () => T;
}

/** What official code tells of a transaction. */
interface Options {
  from: Official<Address>;
  additionalScopes?: Official<Address>[];
  fee?: { gasSettings?: Official<GasSettings> & object; estimateGas?: boolean };
}

interface Wait {
  timeout?: number;
  dontThrowOnRevert?: boolean;
  waitForStatus?: NonNullable<WaitOptions['until']> | 'pending' | 'dropped';
}

interface EventFilter {
  contractAddress: Official<Address>;
  scopes: Official<Address>[];
  txHash?: Official<Hash>;
  fromBlock?: number;
  toBlock?: number;
}

type Capability = Record<string, unknown> & { type: string };

/** The JSON of an official value. */
const json = <T>(value: Official<T> | T): T => (portable({ value }) as { value: T }).value;
const jsons = <T>(values: Official<T>[]): T[] => values.map(value => json<T>(value));

/** What official code makes of JSON. */
const official = (method: keyof typeof WalletSchema, value: unknown): unknown => WalletSchema[method].returnType().parse(value);
const fields = (values: Hex[]): Fr[] => values.map(value => Fr.fromString(value));
const effects = (all: readonly OffchainEffect[]): unknown[] =>
  all.map(({ data, contractAddress }) => ({ data: fields(data), contractAddress: AztecAddress.fromString(contractAddress) }));

/** Something official with gas in it: `Gas` comes from no entry of its own. */
function gas(units: { daGas: number; l2Gas: number }): unknown {
  const { gasSettings } = GasSettingsOptionSchema.parse({ gasSettings: { gasLimits: units } }) as { gasSettings: { gasLimits: unknown } };
  return gasSettings.gasLimits;
}

const NO_GAS = { daGas: 0, l2Gas: 0 };

/** The official wallet interface over a wallet. */
class Adapter {
  readonly #wallet: Wallet;

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
  }

  async getChainInfo(): Promise<unknown> {
    const { network: { l1ChainId, rollupVersion } } = await this.#wallet.status();
    const hex = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;
    return official('getChainInfo', { chainId: hex(l1ChainId), version: hex(rollupVersion) });
  }

  async getContractMetadata(address: Official<Address>): Promise<unknown> {
    const { instance, isInitialized, isPublished, updatedClassId } =
      await this.#wallet.request('contracts.metadata', { address: json(address) });
    return official('getContractMetadata', {
      ...(instance && { instance }),
      isContractInitialized: isInitialized,
      isContractPublished: isPublished,
      isContractUpdated: updatedClassId !== null,
      ...(updatedClassId && { updatedContractClassId: updatedClassId }),
    });
  }

  async getContractClassMetadata(id: Official<Hex>): Promise<unknown> {
    const { isRegistered, isPublished } = await this.#wallet.request('contracts.classMetadata', { classId: json(id) });
    return { isArtifactRegistered: isRegistered, isContractClassPubliclyRegistered: isPublished };
  }

  async registerSender(address: Official<Address>, alias = ''): Promise<unknown> {
    await this.#wallet.addSender(json(address), alias);
    return address;
  }

  async getAddressBook(): Promise<unknown> {
    const senders = await this.#wallet.senders();
    return official('getAddressBook', senders.map(({ alias, address }) => ({ alias, item: address })));
  }

  async getAccounts(): Promise<unknown> {
    const accounts = await this.#wallet.accounts();
    return official('getAccounts', accounts.map(({ alias, address }) => ({ alias, item: address })));
  }

  async registerContract(instance: Official<ContractInstance>, artifact?: object, secretKey?: Official<Hex>): Promise<unknown> {
    const registered = await this.#wallet.request('contracts.register', {
      instance: json(instance),
      ...(artifact && { artifact }),
      ...(secretKey && { secret: json(secretKey) }),
    });
    return official('registerContract', registered);
  }

  /** Of a result as the official client has it, what official code reads. */
  async simulateTx(exec: object, options: Options): Promise<unknown> {
    const { calls, ...params } = this.#params(exec, options);
    const { estimateGas = false } = options.fee ?? {};
    const found = await this.#wallet.request('tx.simulate', { ...params, payload: { ...params.payload, calls }, estimateGas });
    const of = (type: FunctionCall['type']) =>
      found.returns.flatMap((values, index) => (calls[index]?.type === type ? [{ values: fields(values), nested: [] }] : []));
    const used = found.gasUsed ?? { totalGas: NO_GAS, publicGas: NO_GAS, teardownGas: NO_GAS, billedGas: NO_GAS };
    return {
      getPrivateReturnValues: () => ({ values: undefined, nested: of('private') }),
      getPublicReturnValues: () => of('public'),
      gasUsed: Object.fromEntries(Object.entries(used).map(([name, units]) => [name, gas(units as typeof NO_GAS)])),
      offchainEffects: effects(found.offchainEffects),
    };
  }

  async executeUtility(
    call: Official<FunctionCall>, { scope, authWitnesses = [] }: { scope: Official<Address>; authWitnesses?: Official<AuthWitness>[] },
  ): Promise<unknown> {
    const params = { call: json(call), scopes: [json(scope)], authWitnesses: jsons(authWitnesses) };
    return official('executeUtility', { result: (await this.#wallet.request('utility.run', params)).values });
  }

  /** Only the gates are told: bytecode and witnesses stay in the worker. */
  async profileTx(exec: object, options: Options & { profileMode: string }): Promise<unknown> {
    if (options.profileMode !== 'gates') {
      throw new AztecLiteError('params', `the profile mode ${options.profileMode} is not offered`, { hint: 'use the mode gates' });
    }
    const { calls, ...params } = this.#params(exec, options);
    const began = performance.now();
    const profile = await this.#wallet.request('tx.profile', { ...params, payload: { ...params.payload, calls }, countGates: true });
    const perFunction = profile.steps.map(({ name, milliseconds }) => ({ functionName: name, time: milliseconds }));
    return {
      executionSteps: profile.steps.map(({ name, gates, milliseconds }) => ({
        functionName: name, ...(gates !== null && { gateCount: gates }), timings: { witgen: milliseconds },
      })),
      stats: { timings: { perFunction, total: performance.now() - began } },
    };
  }

  async sendTx(exec: object, options: Options & { wait?: Wait | 'NO_WAIT' }): Promise<unknown> {
    const { calls, ...params } = this.#params(exec, options);
    const sent = await this.#wallet.submit('tx.send', { ...params, payload: { ...params.payload, calls } }, {});
    const output = extractOffchainOutput(effects(sent.offchainEffects));
    const result = (value: { txHash: Hash } | { receipt: object }) =>
      official('sendTx', { ...value, offchainEffects: [], offchainMessages: [] }) as SentData;
    if (options.wait === 'NO_WAIT') return { ...result({ txHash: sent.hash }), ...output };
    const { timeout = 300, dontThrowOnRevert = false, waitForStatus = 'checkpointed' } = options.wait ?? {};
    const until = waitForStatus === 'pending' || waitForStatus === 'dropped' ? 'proposed' : waitForStatus;
    const receipt = await sent.wait({ until, timeout: timeout * 1000, allowRevert: dontThrowOnRevert });
    return { ...result({ receipt: receiptJson(receipt) }), ...output };
  }

  async createAuthWit(from: Official<Address>, intent: object): Promise<unknown> {
    const params = { from: json(from), intent: json(intent) as IntentData };
    return official('createAuthWit', await this.#wallet.request('authwit.create', params));
  }

  async getPrivateEvents(
    definition: { eventSelector: Official<Hex>; abiType: object }, filter: EventFilter,
  ): Promise<unknown> {
    const { contractAddress, scopes, txHash, fromBlock, toBlock } = filter;
    const found = await this.#wallet.request('events.packed', {
      contract: json(contractAddress), scopes: jsons(scopes), selector: json(definition.eventSelector),
      ...(txHash && { txHash: json(txHash) }),
      ...(fromBlock !== undefined && { fromBlock: fromBlock }),
      ...(toBlock !== undefined && { toBlock: toBlock }),
    });
    const places = official('getPrivateEvents', found.map(({ txHash, blockNumber, blockHash }) => ({
      event: {}, metadata: { txHash, l2BlockNumber: blockNumber, l2BlockHash: blockHash },
    }))) as { metadata: unknown }[];
    return found.map(({ packed }, index) => ({
      event: decodeFromAbi([definition.abiType], fields(packed)), metadata: places[index]?.metadata,
    }));
  }

  /** The page has the wallet: everything it asks for is granted. */
  async requestCapabilities({ capabilities }: { capabilities: Capability[] }): Promise<unknown> {
    const accounts = await this.getAccounts();
    const granted = capabilities.map(capability => (capability.type === 'accounts' ? { ...capability, accounts } : capability));
    return { version: '1.0', granted, wallet: { name: 'Aztec Lite', version: PROTOCOL_VERSION } };
  }

  async batch(methods: { name: Exclude<keyof Adapter, 'batch'>; args: unknown[] }[]): Promise<unknown[]> {
    const own = this as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const results = [];
    for (const { name, args } of methods) results.push({ name, result: await own[name]?.(...args) });
    return results;
  }

  #params(exec: object, { from, additionalScopes = [], fee }: Options) {
    const { calls, ...payload } = portable(exec) as ExecutionPayload;
    const gasSettings = fee?.gasSettings && json<GasSettings>(fee.gasSettings);
    const data = this.#wallet.feeData(gasSettings && { ...this.#wallet.defaultFee, gas: gasSettings });
    return { calls, payload, from: json(from), fee: data, additionalScopes: jsons(additionalScopes) };
  }
}

/** A receipt in the official JSON. Official code knows no `unknown` and no `expired`. */
function receiptJson({ transactionFee, ...receipt }: TxReceipt): object {
  const status = receipt.status === 'unknown' || receipt.status === 'expired' ? 'dropped' : receipt.status;
  return { ...receipt, status, ...(transactionFee !== undefined && { transactionFee: transactionFee.toString() }) };
}

/**
 * The wallet for official code. Who pays is what the transaction says, or {@link Wallet.defaultFee}.
 *
 * @example
 * ```ts
 * import { aztecWallet } from '@aztec-lite/sdk/aztec';
 * import { TokenContract } from '@aztec/noir-contracts.js/Token';
 *
 * const official = aztecWallet(wallet);
 * const { contract: token } = await TokenContract.deploy(official, alice, 'Gold', 'GLD', 18).send({ from: alice });
 * await token.methods.transfer(bob, 5n).send({ from: alice });
 * ```
 */
export function aztecWallet(wallet: Wallet): AztecWallet {
  return new Adapter(wallet);
}
