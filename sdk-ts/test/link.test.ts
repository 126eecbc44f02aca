import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { AztecLiteError, ExecutionError, NodeError } from '../src/errors.js';
import type { Session } from '../src/runtime/messages.js';
import { Browser, promised, until } from './support/tabs.js';
import type { Tab, Work } from './support/tabs.js';

let count = 0;
const tabs: Tab[] = [];

/** A browser whose tabs are closed at the end. */
function browser(): { open: Browser['open']; name: string; workers: Browser['workers'] } {
  const name = `wallet ${String(count++)}`;
  const made = new Browser(name);
  return {
    name,
    workers: made.workers,
    open: (work, options) => {
      const tab = made.open(work, options);
      tabs.push(tab);
      return tab;
    },
  };
}

const echo: Work = ({ method, params }) => Promise.resolve({ method, params });
/** Node's channel, unlike a browser's, takes no keys to several tabs. */
const session = (): Session => ({
  key: { extractable: false } as CryptoKey,
  iv: new Uint8Array(12),
  sealed: new Uint8Array([1, 2, 3]),
});

void describe('tabs with one wallet', () => {
  after(() => {
    for (const tab of tabs) tab.kill();
  });

  void test('share one worker', async () => {
    const { open, workers } = browser();
    const links = await Promise.all([open(echo), open(echo), open(echo)].map(tab => tab.link));
    assert.deepEqual(links.map(link => link.leads), [true, false, false]);
    assert.equal(workers.length, 1);
    const answers = await Promise.all(links.map((link, index) => link.call('tx.list', { index })));
    assert.deepEqual(answers, [0, 1, 2].map(index => ({ method: 'tx.list', params: { index } })));
    assert.equal(workers[0]?.calls.length, 3);
  });

  void test('are told of progress, failures and events', async () => {
    const { open } = browser();
    const heard: unknown[] = [];
    const leader = open((call, tell) => {
      tell({ stage: 'sync' });
      return call.method === 'bad' ? Promise.reject(new Error('it refused')) : Promise.resolve(1);
    });
    await leader.link;
    const follower = await open(echo, { onEvent: event => heard.push(event) }).link;
    const progress: unknown[] = [];
    assert.equal(await follower.call('good', {}, { onProgress: step => progress.push(step) }), 1);
    assert.deepEqual(progress, [{ stage: 'sync' }]);
    await assert.rejects(follower.call('bad', {}), error => error instanceof ExecutionError && error.message.includes('it refused'));
    leader.workers[0]?.tell({ kind: 'event', event: { block: 7 } });
    await until(() => heard.length === 1, 'the event arrives');
    await (await leader.link).call('tx.list', {});
    await (await leader.link).call('senders.add', {});
    await until(() => heard.length === 2, 'the change is told');
    assert.deepEqual(heard, [{ block: 7 }, { method: 'senders.add' }]);
  });

  void test('go on when the one that leads is closed: what was not done is asked again, once', async () => {
    const { open, workers } = browser();
    const never = promised();
    const first = open(() => never.promise);
    await first.link;
    const [second, third] = [open(echo), open(echo)];
    const links = await Promise.all([second.link, third.link]);
    const stages: unknown[] = [];
    const calls = links.map((link, index) => link.call('tx.send', { index }, { onProgress: step => stages.push(step) }));
    await until(() => workers[0]?.calls.length === 2, 'both calls arrive');
    first.kill();
    assert.deepEqual(await Promise.all(calls), [0, 1].map(index => ({ method: 'tx.send', params: { index } })));
    assert.deepEqual(links.map(link => link.leads), [true, false]);
    assert.equal(workers.length, 2);
    assert.deepEqual(workers[1]?.calls.map(({ id }) => id).sort(), workers[0]?.calls.map(({ id }) => id).sort());
    assert.deepEqual(stages, [{ stage: 'moved' }, { stage: 'moved' }]);
  });

  void test('do not make a transaction again that was submitted', async () => {
    const { open, workers } = browser();
    const first = open((_, tell) => {
      tell({ stage: 'submit', txHash: '0x1' });
      return promised().promise;
    });
    await first.link;
    const second = await open(echo).link;
    const told = promised();
    const sent = second.call('tx.send', {}, {
      onProgress: () => {
        told.resolve();
      },
      settled: progress => ({ txHash: (progress as { txHash: string }).txHash }),
    });
    await told.promise;
    first.kill();
    assert.deepEqual(await sent, { txHash: '0x1' });
    assert.equal(workers[1]?.calls.length, 0);
  });

  void test('stay unlocked when the one that leads is closed, and locked once it was locked', async () => {
    const { open } = browser();
    const first = open(echo);
    await first.link;
    const second = open(echo);
    await second.link;
    first.workers[0]?.tell({ kind: 'session', session: session() });
    // Who comes later gets it, too.
    const third = open(echo);
    await third.link;
    await (await second.link).call('wallet.status', {});
    first.kill();
    await until(() => second.workers.length === 1, 'the second leads');
    assert.deepEqual(second.workers[0]?.started?.session?.sealed, new Uint8Array([1, 2, 3]));
    assert.equal(second.workers[0].started.session.key.extractable, false);
    await until(() => second.workers[0]?.started !== undefined, 'it starts');
    await (await third.link).call('wallet.status', {});
    second.workers[0].tell({ kind: 'session', session: undefined });
    await (await third.link).call('wallet.status', {});
    second.kill();
    await until(() => third.workers.length === 1, 'the third leads');
    assert.equal(third.workers[0]?.started?.session, undefined);
  });

  void test('believe nobody but the one that leads, and nothing malformed', async () => {
    const { open, name, workers } = browser();
    const held = promised<number>();
    const heard: unknown[] = [];
    await open(() => held.promise).link;
    const follower = open(echo, { onEvent: event => heard.push(event) });
    const call = (await follower.link).call('fees.current', {});
    await until(() => workers[0]?.calls.length === 1, 'the call arrives');
    const id = workers[0]?.calls[0]?.id ?? '';
    const stranger = new BroadcastChannel(name);
    const all: string[] = [];
    stranger.onmessage = ({ data }) => all.push((data as { from: string }).from);
    stranger.postMessage({ v: 1, kind: 'who', from: 'stranger' });
    await until(() => all.length > 0, 'the leader answers');
    for (const message of [
      undefined, null, 7, 'call', [], {}, { v: 1 }, { v: 1, from: 'x', kind: 'toString' }, { v: 1, from: 7, kind: 'who' },
      { v: 1, from: 'x', kind: 'leader', session: 'none' },
      { v: 1, from: 'x', kind: 'session', session: undefined },
      { v: 1, from: 'x', kind: 'event', event: 'lies' },
      { v: 1, from: 'x', kind: 'call', to: all[0], call: { id: 7 } },
      { v: 1, from: 'x', kind: 'cancel', to: all[0], id },
      ...[undefined, 'x', { kind: 'result', id, value: 'stolen' }, { kind: 'error', id, error: {} }].flatMap(reply =>
        (workers[0] ? [{ v: 1, from: 'x', kind: 'reply', to: undefined, reply }, { v: 1, from: 'x', kind: 'reply', to: 'all', reply }] : [])),
    ]) stranger.postMessage(message);
    // Those for the follower itself, whose name only a tab that was asked by it knows.
    const spy = promised<string>();
    stranger.onmessage = ({ data }) => {
      const { kind, from } = data as { kind: string; from: string };
      if (kind === 'call') spy.resolve(from);
    };
    const second = (await follower.link).call('fees.balance', {});
    const to = await spy.promise;
    stranger.postMessage({ v: 1, from: 'x', kind: 'reply', to, reply: { kind: 'result', id, value: 'stolen' } });
    await until(() => workers[0]?.calls.length === 2, 'the second call arrives');
    held.resolve(5);
    assert.deepEqual(await Promise.all([call, second]), [5, 5]);
    assert.deepEqual([heard, workers[0]?.canceled], [[], []]);
    stranger.close();
  });

  void test('notice a tab of another version', async () => {
    const { open, name } = browser();
    const stranger = new BroadcastChannel(name);
    const answered = promised<unknown>();
    const leader = await open(echo).link;
    stranger.onmessage = ({ data }) => {
      if ((data as { kind: string }).kind === 'leader') answered.resolve(data);
    };
    stranger.postMessage({ v: 2, kind: 'who', from: 'newer' });
    const { v, kind } = (await answered.promise) as { v: number; kind: string };
    assert.deepEqual([v, kind, leader.leads], [1, 'leader', true]);
    const follower = await open(echo).link;
    stranger.postMessage({ v: 2, kind: 'leader', from: 'newer' });
    await until(() => !leader.leads, 'they leave');
    await assert.rejects(follower.call('tx.list', {}), error => error instanceof AztecLiteError && error.code === 'version');
    stranger.close();
  });

  void test('end calls: by a signal, and by closing', async () => {
    const { open, workers } = browser();
    const hang: Work = async (_, __, canceled) => {
      await canceled;
      throw new Error('canceled');
    };
    const leader = await open(hang).link;
    const follower = await open(hang).link;
    for (const link of [leader, follower]) {
      const controller = new AbortController();
      const call = link.call('tx.send', {}, { signal: controller.signal });
      const number = workers[0]?.calls.length ?? 0;
      if (link === follower) await until(() => workers[0]?.calls.length === number + 1, 'the call arrives');
      controller.abort(new Error('enough'));
      await assert.rejects(call, { message: 'enough' });
      await assert.rejects(link.call('x', {}, { signal: controller.signal }), { message: 'enough' });
    }
    await until(() => workers[0]?.canceled.length === 2, 'the worker is told');
    const last = follower.call('tx.send', {});
    await until(() => workers[0]?.calls.length === 3, 'the call arrives');
    const closed = assert.rejects(last, { code: 'closed' });
    follower.close();
    follower.close();
    await closed;
    await assert.rejects(follower.call('tx.list', {}), { code: 'closed' });
    await assert.rejects(leader.call('x', {}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  void test('get another worker when theirs crashes', async () => {
    const { open, workers } = browser();
    const tab = open((call, tell) => {
      if (call.method === 'submitted') tell({ txHash: '0x2' });
      return call.method === 'good' ? Promise.resolve('done') : promised().promise;
    });
    const leader = await tab.link;
    const follower = await open(echo).link;
    const told = promised();
    const submitted = leader.call('submitted', {}, {
      settled: progress => progress,
      onProgress: () => {
        told.resolve();
      },
    });
    const lost = [leader, follower].map(link =>
      assert.rejects(link.call('bad', {}), error => error instanceof AztecLiteError && error.code === 'worker' && error.message.includes('out of memory')));
    await until(() => workers[0]?.calls.length === 3, 'the calls arrive');
    await told.promise;
    workers[0]?.crash('out of memory');
    await Promise.all(lost);
    assert.deepEqual(await submitted, { txHash: '0x2' });
    assert.deepEqual(await Promise.all([leader.call('good', {}), follower.call('good', {})]), ['done', 'done']);
    assert.equal(workers.length, 2);
    assert.equal(workers[0]?.isGone, true);
  });

  void test('try each in turn when a worker does not start', async () => {
    const { open, workers } = browser();
    const [first, second] = [open(echo, { fails: new Error('no node') }), open(echo)];
    await assert.rejects(first.link, error => error instanceof NodeError && error.message === 'no node');
    const link = await second.link;
    assert.equal(link.leads, true);
    assert.equal(workers[0]?.isGone, true);
  });
});
