/** Official contract classes over our wallet. The official packages are looked for in the folder AZTEC_REFERENCE names. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import type { Address, Hex } from '../src/index.js';
import { walletWith } from './support/client.js';
import { loadOfficial, reference } from './support/official.js';
import type { Call, Official, Value } from './support/official.js';

const address = (digit: number): Address => `0x${String(digit).padStart(64, '0')}`;
const field = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;
const [alice, bob, at] = [address(1), address(2), address(3)];

void describe('official code with our wallet', { skip: reference === undefined && 'AZTEC_REFERENCE names no folder with the official packages' }, () => {
  let official: Official;
  before(async () => {
    official = await loadOfficial();
  });
  const open = (answers: Parameters<typeof walletWith>[0]) => {
    const { wallet, asked } = walletWith(answers);
    wallet.defaultFee = { method: 'sponsored', sponsor: address(8) };
    const adapter = official.adapter.aztecWallet(wallet);
    const { AztecAddress } = official.addresses;
    return { adapter, asked, token: official.token.TokenContract.at(AztecAddress.fromString(at), adapter), me: AztecAddress.fromString(alice), you: AztecAddress.fromString(bob) };
  };
  const gas = (l2Gas: number) => ({ daGas: 1, l2Gas });
  const used = { totalGas: gas(1000), publicGas: gas(0), teardownGas: gas(0), billedGas: gas(0) };

  void test('functions of every kind are simulated', async () => {
    const { token, adapter, me, you, asked } = open({
      'utility.run': () => ({ values: [field(42)] }),
      'tx.simulate': ({ payload: { calls } }) => ({
        returns: calls.map(({ name }) => (name.endsWith('get_decimals') ? [field(name.startsWith('private') ? 7 : 9)] : [])),
        gasUsed: used, gasLimits: gas(1), teardownGasLimits: gas(1), offchainEffects: [],
      }),
    });
    assert.equal((await token.methods.balance_of_private?.(me).simulate({ from: me }))?.result, 42n);
    assert.deepEqual(asked[0]?.params, {
      call: {
        name: 'balance_of_private', to: at, selector: (asked[0]?.params as { call: { selector: string } }).call.selector, type: 'utility',
        hideMsgSender: false, isStatic: false, args: [alice], returnTypes: [{ kind: 'integer', sign: 'unsigned', width: 128 }],
      },
      scopes: [alice], authWitnesses: [],
    });
    const { result, estimatedGas } = (await token.methods.public_get_decimals?.().simulate({ from: me, fee: { estimateGas: true } })) ?? {};
    assert.deepEqual([result, estimatedGas?.gasLimits.l2Gas], [9n, 1100]);
    const calls = [token.methods.private_get_decimals?.(), token.methods.balance_of_private?.(you), token.methods.public_get_decimals?.(), token.methods.transfer?.(you, 1n)];
    const all = await new official.contracts.BatchCall(adapter, calls as Call[]).simulate({ from: me });
    assert.deepEqual(all.map(one => one.result), [7n, 42n, 9n, []]);
  });

  void test('transactions are sent and waited for', async () => {
    const hash = field(77);
    // What official code takes for a message: a marker, whom it is for, what it says.
    const { token, me, you, asked } = open({
      'tx.send': () => ({ txHash: hash, offchainEffects: [{ data: [field(1), field(2), field(3)], contractAddress: at }] }),
      'tx.receipt': () => ({ txHash: hash, status: 'proven', executionResult: 'success', transactionFee: '5', blockNumber: 3, blockHash: field(4) }),
    });
    const transfer = token.methods.transfer?.(you, 5n);
    const { receipt } = (await transfer?.send({ from: me, fee: { gasSettings: { maxFeesPerGas: undefined, gasLimits: { daGas: 1, l2Gas: 2 } } } })) ?? {};
    assert.deepEqual([String(receipt?.txHash), receipt?.transactionFee, receipt?.blockNumber], [hash, 5n, 3]);
    assert.equal((receipt?.isMined as () => boolean)(), true);
    const params = asked[0]?.params as { payload: { calls: { args: string[] }[] }; fee: unknown; from: string };
    assert.deepEqual(params.payload.calls[0]?.args, [bob, field(5)]);
    assert.deepEqual([params.from, params.fee], [alice, { method: 'sponsored', sponsor: address(8), gas: { gasLimits: { daGas: 1, l2Gas: 2 } } }]);
    const { txHash } = (await transfer?.send({ from: me, wait: official.contracts.NO_WAIT })) ?? {};
    assert.equal(String(txHash), hash);
  });

  void test('contracts are deployed', async () => {
    const { adapter, me, asked } = open({
      'contracts.classMetadata': () => ({ isRegistered: false, isPublished: true }),
      'contracts.register': ({ instance }) => instance,
      'tx.send': () => ({ txHash: field(7), offchainEffects: [] }),
      'tx.receipt': () => ({ txHash: field(7), status: 'checkpointed', executionResult: 'success', transactionFee: '5', blockNumber: 3, blockHash: field(4) }),
    });
    const { contract } = (await official.token.TokenContract.deploy(adapter, me, 'Gold', 'GLD', 18).send({ from: me }));
    const registered = asked.find(({ method }) => method === 'contracts.register')?.params as {
      instance: { address: string; publicKeys: object }; artifact: { name: string; functions: { bytecode: unknown }[] };
    };
    assert.equal(registered.instance.address, contract.address.toString());
    assert.deepEqual([registered.artifact.name, typeof registered.artifact.functions[0]?.bytecode], ['Token', 'string']);
    const sent = asked.find(({ method }) => method === 'tx.send')?.params as { payload: { calls: { name: string }[] } };
    assert.deepEqual(sent.payload.calls.map(({ name }) => name), ['publish_for_public_execution', 'constructor']);
  });

  void test('what is known is told as official values', async () => {
    const { adapter, token, me, you, asked } = open({
      'wallet.status': () => ({ network: { l1ChainId: 31337, rollupVersion: 2 } }),
      'accounts.list': () => [{ address: alice, alias: 'me', type: 'schnorr', deployed: true }],
      'senders.list': () => [{ address: bob, alias: 'you' }],
      'senders.add': () => true,
      'contracts.metadata': () => ({ instance: null, isInitialized: true, isPublished: true, updatedClassId: field(5) }),
      'authwit.create': () => `0x${field(6).slice(2)}00000001${field(7).slice(2)}`,
      'events.packed': () => [{ packed: [alice, bob, field(12)], txHash: field(1), blockNumber: 3, blockHash: field(2) }],
      'tx.profile': () => ({ steps: [{ name: 'Token:transfer', gates: 9, milliseconds: 2 }], executionMilliseconds: 1 }),
    });
    const { chainId } = (await adapter.getChainInfo?.()) as { chainId: Value };
    assert.equal(chainId.toBigInt(), 31337n);
    const listed = [await adapter.getAccounts?.(), await adapter.getAddressBook?.()] as unknown as { alias: string; item: Value }[][];
    assert.deepEqual(listed.flat().map(({ alias, item }) => [alias, item.toString()]), [['me', alice], ['you', bob]]);
    assert.equal(await adapter.registerSender?.(you, 'you'), you);
    const metadata = (await adapter.getContractMetadata?.(me)) as { isContractUpdated: boolean; updatedContractClassId: Value };
    assert.deepEqual([metadata.isContractUpdated, metadata.updatedContractClassId.toBigInt()], [true, 5n]);
    const call = await token.methods.transfer_in_private?.(me, you, 1n, 0n).getFunctionCall();
    const witness = (await adapter.createAuthWit?.(me, { caller: you, call })) as { requestHash: Value; witness: Value[] };
    assert.deepEqual([witness.requestHash.toBigInt(), witness.witness.map(value => value.toBigInt())], [6n, [7n]]);
    const { intent } = asked.at(-1)?.params as { intent: { caller: string; call: { args: string[]; to: string } } };
    assert.deepEqual([intent.caller, intent.call.to, intent.call.args], [bob, at, [alice, bob, field(1), field(0)]]);
    const [event] = (await adapter.getPrivateEvents?.(official.token.TokenContract.events.Transfer, {
      contractAddress: token.address, scopes: [you], fromBlock: 1, toBlock: 9,
    })) as unknown as { event: { to: Value; amount: bigint }; metadata: { txHash: Value; l2BlockNumber: number } }[];
    assert.deepEqual([event?.event.to.toString(), event?.event.amount, event?.metadata.l2BlockNumber, event?.metadata.txHash.toString()], [bob, 12n, 3, field(1)]);
    const exec = await token.methods.transfer?.(you, 1n).request();
    const profile = (await adapter.profileTx?.(exec, { from: me, profileMode: 'gates' })) as { executionSteps: { gateCount: number }[] };
    assert.equal(profile.executionSteps[0]?.gateCount, 9);
    const granted = await adapter.requestCapabilities?.({ version: '1.0', capabilities: [{ type: 'accounts', canGet: true }] });
    assert.equal((granted?.granted as { accounts: unknown[] }[])[0]?.accounts.length, 1);
  });
});
