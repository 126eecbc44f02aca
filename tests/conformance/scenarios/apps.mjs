// Applications: NFTs, an exchange, escrow, crowdfunding, voting, games, delayed values, updates, return values.
import { AMMContract } from '@aztec/noir-contracts.js/AMM';
import { AuthContract } from '@aztec/noir-contracts.js/Auth';
import { CardGameContract } from '@aztec/noir-contracts.js/CardGame';
import { ClaimContract } from '@aztec/noir-contracts.js/Claim';
import { CrowdfundingContract } from '@aztec/noir-contracts.js/Crowdfunding';
import { EscrowContract } from '@aztec/noir-contracts.js/Escrow';
import { NFTContract } from '@aztec/noir-contracts.js/NFT';
import { PriceFeedContract } from '@aztec/noir-contracts.js/PriceFeed';
import { PrivateVotingContract } from '@aztec/noir-contracts.js/PrivateVoting';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { PublicImmutableContractContract } from '@aztec/noir-test-contracts.js/PublicImmutableContract';
import { ReturningTupleContract } from '@aztec/noir-test-contracts.js/ReturningTuple';
import { UpdatableContract } from '@aztec/noir-test-contracts.js/Updatable';
import { UpdatedContract } from '@aztec/noir-test-contracts.js/Updated';
import { publishContractClass } from '@aztec/aztec.js/deployment';
import { getContractClassFromArtifact } from '@aztec/stdlib/contract';
import { deriveKeys } from '@aztec/stdlib/keys';

import { assert, AztecAddress, big, Fr, sameAddress } from '../world.mjs';
import { allowPublicly, witness } from './authwits.mjs';
import { balances, newToken } from './token.mjs';

export const apps = [
  {
    name: 'app: NFT',
    run: async w => {
      const { alice, bob, carol } = w;
      const nft = await w.deploy(NFTContract, [alice, 'Art', 'ART']);
      const m = nft.methods;
      const owned = async who => (await w.view(m.get_private_nfts(who, 0), who))[0].map(BigInt).filter(id => id);
      await w.send(m.set_minter(bob, true));
      await Promise.all([w.send(m.mint(alice, 11n), bob), w.send(m.mint(alice, 12n))]);
      await w.fails(w.view(m.mint(alice, 11n)), /token already exists/);
      await w.send(m.transfer_to_private(bob, 11n));
      assert.deepEqual(await owned(bob), [11n]);
      assert.equal(big(await w.view(m.owner_of(11n))), 0n);
      await w.send(m.transfer_in_private(bob, carol, 11n, 0), bob);
      assert.deepEqual([await owned(bob), await owned(carol)], [[], [11n]]);
      await w.send(m.transfer_to_public(carol, alice, 11n, 0), carol);
      assert(sameAddress(await w.view(m.owner_of(11n)), alice));
      await w.send(m.transfer_in_public(alice, carol, 12n, 0));
      await w.send(m.transfer_in_public(alice, carol, 12n, 0), alice, { expect: 'app_logic_reverted' });
      const nonce = Fr.random();
      const action = m.transfer_in_public(carol, bob, 12n, nonce);
      await allowPublicly(w, carol, bob, action);
      await w.send(action, bob);
      assert(sameAddress(await w.view(m.owner_of(12n)), bob));
    },
  },
  {
    name: 'app: exchange',
    run: async w => {
      const { alice, bob } = w;
      const [t0, t1, shares] = await Promise.all([newToken(w), newToken(w), newToken(w)]);
      const amm = await w.deploy(AMMContract, [t0.address, t1.address, shares.address]);
      await Promise.all([
        w.send(shares.methods.set_minter(amm.address, true)),
        w.batch([t0.methods.mint_to_private(alice, 10000n), t1.methods.mint_to_private(alice, 10000n)]),
        w.batch([t0.methods.mint_to_private(bob, 1000n)]),
      ]);
      const allow = (from, token, amount, nonce, method = 'transfer_to_public_and_prepare_private_balance_increase') =>
        witness(w, from, amm.address, token.methods[method](from, amm.address, amount, nonce));
      const nonce = Fr.random();
      await w.send(amm.methods.add_liquidity(6000n, 3000n, 5000n, 2000n, nonce), alice,
        { authWitnesses: [await allow(alice, t0, 6000n, nonce), await allow(alice, t1, 3000n, nonce)] });
      const pool = await Promise.all([t0, t1].map(t => balances(w, t, amm.address)));
      assert.deepEqual(pool.map(([, inPublic]) => inPublic), [6000n, 3000n]);
      const made = (await balances(w, shares, alice))[0];
      assert(made > 0n, 'shares');
      // What comes out is what the contract computes beforehand.
      const out = await w.view(amm.methods.get_amount_out_for_exact_in(6000n, 3000n, 500n), bob);
      const swapNonce = Fr.random();
      await w.send(amm.methods.swap_exact_tokens_for_tokens(t0.address, t1.address, 500n, out, swapNonce), bob,
        { authWitnesses: [await allow(bob, t0, 500n, swapNonce, 'transfer_to_public')] });
      assert.deepEqual(await balances(w, t1, bob), [out, 0n]);
      // Asking for more than there is reverts, and nothing moves.
      const badNonce = Fr.random();
      await w.send(amm.methods.swap_exact_tokens_for_tokens(t0.address, t1.address, 500n, 3000n, badNonce), bob, {
        authWitnesses: [await allow(bob, t0, 500n, badNonce, 'transfer_to_public')], expect: 'app_logic_reverted',
      });
      assert.deepEqual(await balances(w, t0, bob), [500n, 0n]);
      const exact = Fr.random();
      await w.send(amm.methods.swap_tokens_for_exact_tokens(t0.address, t1.address, 50n, 400n, exact), bob,
        { authWitnesses: [await allow(bob, t0, 400n, exact)] });
      assert.equal((await balances(w, t1, bob))[0], out + 50n);
      const end = Fr.random();
      const giveBack = shares.methods.transfer_to_public(alice, amm.address, made / 2n, end);
      await w.send(amm.methods.remove_liquidity(made / 2n, 1n, 1n, end), alice,
        { authWitnesses: [await witness(w, alice, amm.address, giveBack)] });
      assert((await balances(w, t0, alice))[0] > 4000n);
    },
  },
  {
    name: 'app: escrow with its own keys',
    run: async w => {
      const { alice, bob } = w;
      const secret = Fr.random();
      const { publicKeys } = await deriveKeys(secret);
      const deployment = EscrowContract.deployWithPublicKeys(publicKeys, w.wallet, alice);
      const salt = Fr.random();
      const instance = await deployment.getInstance({ contractAddressSalt: salt, deployer: alice });
      await w.wallet.registerContract(instance, EscrowContract.artifact, secret);
      await w.send(deployment, alice, { contractAddressSalt: salt, additionalScopes: [instance.address] });
      const escrow = EscrowContract.at(instance.address, w.wallet);
      const t = await newToken(w);
      await w.send(t.methods.mint_to_private(escrow.address, 100n));
      const inEscrow = async () =>
        (await t.methods.balance_of_private(escrow.address).simulate({ from: escrow.address })).result;
      assert.equal(await inEscrow(), 100n);
      const take = escrow.methods.withdraw(t.address, 30n, bob);
      await w.send(take, alice, { additionalScopes: [escrow.address] });
      assert.equal(await inEscrow(), 70n);
      assert.deepEqual(await balances(w, t, bob), [30n, 0n]);
      await w.fails(take.send({ from: bob, additionalScopes: [escrow.address] }), /./);
    },
  },
  {
    name: 'app: crowdfunding and rewards',
    run: async w => {
      const { alice, bob } = w;
      const [donated, reward] = await Promise.all([newToken(w), newToken(w)]);
      const secret = Fr.random();
      const { publicKeys } = await deriveKeys(secret);
      const { globalVariables: { timestamp } } = await w.node.getBlockHeader('latest');
      const deployment = CrowdfundingContract.deployWithPublicKeys(
        publicKeys, w.wallet, donated.address, alice, timestamp + 80_000n);
      const salt = Fr.random();
      const instance = await deployment.getInstance({ contractAddressSalt: salt, deployer: alice });
      await w.wallet.registerContract(instance, CrowdfundingContract.artifact, secret);
      await w.send(deployment, alice, { contractAddressSalt: salt, additionalScopes: [instance.address] });
      const fund = CrowdfundingContract.at(instance.address, w.wallet);
      const claim = await w.deploy(ClaimContract, [fund.address, reward.address]);
      await Promise.all([
        w.send(reward.methods.set_minter(claim.address, true)), w.send(donated.methods.mint_to_private(bob, 1234n)),
      ]);
      const authWitnesses = [await witness(w, bob, fund.address,
        donated.methods.transfer_in_private(bob, fund.address, 1000n, 0))];
      await w.send(fund.methods.donate(1000n), bob, { authWitnesses });
      assert.deepEqual(await balances(w, donated, bob), [234n, 0n]);
      await w.send(fund.methods.withdraw(1000n), alice, { additionalScopes: [fund.address] });
      assert.deepEqual(await balances(w, donated, alice), [1000n, 0n]);
      await w.fails(fund.methods.withdraw(1n).send({ from: bob, additionalScopes: [fund.address] }), /./);
    },
  },
  {
    name: 'app: private votes',
    run: async w => {
      const { alice, bob } = w;
      const c = await w.deploy(PrivateVotingContract, [alice]);
      const m = c.methods;
      const election = { id: Fr.random() };
      await w.send(m.start_vote(election));
      await Promise.all([w.send(m.cast_vote(election, new Fr(1))), w.send(m.cast_vote(election, new Fr(1)), bob)]);
      assert.equal(await w.view(m.get_tally(election, new Fr(1))), 2n);
      await w.fails(m.cast_vote(election, new Fr(2)).send({ from: alice }), /Existing nullifier|already/i);
      await w.send(m.end_vote(election), bob, { expect: 'app_logic_reverted' });
      await w.send(m.end_vote(election));
      await w.send(m.cast_vote(election, new Fr(2)), w.carol, { expect: 'app_logic_reverted' });
      assert.equal(await w.view(m.get_tally(election, new Fr(2))), 0n);
    },
  },
  {
    name: 'app: card game',
    run: async w => {
      const { alice, bob } = w;
      const c = await w.deploy(CardGameContract);
      const m = c.methods;
      await Promise.all([w.send(m.buy_pack(27n)), w.send(m.buy_pack(27n), bob)]);
      const cards = async who => {
        const { storage, len } = await w.view(m.view_collection_cards(who, 0), who);
        return storage.slice(0, Number(len));
      };
      const [mine, theirs] = [await cards(alice), await cards(bob)];
      assert(mine.length > 0 && theirs.length > 0, 'packs hold cards');
      const fields = await w.view(m.view_game(1));
      assert.equal(fields.started, false);
    },
  },
  {
    name: 'app: prices in a public map',
    run: async w => {
      const c = await w.deploy(PriceFeedContract);
      await w.send(c.methods.set_price(new Fr(3), 55n));
      const { price } = await w.view(c.methods.get_price(new Fr(3)));
      assert.equal(price, 55n);
      assert.equal((await w.view(c.methods.get_price(new Fr(4)))).price, 0n);
    },
  },
  {
    name: 'app: a value that changes later',
    run: async w => {
      const { alice, bob } = w;
      const c = await w.deploy(AuthContract, [alice]);
      const m = c.methods;
      await w.fails(w.view(m.set_authorized(bob), bob), /caller is not admin/);
      assert(sameAddress(await w.view(m.get_authorized()), AztecAddress.ZERO));
      await w.fails(m.do_private_authorized_thing().send({ from: bob }), /caller is not authorized/);
      assert.equal(await w.view(m.get_authorized_delay()), 360n);
      const receipt = await w.send(m.set_authorized(bob));
      assert(sameAddress((await w.view(m.get_scheduled_authorized()))[0], bob));
      // Time goes on with blocks.
      const time = async block => (await w.node.getBlockHeader(block)).globalVariables.timestamp;
      const change = await time(receipt.blockNumber) + 360n;
      while (await time('latest') <= change) await w.send(w.banana.methods.transfer_in_public(alice, alice, 0n, 0));
      assert(sameAddress(await w.view(m.get_authorized()), bob));
      await w.send(m.do_private_authorized_thing(), bob);
      await w.send(m.set_authorized_delay(720n));
    },
  },
  {
    name: 'app: contract updates',
    run: async w => {
      const { alice } = w;
      const c = await w.deploy(UpdatableContract, [1n]);
      const m = c.methods;
      assert.equal(await w.view(m.get_update_delay()), 86400n);
      await w.send(m.set_public_value(9n));
      assert.equal(await w.view(m.get_public_value()), 9n);
      assert.equal(await w.view(m.get_private_value(alice)), 1n);
      const { id } = await getContractClassFromArtifact(UpdatedContract.artifact);
      if (!await w.node.getContractClass(id)) {
        await w.send(await publishContractClass(w.wallet, UpdatedContract.artifact), alice);
      }
      assert(await w.node.getContractClass(id), 'the new class');
      const receipt = await w.send(m.update_to(id));
      assert.equal((await w.effect(receipt)).publicLogs.length, 1);
      const instance = await w.node.getContract(c.address);
      assert(instance.currentContractClassId.equals(instance.originalContractClassId), 'the update takes effect later');
      await w.fails(w.view(m.update_to(Fr.random())), /New contract class is not registered/);
      await w.fails(w.view(m.set_update_delay(599n)), /New update delay is too low/);
      await w.send(m.set_update_delay(86399n));
    },
  },
  {
    name: 'app: immutable public value',
    run: async w => {
      const c = await w.deploy(PublicImmutableContractContract);
      await w.send(c.methods.initialize_value(new Fr(6)));
      assert.equal(await w.view(c.methods.read_value()), 6n);
      assert.equal(await w.view(c.methods.read_value_unsafe()), 6n);
      await w.send(c.methods.initialize_value(new Fr(7)), w.alice, { expect: 'app_logic_reverted' });
    },
  },
  {
    name: 'app: tuples as return values',
    run: async w => {
      const c = await w.deploy(ReturningTupleContract);
      for (let n = 1; n <= 6; n++) {
        const [inPrivate, inPublic] = [await w.view(c.methods[`fn_that_returns_${n}`]()),
          await w.view(c.methods[`fn_that_returns_${n}_public`]())];
        assert.deepEqual(inPrivate, inPublic, `${n} values`);
      }
    },
  },
  {
    name: 'app: class and instance published in steps',
    run: async w => {
      const { alice } = w;
      const method = TokenContract.deploy(w.wallet, alice, 'Late', 'LT', 1n);
      const salt = Fr.random();
      const { address } = await method.getInstance({ contractAddressSalt: salt, deployer: alice });
      assert.equal(await w.node.getContract(address), undefined);
      await w.send(method, alice, { contractAddressSalt: salt, skipInitialization: true });
      assert((await w.node.getContract(address)).address.equals(address));
      const metadata = await w.wallet.getContractMetadata(address);
      assert.deepEqual([metadata.isContractPublished, metadata.isContractInitialized], [true, false]);
      const t = TokenContract.at(address, w.wallet);
      await w.send(t.methods.mint_to_public(alice, 1n), alice, { expect: 'app_logic_reverted' });
      await w.send(t.methods.constructor(alice, 'Late', 'LT', 1n));
      await w.send(t.methods.mint_to_public(alice, 1n));
      assert.deepEqual(await balances(w, t, alice), [0n, 1n]);
    },
  },
];
