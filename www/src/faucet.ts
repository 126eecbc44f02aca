/** Test tokens: minted by an account that everybody has the keys of. */
import { batch } from '@aztec-lite/sdk';
import type { OperationOptions } from '@aztec-lite/sdk';
import type { App } from './app.js';
import type { Token } from './settings.js';
import { contractOf } from './tokens.js';

/** How many whole tokens are given of each kind. */
export const TEST_TOKENS = 100n;

/** Mints tokens to the private and to the public balance of the shown account, in one transaction of the faucet. */
export async function getTestTokens(app: App, token: Token, options: OperationOptions): Promise<void> {
  const { account, settings: { faucet }, wallet } = app;
  if (!account || !faucet) throw new Error('this network has no faucet');
  const { secret, salt } = faucet;
  const bank = await wallet.importAccount({ type: 'schnorr', secret, salt, alias: 'Faucet' });
  const { methods } = await contractOf(app, token);
  const value = TEST_TOKENS * 10n ** BigInt(token.decimals);
  const calls = [methods.mint_to_private(account.address, value), methods.mint_to_public(account.address, value)];
  const sent = await batch(wallet, calls).send({ from: bank, fee: { method: 'fee-juice' }, ...options });
  await sent.wait(options);
}
