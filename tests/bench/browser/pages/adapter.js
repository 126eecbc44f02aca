// Official contract classes and accounts in a page, on our wallet: nothing of theirs but the wallet is replaced.
import { Contract, Wallet } from '@aztec-lite/sdk';
import { aztecWallet } from '@aztec-lite/sdk/aztec';
import { SchnorrAccountContract } from '@aztec/accounts/schnorr/lazy';
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { Fr } from '@aztec/aztec.js/fields';
import { AccountManager } from '@aztec/aztec.js/wallet';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { deriveSigningKey } from '@aztec/stdlib/keys';

import { began, serve } from './page.js';

const wallet = await Wallet.open({ node: began.node });
await wallet.create({ passphrase: 'correct horse battery staple' });
const official = aztecWallet(wallet);
const { address: sponsor } = await Contract.register(wallet, 'SponsoredFPC', { args: [] });
const fee = { paymentMethod: new SponsoredFeePaymentMethod(AztecAddress.fromString(sponsor)) };

/** An account of official code, that our wallet can use too. */
async function account() {
  const [secret, salt] = [Fr.random(), Fr.random()];
  const manager = await AccountManager.create(official, secret, new SchnorrAccountContract(deriveSigningKey(secret)), salt);
  const { address } = await wallet.importAccount({ secret: secret.toString(), salt: salt.toString() });
  return { manager, same: address === manager.address.toString() };
}

let alice, bob, token;
const balances = async () => {
  const { methods } = token;
  const of = async (name, owner) => (await methods[name](owner).simulate({ from: owner })).result.toString();
  return [await of('balance_of_private', alice), await of('balance_of_public', alice), await of('balance_of_private', bob)];
};

/** What is done, in this order; each gives what the driver compares. */
serve({
  /** One account deploys itself, the other is deployed by the first. */
  async accounts() {
    const [hers, his] = [await account(), await account()];
    [alice, bob] = [hers.manager.address, his.manager.address];
    await (await hers.manager.getDeployMethod()).send({ from: AztecAddress.ZERO, fee });
    await (await his.manager.getDeployMethod()).send({ from: alice, fee });
    const states = [];
    for (const { manager } of [hers, his]) states.push((await official.getContractMetadata(manager.address)).isContractInitialized);
    return { same: [hers.same, his.same], states, known: (await official.getAccounts()).map(({ item }) => item.toString()).length };
  },
  async deploy() {
    ({ contract: token } = await TokenContract.deploy(official, alice, 'Gold', 'GLD', 18).send({ from: alice, fee }));
    const { isContractInitialized, isContractPublished } = await official.getContractMetadata(token.address);
    return [isContractInitialized, isContractPublished];
  },
  async mint() {
    const calls = [token.methods.mint_to_private(alice, 1000n), token.methods.mint_to_public(alice, 500n)];
    await new BatchCall(official, calls).send({ from: alice, fee });
    return balances();
  },
  async transfer() {
    const transfer = token.methods.transfer(bob, 100n);
    const { estimatedGas } = await transfer.simulate({ from: alice, fee: { ...fee, estimateGas: true } });
    const { receipt } = await transfer.send({ from: alice, fee: { ...fee, gasSettings: estimatedGas } });
    return { paid: receipt.transactionFee > 0n, balances: await balances() };
  },
  async authorized() {
    const action = token.methods.transfer_in_private(alice, bob, 40n, 7n);
    const witness = await official.createAuthWit(alice, { caller: bob, call: await action.getFunctionCall() });
    await action.send({ from: bob, authWitnesses: [witness], additionalScopes: [alice], fee });
    return balances();
  },
  async events() {
    const events = await official.getPrivateEvents(TokenContract.events.Transfer, { contractAddress: token.address, scopes: [bob] });
    return events.map(({ event }) => event.amount.toString());
  },
  async refused() {
    return token.methods.transfer(bob, 10n ** 9n).simulate({ from: alice }).then(() => 'nothing', error => String(error.message));
  },
});
