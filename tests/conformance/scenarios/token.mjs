// The token: mints, each kind of transfer, burns, roles, views.
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { readFieldCompressedString } from '@aztec/aztec.js/utils';

import { assert, Fr, sameAddress } from '../world.mjs';

export async function newToken(w, options = {}) {
  return w.deploy(TokenContract, [options.admin ?? w.alice, 'Coin', 'CN', 18n], options);
}

export async function balances(w, token, account) {
  return [
    await w.view(token.methods.balance_of_private(account), account),
    await w.view(token.methods.balance_of_public(account), account),
  ];
}

export const token = [
  {
    name: 'token: mints, transfers of all kinds, burns',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      const check = async (account, inPrivate, inPublic, what) =>
        assert.deepEqual(await balances(w, t, account), [inPrivate, inPublic], what);
      await Promise.all([w.send(t.methods.mint_to_public(alice, 1000n)), w.send(t.methods.mint_to_private(alice, 500n))]);
      await check(alice, 500n, 1000n, 'minted');
      assert.equal(await w.view(t.methods.total_supply()), 1500n);
      await w.send(t.methods.transfer(bob, 100n));
      await check(alice, 400n, 1000n, 'private to private, sender');
      await check(bob, 100n, 0n, 'private to private, receiver');
      await w.send(t.methods.transfer_to_private(bob, 30n));
      await check(bob, 130n, 0n, 'public to private, receiver');
      await w.send(t.methods.transfer_to_public(alice, bob, 50n, 0));
      await check(bob, 130n, 50n, 'private to public, receiver');
      await w.send(t.methods.transfer_in_public(alice, bob, 70n, 0));
      await check(alice, 350n, 900n, 'public to public, sender');
      await check(bob, 130n, 120n, 'public to public, receiver');
      await w.send(t.methods.transfer_in_private(bob, alice, 10n, 0), bob);
      await Promise.all([w.send(t.methods.burn_private(alice, 60n, 0)), w.send(t.methods.burn_public(alice, 100n, 0))]);
      await check(alice, 300n, 800n, 'burnt');
      assert.equal(await w.view(t.methods.total_supply()), 1340n);
    },
  },
  {
    name: 'token: deployment, names, roles',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      const text = async method => readFieldCompressedString(await w.view(method));
      assert.equal(await text(t.methods.public_get_name()), 'Coin');
      assert.equal(await text(t.methods.private_get_symbol()), 'CN');
      assert.equal(await w.view(t.methods.private_get_decimals()), 18n);
      assert.equal(await w.view(t.methods.is_minter(bob)), false);
      await w.fails(w.view(t.methods.mint_to_public(bob, 1n), bob), /Assertion failed: caller is not minter/);
      await w.send(t.methods.mint_to_public(bob, 1n), bob, { expect: 'app_logic_reverted' });
      await w.send(t.methods.set_minter(bob, true));
      assert.equal(await w.view(t.methods.is_minter(bob)), true);
      await w.send(t.methods.mint_to_public(bob, 5n), bob);
      await w.send(t.methods.set_admin(bob));
      assert(sameAddress(await w.view(t.methods.get_admin()), bob));
      await w.fails(w.view(t.methods.set_minter(alice, true)), /Assertion failed: caller is not admin/);
      assert.equal(await w.view(t.methods.balance_of_public(bob)), 5n);
    },
  },
  {
    name: 'token: limits of balances',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      await Promise.all([w.send(t.methods.mint_to_public(alice, 10n)), w.send(t.methods.mint_to_private(alice, 10n))]);
      await w.fails(w.view(t.methods.transfer(bob, 11n)), /Assertion failed: Balance too low/, /assertion failed: Balance too low/);
      const inPublic = t.methods.transfer_in_public(alice, bob, 11n, 0);
      await w.fails(w.view(inPublic), /Assertion failed: attempt to subtract with overflow/);
      await w.fails(w.view(t.methods.transfer_in_public(alice, bob, 1n, 5)), /authwit_nonce/);
      const max = (1n << 128n) - 1n;
      await w.fails(w.view(t.methods.mint_to_public(alice, max)), /Assertion failed: attempt to add with overflow/);
      await w.send(t.methods.mint_to_public(bob, max), alice, { expect: 'app_logic_reverted' });
      await w.send(t.methods.transfer_in_public(alice, alice, 4n, 0));
      await w.send(t.methods.transfer(alice, 4n));
      assert.deepEqual(await balances(w, t, alice), [10n, 10n]);
      assert.equal(await w.view(t.methods.total_supply()), 20n);
    },
  },
  {
    name: 'token: many notes in one transfer, many receivers in one tx',
    run: async w => {
      const { alice, bob, carol } = w;
      const t = await newToken(w);
      await Promise.all([1n, 2n, 3n, 4n, 5n].map(n => w.send(t.methods.mint_to_private(alice, n))));
      await w.send(t.methods.transfer(bob, 14n));
      assert.deepEqual([await balances(w, t, alice), await balances(w, t, bob)], [[1n, 0n], [14n, 0n]]);
      await w.batch([
        t.methods.transfer(carol, 3n), t.methods.transfer(alice, 2n), t.methods.transfer_to_public(bob, carol, 1n, 0),
      ], bob);
      assert.deepEqual([await balances(w, t, bob), await balances(w, t, carol)], [[8n, 0n], [3n, 1n]]);
    },
  },
  {
    name: 'token: partial notes',
    run: async w => {
      const { alice, bob } = w;
      const t = await newToken(w);
      await w.send(t.methods.mint_to_public(alice, 100n));
      const receipt = await w.send(t.methods.prepare_private_balance_increase(bob));
      const effect = await w.effect(receipt);
      assert(effect.privateLogs.length >= 1 && effect.nullifiers.length >= 2, 'a log, and a commitment to its validity');
      await w.fails(
        w.view(t.methods.finalize_transfer_to_private(1n, { commitment: Fr.random() })), /Invalid partial note or completer/,
      );
    },
  },
];
