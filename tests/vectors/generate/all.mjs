// Regenerates every topic: `AZTEC_REFERENCE=<dir with node_modules/@aztec> node tests/vectors/generate/all.mjs`.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const shared = /^(all|lib|.*-lib)\.mjs$/;
for (const file of readdirSync(here).sort()) {
  // One process per topic: the official packages keep state, and a topic must not depend on the one before it.
  if (file.endsWith('.mjs') && !shared.test(file)) {
    execFileSync(process.execPath, [join(here, file)], {
      stdio: 'inherit',
      env: { LOG_LEVEL: 'silent', ...process.env },
    });
  }
}
