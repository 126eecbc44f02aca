// Our client beside the official one in the same Chromium, on one node-lite: what is fetched, how long it takes, how much
// memory. `cargo xtask bench browser` calls it.
//
//   node run.mjs --node-lite PROGRAM --reference FOLDER --folder FOLDER [--notes COUNT] [--turns COUNT] [--proofs]
//
// With `--adapter` nothing is measured: official contract classes and accounts work in a page on our wallet.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { startNode } from '../../../www/serve.mjs';
import { adapter } from './adapter.mjs';
import { buildPages } from './build.mjs';
import { makeChain, rpc, WORTH } from './chain.mjs';
import { freshProfile, open } from './chromium.mjs';
import { Figures } from './figures.mjs';
import { lengths, serve } from './server.mjs';

/** Whose client, and whose page. */
const WHO = ['ours', 'official'];
/** How often something quick is done in a turn. */
const AGAIN = 3;

const { values } = parseArgs({
  options: {
    'node-lite': { type: 'string' },
    reference: { type: 'string' },
    folder: { type: 'string' },
    notes: { type: 'string', default: '200' },
    turns: { type: 'string', default: '2' },
    proofs: { type: 'boolean', default: false },
    adapter: { type: 'boolean', default: false },
  },
});
const [notes, turns] = [Number(values.notes), Number(values.turns)];
assert.ok(notes > 0 && turns > 0, '--notes and --turns are numbers above 0');
const say = text => process.stderr.write(`${text}\n`);
const figures = new Figures(say);

/** A node, as long as something is done with it. */
async function withNode(options, work) {
  const { process: node, welcome } = await startNode(values['node-lite'], ['--memory', '--port', '0', '--log', 'warn', ...options]);
  try {
    await work(welcome);
  } finally {
    if (node.exitCode === null) {
      const ended = once(node, 'exit');
      node.kill('SIGTERM');
      await ended;
    }
  }
}

async function withProfile(work) {
  const profile = await freshProfile();
  try {
    await work(profile);
  } finally {
    await profile.remove();
  }
}

async function withPage(profile, address, work) {
  const page = await open(profile, address);
  try {
    await work(page);
  } finally {
    await page.close();
  }
}

/** Loading, and transfers of an account with two notes. */
async function transfers(who, address, token, alice, bob) {
  const add = (row, value) => figures.add(who, row, value);
  const transfer = { token, from: alice.address, to: bob.address };
  await withProfile(async profile => {
    server.taken();
    let fetched;
    await withPage(profile, address, async page => {
      add('cold', page.ready);
      await page.call('account', alice);
      await page.call('token', { address: token });
      add('first', (await page.call('simulate', transfer)).took);
      fetched = server.taken();
      for (let count = 0; count < AGAIN; count++) add('again', (await page.call('simulate', transfer)).took);
      for (let count = 0; count < AGAIN; count++) add('sent', (await page.call('send', transfer)).took);
      add('transfers', await page.peakMemory());
    });
    await withPage(profile, address, page => add('warm', page.ready));
    // Compressing takes long, and the pages are the same in every turn.
    if (figures.has(who, 'fetched')) return;
    for (const [row, value] of Object.entries(await lengths(fetched))) add(row, value);
  });
}

/** The balance of someone who has not seen his notes yet. */
async function balance(who, address, token, alice, bob) {
  await withProfile(profile => withPage(profile, address, async page => {
    await page.call('account', bob);
    await page.call('token', { address: token });
    await page.call('sender', { address: alice.address });
    for (const row of ['found', 'known']) {
      const { answer, took } = await page.call('balance', { token, of: bob.address });
      assert.equal(answer, String(notes * WORTH), `the balance ${who} finds`);
      figures.add(who, row, took);
    }
    figures.add(who, 'notes', await page.peakMemory());
  }));
}

/** Transfers with real proofs under the INSECURE development parameters, verified by the node. */
async function proofs({ url, accounts: [alice, bob], contracts }) {
  const token = contracts.find(({ name }) => name === 'Token').address;
  for (const [row, threads] of [['threads', ''], ['single', '1']]) {
    say(`a proof, ${row}`);
    await withProfile(profile => withPage(profile, address('ours', url, threads), async page => {
      await page.call('account', alice);
      await page.call('token', { address: token });
      if (row === 'threads') await page.call('mint', { token, from: alice.address, to: alice.address, notes: 2, worth: WORTH });
      figures.add('ours', row, (await page.call('send', { token, from: alice.address, to: bob.address })).took);
      figures.add('ours', `${row}Memory`, await page.peakMemory());
    }));
  }
}

async function compare() {
  await withProfile(profile => withPage(profile, address('empty', ''), async page => {
    const peak = await page.peakMemory();
    for (const who of WHO) figures.add(who, 'empty', peak);
  }));
  await withNode([], async ({ url, accounts: [alice, bob] }) => {
    say(`${notes} notes are made`);
    const [hers, his] = await makeChain(url, address('ours', url), [alice, bob], notes);
    for (let turn = 1; turn <= turns; turn++) {
      for (const who of WHO) {
        say(`turn ${turn} of ${turns}: ${who}`);
        const snapshot = await rpc(url, 'dev_snapshot');
        await transfers(who, address(who, url), hers, alice, bob);
        await balance(who, address(who, url), his, alice, bob);
        assert.equal(await rpc(url, 'dev_revert', snapshot), true, 'the chain is as it was');
      }
    }
  });
  if (values.proofs) await withNode(['--parameters', 'development'], proofs);
}

say('the pages are built');
const server = await serve(await buildPages(values.folder, values.reference, values.adapter ? ['adapter'] : WHO));
const address = (who, node, threads = '') => `${server.url}/${who}/?${new URLSearchParams({ node, threads })}`;
try {
  if (values.adapter) {
    await withNode([], ({ url }) => withProfile(profile => withPage(profile, address('adapter', url), page => adapter(page, say))));
  } else {
    await compare();
  }
} finally {
  server.stop();
  // What was measured before something failed is told too.
  if (!values.adapter) process.stdout.write(`${figures.table(notes)}\n`);
}
