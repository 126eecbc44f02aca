// Answers measurements: `solve NAME MILLISECONDS` or `decode NAME MILLISECONDS` in, nanoseconds per run out.
import { createInterface } from 'node:readline';

/** @param {(what: string, name: string) => (runs: number) => void | Promise<void>} workload makes what is timed. */
export async function answer(workload) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, name, budget] = line.split(' ');
    const run = workload(what, name);
    let runs = 1;
    let elapsed;
    for (;;) {
      const start = performance.now();
      await run(runs);
      elapsed = performance.now() - start;
      if (elapsed >= Number(budget)) break;
      runs *= 2;
    }
    console.log(((elapsed * 1e6) / runs).toFixed(0));
  }
  process.exit(0);
}
