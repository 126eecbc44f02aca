// Writes the official package files that depend on the SRS anew, with the keys of the insecure development SRS
// (circuits/development/keys.bin.z): node tests/conformance/development/write.mjs FOLDER
// The official packages themselves stay as they are; use.mjs lays the folder over them.
import '../official.mjs';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

const { poseidon2Hash } = await import('@aztec/foundation/crypto/poseidon');
const { vkAsFieldsMegaHonk } = await import('@aztec/foundation/crypto/keys');
const { Fr } = await import('@aztec/foundation/curves/bn254');
const { loadContractArtifact } = await import('@aztec/stdlib/abi');
const { getContractClassFromArtifact, getContractInstanceFromInstantiationParams } = await import('@aztec/stdlib/contract');
const { hashVK } = await import('@aztec/stdlib/hash');
const { PublicKeys } = await import('@aztec/stdlib/keys');
const { ProtocolContracts } = await import('@aztec/stdlib/tx');
const { ProtocolContractAddress, ProtocolContractsList, protocolContractsHash } = await import('@aztec/protocol-contracts');

const folder = process.argv[2];
if (!folder) throw new Error('name the folder to write to');
const packages = join(resolve(process.env.AZTEC_REFERENCE ?? '.'), 'node_modules/@aztec');
const read = name => readFileSync(join(packages, name), 'utf8');
const write = (name, text) => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

// The keys, by the SHA-256 of the code as it was shipped. circuits/src/set/keys.rs tells how they lie in the file.
const KEY = 4064;
const file = process.env.DEVELOPMENT_KEYS
  ?? join(dirname(fileURLToPath(import.meta.url)), '../../../circuits/development/keys.bin.z');
const bytes = inflateSync(readFileSync(file));
const keys = new Map();
for (let at = 40; at + 32 + KEY <= bytes.length - 32; at += 32 + KEY) {
  keys.set(bytes.toString('hex', at, at + 32), bytes.subarray(at + 32, at + 32 + KEY));
}
const keyOf = (name, code) => {
  const key = keys.get(createHash('sha256').update(Buffer.from(code, 'base64')).digest('hex'));
  if (!key) throw new Error(`no key for ${name}`);
  return key;
};

// Circuits.
const circuits = 'noir-protocol-circuits-types/artifacts';
const hashes = new Map();
for (const name of readdirSync(join(packages, circuits))) {
  if (!/^(private_kernel|hiding).*\.json$/.test(name) || name.includes('simulated')) continue;
  const circuit = JSON.parse(read(`${circuits}/${name}`));
  const key = keyOf(name, circuit.bytecode);
  const fields = await vkAsFieldsMegaHonk(key);
  const hash = (await hashVK(fields)).toString();
  hashes.set(circuit.verificationKey.hash.slice(2), hash.slice(2));
  circuit.verificationKey = { bytes: key.toString('hex'), fields: fields.map(String), hash };
  write(`${circuits}/${name}`, JSON.stringify(circuit));
}

// The tree of their keys: 128 leaves, then each level above.
const tree = [...read('noir-protocol-circuits-types/dest/vk_tree.js').matchAll(/'([0-9a-f]{64})'/g)].map(match => match[1]);
const levels = async leaves => {
  const nodes = [...leaves];
  for (let level = leaves; level.length > 1;) {
    const pairs = level.flatMap((node, i) => (i % 2 ? [] : [[node, level[i + 1]]]));
    level = await Promise.all(pairs.map(async pair =>
      (await poseidon2Hash(pair.map(node => Fr.fromHexString(`0x${node}`)))).toString().slice(2)));
    nodes.push(...level);
  }
  return nodes;
};
if (`${await levels(tree.slice(0, 128))}` !== `${tree}`) throw new Error('the official tree is not understood');
const nodes = await levels(tree.slice(0, 128).map(leaf => hashes.get(leaf) ?? leaf));
write('noir-protocol-circuits-types/dest/vk_tree.js', `import { MerkleTree } from '@aztec/foundation/trees';
export const vkTree = new MerkleTree(7, ${JSON.stringify(nodes)}.map(hex => Buffer.from(hex, 'hex')));
`);
console.log(`${hashes.size} circuits, root of the tree of keys 0x${nodes.at(-1)}`);

// Contracts: the artifacts, and what is known of the protocol's.
const dataFile = 'protocol-contracts/dest/protocol_contract_data.js';
let data = read(dataFile);
const replace = (from, to) => {
  if (!data.includes(`${from}`)) throw new Error(`${from} is not in ${dataFile}`);
  data = data.replaceAll(`${from}`, `${to}`);
};
const moved = [];
let count = 0;
for (const artifacts of ['accounts', 'noir-contracts.js', 'protocol-contracts'].map(name => `${name}/artifacts`)) {
  for (const name of readdirSync(join(packages, artifacts)).filter(name => name.endsWith('.json'))) {
    const official = JSON.parse(read(`${artifacts}/${name}`));
    if (!official.functions) continue;
    const contract = structuredClone(official);
    for (const f of contract.functions.filter(f => f.verification_key)) {
      f.verification_key = keyOf(`${name}, ${f.name}`, f.bytecode).toString('base64');
    }
    write(`${artifacts}/${name}`, JSON.stringify(contract));
    count += 1;
    const protocol = basename(name, '.json');
    if (!artifacts.startsWith('protocol-contracts') || !(protocol in ProtocolContractAddress)) continue;
    const load = async json => {
      const artifact = loadContractArtifact(json);
      const params = { salt: new Fr(1), publicKeys: PublicKeys.default(), deployer: ProtocolContractAddress[protocol] };
      return {
        ...await getContractClassFromArtifact(artifact),
        address: (await getContractInstanceFromInstantiationParams(artifact, params)).address,
      };
    };
    const [before, after] = [await load(official), await load(contract)];
    if (before.id.equals(after.id)) continue;
    replace(before.id, after.id);
    replace(before.privateFunctionsRoot, after.privateFunctionsRoot);
    replace(before.address, after.address);
    before.privateFunctions.forEach((f, i) => replace(f.vkHash, after.privateFunctions[i].vkHash));
    moved.push([before.address, after.address]);
  }
}
// Their hash is over the addresses, which follow from the classes.
const addresses = ProtocolContractsList.derivedAddresses.map(address =>
  moved.find(([from]) => from.equals(address))?.[1] ?? address);
const hash = await new ProtocolContracts(addresses).hash();
replace(protocolContractsHash, hash);
write(dataFile, data);
console.log(`${count} contracts, hash of the protocol contracts ${hash}`);
