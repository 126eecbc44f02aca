// Notes: made, read with filters, used up, in one tx and over several.
import { CounterContract } from '@aztec/noir-test-contracts.js/Counter';
import { NoteGetterContract } from '@aztec/noir-test-contracts.js/NoteGetter';
import { PendingNoteHashesContract } from '@aztec/noir-test-contracts.js/PendingNoteHashes';
import { SpamContract } from '@aztec/noir-test-contracts.js/Spam';
import { StateVarsContract } from '@aztec/noir-test-contracts.js/StateVars';
import { StatefulTestContract } from '@aztec/noir-test-contracts.js/StatefulTest';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';

import { assert, Fr, NO_WAIT } from '../world.mjs';

/** Counts of a tx's notes, and of its nullifiers without the one every tx has. */
async function counts(w, receipt) {
  const effect = await w.effect(receipt);
  return [effect.noteHashes.length, effect.nullifiers.length - 1];
}
const bounded = ({ storage, len }) => storage.slice(0, Number(len)).map(BigInt).sort((a, b) => (a < b ? -1 : 1));

export const notes = [
  {
    name: 'notes: read by comparison',
    run: async w => {
      const c = await w.deploy(NoteGetterContract);
      await Promise.all([5, 2, 8, 2, 9].map(n => w.send(c.methods.insert_note(n))));
      const EQ = 1, NEQ = 2, LT = 3, LTE = 4, GT = 5, GTE = 6;
      for (const [comparator, value, expected] of [
        [EQ, 2, [2n, 2n]], [NEQ, 2, [5n, 8n, 9n]], [LT, 5, [2n, 2n]], [LTE, 5, [2n, 2n, 5n]], [GT, 5, [8n, 9n]],
        [GTE, 5, [5n, 8n, 9n]], [GT, 9, []],
      ]) {
        assert.deepEqual(bounded(await w.view(c.methods.read_note_values(w.alice, comparator, value))), expected);
      }
    },
  },
  {
    name: 'notes: pending ones, squashed within a tx',
    run: async w => {
      const { alice } = w;
      const c = await w.deploy(PendingNoteHashesContract);
      const m = c.methods;
      const [insert, extra, get] = await Promise.all(
        [m.insert_note, m.insert_note_extra_emit, m.get_then_nullify_note].map(method => method.selector()));
      assert.deepEqual(await counts(w, await w.send(m.test_insert_then_get_then_nullify_flat(65n, alice, alice))), [0, 0]);
      assert.deepEqual(await counts(w, await w.send(
        m.test_insert_then_get_then_nullify_all_in_nested_calls(65n, alice, alice, insert, get))), [0, 0]);
      assert.deepEqual(await counts(w, await w.send(
        m.test_insert_then_get_then_nullify_all_in_nested_calls(65n, alice, alice, extra, get))), [0, 0]);
      assert.deepEqual(await counts(w, await w.send(
        m.test_insert2_then_get2_then_nullify2_all_in_nested_calls(65n, alice, alice, insert, get))), [0, 0]);
      assert.deepEqual(await counts(w, await w.send(
        m.test_insert2_then_get2_then_nullify1_all_in_nested_calls(65n, alice, alice, insert, get))), [1, 0]);
      // One note is from an earlier tx: it is nullified for good.
      assert.deepEqual(await counts(w, await w.send(
        m.test_insert1_then_get2_then_nullify2_all_in_nested_calls(65n, alice, alice, insert, get))), [0, 1]);
      await w.send(m.get_note_zero_balance(alice));
    },
  },
  {
    name: 'notes: many over recursive calls, with a reset of the kernels',
    run: async w => {
      const c = await w.deploy(PendingNoteHashesContract);
      const receipt = await w.send(c.methods.test_recursively_create_notes(w.alice, 10));
      const effect = await w.effect(receipt);
      assert(effect.noteHashes.length >= 10, `${effect.noteHashes.length} notes`);
      assert.equal(new Set(effect.noteHashes.map(String)).size, effect.noteHashes.length);
    },
  },
  {
    name: 'notes: made, seen, destroyed, seen as nullified',
    run: async w => {
      const { alice, bob } = w;
      const c = await w.deploy(TestContract);
      const slot = new Fr(7);
      await w.send(c.methods.call_create_note(5n, alice, slot, false));
      await w.send(c.methods.call_create_note(6n, alice, slot, true));
      const many = async nullified =>
        (await w.view(c.methods.call_view_notes_many(alice, slot, nullified))).map(BigInt).filter(n => n).sort();
      assert.deepEqual(await many(false), [5n, 6n]);
      await w.send(c.methods.test_note_inclusion(alice, slot));
      await w.send(c.methods.call_destroy_note(alice, slot));
      assert([5n, 6n].includes(await w.view(c.methods.call_view_notes(alice, slot, false))));
      assert.deepEqual(await many(true), [5n, 6n]);
      await w.fails(w.view(c.methods.call_get_notes(bob, slot, false), bob), /past end of BoundedVec/);
    },
  },
  {
    name: 'notes: counter, with an initializer that makes notes',
    run: async w => {
      const { alice } = w;
      const [c, other] = await w.deployAll([[CounterContract, 10, alice], [CounterContract, 3, alice]]);
      const value = contract => w.view(contract.methods.get_counter(alice));
      assert.equal(await value(c), 10n);
      await w.send(c.methods.increment(alice));
      await w.send(c.methods.increment_twice(alice));
      assert.equal(await value(c), 13n);
      await w.send(c.methods.increment_and_decrement(alice));
      await w.send(c.methods.decrement(alice));
      await w.send(c.methods.increment_self_and_other(other.address, alice));
      assert.deepEqual([await value(c), await value(other)], [13n, 4n]);
      await w.fails(c.methods.initialize(10, alice).send({ from: alice }), /Existing nullifier|already/i);
    },
  },
  {
    name: 'notes: state variables of every kind',
    run: async w => {
      const { alice } = w;
      const c = await w.deploy(StateVarsContract);
      const m = c.methods;
      assert.equal(await w.view(m.is_private_mutable_initialized(alice)), false);
      await w.send(m.initialize_public_immutable(42n));
      await w.send(m.match_public_immutable(alice, 42n));
      await w.fails(w.view(m.initialize_public_immutable(1n)), /already initialized|PublicImmutable|nullifier/i);
      const { value } = await w.view(m.get_public_immutable_constrained_private());
      assert.equal(value, 42n);
      assert.equal((await w.view(m.get_public_immutable_constrained_public_indirect())).value, 43n);
      await w.send(m.initialize_private(1n, 11n));
      assert.equal(await w.view(m.is_private_mutable_initialized(alice)), true);
      await w.send(m.update_private_mutable(2n, 20n));
      await w.send(m.increase_private_value());
      assert.equal((await w.view(m.get_private_mutable(alice))).value, 21n);
      await w.fails(m.initialize_private(3n, 1n).send({ from: alice }), /Existing nullifier|already|nullifier/i);
      await w.send(m.initialize_private_immutable(1n, 7n));
      assert.equal((await w.view(m.view_private_immutable(alice))).value, 7n);
      assert.equal(await w.view(m.is_priv_imm_initialized(alice)), true);
    },
  },
  {
    name: 'notes: public and private state behind an initializer',
    run: async w => {
      const { alice, bob } = w;
      const c = await w.deploy(StatefulTestContract, [alice, 42n]);
      assert.equal(await w.view(c.methods.summed_values(alice)), 42n);
      await w.send(c.methods.create_note(alice, 8n));
      assert.equal(await w.view(c.methods.summed_values(alice)), 50n);
      await w.send(c.methods.destroy_and_create(bob));
      assert.equal(await w.view(c.methods.summed_values(bob), bob), 92n);
      await w.send(c.methods.increment_public_value(alice, 84n));
      assert.equal(await w.view(c.methods.get_public_value(alice)), 84n);
      // Registered but never initialised.
      const fresh = await w.register(StatefulTestContract, { constructorArgs: [alice, 1n], salt: Fr.random() });
      await w.fails(fresh.methods.create_note(alice, 1n).send({ from: alice }), /nitializ|nullifier/);
      await w.send(fresh.methods.create_note_no_init_check(alice, 5n));
      assert.equal(await w.view(fresh.methods.summed_values(alice)), 5n);
    },
  },
  {
    name: 'notes: many nullifiers in one tx',
    run: async w => {
      // A wallet keeps at most 20 logs of one contract on their way: a second instance takes the second tx.
      const [c, other] = await w.deployAll([[SpamContract], [SpamContract]]);
      const receipt = await w.send(c.methods.spam(Fr.random(), 16, false));
      const effect = await w.effect(receipt);
      assert.equal(effect.nullifiers.length, 1 + 16);
      const found = await w.node.findLeavesIndexes(receipt.blockNumber, 0, effect.nullifiers);
      assert(found.every(leaf => leaf?.l2BlockNumber === receipt.blockNumber), 'all in the tree');
      const before = await w.node.findLeavesIndexes(receipt.blockNumber - 1, 0, effect.nullifiers);
      assert(before.every(leaf => leaf === undefined), 'none before');
      // Its public part writes 63 slots, one too many with that of the fee.
      const { txHash } = await other.methods.spam(Fr.random(), 16, true).send({ from: w.alice, wait: NO_WAIT });
      await w.fails(w.settled(txHash), /was dropped/);
    },
  },
];
