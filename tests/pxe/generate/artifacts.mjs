// Which package and file an artifact comes from: recordings name artifacts, they do not hold them.
import { getContractClassFromArtifact } from '@aztec/stdlib/contract';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const PACKAGES = ['accounts', 'protocol-contracts', 'noir-contracts.js', 'noir-test-contracts.js'];

const files = new Map();
const require = createRequire(import.meta.url);
for (const name of PACKAGES.map(short => `@aztec/${short}`)) {
  const folders = require.resolve.paths(name).concat(join(process.env.AZTEC_REFERENCE ?? '.', 'node_modules'));
  const folder = folders.map(path => join(path, name, 'artifacts')).find(existsSync);
  for (const file of readdirSync(folder).filter(file => file.endsWith('.json'))) {
    const contract = file.replace(/^.*-/, '').replace('.json', '');
    if (!files.has(contract)) files.set(contract, `${name}/artifacts/${file}`);
  }
}

const known = new Map();

/** Name, file and class of an artifact. */
export async function describeArtifact(artifact) {
  if (!artifact) return undefined;
  if (!known.has(artifact)) {
    const { id } = await getContractClassFromArtifact(artifact);
    const file = files.get(artifact.name);
    if (!file) throw new Error(`no package has ${artifact.name}`);
    known.set(artifact, { name: artifact.name, file, class: id.toString() });
  }
  return known.get(artifact);
}
