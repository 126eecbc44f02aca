// Random transactions: real enough to be decoded, sparse enough to be small.
import { nonZero, privateLog, RandomReader } from './codec-lib.mjs';
import { aztec, Fr } from './lib.mjs';

const kernel = await aztec('stdlib/kernel');
const tx = await aztec('stdlib/tx');
const { Gas } = await aztec('stdlib/gas');
const { ContractClassLogFields } = await aztec('stdlib/logs');
const { ChonkProof } = await aztec('stdlib/proofs');
const { AztecAddress } = await aztec('stdlib/aztec-address');

/** Tail public inputs of either kind with the given share of their places filled. */
export function tailInputs(rng, forPublic, density) {
  const dense = new RandomReader(rng, density === 0 ? 0 : 0.8);
  const sparse = new RandomReader(rng, density);
  const { PartialPrivateTailPublicInputsForPublic: ForPublic, PartialPrivateTailPublicInputsForRollup: ForRollup } =
    kernel;
  return new kernel.PrivateKernelTailCircuitPublicInputs(
    tx.TxConstantData.fromBuffer(dense),
    Gas.fromBuffer(dense),
    AztecAddress.fromBuffer(dense),
    dense.readUInt64(),
    forPublic ? ForPublic.fromBuffer(sparse) : undefined,
    forPublic ? undefined : ForRollup.fromBuffer(sparse),
  );
}

/** Puts `items` at the start of the fixed-size `list`. */
const fill = (list, items) => items.forEach((item, i) => (list[i] = item));

/** A transaction as a client would send it: lists filled from the front, calldata and class logs that match. */
export async function transaction(rng, { forPublic, proof, classLog }) {
  const data = tailInputs(rng, forPublic, 0);
  data.constants = tx.TxConstantData.fromBuffer(new RandomReader(rng));
  data.feePayer = new AztecAddress(rng.fr());
  data.gasUsed = new Gas(rng.u32(), rng.u32());
  data.expirationTimestamp = rng.big(64);
  const parts = forPublic
    ? [data.forPublic.nonRevertibleAccumulatedData, data.forPublic.revertibleAccumulatedData]
    : [data.forRollup.end];
  const calldata = [];
  const request = async () => {
    const values = rng.list(1 + rng.int(3), () => rng.fr());
    calldata.push(await tx.HashedValues.fromCalldata(values));
    return new kernel.PublicCallRequest(
      new AztecAddress(rng.fr()),
      new AztecAddress(rng.fr()),
      rng.bool(),
      calldata.at(-1).hash,
    );
  };
  for (const part of parts) {
    fill(
      part.noteHashes,
      rng.list(rng.int(4), () => nonZero(rng)),
    );
    fill(
      part.nullifiers,
      rng.list(1 + rng.int(3), () => nonZero(rng)),
    );
    fill(
      part.privateLogs,
      rng.list(rng.int(3), () => privateLog(rng)),
    );
    if (rng.int(3) === 0) fill(part.l2ToL1Msgs, [part.l2ToL1Msgs[0].constructor.fromBuffer(new RandomReader(rng))]);
    if (forPublic) for (let i = 0; i < 1 + rng.int(2); i++) part.publicCallRequests[i] = await request();
  }
  if (forPublic && rng.bool()) data.forPublic.publicTeardownCallRequest = await request();

  const classLogs = [];
  if (classLog) {
    const emitted = rng.list(1 + rng.int(10), () => rng.fr());
    const fields = ContractClassLogFields.fromEmittedFields(emitted);
    const hash = new kernel.LogHash(await fields.hash(), emitted.length);
    fill(rng.pick(parts).contractClassLogsHashes, [new kernel.ScopedLogHash(hash, new AztecAddress(rng.fr()))]);
    classLogs.push(fields);
  }
  const filler = rng.list(7, () => rng.fr());
  const chonkProof = proof
    ? new ChonkProof(rng.list(ChonkProof.empty().fields.length, i => (i % 40 === 0 ? rng.fr() : filler[i % 7])))
    : ChonkProof.empty();
  return tx.Tx.create({ data, chonkProof, contractClassLogFields: classLogs, publicFunctionCalldata: calldata });
}

/** Effects of a transaction; small, but with each kind of item. */
export async function effect(rng, size = 3) {
  const { PublicDataWrite, RevertCode } = await aztec('stdlib/avm');
  const { PublicLog, ContractClassLog } = await aztec('stdlib/logs');
  const some = make => rng.list(rng.int(size + 1), make);
  const log = () =>
    new PublicLog(
      new AztecAddress(rng.fr()),
      rng.list(rng.int(4), () => rng.fr()),
    );
  const emitted = rng.list(1 + rng.int(6), () => nonZero(rng));
  const classLog = () =>
    new ContractClassLog(
      new AztecAddress(nonZero(rng)),
      ContractClassLogFields.fromEmittedFields(emitted),
      emitted.length,
    );
  return new tx.TxEffect(
    RevertCode.fromNumber(rng.int(4)),
    new tx.TxHash(rng.fr()),
    new Fr(rng.big(100)),
    some(() => nonZero(rng)),
    [nonZero(rng), ...some(() => nonZero(rng))],
    some(() => nonZero(rng)),
    some(() => new PublicDataWrite(nonZero(rng), rng.fr())),
    some(() => privateLog(rng)),
    some(log),
    rng.int(4) === 0 ? [classLog()] : [],
  );
}
