// Makes token transfers with the official client and keeps them as requests, so that they can be submitted all at once.
//
//     node prepare.mjs URL FOLDER COUNT
//
// Every transfer has a sender of its own, so that none waits for another, and is paid by the sponsor. In FOLDER: one
// JSON-RPC request per line in `private.jsonl` and `public.jsonl`, and what else a client would ask about in `chain.json`.
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { SingleKeyAccountContract } from '@aztec/accounts/single_key';
import { BatchCall, getContractInstanceFromInstantiationParams, NO_WAIT } from '@aztec/aztec.js/contracts';
import { SponsoredFeePaymentMethod } from '@aztec/aztec.js/fee';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { AccountManager } from '@aztec/aztec.js/wallet';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { deriveStorageSlotInMap } from '@aztec/stdlib/hash';
import { deriveMasterIncomingViewingSecretKey } from '@aztec/stdlib/keys';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { mkdirSync, writeFileSync } from 'node:fs';

const [url, folder, count] = process.argv.slice(2);
const COUNT = Number(count);
/** Calls in one tx that hands out tokens. */
const MINTS = 5;
const AMOUNT = 1000n;

const node = createAztecNodeClient(url);
let held;
const holding = new Proxy(node, {
  get: (target, key) => key !== 'sendTx' ? target[key] : async tx => held ? void held.push(tx) : target.sendTx(tx),
});

const wallet = await EmbeddedWallet.create(holding, { ephemeral: true });
const register = async (Contract, params) => {
  const instance = await getContractInstanceFromInstantiationParams(Contract.artifact, params);
  await wallet.registerContract(instance, Contract.artifact);
  return Contract.at(instance.address, wallet);
};
const [{ secret, salt, signingKey }] = await getInitialTestAccountsData();
const minter = (await wallet.createSchnorrAccount(secret, salt, signingKey)).address;
const sponsor = await register(SponsoredFPCContract, { salt: new Fr(SPONSORED_FPC_SALT) });
const fee = { paymentMethod: new SponsoredFeePaymentMethod(sponsor.address) };
const token = await register(TokenContract, { constructorArgs: [minter, 'BC', 'BC', 18n], salt: new Fr(0) });

// Accounts whose key is part of their address need no deployment. The wallet knows other kinds, so it is told of these.
const managers = new Map();
const fromDatabase = wallet.getAccountFromAddress.bind(wallet);
wallet.getAccountFromAddress = async address =>
  managers.has(address.toString()) ? managers.get(address.toString()).getAccount() : fromDatabase(address);
const accounts = [];
for (let index = 1; index <= COUNT; index++) {
  const key = new Fr(1_000_000 + index);
  const contract = new SingleKeyAccountContract(deriveMasterIncomingViewingSecretKey(key));
  const manager = await AccountManager.create(wallet, key, contract, new Fr(index));
  await wallet.registerContract(manager.getInstance(), await contract.getContractArtifact(), key);
  managers.set(manager.address.toString(), manager);
  accounts.push(manager.address);
}

for (const mint of ['mint_to_private', 'mint_to_public']) {
  const sent = [];
  for (let first = 0; first < COUNT; first += MINTS) {
    const calls = accounts.slice(first, first + MINTS).map(account => token.methods[mint](account, AMOUNT));
    sent.push((await new BatchCall(wallet, calls).send({ from: minter, wait: NO_WAIT })).txHash);
  }
  for (const hash of sent) {
    for (;;) {
      const { status, executionResult } = await node.getTxReceipt(hash);
      if (!['pending', 'proposed'].includes(status)) {
        if (executionResult !== 'success') throw new Error(`${mint} ${hash}: ${status}, ${executionResult}`);
        break;
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}

mkdirSync(folder, { recursive: true });
const transfers = {
  private: (from, to) => token.methods.transfer(to, 1n),
  public: (from, to) => token.methods.transfer_in_public(from, to, 1n, 0),
};
const chain = { token: token.address.toString(), balances: [] };
for (const account of accounts) {
  const slot = await deriveStorageSlotInMap(TokenContract.storage.public_balances.slot, account);
  chain.balances.push(slot.toString());
}
for (const [kind, transfer] of Object.entries(transfers)) {
  held = [];
  for (const [index, from] of accounts.entries()) {
    await transfer(from, accounts[(index + 1) % COUNT]).send({ from, fee, wait: NO_WAIT });
  }
  const requests = held.map((tx, id) => jsonStringify({ jsonrpc: '2.0', id, method: 'node_sendTx', params: [tx] }));
  chain[kind] = held.map(tx => tx.getTxHash().toString());
  writeFileSync(`${folder}/${kind}.jsonl`, `${requests.join('\n')}\n`);
}
writeFileSync(`${folder}/chain.json`, `${JSON.stringify(chain)}\n`);
await wallet.stop();
process.exit(0);
