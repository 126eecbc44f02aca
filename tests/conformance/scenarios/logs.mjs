// Events and logs: private and public, by contract, tag, tx and range.
import { getPublicEvents } from '@aztec/aztec.js/events';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { EventOnlyContract } from '@aztec/noir-test-contracts.js/EventOnly';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';
import { TestLogContract } from '@aztec/noir-test-contracts.js/TestLog';

import { BlockHash } from '@aztec/stdlib/block';

import { assert, BatchCall, Fr } from '../world.mjs';
import { newToken } from './token.mjs';

const numbers = event => Object.values(event).map(value => BigInt(String(value)));

export const logs = [
  {
    name: 'events: private, to their recipient only',
    run: async w => {
      const { alice, bob, carol } = w;
      const c = await w.deploy(TestLogContract);
      const receipts = await Promise.all([[1n, 2n, 3n, 4n], [5n, 6n, 7n, 8n]].map(
        preimages => w.send(c.methods.emit_encrypted_events(bob, preimages))));
      const blocks = receipts.map(r => r.blockNumber);
      const filter = scope => ({
        contractAddress: c.address, fromBlock: Math.min(...blocks), toBlock: Math.max(...blocks) + 1, scopes: [scope],
      });
      const find = (event, scope) => w.wallet.getPrivateEvents(event, filter(scope));
      const first = await find(TestLogContract.events.ExampleEvent0, bob);
      assert.deepEqual(first.map(e => numbers(e.event)).flat().sort(), [1n, 2n, 5n, 6n]);
      for (const { metadata } of first) {
        assert(receipts.some(r => r.txHash.equals(metadata.txHash) && r.blockNumber === metadata.l2BlockNumber));
      }
      assert.deepEqual(await find(TestLogContract.events.ExampleEvent0, carol), []);
      // The second event goes to the sender.
      const second = await find(TestLogContract.events.ExampleEvent1, alice);
      assert.deepEqual(second.map(e => numbers(e.event)).flat().sort(), [3n, 4n, 7n, 8n]);
    },
  },
  {
    name: 'events: nested private calls',
    run: async w => {
      const c = await w.deploy(TestLogContract);
      const receipt = await w.send(c.methods.emit_encrypted_events_nested(w.bob, 4));
      const found = await w.wallet.getPrivateEvents(TestLogContract.events.ExampleEvent0, {
        contractAddress: c.address, fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber + 1, scopes: [w.bob],
      });
      // Each of the five calls sends the event twice: to both accounts that the wallet can read for.
      assert.equal(found.length, 10);
    },
  },
  {
    name: 'events: public, decoded and filtered',
    run: async w => {
      const c = await w.deploy(TestLogContract);
      const one = await w.send(c.methods.emit_unencrypted_events([1n, 2n, 3n, 4n]));
      const two = await w.send(c.methods.emit_unencrypted_events([5n, 6n, 7n, 8n]));
      const contractAddress = c.address;
      const find = async (event, filter) =>
        (await getPublicEvents(w.node, event, { contractAddress, ...filter })).events.map(e => numbers(e.event));
      assert.deepEqual(await find(TestLogContract.events.ExampleEvent0), [[1n, 2n], [5n, 6n]]);
      assert.deepEqual(await find(TestLogContract.events.ExampleEvent1), [[3n, 4n], [7n, 8n]].map(([a, b]) => [a, b]));
      assert.deepEqual(await find(TestLogContract.events.ExampleEvent0, { fromBlock: two.blockNumber }), [[5n, 6n]]);
      assert.deepEqual(await find(TestLogContract.events.ExampleEvent0, { toBlock: two.blockNumber }), [[1n, 2n]]);
      const { events } = await getPublicEvents(w.node, TestLogContract.events.ExampleEvent0, { txHash: one.txHash });
      assert.equal(events.length, 1);
      assert.equal(events[0].metadata.l2BlockHash.toString(), one.blockHash.toString());
      const { logs: all } = await w.node.getPublicLogs({ contractAddress });
      const { logs: rest } = await w.node.getPublicLogs({ contractAddress, afterLog: all[0].id });
      assert.equal(rest[0].id.toString(), all[1].id.toString());
    },
  },
  {
    name: 'events: of a token, and of a contract with nothing else',
    run: async w => {
      const { alice, bob } = w;
      const [t, only] = await w.deployAll([[TokenContract, alice, 'E', 'E', 18n], [EventOnlyContract]]);
      await w.send(t.methods.mint_to_private(alice, 9n));
      const [receipt, event] = await Promise.all([
        w.send(t.methods.transfer(bob, 4n)), w.send(only.methods.emit_event_for_msg_sender(77n), bob),
      ]);
      const filter = (contract, r, scope) =>
        ({ contractAddress: contract.address, fromBlock: r.blockNumber, toBlock: r.blockNumber + 1, scopes: [scope] });
      const [transfer] = await w.wallet.getPrivateEvents(TokenContract.events.Transfer, filter(t, receipt, bob));
      const { amount, from, to } = transfer.event;
      assert.deepEqual([amount, `${from}`, `${to}`], [4n, `${alice}`, `${bob}`]);
      const [found] = await w.wallet.getPrivateEvents(EventOnlyContract.events.TestEvent, filter(only, event, bob));
      assert.deepEqual(numbers(found.event), [77n]);
    },
  },
  {
    name: 'logs: more than a page under one tag',
    run: async w => {
      const c = await w.deploy(TestContract);
      const four = () => w.send(new BatchCall(w.wallet, [0, 1, 2, 3].map(() => c.methods.emit_public(77n))));
      const receipts = await Promise.all([four(), four(), four()]);
      const { logs: all, maxLogsHit } = await w.node.getPublicLogs({ contractAddress: c.address });
      assert.equal(maxLogsHit, false);
      const order = ({ id }) => id.blockNumber * 1e8 + id.txIndex * 1e4 + id.logIndex;
      assert.deepEqual(all.map(order), all.map(order).sort((a, b) => a - b));
      const tag = all[0].log.fields[0];
      const sum = all.filter(({ log }) => log.fields[0].equals(tag)).length;
      assert(sum >= 12, `${sum} logs`);
      const pages = [];
      for (let page = 0; page < 3; page++) {
        const [found] = await w.node.getPublicLogsByTagsFromContract(c.address, [tag], page);
        pages.push(found.length);
      }
      assert.deepEqual(pages, [10, sum - 10, 0]);
      const [[one]] = await w.node.getPublicLogsByTagsFromContract(c.address, [tag]);
      const receipt = receipts.find(r => r.txHash.equals(one.txHash));
      const effect = await w.effect(receipt);
      assert.equal(one.blockNumber, receipt.blockNumber);
      assert(one.firstNullifier.equals(effect.nullifiers[0]));
      assert.deepEqual(one.noteHashes.map(String), effect.noteHashes.map(String));
      const [none] = await w.node.getPublicLogsByTagsFromContract(c.address, [Fr.random()]);
      assert.deepEqual(none, []);
    },
  },
  {
    name: 'logs: private ones by tag, class logs by tx',
    run: async w => {
      const t = await newToken(w);
      const receipt = await w.send(t.methods.mint_to_private(w.bob, 9n));
      const { privateLogs } = await w.effect(receipt);
      const tags = privateLogs.map(log => log.fields[0]);
      const found = await w.node.getPrivateLogsByTags([...tags, Fr.random()]);
      assert.deepEqual(found.map(list => list.length), [...tags.map(() => 1), 0]);
      assert(found[0][0].txHash.equals(receipt.txHash));
      assert.deepEqual(found[0][0].logData.map(String), privateLogs[0].getEmittedFields().map(String));
      const known = await (await w.node.getBlock(receipt.blockNumber)).hash();
      assert.equal((await w.node.getPrivateLogsByTags([tags[0]], 0, known))[0].length, 1);
      await w.fails(w.node.getPrivateLogsByTags([tags[0]], 0, BlockHash.random()), /not found in the node/);
      const instance = await w.node.getContract(w.banana.address);
      const { logs: classLogs } = await w.node.getContractClassLogs({ fromBlock: 1 });
      const ids = classLogs.map(({ log }) => log.fields.fields[1].toString());
      assert(ids.includes(instance.currentContractClassId.toString()), 'the class of the token');
      const [{ id }] = classLogs;
      const { logs: [same] } = await w.node.getContractClassLogs({ txHash: id.txHash });
      assert.equal(same.id.blockNumber, id.blockNumber);
    },
  },
  {
    name: 'logs: an encrypted array, read back',
    run: async w => {
      const c = await w.deploy(TestContract);
      const fields = [5n, 4n, 3n, 2n, 1n];
      const receipt = await w.send(c.methods.emit_array_as_encrypted_log(fields, w.bob, true));
      assert.equal((await w.effect(receipt)).privateLogs.length, 3);
      const found = await w.wallet.getPrivateEvents(TestContract.events.ExampleEvent, {
        contractAddress: c.address, fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber + 1, scopes: [w.bob],
      });
      assert.equal(found.length, 2);
      assert(found.some(e => String(numbers(e.event)) === String(fields)), 'the fields that were sent');
    },
  },
];
