/** Accounts of a wallet. */
import type { AccountData } from './runtime/calls.js';
import type { SentTx } from './tx.js';
import type { AccountType, Address, Fee, OperationOptions } from './types.js';
import type { Wallet } from './wallet.js';

/**
 * An account. Its address can receive before it is deployed; to act, it must be deployed. It can stand wherever an address
 * is asked for.
 *
 * @example
 * ```ts
 * const account = await wallet.createAccount({ alias: 'Savings' });
 * if (!account.deployed) await (await account.deploy({ fee: { method: 'sponsored', sponsor } })).wait();
 * ```
 */
export class Account {
  readonly #wallet: Wallet;
  readonly address: Address;
  readonly type: AccountType;
  readonly alias: string;
  /** Whether it was deployed when this was asked. */
  readonly deployed: boolean;

  /** @internal */
  constructor(wallet: Wallet, { address, type, alias, deployed }: AccountData) {
    this.#wallet = wallet;
    this.address = address;
    this.type = type;
    this.alias = alias;
    this.deployed = deployed;
  }

  /** Deploys it. Without a fee, who pays for the wallet's other transactions pays for this one. */
  deploy({ fee, ...options }: OperationOptions & { fee?: Fee } = {}): Promise<SentTx> {
    const params = { address: this.address, fee: this.#wallet.feeData(fee) };
    return this.#wallet.submit('accounts.deploy', params, options);
  }

  /** Its fee juice. */
  feeJuice(): Promise<bigint> {
    return this.#wallet.feeJuice(this.address);
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
