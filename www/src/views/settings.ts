/** Settings: node, proofs, lock, seed. */
import { passkeyKey } from '@aztec-lite/sdk';
import type { Unlocking } from '@aztec-lite/sdk';
import { errorBox, passkeyButton } from '../app.js';
import type { View } from '../app.js';
import { copyButton, field, fill, form, h } from '../dom.js';

/** All that can be set, and what the network says of itself. */
export const settings: View = (app, place) => {
  const { network, prover } = app.status;
  const node = field('Node', { type: 'url', value: app.settings.node, hint: 'The page reads the chain from it and sends transactions to it.' });
  const srs = field('Reference string for proofs', { value: app.settings.srs.join(' '), hint: 'URLs, with spaces between them; the first that answers is used.' });
  const threads = field('Threads for proofs', {
    type: 'number', min: 1, max: 64, value: app.settings.threads ?? '',
    hint: crossOriginIsolated ? 'Empty: as many as this machine has.' : 'This page is not cross-origin isolated, so proofs use one thread.',
  });
  const lock = field('Lock after minutes', { type: 'number', min: 1, max: 1440, value: app.settings.lockAfterMinutes });
  const problem = h('div');
  const facts: [string, string | undefined][] = [
    ['Network', `chain ${String(network.l1ChainId)}, rollup ${String(network.rollupVersion)}`],
    ['Node version', network.nodeVersion],
    ['Proofs', network.realProofs ? 'verified by the node' : 'NOT verified by the node'],
    ['Parameters', network.parameters === 'development' ? 'INSECURE development: anyone can forge proofs' : 'official'],
    ['Prover', prover && `barretenberg ${prover.version}, ${String(prover.threads)} thread${prover.threads === 1 ? '' : 's'}`],
  ];
  fill(place, h('h1', {}, 'Settings'),
    form('Settings', 'Save', async () => {
      app.settings.node = node.input.value.trim();
      app.settings.srs = srs.input.value.trim().split(/\s+/).filter(Boolean);
      app.settings.threads = threads.input.value === '' ? undefined : Number(threads.input.value);
      app.settings.lockAfterMinutes = Number(lock.input.value) || 15;
      app.save();
      location.reload();
      return Promise.resolve();
    }, node.root, srs.root, threads.root, lock.root),
    h('section', { class: 'card', 'aria-label': 'Network' }, h('dl', {}, facts.filter(([, text]) => text !== undefined).flatMap(([name, text]) => [h('dt', {}, name), h('dd', {}, text)]))),
    app.status.unlocked && exportSeed(app.wallet.exportSeedPhrase.bind(app.wallet)),
    app.status.unlocked && h('button', {
      type: 'button', class: 'plain',
      onclick: async () => {
        await app.wallet.lock();
        app.go('');
        await app.refresh();
      },
    }, 'Lock now'),
    problem);
  return undefined;

  function exportSeed(read: (unlocking: Unlocking) => Promise<string>): HTMLElement {
    const passphrase = field('Passphrase', { type: 'password', autocomplete: 'current-password' });
    const shown = h('div');
    const show = async (unlocking: Unlocking) => {
      const phrase = await read(unlocking);
      fill(shown, h('ol', { class: 'seed' }, phrase.split(' ').map(word => h('li', {}, word))), copyButton(phrase));
    };
    return h('details', {}, h('summary', {}, 'Show the seed phrase'), form('Show the seed phrase', 'Show', async () => {
      try {
        await show({ passphrase: passphrase.input.value });
      } catch (error) {
        fill(shown, errorBox(error));
      }
    }, passphrase.root), passkeyButton('Use a passkey', () => passkeyKey(), show, shown), shown);
  }
};
