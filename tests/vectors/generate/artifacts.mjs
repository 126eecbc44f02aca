// Every artifact of the five official packages: what the official code computes from the JSON as shipped.
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';

import { aztec, Fr, hex, packageFile, Topic } from './lib.mjs';

const abi = await aztec('stdlib/abi');
const contract = await aztec('stdlib/contract');
const { hashVK } = await aztec('stdlib/hash');
const vks = await aztec('noir-protocol-circuits-types/vk-tree');
for (const name of ['noir-contracts.js', 'noir-test-contracts.js', 'accounts', 'protocol-contracts']) {
  // Recorded with the versions; their JSON is read as files.
  await aztec(`${name}/package.json`).catch(() => undefined);
}

const t = new Topic('artifacts');
const selectorOf = f => abi.FunctionSelector.fromNameAndParameters(f.name, f.parameters);
const files = name =>
  readdirSync(packageFile(`${name}/artifacts`))
    .filter(file => file.endsWith('.json'))
    .sort();
const read = (name, file) => JSON.parse(readFileSync(packageFile(`${name}/artifacts/${file}`), 'utf8'));

for (const name of ['noir-contracts.js', 'noir-test-contracts.js', 'accounts', 'protocol-contracts']) {
  for (const file of files(name)) {
    const loaded = abi.loadContractArtifact(read(name, file));
    const klass = await contract.getContractClassFromArtifact(loaded);
    const preimage = await contract.computeArtifactHashPreimage(loaded);
    const vkHash = async f => (f.verificationKey ? { vkHash: await contract.computeVerificationKeyHash(f) } : {});
    const functions = [];
    for (const f of loaded.functions) {
      const size = f.bytecode.length;
      const hash = await contract.computeFunctionArtifactHash(f);
      functions.push({ name: f.name, type: f.functionType, selector: await selectorOf(f), size, hash, ...(await vkHash(f)) });
    }
    const publicFunctions = [];
    for (const f of loaded.nonDispatchPublicFunctions) {
      publicFunctions.push({ name: f.name, selector: await selectorOf(f) });
    }
    await t.ok('contract', { package: `@aztec/${name}`, artifact: basename(file, '.json') }, () => ({
      name: loaded.name,
      functions,
      publicFunctions,
      storageLayout: loaded.storageLayout,
      initializer: abi.getDefaultInitializer(loaded)?.name ?? '',
      ...preimage,
      artifactHash: klass.artifactHash,
      privateFunctionsRoot: klass.privateFunctionsRoot,
      publicBytecodeCommitment: klass.publicBytecodeCommitment,
      classId: klass.id,
    }));
  }
}

for (const file of files('noir-protocol-circuits-types')) {
  const { bytecode, verificationKey } = read('noir-protocol-circuits-types', file);
  const input = { package: '@aztec/noir-protocol-circuits-types', artifact: basename(file, '.json') };
  const size = Buffer.from(bytecode, 'base64').length;
  await t.ok('circuit', input, async () => {
    if (verificationKey === undefined) return { size };
    const fields = verificationKey.fields.map(text => Fr.fromHexString(text));
    const vkHash = Fr.fromHexString(verificationKey.hash);
    // Keys of rollup circuits (115 or 59 fields) are hashed by another rule than `hashVK`: the file says what they hash to.
    const fieldsHash = await hashVK(fields);
    return { size, fields: fields.length, fieldsHash, vkHash, vkIndex: vks.getVKTree().getIndex(vkHash.toBuffer()) };
  });
}
await t.ok('verificationKeyTree', {}, () => ({
  root: vks.getVKTreeRoot(),
  leaves: vks
    .getVKTree()
    .leaves.map(leaf => hex(leaf))
    .filter(leaf => !/^0x0*$/.test(leaf)),
  path: vks.getVKSiblingPath(5),
}));

t.write();
