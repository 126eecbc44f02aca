// Writes the bytecode that the recorded executions in a folder run and that is not there, from the official packages:
//   node bytecode.mjs FOLDER
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const PACKAGES = ['accounts', 'noir-contracts.js', 'noir-protocol-circuits-types', 'noir-test-contracts.js',
  'protocol-contracts'].map(name => `@aztec/${name}`);
const folder = process.argv[2];
const recorded = readdirSync(folder).filter(name => name.endsWith('.json'));
const missing = new Set(recorded.map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')).sha)
  .filter(sha => !existsSync(join(folder, `${sha}.bc`))));
const needed = missing.size;
const require = createRequire(import.meta.url);
for (const name of PACKAGES) {
  const artifacts = require.resolve.paths(name).map(path => join(path, name, 'artifacts')).find(existsSync);
  for (const file of artifacts ? readdirSync(artifacts).filter(file => file.endsWith('.json')) : []) {
    const artifact = JSON.parse(readFileSync(join(artifacts, file), 'utf8'));
    for (const { bytecode } of artifact.functions ?? [artifact]) {
      const program = Buffer.from(bytecode ?? '', 'base64');
      const sha = createHash('sha256').update(program).digest('hex').slice(0, 32);
      if (missing.delete(sha)) writeFileSync(join(folder, `${sha}.bc`), program);
    }
  }
}
console.log(`${needed - missing.size} of ${needed} missing programs written`);
process.exit(missing.size ? 1 : 0);
