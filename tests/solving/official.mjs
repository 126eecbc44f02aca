// Times the official solver, which decodes the program in every call: node official.mjs FOLDER. FOLDER holds recordings and
// the code they run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { answer } from './measure.mjs';

const acvm = createRequire(import.meta.url)('@aztec/noir-acvm_js');
const folder = process.argv[2];
const executions = new Map();
function execution(name) {
  if (!executions.has(name)) {
    const { sha, init, calls, fn } = JSON.parse(readFileSync(join(folder, `${name}.json`)));
    executions.set(name, { code: readFileSync(join(folder, `${sha}.bc`)), init: new Map(init), calls, run: acvm[fn] });
  }
  return executions.get(name);
}

await answer((_, name) => {
  const { code, init, calls, run } = execution(name);
  return async runs => {
    for (let i = 0; i < runs; i++) {
      let at = 0;
      await run(code, init, async called => {
        const { n, o } = calls[at++];
        if (n !== called) throw new Error(`${called} instead of ${n}`);
        return o;
      });
    }
  };
});
