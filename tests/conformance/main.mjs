// The runner: chooses scenarios, runs independent ones side by side, prints what came out.
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { World } from './world.mjs';
import { accounts } from './scenarios/accounts.mjs';
import { apps } from './scenarios/apps.mjs';
import { authwits } from './scenarios/authwits.mjs';
import { avm } from './scenarios/avm.mjs';
import { bridge } from './scenarios/bridge.mjs';
import { calls } from './scenarios/calls.mjs';
import { chain } from './scenarios/chain.mjs';
import { fees } from './scenarios/fees.mjs';
import { logs } from './scenarios/logs.mjs';
import { notes } from './scenarios/notes.mjs';
import { refusals } from './scenarios/refusals.mjs';
import { token } from './scenarios/token.mjs';
import { update } from './scenarios/update.mjs';

const USAGE = `node run.mjs --url URL [options]
  --url URL       the node's JSON-RPC (default http://127.0.0.1:8080)
  --l1 URL        its Ethereum's JSON-RPC, or the word node for one that is its own L1:
                  also run what needs messages from L1 or control of time
  --wallet FILE   our wallet instead of the official one: cargo build -p tests --bin wallet
  --only NAME     only scenarios with this in their names (several times: any of them)
  --jobs N        scenarios at a time (default 6)
  --record FILE   keep every tx sent and every block, for node-lite/tests/corpus
  --json FILE     write the results
  --list          name the scenarios`;

/** Scenarios that ask about the whole chain come after those that make it. */
const SIDE_BY_SIDE = [...accounts, ...token, ...authwits, ...fees, ...logs, ...notes, ...calls, ...apps, ...avm];
const LAST = [...refusals, ...bridge, ...update, ...chain];

const seconds = since => ((performance.now() - since) / 1000).toFixed(1);

async function run(world, { name, run }, results) {
  const start = performance.now();
  const error = await run(world.fork(name)).then(() => undefined, e => e ?? new Error('no reason given'));
  const time = seconds(start);
  results.push({ name, ok: !error, seconds: Number(time), reason: error && String(error.message ?? error) });
  const trace = error && String(error.stack ?? error).split('\n').slice(0, 8).join('\n    ').slice(0, 1500);
  const reason = error ? `\n    ${trace}` : '';
  console.log(`${error ? 'FAIL' : 'ok  '} ${time.padStart(6)} s  ${name}${reason}`);
}

/** Gives the exit code. */
export async function main(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080' },
      l1: { type: 'string' },
      wallet: { type: 'string' },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string', default: '6' },
      record: { type: 'string' },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const wanted = ({ name, needsL1 }) =>
    (!needsL1 || options.l1) && (!options.only || options.only.some(part => name.includes(part)));
  const [first, last] = [SIDE_BY_SIDE, LAST].map(list => list.filter(wanted));
  if (options.list) {
    for (const { name } of [...first, ...last]) console.log(name);
    return 0;
  }
  if (first.length + last.length === 0) {
    console.error('no scenario has such a name');
    return 2;
  }

  const start = performance.now();
  const node = createAztecNodeClient(options.url);
  const { url, l1: l1Url, record: file, wallet: ours } = options;
  const world = await World.create(node, { url, l1Url, record: Boolean(file), ours });
  const results = [];
  const queue = [...first];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await run(world, next, results);
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
  for (const scenario of last) await run(world, scenario, results);

  const failed = results.filter(r => !r.ok);
  console.log(`${results.length - failed.length} of ${results.length} scenarios pass in ${seconds(start)} s, `
    + `${world.sent.length} txs sent, block ${await node.getBlockNumber()}`);
  if (failed.length) console.log(`failed: ${failed.map(r => r.name).join(', ')}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, undefined, 1)}\n`);
  if (file) {
    const { record } = await import('./record.mjs');
    await record(file, world);
  }
  await world.stop();
  return failed.length ? 1 : 0;
}
