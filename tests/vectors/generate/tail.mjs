// The public inputs of the tail circuits, which are a transaction's data and fix its hash.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { tailInputs } from './tx-lib.mjs';
import { aztec, packed, packedFields, Topic } from './lib.mjs';

const kernel = await aztec('stdlib/kernel');
const tx = await aztec('stdlib/tx');

const t = new Topic('tail');
const { rng } = t;
const N = 200;

for (let i = 0; i < N; i++) {
  const constants = tx.TxConstantData.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i % 5 === 0 ? 0.5 : 1));
  await encodes(t, 'txConstantData', tx.TxConstantData, constants);
}
for (const forPublic of [false, true]) {
  const name = forPublic ? 'tailForPublic' : 'tailForRollup';
  for (let i = 0; i < N; i++) {
    const value = tailInputs(rng, forPublic, i < 3 ? [0, 0.001, 0.05][i] : 0.012);
    const buffer = value.toBuffer();
    const again = kernel.PrivateKernelTailCircuitPublicInputs.fromBuffer(buffer);
    if (!again.toBuffer().equals(buffer)) throw new Error(`${name} does not round-trip`);
    await t.ok(name, packed(buffer), async () => ({
      fields: packedFields(value.publicInputs().toFields()),
      hash: await value.publicInputs().hash(),
      txHash: (await tx.Tx.computeTxHash({ data: value })).toString(),
    }));
  }
  const buffer = tailInputs(rng, forPublic, 0).toBuffer();
  await refusesBroken(t, name, kernel.PrivateKernelTailCircuitPublicInputs, buffer);
  const outside = Buffer.from(buffer);
  outside.fill(255, 1, 33);
  await t.refuses(name, packed(outside), () => kernel.PrivateKernelTailCircuitPublicInputs.fromBuffer(outside));
}
t.write();
