// Records what the official local network deploys when it starts (see README.md). The network must be fresh.
//   AZTEC_NODE_URL  its JSON-RPC, default http://127.0.0.1:8080
//   OUT             folder to write, default this one
import { getInitialTestAccountsData } from '@aztec/accounts/testing';
import { getContractInstanceFromInstantiationParams } from '@aztec/aztec.js/contracts';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { SPONSORED_FPC_SALT } from '@aztec/constants';
import { Fr } from '@aztec/foundation/curves/bn254';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { FPCContract } from '@aztec/noir-contracts.js/FPC';
import { SponsoredFPCContract } from '@aztec/noir-contracts.js/SponsoredFPC';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const url = process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080';
const out = process.env.OUT ?? dirname(fileURLToPath(import.meta.url));
const node = createAztecNodeClient(url);
const plain = value => JSON.parse(jsonStringify(value));

const known = await getInitialTestAccountsData();
const instanceOf = (Contract, params) => getContractInstanceFromInstantiationParams(Contract.artifact, params);
const salt = new Fr(0);
const admin = known[0].address;
const token = await instanceOf(TokenContract, { constructorArgs: [admin, 'BC', 'BC', 18n], salt });
const expected = [
  ['Token', token],
  ['FPC', await instanceOf(FPCContract, { constructorArgs: [token.address, admin], salt })],
];
const sponsor = await instanceOf(SponsoredFPCContract, { salt: new Fr(SPONSORED_FPC_SALT) });

// The blocks with a deployment in them; the network makes no other at its start.
const tips = await node.getL2Tips();
const blocks = await node.getBlocks(1, tips.proposed.number);
const u32 = n => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
const effects = blocks.map(block => block.body.txEffects.map(effect => effect.toBuffer()));
const bytes = Buffer.concat([
  u32(effects.length),
  ...effects.flatMap(list => [u32(list.length), ...list.flatMap(effect => [u32(effect.length), effect])]),
]);
writeFileSync(join(out, 'deployments.bin.z'), deflateSync(bytes, { level: 9 }));

const published = async address => {
  const instance = await node.getContract(address);
  if (!instance) throw new Error(`${address} is not deployed: is the network fresh, and has it finished starting?`);
  return { address, classId: instance.currentContractClassId };
};
const contracts = [];
for (const [name, { address }] of expected) contracts.push({ name, ...await published(address), published: true });
contracts.push({
  name: 'SponsoredFPC', address: sponsor.address, classId: sponsor.currentContractClassId, published: false,
});
const FUNDS = '10000000000000000000000';
const header = await node.getBlockHeader(1);
const accounts = known.map(({ address, secret, salt, signingKey }) => ({
  type: 'schnorr', address, secret, salt, signingKey: signingKey.toString(),
}));
const facts = {
  accounts, contracts,
  funded: { amount: FUNDS, addresses: [...accounts.map(a => a.address), contracts[1].address, sponsor.address] },
  genesisArchiveRoot: header.lastArchive.root,
  rollupVersion: await node.getVersion(),
  nodeInfo: await node.getNodeInfo(),
  allowedPublicSetup: await node.getAllowedPublicSetup(),
  currentMinFees: await node.getCurrentMinFees(),
  blocks: blocks.map(block => ({
    number: block.number,
    header: block.header.globalVariables,
    txs: block.body.txEffects.map(effect => ({
      txHash: effect.txHash,
      bytes: effect.toBuffer().length,
      classLogs: effect.contractClassLogs.map(log => log.fields.fields[1]),
    })),
  })),
};
writeFileSync(join(out, 'recorded.json'), `${JSON.stringify(plain(facts), undefined, 1)}\n`);
console.log(`${blocks.length} blocks, ${effects.flat().length} txs, ${bytes.length} bytes`);
process.exit(0);
