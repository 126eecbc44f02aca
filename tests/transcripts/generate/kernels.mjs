// Records runs of the client's kernel circuits that a wallet without proofs does not make: the real circuits on the
// inputs recorded for the simulated ones, every reset variant, the hiding circuits. Needs no network.
//   OUT=... node --require ./hook.cjs kernels.mjs FOLDER
// FOLDER holds recorded executions. Hints of a reset are cut or padded to the variant's dimensions, as official code does.
import { executeCircuit } from '@aztec/noir-acvm_js';
import { Fr } from '@aztec/foundation/curves/bn254';
import { abiDecode, abiEncode } from '@aztec/noir-noirc_abi';
import { getVKIndex, getVKSiblingPath } from '@aztec/noir-protocol-circuits-types/vk-tree';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.argv[2];
const PER_CIRCUIT = Number(process.env.PER_CIRCUIT ?? 6);
const RESETS = Number(process.env.RESETS ?? 1);
const package_ = '@aztec/noir-protocol-circuits-types';
const artifacts = createRequire(import.meta.url).resolve.paths(package_)
  .map(path => join(path, package_, 'artifacts')).find(existsSync);

const circuits = {};
const bySha = {};
for (const file of readdirSync(artifacts).filter(name => /kernel.*\.json$/.test(name))) {
  const name = file.replace('.json', '');
  const { abi, bytecode, verificationKey: key } = JSON.parse(readFileSync(join(artifacts, file), 'utf8'));
  const program = Buffer.from(bytecode, 'base64');
  const sha = createHash('sha256').update(program).digest('hex').slice(0, 32);
  circuits[name] = { name, abi, program, key };
  bySha[sha] = circuits[name];
}

/** The recorded, solved runs of a circuit, decoded; those of different transactions first. */
const runs = {};
for (const file of readdirSync(folder).filter(name => name.endsWith('.json')).sort()) {
  const { sha, error, phase } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const circuit = bySha[sha];
  if (!circuit || error) continue;
  const bytes = readFileSync(join(folder, file.replace('.json', '.wit')));
  const witness = new Map();
  for (let at = 0; at < bytes.length; at += 36) {
    witness.set(bytes.readUInt32LE(at), `0x${bytes.toString('hex', at + 4, at + 36)}`);
  }
  const { inputs, return_value: output } = abiDecode(circuit.abi, witness);
  (runs[circuit.name] ??= []).push({ phase, inputs, output });
}
for (const [name, list] of Object.entries(runs)) console.log(`${name}: ${list.length}`);

const noCalls = async name => { throw new Error(`no answer to ${name}`); };
const counts = { solved: 0, failed: 0 };
async function run(name, inputs, phase) {
  globalThis.phase = phase;
  const { abi, program } = circuits[name];
  try {
    await executeCircuit(program, abiEncode(abi, inputs), noCalls);
    counts.solved++;
  } catch (error) {
    counts.failed++;
    console.log(`${name}: ${String(error.message).slice(0, 120)}`);
  }
}

/** A list of the length the circuit takes: cut, or padded by what stands for nothing. */
const sized = (list, { length }, nothing) =>
  Array.from({ length }, (_, i) => list[i] ?? nothing);
const TOO_LARGE = '0x40';
const member = (type, name) => type.fields.find(field => field.name === name).type;
const zeros = type => ({
  field: () => '0x0', boolean: () => false, integer: () => '0x0',
  array: () => Array.from({ length: type.length }, () => zeros(type.type)),
  struct: () => Object.fromEntries(type.fields.map(field => [field.name, zeros(field.type)])),
})[type.kind]();

function resetInputs(name, inputs) {
  const type = circuits[name].abi.parameters.find(parameter => parameter.name === 'hints').type;
  const hints = {};
  for (const kind of ['note_hash_read_request_hints', 'nullifier_read_request_hints']) {
    const own = member(type, kind);
    const pending = member(own, 'pending_read_hints');
    const settled = member(own, 'settled_read_hints');
    hints[kind] = {
      read_request_actions: inputs.hints[kind].read_request_actions,
      pending_read_hints: sized(inputs.hints[kind].pending_read_hints, pending,
        { ...zeros(pending.type), read_request_index: TOO_LARGE }),
      settled_read_hints: sized(inputs.hints[kind].settled_read_hints, settled,
        { ...zeros(settled.type), read_request_index: TOO_LARGE }),
    };
  }
  const keys = member(type, 'key_validation_hints');
  hints.key_validation_hints = sized(inputs.hints.key_validation_hints, keys, zeros(keys.type));
  const squashing = member(type, 'transient_data_squashing_hints');
  hints.transient_data_squashing_hints = sized(inputs.hints.transient_data_squashing_hints, squashing,
    { note_hash_index: TOO_LARGE, nullifier_index: TOO_LARGE });
  return { ...inputs, hints };
}

const spread = (list, count) => list.filter((_, i) => i % Math.ceil(list.length / count) === 0).slice(0, count);
for (const name of ['init', 'inner', 'tail', 'tail_to_public'].map(kind => `private_kernel_${kind}`)) {
  for (const { inputs, phase } of spread(runs[`${name}_simulated`] ?? [], PER_CIRCUIT)) await run(name, inputs, phase);
}
for (const [hiding, tail] of [['to_rollup', 'tail'], ['to_public', 'tail_to_public']]) {
  const { key } = circuits[`private_kernel_${tail}`];
  const index = getVKIndex(Fr.fromHexString(`0x${key.hash.replace('0x', '')}`));
  const sibling_path = getVKSiblingPath(index).map(node => node.toString());
  const vk = { vk: { key: key.fields, hash: `0x${key.hash.replace('0x', '')}` }, leaf_index: `0x${index.toString(16)}`, sibling_path };
  for (const { output, phase } of spread(runs[`private_kernel_${tail}_simulated`] ?? [], 3)) {
    await run(`hiding_kernel_${hiding}`, { previous_kernel_public_inputs: output, previous_kernel_vk_data: vk }, phase);
  }
}
const resets = Object.entries(runs).filter(([name]) => name.startsWith('private_kernel_reset')).flatMap(([, list]) => list);
for (const name of Object.keys(circuits).filter(name => name.startsWith('private_kernel_reset')).sort()) {
  const isSimulated = name.includes('simulated');
  for (const { inputs, phase } of spread(resets, isSimulated ? 1 : RESETS)) {
    await run(name, resetInputs(name, inputs), phase);
  }
}
console.log(JSON.stringify(counts));
