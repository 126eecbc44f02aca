// Chooses recorded executions that differ and numbers them anew:
//   node select.mjs OUT PER_PROGRAM FOLDER...
// Two are alike if they run the same program, make the same calls and end in the same place. Of those that remain, as many
// as PER_PROGRAM are kept that succeed, and as many that fail.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [out, perProgram, ...folders] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const seen = new Set();
const kept = {};
let next = 0;
const counts = { recorded: 0, solved: 0, failed: 0 };
for (const folder of folders) {
  for (const file of readdirSync(folder).filter(name => name.endsWith('.json')).sort()) {
    const execution = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { sha, calls, error, init } = execution;
    counts.recorded++;
    const key = JSON.stringify([sha, init.length, calls.map(({ n }) => n), error?.callStack, error?.raw?.selector]);
    const group = `${sha} ${error === undefined}`;
    if (seen.has(key) || (kept[group] ?? 0) >= Number(perProgram)) continue;
    seen.add(key);
    kept[group] = (kept[group] ?? 0) + 1;
    counts[error ? 'failed' : 'solved']++;
    const id = String(next++).padStart(4, '0');
    writeFileSync(join(out, `${id}.json`), JSON.stringify({ ...execution, id }));
    const witness = join(folder, file.replace('.json', '.wit'));
    if (existsSync(witness)) copyFileSync(witness, join(out, `${id}.wit`));
    copyFileSync(join(folder, `${sha}.bc`), join(out, `${sha}.bc`));
  }
}
console.log(JSON.stringify({ ...counts, programs: new Set(Object.keys(kept).map(group => group.split(' ')[0])).size }));
