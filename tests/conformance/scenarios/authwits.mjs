// Allowing others to act: witnesses of private calls, entries in the public registry.
import {
  computeInnerAuthWitHash, computeInnerAuthWitHashFromAction, lookupValidity, SetPublicAuthwitContractInteraction,
} from '@aztec/aztec.js/authorization';
import { AuthWitTestContract } from '@aztec/noir-test-contracts.js/AuthWitTest';

import { assert, Fr } from '../world.mjs';
import { balances, newToken } from './token.mjs';

export const witness = async (w, from, caller, action) =>
  w.wallet.createAuthWit(from, { caller, call: await action.getFunctionCall() });

export const allowPublicly = async (w, from, caller, action, allowed = true) =>
  w.settled((await (await SetPublicAuthwitContractInteraction.create(w.wallet, from, { caller, action }, allowed))
    .send({ wait: 'NO_WAIT' })).txHash);

export const authwits = [
  {
    name: 'authwit: private transfer and burn, once only, cancelled',
    run: async w => {
      const { alice, bob, carol } = w;
      const t = await newToken(w);
      await Promise.all([100n, 50n].map(amount => w.send(t.methods.mint_to_private(alice, amount))));
      const as = (action, authwit) => ({ authWitnesses: authwit ? [authwit] : [], additionalScopes: [alice] });
      const transfer = t.methods.transfer_in_private(alice, bob, 40n, Fr.random());
      await w.fails(transfer.send({ from: bob, ...as(transfer) }), /Unknown auth witness/, /there is no auth witness/);
      const allowed = await witness(w, alice, bob, transfer);
      await w.fails(transfer.send({ from: carol, ...as(transfer, allowed) }), /Unknown auth witness/, /there is no auth witness/);
      await w.send(transfer, bob, as(transfer, allowed));
      assert.deepEqual([await balances(w, t, alice), await balances(w, t, bob)], [[110n, 0n], [40n, 0n]]);
      await w.fails(transfer.send({ from: bob, ...as(transfer, allowed) }), /Existing nullifier|duplicate|already/i);
      const burn = t.methods.burn_private(alice, 10n, Fr.random());
      await w.send(burn, bob, as(burn, await witness(w, alice, bob, burn)));
      assert.deepEqual(await balances(w, t, alice), [100n, 0n]);
      // A cancelled witness no longer works.
      const other = t.methods.transfer_in_private(alice, bob, 1n, Fr.random());
      const cancelled = await witness(w, alice, bob, other);
      const call = await other.getFunctionCall();
      const intent = { caller: bob, call };
      assert.deepEqual(
        await lookupValidity(w.wallet, alice, intent, cancelled), { isValidInPrivate: true, isValidInPublic: false });
      await w.send(t.methods.cancel_authwit(await computeInnerAuthWitHashFromAction(bob, call)), alice);
      await w.fails(other.send({ from: bob, ...as(other, cancelled) }), /Existing nullifier|already/i);
    },
  },
  {
    name: 'authwit: public transfer and burn, once only, revoked',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      await w.send(t.methods.mint_to_public(alice, 100n));
      const transfer = t.methods.transfer_in_public(alice, bob, 40n, Fr.random());
      await w.fails(w.view(transfer, bob), /unauthorized/);
      await w.send(transfer, bob, { expect: 'app_logic_reverted' });
      await allowPublicly(w, alice, bob, transfer);
      const valid = async () =>
        (await lookupValidity(w.wallet, alice, { caller: bob, call: await transfer.getFunctionCall() },
          await witness(w, alice, bob, transfer))).isValidInPublic;
      assert.equal(await valid(), true);
      await w.send(transfer, bob);
      assert.equal(await valid(), false);
      await w.send(transfer, bob, { expect: 'app_logic_reverted' });
      const burn = t.methods.burn_public(alice, 10n, Fr.random());
      await allowPublicly(w, alice, bob, burn);
      await allowPublicly(w, alice, bob, burn, false);
      await w.fails(w.view(burn, bob), /unauthorized/);
      await w.send(burn, bob, { expect: 'app_logic_reverted' });
      await allowPublicly(w, alice, bob, burn);
      await w.send(burn, bob);
      assert.deepEqual([await balances(w, t, alice), await balances(w, t, bob)], [[0n, 50n], [0n, 40n]]);
    },
  },
  {
    name: 'authwit: of data that is no call',
    run: async w => {
      const { alice, bob } = w;
      const consumer = await w.deploy(AuthWitTestContract);
      const innerHash = await computeInnerAuthWitHash([Fr.random(), new Fr(42)]);
      const intent = { consumer: consumer.address, innerHash };
      const authwit = await w.wallet.createAuthWit(alice, intent);
      await w.send(consumer.methods.consume(alice, innerHash), bob,
        { authWitnesses: [authwit], additionalScopes: [alice] });
      const other = { consumer: consumer.address, innerHash: await computeInnerAuthWitHash([Fr.random()]) };
      await w.settled((await (await SetPublicAuthwitContractInteraction.create(w.wallet, alice, other, true))
        .send({ wait: 'NO_WAIT' })).txHash);
      await w.send(consumer.methods.consume_public(alice, other.innerHash), bob);
      await w.send(consumer.methods.consume_public(alice, other.innerHash), bob, { expect: 'app_logic_reverted' });
    },
  },
];
