// Our wallet where the scenarios have the official one: the official interface of wallets over a process of ours, and what
// the official wallet has besides: accounts, and an end.
import { EcdsaKAccountContract, EcdsaRAccountContract } from '@aztec/accounts/ecdsa';
import { SchnorrAccountContract } from '@aztec/accounts/schnorr';
import { TxHash } from '@aztec/aztec.js/tx';
import { AccountManager } from '@aztec/aztec.js/wallet';
import { deriveSigningKey } from '@aztec/stdlib/keys';

import { aztecWallet } from '../../sdk-ts/dist/src/aztec.js';
import { errorFrom } from '../../sdk-ts/dist/src/errors.js';
import { portable } from '../../sdk-ts/dist/src/values.js';
import { Wallet } from '../../sdk-ts/dist/src/wallet.js';
import { OurWallet } from './ours.mjs';

/** An error that says what is behind it, as the official one does. */
function failure(data) {
  const error = errorFrom(data);
  for (let { cause } = error; cause; cause = cause.cause) error.message += `: ${cause.message}`;
  return error;
}

/** Our wallet, empty and unlocked. `onSent` is told the hash of each transaction. */
export async function adaptedWallet(program, url, onSent) {
  const ours = new OurWallet(program);
  await ours.open(url);
  const adapter = aztecWallet(Wallet.over({
    call: async (method, params) => {
      const result = await ours.call(method, portable(params), failure);
      if (method === 'tx.send') onSent(TxHash.fromString(result.txHash));
      return result;
    },
    onEvent: () => () => {},
    close: () => ours.stop(),
  }));
  const account = async (type, secret, salt, signingKey, contract) => {
    const digits = `0x${signingKey.toString('hex')}`;
    await ours.call('accounts.create', { type, secret: secret.toString(), salt: salt.toString(), signingKey: digits }, failure);
    return AccountManager.create(adapter, secret, contract, salt);
  };
  return Object.assign(adapter, {
    createSchnorrAccount(secret, salt, key = deriveSigningKey(secret)) {
      return account('schnorr', secret, salt, key.toBuffer(), new SchnorrAccountContract(key));
    },
    createECDSAKAccount(secret, salt, key) {
      return account('ecdsa-k1', secret, salt, key, new EcdsaKAccountContract(key));
    },
    createECDSARAccount(secret, salt, key) {
      return account('ecdsa-r1', secret, salt, key, new EcdsaRAccountContract(key));
    },
    stop: () => ours.stop(),
  });
}
