// Requests that are simulated with all kernels, and profiled with the real ones.
import { PublicFeePaymentMethod } from '@aztec/aztec.js/fee';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { GasSettings } from '@aztec/stdlib/gas';

import { AztecAddress, Fr } from '../world.mjs';

/** The request that sending would make. */
async function requested(w, interaction, from = w.alice, options = {}) {
  const payload = await interaction.request(options);
  const fee = await w.wallet.completeFeeOptions(from, payload.feePayer, options.fee?.gasSettings);
  return w.wallet.createTxExecutionRequestFromPayloadAndFee(payload, from, fee);
}

export async function simulations(w) {
  const { alice, bob } = w;
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  const m = token.methods;
  await w.batch([m.mint_to_private(alice, 100n), m.mint_to_public(alice, 100n)]);
  const simulate = async (interaction, options = {}) =>
    w.pxe.simulateTx(await requested(w, interaction), { simulatePublic: true, scopes: [alice], ...options });
  w.step('private');
  await simulate(m.transfer(bob, 5n));
  w.step('public');
  await simulate(m.transfer_in_public(alice, bob, 5n, 0));
  w.step('both');
  await simulate(m.transfer_to_private(bob, 5n));
  await simulate(m.transfer_to_public(alice, bob, 5n, 0));
  w.step('no public part, no validation, no fee');
  await simulate(m.transfer_to_private(bob, 5n),
    { simulatePublic: false, skipTxValidation: true, skipFeeEnforcement: true });
  w.step('public part fails');
  await w.fails(simulate(m.transfer_in_public(alice, bob, 500n, 0)), /./);
  w.step('private part fails');
  await w.fails(simulate(m.transfer(bob, 500n)), /Balance too low/);
  w.step('no scopes');
  await w.fails(simulate(m.transfer(bob, 5n), { scopes: [] }), /./);
  w.step('others scopes');
  await w.fails(simulate(m.transfer(bob, 5n), { scopes: [bob] }), /./);
  w.step('all scopes');
  await simulate(m.transfer(bob, 5n), { scopes: 'ALL_SCOPES' });
}

export async function profiles(w) {
  const { alice, bob } = w;
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  const m = token.methods;
  await w.batch([m.mint_to_private(alice, 100n), m.mint_to_public(alice, 100n)]);
  const profile = async (interaction, from = alice, options = {}) =>
    w.pxe.profileTx(await requested(w, interaction, from, options),
      { profileMode: 'execution-steps', skipProofGeneration: true, scopes: from.isZero() ? [] : [from] });
  w.step('private transfer');
  await profile(m.transfer(bob, 5n));
  w.step('public transfer');
  await profile(m.transfer_in_public(alice, bob, 5n, 0));
  w.step('account deployment');
  const manager = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
  await profile(await manager.getDeployMethod(), AztecAddress.ZERO, { fee: w.sponsored, from: AztecAddress.ZERO });
  w.step('fee in public tokens, with refund');
  const gasSettings = GasSettings.default({ maxFeesPerGas: (await w.node.getCurrentMinFees()).mul(3) });
  const paymentMethod = new PublicFeePaymentMethod(w.fpc.address, alice, w.wallet, gasSettings);
  await profile(m.transfer_to_public(alice, bob, 5n, 0), alice, { fee: { paymentMethod, gasSettings } });
}
