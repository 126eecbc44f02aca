/** Transactions of this wallet, with what is really known of each. */
import type { TxRecord, TxStatus } from '@aztec-lite/sdk';
import type { View } from '../app.js';
import { fill, h } from '../dom.js';
import { short, when } from '../format.js';

const WORDS: Record<TxStatus, string> = {
  unknown: 'Not known to the node: on its way, or lost',
  pending: 'Waiting for a block',
  proposed: 'In a block, not yet on L1',
  checkpointed: 'On L1',
  proven: 'Proven',
  finalized: 'Final',
  dropped: 'Dropped: nothing of it took effect',
  expired: 'Expired: nothing of it took effect',
};

/** What a transaction was made for. */
function title({ calls, txHash }: TxRecord): string {
  if (calls.length === 0) return short(txHash);
  return calls.map(({ contract, name, function: called }) => `${name ?? short(contract)}.${called}`).join(', ');
}

/** The list, kept up to date. */
export const history: View = async (app, place) => {
  const list = h('ul', { class: 'list' });
  fill(place, h('h1', {}, 'History'), list);
  const names = new Map(app.accounts.map(({ address, alias }) => [address, alias]));
  const load = async () => {
    const records = await app.wallet.transactions();
    fill(list, records.length === 0 ? h('li', {}, 'Nothing sent yet.') : records.map(record =>
      h('li', {},
        h('strong', {}, title(record)), ' ',
        h('span', { class: `status ${record.status}` }, WORDS[record.status]),
        h('div', { class: 'note' }, when(record.sentAt),
          record.from !== undefined && ` · ${names.get(record.from) ?? short(record.from)}`,
          record.blockNumber !== undefined && ` · block ${String(record.blockNumber)}`,
          ' · ', h('code', { title: record.txHash }, short(record.txHash))),
        record.error !== undefined && h('div', { class: 'note' }, record.error))));
  };
  await load();
  return app.wallet.onChange(() => void load());
};
