// Records sessions of the official PXE against a node (see ../README.md).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { recordTo } from './hooks.mjs';
import { Recorder } from './recorder.mjs';
import { SESSIONS } from './sessions/index.mjs';
import { World } from './world.mjs';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    out: { type: 'string', default: '.' },
    chain: { type: 'string' },
    only: { type: 'string', multiple: true },
    prefix: { type: 'string', default: '' },
    seed: { type: 'string', default: 'aztec-lite pxe' },
  },
});

const chosen = SESSIONS.filter(({ name }) => !options.only || options.only.includes(name));
const failed = [];
for (const { name, step, run, ...settings } of chosen) {
  const start = performance.now();
  const recorder = new Recorder();
  recordTo(recorder, `${options.seed} ${name}`);
  try {
    const world = await World.create(recorder, options.url, settings);
    if (step) world.step(step);
    await run(world);
    await world.stop();
  } catch (error) {
    failed.push(name);
    console.error(error.stack.split('\n').slice(0, 12).join('\n'));
  }
  recorder.write(join(options.out, `${options.prefix}${name}.jsonl`));
  const txs = recorder.entries.filter(({ method, result }) => method === 'proveTx' && result).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${recorder.entries.length} entries, ${txs} txs, ${seconds} s`);
}
if (options.chain) {
  const state = await fetch(new URL('/dev/state', options.url));
  if (!state.ok) throw new Error(`no state: ${state.status}`);
  writeFileSync(options.chain, Buffer.from(await state.arrayBuffer()));
}
if (failed.length) console.error(`failed: ${failed.join(', ')}`);
process.exit(failed.length ? 1 : 0);
