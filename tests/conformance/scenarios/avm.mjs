// The public machine, through the official test contracts: what they assert, what they return, how they fail.
import { ProtocolContractAddress } from '@aztec/protocol-contracts';
import { Grumpkin } from '@aztec/foundation/crypto/grumpkin';
import { keccak256 } from '@aztec/foundation/crypto/keccak';
import { poseidon2Hash } from '@aztec/foundation/crypto/poseidon';
import { pedersenHash } from '@aztec/foundation/crypto/pedersen';
import { Fq } from '@aztec/foundation/curves/bn254';
import { EthAddress } from '@aztec/foundation/eth-address';
import { AvmGadgetsTestContract } from '@aztec/noir-test-contracts.js/AvmGadgetsTest';
import { AvmInitializerTestContract } from '@aztec/noir-test-contracts.js/AvmInitializerTest';
import { AvmTestContract } from '@aztec/noir-test-contracts.js/AvmTest';
import { Gas } from '@aztec/stdlib/gas';
import { siloNullifier } from '@aztec/stdlib/hash';
import { createHash } from 'node:crypto';

import { assert, big, Fr, NO_WAIT, sameAddress } from '../world.mjs';

/** One contract serves the scenarios that run next to each other: its class is large. */
const shared = new WeakMap();
const once = (w, Contract) => {
  const key = w.wallet;
  if (!shared.has(key)) shared.set(key, new Map());
  const made = shared.get(key);
  if (!made.has(Contract)) made.set(Contract, w.deploy(Contract));
  return made.get(Contract);
};
const STATIC = /[Ss]tatic/;
const bytes = (n, start = 0) => Array.from({ length: n }, (_, i) => (i * 7 + start) % 256);
const list = values => values.map(value => Number(value));

export const avm = [
  {
    name: 'avm: bulk test',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const instance = await w.node.getContract(c.address);
      const args = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      const receipt = await w.batch([
        c.methods.bulk_testing(args.map(n => new Fr(n)), args, c.address, instance.deployer,
          instance.currentContractClassId, instance.initializationHash, false),
        c.methods.assert_calldata_copy_large(Array.from({ length: 300 }, () => Fr.random()), true),
        c.methods.assert_calldata_copy(args.slice(3), true),
        c.methods.call_auth_registry(), c.methods.call_instance_registry(),
      ]);
      const effect = await w.effect(receipt);
      assert(effect.publicLogs.length > 0 && effect.l2ToL1Msgs.length > 0 && effect.publicDataWrites.length > 3);
    },
  },
  {
    name: 'avm: arithmetic, conversions, curves',
    run: async w => {
      const m = (await once(w, AvmTestContract)).methods;
      assert.equal(await w.view(m.add_args_return(new Fr(3), new Fr(Fr.MODULUS - 4n))), Fr.MODULUS - 1n);
      assert.equal(await w.view(m.add_u128(1n << 100n, 5n)), (1n << 100n) + 5n);
      assert.equal(await w.view(m.modulo2(7n)), 1n);
      await w.fails(w.view(m.u128_addition_overflow()), /attempt to add with overflow/);
      await w.fails(w.view(m.divide_by_zero(0)), /./);
      assert.equal(await w.view(m.set_opcode_u64()), 1n << 60n);
      assert.equal(await w.view(m.set_opcode_really_big_field()) > 1n << 200n, true);
      assert.deepEqual(list(await w.view(m.to_le_bytes(new Fr(0x0102)))).slice(0, 3), [2, 1, 0]);
      assert.deepEqual((await w.view(m.to_le_bits(new Fr(5)))).slice(0, 4).map(Number), [1, 0, 1, 0]);
      const sum = await w.view(m.elliptic_curve_add_and_double());
      const [left, right] = await Promise.all([3n, 5n].map(n => Grumpkin.mul(Grumpkin.generator, new Fq(n))));
      const both = await Grumpkin.mul(Grumpkin.generator, new Fq(8n));
      const point = ({ x, y }) => ({ x, y, is_infinite: false });
      const found = await w.view(m.elliptic_curve_add(point(left), point(right)));
      assert.deepEqual([found.x, found.y], [both.x.toBigInt(), both.y.toBigInt()]);
      assert(sum.x !== 0n && !sum.is_infinite);
      await w.view(m.variable_base_msm(new Fr(3), new Fr(0), new Fr(4), new Fr(0)));
      await w.view(m.pedersen_commit(new Fr(100), new Fr(1)));
      assert.deepEqual(list(await w.view(m.conditional_move([new Fr(1)], [new Fr(3)], true))), [1]);
    },
  },
  {
    name: 'avm: environment',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const m = c.methods;
      const { l1ChainId, rollupVersion } = await w.node.getNodeInfo();
      assert(sameAddress(await w.view(m.get_address()), c.address));
      assert(sameAddress(await w.view(m.get_sender()), w.alice));
      assert.equal(await w.view(m.get_chain_id()), BigInt(l1ChainId));
      assert.equal(await w.view(m.get_version()), BigInt(rollupVersion));
      const latest = await w.node.getBlockNumber();
      const block = await w.view(m.get_block_number());
      assert(block > BigInt(latest) && block < BigInt(latest + 6), `block ${block} after ${latest}`);
      const header = await w.node.getBlockHeader('latest');
      assert(await w.view(m.get_timestamp()) >= header.globalVariables.timestamp);
      assert(await w.view(m.get_fee_per_l2_gas()) > 0n);
      assert.equal(await w.view(m.get_fee_per_da_gas()), 0n);
      const gas = await w.view(m.get_l2_gas_left());
      assert(gas > 1_000_000n && gas < 7_000_000n, `${gas} gas left`);
      assert(await w.view(m.get_da_gas_left()) > 100_000n);
      assert.equal(await w.view(m.get_transaction_fee()), 0n);
    },
  },
  {
    name: 'avm: storage',
    run: async w => {
      const { alice, bob } = w;
      const [c, init] = await w.deployAll([[AvmTestContract], [AvmInitializerTestContract]]);
      const m = c.methods;
      await w.send(m.set_storage_single(new Fr(20)));
      assert.equal(await w.view(m.read_storage_single()), 20n);
      assert.equal(big(await w.node.getPublicStorageAt('latest', c.address, AvmTestContract.storage.single.slot)), 20n);
      await w.send(m.set_storage_list(new Fr(1), new Fr(2)));
      assert.deepEqual(list(await w.view(m.read_storage_list())), [1, 2]);
      await w.batch([m.set_storage_map(alice, 5), m.add_storage_map(alice, 6), m.add_storage_map(bob, 7)]);
      assert.deepEqual([await w.view(m.read_storage_map(alice)), await w.view(m.read_storage_map(bob))], [11n, 7n]);
      assert.equal(await w.view(m.set_read_storage_single(new Fr(9))), 9n);
      assert.equal(await w.view(m.read_storage_single()), 20n, 'a simulation changes nothing');
      assert.equal(await w.view(init.methods.read_storage_immutable()), 42n);
    },
  },
  {
    name: 'avm: nullifiers and notes in public',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const m = c.methods;
      const nullifier = Fr.random();
      const receipt = await w.send(m.new_nullifier(nullifier));
      const siloed = await siloNullifier(c.address, nullifier);
      assert((await w.effect(receipt)).nullifiers.some(n => n.equals(siloed)));
      const [leaf] = await w.node.findLeavesIndexes('latest', 0, [siloed]);
      assert.equal(leaf.l2BlockNumber, receipt.blockNumber);
      assert(await w.node.getNullifierMembershipWitness('latest', siloed));
      await w.send(m.assert_nullifier_exists(nullifier));
      assert.equal(await w.view(m.nullifier_exists(Fr.random())), false);
      await w.fails(w.view(m.new_nullifier(nullifier)), /./);
      await w.send(m.new_nullifier(nullifier), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.nullifier_collision(Fr.random()), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.emit_nullifier_and_check(Fr.random()));
      await w.send(m.create_different_nullifier_in_nested_call(c.address, Fr.random()));
      await w.send(m.create_same_nullifier_in_nested_call(c.address, Fr.random()), w.alice,
        { expect: 'app_logic_reverted' });
      const noteReceipt = await w.send(m.new_note_hash(Fr.random()));
      const { noteHashes: [noteHash] } = await w.effect(noteReceipt);
      const [at] = await w.node.findLeavesIndexes('latest', 1, [noteHash]);
      assert.equal(await w.view(m.note_hash_exists(noteHash, at.data)), true);
      assert.equal(await w.view(m.note_hash_exists(noteHash, at.data + 1n)), false);
      assert(await w.node.getNoteHashMembershipWitness('latest', noteHash));
    },
  },
  {
    name: 'avm: nested calls, static calls, recovery',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const m = c.methods;
      assert.equal(await w.view(m.nested_call_to_add(new Fr(3), new Fr(4))), 7n);
      assert.equal(await w.view(m.nested_static_call_to_add(new Fr(3), new Fr(4))), 7n);
      assert.equal(await w.view(m.nested_call_to_add_with_gas(new Fr(3), new Fr(4), 200_000, 20_000)), 7n);
      await w.fails(w.view(m.nested_static_call_to_set_storage()), STATIC);
      await w.fails(w.view(m.nested_call_to_nothing()), /./);
      // It leaves 200000 of the data gas for itself, more than a tx has by default.
      await w.fails(w.view(m.external_call_to_divide_by_zero_recovers()), /attempt to subtract with overflow/);
      await w.send(m.nested_call_to_nothing_recovers());
      await w.send(m.external_call_to_divide_by_zero_recovers(), w.alice,
        { fee: { gasSettings: { gasLimits: new Gas(400_000, 6_540_000) } } });
      const large = Array.from({ length: 300 }, (_, i) => new Fr(i));
      await w.view(m.nested_call_large_calldata(large));
      await w.send(m.nested_call_to_assert_same(new Fr(1), new Fr(2)), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.external_call_to_divide_by_zero(), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.nested_static_call_to_set_storage(), w.alice, { expect: 'app_logic_reverted' });
      assert.deepEqual(list(await w.view(m.return_oracle())), [1, 2, 3]);
      await w.view(m.returndata_copy_oracle());
      await w.fails(w.view(m.revert_oracle()), /./);
    },
  },
  {
    name: 'avm: failures say why',
    run: async w => {
      const m = (await once(w, AvmTestContract)).methods;
      await w.fails(w.view(m.assertion_failure()), /Assertion failed: This assertion should fail!/);
      await w.fails(w.view(m.external_call_to_assertion_failure()), /Assertion failed: This assertion should fail!/);
      await w.fails(w.view(m.assert_nullifier_exists(Fr.random())), /Nullifier doesn't exist!/);
      await w.fails(w.view(m.assert_same(new Fr(1), new Fr(2))), /Values are not equal/);
      await w.send(m.assertion_failure(), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.divide_by_zero(0), w.alice, { expect: 'app_logic_reverted' });
    },
  },
  {
    name: 'avm: enqueued from private, large calldata, many effects',
    run: async w => {
      const m = (await w.deploy(AvmTestContract)).methods;
      await w.send(m.enqueue_public_from_private());
      await w.send(m.fn_w_large_calldata(Array.from({ length: 600 }, (_, i) => new Fr(i))));
      const receipt = await w.batch([
        m.n_storage_writes(10), m.n_new_note_hashes(20), m.n_new_nullifiers(20), m.n_new_l2_to_l1_msgs(5),
        m.n_new_public_logs(10),
      ]);
      const effect = await w.effect(receipt);
      assert.deepEqual(
        [effect.publicDataWrites.length, effect.noteHashes.length, effect.l2ToL1Msgs.length, effect.publicLogs.length],
        [11, 20, 5, 10]);
      assert.equal(effect.nullifiers.length, 21);
      await w.send(m.n_storage_writes(62));
      // 63 fit into the call, but not with the write of the fee: no block takes the tx.
      const { txHash } = await m.n_storage_writes(63).send({ from: w.alice, wait: NO_WAIT });
      await w.fails(w.settled(txHash), /was dropped/);
      await w.send(m.n_storage_writes(64), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.n_new_l2_to_l1_msgs(9), w.alice, { expect: 'app_logic_reverted' });
      await w.send(m.n_new_nullifiers(64), w.alice, { expect: 'app_logic_reverted' });
      assert.equal((await w.effect(await w.send(m.n_new_note_hashes(64)))).noteHashes.length, 64);
    },
  },
  {
    name: 'avm: messages to L1, logs, protocol contracts',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const m = c.methods;
      const receipt = await w.send(m.send_l2_to_l1_msg(EthAddress.fromField(new Fr(0xabc)), new Fr(7)));
      const { l2ToL1Msgs: [message] } = await w.effect(receipt);
      const messages = await w.node.getL2ToL1Messages(receipt.epochNumber);
      assert(messages.flat(3).some(hash => hash.equals(message)), 'message in its epoch');
      await w.send(m.emit_public_log());
      const { logs } = await w.node.getPublicLogs({ contractAddress: c.address });
      assert(logs.length > 0);
      const { deployer, currentContractClassId, initializationHash } = await w.node.getContract(c.address);
      await w.send(
        m.test_get_contract_instance_matches(c.address, deployer, currentContractClassId, initializationHash));
      await w.send(m.call_auth_registry());
      await w.send(m.call_instance_registry());
      assert.equal(ProtocolContractAddress.FeeJuice.toBigInt(), 5n);
      assert.equal(await w.view(m.l1_to_l2_msg_exists(Fr.random(), 0)), false);
    },
  },
  {
    name: 'avm: debug logs',
    run: async w => {
      const c = await once(w, AvmTestContract);
      const { debugLogs } = await w.node.getTxReceipt((await w.send(c.methods.debug_logging())).txHash);
      assert(debugLogs === undefined || debugLogs.every(log => log.contractAddress.equals(c.address)));
    },
  },
  {
    name: 'avm: gadgets',
    run: async w => {
      const c = await w.deploy(AvmGadgetsTestContract);
      const m = c.methods;
      const sha = data => [...createHash('sha256').update(Buffer.from(data)).digest()];
      for (const n of [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 255, 256, 511, 512, 1024, 1536]) {
        assert.deepEqual(list(await w.view(m[`sha256_hash_${n}`](bytes(n)))), sha(bytes(n)), `sha256 of ${n}`);
      }
      assert.deepEqual(list(await w.view(m.keccak_hash(bytes(10)))), [...keccak256(Buffer.from(bytes(10)))]);
      assert.deepEqual(list(await w.view(m.keccak_hash_1400(bytes(1400)))), [...keccak256(Buffer.from(bytes(1400)))]);
      const fields = bytes(10, 3).map(n => new Fr(n));
      assert.equal(await w.view(m.poseidon2_hash(fields)), big(await poseidon2Hash(fields)));
      const thousand = Array.from({ length: 1000 }, (_, i) => new Fr(i));
      assert.equal(await w.view(m.poseidon2_hash_1000fields(thousand)), big(await poseidon2Hash(thousand)));
      assert.equal(await w.view(m.pedersen_hash(fields)), big(await pedersenHash(fields)));
      assert.equal(await w.view(m.pedersen_hash_with_index(fields)), big(await pedersenHash(fields, 20)));
      await w.view(m.keccak_f1600(Array.from({ length: 25 }, (_, i) => BigInt(i))));
      await Promise.all([
        w.batch([m.sha256_hash_100(bytes(100)), m.sha256_hash_511(bytes(511)), m.keccak_hash(bytes(10, 1))]),
        w.batch([m.keccak_hash_1400(bytes(1400)), m.poseidon2_hash(fields), m.pedersen_hash(fields)]),
        w.send(m.sha256_hash_1536(bytes(1536))), w.send(m.poseidon2_hash_1000fields(thousand)),
        w.send(m.keccak_f1600(Array.from({ length: 25 }, (_, i) => BigInt(i * i)))),
        w.batch([m.pedersen_hash_with_index(fields), m.sha256_hash_1024(bytes(1024))]),
      ]);
    },
  },
];
