/** Accounts of a wallet. */
import { SentTx } from './tx.js';
import type { AccountType, Address, Fee, Hash, OperationOptions } from './types.js';
import { plain } from './wallet.js';
import type { AccountData, Wallet } from './wallet.js';

/** An account. Its address can receive before it is deployed; to act, it must be deployed. */
export class Account {
  readonly #wallet: Wallet;
  readonly address: Address;
  readonly type: AccountType;
  readonly alias: string;
  /** Whether it was deployed when this was asked. */
  readonly deployed: boolean;

  constructor(wallet: Wallet, { address, type, alias, deployed }: AccountData) {
    this.#wallet = wallet;
    this.address = address;
    this.type = type;
    this.alias = alias;
    this.deployed = deployed;
  }

  /** Deploys it. By default whoever pays for the wallet's transactions pays for this one. */
  async deploy({ fee, ...options }: OperationOptions & { fee?: Fee } = {}): Promise<SentTx> {
    const params = { address: this.address, fee: plain(fee ?? this.#wallet.defaultFee) };
    const { txHash } = (await this.#wallet.request('accounts.deploy', params, options)) as { txHash: Hash };
    return new SentTx(this.#wallet, txHash);
  }
}
