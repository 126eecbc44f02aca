/** Transactions that were sent. */
import { TransactionError } from './errors.js';
import type { Hash, TxReceipt, TxStatus } from './types.js';
import type { Wallet } from './wallet.js';

const ORDER: TxStatus[] = ['pending', 'proposed', 'checkpointed', 'proven', 'finalized'];
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1000;

/** How to wait for a transaction. */
export interface WaitOptions {
  /** How far it must have come; `proposed` (in a block) by default. */
  status?: 'proposed' | 'checkpointed' | 'proven' | 'finalized';
  /** Milliseconds to wait at most; five minutes by default. */
  timeout?: number;
  /** Resolve even if it reverts. */
  allowRevert?: boolean;
  signal?: AbortSignal;
}

/** A transaction that a node has. The wallet never forgets it, whatever happens to this object. */
export class SentTx {
  readonly #wallet: Wallet;
  readonly hash: Hash;

  constructor(wallet: Wallet, hash: Hash) {
    this.#wallet = wallet;
    this.hash = hash;
  }

  /** What is known of it now. */
  receipt(): Promise<TxReceipt> {
    return this.#wallet.receipt(this.hash);
  }

  /** Waits until it has come so far. */
  async wait({ status = 'proposed', timeout = 300_000, allowRevert = false, signal }: WaitOptions = {}): Promise<TxReceipt> {
    const until = Date.now() + timeout;
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
      signal?.throwIfAborted();
      const receipt = await this.receipt();
      if (receipt.status === 'dropped' || receipt.status === 'expired') {
        throw new TransactionError(`tx.${receipt.status}`, `${this.hash} is ${receipt.status}: ${receipt.error ?? 'no node has it any more'}`, {
          hint: 'nothing of it took effect; make the transaction again',
        });
      }
      if (ORDER.indexOf(receipt.status) >= ORDER.indexOf(status)) {
        if (receipt.executionResult !== 'success' && !allowRevert) {
          throw new TransactionError('tx.reverted', `${this.hash} reverted (${receipt.executionResult ?? 'unknown'}): ${receipt.error ?? 'no reason given'}`, {
            hint: 'its fee is paid; simulate it to see which call fails',
          });
        }
        return receipt;
      }
      if (Date.now() >= until) {
        throw new TransactionError('tx.timeout', `${this.hash} is still ${receipt.status} after ${String(timeout / 1000)} s`, {
          hint: 'it may still get into a block: ask for its receipt later, and do not send it twice',
        });
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
}
