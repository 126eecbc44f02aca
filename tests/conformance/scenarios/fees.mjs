// Who pays, how much, and what is kept of a tx that reverts.
import { getFeeJuiceBalance } from '@aztec/aztec.js/utils';
import { PrivateFeePaymentMethod, PublicFeePaymentMethod, SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { SponsoredFPCNoEndSetupContract } from '@aztec/noir-test-contracts.js/SponsoredFPCNoEndSetup';
import { CounterContract } from '@aztec/noir-test-contracts.js/Counter';
import { Gas, GasFees, GasSettings } from '@aztec/stdlib/gas';

import { assert, AztecAddress, BatchCall, Fr } from '../world.mjs';
import { balances, newToken } from './token.mjs';

const PLENTY = 10n ** 24n;

/** A new account with fee tokens of both kinds, and tokens to move. */
async function customer(w) {
  const manager = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
  const { address } = manager;
  await w.send(await manager.getDeployMethod(), AztecAddress.ZERO, { fee: w.sponsored });
  const [t] = await Promise.all([
    newToken(w),
    w.batch([w.banana.methods.mint_to_public(address, PLENTY), w.banana.methods.mint_to_private(address, PLENTY)]),
  ]);
  await w.send(t.methods.mint_to_public(address, 100n));
  return { address, t };
}

async function settings(w, rest = {}) {
  return GasSettings.default({ maxFeesPerGas: (await w.node.getCurrentMinFees()).mul(3), ...rest });
}

async function publicFee(w, from, rest) {
  const gasSettings = await settings(w, rest);
  return { paymentMethod: new PublicFeePaymentMethod(w.fpc.address, from, w.wallet, gasSettings), gasSettings };
}

export const fees = [
  {
    name: 'fees: fee juice of the sender',
    run: async w => {
      const { address } = await customer(w);
      const { alice } = w;
      const counter = await w.deploy(CounterContract, [0, alice]);
      assert.equal(await getFeeJuiceBalance(address, w.node), 0n);
      await w.fails(counter.methods.increment(address).send({ from: address }), /Insufficient fee payer balance/);
      assert(await getFeeJuiceBalance(w.sponsor, w.node) > 0n, 'the sponsor has fee juice');
      // Other scenarios use the same payers: what one tx took is seen in its own effect.
      const estimate = await counter.methods.increment(alice).simulate({ from: alice, fee: { estimateGas: true } });
      const { gasLimits } = estimate.estimatedGas;
      assert(gasLimits.l2Gas > 440_000 && gasLimits.l2Gas < 2_000_000, `estimated gas ${gasLimits.l2Gas}`);
      const receipt = await w.send(counter.methods.increment(alice), alice, { fee: { gasSettings: { gasLimits } } });
      const block = await w.node.getBlock(receipt.blockNumber);
      const { feePerL2Gas } = block.header.globalVariables.gasFees;
      assert.equal(receipt.transactionFee % feePerL2Gas, 0n);
      assert(receipt.transactionFee / feePerL2Gas <= BigInt(gasLimits.l2Gas));
      const [write, ...others] = (await w.effect(receipt)).publicDataWrites;
      assert.deepEqual(others, []);
      const leaf = await w.node.getPublicDataWitness(receipt.blockNumber - 1, write.leafSlot);
      assert(leaf.leafPreimage.leaf.slot.equals(write.leafSlot), 'the balance is written');
      assert(leaf.leafPreimage.leaf.value.toBigInt() > write.value.toBigInt(), 'and goes down');
    },
  },
  {
    name: 'fees: priority fee is paid on top',
    run: async w => {
      const counter = await w.deploy(CounterContract, [0, w.alice]);
      const gasSettings = await settings(w, { maxPriorityFeesPerGas: new GasFees(0n, 7n) });
      const receipt = await w.send(counter.methods.increment(w.alice), w.alice, { fee: { gasSettings } });
      const { feePerL2Gas } = (await w.node.getBlock(receipt.blockNumber)).header.globalVariables.gasFees;
      assert.equal(receipt.transactionFee % (feePerL2Gas + 7n), 0n);
    },
  },
  {
    name: 'fees: paid in public tokens, with refund',
    run: async w => {
      const { address, t } = await customer(w);
      const fee = await publicFee(w, address);
      const receipt = await w.send(t.methods.transfer_in_public(address, w.bob, 10n, 0), address, { fee });
      const left = await w.view(w.banana.methods.balance_of_public(address), address);
      assert.equal(PLENTY - left, receipt.transactionFee);
      assert.deepEqual(await balances(w, t, address), [0n, 90n]);
    },
  },
  {
    name: 'fees: paid in private tokens, with refund',
    run: async w => {
      const { address, t } = await customer(w);
      const gasSettings = await settings(w);
      const paymentMethod = new PrivateFeePaymentMethod(w.fpc.address, address, w.wallet, gasSettings);
      const receipt = await w.send(t.methods.transfer_in_public(address, w.bob, 10n, 0), address,
        { fee: { paymentMethod, gasSettings } });
      const left = await w.view(w.banana.methods.balance_of_private(address), address);
      assert.equal(PLENTY - left, receipt.transactionFee);
    },
  },
  {
    name: 'fees: reverts in app logic, teardown, both',
    run: async w => {
      const { address, t } = await customer(w);
      const { bob } = w;
      const good = t.methods.transfer_in_public(address, bob, 10n, 0);
      const bad = t.methods.transfer_in_public(address, bob, 10n ** 9n, 0);
      const noGas = { teardownGasLimits: Gas.empty() };
      const paid = () => w.view(w.banana.methods.balance_of_public(address), address);
      let before = await paid();
      // App logic reverts: the fee is taken and the rest given back.
      const app = await w.send(bad, address, { fee: await publicFee(w, address), expect: 'app_logic_reverted' });
      assert.equal(before - (before = await paid()), app.transactionFee);
      // Teardown reverts: app logic is undone too, no refund.
      const teardown = await w.send(good, address,
        { fee: await publicFee(w, address, noGas), expect: 'teardown_reverted' });
      assert(before - (before = await paid()) > teardown.transactionFee);
      const both = await w.send(bad, address, { fee: await publicFee(w, address, noGas), expect: 'both_reverted' });
      assert(before - (await paid()) > both.transactionFee);
      assert.deepEqual(await balances(w, t, address), [0n, 100n]);
      assert.deepEqual(await balances(w, t, bob), [0n, 0n]);
      const effect = await w.effect(both);
      assert.equal(effect.publicLogs.length, 0);
    },
  },
  {
    name: 'fees: private effects of a reverted tx are gone',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      await Promise.all([w.send(t.methods.mint_to_private(alice, 50n)), w.send(t.methods.mint_to_public(alice, 5n))]);
      const reverted = await w.send(new BatchCall(w.wallet, [
        t.methods.transfer(bob, 20n), t.methods.transfer_in_public(alice, bob, 6n, 0),
      ]), alice, { expect: 'app_logic_reverted' });
      const effect = await w.effect(reverted);
      assert.deepEqual([effect.noteHashes.length, effect.privateLogs.length], [0, 0]);
      assert.deepEqual([await balances(w, t, alice), await balances(w, t, bob)], [[50n, 5n], [0n, 0n]]);
      await w.send(t.methods.transfer(bob, 20n));
      assert.deepEqual(await balances(w, t, bob), [20n, 0n]);
    },
  },
  {
    name: 'fees: a sponsor without fee juice',
    run: async w => {
      const { alice } = w;
      const [sponsor, counter] = await w.deployAll([[SponsoredFPCNoEndSetupContract], [CounterContract, 1, alice]]);
      const fee = { paymentMethod: new SponsoredFeePaymentMethod(sponsor.address) };
      await w.fails(counter.methods.increment(alice).send({ from: alice, fee }), /Insufficient fee payer balance/);
      assert.equal(await w.view(counter.methods.get_counter(alice)), 1n);
    },
  },
];
