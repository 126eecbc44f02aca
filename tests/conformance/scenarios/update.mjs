// A contract of another class, a day of network time after that was decided. Needs control of time: the node's own, or that
// of its Ethereum.
import { publishContractClass } from '@aztec/aztec.js/deployment';
import { DateProvider } from '@aztec/foundation/timer';
import { EthCheatCodes, RollupCheatCodes } from '@aztec/ethereum/test';
import { UpdatableContract } from '@aztec/noir-test-contracts.js/Updatable';
import { UpdatedContract } from '@aztec/noir-test-contracts.js/Updated';
import { getContractClassFromArtifact } from '@aztec/stdlib/contract';

import { assert, sleep } from '../world.mjs';

const timeOf = async (w, block) => (await w.node.getBlockHeader(block)).globalVariables.timestamp;

/** Txs live for a day after the block they are anchored at: longer steps would leave nobody a block to anchor at. */
const STEP = 43_200n;

/** Lets time pass until a block is later than a moment. */
async function passUntil(w, moment) {
  for (let i = 0; ; i++) {
    const now = await timeOf(w, 'latest');
    if (now > moment) return;
    assert(i < 20, 'the network does not follow the time');
    const next = now + STEP < moment ? now + STEP : moment + 72n;
    if (w.l1Url === 'node') {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'dev_increaseTime', params: [Number(next - now)] });
      const reply = await fetch(w.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      const { error } = await reply.json();
      assert(!error, error?.message);
    } else {
      const ethereum = new EthCheatCodes([w.l1Url], new DateProvider());
      const { l1ContractAddresses } = await w.node.getNodeInfo();
      // What is not proven in time is taken back, the block that the next tx is anchored at among it.
      await new RollupCheatCodes(ethereum, l1ContractAddresses).markAsProven();
      await ethereum.warp(next, { resetBlockInterval: true });
    }
    await w.send(w.banana.methods.transfer_in_public(w.alice, w.alice, 0n, 0));
    await sleep(200);
  }
}

export const update = [
  {
    name: 'update: a contract is another one a day later',
    needsL1: true,
    run: async w => {
      const { alice } = w;
      const c = await w.deploy(UpdatableContract, [5n]);
      await w.send(c.methods.set_public_value(9n));
      const { id } = await getContractClassFromArtifact(UpdatedContract.artifact);
      if (!await w.node.getContractClass(id)) {
        await w.send(await publishContractClass(w.wallet, UpdatedContract.artifact), alice);
      }
      const receipt = await w.send(c.methods.update_to(id));
      const change = await timeOf(w, receipt.blockNumber) + 86_400n;
      const instance = await w.node.getContract(c.address);
      // The wallet does not take the new code before its time.
      await w.fails(w.wallet.registerContract(instance, UpdatedContract.artifact), /does not match|Could not update/, /the artifact is of class/);

      await passUntil(w, change);
      const updated = await w.node.getContract(c.address);
      assert(updated.currentContractClassId.equals(id), 'the node tells the new class');
      assert(updated.originalContractClassId.equals(instance.originalContractClassId), 'and the one its address is made of');
      await w.wallet.registerContract(updated, UpdatedContract.artifact);
      const now = UpdatedContract.at(c.address, w.wallet);
      // What was stored is there; what is done to it is another thing.
      assert.equal(await w.view(now.methods.get_public_value()), 9n);
      assert.equal(await w.view(now.methods.get_private_value(alice)), 5n);
      await w.send(now.methods.set_public_value());
      assert.equal(await w.view(now.methods.get_public_value()), 27n);
      await w.send(now.methods.set_private_value());
      assert.equal(await w.view(now.methods.get_private_value(alice)), 27n);
      assert.equal(await w.view(now.methods.get_update_delay()), 86_400n);
      // The old code is of no use any more.
      await w.fails(c.methods.set_public_value(3n).send({ from: alice }), /./);
    },
  },
];
