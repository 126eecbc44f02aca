/** Calls that were not made yet. */
import { AztecLiteError } from './errors.js';
import type { FunctionInterface, Profile } from './runtime/calls.js';
import type { SentTx } from './tx.js';
import type { Abortable, Address, AuthWitness, ExecutionPayload, FunctionCall, Hex, Simulation, TxOptions } from './types.js';
import { addressOf, plain, returned } from './values.js';
import type { Wallet } from './wallet.js';

/** What can be simulated and sent: one call, or several. */
export abstract class Action<R> {
  /** @internal */
  protected readonly wallet: Wallet;

  protected constructor(wallet: Wallet) {
    this.wallet = wallet;
  }

  /** Everything of it that a transaction needs. */
  abstract payload(options?: Abortable): Promise<ExecutionPayload>;

  /** What it returns now. Nothing is proven, signed or sent. */
  abstract simulate(options: TxOptions): Promise<R>;

  /** Runs it privately, proves it and hands the transaction in; {@link SentTx.wait} waits until it is in a block. */
  async send(options: TxOptions): Promise<SentTx> {
    return this.wallet.send(await this.payload(options), options);
  }

  /** What it would do, and how much gas that takes. */
  async estimate(options: TxOptions): Promise<Simulation> {
    return this.wallet.simulate(await this.payload(options), { ...options, estimateGas: true });
  }

  /** What each circuit of it takes; counting gates takes long. */
  async profile(options: TxOptions & { countGates?: boolean }): Promise<Profile> {
    return this.wallet.profile(await this.payload(options), options);
  }
}

/**
 * A call that was not made yet.
 *
 * @example
 * ```ts
 * const call = token.methods.transfer(bob, 5n);
 * const { gas } = await call.estimate({ from: alice });
 * const tx = await call.send({ from: alice, fee: { ...wallet.defaultFee, gas }, onProgress: ({ stage }) => console.log(stage) });
 * ```
 */
export class Interaction<R = unknown> extends Action<R> {
  readonly #contract: Address;
  readonly #function: FunctionInterface;
  readonly #args: unknown[];
  readonly #authWitnesses: readonly AuthWitness[];

  /** @internal */
  constructor(
    wallet: Wallet, contract: Address, definition: FunctionInterface, args: readonly unknown[],
    authWitnesses: readonly AuthWitness[] = [],
  ) {
    super(wallet);
    this.#contract = contract;
    this.#function = definition;
    const names = definition.parameters.map(({ name }) => name);
    this.#args = args.map((arg, index) =>
      plain(arg, `${definition.name}: ${names[index] ?? `argument ${String(index + 1)}`}`) ?? null);
    this.#authWitnesses = authWitnesses;
  }

  /** Where its function runs. */
  get type(): FunctionInterface['functionType'] {
    return this.#function.functionType;
  }

  /** The same call with witnesses that allow it. */
  with(...authWitnesses: AuthWitness[]): Interaction<R> {
    const all = [...this.#authWitnesses, ...authWitnesses];
    return new Interaction(this.wallet, this.#contract, this.#function, this.#args, all);
  }

  /** The encoded call, such as {@link Wallet.createAuthWitness} takes it. */
  call(options: Abortable = {}): Promise<FunctionCall> {
    const params = { address: this.#contract, function: this.#function.name, args: this.#args };
    return this.wallet.request('contracts.encode', params, { signal: options.signal });
  }

  override async payload(options: Abortable = {}): Promise<ExecutionPayload> {
    const authWitnesses = [...this.#authWitnesses];
    return { calls: [await this.call(options)], authWitnesses, capsules: [], extraHashedArgs: [] };
  }

  override async simulate(options: TxOptions): Promise<R> {
    return (await this.decode(await this.#values(options), options)) as R;
  }

  async #values(options: TxOptions): Promise<Hex[]> {
    if (this.type === 'utility') return this.runUtility(options);
    const { returns } = await this.estimate(options);
    return returns[0] ?? [];
  }

  /** @internal What a utility function returns. */
  async runUtility(options: TxOptions): Promise<Hex[]> {
    const scopes = [options.from, ...(options.additionalScopes ?? [])].map(addressOf);
    const authWitnesses = [...this.#authWitnesses, ...(options.authWitnesses ?? [])];
    const params = { call: await this.call(options), scopes, authWitnesses };
    return (await this.wallet.request('utility.run', params, options)).values;
  }

  /** @internal The value in what it returned. */
  async decode(values: Hex[], { signal }: Abortable): Promise<unknown> {
    const { name, returnTypes } = this.#function;
    if (returnTypes.length === 0) return undefined;
    const params = { address: this.#contract, function: name, values };
    return returned(returnTypes, await this.wallet.request('contracts.decode', params, { signal }));
  }
}

/** What several calls return. */
export type Results<C> = { -readonly [K in keyof C]: C[K] extends Interaction<infer R> ? R : never };

/** Several calls in one transaction, made with {@link batch}. */
export class Batch<C extends readonly Interaction[]> extends Action<Results<C>> {
  readonly #calls: C;

  /** @internal */
  constructor(wallet: Wallet, calls: C) {
    super(wallet);
    this.#calls = calls;
  }

  override async payload(options: Abortable = {}): Promise<ExecutionPayload> {
    const utility = this.#calls.find(({ type }) => type === 'utility');
    if (utility) {
      const { name } = await utility.call(options);
      throw new AztecLiteError('params', `${name} is a utility function, which a transaction cannot call`, {
        hint: 'simulate it',
      });
    }
    return this.#merged(this.#calls, options);
  }

  override async simulate(options: TxOptions): Promise<Results<C>> {
    const sent = this.#calls.filter(({ type }) => type !== 'utility');
    const returns = sent.length > 0 ? (await this.wallet.simulate(await this.#merged(sent, options), options)).returns : [];
    const values = new Map(sent.map((call, index) => [call, returns[index] ?? []] as const));
    const results: unknown[] = [];
    for (const call of this.#calls) {
      results.push(await call.decode(values.get(call) ?? (await call.runUtility(options)), options));
    }
    return results as Results<C>;
  }

  async #merged(calls: readonly Interaction[], options: Abortable): Promise<ExecutionPayload> {
    const payloads = await Promise.all(calls.map(call => call.payload(options)));
    return {
      calls: payloads.flatMap(payload => payload.calls),
      authWitnesses: payloads.flatMap(payload => payload.authWitnesses),
      capsules: [],
      extraHashedArgs: [],
    };
  }
}

/**
 * Several calls in one transaction: all take effect, or none does.
 *
 * @example
 * ```ts
 * const tx = await batch(wallet, [gold.methods.transfer(bob, 5n), silver.methods.transfer(bob, 7n)]).send({ from: alice });
 * ```
 */
export function batch<const C extends readonly Interaction[]>(wallet: Wallet, calls: C): Batch<C> {
  return new Batch(wallet, calls);
}
