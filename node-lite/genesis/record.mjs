// Records what the official local network deploys when it starts (see README.md). The network must be fresh.
//   --addresses     only prints what is funded
//   --deploy        first deploys it, on a network where nothing is yet
//   --name NAME     name of the files, default official
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
import { parseArgs } from 'node:util';
import { deflateSync } from 'node:zlib';

const { values: options } = parseArgs({
  options: {
    addresses: { type: 'boolean', default: false },
    deploy: { type: 'boolean', default: false },
    name: { type: 'string', default: 'official' },
  },
});
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

const funded = [...known.map(account => account.address), expected[1][1].address, sponsor.address];
if (options.addresses) {
  console.log(funded.join());
  process.exit(0);
}
if (options.deploy) {
  // As `createLocalNetwork` in @aztec/aztec/src/local-network does.
  const { EmbeddedWallet } = await import('@aztec/wallets/embedded');
  const { deployFundedSchnorrAccounts } = await import('@aztec/wallets/testing');
  const wallet = await EmbeddedWallet.create(node, { pxeConfig: { proverEnabled: false }, ephemeral: true });
  await deployFundedSchnorrAccounts(wallet, known);
  const send = { from: admin, contractAddressSalt: salt, universalDeploy: true };
  await Promise.all([
    TokenContract.deploy(wallet, admin, 'BC', 'BC', 18n).send(send),
    FPCContract.deploy(wallet, token.address, admin).send(send),
  ]);
  await wallet.stop();
}

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
writeFileSync(join(out, `${options.name}.bin.z`), deflateSync(bytes, { level: 9 }));

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
const setup = await node.getAllowedPublicSetup();
// The token's class is another one with other keys.
const allowed = setup.map(element => (element.classId ? { ...element, classId: token.currentContractClassId } : element));
const accounts = known.map(({ address, secret, salt, signingKey }) => ({
  type: 'schnorr', address, secret, salt, signingKey: signingKey.toString(),
}));
const facts = {
  accounts, contracts,
  funded: { amount: FUNDS, addresses: funded },
  genesisArchiveRoot: header.lastArchive.root,
  rollupVersion: await node.getVersion(),
  nodeInfo: await node.getNodeInfo(),
  allowedPublicSetup: allowed,
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
writeFileSync(join(out, `${options.name}.json`), `${JSON.stringify(plain(facts), undefined, 1)}\n`);
console.log(`${blocks.length} blocks, ${effects.flat().length} txs, ${bytes.length} bytes`);
process.exit(0);
