// Txs that are not in a block yet, and what became of them: tags that are taken, dropped, reverted; a chain that goes back.
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { TestLogContract } from '@aztec/noir-test-contracts.js/TestLog';
import { BatchCall } from '@aztec/aztec.js/contracts';

const balance = (w, token, account) => w.view(token.methods.balance_of_private(account), account);

export async function pending(w) {
  const { alice, bob } = w;
  w.step('token');
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  const mint = amount => token.methods.mint_to_private(bob, amount);
  w.step('three under one secret, in one block');
  for (const amount of [1n, 2n, 3n]) await w.post(mint(amount));
  await w.mine();
  await balance(w, token, bob);
  if (w.lite) {
    w.step('one is dropped, one is not');
    const dropped = await w.post(mint(10n));
    await w.post(mint(20n));
    await w.dev('dropTx', [dropped.toString()]);
    w.waiting = w.waiting.filter(({ txHash }) => !txHash.equals(dropped));
    await w.mine();
    await balance(w, token, bob);
    w.step('after the dropped one');
    await w.send(mint(30n));
  }
  w.step('one reverts');
  const tooMuch = token.methods.transfer_in_public(alice, bob, 1n, 0);
  await w.send(new BatchCall(w.wallet, [mint(100n), tooMuch]), alice, { expect: 'app_logic_reverted' });
  await balance(w, token, bob);
  w.step('after the reverted one');
  await w.send(mint(200n));
  await balance(w, token, bob);
  w.step('more tags than may be on their way');
  const log = await w.deploy(TestLogContract);
  await w.fails(log.methods.emit_encrypted_events_nested(bob, 25).send({ from: alice }), /./);
}

/** The blocks of this session are gone at its end. */
export async function reorg(w) {
  if (!w.lite) return;
  const { alice, bob } = w;
  const kept = await w.dev('snapshot');
  w.step('token');
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  const log = await w.deploy(TestLogContract);
  w.step('notes and events');
  await w.send(token.methods.mint_to_private(alice, 100n));
  const events = receipt => w.wallet.getPrivateEvents(TestLogContract.events.ExampleEvent0,
    { contractAddress: log.address, fromBlock: receipt, toBlock: receipt + 1, scopes: [bob] });
  const { blockNumber } = await w.send(log.methods.emit_encrypted_events(bob, [1n, 2n, 3n, 4n]));
  await events(blockNumber);
  w.step('a note is used');
  await w.send(token.methods.transfer(bob, 30n));
  await balance(w, token, alice);
  await balance(w, token, bob);
  w.step('the chain goes back by one block');
  await w.back(1);
  await balance(w, token, alice);
  await balance(w, token, bob);
  w.step('and by another');
  await w.back(1);
  await balance(w, token, alice);
  await events(blockNumber).catch(() => []);
  w.step('the txs come into blocks again');
  await w.mine();
  await balance(w, token, alice);
  await balance(w, token, bob);
  await events(blockNumber);
  await w.send(token.methods.transfer(bob, 5n));
  await balance(w, token, bob);
  w.step('all of it is taken back');
  await w.restore(kept);
}
