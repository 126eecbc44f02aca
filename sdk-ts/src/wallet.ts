/** The wallet: keys, accounts, notes and transactions of a person, on one network. */
import { Account } from './account.js';
import { AztecLiteError } from './errors.js';
import type { EventQuery } from './events.js';
import { privateEvents, publicEvents } from './events.js';
import type { Client } from './runtime/client.js';
import { openClient } from './runtime/client.js';
import { SentTx } from './tx.js';
import type {
  AccountType, Address, AuthWitness, ContractEvent, ExecutionPayload, Fee, FieldLike, FunctionCall, GasFees, Hash, Hex,
  Note, OperationOptions, TxReceipt, TxStatus,
} from './types.js';

/** How a wallet is opened. */
export interface WalletOptions {
  /** URL of a node. */
  node: string;
  /** Which wallet, if there are several on one network; `default` unless told otherwise. */
  name?: string;
  /** Where proofs get their reference string from, in the order of preference. */
  srs?: string[];
  /** Threads proofs are made with at most; several need a cross-origin isolated page. */
  threads?: number;
  /** A folder with the artifacts, if they are not where the package has them. */
  assets?: string | URL;
}

/** What opens the keys: a passphrase, or 32 secret bytes, such as a passkey's PRF output. */
export type Unlocking = { passphrase: string } | { key: Uint8Array };

/** What a wallet is and can do at the moment. */
export interface WalletStatus {
  /** Whether it has keys already. */
  exists: boolean;
  unlocked: boolean;
  /** The network; absent while the node does not answer. */
  network?: {
    nodeUrl: string;
    nodeVersion: string;
    l1ChainId: number;
    rollupVersion: number;
    /** `development`: proofs are real but anyone can forge them, as the reference string's secret is known. */
    parameters: 'official' | 'development';
    /** Whether the network wants proofs. */
    realProofs: boolean;
  };
  /** The block its view of the chain ends with. */
  block?: number;
  /** What proofs are made with, once it is started. */
  prover?: { threads: number; kind: string };
}

/** A transaction the wallet sent. */
export interface TxRecord {
  txHash: Hash;
  status: TxStatus;
  from: Address;
  sentAt: Date;
  /** What it called, as far as that is kept. */
  label?: string;
  transactionFee?: bigint;
  blockNumber?: number;
  error?: string;
}

/** What a transaction would do. */
export interface Simulation {
  /** Values returned by each call, private ones first. */
  returns: Hex[][];
  gasLimits: { daGas: number; l2Gas: number };
  teardownGasLimits: { daGas: number; l2Gas: number };
  offchainEffects: { data: Hex[]; contractAddress: Address }[];
}

/** Who acts, who pays, and what else a transaction may use. */
export interface TxOptions extends OperationOptions {
  from: Address;
  fee?: Fee;
  authWitnesses?: AuthWitness[];
  /** Other accounts of this wallet whose notes and keys the calls may use. */
  additionalScopes?: Address[];
}

/** An entry of the address book. */
export interface Sender {
  address: Address;
  alias: string;
}

/** What someone is to be allowed to do. */
export type Intent = { consumer: Address; innerHash: FieldLike } | { caller: Address; call: FunctionCall };

/**
 * A wallet on one network. Tabs of a browser that open the same wallet share it: any of them may call anything at any
 * time.
 *
 * ```ts
 * const wallet = await Wallet.open({ node: 'http://127.0.0.1:8080' });
 * const { seedPhrase } = await wallet.create({ passphrase });
 * const account = await wallet.createAccount();
 * ```
 */
export class Wallet {
  readonly #client: Client;
  /** Who pays where a transaction does not say. */
  defaultFee: Fee = { method: 'fee-juice' };

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Opens a wallet, which need not exist yet. */
  static async open(options: WalletOptions): Promise<Wallet> {
    return new Wallet(await openClient(options));
  }

  /** @internal Puts a call to the worker. */
  request(method: string, params: unknown = {}, options: OperationOptions = {}): Promise<unknown> {
    return this.#client.call(method, params, options);
  }

  /** What it is and can do. */
  async status(): Promise<WalletStatus> {
    return (await this.request('wallet.status')) as WalletStatus;
  }

  /** Is told whenever the chain grows or an account's state may have changed. Returns how to stop it. */
  onChange(listener: () => void): () => void {
    return this.#client.onEvent(listener);
  }

  /** Makes keys. The seed phrase is all that is needed to get everything back: show it, do not store it. */
  async create(unlocking: Unlocking): Promise<{ seedPhrase: string }> {
    return (await this.request('wallet.create', secret(unlocking))) as { seedPhrase: string };
  }

  /** Gets keys back from a seed phrase. Accounts are found again by {@link Wallet.createAccount}, notes by syncing. */
  async restore(seedPhrase: string, unlocking: Unlocking): Promise<void> {
    await this.request('wallet.create', { ...secret(unlocking), seedPhrase });
  }

  /** Opens the keys. */
  async unlock(unlocking: Unlocking): Promise<void> {
    await this.request('wallet.unlock', secret(unlocking));
  }

  /** Forgets the keys until they are unlocked again. */
  async lock(): Promise<void> {
    await this.request('wallet.lock');
  }

  /** The seed phrase; asks for the passphrase again. */
  async exportSeedPhrase(unlocking: Unlocking): Promise<string> {
    const { seedPhrase } = (await this.request('wallet.exportSeed', secret(unlocking))) as { seedPhrase: string };
    return seedPhrase;
  }

  /** Seals the keys with something else. */
  async changePassphrase(from: Unlocking, to: Unlocking): Promise<void> {
    await this.request('wallet.changePassphrase', { from: secret(from), to: secret(to) });
  }

  /** Adds the next account of the seed, or the one with this index. It costs nothing and can receive at once. */
  async createAccount(options: { type?: AccountType; alias?: string; index?: number } = {}): Promise<Account> {
    return new Account(this, (await this.request('accounts.create', options)) as AccountData);
  }

  /** Adds an account with keys of its own, such as one of a test network. */
  async importAccount(options: {
    type: AccountType; secret: FieldLike; salt: FieldLike; signingKey?: string; alias?: string;
  }): Promise<Account> {
    const data = { ...options, secret: String(options.secret), salt: String(options.salt) };
    return new Account(this, (await this.request('accounts.create', data)) as AccountData);
  }

  /** All accounts, in the order in which they were added. */
  async accounts(): Promise<Account[]> {
    const accounts = (await this.request('accounts.list')) as AccountData[];
    return accounts.map(data => new Account(this, data));
  }

  /** Addresses whose messages are looked for, besides the wallet's own. */
  async senders(): Promise<Sender[]> {
    return (await this.request('senders.list')) as Sender[];
  }

  /** Looks for messages of an address from now on: without this, what it sends privately is not found. */
  async addSender(address: Address, alias = ''): Promise<void> {
    await this.request('senders.add', { address, alias });
  }

  /** Looks for them no longer. */
  async removeSender(address: Address): Promise<void> {
    await this.request('senders.remove', { address });
  }

  /** What calls would do and return, without proof, signature or fee. */
  async simulate(payload: ExecutionPayload, options: TxOptions): Promise<Simulation> {
    return (await this.request('tx.simulate', this.#txParams(payload, options), options)) as Simulation;
  }

  /** Runs calls privately, proves them and sends the transaction. */
  async send(payload: ExecutionPayload, options: TxOptions & { label?: string }): Promise<SentTx> {
    const params = { ...this.#txParams(payload, options), label: options.label };
    const sent = (await this.request('tx.send', params, options)) as { txHash: Hash };
    return new SentTx(this, sent.txHash);
  }

  #txParams(payload: ExecutionPayload, { from, fee, authWitnesses = [], additionalScopes = [] }: TxOptions): object {
    const merged = { ...payload, authWitnesses: [...payload.authWitnesses, ...authWitnesses] };
    return { payload: merged, from, fee: plain(fee ?? this.defaultFee), additionalScopes };
  }

  /** What is known of a transaction. */
  async receipt(txHash: Hash): Promise<TxReceipt> {
    return receipt(await this.request('tx.receipt', { txHash }));
  }

  /** Transactions this wallet sent, the latest first. */
  async transactions(): Promise<TxRecord[]> {
    const records = (await this.request('tx.list')) as (Omit<TxRecord, 'sentAt' | 'transactionFee'> & {
      sentAt: number; transactionFee?: string;
    })[];
    return records.map(({ sentAt, transactionFee, ...record }) => ({
      ...record,
      sentAt: new Date(sentAt * 1000),
      ...(transactionFee !== undefined && { transactionFee: BigInt(transactionFee) }),
    }));
  }

  /** Lets someone do something in an account's name, privately, in one transaction that gets the witness. */
  async createAuthWitness(from: Address, intent: Intent): Promise<AuthWitness> {
    return (await this.request('authwit.create', { from, intent: plain(intent) })) as AuthWitness;
  }

  /** Whether something is allowed at the moment: by a witness, or publicly. */
  async lookupAuthorization(
    from: Address, intent: Intent, witness?: AuthWitness,
  ): Promise<{ private: boolean; public: boolean }> {
    const found = await this.request('authwit.lookup', { from, intent: plain(intent), witness });
    return found as { private: boolean; public: boolean };
  }

  /** Notes of a contract. */
  async notes(filter: { contract: Address; owner?: Address; storageSlot?: FieldLike; nullified?: boolean }): Promise<Note[]> {
    return (await this.request('notes.list', plain(filter))) as Note[];
  }

  /** Private events, the oldest first, as they are found. */
  privateEvents<T>(query: EventQuery & { scopes?: Address[] }): AsyncIterable<ContractEvent<T>> {
    return privateEvents<T>(this, query);
  }

  /** Public events, the oldest first. */
  publicEvents<T>(query: EventQuery): AsyncIterable<ContractEvent<T>> {
    return publicEvents<T>(this, query);
  }

  /** Fee juice of an account. */
  async feeJuice(address: Address): Promise<bigint> {
    return BigInt((await this.request('fees.balance', { address })) as string);
  }

  /** The least that a unit of gas costs now. */
  async currentFees(): Promise<GasFees> {
    const fees = (await this.request('fees.current')) as { feePerDaGas: string; feePerL2Gas: string };
    return { feePerDaGas: BigInt(fees.feePerDaGas), feePerL2Gas: BigInt(fees.feePerL2Gas) };
  }

  /** Looks for everything new. Calls do so themselves for the contracts they use. */
  async sync(options: OperationOptions = {}): Promise<{ block: number }> {
    return (await this.request('sync.run', {}, options)) as { block: number };
  }

  /** Lets go of the worker. Keys and notes stay where they are. */
  close(): void {
    this.#client.close();
  }
}

/** What the worker tells of an account. */
export interface AccountData {
  address: Address;
  alias: string;
  type: AccountType;
  deployed: boolean;
}

/** The form secrets travel in. */
function secret(unlocking: Unlocking): object {
  if ('passphrase' in unlocking) return { passphrase: unlocking.passphrase };
  if (unlocking.key.length !== 32) {
    throw new AztecLiteError('keys.key', `a key has 32 bytes, this one ${String(unlocking.key.length)}`);
  }
  return { key: [...unlocking.key] };
}

/** A value with all big integers as texts, which is how they travel. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

/** A receipt as it travels, with its fee as a big integer. */
export function receipt(data: unknown): TxReceipt {
  const { transactionFee, ...rest } = data as Omit<TxReceipt, 'transactionFee'> & { transactionFee?: string };
  return { ...rest, ...(transactionFee !== undefined && { transactionFee: BigInt(transactionFee) }) };
}
