// Records a call of every private and utility function of the official contracts, with arguments made of their types,
// on an official local network:
//   OUT=... node --require ./hook.cjs sweep.mjs
// Contracts are registered with the PXE, not deployed: those that need their constructor fail at the check for it. Many
// calls fail, each in its own way, which is the point.
//   AZTEC_NODE_URL  its JSON-RPC, default http://127.0.0.1:8080
//   ROUND           which arguments: 0 small ones, 1 larger ones
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { Contract, getContractInstanceFromInstantiationParams } from '@aztec/aztec.js/contracts';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { Fr } from '@aztec/foundation/curves/bn254';
import { FunctionType, loadContractArtifact } from '@aztec/stdlib/abi';
import { EmbeddedWallet } from '@aztec/wallets/embedded';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const url = process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080';
const round = Number(process.env.ROUND ?? 0);
const wallet = await EmbeddedWallet.create(createAztecNodeClient(url), { ephemeral: true });
const accounts = [];
for (const { secret, salt, signingKey } of await getInitialTestAccountsData()) {
  accounts.push((await wallet.createSchnorrAccount(secret, salt, signingKey)).address);
}
const [alice, bob] = accounts;

/** A value of a type. Numbers count up, so that arguments differ. */
function argument(type, counter) {
  switch (type.kind) {
    case 'field': return new Fr(BigInt(counter.next++));
    case 'boolean': return counter.next++ % 2 === 0;
    case 'integer': {
      const bits = type.sign === 'signed' ? type.width - 1 : type.width;
      return BigInt(counter.next++) % (1n << BigInt(bits));
    }
    case 'string': return 'a'.repeat(type.length);
    case 'array': return Array.from({ length: type.length }, () => argument(type.type, counter));
    case 'tuple': return type.fields.map(field => argument(field, counter));
    case 'struct': {
      if (type.path.endsWith('address::AztecAddress')) return counter.next++ % 2 ? alice : bob;
      if (type.path.endsWith('FunctionSelector')) return counter.next++;
      if (type.fields.length === 1 && type.fields[0].name === 'inner') return argument(type.fields[0].type, counter);
      if (type.path.endsWith('BoundedVec')) return [argument(type.fields[0].type.type, counter)];
      if (type.path === 'std::option::Option') {
        return counter.next++ % 2 ? argument(type.fields[1].type, counter) : undefined;
      }
      return Object.fromEntries(type.fields.map(({ name, type }) => [name, argument(type, counter)]));
    }
    default: throw new Error(`no value of kind ${type.kind}`);
  }
}
const argumentsOf = ({ parameters }) => {
  const counter = { next: round === 0 ? 1 : 1_000_003 };
  return parameters.map(({ type }) => argument(type, counter));
};

const require = createRequire(import.meta.url);
const counts = { solved: 0, failed: 0, skipped: 0 };
for (const name of ['@aztec/noir-test-contracts.js', '@aztec/noir-contracts.js']) {
  const folder = require.resolve.paths(name).map(path => join(path, name, 'artifacts')).find(path => {
    try { return readdirSync(path).length > 0; } catch { return false; }
  });
  for (const file of readdirSync(folder).filter(file => file.endsWith('.json')).sort()) {
    const artifact = loadContractArtifact(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    let contract;
    try {
      const initializer = [...artifact.functions, ...artifact.nonDispatchPublicFunctions].find(abi => abi.isInitializer);
      const instance = await getContractInstanceFromInstantiationParams(artifact, {
        constructorArtifact: initializer, constructorArgs: initializer ? argumentsOf(initializer) : [], salt: new Fr(9),
      });
      await wallet.registerContract(instance, artifact);
      contract = Contract.at(instance.address, artifact, wallet);
    } catch (error) {
      console.log(`${artifact.name}: ${error.message.split('\n')[0]}`);
      counts.skipped += artifact.functions.length;
      continue;
    }
    for (const abi of artifact.functions) {
      if (abi.functionType === FunctionType.PUBLIC || abi.name === 'public_dispatch' || abi.name === 'sync_state') continue;
      globalThis.phase = `${artifact.name}.${abi.name}`;
      try {
        await contract.methods[abi.name](...argumentsOf(abi)).simulate({ from: alice });
        counts.solved++;
      } catch (error) {
        counts.failed++;
        console.log(`${globalThis.phase}: ${error.message.split('\n')[0].slice(0, 160)}`);
      }
    }
  }
}
console.log(JSON.stringify(counts));
await wallet.stop();
process.exit(0);
