/** The state of the page, and moving between its views. */
import { AztecLiteError, passkeysAvailable, Wallet } from '@aztec-lite/sdk';
import type { Account, Progress, Unlocking, WalletStatus } from '@aztec-lite/sdk';
import { fill, h } from './dom.js';
import { seconds } from './format.js';
import { saveSettings } from './settings.js';
import type { Settings } from './settings.js';

/** What all views work with. */
export interface App {
  settings: Settings;
  wallet: Wallet;
  status: WalletStatus;
  accounts: Account[];
  /** The account that is shown. */
  account: Account | undefined;
  /** Shows a view. */
  go: (path: string) => void;
  /** Asks the wallet again and shows the view anew. */
  refresh: () => Promise<void>;
  save: () => void;
}

/** A view: fills its place; what it returns is called when it goes. */
export type View = (app: App, place: HTMLElement) => (() => void) | undefined | Promise<(() => void) | undefined>;

/** The wallet with what is known of it. */
export async function openApp(settings: Settings, show: (app: App) => void): Promise<App> {
  const { node, srs, threads } = settings;
  const wallet = await Wallet.open({ node, srs, ...(threads !== undefined && { threads }) });
  if (settings.sponsor) wallet.defaultFee = { method: 'sponsored', sponsor: settings.sponsor };
  const app: App = {
    settings,
    wallet,
    status: await wallet.status(),
    accounts: [],
    account: undefined,
    go: path => {
      location.hash = `#/${path}`;
    },
    refresh: async () => {
      app.status = await wallet.status();
      const own = app.status.unlocked ? await wallet.accounts() : [];
      // The keys of the faucet are everybody's.
      app.accounts = own.filter(({ address }) => address !== settings.faucet?.address);
      app.account = app.accounts.find(({ address }) => address === settings.account) ?? app.accounts[0];
      show(app);
    },
    save: () => {
      saveSettings(settings);
    },
  };
  return app;
}

/** What went wrong, for people: what happened, and what to do. */
export function errorBox(error: unknown): HTMLElement {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof AztecLiteError ? error.hint : undefined;
  const causes: string[] = [];
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause) {
    causes.push(cause.message);
  }
  return h('div', { class: 'error', role: 'alert' },
    h('p', {}, h('strong', {}, message)),
    hint !== undefined && h('p', {}, hint),
    causes.length > 0 && h('details', {}, h('summary', {}, 'Details'), causes.map(cause => h('p', {}, cause))));
}

/** A button that does something with the key of a passkey; nothing where there are no passkeys. */
export function passkeyButton(
  label: string, ask: () => Promise<Uint8Array>, use: (unlocking: Unlocking) => Promise<void>, problem: HTMLElement,
): HTMLElement | false {
  if (!passkeysAvailable()) return false;
  const button = h('button', {
    type: 'button', class: 'plain',
    onclick: async () => {
      button.disabled = true;
      fill(problem);
      try {
        await use({ key: await ask() });
      } catch (error) {
        fill(problem, errorBox(error));
      } finally {
        button.disabled = false;
      }
    },
  }, label);
  return h('div', { class: 'actions' }, button);
}

const STAGES: Record<string, string> = {
  sync: 'Read the chain', execute: 'Execute privately', witness: 'Solve circuits', prove: 'Prove', submit: 'Send', mined: 'In a block',
};

const STAGE_NAMES = Object.keys(STAGES);

/** A live timeline of an operation, with a way to end it. */
export function timeline(title: string): {
  root: HTMLElement; signal: AbortSignal; onProgress: (progress: Progress) => void; finish: (text: string) => void;
  fail: (error: unknown) => void;
} {
  const abort = new AbortController();
  const list = h('ol', { class: 'timeline' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': title });
  const clock = h('span', { class: 'note' });
  const outcome = h('div', { 'aria-live': 'polite' });
  const cancel = h('button', { type: 'button', class: 'plain', onclick: () => { abort.abort(); } }, 'Cancel');
  const root = h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), bar, list, clock, outcome,
    h('div', { class: 'actions' }, cancel));
  const began = performance.now();
  const timer = setInterval(() => {
    fill(clock, seconds(performance.now() - began));
  }, 200);
  const items = new Map<string, { detail: HTMLElement; item: HTMLElement }>();
  const end = () => {
    clearInterval(timer);
    cancel.remove();
    fill(clock, seconds(performance.now() - began));
  };
  // Circuits are solved and proven side by side: solving is over when the prover has the last one.
  const isOver = (stage: string, now: Progress) =>
    STAGE_NAMES.indexOf(stage) < STAGE_NAMES.indexOf(now.stage)
    && !(stage === 'witness' && now.stage === 'prove' && now.circuit !== undefined && (now.index ?? 0) + 1 < (now.total ?? 0));
  return {
    root,
    signal: abort.signal,
    onProgress: progress => {
      if (progress.stage === 'moved') {
        list.append(h('li', { class: 'done' }, 'Continues in another tab'));
        return;
      }
      const { stage } = progress;
      for (const [earlier, { item }] of items) if (isOver(earlier, progress)) item.classList.add('done');
      let entry = items.get(stage);
      if (!entry) {
        const detail = h('span', { class: 'note' });
        entry = { detail, item: h('li', {}, STAGES[stage] ?? stage, ' ', detail) };
        items.set(stage, entry);
        list.append(entry.item);
      }
      if (progress.stage === 'execute') fill(entry.detail, `${progress.contract}.${progress.function}`);
      if (progress.stage === 'witness') fill(entry.detail, `${progress.circuit}, ${String(progress.index + 1)} of ${String(progress.total)}`);
      if (progress.stage === 'prove') {
        const { circuit, index = bar.max - 1, total = bar.max - 1 } = progress;
        fill(entry.detail, circuit === undefined ? 'all circuits' : `${circuit}, ${String(index + 1)} of ${String(total)}`);
        bar.max = total + 1;
        bar.value = index + 1;
      }
    },
    finish: text => {
      end();
      for (const { item } of items.values()) item.classList.add('done');
      bar.value = bar.max;
      fill(outcome, h('p', { class: 'success' }, text));
    },
    fail: error => {
      end();
      bar.remove();
      const aborted = error instanceof DOMException && error.name === 'AbortError';
      fill(outcome, aborted ? h('p', {}, 'Cancelled. Nothing was sent.') : errorBox(error));
    },
  };
}
