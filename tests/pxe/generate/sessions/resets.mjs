// Transactions that need resets between functions, or large ones at the end.
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { BenchmarkingContract } from '@aztec/noir-test-contracts.js/Benchmarking';
import { PendingNoteHashesContract } from '@aztec/noir-test-contracts.js/PendingNoteHashes';
import { SpamContract } from '@aztec/noir-test-contracts.js/Spam';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';

import { Fr } from '../world.mjs';

export async function manyNotes(w) {
  const { alice, bob } = w;
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  w.step('many notes');
  for (let i = 0; i < 6; i++) {
    await w.batch([1n, 2n, 3n, 4n].map(n => token.methods.mint_to_private(alice, n)));
    if (i % 2) await w.finalized();
  }
  await w.view(token.methods.balance_of_private(alice));
  w.step('all of them in one transfer');
  await w.send(token.methods.transfer(bob, 59n));
  await w.view(token.methods.balance_of_private(alice));
}

export async function fullTxs(w) {
  const { alice } = w;
  w.step('contracts');
  const spam = await w.deployAll([[SpamContract], [SpamContract], [SpamContract], [SpamContract]]);
  const flood = async (count, nullifiers) => {
    await w.batch(spam.slice(0, count).map(c => c.methods.spam(Fr.random(), nullifiers, false)));
    // Each is as many tags as may be on their way.
    await w.finalized();
  };
  w.step('16 notes and logs, 16 nullifiers');
  await flood(1, 16);
  w.step('32 notes and logs');
  await flood(2, 0);
  w.step('48 notes and logs, 48 nullifiers');
  await flood(3, 16);
  w.step('64 notes and logs, 61 nullifiers');
  await flood(4, 15);
  w.step('more nullifiers than a tx holds');
  await w.fails(flood(4, 16), /./);
  w.step('notes made and used over and over');
  const c = await w.deploy(PendingNoteHashesContract);
  await w.send(c.methods.test_recursively_create_notes(alice, 4));
  await w.send(c.methods.test_recursively_create_notes(alice, 12));
  w.step('notes made and used by five calls');
  await w.batch([1n, 2n, 3n, 4n, 5n].map(n => c.methods.test_insert_then_get_then_nullify_flat(n, alice, alice)));
}

export async function reads(w) {
  const { alice } = w;
  const c = await w.deploy(BenchmarkingContract);
  w.step('notes of a benchmark');
  for (const n of [1, 2, 3]) await w.send(c.methods.create_note(alice, n));
  await w.send(c.methods.recreate_note(alice, 1));
  w.step('five calls that read settled notes');
  const test = await w.deploy(TestContract);
  for (const n of [1n, 2n, 3n, 4n, 5n, 6n]) await w.send(test.methods.call_create_note(n, alice, new Fr(9), n === 3n));
  await w.batch([1, 2, 3, 4, 5].map(() => test.methods.call_get_notes_many(alice, new Fr(9), false)));
  await w.batch([1, 2].map(() => test.methods.test_note_inclusion(alice, new Fr(9))));
  w.step('notes destroyed one by one in one tx');
  await w.batch([1, 2, 3, 4].map(() => test.methods.call_destroy_note(alice, new Fr(9))));
  await w.view(test.methods.call_view_notes_many(alice, new Fr(9), false));
  await w.view(test.methods.call_view_notes_many(alice, new Fr(9), true));
}
