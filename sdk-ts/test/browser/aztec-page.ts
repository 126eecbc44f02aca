/** A wallet in the page, for official code that runs outside of it. */
import { Wallet } from '../../src/index.js';
import type { Calls } from '../../src/runtime/calls.js';

let wallet: Wallet;

Object.assign(globalThis, {
  async openWallet(node: string) {
    wallet = await Wallet.open({ node, name: 'of official code' });
    await wallet.create({ passphrase: 'of no worth' });
    return null;
  },
  request: <M extends keyof Calls>(method: M, params: Calls[M]['params']) => wallet.request(method, params),
});
