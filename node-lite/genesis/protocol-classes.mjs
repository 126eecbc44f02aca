// Writes protocol-classes.bin.z: the public bytecode of the protocol contracts, from the official packages 4.1.2.
// Run where those are installed: node protocol-classes.mjs > protocol-classes.bin.z
//
// Deflated (zlib form): for each contract, in the order of their addresses 1 to 6, a four-byte length (big-endian) and
// that many bytes.
import { deflateSync } from 'node:zlib';
import { ProtocolContractAddress } from '@aztec/protocol-contracts';
import { BundledProtocolContractsProvider } from '@aztec/protocol-contracts/providers/bundle';

const provider = new BundledProtocolContractsProvider();
const names = Object.entries({
  AuthRegistry: 'CanonicalAuthRegistry', ContractInstanceRegistry: 'ContractInstanceRegistry', ContractClassRegistry: 'ContractClassRegistry',
  MultiCallEntrypoint: 'MultiCallEntrypoint', FeeJuice: 'FeeJuice', PublicChecks: 'PublicChecks',
});
const contracts = await Promise.all(
  names.map(async ([name, address]) => {
    const { contractClass } = await provider.getProtocolContractArtifact(name);
    const at = ProtocolContractAddress[address] ?? ProtocolContractAddress[name];
    return { name, at: at.toField().toBigInt(), id: contractClass.id.toString(), bytecode: contractClass.packedBytecode };
  }),
);
contracts.sort((a, b) => Number(a.at - b.at));
const parts = contracts.flatMap(({ bytecode }) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytecode.length);
  return [length, bytecode];
});
for (const { name, at, id, bytecode } of contracts) console.error(name, at, id, bytecode.length);
process.stdout.write(deflateSync(Buffer.concat(parts), { level: 9 }));
