// Contracts that call others: nested, static, enqueued, in both worlds.
import { ChildContract } from '@aztec/noir-test-contracts.js/Child';
import { GenericProxyContract } from '@aztec/noir-test-contracts.js/GenericProxy';
import { ImportTestContract } from '@aztec/noir-test-contracts.js/ImportTest';
import { OnlySelfContract } from '@aztec/noir-test-contracts.js/OnlySelf';
import { ParentContract } from '@aztec/noir-test-contracts.js/Parent';
import { StaticChildContract } from '@aztec/noir-test-contracts.js/StaticChild';
import { StaticParentContract } from '@aztec/noir-test-contracts.js/StaticParent';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';

import { assert, big, Fr, sameAddress } from '../world.mjs';

const STATIC = /static|Static/;
const stored = async (w, contract) => big(await w.node.getPublicStorageAt('latest', contract.address, new Fr(1)));
const selector = method => method.selector();
/** The first fields of the public logs of a tx, in order. */
const logged = async (w, receipt) =>
  (await w.effect(receipt)).publicLogs.map(log => log.fields).map(fields => fields.map(big).find(n => n > 0n) ?? 0n);

export const calls = [
  {
    name: 'calls: private to private, private to public',
    run: async w => {
      const [parent, child] = await w.deployAll([[ParentContract], [ChildContract]]);
      const of = async method => [child.address, await selector(method)];
      const { value, pub_set_value: set, pub_inc_value: inc } = child.methods;
      await w.send(parent.methods.entry_point(...await of(value)));
      assert.equal(await w.view(parent.methods.entry_point(...await of(value))), await chainOffset(w));
      assert.equal(await w.view(child.methods.value(5)), 5n + await chainOffset(w));
      await w.send(parent.methods.enqueue_call_to_child(...await of(inc), 42n));
      assert.equal(await stored(w, child), 42n);
      await w.send(parent.methods.enqueue_call_to_child_twice(...await of(inc), 10n));
      assert.equal(await stored(w, child), 42n + 10n + 11n);
      await w.send(parent.methods.enqueue_call_to_pub_entry_point(...await of(inc), 1n));
      assert.equal(await stored(w, child), 64n);
      await w.send(parent.methods.enqueue_calls_to_pub_entry_point(...await of(inc), 2n));
      assert.equal(await stored(w, child), 64n + 2n + 3n);
      await w.send(parent.methods.pub_entry_point(...await of(inc), 1n));
      await w.send(parent.methods.pub_entry_point_twice(...await of(set), 100n));
      assert.equal(await stored(w, child), 100n);
    },
  },
  {
    name: 'calls: many arguments, recursion over public calls',
    run: async w => {
      const parent = await w.deploy(ParentContract);
      const recurse = parent.methods.enqueue_call_to_child_with_many_args_and_recurse;
      await w.send(recurse(2));
      await w.fails(w.view(recurse(5)), /out of gas/i);
      await w.send(recurse(5), w.alice, { expect: 'app_logic_reverted' });
    },
  },
  {
    name: 'calls: order of nested and enqueued side effects',
    run: async w => {
      const [parent, child] = await w.deployAll([[ParentContract], [ChildContract]]);
      const pub = await selector(child.methods.pub_set_value);
      const first = await w.send(parent.methods.enqueue_calls_to_child_with_nested_first(child.address, pub));
      assert.equal(await stored(w, child), 20n);
      assert.deepEqual(await logged(w, first), [10n, 20n]);
      const last = await w.send(parent.methods.enqueue_calls_to_child_with_nested_last(child.address, pub));
      assert.equal(await stored(w, child), 10n);
      assert.deepEqual(await logged(w, last), [20n, 10n]);
      for (const [method, end, order] of [
        ['set_value_twice_with_nested_first', 20n, [10n, 20n]], ['set_value_twice_with_nested_last', 10n, [20n, 10n]],
        ['set_value_with_two_nested_calls', 20n, undefined],
      ]) {
        const receipt = await w.send(child.methods[method]());
        assert.equal(await stored(w, child), end, method);
        if (order) assert.deepEqual(await logged(w, receipt), order, method);
      }
    },
  },
  {
    name: 'calls: static in private',
    run: async w => {
      const { alice } = w;
      const [parent, child] = await w.deployAll([[StaticParentContract], [StaticChildContract]]);
      await w.send(child.methods.private_set_value(42n, alice, alice));
      const args = async (method, ...rest) => [child.address, await selector(child.methods[method]), ...rest];
      const get = await args('private_get_value', [42n, alice.toField()]);
      assert.equal(await w.view(child.methods.private_get_value(42n, alice)), 42n);
      await w.send(parent.methods.private_get_value_from_child(child.address, 42n, alice));
      await w.send(parent.methods.private_static_call(...get));
      await w.send(parent.methods.private_nested_static_call(...get));
      const illegal = await args('private_illegal_set_value', [42n, alice.toField()]);
      await w.fails(w.view(parent.methods.private_static_call(...illegal)), STATIC);
      await w.fails(w.view(parent.methods.private_nested_static_call(...illegal)), STATIC);
      await w.fails(parent.methods.private_static_call(...illegal).send({ from: alice }), STATIC);
    },
  },
  {
    name: 'calls: static in public',
    run: async w => {
      const [parent, child] = await w.deployAll([[StaticParentContract], [StaticChildContract]]);
      await w.send(child.methods.pub_set_value(42n));
      const args = async (method, ...rest) => [child.address, await selector(child.methods[method]), ...rest];
      const get = await args('pub_get_value', [7n]);
      // It adds the block's number and time.
      assert(await w.view(child.methods.pub_get_value(7n)) > await chainOffset(w) + 49n);
      await w.send(parent.methods.public_get_value_from_child(child.address, 7n));
      await w.send(parent.methods.public_static_call(...get));
      await w.send(parent.methods.public_nested_static_call(...get));
      await w.send(parent.methods.enqueue_static_call_to_pub_function(...get));
      await w.send(parent.methods.enqueue_static_nested_call_to_pub_function(...get));
      await w.send(parent.methods.enqueue_public_get_value_from_child(child.address, 7n));
      const inc = await args('pub_inc_value', [7n]);
      for (const method of ['public_static_call', 'public_nested_static_call', 'enqueue_static_call_to_pub_function',
        'enqueue_static_nested_call_to_pub_function']) {
        await w.fails(w.view(parent.methods[method](...inc)), /./);
        await w.send(parent.methods[method](...inc), w.alice, { expect: 'app_logic_reverted' });
      }
      await w.fails(w.view(child.methods.pub_illegal_inc_value(1n)), /./);
      assert.equal(await stored(w, child), 42n);
    },
  },
  {
    name: 'calls: through generated interfaces',
    run: async w => {
      const [importer, test] = await w.deployAll([[ImportTestContract], [TestContract]]);
      const address = await w.view(importer.methods.call_no_args(test.address));
      assert(sameAddress(address, test.address));
      await w.send(importer.methods.call_no_args(test.address));
      await w.send(importer.methods.call_public_fn(test.address));
      await w.fails(w.view(importer.methods.call_public_fn(test.address)), /nullifier/i);
      await w.send(importer.methods.pub_call_public_fn(test.address), w.alice, { expect: 'app_logic_reverted' });
    },
  },
  {
    name: 'calls: only by the contract itself',
    run: async w => {
      const c = await w.deploy(OnlySelfContract);
      await w.send(c.methods.call_only_self_private());
      await w.send(c.methods.call_only_self_public());
    },
  },
  {
    name: 'calls: forwarded by a proxy',
    run: async w => {
      const { alice } = w;
      const [proxy, test] = await w.deployAll([[GenericProxyContract], [TestContract]]);
      const result = await w.view(proxy.methods.forward_private_4_and_return(test.address,
        await selector(test.methods.call_get_notes), [1, 2, 3, 4].map(n => new Fr(n)))).catch(error => error);
      assert(result instanceof Error, 'three arguments are not four');
      const emit = await selector(test.methods.emit_nullifier);
      await w.send(proxy.methods.forward_private_1(test.address, emit, [Fr.random()]));
      const header = (await w.node.getBlockHeader('latest'));
      assert(header.globalVariables.blockNumber > 0);
      const info = await w.node.getNodeInfo();
      const asserts = test.methods.assert_private_global_vars;
      await w.send(proxy.methods.forward_private_2(
        test.address, await selector(asserts), [info.l1ChainId, info.rollupVersion]));
      await w.fails(w.view(asserts(info.l1ChainId + 1, info.rollupVersion)), /Invalid chain id/);
      assert(sameAddress(await w.view(test.methods.get_this_address(), alice), test.address));
    },
  },
];

/** What the child adds to its input: chain id and version. */
async function chainOffset(w) {
  const { l1ChainId, rollupVersion } = await w.node.getNodeInfo();
  return BigInt(l1ChainId) + BigInt(rollupVersion);
}
