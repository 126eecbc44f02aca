// Answers measurements of the official packages: `NAME MILLISECONDS` in, nanoseconds per run out.
//   node official.mjs INPUTS      (in a folder from which @aztec/* 4.1.2 resolve)
import { BackendType, BarretenbergSync } from '@aztec/bb.js';
import { Fr } from '@aztec/foundation/curves/bn254';
import { poseidon2Hash, poseidon2Permutation } from '@aztec/foundation/crypto/poseidon';
import { convertPrivateKernelTailInputsToWitnessMapWithAbi } from '@aztec/noir-protocol-circuits-types/client';
import { encodeArguments, loadContractArtifact } from '@aztec/stdlib/abi';
import { getContractClassFromArtifact } from '@aztec/stdlib/contract';
import { computeAddress, deriveKeys } from '@aztec/stdlib/keys';
import {
  PaddedSideEffectAmounts, PrivateKernelCircuitPublicInputs, PrivateKernelData, PrivateKernelTailCircuitPrivateInputs,
} from '@aztec/stdlib/kernel';
import { MerkleTreeId } from '@aztec/stdlib/trees';
import { Tx } from '@aztec/stdlib/tx';
import { VerificationKeyData, VkData } from '@aztec/stdlib/vks';
import { NativeWorldStateService } from '@aztec/world-state';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const inputs = process.argv[2];
const read = name => readFileSync(join(inputs, name));

const state = [1n, 2n, 3n, 4n].map(n => new Fr(Fr.MODULUS - n));
const many = Array.from({ length: 3000 }, (_, n) => new Fr(Fr.MODULUS - 1n - BigInt(n)));
const manyBuffers = many.map(field => field.toBuffer());
const wasm = await BarretenbergSync.new({ backend: BackendType.Wasm });
const native = await BarretenbergSync.new({ backend: BackendType.NativeSharedMemory });

const world = await NativeWorldStateService.tmp();
let next = 1000n;
const leaves = count => Array.from({ length: count }, () => new Fr((next += 1n)));
const appends = count => {
  let fork;
  return async () => {
    fork ??= await world.fork();
    await fork.appendLeaves(MerkleTreeId.NOTE_HASH_TREE, leaves(count));
    await fork.getTreeInfo(MerkleTreeId.NOTE_HASH_TREE);
  };
};
const spread = n => new Fr((BigInt(n) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n) % Fr.MODULUS);
let nullifiers;
const insert = async () => {
  nullifiers ??= await world.fork();
  const batch = Array.from({ length: 64 }, () => spread((next += 1n)).toBuffer());
  await nullifiers.batchInsert(MerkleTreeId.NULLIFIER_TREE, batch, 6);
};

const tokenJson = read('token.json').toString();
const token = loadContractArtifact(JSON.parse(tokenJson));
const args = JSON.parse(read('arguments.json').toString());
const entrypoint = loadContractArtifact(JSON.parse(read('account.json').toString())).functions.find(
  f => f.name === 'entrypoint',
);
const { abi: tailAbi } = JSON.parse(read('tail.json').toString());
const tailInputs = new PrivateKernelTailCircuitPrivateInputs(
  new PrivateKernelData(
    PrivateKernelCircuitPublicInputs.empty(),
    new VkData(VerificationKeyData.makeFake(127), 0, VkData.empty().siblingPath),
  ), PaddedSideEffectAmounts.empty(), 0n,
);
const tx = read('tx.bin');
const txJson = read('tx.json').toString();
let secret = 1n;

const workloads = {
  'poseidon2 permutation': () => poseidon2Permutation(state),
  'poseidon2 hash of 2': () => poseidon2Hash(state.slice(0, 2)),
  // One call with many inputs: what the permutation costs without the call.
  'poseidon2 hash of 3000': () => native.poseidon2Hash({ inputs: manyBuffers }),
  'poseidon2 hash of 3000, barretenberg as WebAssembly': () => wasm.poseidon2Hash({ inputs: manyBuffers }),
  'append 64 leaves': appends(64),
  'append 1024 leaves': appends(1024),
  'insert 64 nullifiers': insert,
  'address from secret': async () => {
    const { publicKeys } = await deriveKeys(new Fr((secret += 1n)));
    return computeAddress(publicKeys, state[0]);
  },
  'load contract, JSON': () => loadContractArtifact(JSON.parse(tokenJson)),
  'class id of a loaded contract': () => getContractClassFromArtifact(token),
  'encode arguments': () => encodeArguments(entrypoint, args),
  'encode kernel inputs': () => convertPrivateKernelTailInputsToWitnessMapWithAbi(tailInputs, tailAbi),
  'decode tx': () => Tx.fromBuffer(tx),
  'decode tx, JSON': () => Tx.schema.parseAsync(JSON.parse(txJson)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [, name, budget] = line.match(/^(.*) (\d+)$/);
  const run = workloads[name];
  if (!run) {
    console.log('none');
    continue;
  }
  let runs = 1;
  let elapsed;
  for (;;) {
    const start = performance.now();
    for (let i = 0; i < runs; i++) await run();
    elapsed = performance.now() - start;
    if (elapsed >= Number(budget)) break;
    runs *= 2;
  }
  console.log(((elapsed * 1e6) / runs).toFixed(0));
}
process.exit(0);
