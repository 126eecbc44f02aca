// A sponsored account, a token, and what one does with it.
import { TokenContract } from '@aztec/noir-contracts.js/Token';

import { AztecAddress, Fr } from '../world.mjs';

export async function first(w) {
  const { alice, bob } = w;
  w.step('schnorr account, sponsored');
  const manager = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
  await w.send(await manager.getDeployMethod(), AztecAddress.ZERO, { fee: w.sponsored });
  w.step('token deployment');
  const token = await w.deploy(TokenContract, [alice, 'Coin', 'CN', 18n]);
  w.step('mint to private');
  await w.send(token.methods.mint_to_private(alice, 500n));
  w.step('private transfer');
  await w.send(token.methods.transfer(bob, 100n));
  w.step('mint to public');
  await w.send(token.methods.mint_to_public(alice, 1000n));
  w.step('balances');
  await w.view(token.methods.balance_of_private(alice));
  await w.view(token.methods.balance_of_private(bob), bob);
  await w.view(token.methods.balance_of_public(alice));
}
