// Accounts of each kind, deployed by a sponsor, used with their own keys.
import { CounterContract } from '@aztec/noir-test-contracts.js/Counter';
import { randomBytes } from 'node:crypto';

import { assert, AztecAddress, big, Fr } from '../world.mjs';

async function lives(w, manager) {
  const { address } = manager;
  assert(!(await w.wallet.getContractMetadata(address)).isContractInitialized);
  const deployment = await manager.getDeployMethod();
  await w.send(deployment, AztecAddress.ZERO, { fee: w.sponsored });
  const metadata = await w.wallet.getContractMetadata(address);
  assert(metadata.isContractInitialized, 'initialized');
  // Its signature is checked by its own circuit when it acts.
  const counter = await w.deploy(CounterContract, [7, address], { from: address, fee: w.sponsored });
  await w.send(counter.methods.increment(address), address, { fee: w.sponsored });
  assert.equal(await w.view(counter.methods.get_counter(address), address), 8n);
}

export const accounts = [
  {
    name: 'schnorr account, sponsored',
    run: async w => lives(w, await w.wallet.createSchnorrAccount(Fr.random(), Fr.random())),
  },
  {
    name: 'ecdsa k1 account, sponsored',
    run: async w => lives(w, await w.wallet.createECDSAKAccount(Fr.random(), Fr.random(), randomBytes(32))),
  },
  {
    name: 'ecdsa r1 account, sponsored',
    run: async w => lives(w, await w.wallet.createECDSARAccount(Fr.random(), Fr.random(), randomBytes(32))),
  },
  {
    name: 'account with class and instance published',
    run: async w => {
      const manager = await w.wallet.createSchnorrAccount(Fr.random(), Fr.random());
      await w.send(await manager.getDeployMethod(), AztecAddress.ZERO, {
        fee: w.sponsored, skipClassPublication: false, skipInstancePublication: false,
      });
      const instance = await w.node.getContract(manager.address);
      assert(instance.address.equals(manager.address));
      assert.equal(big(instance.currentContractClassId), big(manager.getInstance().currentContractClassId));
      const known = await w.node.getContractClass(instance.currentContractClassId);
      assert(known.id.equals(instance.currentContractClassId));
      const metadata = await w.wallet.getContractMetadata(manager.address);
      assert(metadata.isContractInitialized && metadata.isContractPublished);
    },
  },
  {
    name: 'initial accounts exist',
    run: async w => {
      for (const address of w.accounts) {
        assert((await w.wallet.getContractMetadata(address)).isContractInitialized, `${address}`);
      }
      assert((await w.wallet.getContractMetadata(w.banana.address)).isContractPublished, 'token');
      assert((await w.wallet.getContractMetadata(w.fpc.address)).isContractPublished, 'fee contract');
      assert.equal(await w.view(w.banana.methods.public_get_decimals()), 18n);
    },
  },
];
