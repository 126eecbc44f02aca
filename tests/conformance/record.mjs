// Keeps what a run made: every checkpoint with its blocks, messages and txs, as `node-lite/tests/corpus` describes.
import { ProtocolContractAddress } from '@aztec/protocol-contracts';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { Fr } from '@aztec/foundation/curves/bn254';
import { ChonkProof } from '@aztec/stdlib/proofs';
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

import { allCheckpoints, fundedAccounts, messagesOf } from './scenarios/chain.mjs';

const chunk = (tag, bytes) => {
  const head = Buffer.alloc(5);
  head.write(tag, 'latin1');
  head.writeUInt32BE(bytes.length, 1);
  return [head, bytes];
};
const text = (tag, value) => chunk(tag, Buffer.from(typeof value === 'string' ? value : jsonStringify(value)));

/** The tx without its proof, which neither its hash nor its execution depends on. */
function withoutProof(tx) {
  tx.chonkProof = new ChonkProof(tx.chonkProof.fields.map(() => Fr.ZERO));
  return tx.toBuffer();
}

export async function record(file, world) {
  const { node } = world;
  const chunks = [...text('G', { funded: fundedAccounts(world), nodeInfo: await node.getNodeInfo() })];
  for (const address of Object.values(ProtocolContractAddress)) {
    const instance = await node.getContract(address);
    if (!instance) continue;
    chunks.push(...text('K', { instance, class: await node.getContractClass(instance.currentContractClassId) }));
  }
  const txs = new Map(world.sent.map(({ tx }) => [tx.getTxHash().toString(), tx]));
  const counts = { checkpoints: 0, blocks: 0, txs: 0, effects: 0 };
  for (const { checkpoint } of await allCheckpoints(world)) {
    counts.checkpoints++;
    const messages = messagesOf(world, checkpoint);
    chunks.push(...chunk('C', checkpoint.header.toBuffer()));
    if (messages.length) chunks.push(...chunk('M', Buffer.concat(messages.map(message => message.toBuffer()))));
    for (const block of checkpoint.blocks) {
      counts.blocks++;
      chunks.push(...chunk('B', block.toBuffer()));
      for (const { txHash } of block.body.txEffects) {
        counts.effects++;
        const tx = txs.get(txHash.toString());
        if (!tx) continue;
        counts.txs++;
        chunks.push(...text('N', world.names.get(txHash.toString()) ?? ''), ...chunk('T', withoutProof(tx)));
      }
    }
  }
  const bytes = deflateSync(Buffer.concat(chunks), { level: 9 });
  writeFileSync(file, bytes);
  console.log(`recorded ${JSON.stringify(counts)}, ${bytes.length} bytes`);
}
