/** The page: opens the wallet, and shows the view that the address names. */
import { PROTOCOL_VERSION } from '@aztec-lite/sdk';
import { errorBox, openApp } from './app.js';
import type { App, View } from './app.js';
import { fill, h } from './dom.js';
import { loadSettings } from './settings.js';
import './style.css';
import { authorizations } from './views/authorizations.js';
import { contacts } from './views/contacts.js';
import { contracts } from './views/contracts.js';
import { history } from './views/history.js';
import { home } from './views/home.js';
import { receive } from './views/receive.js';
import { send } from './views/send.js';
import { settings } from './views/settings.js';
import { create, restore, unlock, unopened, welcome } from './views/start.js';

const VIEWS: Record<string, { title: string; view: View } | undefined> = {
  '': { title: 'Wallet', view: home },
  send: { title: 'Send', view: send },
  receive: { title: 'Receive', view: receive },
  history: { title: 'History', view: history },
  contacts: { title: 'Contacts', view: contacts },
  contracts: { title: 'Contracts', view: contracts },
  authorizations: { title: 'Authorizations', view: authorizations },
  settings: { title: 'Settings', view: settings },
};

const path = (): string => location.hash.replace(/^#\/?/, '');

/** The view for a path and a state of the wallet. */
function choose(app: App): View {
  const wanted = path();
  if (wanted === 'settings') return settings;
  if (!app.status.exists) return wanted === 'create' ? create : wanted === 'restore' ? restore : welcome;
  if (!app.status.unlocked) return unlock;
  return VIEWS[wanted]?.view ?? home;
}

function banner(app: App): HTMLElement | false {
  const { network } = app.status;
  if (network.parameters === 'development') {
    return h('p', { class: 'banner', role: 'status' }, 'Development network: proofs are real but INSECURE, nothing here has value.');
  }
  return !network.realProofs && h('p', { class: 'banner', role: 'status' }, 'This network does not verify proofs: nothing here has value.');
}

function navigation(app: App): HTMLElement | false {
  if (!app.status.unlocked) return false;
  const current = path();
  return h('nav', { 'aria-label': 'Views' }, Object.entries(VIEWS).map(([name, entry]) =>
    h('a', { href: `#/${name}`, 'aria-current': name === current ? 'page' : undefined }, entry?.title)));
}

/** The block the wallet sees the chain from, on every view. */
const block = h('span');

async function showBlock(app: App): Promise<void> {
  // What the wallet cannot say now is no reason to show nothing else.
  const now = await app.wallet.status().catch(() => app.status);
  app.status.block = now.block;
  fill(block, now.block !== null && ` · block ${String(now.block)}`);
}

let leave: (() => void) | undefined;
let shown = 0;

async function show(app: App): Promise<void> {
  leave?.();
  leave = undefined;
  const turn = (shown += 1);
  const place = h('main', { id: 'main', tabindex: -1 });
  const footer = h('footer', { class: 'note' }, `Aztec protocol ${PROTOCOL_VERSION}`, block);
  fill(document.body, h('a', { class: 'skip', href: '#main' }, 'Skip to content'), banner(app), navigation(app), place, footer);
  void showBlock(app);
  try {
    const left = await choose(app)(app, place);
    if (turn === shown) leave = left;
    else left?.();
  } catch (error) {
    fill(place, errorBox(error));
  }
}

/** Locks the wallet when nobody did anything for long enough. */
function lockWhenIdle(app: App): void {
  let last = Date.now();
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, () => (last = Date.now()), { passive: true });
  setInterval(() => {
    if (app.status.unlocked && Date.now() - last > app.settings.lockAfterMinutes * 60_000) {
      void app.wallet.lock().then(() => app.refresh());
    }
  }, 10_000);
}

// What nobody expected is still told.
addEventListener('unhandledrejection', ({ reason }) => {
  document.getElementById('main')?.append(errorBox(reason));
});

const chosen = await loadSettings();
try {
  const app = await openApp(chosen, current => void show(current));
  addEventListener('hashchange', () => void show(app));
  app.wallet.onChange(() => void showBlock(app));
  await app.refresh();
  lockWhenIdle(app);
} catch (error) {
  const place = h('main', { id: 'main' });
  fill(document.body, place);
  unopened(chosen, error, place);
}
