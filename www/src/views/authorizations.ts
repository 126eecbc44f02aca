/** Letting others act: public permissions of the shown account. */
import { Contract } from '@aztec-lite/sdk';
import { errorBox } from '../app.js';
import type { View } from '../app.js';
import { field, fill, form, h } from '../dom.js';
import { isAddress } from '../format.js';

/** Makes a witness for a call, and looks one up. */
export const authorizations: View = (app, place) => {
  const caller = field('Who may call', { placeholder: '0x…', spellcheck: 'false' });
  const target = field('Contract', { placeholder: '0x…', spellcheck: 'false' });
  const name = field('Function', {});
  const args = field('Arguments', { hint: 'A JSON list, such as ["0x…", "0x…", 5, 0]' });
  const shown = h('div', { 'aria-live': 'polite' });
  fill(place, h('h1', {}, 'Authorizations'), h('p', {}, 'Allow someone one certain call in the name of this account.'),
    form('Authorize', 'Make a witness', async () => {
      const { account } = app;
      const [who, where] = [caller.input.value.trim().toLowerCase(), target.input.value.trim().toLowerCase()];
      if (!account) return;
      if (!isAddress(who)) {
        caller.fail('An address is 0x and 64 hexadecimal digits.');
        return;
      }
      if (!isAddress(where)) {
        target.fail('An address is 0x and 64 hexadecimal digits.');
        return;
      }
      try {
        const contract = await Contract.at(app.wallet, where);
        const values: unknown = JSON.parse(args.input.value || '[]');
        const interaction = contract.methods[name.input.value.trim()]?.(...(Array.isArray(values) ? (values as unknown[]) : [values]));
        if (!interaction) return;
        const intent = { caller: who, call: await interaction.call() };
        const witness = await app.wallet.createAuthWitness(account.address, intent);
        const found = await app.wallet.lookupAuthorization(account.address, intent, witness);
        fill(shown, h('p', {}, found.private ? 'The witness is valid. Give it to who makes the call:' : 'The account does not accept this witness.'),
          h('textarea', { readonly: true, rows: 6, 'aria-label': 'Witness' }, witness),
          h('p', { class: 'note' }, found.public ? 'The call is also allowed publicly.' : 'It is not allowed publicly.'));
      } catch (error) {
        fill(shown, errorBox(error));
      }
    }, caller.root, target.root, name.root, args.root), shown);
  return undefined;
};
