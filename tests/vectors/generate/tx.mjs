// Requests and transactions.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { transaction } from './tx-lib.mjs';
import { aztec, packed, Topic } from './lib.mjs';

const tx = await aztec('stdlib/tx');
const { AuthWitness } = await aztec('stdlib/auth-witness');
const { jsonStringify } = await aztec('foundation/json-rpc');

const t = new Topic('tx');
const { rng } = t;
const N = 200;

const small = {
  txContext: tx.TxContext,
  functionData: tx.FunctionData,
  hashedValues: tx.HashedValues,
  authWitness: AuthWitness,
  capsule: tx.Capsule,
};
for (const [name, Type] of Object.entries(small)) {
  for (let i = 0; i < N; i++) {
    await encodes(t, name, Type, Type.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i % 5 === 0 ? 0.5 : 1)));
  }
  await refusesBroken(t, name, Type, Type.fromBuffer(new RandomReader(rng)).toBuffer());
}
for (let i = 0; i < N; i++) {
  const request = tx.TxRequest.fromBuffer(new RandomReader(rng, i === 0 ? 0 : 1));
  await encodes(t, 'txRequest', tx.TxRequest, request, async () => ({ hash: await request.hash() }));
  const execution = tx.TxExecutionRequest.fromBuffer(new RandomReader(rng, i === 0 ? 0 : 1));
  await encodes(t, 'txExecutionRequest', tx.TxExecutionRequest, execution, async () => ({
    hash: await execution.toTxRequest().hash(),
  }));
}

for (let i = 0; i < N + 10; i++) {
  const of = await transaction(rng, { forPublic: i % 2 === 1, proof: i % 8 === 2, classLog: i % 6 === 3 });
  const buffer = of.toBuffer();
  if (!tx.Tx.fromBuffer(buffer).toBuffer().equals(buffer)) throw new Error('tx does not round-trip');
  await t.ok('tx', packed(buffer), () => ({
    hash: of.txHash,
    json: packed(Buffer.from(jsonStringify(of))),
    size: of.getSize(),
    publicCalls: of.numberOfPublicCalls(),
    effectsFields: of.getPrivateTxEffectsSizeInFields(),
  }));
}
{
  const buffer = (await transaction(rng, { forPublic: true, proof: false, classLog: true })).toBuffer();
  for (const cut of [0, 1, 32, 33, 500, 82000, 83000, 145000, 200000, buffer.length - 1]) {
    await t.refuses('tx', packed(buffer.subarray(0, cut)), () => tx.Tx.fromBuffer(buffer.subarray(0, cut)));
  }
}

t.write();
