// Proofs, the effects of transactions and their receipts.
import { effect } from './tx-lib.mjs';
import { aztec, Fr, official, packed, packedFields, Topic } from './lib.mjs';

const tx = await aztec('stdlib/tx');
const { ChonkProof } = await aztec('stdlib/proofs');
const { DebugLog } = await aztec('stdlib/logs');
const { BlockHash } = await aztec('stdlib/block');
const { jsonStringify } = await aztec('foundation/json-rpc');
const { AztecAddress } = await aztec('stdlib/aztec-address');

const t = new Topic('effect');
const { rng } = t;
const N = 200;

for (let i = 0; i < 12; i++) {
  const fields = rng.list(1935, j => (i === 0 ? Fr.ZERO : j % 100 === i ? rng.fr() : new Fr(j % (i + 1))));
  const proof = new ChonkProof(fields);
  await t.ok('chonkProof', packed(proof.toBuffer()), () => ({ fields: packedFields(fields), empty: proof.isEmpty() }));
}
for (const n of [0, 1934, 1936]) {
  const bytes = Buffer.concat([Buffer.from([0, 0, n >> 8, n & 255]), Buffer.alloc(n * 32)]);
  await t.refuses('chonkProof', packed(bytes), () => ChonkProof.fromBuffer(bytes));
}

for (let i = 0; i < N; i++) {
  const value = await effect(rng, i === 0 ? 0 : i < 4 ? 64 / 8 : 3);
  const buffer = value.toBuffer();
  if (!tx.TxEffect.fromBuffer(buffer).toBuffer().equals(buffer)) throw new Error('effect does not round-trip');
  await t.ok('txEffect', packed(buffer), () => ({ json: packed(Buffer.from(jsonStringify(value))) }));
}

const optional = make => (rng.bool() ? make() : undefined);
for (let i = 0; i < N; i++) {
  const log = () =>
    new DebugLog(
      new AztecAddress(rng.fr()),
      rng.pick(['debug', 'info', 'warn']),
      rng.pick(['', 'x', 'é {0}']),
      rng.list(rng.int(3), () => rng.fr()),
    );
  const receipt = tx.TxReceipt.from({
    txHash: new tx.TxHash(rng.fr()),
    status: rng.pick(tx.SortedTxStatuses),
    executionResult: optional(() => rng.pick(Object.values(tx.TxExecutionResult))),
    error: optional(() => rng.pick(['', 'Tx dropped', 'Assertion failed: "é"'])),
    transactionFee: optional(() => rng.big(100)),
    blockHash: optional(() => new BlockHash(rng.fr())),
    blockNumber: optional(() => rng.u32()),
    epochNumber: optional(() => rng.u32()),
    debugLogs: optional(() => rng.list(rng.int(3), log)),
  });
  await t.ok('txReceipt', official(receipt), () => ({
    mined: receipt.isMined(),
    pending: receipt.isPending(),
    dropped: receipt.isDropped(),
    succeeded: receipt.hasExecutionSucceeded(),
    reverted: receipt.hasExecutionReverted(),
  }));
}
t.write();
