import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { batch, Contract, ContractError, KeysError, SentTx, TransactionError } from '../src/index.js';
import type { Address, Progress, TxStatus } from '../src/index.js';
import type { ContractInterface, FunctionInterface } from '../src/runtime/calls.js';
import { walletWith } from './support/client.js';
import type { Answers } from './support/client.js';

const address = (digit: number): Address => `0x${String(digit).padStart(64, '0')}`;
const [alice, bob, token] = [address(1), address(2), address(3)];

const field = { kind: 'field' } as const;
const u128 = { kind: 'integer', sign: 'unsigned', width: 128 } as const;
const person = {
  kind: 'struct' as const, path: 'aztec::protocol_types::address::AztecAddress', fields: [{ name: 'inner', type: field }],
};
const definition = (
  name: string, functionType: FunctionInterface['functionType'], returns: FunctionInterface['returnTypes'] = [],
): FunctionInterface => ({
  name, functionType, isStatic: false, isInitializer: false, isOnlySelf: false, returnTypes: returns,
  parameters: [{ name: 'to', type: person, visibility: 'private' }, { name: 'amount', type: u128, visibility: 'private' }],
});
const tokenInterface: ContractInterface = {
  name: 'Token',
  functions: [
    definition('transfer', 'private'), definition('balance', 'utility', [u128]), definition('supply', 'public', [u128]),
  ],
  events: [{ name: 'Transfer', type: { kind: 'struct', path: 'Transfer', fields: [{ name: 'from', type: person }, { name: 'amount', type: u128 }] } }],
};

interface Token {
  methods: { transfer(to: Address, amount: bigint | number): undefined; balance(of: Address): bigint; supply(): bigint };
  events: { Transfer: { from: Address; amount: bigint } };
  initializers: { constructor: [admin: Address] };
}

const contractAnswers: Answers = {
  'contracts.interface': () => tokenInterface,
  'contracts.encode': params => ({ name: params.function, to: params.address, args: params.args }),
  'contracts.decode': params => BigInt(params.values[0] ?? 0).toString(),
  'utility.run': () => ({ values: ['0x2a'] }),
  'tx.simulate': params => ({
    returns: params.payload.calls.map(({ name }) => (name === 'supply' ? ['0x7'] : [])),
    gasUsed: null, gasLimits: { daGas: 1, l2Gas: 2 }, teardownGasLimits: null, offchainEffects: [],
  }),
};

void describe('contracts', () => {
  void test('are called by name, with values as JavaScript has them', async () => {
    const { wallet, asked } = walletWith({ ...contractAnswers, 'tx.send': () => ({ txHash: '0x9', offchainEffects: [] }) });
    wallet.defaultFee = { method: 'sponsored', sponsor: { address: address(8) } };
    const contract = await Contract.at<Token>(wallet, token);
    assert.equal(await contract.methods.balance(alice).simulate({ from: alice }), 42n);
    assert.equal(await contract.methods.supply().simulate({ from: { address: alice } }), 7n);
    const { gas, gasUsed } = await contract.methods.supply().estimate({ from: alice });
    assert.deepEqual([gas, gasUsed], [{ gasLimits: { daGas: 1, l2Gas: 2 } }, undefined]);
    await contract.methods.transfer(bob, 1n).simulate({ from: alice });
    const sent = await contract.methods.transfer(bob, 2n ** 100n).with('0xaa').send({ from: alice, authWitnesses: ['0xbb'], additionalScopes: [bob] });
    assert.equal(sent.hash, '0x9');
    const { method, params } = asked.at(-1) as { method: string; params: { name: string } };
    assert.match(params.name, /^[0-9a-f-]{36}$/);
    assert.deepEqual({ method, params }, {
      method: 'tx.send',
      params: {
        name: params.name,
        payload: {
          calls: [{ name: 'transfer', to: token, args: [bob, (2n ** 100n).toString()] }],
          authWitnesses: ['0xaa', '0xbb'], capsules: [], extraHashedArgs: [],
        },
        from: alice, fee: { method: 'sponsored', sponsor: address(8) }, additionalScopes: [bob],
      },
    });
  });

  void test('say what they do not have, and which argument is wrong', async () => {
    const { wallet } = walletWith(contractAnswers);
    const contract = await Contract.at(wallet, token);
    assert.throws(() => contract.methods.mint, error => error instanceof ContractError && error.hint === 'it has transfer, balance, supply');
    assert.throws(() => contract.methods.transfer?.(bob, 0.5), /^AztecLiteError: transfer: amount is 0.5, which is no exact integer$/);
    // They may be returned by async functions.
    assert.equal(await Promise.resolve(contract.methods), contract.methods);
    assert.deepEqual(JSON.parse(JSON.stringify({ contract })), { contract: token });
  });

  void test('are called together, and each gets its own value', async () => {
    const { wallet, asked } = walletWith(contractAnswers);
    const { methods } = await Contract.at<Token>(wallet, token);
    const calls = batch(wallet, [methods.supply(), methods.balance(bob), methods.transfer(bob, 1n)]);
    assert.deepEqual(await calls.simulate({ from: alice }), [7n, 42n, undefined]);
    assert.equal(asked.filter(({ method }) => method === 'tx.simulate').length, 1);
    await assert.rejects(calls.send({ from: alice }), /balance is a utility function/);
  });

  void test('are deployed where they were said to be, even if another tab takes over', async () => {
    for (const takenOver of [false, true]) {
      const { wallet, asked } = walletWith({
        ...contractAnswers,
        'contracts.deploy': (_, { settled }) =>
          takenOver ? settled?.({ stage: 'submit', txHash: '0x5' }) : { txHash: '0x5', address: token },
        'contracts.register': () => ({ address: token }),
      });
      const { contract, tx } = await Contract.deploy<Token>(wallet, 'Token', [alice], { from: alice, initializer: 'constructor' });
      assert.deepEqual([contract.address, tx.hash], [token, '0x5']);
      const [deployed, registered] = ['contracts.deploy', 'contracts.register'].map(name =>
        asked.find(({ method }) => method === name)?.params as Record<string, unknown>);
      assert.match(deployed?.salt as string, /^0x[0-9a-f]{62}$/);
      assert.deepEqual(registered, { artifact: 'Token', args: [alice], constructorName: 'constructor', salt: deployed?.salt, deployer: alice });
    }
  });

  void test('tell events page by page, and go on with new ones until the signal ends it', async () => {
    const end = new AbortController();
    const place = (blockNumber: number) => ({ txHash: '0x1', blockNumber, blockHash: '0x2' });
    const event = (blockNumber: number) => ({ event: { from: alice, amount: String(blockNumber) }, ...place(blockNumber) });
    const next = { ...place(2), txIndex: 0, logIndex: 0 };
    let tip = 2;
    const { wallet, asked } = walletWith({
      ...contractAnswers,
      // The chain grows, and once it does not.
      'sync.tip': () => ({ block: (tip = tip < 4 ? tip + 1 : tip) }),
      'events.public': ({ after, fromBlock }) => {
        if (after) return { events: [event(3)], next: null };
        return fromBlock === 4 ? { events: [event(4)], next: null } : { events: [event(1), event(2)], next };
      },
      'events.private': () => [event(9)],
    });
    const contract = await Contract.at<Token>(wallet, token);
    const amounts: bigint[] = [];
    for await (const { event: { amount } } of contract.publicEvents('Transfer')) amounts.push(amount);
    assert.deepEqual(amounts, [1n, 2n, 3n]);
    const followed: number[] = [];
    await assert.rejects(async () => {
      for await (const { blockNumber } of contract.publicEvents('Transfer', { follow: true, signal: end.signal })) {
        followed.push(blockNumber);
        if (blockNumber === 4) end.abort(new Error('enough'));
      }
    }, { message: 'enough' });
    assert.deepEqual(followed, [1, 2, 3, 4]);
    tip = 9;
    const seen = [];
    for await (const found of contract.privateEvents('Transfer', { scopes: [{ address: bob }], toBlock: 10, follow: true })) seen.push(found);
    assert.deepEqual(seen, [{ event: { from: alice, amount: 9n }, ...place(9) }]);
    assert.deepEqual(asked.at(-2)?.method === 'events.private' ? asked.at(-2)?.params : asked.at(-1)?.params, {
      contract: token, event: 'Transfer', toBlock: 10, scopes: [bob],
    });
  });
});

void describe('transactions', () => {
  const hash = address(7);
  const after = (...statuses: (TxStatus | [TxStatus, string])[]) => {
    let index = 0;
    return walletWith({
      'tx.receipt': () => {
        const entry = statuses[Math.min(index++, statuses.length - 1)] ?? 'unknown';
        const [status, executionResult] = typeof entry === 'string' ? [entry, 'success'] : entry;
        return { txHash: hash, status, executionResult, transactionFee: '12' };
      },
    }).wallet;
  };
  const follow = () => {
    const told: Progress[] = [];
    return { told, follow: { onProgress: (progress: Progress) => told.push(progress), began: performance.now() } };
  };

  void test('are waited for as far as is asked', async () => {
    const wallet = after('unknown', 'pending', 'proposed', 'proven');
    const { told, follow: onProgress } = follow();
    const tx = new SentTx(wallet, hash, [], onProgress);
    const receipt = await tx.wait({ until: 'checkpointed' });
    assert.deepEqual([receipt.status, receipt.transactionFee], ['proven', 12n]);
    assert.deepEqual(told.map(progress => 'status' in progress && progress.status), ['proposed', 'proven']);
    assert.ok(told.every(progress => 'time' in progress && progress.time >= 0));
  });

  void test('that fail say how', async () => {
    const code = (wallet: ReturnType<typeof after>, options = {}) =>
      new SentTx(wallet, hash).wait(options).then(() => 'none', (error: unknown) => error instanceof TransactionError && error.code);
    assert.equal(await code(after('pending', 'dropped')), 'tx.dropped');
    assert.equal(await code(after('expired')), 'tx.expired');
    assert.equal(await code(after(['proposed', 'app_logic_reverted'])), 'tx.reverted');
    assert.equal(await code(after(['proposed', 'app_logic_reverted']), { allowRevert: true }), 'none');
    assert.equal(await code(after('unknown'), { timeout: 5 }), 'tx.timeout');
    const waiting = new SentTx(after('pending'), hash).wait({ signal: AbortSignal.timeout(5) });
    await assert.rejects(waiting, { name: 'TimeoutError' });
  });

  void test('are listed with their times', async () => {
    const record = { txHash: hash, status: 'pending' as const, calls: [{ contract: token, name: 'Token', function: 'transfer' }] };
    const { wallet } = walletWith({ 'tx.list': () => [{ ...record, sentAt: 100 }] });
    assert.deepEqual(await wallet.transactions(), [{ ...record, sentAt: new Date(100_000) }]);
  });
});

void describe('wallets', () => {
  void test('take a passphrase or 32 bytes', async () => {
    const { wallet, asked } = walletWith({ 'wallet.unlock': () => null, 'wallet.changePassphrase': () => null });
    await wallet.unlock({ passphrase: 'a' });
    await wallet.changePassphrase({ passphrase: 'a' }, { key: new Uint8Array(32).fill(7) });
    assert.deepEqual(asked.map(({ params }) => params), [
      { passphrase: 'a' }, { from: { passphrase: 'a' }, to: { key: new Array(32).fill(7) } },
    ]);
    await assert.rejects(async () => wallet.unlock({ key: new Uint8Array(31) }), error => error instanceof KeysError);
  });

  void test('authorize calls, privately and publicly', async () => {
    const { wallet, asked } = walletWith({
      ...contractAnswers,
      'authwit.create': () => '0xaa',
      'authwit.public': ({ authorized }) => ({ name: 'set_authorized', args: [authorized] }),
      'authwit.lookup': () => ({ private: true, public: false }),
      'tx.send': () => ({ txHash: '0x9' }),
    });
    const { methods } = await Contract.at<Token>(wallet, token);
    const intent = { caller: { address: bob }, call: methods.transfer(bob, 1n) };
    const data = { caller: bob, call: { name: 'transfer', to: token, args: [bob, '1'] } };
    assert.equal(await wallet.createAuthWitness(alice, intent), '0xaa');
    assert.deepEqual(asked.at(-1)?.params, { from: alice, intent: data });
    await wallet.setPublicAuthorization(intent, false, { from: alice });
    const { name, ...params } = asked.at(-1)?.params as { name: string };
    assert.ok(name);
    assert.deepEqual(params, {
      payload: { calls: [{ name: 'set_authorized', args: [false] }], authWitnesses: [], capsules: [], extraHashedArgs: [] },
      from: alice, fee: { method: 'fee-juice' }, additionalScopes: [],
    });
    await wallet.lookupAuthorization(alice, { consumer: token, innerHash: 5n }, '0xaa');
    assert.deepEqual(asked.at(-1)?.params, { from: alice, intent: { consumer: token, innerHash: '5' }, witness: '0xaa' });
  });

  void test('tell of changes for as long as somebody listens', () => {
    const { wallet, tellAll } = walletWith({});
    let told = 0;
    const stop = wallet.onChange(() => told++);
    tellAll();
    stop();
    tellAll();
    assert.equal(told, 1);
  });

  void test('send every kind of fee in the form the client reads', () => {
    const { wallet } = walletWith({});
    const gas = { gasLimits: { daGas: 1, l2Gas: 2 }, maxFeesPerGas: { feePerDaGas: 3n, feePerL2Gas: 4n } };
    assert.deepEqual(wallet.feeData({ method: 'fee-juice', gas }), {
      method: 'fee-juice', gas: { gasLimits: { daGas: 1, l2Gas: 2 }, maxFeesPerGas: { feePerDaGas: '3', feePerL2Gas: '4' } },
    });
    assert.deepEqual(wallet.feeData({ method: 'fee-juice-with-claim', amount: 1n, secret: '0x2', leafIndex: 3 }), {
      method: 'fee-juice-with-claim', amount: '1', secret: '0x2', leafIndex: '3',
    });
    assert.deepEqual(wallet.feeData({ method: 'private-fpc', fpc: { address: bob }, asset: token }), {
      method: 'private-fpc', fpc: bob, asset: token,
    });
  });
});
