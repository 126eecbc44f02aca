// What the node must refuse, and the words clients look for.
import { GasFees, GasSettings } from '@aztec/stdlib/gas';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';
import { BlockHash } from '@aztec/stdlib/block';
import { TxHash } from '@aztec/stdlib/tx';

import { assert, big, Fr, NO_WAIT } from '../world.mjs';
import { newToken } from './token.mjs';

export const refusals = [
  {
    name: 'refusal: fees below the minimum',
    run: async w => {
      const gasSettings = GasSettings.default({ maxFeesPerGas: new GasFees(1n, 1n) });
      await w.fails(
        w.banana.methods.transfer_in_public(w.alice, w.alice, 0n, 0).send({ from: w.alice, fee: { gasSettings } }),
        /Insufficient fee per gas/);
    },
  },
  {
    name: 'refusal: a nullifier that exists, a tx sent twice',
    run: async w => {
      const c = await w.deploy(TestContract);
      const nullifier = Fr.random();
      const { txHash } = await c.methods.emit_nullifier(nullifier).send({ from: w.alice, wait: NO_WAIT });
      w.names.set(txHash.toString(), w.name);
      const kept = await w.node.getTxByHash(txHash);
      assert.equal(kept.getTxHash().toString(), txHash.toString());
      await w.settled(txHash);
      await w.fails(c.methods.emit_nullifier(nullifier).send({ from: w.alice }), /Existing nullifier/);
      await w.fails(w.node.sendTx(kept), /Existing nullifier/);
      const { result, reason } = await w.node.isValidTx(kept);
      assert.equal(result, 'invalid');
      assert.match(reason.join(), /Existing nullifier/);
    },
  },
  {
    name: 'refusal: expired txs',
    run: async w => {
      const c = await w.deploy(TestContract);
      const { globalVariables } = await w.node.getBlockHeader('latest');
      const until = after => c.methods.set_expiration_timestamp(globalVariables.timestamp + after, false);
      await w.fails(until(1n).send({ from: w.alice }), /Invalid expiration timestamp/);
      await w.send(until(20_000n));
    },
  },
  {
    name: 'refusal: unknown txs, blocks and hashes',
    run: async w => {
      const hash = TxHash.random();
      const receipt = await w.node.getTxReceipt(hash);
      assert.deepEqual([receipt.status, receipt.error], ['dropped', 'Tx dropped by P2P node']);
      assert.equal(await w.node.getTxEffect(hash), undefined);
      assert.equal(await w.node.getTxByHash(hash), undefined);
      const far = await w.node.getBlockNumber() + 1000;
      assert.equal(await w.node.getBlock(far), undefined);
      await w.fails(w.node.getPublicStorageAt(far, w.banana.address, new Fr(1)), /not yet synced/);
      const block = await w.node.getBlock('latest');
      await w.fails(w.node.getPublicStorageAt(BlockHash.random(), w.banana.address, new Fr(1)), /not found|reorg/);
      assert.equal(big(await w.node.getPublicStorageAt(await block.hash(), w.banana.address, Fr.random())), 0n);
    },
  },
  {
    name: 'refusal: a view that reverts names the function',
    run: async w => {
      const t = await newToken(w);
      const error = await w.fails(w.view(t.methods.transfer_in_public(w.alice, w.bob, 1n, 0)), /subtract with overflow/);
      assert.match(String(error.stack), /transfer_in_public|Token/);
    },
  },
];
