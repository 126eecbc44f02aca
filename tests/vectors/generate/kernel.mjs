// What circuits pass to each other: side effects, requests, public inputs.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { aztec, Fr, Topic } from './lib.mjs';

const kernel = await aztec('stdlib/kernel');
const messaging = await aztec('stdlib/messaging');
const tx = await aztec('stdlib/tx');
const { PublicDataWrite } = await aztec('stdlib/avm');

const t = new Topic('kernel');
const { rng } = t;
const N = 200;

const small = {
  callContext: tx.CallContext,
  logHash: kernel.LogHash,
  countedLogHash: kernel.CountedLogHash,
  scopedLogHash: kernel.ScopedLogHash,
  scopedCountedLogHash: kernel.ScopedCountedLogHash,
  noteHash: kernel.NoteHash,
  scopedNoteHash: kernel.ScopedNoteHash,
  nullifier: kernel.Nullifier,
  scopedNullifier: kernel.ScopedNullifier,
  publicCallRequest: kernel.PublicCallRequest,
  countedPublicCallRequest: kernel.CountedPublicCallRequest,
  privateCallRequest: kernel.PrivateCallRequest,
  readRequest: kernel.ReadRequest,
  scopedReadRequest: kernel.ScopedReadRequest,
  keyValidationRequest: kernel.KeyValidationRequest,
  keyValidationRequestAndSeparator: kernel.KeyValidationRequestAndSeparator,
  scopedKeyValidationRequestAndSeparator: kernel.ScopedKeyValidationRequestAndSeparator,
  l2ToL1Message: messaging.L2ToL1Message,
  countedL2ToL1Message: messaging.CountedL2ToL1Message,
  scopedL2ToL1Message: messaging.ScopedL2ToL1Message,
  scopedCountedL2ToL1Message: messaging.ScopedCountedL2ToL1Message,
  publicDataWrite: PublicDataWrite,
};
for (const [name, Type] of Object.entries(small)) {
  for (let i = 0; i < N; i++) {
    const value = Type.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i % 5 === 0 ? 0.5 : 1));
    await encodes(t, name, Type, value);
  }
  await refusesBroken(t, name, Type, Type.fromBuffer(new RandomReader(rng)).toBuffer());
}

// Counters are u32 in the circuit, whatever the TypeScript type says.
const counter = () => new Fr(rng.u32());
for (let i = 0; i < N; i++) {
  const value = kernel.PrivateCircuitPublicInputs.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i === 1 ? 1 : 0.02));
  if (i > 0) {
    for (const name of ['minRevertible', 'start', 'end', 'expectedNonRevertible', 'expectedRevertible']) {
      value[`${name}SideEffectCounter`] = counter();
    }
    value.callContext = tx.CallContext.fromBuffer(new RandomReader(rng));
    value.anchorBlockHeader = tx.BlockHeader.fromBuffer(new RandomReader(rng, 0.5));
  }
  await encodes(t, 'privateCircuitPublicInputs', kernel.PrivateCircuitPublicInputs, value);
}
for (let i = 0; i < N; i++) {
  const value = kernel.PrivateKernelCircuitPublicInputs.fromBuffer(new RandomReader(rng, i === 0 ? 0 : 0.006));
  if (i > 0) value.minRevertibleSideEffectCounter = counter();
  await encodes(t, 'privateKernelCircuitPublicInputs', kernel.PrivateKernelCircuitPublicInputs, value);
}
t.write();
