/** Contracts and calls to them. */
import { AztecLiteError } from './errors.js';
import { SentTx } from './tx.js';
import type { Address, AuthWitness, ExecutionPayload, FieldLike, FunctionCall, Hash, Hex } from './types.js';
import { plain } from './wallet.js';
import type { Simulation, TxOptions, Wallet } from './wallet.js';

/** A contract's code: the name of one that comes with the package, or the compiler's JSON. */
export type ArtifactLike = string | object;

/** What is needed to find a contract's address again. */
export interface ContractInstance {
  address: Address;
  classId: Hex;
  salt: Hex;
  deployer: Address;
  initializationHash: Hex;
}

/** A function in a contract's interface. */
export interface FunctionInterface {
  name: string;
  functionType: 'private' | 'public' | 'utility';
  isStatic: boolean;
  isInitializer: boolean;
  isOnlySelf: boolean;
  parameters: { name: string; type: unknown }[];
}

/** Functions by name, each taking what the contract's interface says. */
export type Methods<M> = { readonly [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Interaction<R> : never };

/** Functions of a contract of which no types are known. */
export type AnyMethods = Record<string, (...args: unknown[]) => unknown>;

/** A contract at an address. `M` are its functions, as `aztec-lite codegen` writes them. */
export class Contract<M = AnyMethods> {
  readonly #wallet: Wallet;
  readonly address: Address;
  readonly name: string;
  readonly functions: readonly FunctionInterface[];
  /** Its functions: `contract.methods.transfer(to, 5n).send({ from })`. */
  readonly methods: Methods<M>;

  private constructor(wallet: Wallet, address: Address, name: string, functions: FunctionInterface[]) {
    this.#wallet = wallet;
    this.address = address;
    this.name = name;
    this.functions = functions;
    const known = new Map(functions.map(definition => [definition.name, definition]));
    this.methods = new Proxy({} as Methods<M>, {
      get: (_, key) => {
        if (typeof key !== 'string' || key === 'then') return undefined;
        const definition = known.get(key);
        if (!definition) {
          const names = [...known.keys()].join(', ');
          throw new AztecLiteError('contract.function', `${name} has no function ${key}`, { hint: `it has ${names}` });
        }
        return (...args: unknown[]) => new Interaction(this.#wallet, this.address, definition, args);
      },
    });
  }

  /** A contract that is registered with the wallet, or is registered now with its artifact and how it was deployed. */
  static async at<M = AnyMethods>(
    wallet: Wallet, address: Address, artifact?: ArtifactLike, deployment?: DeploymentParameters,
  ): Promise<Contract<M>> {
    if (artifact !== undefined) await wallet.request('contracts.register', plain({ artifact, address, ...deployment }));
    const found = (await wallet.request('contracts.interface', { address })) as { name: string; functions: FunctionInterface[] };
    return new Contract<M>(wallet, address, found.name, found.functions);
  }

  /** Deploys a contract. */
  static async deploy<M = AnyMethods>(
    wallet: Wallet, artifact: ArtifactLike, args: unknown[], options: TxOptions & DeployOptions,
  ): Promise<{ contract: Contract<M>; tx: SentTx }> {
    const { signal, onProgress, from, fee, ...rest } = options;
    const params = plain({ artifact, args, from, fee: fee ?? wallet.defaultFee, ...rest });
    const operation = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const sent = (await wallet.request('contracts.deploy', params, operation)) as { txHash: Hash; address: Address };
    return { contract: await Contract.at<M>(wallet, sent.address), tx: new SentTx(wallet, sent.txHash) };
  }
}

/** How a contract was, or is to be, deployed. */
export interface DeploymentParameters {
  /** Which initializer, if not the default one. */
  constructor?: string;
  args?: unknown[];
  salt?: FieldLike;
  deployer?: Address;
}

/** How a contract is to be deployed. */
export interface DeployOptions {
  constructorName?: string;
  salt?: FieldLike;
  /** Deploy so that the address does not depend on who deploys. */
  universal?: boolean;
  skipClassPublication?: boolean;
  skipInstancePublication?: boolean;
  skipInitialization?: boolean;
}

/** A call that was not made yet. */
export class Interaction<R = unknown> {
  readonly #wallet: Wallet;
  readonly #contract: Address;
  readonly #function: FunctionInterface;
  readonly #args: unknown[];
  #authWitnesses: AuthWitness[] = [];

  constructor(wallet: Wallet, contract: Address, definition: FunctionInterface, args: unknown[]) {
    this.#wallet = wallet;
    this.#contract = contract;
    this.#function = definition;
    this.#args = args;
  }

  /** The same call with witnesses that allow it. */
  with(...authWitnesses: AuthWitness[]): this {
    this.#authWitnesses = [...this.#authWitnesses, ...authWitnesses];
    return this;
  }

  /** The encoded call. */
  async call(): Promise<FunctionCall> {
    const params = { address: this.#contract, function: this.#function.name, args: plain(this.#args) };
    return (await this.#wallet.request('contracts.encode', params)) as FunctionCall;
  }

  /** The call as a payload of its own. */
  async payload(): Promise<ExecutionPayload> {
    return { calls: [await this.call()], authWitnesses: this.#authWitnesses, capsules: [], extraHashedArgs: [] };
  }

  /** What the function returns now. Nothing is sent. */
  async simulate(options: TxOptions): Promise<R> {
    const decode = (values: Hex[]) =>
      this.#wallet.request('contracts.decode', { address: this.#contract, function: this.#function.name, values });
    if (this.#function.functionType === 'utility') {
      const params = { call: await this.call(), scopes: [options.from, ...(options.additionalScopes ?? [])], authWitnesses: this.#authWitnesses };
      const { values } = (await this.#wallet.request('utility.run', params, options)) as { values: Hex[] };
      return (await decode(values)) as R;
    }
    const { returns } = await this.#wallet.simulate(await this.payload(), options);
    return (await decode(returns[0] ?? [])) as R;
  }

  /** Runs the call privately, proves it and sends it. */
  async send(options: TxOptions & { label?: string }): Promise<SentTx> {
    const label = options.label ?? this.#function.name;
    return this.#wallet.send(await this.payload(), { ...options, label });
  }

  /** How much gas it would take. */
  estimate(options: TxOptions): Promise<Simulation> {
    return this.payload().then(payload => this.#wallet.simulate(payload, options));
  }
}

/** Several calls in one transaction, at most five. */
export async function batch(wallet: Wallet, calls: Interaction[], options: TxOptions & { label?: string }): Promise<SentTx> {
  const payloads = await Promise.all(calls.map(call => call.payload()));
  return wallet.send(merge(payloads), options);
}

/** One payload with everything in several. */
export function merge(payloads: ExecutionPayload[]): ExecutionPayload {
  const payers = new Set(payloads.flatMap(({ feePayer }) => feePayer ?? []));
  const [feePayer, ...others] = payers;
  if (others.length > 0) throw new AztecLiteError('fee.payer', `payloads name several fee payers: ${[...payers].join(', ')}`);
  return {
    calls: payloads.flatMap(payload => payload.calls),
    authWitnesses: payloads.flatMap(payload => payload.authWitnesses),
    capsules: payloads.flatMap(payload => payload.capsules),
    extraHashedArgs: payloads.flatMap(payload => payload.extraHashedArgs),
    ...(feePayer !== undefined && { feePayer }),
  };
}
