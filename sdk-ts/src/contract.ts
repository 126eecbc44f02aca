/** Contracts. */
import { ContractError } from './errors.js';
import { privateEvents, publicEvents } from './events.js';
import type { EventQuery } from './events.js';
import { Interaction } from './interaction.js';
import type { ContractInterface, FunctionInterface } from './runtime/calls.js';
import { SentTx } from './tx.js';
import type { Abortable, Address, AddressLike, ContractEvent, FieldLike, TxOptions } from './types.js';
import { addressOf, plain } from './values.js';
import type { Wallet } from './wallet.js';

/**
 * A contract's code: the compiler's JSON, or the name of one that comes with the package: `Token`, `NFT`, `FPC`,
 * `SponsoredFPC`, the account contracts and those of the protocol.
 */
export type ArtifactLike = string | object;

/** What `aztec-lite codegen` writes for a contract. */
export interface ContractTypes {
  /** Functions by name: what each takes and returns. */
  methods: object;
  /** Events by name. */
  events: object;
  /** Arguments of the initializers, by name. */
  initializers: object;
}

/** A contract of which no types are known. */
export interface AnyContract extends ContractTypes {
  methods: Record<string, (...args: unknown[]) => unknown>;
  events: Record<string, Record<string, unknown>>;
  initializers: Record<string, unknown[]>;
}

/** Functions by name, each taking what the contract's interface says. */
export type Methods<M> = {
  readonly [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Interaction<R> : never;
};

/** Arguments of some initializer; none if the contract has no initializer. */
export type InitializerArgs<T extends ContractTypes> =
  [keyof T['initializers']] extends [never] ? [] : Extract<T['initializers'][keyof T['initializers']], readonly unknown[]>;

/** How a contract was deployed. */
export interface Deployment {
  /** Which initializer, if not the default one. */
  initializer?: string;
  /** Arguments of the initializer. */
  args?: readonly unknown[];
  /** Zero unless told. */
  salt?: FieldLike;
  /** Who deployed it; anyone unless told. */
  deployer?: AddressLike;
}

/** How a contract is to be deployed. */
export interface DeployOptions extends TxOptions {
  /** Which initializer, if not the default one. */
  initializer?: string;
  /** Random unless told. */
  salt?: FieldLike;
  /** Deploy so that the address does not depend on who deploys. */
  universal?: boolean;
  /** Leave out what would be published or called. */
  skipClassPublication?: boolean;
  skipInstancePublication?: boolean;
  skipInitialization?: boolean;
}

/**
 * A contract at an address. `T` is what `aztec-lite codegen` writes; without it, functions take and return anything. It can
 * stand wherever an address is asked for.
 *
 * @example
 * ```ts
 * import type { Token } from './Token.js';
 *
 * const { contract, tx } = await Contract.deploy<Token>(wallet, 'Token', [alice.address, 'Gold', 'GLD', 18], { from: alice });
 * await tx.wait();
 * const token = await Contract.at<Token>(wallet, contract.address);
 * const balance = await token.methods.balance_of_private(alice).simulate({ from: alice });
 * ```
 */
export class Contract<T extends ContractTypes = AnyContract> {
  readonly #wallet: Wallet;
  readonly address: Address;
  /** Its name in its code. */
  readonly name: string;
  /** Its functions, in the order of its code. */
  readonly functions: readonly FunctionInterface[];
  /** Its functions: `contract.methods.transfer(to, 5n).send({ from })`. */
  readonly methods: Methods<T['methods']>;

  private constructor(wallet: Wallet, address: Address, { name, functions }: ContractInterface) {
    this.#wallet = wallet;
    this.address = address;
    this.name = name;
    this.functions = functions;
    const known = new Map(functions.map(definition => [definition.name, definition]));
    this.methods = new Proxy({} as Methods<T['methods']>, {
      get: (_, key) => {
        // What is awaited is asked for `then`.
        if (typeof key !== 'string' || (key === 'then' && !known.has(key))) return undefined;
        const definition = known.get(key);
        if (!definition) {
          const names = [...known.keys()].join(', ');
          throw new ContractError('contract.function', `${name} has no function ${key}`, { hint: `it has ${names}` });
        }
        return (...args: unknown[]) => new Interaction(wallet, address, definition, args);
      },
      has: (_, key) => typeof key === 'string' && known.has(key),
    });
  }

  /**
   * A contract. With an artifact it is registered with the wallet first; the network knows how it was deployed if it is
   * published, otherwise this must be told.
   */
  static async at<T extends ContractTypes = AnyContract>(
    wallet: Wallet, address: AddressLike, artifact?: ArtifactLike, deployment: Deployment & Abortable = {},
  ): Promise<Contract<T>> {
    const { signal } = deployment;
    if (artifact !== undefined) {
      await wallet.request('contracts.register', { artifact, address: addressOf(address), ...instantiation(deployment) }, { signal });
    }
    const found = await wallet.request('contracts.interface', { address: addressOf(address) }, { signal });
    return new Contract<T>(wallet, addressOf(address), found);
  }

  /**
   * A contract that was deployed so, or may be one day: its address follows from that. Nothing is sent.
   *
   * @example
   * ```ts
   * const sponsor = await Contract.register(wallet, 'SponsoredFPC', { args: [] });
   * wallet.defaultFee = { method: 'sponsored', sponsor };
   * ```
   */
  static async register<T extends ContractTypes = AnyContract>(
    wallet: Wallet, artifact: ArtifactLike, deployment: Deployment & Abortable,
  ): Promise<Contract<T>> {
    const { args = [], signal } = deployment;
    const params = { artifact, ...instantiation({ ...deployment, args }) };
    const { address } = await wallet.request('contracts.register', params, { signal });
    return Contract.at<T>(wallet, address, undefined, { signal });
  }

  /**
   * Deploys a contract: publishes its code unless the network has it, publishes the contract, calls its initializer. It can
   * be called when the transaction is in a block.
   */
  static async deploy<T extends ContractTypes = AnyContract>(
    wallet: Wallet, artifact: ArtifactLike, args: InitializerArgs<T>, options: DeployOptions,
  ): Promise<{ contract: Contract<T>; tx: SentTx }> {
    const { signal, onProgress, from, fee, initializer, authWitnesses, additionalScopes, ...rest } = options;
    if ((authWitnesses?.length ?? 0) > 0 || (additionalScopes?.length ?? 0) > 0) {
      throw new ContractError('contract.deploy', 'an initializer cannot be given witnesses and scopes', {
        hint: 'deploy with skipInitialization, then call the initializer',
      });
    }
    // Chosen here, so that the address can be told even if another tab takes over meanwhile.
    const salt = rest.salt === undefined ? randomField() : String(rest.salt);
    const args_ = plain(args) as unknown[];
    const sent = await wallet.submit('contracts.deploy', {
      artifact, args: args_, from: addressOf(from), fee: wallet.feeData(fee), ...rest, salt,
      ...(initializer !== undefined && { constructorName: initializer }),
    }, { signal, onProgress });
    const how = { args, salt, ...(initializer !== undefined && { initializer }), ...(!rest.universal && { deployer: from }) };
    return { contract: await Contract.register<T>(wallet, artifact, how), tx: sent };
  }

  /** Private events of accounts of the wallet, the oldest first. */
  privateEvents<N extends keyof T['events'] & string>(
    event: N, query: Omit<EventQuery, 'contract' | 'event'> & { scopes?: readonly AddressLike[] } = {},
  ): AsyncGenerator<ContractEvent<T['events'][N]>, void, void> {
    return privateEvents(this.#wallet, { ...query, contract: this.address, event });
  }

  /**
   * Public events, the oldest first.
   *
   * @example
   * ```ts
   * for await (const { event, blockNumber } of token.publicEvents('Transfer', { follow: true, signal })) show(event);
   * ```
   */
  publicEvents<N extends keyof T['events'] & string>(
    event: N, query: Omit<EventQuery, 'contract' | 'event'> = {},
  ): AsyncGenerator<ContractEvent<T['events'][N]>, void, void> {
    return publicEvents(this.#wallet, { ...query, contract: this.address, event });
  }

  /** Its address. */
  toJSON(): Address {
    return this.address;
  }

  /** Its address. */
  toString(): Address {
    return this.address;
  }
}

function instantiation({ initializer, args, salt, deployer }: Deployment) {
  return {
    ...(args && { args: plain(args) as unknown[] }),
    ...(initializer !== undefined && { constructorName: initializer }),
    ...(salt !== undefined && { salt: String(salt) }),
    ...(deployer !== undefined && { deployer: addressOf(deployer) }),
  };
}

/** Below 2^248, so that it is a field element. */
function randomField(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(31));
  return `0x${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`;
}
