// Contracts that no other session has: keys, scopes, off-chain effects, argument types, other tokens, an order book; and
// what the client refuses.
import { getPublicEvents } from '@aztec/aztec.js/events';
import { OrderbookContract } from '@aztec/noir-contracts.js/Orderbook';
import { PrivateTokenContract } from '@aztec/noir-contracts.js/PrivateToken';
import { SimpleTokenContract } from '@aztec/noir-contracts.js/SimpleToken';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { TokenBlacklistContract } from '@aztec/noir-contracts.js/TokenBlacklist';
import { AbiTypesContract } from '@aztec/noir-test-contracts.js/AbiTypes';
import { NoConstructorContract } from '@aztec/noir-test-contracts.js/NoConstructor';
import { OffchainEffectContract } from '@aztec/noir-test-contracts.js/OffchainEffect';
import { OptionParamContract } from '@aztec/noir-test-contracts.js/OptionParam';
import { OracleVersionCheckContract } from '@aztec/noir-test-contracts.js/OracleVersionCheck';
import { ScopeTestContract } from '@aztec/noir-test-contracts.js/ScopeTest';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';
import { deriveKeys } from '@aztec/stdlib/keys';

import { witness } from '../../../conformance/scenarios/authwits.mjs';
import { AztecAddress, Fr } from '../world.mjs';

export async function scopes(w) {
  const { alice, bob } = w;
  const c = await w.deploy(ScopeTestContract);
  const m = c.methods;
  w.step('a note for each');
  await w.send(m.create_note(alice, 5));
  await w.send(m.create_note(bob, 6), bob);
  w.step('own notes and keys');
  for (const read of ['read_note', 'view_note', 'read_note_utility', 'get_nhk', 'get_nhk_utility']) {
    await w.view(m[read](alice));
  }
  await w.send(m.read_note(alice));
  w.step('those of another');
  for (const read of ['read_note', 'view_note', 'read_note_utility', 'get_nhk', 'get_nhk_utility']) {
    await w.fails(w.view(m[read](bob)), /./);
  }
  w.step('those of another, with its scope');
  await w.send(m.read_note(bob), alice, { additionalScopes: [bob] });
  w.step('keys');
  const test = await w.deploy(TestContract);
  const { publicKeys } = (await w.pxe.getRegisteredAccounts()).find(account => account.address.equals(alice));
  await w.view(test.methods.get_master_incoming_viewing_public_key(alice));
  await w.view(test.methods.get_ovsk_app(await publicKeys.masterOutgoingViewingPublicKey.hash()));
  await w.fails(w.view(test.methods.get_master_incoming_viewing_public_key(AztecAddress.fromNumber(5))), /./);
}

export async function values(w) {
  w.step('types');
  const types = await w.deploy(AbiTypesContract);
  const sample = [true, new Fr(Fr.MODULUS - 1n), (1n << 64n) - 1n, -(1n << 63n), { w: 3n, x: true, y: 5n, z: -7n }];
  await w.view(types.methods.return_private_parameters(...sample));
  await w.view(types.methods.return_utility_parameters(...sample));
  await w.send(types.methods.return_private_parameters(...sample));
  const option = await w.deploy(OptionParamContract);
  for (const value of [{ w: 3n, x: true, y: 5n, z: -7n }, undefined]) {
    await w.view(option.methods.return_private_optional_struct(value));
    await w.view(option.methods.return_utility_optional_struct(value));
  }
  w.step('off-chain effects');
  const c = await w.deploy(OffchainEffectContract);
  await w.send(c.methods.emit_note_as_offchain_message(5n, w.alice));
  await w.send(c.methods.emit_event_as_offchain_message_for_msg_sender(1n, 2n, 3n));
  const effects = [1, 2, 3].map(n => ({ data: Array(5).fill(new Fr(n)), next_contract: c.address }));
  await w.send(c.methods.emit_offchain_effects(effects));
  await w.fails(w.view(c.methods.emitting_offchain_effect_from_utility_reverts()), /./);
  await w.fails(w.view(c.methods.get_note_value(w.alice)), /./);
  w.step('no constructor');
  const bare = await w.deploy(NoConstructorContract);
  await w.view(bare.methods.is_private_mutable_initialized(w.alice));
  await w.send(bare.methods.initialize_private_mutable(42));
  await w.view(bare.methods.is_private_mutable_initialized(w.alice));
  w.step('parts of the protocol');
  const test = await w.deploy(TestContract);
  await w.send(test.methods.call_create_and_complete_partial_note(w.alice, new Fr(3), 9n));
  await w.send(test.methods.call_create_partial_note(w.alice, new Fr(3)));
  await w.view(test.methods.call_view_notes(w.alice, new Fr(3), false));
  const { globalVariables: { timestamp } } = await w.node.getBlockHeader('latest');
  await w.send(test.methods.set_expiration_timestamp(timestamp + 5000n, false));
  await w.send(test.methods.set_expiration_timestamp(timestamp + 5000n, true));
  await w.fails(test.methods.set_expiration_timestamp(timestamp - 10n, false).send({ from: w.alice }), /./);
  await w.fails(test.methods.test_setting_fee_payer().send({ from: w.alice }), /./);
  await w.fails(test.methods.end_setup_checking_phases().send({ from: w.alice }), /./);
  w.step('oracle version');
  const version = await w.deploy(OracleVersionCheckContract);
  await w.view(version.methods.private_function());
  await w.view(version.methods.utility_function());
}

export async function tokens(w) {
  const { alice, bob } = w;
  w.step('a token with keys of its own');
  const secret = new Fr(0x70);
  const { publicKeys } = await deriveKeys(secret);
  const deployment = PrivateTokenContract.deployWithPublicKeys(publicKeys, w.wallet, 1000n, alice);
  const contractAddressSalt = Fr.random();
  const instance = await deployment.getInstance({ contractAddressSalt, deployer: alice });
  await w.wallet.registerContract(instance, PrivateTokenContract.artifact, secret);
  await w.send(deployment, alice, { contractAddressSalt, additionalScopes: [instance.address] });
  const own = PrivateTokenContract.at(instance.address, w.wallet);
  const additionalScopes = [instance.address];
  await w.send(own.methods.mint(50n, bob), alice, { additionalScopes });
  await w.send(own.methods.transfer(20n, alice, bob), alice, { additionalScopes });
  await w.view(own.methods.get_balance(bob), bob);
  await w.fails(own.methods.transfer(5000n, alice, bob).send({ from: alice, additionalScopes }), /./);
  await w.send(own.methods.transfer_admin(bob), alice, { additionalScopes });
  w.step('a simple token');
  const simple = await w.deploy(SimpleTokenContract, ['Simple', 'SMP', 18]);
  await w.send(simple.methods.mint_privately(alice, alice, 100n));
  await w.send(simple.methods.mint_publicly(alice, 100n));
  await w.send(simple.methods.private_transfer(bob, 30n));
  await w.send(simple.methods.transfer_from_private_to_public(alice, bob, 10n, 0));
  await w.send(simple.methods.transfer_from_public_to_private(bob, 10n));
  await w.send(simple.methods.burn_private(alice, 5n, 0));
  await w.view(simple.methods.private_balance_of(alice));
  await w.view(simple.methods.private_balance_of(bob), bob);
  w.step('a token with roles that change later');
  const listed = await w.deploy(TokenBlacklistContract, [alice]);
  const minter = { is_admin: false, is_minter: true, is_blacklisted: false };
  await w.send(listed.methods.update_roles(bob, minter), alice, { expect: 'app_logic_reverted' });
  await w.view(listed.methods.get_roles(bob), bob);
  await w.fails(listed.methods.transfer(alice, bob, 1n, 0).send({ from: alice }), /./);
}

export async function orders(w) {
  const { alice, bob } = w;
  w.step('contracts');
  const t0 = await w.deploy(TokenContract, [alice, 'Zero', 'Z', 18]);
  const t1 = await w.deploy(TokenContract, [alice, 'One', 'O', 18]);
  const book = await w.deploy(OrderbookContract, [t0.address, t1.address]);
  await w.batch([t0.methods.mint_to_private(alice, 100n), t1.methods.mint_to_private(bob, 100n)]);
  w.step('order');
  const nonce = Fr.random();
  const pay = t0.methods.transfer_to_public(alice, book.address, 40n, nonce);
  await w.send(book.methods.create_order(t0.address, t1.address, 40n, 20n, nonce), alice,
    { authWitnesses: [await witness(w, alice, book.address, pay)] });
  const { events: [{ event }] } =
    await getPublicEvents(w.node, OrderbookContract.events.OrderCreated, { contractAddress: book.address });
  const id = new Fr(BigInt(event.order_id));
  await w.view(book.methods.get_order(id));
  w.step('fulfilment');
  const take = Fr.random();
  const give = t1.methods.finalize_transfer_to_private_from_private(bob, { commitment: id }, 20n, take);
  await w.send(book.methods.fulfill_order(id, take), bob,
    { authWitnesses: [await witness(w, bob, book.address, give)] });
  await w.view(book.methods.get_order(id));
  await w.view(t0.methods.balance_of_private(bob), bob);
  await w.view(t1.methods.balance_of_private(alice));
}

export async function refusals(w) {
  const { alice, bob } = w;
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  w.step('a contract that is not registered');
  const other = TokenContract.at(AztecAddress.fromNumber(1234), w.wallet);
  await w.fails(other.methods.transfer(bob, 1n).send({ from: alice }), /./);
  await w.fails(w.view(other.methods.balance_of_private(alice)), /./);
  w.step('sync_state by hand');
  await w.fails(w.view(token.methods.sync_state()), /./);
  w.step('an instance with another address');
  const instance = (await w.wallet.getContractMetadata(token.address)).instance;
  await w.fails(w.pxe.registerContract({
    instance: { ...instance, address: AztecAddress.fromNumber(99) }, artifact: TokenContract.artifact,
  }), /./);
  w.step('an artifact of another class');
  await w.fails(w.pxe.registerContract({ instance, artifact: TestContract.artifact }), /./);
  await w.fails(w.pxe.updateContract(token.address, TestContract.artifact), /./);
  w.step('no auth witness');
  await w.send(token.methods.mint_to_private(alice, 10n));
  await w.fails(token.methods.transfer_in_private(alice, bob, 1n, Fr.random())
    .send({ from: bob, additionalScopes: [alice] }), /Unknown auth witness/);
  w.step('too little');
  await w.fails(token.methods.transfer(bob, 11n).send({ from: alice }), /Balance too low/);
  w.step('an authwit nonce of one who needs none');
  await w.fails(token.methods.transfer_in_private(alice, bob, 1n, 1).send({ from: alice }), /./);
  w.step('afterwards');
  await w.send(token.methods.transfer(bob, 10n));
}
