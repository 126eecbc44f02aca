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

const chosen = Object.entries(SESSIONS).filter(([name]) => !options.only || options.only.includes(name));
let failed = 0;
for (const [name, run] of chosen) {
  const start = performance.now();
  const recorder = new Recorder();
  recordTo(recorder, `${options.seed} ${name}`);
  console.log(name);
  try {
    const world = await World.create(recorder, options.url);
    await run(world);
    await world.wallet.stop();
  } catch (error) {
    failed++;
    console.error(error.stack);
  }
  recorder.write(join(options.out, `${options.prefix}${name}.jsonl`));
  console.log(`  ${recorder.entries.length} entries in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
if (options.chain) {
  const state = await fetch(new URL('/dev/state', options.url));
  if (!state.ok) throw new Error(`no state: ${state.status}`);
  writeFileSync(options.chain, Buffer.from(await state.arrayBuffer()));
}
process.exit(failed ? 1 : 0);
