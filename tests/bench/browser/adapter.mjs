// What official classes do in a page on our wallet, step by step.
import assert from 'node:assert/strict';

const STEPS = {
  accounts: answer => assert.deepEqual(answer, { same: [true, true], states: [true, true], known: 2 }),
  deploy: answer => assert.deepEqual(answer, [true, true]),
  mint: answer => assert.deepEqual(answer, ['1000', '500', '0']),
  transfer: answer => assert.deepEqual(answer, { paid: true, balances: ['900', '500', '100'] }),
  authorized: answer => assert.deepEqual(answer, ['860', '500', '140']),
  events: answer => assert.deepEqual(answer, ['100']),
  refused: answer => assert.match(answer, /Balance too low/),
};

/** Goes through all steps; one that fails ends it. */
export async function adapter(page, say) {
  for (const [name, check] of Object.entries(STEPS)) {
    const { answer, took } = await page.call(name, {});
    check(answer);
    say(`ok ${name}, ${(took / 1000).toFixed(2)} s`);
  }
}
