/** Transactions that were sent. */
import { TransactionError } from './errors.js';
import type { Abortable, Hash, OffchainEffect, OperationOptions, TxReceipt, TxStatus } from './types.js';
import type { Wallet } from './wallet.js';

const ORDER: readonly TxStatus[] = ['pending', 'proposed', 'checkpointed', 'proven', 'finalized'];
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1000;

/** How to wait for a transaction. */
export interface WaitOptions extends Abortable {
  /** How far it must have come; `proposed`, which is in a block, unless told. */
  until?: 'proposed' | 'checkpointed' | 'proven' | 'finalized';
  /** Milliseconds to wait at most; five minutes unless told. */
  timeout?: number;
  /** Resolve even if it reverts. */
  allowRevert?: boolean;
}

/** Time, or the end of a signal. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Why a signal ended something. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('The operation was aborted.', 'AbortError');
}

/**
 * A transaction that was handed to a node. The wallet never forgets it, whatever happens to this object:
 * {@link Wallet.transactions} has it, and `new SentTx(wallet, hash)` makes another one.
 *
 * @example
 * ```ts
 * const tx = await token.methods.transfer(bob, 5n).send({ from: alice });
 * const { blockNumber, transactionFee } = await tx.wait();
 * await tx.wait({ until: 'proven', signal: AbortSignal.timeout(600_000) });
 * ```
 */
export class SentTx {
  readonly #wallet: Wallet;
  readonly #follow: { onProgress: OperationOptions['onProgress']; began: number } | undefined;
  readonly hash: Hash;
  /** What it tells the world outside of the chain. Empty if another tab took over while it was sent. */
  readonly offchainEffects: readonly OffchainEffect[];

  constructor(
    wallet: Wallet, hash: Hash, offchainEffects: readonly OffchainEffect[] = [],
    follow?: { onProgress: OperationOptions['onProgress']; began: number },
  ) {
    this.#wallet = wallet;
    this.#follow = follow;
    this.hash = hash;
    this.offchainEffects = offchainEffects;
  }

  /** What is known of it now. */
  receipt(): Promise<TxReceipt> {
    return this.#wallet.receipt(this.hash);
  }

  /**
   * Waits until it has come so far. Whoever follows the sending is told of each new status.
   *
   * @throws {@link TransactionError} with code `tx.dropped` or `tx.expired` if it never will, `tx.reverted` if it is in a
   * block but reverted, `tx.timeout` if it takes too long.
   */
  async wait({ until = 'proposed', timeout = 300_000, allowRevert = false, signal }: WaitOptions = {}): Promise<TxReceipt> {
    const end = Date.now() + timeout;
    let told: TxStatus | undefined;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LONGEST_POLL_MS)) {
      signal?.throwIfAborted();
      const receipt = await this.receipt();
      const { status } = receipt;
      if (status === 'dropped' || status === 'expired') {
        throw new TransactionError(`tx.${status}`, `${this.hash} is ${status}: ${receipt.error ?? 'no node has it any more'}`, {
          hint: 'nothing of it took effect; make the transaction again',
        });
      }
      if (ORDER.indexOf(status) > 0 && status !== told) {
        told = status;
        this.#tell(status);
      }
      if (ORDER.indexOf(status) >= ORDER.indexOf(until)) {
        if (receipt.executionResult !== 'success' && !allowRevert) {
          throw new TransactionError('tx.reverted', `${this.hash} reverted (${receipt.executionResult ?? 'unknown'}): ${receipt.error ?? 'no reason given'}`, {
            hint: 'its fee is paid; simulate it to see which call fails',
          });
        }
        return receipt;
      }
      if (Date.now() >= end) {
        throw new TransactionError('tx.timeout', `${this.hash} is still ${status} after ${String(timeout / 1000)} s`, {
          hint: 'it may still get into a block: ask for its receipt later, and do not send it again',
        });
      }
      await pause(Math.min(wait, Math.max(end - Date.now(), 0)), signal);
    }
  }

  #tell(status: TxStatus): void {
    if (!this.#follow?.onProgress) return;
    const { onProgress, began } = this.#follow;
    onProgress({ stage: 'mined', time: performance.now() - began, txHash: this.hash, status });
  }
}
