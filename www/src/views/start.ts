/** Before there is a wallet, and while it is locked. */
import { createPasskey, passkeyKey } from '@aztec-lite/sdk';
import { errorBox, passkeyButton } from '../app.js';
import type { Unlocking } from '@aztec-lite/sdk';
import type { App, View } from '../app.js';
import { copyButton, field, fill, form, h } from '../dom.js';
import { saveSettings } from '../settings.js';
import type { Settings } from '../settings.js';

const MIN_LENGTH = 8;

/** Two fields for a new passphrase; what is in them, or nothing if it will not do. */
function newPassphrase(): { roots: HTMLElement[]; read: () => string | undefined } {
  const first = field('Passphrase', {
    type: 'password', autocomplete: 'new-password', hint: `At least ${String(MIN_LENGTH)} characters. It seals your keys on this device.`,
  });
  const second = field('Passphrase again', { type: 'password', autocomplete: 'new-password' });
  return {
    roots: [first.root, second.root],
    read: () => {
      if (first.input.value.length < MIN_LENGTH) first.fail(`Take at least ${String(MIN_LENGTH)} characters.`);
      else if (first.input.value !== second.input.value) second.fail('The two are not the same.');
      else return first.input.value;
      return undefined;
    },
  };
}

/** The first visit: a new wallet, or one from its seed phrase. */
export const welcome: View = (_, place) => {
  fill(place,
    h('h1', {}, 'Aztec Lite'),
    h('p', {}, 'A wallet whose keys, notes and proofs never leave this device.'),
    h('div', { class: 'actions' },
      h('a', { class: 'button', href: '#/create' }, 'Create a wallet'),
      h('a', { class: 'button plain', href: '#/restore' }, 'Restore from a seed phrase')),
  );
  return undefined;
};

/** What passkeys of this page are called where people choose among theirs. */
const PASSKEY = { name: 'Aztec Lite' };

/** A new wallet. */
export const create: View = (app, place) => {
  const passphrase = newPassphrase();
  const problem = h('div');
  const make = async (unlocking: Unlocking) => {
    try {
      const { seedPhrase } = await app.wallet.create(unlocking);
      showSeed(app, place, seedPhrase);
    } catch (error) {
      fill(problem, errorBox(error));
    }
  };
  fill(place, h('h1', {}, 'Create a wallet'), form('Create a wallet', 'Create', async () => {
    const text = passphrase.read();
    if (text !== undefined) await make({ passphrase: text });
  }, ...passphrase.roots), passkeyButton('Use a passkey instead', () => createPasskey(PASSKEY), make, problem), problem);
  return undefined;
};

function showSeed(app: App, place: HTMLElement, seedPhrase: string): void {
  const words = seedPhrase.split(' ');
  fill(place,
    h('h1', {}, 'Write this down'),
    h('p', {}, 'These words are the only way to get your funds back if this device is lost. Whoever has them has your funds.'),
    h('ol', { class: 'seed', 'data-testid': 'seed' }, words.map(word => h('li', {}, word))),
    h('div', { class: 'actions' }, copyButton(seedPhrase), h('button', {
      type: 'button',
      onclick: async () => {
        await addFirstAccount(app);
      },
    }, 'I have written it down')));
}

async function addFirstAccount(app: App): Promise<void> {
  await app.wallet.createAccount({ alias: 'Account 1' });
  app.go('');
  await app.refresh();
}

/** A wallet from its seed phrase. */
export const restore: View = (app, place) => {
  const seed = field('Seed phrase', { hint: '12 or 24 words with spaces between them' });
  const passphrase = newPassphrase();
  const problem = h('div');
  const make = async (unlocking: Unlocking) => {
    try {
      await app.wallet.restore(seed.input.value.trim().toLowerCase().replace(/\s+/g, ' '), unlocking);
      await addFirstAccount(app);
    } catch (error) {
      fill(problem, errorBox(error));
    }
  };
  fill(place, h('h1', {}, 'Restore a wallet'), form('Restore a wallet', 'Restore', async () => {
    const text = passphrase.read();
    if (text !== undefined) await make({ passphrase: text });
  }, seed.root, ...passphrase.roots), passkeyButton('Use a passkey instead', () => createPasskey(PASSKEY), make, problem), problem);
  return undefined;
};

/** A locked wallet. */
export const unlock: View = (app, place) => {
  const passphrase = field('Passphrase', { type: 'password', autocomplete: 'current-password' });
  const problem = h('div');
  const open = async (unlocking: Unlocking) => {
    await app.wallet.unlock(unlocking);
    await app.refresh();
  };
  fill(place, h('h1', {}, 'Unlock'), form('Unlock', 'Unlock', async () => {
    try {
      await open({ passphrase: passphrase.input.value });
    } catch (error) {
      passphrase.fail(error instanceof Error ? error.message : String(error));
    }
  }, passphrase.root), passkeyButton('Use a passkey', () => passkeyKey(), open, problem), problem);
  passphrase.input.focus();
  return undefined;
};

/** The wallet cannot be opened: why, and another node. */
export function unopened(settings: Settings, error: unknown, place: HTMLElement): void {
  const node = field('Node', { type: 'url', value: settings.node });
  fill(place, h('h1', {}, 'The wallet cannot be opened'), errorBox(error), form('Open', 'Try again', () => {
    const url = node.input.value.trim();
    if (!URL.canParse(url)) {
      node.fail('A URL starts with http:// or https://.');
      return Promise.resolve();
    }
    settings.node = url;
    saveSettings(settings);
    location.reload();
    return Promise.resolve();
  }, node.root));
}
