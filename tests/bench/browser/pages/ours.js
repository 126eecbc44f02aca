// Our client in a page, as the README of the package has it.
import { batch, Contract, Wallet } from '@aztec-lite/sdk';

import { began, serve } from './page.js';

const wallet = await Wallet.open(began.threads ? { node: began.node, threads: began.threads } : { node: began.node });
const unlocking = { passphrase: 'correct horse battery staple' };
const { exists } = await wallet.status();
await (exists ? wallet.unlock(unlocking) : wallet.create(unlocking));
await wallet.accounts();

const tokens = new Map();
const transfer = ({ token, to }) => tokens.get(token).methods.transfer(to, 1n);

serve({
  async account({ secret, salt }) {
    return (await wallet.importAccount({ secret, salt })).address;
  },
  async token({ address }) {
    tokens.set(address, await Contract.at(wallet, address, 'Token'));
  },
  async sender({ address }) {
    await wallet.addSender(address);
  },
  async balance({ token, of }) {
    return (await tokens.get(token).methods.balance_of_private(of).simulate({ from: of })).toString();
  },
  async simulate(params) {
    await transfer(params).simulate({ from: params.from });
  },
  /** Until it is in a block. */
  async send(params) {
    await (await transfer(params).send({ from: params.from })).wait();
  },

  // What makes the chain that both look at.
  async deploy({ from }) {
    const { contract, tx } = await Contract.deploy(wallet, 'Token', [from, 'Bench', 'BCH', 9], { from });
    await tx.wait();
    tokens.set(contract.address, contract);
    return contract.address;
  },
  async mint({ token, from, to, notes, worth }) {
    const { methods } = tokens.get(token);
    await (await batch(wallet, Array.from({ length: notes }, () => methods.mint_to_private(to, worth))).send({ from })).wait();
  },
});
