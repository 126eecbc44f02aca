/** Events of contracts. */
import type { Address, ContractEvent } from './types.js';
import type { Wallet } from './wallet.js';

/** Which events. */
export interface EventQuery {
  contract: Address;
  /** Name of the event in the contract's interface. */
  event: string;
  /** The first block to look in. */
  fromBlock?: number;
  /** The block to stop before. */
  toBlock?: number;
}

/** Private events of accounts of the wallet. */
export async function* privateEvents<T>(
  wallet: Wallet, query: EventQuery & { scopes?: Address[] },
): AsyncGenerator<ContractEvent<T>, void, void> {
  yield* (await wallet.request('events.private', query)) as ContractEvent<T>[];
}

/** Public events, page by page. */
export async function* publicEvents<T>(wallet: Wallet, query: EventQuery): AsyncGenerator<ContractEvent<T>, void, void> {
  let after: unknown;
  do {
    const page = (await wallet.request('events.public', { ...query, after })) as { events: ContractEvent<T>[]; next?: unknown };
    yield* page.events;
    after = page.next;
  } while (after !== undefined && after !== null);
}
