// Two wallets on one chain: what one sends, the other finds once it knows the sender.
import { getSchnorrAccountContractAddress } from '@aztec/accounts/schnorr';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { TestLogContract } from '@aztec/noir-test-contracts.js/TestLog';
import { deriveSigningKey } from '@aztec/stdlib/keys';

import { AztecAddress, Fr } from '../world.mjs';

const SECRET = new Fr(0xda7e);
const SALT = new Fr(7);
/** What the sender tells the receiver. */
const told = {};

export async function sender(w) {
  const { alice } = w;
  const dave = await getSchnorrAccountContractAddress(SECRET, SALT, deriveSigningKey(SECRET));
  w.step('contracts');
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  const log = await w.deploy(TestLogContract);
  w.step('notes and events for another wallet');
  await w.send(token.methods.mint_to_private(dave, 7n));
  await w.send(token.methods.mint_to_private(alice, 1000n));
  for (let n = 1; n <= 3; n++) {
    await w.batch([1n, 2n, 3n, 4n].map(i => token.methods.transfer(dave, BigInt(n) * 10n + i)));
    // Only so many tags may be on their way.
    await w.finalized();
  }
  const { blockNumber } = await w.send(log.methods.emit_encrypted_events(dave, [1n, 2n, 3n, 4n]));
  const instance = async contract => (await w.wallet.getContractMetadata(contract.address)).instance;
  Object.assign(told, { alice, token: await instance(token), log: await instance(log), blockNumber });
}

export async function receiver(w) {
  w.step('account and contracts');
  const { address: dave } = await w.wallet.createSchnorrAccount(SECRET, SALT, deriveSigningKey(SECRET));
  await w.wallet.registerContract(told.token, TokenContract.artifact);
  await w.wallet.registerContract(told.log, TestLogContract.artifact);
  const token = TokenContract.at(told.token.address, w.wallet);
  const balance = () => w.view(token.methods.balance_of_private(dave), dave);
  const events = () => w.wallet.getPrivateEvents(TestLogContract.events.ExampleEvent0, {
    contractAddress: told.log.address, fromBlock: told.blockNumber, toBlock: told.blockNumber + 1, scopes: [dave],
  });
  w.step('the sender is not known');
  await balance();
  w.step('the sender is known, the block is the same');
  await w.wallet.registerSender(told.alice, 'alice');
  await balance();
  w.step('the sender is known, another block');
  await w.mine();
  await balance();
  await events();
  await w.pxe.debug.getNotes({ contractAddress: token.address, scopes: [dave] });
  w.step('notes are used');
  const manager = await w.wallet.createSchnorrAccount(SECRET, SALT, deriveSigningKey(SECRET));
  await w.send(await manager.getDeployMethod(), AztecAddress.ZERO, { fee: w.sponsored });
  await w.send(token.methods.transfer(told.alice, 200n), dave, { fee: w.sponsored });
  await balance();
  await w.pxe.debug.getNotes({ contractAddress: token.address, scopes: [dave] });
  w.step('the sender is forgotten');
  await w.pxe.removeSender(told.alice);
  await w.pxe.getSenders();
  await w.pxe.getContracts();
  await w.pxe.getRegisteredAccounts();
  await balance();
}
