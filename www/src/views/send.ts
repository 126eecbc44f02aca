/** Sending a token, in all four directions. */
import { timeline } from '../app.js';
import type { View } from '../app.js';
import { choice, field, fill, form, h } from '../dom.js';
import { isAddress, units } from '../format.js';
import { DIRECTIONS, transfer } from '../tokens.js';
import type { Direction } from '../tokens.js';

/** A form, then a timeline. */
export const send: View = (app, place) => {
  const { account, settings: { tokens } } = app;
  const [first] = tokens;
  if (!account || !first) {
    app.go('');
    return undefined;
  }
  if (!account.deployed) {
    fill(place, h('h1', {}, 'Send'), h('p', {}, 'This account has to be activated before it can send. ', h('a', { href: '#/' }, 'Activate it')));
    return undefined;
  }
  const token = choice('Token', tokens.map(({ address, symbol }) => ({ value: address, text: symbol })), first.address);
  const direction = choice('From and to which balance', DIRECTIONS);
  const seen = h('p', { class: 'note', 'aria-live': 'polite' }, DIRECTIONS[0]?.seen);
  direction.select.addEventListener('change', () => {
    fill(seen, DIRECTIONS.find(({ value }) => value === direction.select.value)?.seen);
  });
  const to = field('Recipient', { placeholder: '0x…', list: 'own', spellcheck: 'false' });
  const own = h('datalist', { id: 'own' }, app.accounts.map(({ address, alias }) => h('option', { value: address }, alias)));
  const value = field('Amount', { inputmode: 'decimal' });
  const progress = h('div');
  fill(place, h('h1', {}, 'Send'), form('Send', 'Send', async () => {
    const chosen = tokens.find(({ address }) => address === token.select.value) ?? first;
    const recipient = to.input.value.trim().toLowerCase();
    const number = units(value.input.value, chosen.decimals);
    if (!isAddress(recipient)) {
      to.fail('An address is 0x and 64 hexadecimal digits.');
      return;
    }
    if (number === undefined || number === 0n) {
      value.fail(`A positive number with at most ${String(chosen.decimals)} decimals.`);
      return;
    }
    const live = timeline(`Send ${value.input.value} ${chosen.symbol}`);
    fill(progress, live.root);
    try {
      const { signal, onProgress } = live;
      const tx = await transfer(app, chosen, direction.select.value as Direction, recipient, number, { from: account.address, signal, onProgress });
      await tx.wait({ signal });
      live.finish('Sent.');
    } catch (error) {
      live.fail(error);
    }
  }, token.root, direction.root, seen, to.root, own, value.root), progress);
  return undefined;
};
