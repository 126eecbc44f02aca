// Artifacts, classes, instances, protocol contracts.
import { readFileSync } from 'node:fs';

import { aztec, Fq, Fr, hex, official, packageFile, packed, packedFields, Topic } from './lib.mjs';

const abi = await aztec('stdlib/abi');
const contract = await aztec('stdlib/contract');
const { PublicKeys } = await aztec('stdlib/keys');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const protocol = await aztec('protocol-contracts');
const { Grumpkin } = await aztec('foundation/crypto/grumpkin');
const { vkAsFieldsMegaHonk } = await aztec('foundation/crypto/keys');

const t = new Topic('contract');
const { rng } = t;
const N = 200;
const address = () => new AztecAddress(rng.fr());
const selector = () => new abi.FunctionSelector(rng.bytes(4).readUInt32BE());
const point = async () => {
  const s = rng.fq();
  return Grumpkin.mul(Grumpkin.generator, s.isZero() ? new Fq(1n) : s);
};

// Bytecode.
const lengths = [0, 1, 2, 30, 31, 32, 61, 62, 63, 93, 3000, 20000, 92938];
for (let i = 0; i < N; i++) {
  const length = lengths[i] ?? rng.int(400);
  const bytes = length > 1000 ? Buffer.from(rng.list(length, j => (j * 7) % 256)) : rng.bytes(length);
  await t.ok('bytecodeCommitment', packed(bytes), () => contract.computePublicBytecodeCommitment(bytes));
}
for (const length of [92970, 93000, 100000]) {
  const bytes = Buffer.alloc(length, 1);
  await t.refuses('bytecodeCommitment', packed(bytes), () => contract.computePublicBytecodeCommitment(bytes));
}

// Private functions and class ids.
for (let i = 0; i < N; i++) {
  const functions = rng.list(i < 20 ? i : rng.int(12), () => ({ selector: selector(), vkHash: rng.fr() }));
  if (i === 20) functions.push(...rng.list(128 - functions.length, () => ({ selector: selector(), vkHash: rng.fr() })));
  await t.ok('privateFunctionsRoot', functions, () => contract.computePrivateFunctionsRoot(functions));
  const fn = { selector: selector(), vkHash: rng.fr() };
  await t.ok('privateFunctionLeaf', fn, async () => hex(await contract.computePrivateFunctionLeaf(fn)));
  const [one] = functions.length > 0 ? [rng.pick(functions)] : [];
  if (one !== undefined && functions.length < 100) {
    await t.ok('privateFunctionMembership', { functions, selector: one.selector }, async () => {
      const tree = await contract.computePrivateFunctionsTree(functions);
      const index = tree.getIndex(await contract.computePrivateFunctionLeaf(one));
      return { index, siblings: tree.getSiblingPath(index).map(b => hex(b)) };
    });
  }
  if (functions.length < 12) {
    const bytecode = rng.bytes(rng.int(200));
    const full = { version: 1, artifactHash: rng.fr(), privateFunctions: functions, packedBytecode: bytecode };
    const input = { ...full, packedBytecode: packed(bytecode) };
    await t.ok('contractClass', input, () => contract.computeContractClassIdWithPreimage(full));
  }
  const preimage = { artifactHash: rng.fr(), privateFunctionsRoot: rng.fr(), publicBytecodeCommitment: rng.fr() };
  await t.ok('contractClassId', preimage, () => contract.computeContractClassId(preimage));
}
for (let i = 0; i < 20; i++) {
  const functions = rng.list(3, () => ({ selector: selector(), vkHash: rng.fr() }));
  const bytecode = rng.bytes(i * 31);
  const full = { version: 1, artifactHash: rng.fr(), privateFunctions: functions, packedBytecode: bytecode };
  await t.ok('contractClass', { ...full, packedBytecode: packed(bytecode) }, () =>
    contract.computeContractClassIdWithPreimage(full),
  );
  const [one] = functions;
  await t.ok('privateFunctionMembership', { functions, selector: one.selector }, async () => {
    const tree = await contract.computePrivateFunctionsTree(functions);
    const index = tree.getIndex(await contract.computePrivateFunctionLeaf(one));
    return { index, siblings: tree.getSiblingPath(index).map(b => hex(b)) };
  });
}

// A verification key: 3 header fields and 31 commitments of 4 limbs, made of points of a real key and the generator.
const shipped = JSON.parse(readFileSync(packageFile('protocol-contracts/artifacts/FeeJuice.json'), 'utf8'));
const real = Buffer.from(shipped.functions.find(f => f.verification_key).verification_key, 'base64');
const commitments = rng.list(31, i => real.subarray((3 + 4 * i) * 32, (7 + 4 * i) * 32));
const generator = Buffer.concat([1n, 0n, 2n, 0n].map(v => new Fr(v).toBuffer()));
const verificationKey = () => {
  const header = rng.list(3, () => new Fr(rng.int(100)).toBuffer());
  return Buffer.concat([...header, ...rng.list(31, () => (rng.int(12) === 0 ? rng.pick(commitments) : generator))]);
};
await t.ok('verificationKeyFields', packed(real), async () => packedFields(await vkAsFieldsMegaHonk(real)));
for (let i = 0; i < N; i++) {
  const bytes = verificationKey();
  await t.ok('verificationKeyFields', packed(bytes), async () => packedFields(await vkAsFieldsMegaHonk(bytes)));
}

// Synthetic artifacts, in the form the compiler ships.
const field = { kind: 'field' };
const struct = (path, ...fields) => ({ kind: 'struct', path, fields: fields.map(([name, type]) => ({ name, type })) });
const types = [
  field,
  { kind: 'boolean' },
  { kind: 'integer', sign: 'unsigned', width: 128 },
  { kind: 'integer', sign: 'signed', width: 32 },
  { kind: 'string', length: 31 },
  { kind: 'array', length: 3, type: field },
  struct('aztec::protocol_types::address::AztecAddress', ['inner', field]),
  struct('lib::Pair', ['a', field], ['b', { kind: 'boolean' }]),
];
const tuple = { kind: 'tuple', fields: [field, { kind: 'boolean' }] };
const words = ['mint', 'burn', 'transfer', 'balance_of', 'constructor', 'sync', 'init', 'set', 'get', 'é_unicode'];
const artifact = i => {
  const name = rng.pick(['Token', 'Wallet', 'A', 'Überweisung', 'With "quotes" and \\ and \n']);
  const functions = rng.list(i < 8 ? i : rng.int(8), j => {
    const attribute = rng.pick(['abi_private', 'abi_private', 'abi_utility', 'abi_public']);
    const parameters = rng.list(rng.int(4), k => ({ name: `p${k}`, type: rng.pick(types), visibility: 'private' }));
    if (attribute === 'abi_private' && rng.bool()) {
      const inputs = struct('aztec::context::inputs::PrivateContextInputs', ['call_context', field]);
      parameters.unshift({ name: 'inputs', type: inputs, visibility: 'private' });
    }
    const extra = rng.int(4) === 0 ? [rng.pick(['abi_initializer', 'abi_view', 'abi_only_self'])] : [];
    return {
      name: `${rng.pick(words)}_${j}`,
      is_unconstrained: attribute !== 'abi_private',
      custom_attributes: [attribute, ...extra],
      abi: {
        parameters,
        return_type: rng.bool() ? { abi_type: rng.pick([...types, tuple]), visibility: 'public' } : null,
        error_types: rng.bool() ? { '1234567890123456789': { error_kind: 'string', string: 'no' } } : {},
      },
      bytecode: rng.bytes(rng.int(60)).toString('base64'),
      debug_symbols: 'XQAAAAA=',
      ...(attribute === 'abi_private' ? { verification_key: 'VK' } : {}),
    };
  });
  if (rng.bool()) {
    functions.push({
      name: 'public_dispatch',
      is_unconstrained: true,
      custom_attributes: ['abi_public'],
      abi: {
        parameters: [{ name: 'selector', type: field, visibility: 'private' }],
        return_type: null,
        error_types: {},
      },
      bytecode: rng.bytes(rng.int(200)).toString('base64'),
      debug_symbols: 'XQAAAAA=',
    });
  }
  const returning = functions
    .filter(() => rng.bool())
    .map(f => {
      const parameters = ['parameters', struct(`${name}::${f.name}_parameters`, ['x', field])];
      return struct(`${name}::${f.name}_abi`, parameters, ...(rng.bool() ? [['return_type', rng.pick(types)]] : []));
    });
  const events = rng.list(rng.int(3), j => struct(`${name}::Event${j}`, ['amount', field], ['to', types[6]]));
  const text = value => ({ kind: 'string', value });
  const integer = value => ({ kind: 'integer', value, sign: false });
  const record = fields => ({
    kind: 'struct',
    fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
  });
  const slots = Object.fromEntries(
    rng.list(rng.int(4), j => [`slot_${j}`, record({ slot: integer(rng.fr().toString().slice(2)) })]),
  );
  const storage = record({ contract_name: text(name), fields: record(slots) });
  const foreign = record({ contract_name: text('Other'), fields: record({ x: record({ slot: integer('01') }) }) });
  const notes = {
    kind: 'array',
    value: [
      { kind: 'boolean', value: true },
      { kind: 'tuple', fields: [integer('0a'), text('n')] },
    ],
  };
  return {
    transpiled: true,
    noir_version: '1.0.0',
    name,
    functions,
    outputs: {
      structs: {
        ...(returning.length || rng.bool() ? { functions: returning } : { functions: [] }),
        ...(rng.bool() ? { events } : {}),
      },
      globals: {
        ...(rng.bool() ? { storage: rng.bool() ? [foreign, storage] : [storage] } : {}),
        ...(rng.bool() ? { notes: [notes] } : {}),
      },
    },
    file_map: {},
  };
};
for (let i = 0; i < N; i++) {
  const raw = artifact(i);
  const key = verificationKey();
  // The key is given once: every private function's "VK" stands for it.
  const withKeys = {
    ...raw,
    functions: raw.functions.map(f => (f.verification_key ? { ...f, verification_key: key.toString('base64') } : f)),
  };
  const copy = JSON.parse(JSON.stringify(withKeys));
  await t.ok('artifact', { artifact: raw, verificationKey: packed(key) }, async () => {
    const loaded = abi.loadContractArtifact(copy);
    const leaves = [];
    for (const f of loaded.functions) {
      leaves.push({
        name: f.name,
        selector: await abi.FunctionSelector.fromNameAndParameters(f),
        type: f.functionType,
        isInitializer: f.isInitializer,
        isStatic: f.isStatic,
        isOnlySelf: f.isOnlySelf,
        metadataHash: contract.computeFunctionMetadataHash(f),
        artifactHash: await contract.computeFunctionArtifactHash(f),
      });
    }
    const preimage = await contract.computeArtifactHashPreimage(loaded);
    const klass = await contract.getContractClassFromArtifact(loaded);
    return {
      functions: leaves,
      publicFunctions: loaded.nonDispatchPublicFunctions.map(f => f.name),
      storageLayout: loaded.storageLayout,
      initializer: abi.getDefaultInitializer(loaded)?.name ?? '',
      ...preimage,
      artifactHash: klass.artifactHash,
      privateFunctionsRoot: klass.privateFunctionsRoot,
      publicBytecodeCommitment: klass.publicBytecodeCommitment,
      classId: klass.id,
    };
  });
}
for (const broken of [{ transpiled: false }, { transpiled: undefined }, { functions: 5 }, { name: 7 }]) {
  const raw = { ...artifact(1), ...broken };
  await t.refuses('artifact', { artifact: raw, verificationKey: '0x' }, () =>
    abi.loadContractArtifact(JSON.parse(JSON.stringify(raw))),
  );
}
for (const attributes of [[], ['abi_other']]) {
  const raw = artifact(1);
  raw.functions[0].custom_attributes = attributes;
  await t.refuses('artifact', { artifact: raw, verificationKey: '0x' }, () =>
    abi.loadContractArtifact(JSON.parse(JSON.stringify(raw))),
  );
}

// Instances.
for (let i = 0; i < N; i++) {
  const instance = new contract.SerializableContractInstance({
    version: 1,
    salt: rng.fr(),
    deployer: i % 3 ? address() : AztecAddress.ZERO,
    currentContractClassId: rng.fr(),
    originalContractClassId: rng.fr(),
    initializationHash: i % 4 ? rng.fr() : Fr.ZERO,
    publicKeys:
      i % 5 ? new PublicKeys(await point(), await point(), await point(), await point()) : PublicKeys.default(),
  });
  await t.ok('contractInstance', instance.toBuffer(), async () => {
    const at = await contract.computeContractAddressFromInstance(instance);
    return {
      saltedInitializationHash: await contract.computeSaltedInitializationHash(instance),
      partialAddress: await contract.computePartialAddress(instance),
      address: at,
      json: official(instance.withAddress(at)),
    };
  });
  const args = rng.list(i % 9, () => rng.fr());
  const of = selector();
  await t.ok('initializationHash', { selector: of, args }, () =>
    contract.computeInitializationHashFromEncodedArgs(of, args),
  );
}
await t.ok('noInitializationHash', {}, () => contract.computeInitializationHash(undefined, []));

// Protocol contracts.
for (const name of protocol.protocolContractNames) {
  await t.ok('protocolContract', name, () => ({
    address: protocol.ProtocolContractAddress[name],
    salt: protocol.ProtocolContractSalt[name],
    classId: protocol.ProtocolContractClassId[name],
    derivedAddress: protocol.ProtocolContractDerivedAddress[name],
    initializationHash: protocol.ProtocolContractInitializationHash[name],
    preimage: protocol.ProtocolContractClassIdPreimage[name],
    privateFunctions: protocol.ProtocolContractPrivateFunctions[name],
  }));
}
await t.ok('protocolContracts', {}, async () => ({
  derivedAddresses: protocol.ProtocolContractsList.derivedAddresses,
  hash: await protocol.ProtocolContractsList.hash(),
}));

t.write();
