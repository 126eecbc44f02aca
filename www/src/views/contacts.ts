/** People whose private messages are looked for. */
import { errorBox } from '../app.js';
import type { View } from '../app.js';
import { field, fill, form, h } from '../dom.js';
import { isAddress, short } from '../format.js';

/** The address book. */
export const contacts: View = async (app, place) => {
  const list = h('ul', { class: 'list' });
  const problem = h('div');
  const load = async () => {
    const senders = await app.wallet.senders();
    fill(list, senders.map(({ address, alias }) => h('li', { class: 'row' }, h('span', {}, alias || short(address)), h('code', { title: address }, short(address)),
      h('button', {
        type: 'button', class: 'plain', 'aria-label': `Remove ${alias || address}`,
        onclick: async () => {
          await app.wallet.removeSender(address);
          await load();
        },
      }, 'Remove'))));
  };
  const address = field('Address', { placeholder: '0x…', spellcheck: 'false' });
  const alias = field('Name', {});
  fill(place, h('h1', {}, 'Contacts'), h('p', {}, 'Private transfers from these addresses are found.'), list,
    form('Add a contact', 'Add', async () => {
      const text = address.input.value.trim().toLowerCase();
      if (!isAddress(text)) {
        address.fail('An address is 0x and 64 hexadecimal digits.');
        return;
      }
      try {
        await app.wallet.addSender(text, alias.input.value.trim());
        address.input.value = '';
        alias.input.value = '';
        await load();
      } catch (error) {
        fill(problem, errorBox(error));
      }
    }, address.root, alias.root), problem);
  await load();
  return undefined;
};
