/** The wallet: keys, accounts, notes and transactions of a person, on one network. */
import { Account } from './account.js';
import { KeysError } from './errors.js';
import type { Calls, Credential, FeeData, IntentData, Profile, Sender, SentData, TxParams } from './runtime/calls.js';
import type { Client } from './runtime/client.js';
import { openClient } from './runtime/client.js';
import { SentTx } from './tx.js';
import type {
  Abortable, AccountType, AddressLike, AuthWitness, ExecutionPayload, Fee, FieldLike, GasFees, Hash, Intent, Note,
  OperationOptions, Simulation, TxOptions, TxReceipt, TxRecord, WalletStatus,
} from './types.js';
import { addressOf, plain } from './values.js';

/** How a wallet is opened. */
export interface WalletOptions {
  /** URL of a node. */
  node: string | URL;
  /** Which wallet, if there are several on one network; `default` unless told otherwise. */
  name?: string;
  /** Where proofs get their reference string from, in the order of preference. */
  srs?: readonly (string | URL)[];
  /** Threads proofs are made with at most; several need a cross-origin isolated page. */
  threads?: number;
  /** A folder with the package's files, if they are not where the bundler puts them. */
  assets?: string | URL;
}

/** What opens the keys: a passphrase, or 32 secret bytes, such as those {@link passkeyKey} gets from a passkey. */
export type Unlocking = { passphrase: string } | { key: Uint8Array };

/**
 * A wallet on one network. Tabs of a browser that open the same wallet share it: any of them may call anything at any
 * time, and unlocking it in one unlocks it in all.
 *
 * @example
 * ```ts
 * const wallet = await Wallet.open({ node: 'http://127.0.0.1:8080' });
 * const { exists } = await wallet.status();
 * if (exists) await wallet.unlock({ passphrase });
 * else show((await wallet.create({ passphrase })).seedPhrase);
 * const account = (await wallet.accounts())[0] ?? (await wallet.createAccount());
 * ```
 */
export class Wallet {
  readonly #client: Client;
  /** Who pays where a transaction does not say: the account that acts, with its fee juice, unless this is set. */
  defaultFee: Fee = { method: 'fee-juice' };

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Opens a wallet, which need not exist yet. */
  static async open(options: WalletOptions): Promise<Wallet> {
    return new Wallet(await openClient(options));
  }

  /** @internal A wallet over any client. */
  static over(client: Client): Wallet {
    return new Wallet(client);
  }

  /** @internal Puts a call to the worker. */
  async request<M extends keyof Calls>(
    method: M, params: Calls[M]['params'], options: OperationOptions = {},
  ): Promise<Calls[M]['result']> {
    return (await this.#client.call(method, params, options));
  }

  /** @internal Puts a call to the worker that hands a transaction in. */
  async submit<M extends 'tx.send' | 'accounts.deploy' | 'contracts.deploy'>(
    method: M, params: Calls[M]['params'], options: OperationOptions,
  ): Promise<SentTx> {
    const began = performance.now();
    const { signal, onProgress } = options;
    // A transaction that is on its way is not made again when another tab takes over: neither if this tab knows of it nor,
    // by the name of the request, if only the wallet does.
    const settled = (progress: unknown): SentData | undefined => {
      const { stage, txHash } = progress as { stage?: string; txHash?: Hash };
      return stage === 'submit' && txHash ? { txHash } : undefined;
    };
    const named = method === 'tx.send' ? { ...params, name: crypto.randomUUID() } : params;
    const sent = (await this.#client.call(method, named, { signal, onProgress, settled })) as SentData;
    return new SentTx(this, sent.txHash, sent.offchainEffects, { onProgress, began });
  }

  /** What it is and can do. */
  status(options: Abortable = {}): Promise<WalletStatus> {
    return this.request('wallet.status', {}, { signal: options.signal });
  }

  /** Is told whenever the chain grows, or some tab changed the wallet. Returns how to stop it. */
  onChange(listener: () => void): () => void {
    return this.#client.onEvent(listener);
  }

  /** Makes keys. The seed phrase is all that is needed to get everything back: show it, do not store it. */
  create(unlocking: Unlocking): Promise<{ seedPhrase: string }> {
    return this.request('wallet.create', credential(unlocking));
  }

  /** Gets keys back from a seed phrase. Accounts are found again by {@link Wallet.createAccount}, notes by syncing. */
  async restore(seedPhrase: string, unlocking: Unlocking): Promise<void> {
    await this.request('wallet.create', { ...credential(unlocking), seedPhrase });
  }

  /** Opens the keys. */
  async unlock(unlocking: Unlocking): Promise<void> {
    await this.request('wallet.unlock', credential(unlocking));
  }

  /** Forgets the keys, in all tabs, until they are unlocked again. */
  async lock(): Promise<void> {
    await this.request('wallet.lock', {});
  }

  /** The seed phrase; asks for what opens the keys again. */
  async exportSeedPhrase(unlocking: Unlocking): Promise<string> {
    return (await this.request('wallet.exportSeed', credential(unlocking))).seedPhrase;
  }

  /** Seals the keys with something else: another passphrase, or a passkey. */
  async changePassphrase(from: Unlocking, to: Unlocking): Promise<void> {
    await this.request('wallet.changePassphrase', { from: credential(from), to: credential(to) });
  }

  /** Adds the next account of the seed, or the one with this index. It costs nothing and can receive at once. */
  async createAccount(options: { type?: AccountType; alias?: string; index?: number } = {}): Promise<Account> {
    return new Account(this, await this.request('accounts.create', options));
  }

  /** Adds an account with keys of its own, such as one of a test network. */
  async importAccount(options: {
    type?: AccountType; secret: FieldLike; salt?: FieldLike; signingKey?: string; alias?: string;
  }): Promise<Account> {
    const { secret, salt = 0, ...rest } = options;
    return new Account(this, await this.request('accounts.create', { ...rest, secret: String(secret), salt: String(salt) }));
  }

  /** All accounts: those of the seed in their order, then others. */
  async accounts(): Promise<Account[]> {
    const accounts = await this.request('accounts.list', {});
    return accounts.map(data => new Account(this, data));
  }

  /** The address book: whose messages are looked for, besides those of the wallet's own accounts. */
  senders(): Promise<Sender[]> {
    return this.request('senders.list', {});
  }

  /** Looks for messages of an address from now on: without this, what it sends privately is not found. */
  async addSender(address: AddressLike, alias = ''): Promise<void> {
    await this.request('senders.add', { address: addressOf(address), alias });
  }

  /** Looks for them no longer. */
  async removeSender(address: AddressLike): Promise<void> {
    await this.request('senders.remove', { address: addressOf(address) });
  }

  /** Contracts the wallet knows. */
  contracts(): Promise<Calls['contracts.list']['result']> {
    return this.request('contracts.list', {});
  }

  /**
   * What calls would do and return, without proof, signature or fee: with the gas they would be sent with or, to find out how
   * much they need, with gas that never runs out.
   */
  async simulate(payload: ExecutionPayload, options: TxOptions & { estimateGas?: boolean }): Promise<Simulation> {
    const { estimateGas = false } = options;
    const found = await this.request('tx.simulate', { ...this.#txParams(payload, options), estimateGas }, options);
    const { returns, gasUsed, gasLimits, teardownGasLimits, offchainEffects } = found;
    const gas = { ...(gasLimits && { gasLimits }), ...(teardownGasLimits && { teardownGasLimits }) };
    return { returns, gas, offchainEffects, ...(gasUsed && { gasUsed }) };
  }

  /** Runs calls privately, proves them and hands the transaction in. */
  async send(payload: ExecutionPayload, options: TxOptions): Promise<SentTx> {
    return this.submit('tx.send', this.#txParams(payload, options), options);
  }

  /** What each circuit of a transaction takes; counting gates takes long. */
  async profile(payload: ExecutionPayload, options: TxOptions & { countGates?: boolean }): Promise<Profile> {
    const { countGates = false } = options;
    return this.request('tx.profile', { ...this.#txParams(payload, options), countGates }, options);
  }

  #txParams(payload: ExecutionPayload, { from, fee, authWitnesses = [], additionalScopes = [] }: TxOptions): TxParams {
    const merged = { ...payload, authWitnesses: [...payload.authWitnesses, ...authWitnesses] };
    return { payload: merged, from: addressOf(from), fee: this.feeData(fee), additionalScopes: additionalScopes.map(addressOf) };
  }

  /** @internal A fee as it travels. */
  feeData(fee: Fee = this.defaultFee): FeeData {
    const gas = fee.gas && { gas: plain(fee.gas) as NonNullable<FeeData['gas']> };
    switch (fee.method) {
      case 'fee-juice':
        return { method: fee.method, ...gas };
      case 'fee-juice-with-claim': {
        const [amount, secret, leafIndex] = [String(fee.amount), String(fee.secret), String(fee.leafIndex)];
        return { method: fee.method, amount, secret, leafIndex, ...gas };
      }
      case 'sponsored':
        return { method: fee.method, sponsor: addressOf(fee.sponsor), ...gas };
      default:
        return { method: fee.method, fpc: addressOf(fee.fpc), asset: addressOf(fee.asset), ...gas };
    }
  }

  /** What is known of a transaction. */
  async receipt(txHash: Hash, options: Abortable = {}): Promise<TxReceipt> {
    const { transactionFee, ...rest } = await this.request('tx.receipt', { txHash }, { signal: options.signal });
    return { ...rest, ...(transactionFee !== undefined && { transactionFee: BigInt(transactionFee) }) };
  }

  /** Transactions this wallet sent, the latest first. */
  async transactions(): Promise<TxRecord[]> {
    const records = await this.request('tx.list', {});
    return records.map(record => ({ ...record, sentAt: new Date(record.sentAt * 1000) }));
  }

  /**
   * Lets someone do something in an account's name, privately: the witness goes to who makes the transaction.
   *
   * @example
   * ```ts
   * const call = token.methods.transfer_in_private(alice, bob, 5n, 0n);
   * const witness = await wallet.createAuthWitness(alice, { caller: bob, call });
   * await call.with(witness).send({ from: bob, additionalScopes: [alice] });
   * ```
   */
  async createAuthWitness(from: AddressLike, intent: Intent): Promise<AuthWitness> {
    return this.request('authwit.create', { from: addressOf(from), intent: await intentData(intent) });
  }

  /** Lets someone do something in the name of `options.from`, publicly, or no longer: a transaction says so to everyone. */
  async setPublicAuthorization(intent: Intent, authorized: boolean, options: TxOptions): Promise<SentTx> {
    const params = { intent: await intentData(intent), authorized };
    const call = await this.request('authwit.public', params, { signal: options.signal });
    return this.send({ calls: [call], authWitnesses: [], capsules: [], extraHashedArgs: [] }, options);
  }

  /** Whether something is allowed at the moment: by a witness, or publicly. */
  async lookupAuthorization(
    from: AddressLike, intent: Intent, witness?: AuthWitness,
  ): Promise<{ private: boolean; public: boolean }> {
    const params = { from: addressOf(from), intent: await intentData(intent), ...(witness && { witness }) };
    return this.request('authwit.lookup', params);
  }

  /** Notes of a contract that accounts of the wallet have. */
  notes(
    filter: { contract: AddressLike; owner?: AddressLike; storageSlot?: FieldLike; nullified?: boolean } & OperationOptions,
  ): Promise<Note[]> {
    const { contract, owner, storageSlot, nullified = false, signal, onProgress } = filter;
    return this.request('notes.list', {
      contract: addressOf(contract), nullified,
      ...(owner !== undefined && { owner: addressOf(owner) }),
      ...(storageSlot !== undefined && { storageSlot: String(storageSlot) }),
    }, { signal, onProgress });
  }

  /** Fee juice of an account or contract. */
  async feeJuice(address: AddressLike): Promise<bigint> {
    return BigInt(await this.request('fees.balance', { address: addressOf(address) }));
  }

  /** The least that a unit of gas costs now. */
  async currentFees(): Promise<GasFees> {
    const { feePerDaGas, feePerL2Gas } = await this.request('fees.current', {});
    return { feePerDaGas: BigInt(feePerDaGas), feePerL2Gas: BigInt(feePerL2Gas) };
  }

  /** Looks for everything new, and tells the block it is seen from. Calls do so themselves for the contracts they use. */
  sync(options: OperationOptions = {}): Promise<{ block: number }> {
    return this.request('sync.run', {}, options);
  }

  /** Lets go of the worker. Keys and notes stay where they are; other tabs go on. */
  close(): void {
    this.#client.close();
  }
}

/** The form secrets travel in. */
function credential(unlocking: Unlocking): Credential {
  if ('passphrase' in unlocking) return { passphrase: unlocking.passphrase };
  const { length } = unlocking.key;
  if (length !== 32) throw new KeysError('keys.key', `a key has 32 bytes, this one ${String(length)}`);
  return { key: [...unlocking.key] };
}

async function intentData(intent: Intent): Promise<IntentData> {
  if ('consumer' in intent) return { consumer: addressOf(intent.consumer), innerHash: String(intent.innerHash) };
  const call = 'to' in intent.call ? intent.call : await intent.call.call();
  return { caller: addressOf(intent.caller), call };
}

