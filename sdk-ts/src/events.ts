/** Events of contracts. */
import type { Calls, EventParams } from './runtime/calls.js';
import { pause } from './tx.js';
import type { Abortable, AbiType, AddressLike, ContractEvent } from './types.js';
import { addressOf, fromJson } from './values.js';
import type { Wallet } from './wallet.js';

/** How often a node is asked for more, in milliseconds. */
const FOLLOW_MS = 1000;

/** Which events. */
export interface EventQuery extends Abortable {
  contract: AddressLike;
  /** Name of the event in the contract's interface. */
  event: string;
  /** The first block to look in. */
  fromBlock?: number;
  /** The block to stop before. */
  toBlock?: number;
  /**
   * Goes on with events of new blocks, until the loop is left or the signal ends it. What is found later in blocks that were
   * passed, such as messages of a sender who is added afterwards, is not told.
   */
  follow?: boolean;
}

type Found = Calls['events.private']['result'];

/** Private events of accounts of the wallet, or some of them. */
export function privateEvents<T>(
  wallet: Wallet, query: EventQuery & { scopes?: readonly AddressLike[] },
): AsyncGenerator<ContractEvent<T>, void, void> {
  const scopes = query.scopes && { scopes: query.scopes.map(addressOf) };
  return events(wallet, query, async function* (params) {
    yield await wallet.request('events.private', { ...params, ...scopes }, { signal: query.signal });
  });
}

/** Public events, page by page. */
export function publicEvents<T>(wallet: Wallet, query: EventQuery): AsyncGenerator<ContractEvent<T>, void, void> {
  return events(wallet, query, async function* (params) {
    let after: Calls['events.public']['params']['after'];
    do {
      const page = await wallet.request('events.public', { ...params, ...(after && { after }) }, { signal: query.signal });
      yield page.events;
      after = page.next ?? undefined;
    } while (after);
  });
}

async function* events<T>(
  wallet: Wallet, query: EventQuery, pages: (params: EventParams) => AsyncIterable<Found>,
): AsyncGenerator<ContractEvent<T>, void, void> {
  const { event, toBlock, follow = false, signal } = query;
  const contract = addressOf(query.contract);
  let { fromBlock } = query;
  let type: AbiType | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const tip = follow ? (await wallet.request('sync.tip', {}, { signal })).block : Infinity;
    const isNew = fromBlock === undefined || fromBlock <= tip;
    const params = { contract, event, ...(fromBlock !== undefined && { fromBlock }), ...(toBlock !== undefined && { toBlock }) };
    for await (const page of isNew ? pages(params) : []) {
      for (const { event: members, ...place } of page) {
        type ??= await typeOf(wallet, query);
        yield { event: fromJson(type, members) as T, ...place };
        fromBlock = place.blockNumber + 1;
      }
    }
    if (!follow) return;
    fromBlock = Math.max(fromBlock ?? 1, tip + 1);
    if (toBlock !== undefined && fromBlock >= toBlock) return;
    await pause(FOLLOW_MS, signal);
  }
}

async function typeOf(wallet: Wallet, { contract, event }: EventQuery): Promise<AbiType> {
  const { events } = await wallet.request('contracts.interface', { address: addressOf(contract) });
  const found = events.find(({ name }) => name === event);
  if (!found) throw new Error(`the contract has events of a kind it does not list: ${event}`);
  return found.type;
}
