/** The accounts, and what the shown one has. */
import { errorBox, timeline } from '../app.js';
import type { App, View } from '../app.js';
import { copyButton, field, fill, form, h } from '../dom.js';
import { amount, isAddress, short } from '../format.js';
import { TEST_TOKENS, getTestTokens } from '../faucet.js';
import type { Token } from '../settings.js';
import { balances } from '../tokens.js';

function accountSwitch(app: App): HTMLElement {
  const options = app.accounts.map(account =>
    h('option', { value: account.address, selected: account.address === app.account?.address }, account.alias || short(account.address)));
  const select = h('select', { id: 'account', 'aria-label': 'Account' }, options);
  select.addEventListener('change', () => {
    app.settings.account = app.accounts.find(({ address }) => address === select.value)?.address;
    app.save();
    void app.refresh();
  });
  return select;
}

function deployCard(app: App): HTMLElement | false {
  const { account } = app;
  if (!account || account.deployed) return false;
  const card = h('section', { class: 'card', 'aria-label': 'Activate the account' },
    h('h2', {}, 'Activate this account'),
    h('p', {}, 'It can receive already. To send, its contract has to be deployed once.'));
  const button = h('button', {
    type: 'button',
    onclick: async () => {
      const live = timeline('Activate the account');
      card.replaceWith(live.root);
      try {
        const tx = await account.deploy(live);
        await tx.wait({ signal: live.signal });
        live.finish('The account is active.');
        await app.refresh();
      } catch (error) {
        live.fail(error);
        live.root.append(h('div', { class: 'actions' }, h('button', {
          type: 'button',
          onclick: () => {
            live.root.replaceWith(card);
          },
        }, 'Try again')));
      }
    },
  }, 'Activate');
  card.append(h('div', { class: 'actions' }, button));
  return card;
}

function faucetCard(app: App, reload: () => void): HTMLElement | false {
  const { faucet, tokens: [token] } = app.settings;
  if (!faucet || !token) return false;
  const place = h('div');
  const button = h('button', {
    type: 'button',
    class: 'plain',
    onclick: async () => {
      const live = timeline('Get test tokens');
      fill(place, live.root);
      try {
        await getTestTokens(app, token, live);
        live.finish('The tokens are here.');
        reload();
      } catch (error) {
        live.fail(error);
      }
    },
  }, 'Get test tokens');
  place.append(h('p', {}, `${String(TEST_TOKENS)} ${token.symbol} on this test network, private and public. `, button));
  return place;
}

function tokenRow(app: App, token: Token): { row: HTMLElement; load: () => Promise<void> } {
  const hidden = h('td', { class: 'number', 'data-testid': `private-${token.symbol}` }, '…');
  const open = h('td', { class: 'number', 'data-testid': `public-${token.symbol}` }, '…');
  const row = h('tr', {}, h('th', { scope: 'row' }, token.symbol, h('span', { class: 'note' }, ` ${token.name}`)), hidden, open);
  return {
    row,
    load: async () => {
      if (!app.account) return;
      try {
        const found = await balances(app, token, app.account.address);
        fill(hidden, amount(found.private, token.decimals));
        fill(open, amount(found.public, token.decimals));
      } catch (error) {
        fill(hidden, '?');
        fill(open, '?');
        row.title = error instanceof Error ? error.message : String(error);
      }
    },
  };
}

/** Accounts and balances. */
export const home: View = (app, place) => {
  const { account } = app;
  if (!account) {
    fill(place, h('h1', {}, 'No account yet'), h('button', {
      type: 'button',
      onclick: async () => {
        await app.wallet.createAccount({ alias: 'Account 1' });
        await app.refresh();
      },
    }, 'Add an account'));
    return undefined;
  }
  const rows = app.settings.tokens.map(token => tokenRow(app, token));
  const load = () => {
    for (const row of rows) void row.load();
  };
  fill(place,
    h('header', { class: 'row' }, accountSwitch(app), h('code', { title: account.address, 'data-testid': 'address' }, short(account.address)), copyButton(account.address)),
    deployCard(app),
    h('section', { class: 'card', 'aria-label': 'Tokens' },
      h('table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Token'), h('th', { scope: 'col', class: 'number' }, 'Private'), h('th', { scope: 'col', class: 'number' }, 'Public'))),
        h('tbody', {}, rows.map(({ row }) => row))),
      rows.length === 0 && h('p', {}, 'No tokens yet: add one below by its address.'),
      faucetCard(app, load)),
    h('div', { class: 'actions' }, h('a', { class: 'button', href: '#/send' }, 'Send'), h('a', { class: 'button plain', href: '#/receive' }, 'Receive')),
    h('details', {}, h('summary', {}, 'Add a token or an account'), addToken(app), addAccount(app)),
  );
  load();
  return app.wallet.onChange(load);
};

function addToken(app: App): HTMLElement {
  const address = field('Address of a token contract', {});
  const symbol = field('Symbol', { maxlength: 12 });
  const decimals = field('Decimals', { type: 'number', min: 0, max: 38, value: 18 });
  return form('Add a token', 'Add the token', async () => {
    const text = address.input.value.trim().toLowerCase();
    if (!isAddress(text)) {
      address.fail('An address is 0x and 64 hexadecimal digits.');
      return;
    }
    if (symbol.input.value.trim() === '') {
      symbol.fail('Name it.');
      return;
    }
    app.settings.tokens = [...app.settings.tokens.filter(token => token.address !== text), {
      address: text, symbol: symbol.input.value.trim(), name: '', decimals: Number(decimals.input.value),
    }];
    app.save();
    await app.refresh();
  }, address.root, symbol.root, decimals.root);
}

function addAccount(app: App): HTMLElement {
  const alias = field('Name', { value: `Account ${String(app.accounts.length + 1)}` });
  const problem = h('div');
  return h('div', {}, form('Add an account', 'Add the account', async () => {
    try {
      const account = await app.wallet.createAccount({ alias: alias.input.value.trim() });
      app.settings.account = account.address;
      app.save();
      await app.refresh();
    } catch (error) {
      fill(problem, errorBox(error));
    }
  }, alias.root), problem);
}
