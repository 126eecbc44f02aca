// Records flows that tests/fixtures has not: an exchange, private tokens, notes that live for one transaction, state
// variables, calls between contracts, failures. On an official local network:
//   OUT=... node --require ./hook.cjs more.mjs
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { BatchCall } from '@aztec/aztec.js/contracts';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { Fr } from '@aztec/foundation/curves/bn254';
import { AMMContract } from '@aztec/noir-contracts.js/AMM';
import { NFTContract } from '@aztec/noir-contracts.js/NFT';
import { PrivateTokenContract } from '@aztec/noir-contracts.js/PrivateToken';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { ChildContract } from '@aztec/noir-test-contracts.js/Child';
import { CounterContract } from '@aztec/noir-test-contracts.js/Counter';
import { ParentContract } from '@aztec/noir-test-contracts.js/Parent';
import { PendingNoteHashesContract } from '@aztec/noir-test-contracts.js/PendingNoteHashes';
import { StateVarsContract } from '@aztec/noir-test-contracts.js/StateVars';
import { deriveKeys } from '@aztec/stdlib/keys';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

const node = createAztecNodeClient(process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080');
const wallet = await EmbeddedWallet.create(node, { ephemeral: true });
const accounts = [];
for (const { secret, salt, signingKey } of await getInitialTestAccountsData()) {
  accounts.push((await wallet.createSchnorrAccount(secret, salt, signingKey)).address);
}
const [alice, bob] = accounts;
const log = line => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

/** Does something under a name; a failure is told and is no reason to stop. */
async function step(what, run) {
  globalThis.phase = what;
  try {
    const result = await run();
    log(what);
    return result;
  } catch (error) {
    log(`${what}: ${error.message.split('\n')[0].slice(0, 140)}`);
  }
}
const deploy = (what, interaction) => step(what, async () => {
  await interaction.send({ from: alice });
  return interaction.getInstance();
});
const deployed = async (Contract, ...parameters) => {
  const instance = await deploy(`deployment of ${Contract.artifact.name}`, Contract.deploy(wallet, ...parameters));
  return Contract.at(instance.address, wallet);
};
const send = (what, interaction, options = {}) => step(what, () => interaction.send({ from: alice, ...options }));

// A private token has keys of its own.
const secret = new Fr(0x70);
const { publicKeys } = await deriveKeys(secret);
const privateDeployment = PrivateTokenContract.deployWithPublicKeys(publicKeys, wallet, 1000n, alice);
await wallet.registerContract(await privateDeployment.getInstance(), PrivateTokenContract.artifact, secret);
const privateInstance = await privateDeployment.getInstance();
await step('deployment of PrivateToken', () =>
  privateDeployment.send({ from: alice, additionalScopes: [privateInstance.address] }));
const privateToken = PrivateTokenContract.at(privateInstance.address, wallet);
await send('private token mint', privateToken.methods.mint(50n, bob));
await send('private token transfer', privateToken.methods.transfer(20n, alice, bob));
await send('private token transfer of too much', privateToken.methods.transfer(5000n, alice, bob));
await send('private token mint by another', privateToken.methods.mint(5n, bob), { from: bob });
await step('private token balance', () => privateToken.methods.get_balance(bob).simulate({ from: bob }));
await send('private token, new admin', privateToken.methods.transfer_admin(bob));

const tokens = [];
for (const symbol of ['A', 'B', 'L']) tokens.push(await deployed(TokenContract, alice, symbol, symbol, 18));
const [token0, token1, liquidity] = tokens;
const amm = await deployed(AMMContract, token0.address, token1.address, liquidity.address);
await send('exchange may mint liquidity', liquidity.methods.set_minter(amm.address, true));
await send('tokens to exchange', new BatchCall(wallet, [
  token0.methods.mint_to_private(alice, 10_000n), token1.methods.mint_to_private(alice, 10_000n),
]));
const nonce = 77n;
const witness = call => wallet.createAuthWit(alice, { caller: amm.address, call });
const toPublic = async (token, amount) =>
  witness(await token.methods.transfer_to_public_and_prepare_private_balance_increase(alice, amm.address, amount, nonce)
    .getFunctionCall());
await step('liquidity added', async () => amm.methods.add_liquidity(1000n, 1000n, 500n, 500n, nonce).send({
  from: alice, authWitnesses: [await toPublic(token0, 1000n), await toPublic(token1, 1000n)],
}));
await step('exact tokens swapped', async () => {
  const call = await token0.methods.transfer_to_public(alice, amm.address, 100n, nonce).getFunctionCall();
  await amm.methods.swap_exact_tokens_for_tokens(token0.address, token1.address, 100n, 1n, nonce)
    .send({ from: alice, authWitnesses: [await witness(call)] });
});
await step('tokens swapped for exact ones', async () =>
  amm.methods.swap_tokens_for_exact_tokens(token1.address, token0.address, 50n, 200n, nonce)
    .send({ from: alice, authWitnesses: [await toPublic(token1, 200n)] }));
await step('liquidity removed', async () => {
  const call = await liquidity.methods.transfer_to_public(alice, amm.address, 100n, nonce).getFunctionCall();
  await amm.methods.remove_liquidity(100n, 1n, 1n, nonce).send({ from: alice, authWitnesses: [await witness(call)] });
});
await send('swap without authorization',
  amm.methods.swap_exact_tokens_for_tokens(token0.address, token1.address, 100n, 1n, 5n));
await send('swap of one token', amm.methods.swap_exact_tokens_for_tokens(token0.address, token0.address, 1n, 1n, 0n));
await step('amount out', () => amm.methods.get_amount_out_for_exact_in(1000n, 1000n, 10n).simulate({ from: alice }));
await step('amount in', () => amm.methods.get_amount_in_for_exact_out(1000n, 1000n, 10n).simulate({ from: alice }));
await step('amount in of too much', () => amm.methods.get_amount_in_for_exact_out(1n, 2n, 3n).simulate({ from: alice }));

const pending = await deployed(PendingNoteHashesContract);
const selector = name => pending.methods[name].selector();
await send('notes made and used', pending.methods.test_insert_then_get_then_nullify_flat(5n, alice, alice));
const [insert, nullify, getZero] = await Promise.all(
  ['insert_note', 'get_then_nullify_note', 'get_note_zero_balance'].map(selector));
await send('notes made and used in nested calls', pending.methods
  .test_insert_then_get_then_nullify_all_in_nested_calls(5n, alice, alice, insert, nullify));
await send('two notes made and used in nested calls', pending.methods
  .test_insert2_then_get2_then_nullify2_all_in_nested_calls(5n, alice, alice, insert, nullify));
await send('two notes made, one used', pending.methods
  .test_insert2_then_get2_then_nullify1_all_in_nested_calls(5n, alice, alice, insert, nullify));
await send('a note made, two used', pending.methods
  .test_insert1_then_get2_then_nullify2_all_in_nested_calls(5n, alice, alice, insert, nullify));
await send('a note read before it is made', pending.methods.test_bad_get_then_insert_flat(5n, alice));
await send('notes made by recursion', pending.methods.test_recursively_create_notes(alice, 3n));

const state = await deployed(StateVarsContract);
await send('private state set', state.methods.initialize_private(3n, 4n));
await send('private state set again', state.methods.initialize_private(3n, 4n));
await send('private state replaced', state.methods.update_private_mutable(5n, 6n));
await send('private value increased', state.methods.increase_private_value());
await send('private constant set', state.methods.initialize_private_immutable(3n, 4n));
await step('private state', () => state.methods.get_private_mutable(alice).simulate({ from: alice }));
await step('private constant', () => state.methods.view_private_immutable(alice).simulate({ from: alice }));

const counter = await deployed(CounterContract, 3n, alice);
await send('counter', counter.methods.increment_and_decrement(alice));
await send('counter twice', counter.methods.increment_twice(alice));
await step('counter value', () => counter.methods.get_counter(alice).simulate({ from: alice }));

const child = await deployed(ChildContract);
const parent = await deployed(ParentContract);
await step('nested call', async () =>
  parent.methods.entry_point(child.address, await child.methods.value.selector()).send({ from: alice }));
await step('nested call that fails', async () =>
  parent.methods.entry_point(child.address, 1234).send({ from: alice }));
await send('private value set', child.methods.private_set_value(20n, alice));
await send('private value read', child.methods.private_get_value(20n, alice));
await send('private value that is not there', child.methods.private_get_value(21n, alice));

const nft = await deployed(NFTContract, alice, 'N', 'N');
await send('thing minted', nft.methods.mint(alice, 1n));
await send('thing hidden', nft.methods.transfer_to_private(alice, 1n));
await send('thing handed over', nft.methods.transfer_in_private(alice, bob, 1n, 0n));
await send('thing of another', nft.methods.transfer_in_private(alice, bob, 1n, 0n));
await send('thing shown', nft.methods.transfer_to_public(bob, bob, 1n, 0n), { from: bob });
await wallet.stop();
process.exit(0);
