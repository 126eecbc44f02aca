/** Contracts the wallet knows, and calls to them. */
import { Contract } from '@aztec-lite/sdk';
import type { Address, FunctionInterface } from '@aztec-lite/sdk';
import { errorBox, timeline } from '../app.js';
import type { App, View } from '../app.js';
import { field, fill, form, h } from '../dom.js';
import { isAddress, short } from '../format.js';

/** Opens a contract the wallet knows, or any by its address, with its artifact if it is not known yet. */
export const contracts: View = async (app, place) => {
  const address = field('Address', { placeholder: '0x…', spellcheck: 'false' });
  const artifact = field('Artifact', { type: 'file', accept: '.json', hint: 'Only if the wallet does not know the contract yet.' });
  const shown = h('div');
  const open = async (text: Address, json?: object) => {
    try {
      const contract = await Contract.at(app.wallet, text, json);
      fill(shown, h('h2', {}, contract.name, ' ', h('code', { title: text }, short(text))),
        contract.functions.map(definition => call(app, contract, definition)));
    } catch (error) {
      fill(shown, errorBox(error));
    }
  };
  const known = (await app.wallet.contracts()).map(contract => h('li', {},
    h('button', { type: 'button', class: 'plain', onclick: () => open(contract.address) }, contract.name), ' ',
    h('code', { title: contract.address }, short(contract.address))));
  fill(place, h('h1', {}, 'Contracts'),
    h('ul', { class: 'list', 'aria-label': 'Known contracts' }, known.length === 0 ? h('li', {}, 'None yet.') : known),
    form('Open a contract', 'Open', async () => {
      const text = address.input.value.trim().toLowerCase();
      if (!isAddress(text)) {
        address.fail('An address is 0x and 64 hexadecimal digits.');
        return;
      }
      const file = artifact.input.files?.[0];
      try {
        await open(text, file && (JSON.parse(await file.text()) as object));
      } catch {
        artifact.fail('This is no JSON.');
      }
    }, address.root, artifact.root), shown);
  return undefined;
};

function call(app: App, contract: Contract, definition: FunctionInterface): HTMLElement {
  const inputs = definition.parameters.map(({ name }) => ({ name, ...field(name, { hint: 'JSON: a number, "0x…", true, [..] or {..}' }) }));
  const result = h('div');
  const isView = definition.functionType === 'utility' || definition.isStatic;
  return h('details', {}, h('summary', {}, definition.name, h('span', { class: 'note' }, ` ${definition.functionType}`)),
    form(definition.name, isView ? 'Read' : 'Send', async () => {
      const args: unknown[] = [];
      for (const { input, fail } of inputs) {
        try {
          args.push(JSON.parse(/^0x[0-9a-f]+$/i.test(input.value.trim()) ? `"${input.value.trim()}"` : input.value));
        } catch {
          fail('This is not JSON.');
          return;
        }
      }
      const { account } = app;
      const interaction = contract.methods[definition.name]?.(...args);
      if (!account || !interaction) return;
      if (isView) {
        try {
          const value = await interaction.simulate({ from: account.address });
          fill(result, h('pre', {}, JSON.stringify(value, null, 2)));
        } catch (error) {
          fill(result, errorBox(error));
        }
        return;
      }
      const live = timeline(definition.name);
      fill(result, live.root);
      try {
        const { signal, onProgress } = live;
        const tx = await interaction.send({ from: account.address, signal, onProgress });
        await tx.wait({ signal });
        live.finish('Sent.');
      } catch (error) {
        live.fail(error);
      }
    }, ...inputs.map(({ root }) => root)), result);
}
