// Recorded transactions, changed here and there, and what the official validators say about them: when they are sent,
// in a simulation, without fees, while a block is built, and when they come back to the pool.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

import { aztec, Fr, hex, internal } from '../../vectors/generate/lib.mjs';

const p2p = await internal('p2p/dest/msg_validators/tx_validator/factory.js');
const { buildTxMetaData } = await internal('p2p/dest/mem_pools/tx_pool_v2/tx_metadata.js');
const { getDefaultAllowedSetupFunctions } = await internal('p2p/dest/msg_validators/tx_validator/allowed_public_setup.js');
const { CONTRACT_INSTANCE_PUBLISHED_EVENT_TAG, protocolContractsHash } = await aztec('protocol-contracts');
const { computeFeePayerBalanceStorageSlot } = await aztec('protocol-contracts/fee-juice');
const { getVKTreeRoot } = await aztec('noir-protocol-circuits-types/vk-tree');
const { ContractClassLogFields, PrivateLog } = await aztec('stdlib/logs');
const { LogHash, PublicCallRequest, ScopedLogHash } = await aztec('stdlib/kernel');
const { HashedValues, Tx, TxHash } = await aztec('stdlib/tx');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { FunctionSelector } = await aztec('stdlib/abi');
const { Gas, GasFees, GasSettings } = await aztec('stdlib/gas');
const { MerkleTreeId } = await aztec('stdlib/trees');
const { computePublicDataTreeLeafSlot } = await aztec('stdlib/hash');
const { computeContractAddressFromInstance } = await aztec('stdlib/contract');
const { PublicKeys } = await aztec('stdlib/keys');
const constants = await aztec('constants');

const here = dirname(fileURLToPath(import.meta.url));
const fixtures = join(here, '../../fixtures');
const index = JSON.parse(readFileSync(join(fixtures, 'tx/index.json'), 'utf8'));
const bases = index.map(({ file }) => ({ file, bytes: gunzipSync(readFileSync(join(fixtures, 'tx', file))) }));
const address = n => AztecAddress.fromBigInt(BigInt(n));
const FEE_JUICE = address(5);
const AUTH_REGISTRY = address(1);
const INCREASE = 0xe7f045ff;
const TRANSFER = 0x8c9e5472;
const NULL_SENDER = AztecAddress.fromBigInt(Fr.MODULUS - 1n);
const RICH = 1n << 100n;
/** Contracts of the tests: one of an allowed class, one of another. */
const TOKEN_CLASS = new Fr(0x70ce17n);
const TOKEN = address(0x70ce0n);
const OTHER = address(0x07e4n);
const NOBODY = address(0xdeadn);

const element = (target, selector, rest = {}) => ({ ...target, selector: FunctionSelector.fromField(new Fr(selector)), ...rest });
const lists = {
  // The last two can never be reached: an entry before them decides.
  full: [
    ...(await getDefaultAllowedSetupFunctions()),
    element({ classId: TOKEN_CLASS }, INCREASE, { calldataLength: 3, onlySelf: true }),
    element({ classId: TOKEN_CLASS }, TRANSFER, { calldataLength: 5 }),
    element({ classId: TOKEN_CLASS }, 0x11111111, { rejectNullMsgSender: true }),
    element({ address: AUTH_REGISTRY }, 0x22222222),
    element({ classId: TOKEN_CLASS }, TRANSFER, { calldataLength: 6 }),
    element({ address: FEE_JUICE }, INCREASE),
  ],
  addresses: await getDefaultAllowedSetupFunctions(),
  none: [],
};

const contracts = new Map([[TOKEN.toString(), TOKEN_CLASS], [OTHER.toString(), new Fr(0x07e4c1a5n)]]);
for (const { bytes } of bases) {
  for (const call of Tx.fromBuffer(bytes).data.getNonRevertiblePublicCallRequests()) {
    if (call.contractAddress.toBigInt() > 11n) contracts.set(call.contractAddress.toString(), TOKEN_CLASS);
  }
}
const contractSource = {
  getContract: target => Promise.resolve(contracts.has(target.toString()) ? { currentContractClassId: contracts.get(target.toString()) } : undefined),
  getContractClass: () => Promise.resolve(undefined),
};

/** The state that a case sees. */
async function database({ anchors, nullifiers, balances }) {
  const known = new Set([...anchors, ...nullifiers].map(String));
  const data = [];
  for (const [payer, amount] of balances) {
    const slot = await computeFeePayerBalanceStorageSlot(payer);
    data.push([(await computePublicDataTreeLeafSlot(FEE_JUICE, slot)).toBigInt(), amount]);
  }
  const text = value => (Buffer.isBuffer(value) ? hex(value) : value.toString());
  return {
    findLeafIndices: (_tree, values) => Promise.resolve(values.map(value => (known.has(text(value)) ? 0n : undefined))),
    getPreviousValueIndex: (_tree, slot) => {
      const at = data.findIndex(([key]) => key === slot);
      return Promise.resolve(at < 0 ? { index: 0n, alreadyPresent: false } : { index: BigInt(at), alreadyPresent: true });
    },
    getLeafPreimage: (tree, at) => {
      if (tree !== MerkleTreeId.PUBLIC_DATA_TREE) throw new Error('another tree');
      return Promise.resolve({ leaf: { value: data[Number(at)][1] } });
    },
  };
}

async function answers(tx, c) {
  const db = await database(c);
  const [daLimit, l2Limit] = c.max ?? [undefined, undefined];
  const limits = { rollupManaLimit: Number.MAX_SAFE_INTEGER, maxBlockL2Gas: l2Limit, maxBlockDAGas: daLimit };
  const gasFees = new GasFees(c.next.da, c.next.l2);
  const rpc = (simulation, skipFeeEnforcement) =>
    p2p.createTxValidatorForAcceptingTxsOverRPC(db, contractSource, simulation ? undefined : { verifyProof: () => Promise.resolve({ valid: c.proof }) }, {
      l1ChainId: 31337, rollupVersion: c.version, setupAllowList: lists[c.list], gasFees, skipFeeEnforcement, timestamp: c.next.time, blockNumber: c.next.block, txsPermitted: true, ...limits,
    });
  const building = p2p.createTxValidatorForBlockBuilding(db, contractSource, { timestamp: c.next.time, blockNumber: c.next.block, gasFees }, lists[c.list]);
  const world = { syncImmediate: () => Promise.resolve(), getCommitted: () => db };
  const entering = await p2p.createTxValidatorForTransactionsEnteringPendingTxPool(world, c.next.time, c.next.block, limits);
  const ask = async (validator, subject) => {
    try {
      return await validator.validateTx(await subject());
    } catch {
      return { result: 'throws' };
    }
  };
  const whole = () => tx;
  return {
    receive: await ask(rpc(false, false), whole),
    simulate: await ask(rpc(true, false), whole),
    free: await ask(rpc(false, true), whole),
    build: await ask(building.preprocessValidator, whole),
    reenter: await ask(entering, () => buildTxMetaData(tx)),
  };
}

/** What turns one byte string into another of the same length: places and bytes. */
function differences(from, to) {
  const out = [];
  for (let at = 0; at < to.length; at++) {
    if (from[at] === to[at]) continue;
    let end = at + 1;
    for (let same = 0; end < to.length && same < 16; end++) same = from[end] === to[end] ? same + 1 : 0;
    out.push([at, to.subarray(at, end).toString('hex')]);
    at = end;
  }
  return out;
}

const lines = [];

/** Records a case: `change` makes of a recorded transaction and the state it is valid in what the case is about. */
async function record(name, base, change) {
  const tx = Tx.fromBuffer(base.bytes);
  const { data } = tx;
  const settings = data.constants.txContext.gasSettings;
  const c = {
    keepHash: false,
    list: 'full',
    proof: true,
    version: data.constants.txContext.version.toNumber(),
    next: { block: 7, time: data.expirationTimestamp - 1n, da: settings.maxFeesPerGas.feePerDaGas, l2: settings.maxFeesPerGas.feePerL2Gas },
    anchors: [await data.constants.anchorBlockHeader.hash()],
    nullifiers: [new Fr(12345n)],
    balances: [[data.feePayer, new Fr(RICH)]],
  };
  data.constants.vkTreeRoot = getVKTreeRoot();
  data.constants.protocolContractsHash = protocolContractsHash;
  await change(tx, data, c);
  tx.txHash = c.keepHash ? TxHash.fromBigInt(99n) : await Tx.computeTxHash(tx);
  const bytes = tx.toBuffer();
  const head = 32 + data.toBuffer().length + tx.chonkProof.toBuffer().length;
  const tail = bytes.subarray(head);
  const results = await answers(Tx.fromBuffer(bytes), c);
  lines.push({
    name,
    base: base.file,
    patches: differences(base.bytes.subarray(0, head), bytes.subarray(0, head)),
    ...(tail.equals(base.bytes.subarray(head)) ? {} : { tail: tail.toString('hex') }),
    list: c.list,
    proof: c.proof,
    version: c.version,
    next: { block: c.next.block, time: String(c.next.time), da: String(c.next.da), l2: String(c.next.l2) },
    anchors: c.anchors.map(String),
    nullifiers: c.nullifiers.map(String),
    balances: c.balances.map(([payer, amount]) => [payer.toString(), amount.toString()]),
    ...(c.max ? { max: c.max } : {}),
    results,
  });
}

// Read-only members of the official classes are ordinary ones at run time.
const set = (object, member, value) => Object.defineProperty(object, member, { value, writable: true, enumerable: true, configurable: true });
const parts = data => (data.forPublic ? [data.forPublic.nonRevertibleAccumulatedData, data.forPublic.revertibleAccumulatedData] : [data.forRollup.end]);
const gas = (data, change) => {
  const { gasLimits, teardownGasLimits, maxFeesPerGas, maxPriorityFeesPerGas } = data.constants.txContext.gasSettings;
  const made = { da: gasLimits.daGas, l2: gasLimits.l2Gas, maxDa: maxFeesPerGas.feePerDaGas, maxL2: maxFeesPerGas.feePerL2Gas, ...change };
  set(data.constants.txContext, 'gasSettings', new GasSettings(new Gas(made.da, made.l2), teardownGasLimits, new GasFees(made.maxDa, made.maxL2), maxPriorityFeesPerGas));
};
const feeLimit = data => data.constants.txContext.gasSettings.getFeeLimit().toBigInt();
const one = Fr.ONE;

const general = {
  'expires with the block': (_tx, data, c) => (c.next.time = data.expirationTimestamp),
  'expired': (_tx, data, c) => (c.next.time = data.expirationTimestamp + 1n),
  'expired, but for block 1': (_tx, data, c) => Object.assign(c.next, { time: data.expirationTimestamp + 1n, block: 1 }),
  'another chain': (_tx, data) => set(data.constants.txContext, 'chainId', new Fr(1n)),
  'another rollup': (_tx, data) => set(data.constants.txContext, 'version', new Fr(5n)),
  'other keys': (_tx, data) => (data.constants.vkTreeRoot = one),
  'other protocol contracts': (_tx, data) => (data.constants.protocolContractsHash = one),
  'another network': (_tx, data) => {
    set(data.constants.txContext, 'chainId', new Fr(1n));
    set(data.constants.txContext, 'version', Fr.ZERO);
    data.constants.vkTreeRoot = one;
    data.constants.protocolContractsHash = Fr.ZERO;
  },
  'unknown anchor': (_tx, _data, c) => (c.anchors = [one]),
  'changed anchor': (_tx, data) => set(data.constants.anchorBlockHeader, 'totalFees', new Fr(77n)),
  'known first nullifier': (_tx, data, c) => c.nullifiers.push(data.getNonEmptyNullifiers()[0]),
  'known last nullifier': (_tx, data, c) => c.nullifiers.push(data.getNonEmptyNullifiers().at(-1)),
  'nullifier twice': (_tx, data) => (parts(data)[0].nullifiers[40] = data.getNonEmptyNullifiers()[0]),
  'nullifier twice and known': (_tx, data, c) => {
    const all = parts(data);
    all.at(-1).nullifiers[63] = data.getNonEmptyNullifiers()[0];
    c.nullifiers.push(data.getNonEmptyNullifiers()[0]);
  },
  'wrong hash': (_tx, _data, c) => (c.keepHash = true),
  'invalid proof': (_tx, _data, c) => (c.proof = false),
  'da limit is the least': (_tx, data) => gas(data, { da: constants.TX_DA_GAS_OVERHEAD }),
  'da limit below the least': (_tx, data) => gas(data, { da: constants.TX_DA_GAS_OVERHEAD - 1 }),
  'l2 limit is the least of private ones': (_tx, data) => gas(data, { l2: constants.PRIVATE_TX_L2_GAS_OVERHEAD }),
  'l2 limit below the least of private ones': (_tx, data) => gas(data, { l2: constants.PRIVATE_TX_L2_GAS_OVERHEAD - 1 }),
  'l2 limit is the least of public ones': (_tx, data) => gas(data, { l2: constants.PUBLIC_TX_L2_GAS_OVERHEAD }),
  'l2 limit below the least of public ones': (_tx, data) => gas(data, { l2: constants.PUBLIC_TX_L2_GAS_OVERHEAD - 1 }),
  'l2 limit is the most': (_tx, data) => gas(data, { l2: constants.MAX_PROCESSABLE_L2_GAS }),
  'l2 limit above the most': (_tx, data) => gas(data, { l2: constants.MAX_PROCESSABLE_L2_GAS + 1 }),
  'da limit is the most': (_tx, data) => gas(data, { da: constants.MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT }),
  'da limit above the most': (_tx, data) => gas(data, { da: constants.MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT + 1 }),
  'blocks are small in l2': (_tx, data, c) => (c.max = [constants.MAX_PROCESSABLE_DA_GAS_PER_CHECKPOINT, data.constants.txContext.gasSettings.gasLimits.l2Gas - 1]),
  'blocks are small in da': (_tx, data, c) => (c.max = [data.constants.txContext.gasSettings.gasLimits.daGas - 1, constants.MAX_PROCESSABLE_L2_GAS]),
  'blocks are just large enough': (_tx, data, c) => {
    const { daGas, l2Gas } = data.constants.txContext.gasSettings.gasLimits;
    c.max = [daGas, l2Gas];
  },
  'l2 price above the most it pays': (_tx, data, c) => (c.next.l2 = data.constants.txContext.gasSettings.maxFeesPerGas.feePerL2Gas + 1n),
  'da price above the most it pays': (_tx, data, c) => (c.next.da = data.constants.txContext.gasSettings.maxFeesPerGas.feePerDaGas + 1n),
  'price above the most it pays, invalid proof': (_tx, _data, c) => Object.assign(c, { proof: true, next: { ...c.next, l2: 1n << 127n } }),
  'balance is just enough': (_tx, data, c) => (c.balances[0][1] = new Fr(feeLimit(data))),
  'balance is too low by 1': (_tx, data, c) => (c.balances[0][1] = new Fr(feeLimit(data) - 1n)),
  'no balance': (_tx, _data, c) => (c.balances = []),
  'the largest fees': (_tx, data) => gas(data, { maxDa: (1n << 128n) - 1n, maxL2: (1n << 128n) - 1n }),
  'nobody pays': (_tx, data) => set(data, 'feePayer', AztecAddress.ZERO),
  'nobody pays, and it is free': (_tx, data, c) => {
    set(data, 'feePayer', AztecAddress.ZERO);
    gas(data, { maxDa: 0n, maxL2: 0n });
    Object.assign(c.next, { da: 0n, l2: 0n });
  },
  'everything is wrong': (_tx, data, c) => {
    data.constants.vkTreeRoot = one;
    c.nullifiers.push(data.getNonEmptyNullifiers()[0]);
    Object.assign(c, { anchors: [], keepHash: true });
    c.next.time = data.expirationTimestamp + 1n;
    gas(data, { da: 1 });
  },
  'calldata for nothing': async tx => tx.publicFunctionCalldata.push(await HashedValues.fromCalldata([one])),
  'a class log payload for nothing': tx => tx.contractClassLogFields.push(ContractClassLogFields.empty()),
  'too large': tx => {
    while (tx.contractClassLogFields.length < 5) tx.contractClassLogFields.push(ContractClassLogFields.empty());
  },
};

for (const base of bases) await record('valid', base, () => {});
for (const [at, [name, change]] of Object.entries(general).entries()) {
  for (const [place, base] of bases.entries()) {
    if ((at + place) % 5 === 0) await record(name, base, change);
  }
}

const named = name => bases.find(({ file }) => file.startsWith(name));
const publicTx = named('public-transfer');
const privateTx = named('private-transfer.');

// Calldata.
const withCalldata = {
  'calldata left out': tx => tx.publicFunctionCalldata.pop(),
  'calldata replaced': async tx => (tx.publicFunctionCalldata[0] = await HashedValues.fromCalldata([one])),
  'calldata under a wrong hash': tx => (tx.publicFunctionCalldata[0] = new HashedValues([one], tx.publicFunctionCalldata[0].hash)),
  'calldata of another order': tx => tx.publicFunctionCalldata.reverse(),
  'calldata twice, the last one wrong': tx => {
    const last = tx.publicFunctionCalldata.length - 1;
    tx.publicFunctionCalldata[last] = new HashedValues([one], tx.publicFunctionCalldata[0].hash);
  },
  'the most calldata': (tx, data) => fill(tx, data, 16000),
  'too much calldata': (tx, data) => fill(tx, data, 16001),
  'empty calldata': (tx, data) => fill(tx, data, 0),
};
async function fill(tx, data, length) {
  const others = tx.publicFunctionCalldata.slice(1).reduce((sum, { values }) => sum + values.length, 0);
  const values = await HashedValues.fromCalldata(Array(Math.max(length - others, 0)).fill(one));
  const old = tx.publicFunctionCalldata[0].hash;
  tx.publicFunctionCalldata[0] = values;
  for (const request of [...parts(data).flatMap(part => part.publicCallRequests), data.forPublic.publicTeardownCallRequest]) {
    if (request.calldataHash.equals(old)) request.calldataHash = values.hash;
  }
}
for (const name of ['public-transfer', 'fee-paid-with-public', 'account-deployment-paid', 'storage-writes', 'messages-to-l1']) {
  for (const [what, change] of Object.entries(withCalldata)) await record(what, named(name), change);
}

// Class logs.
const CLASS_MAGIC = new Fr(constants.CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE);
const payload = fields => new ContractClassLogFields([...fields, ...Array(constants.CONTRACT_CLASS_LOG_SIZE_IN_FIELDS - fields.length).fill(Fr.ZERO)]);
const logOf = async (fields, length = fields.length, contract = address(77)) => ({
  payload: payload(fields),
  hash: new ScopedLogHash(new LogHash(await payload(fields).hash(), length), contract),
});
async function classLogs(tx, data, logs, payloads = logs.map(log => log.payload)) {
  for (const [at, log] of logs.entries()) parts(data)[at].contractClassLogsHashes[0] = log.hash;
  tx.contractClassLogFields.splice(0, tx.contractClassLogFields.length, ...payloads);
}
const withClass = named('class-publication');
const classCases = {
  'class log left out': tx => tx.contractClassLogFields.pop(),
  'class log replaced': tx => (tx.contractClassLogFields[0] = payload([one])),
  'class id is another': async (tx, data) => {
    const fields = [...tx.contractClassLogFields[0].fields];
    fields[1] = one;
    await classLogs(tx, data, [await logOf(fields, 3023, address(3))]);
  },
  'class version is another': async (tx, data) => {
    const fields = [...tx.contractClassLogFields[0].fields];
    fields[2] = new Fr(2n);
    await classLogs(tx, data, [await logOf(fields, 3023, address(3))]);
  },
  'class version is huge': async (tx, data) => {
    const fields = [...tx.contractClassLogFields[0].fields];
    fields[2] = new Fr(1n << 64n);
    await classLogs(tx, data, [await logOf(fields, 3023, address(3))]);
  },
  'class of another registry': async (tx, data) => {
    const fields = [...tx.contractClassLogFields[0].fields];
    fields[1] = one;
    await classLogs(tx, data, [await logOf(fields, 3023)]);
  },
  'class log too short by 1': (tx, data) => {
    const last = tx.contractClassLogFields[0].fields.findLastIndex(field => !field.isZero());
    parts(data)[0].contractClassLogsHashes[0].logHash.length = last;
  },
  'class log just long enough': (tx, data) => {
    const last = tx.contractClassLogFields[0].fields.findLastIndex(field => !field.isZero());
    parts(data)[0].contractClassLogsHashes[0].logHash.length = last + 1;
  },
};
for (const [what, change] of Object.entries(classCases)) await record(what, withClass, change);
const [a, b] = [await logOf([one, new Fr(2n)]), await logOf([new Fr(3n)])];
const twoLogs = {
  'two class logs': (tx, data) => classLogs(tx, data, [a, b]),
  'two class logs swapped': (tx, data) => classLogs(tx, data, [a, b], [b.payload, a.payload]),
  'second class log wrong': (tx, data) => classLogs(tx, data, [a, b], [a.payload, payload([new Fr(4n)])]),
  'same class log twice': (tx, data) => classLogs(tx, data, [a, a]),
  'first payload twice': (tx, data) => classLogs(tx, data, [a, b], [a.payload, a.payload]),
  'empty class log with length 0': async (tx, data) => classLogs(tx, data, [await logOf([], 0)]),
  'class log that claims 0 fields': async (tx, data) => classLogs(tx, data, [await logOf([one], 0)]),
  'registry log without payload': async (tx, data) => classLogs(tx, data, [await logOf([CLASS_MAGIC], 1, address(3))], []),
  'registry log that is no class': async (tx, data) => classLogs(tx, data, [await logOf([one], 1, address(3))]),
  'registry log that is cut off': async (tx, data) => classLogs(tx, data, [await logOf([CLASS_MAGIC, one], 2, address(3))]),
};
for (const [what, change] of Object.entries(twoLogs)) await record(what, publicTx, change);

// Published instances.
const keys = PublicKeys.default();
const someInstance = { version: 1, salt: new Fr(5n), deployer: address(9), currentContractClassId: TOKEN_CLASS, originalContractClassId: TOKEN_CLASS, initializationHash: new Fr(8n), publicKeys: keys };
const made = await computeContractAddressFromInstance(someInstance);
const instanceFields = (over = {}) => {
  const points = keys.toFields().filter((_, at) => at % 3 < 2);
  const fields = [CONTRACT_INSTANCE_PUBLISHED_EVENT_TAG, made.toField(), one, someInstance.salt, TOKEN_CLASS, someInstance.initializationHash, ...points, someInstance.deployer.toField()];
  for (const [at, value] of Object.entries(over)) fields[at] = value;
  return [...fields, Fr.ZERO];
};
const instanceLog = (data, over, { length = 15, part = 0, at = 50 } = {}) => (parts(data)[part].privateLogs[at] = new PrivateLog(instanceFields(over), length));
const instanceCases = {
  'instance published': (_tx, data) => instanceLog(data),
  'instance published, claims 1 field': (_tx, data) => instanceLog(data, {}, { length: 1 }),
  'instance log that is padding': (_tx, data) => instanceLog(data, { 1: one }, { length: 0 }),
  'instance of another address': (_tx, data) => instanceLog(data, { 1: one }),
  'instance of another salt': (_tx, data) => instanceLog(data, { 3: one }),
  'instance of another class': (_tx, data) => instanceLog(data, { 4: one }),
  'instance of version 2': (_tx, data) => instanceLog(data, { 2: new Fr(2n) }),
  'instance of a huge version': (_tx, data) => instanceLog(data, { 2: new Fr(1n << 64n) }),
  'instance with a viewing key on no curve': (_tx, data) => instanceLog(data, { 8: one, 9: one }),
  'instance with another key on no curve': (_tx, data) => instanceLog(data, { 6: one, 7: one }),
  'instance with a viewing key of zeros': (_tx, data) => instanceLog(data, { 8: Fr.ZERO, 9: Fr.ZERO }),
  'second instance wrong': (_tx, data) => {
    instanceLog(data, {}, { at: 49 });
    instanceLog(data, { 14: one });
  },
  'last log is a wrong instance': (_tx, data) => instanceLog(data, { 5: one }, { part: parts(data).length - 1, at: 63 }),
};
for (const base of [publicTx, privateTx, named('token-deployment')]) {
  for (const [what, change] of Object.entries(instanceCases)) await record(what, base, change);
}

// Setup.
async function setup(tx, data, calls) {
  const requests = data.forPublic.nonRevertibleAccumulatedData.publicCallRequests;
  for (const [at, call] of calls.entries()) {
    const { contract, calldata, sender = address(42), isStatic = false, leaveOut = false } = call;
    const values = await HashedValues.fromCalldata(calldata.map(value => (value instanceof Fr ? value : new Fr(BigInt(value)))));
    if (!leaveOut) tx.publicFunctionCalldata.push(values);
    requests[at] = new PublicCallRequest(sender, contract, isStatic, values.hash);
  }
}
const authorize = { contract: AUTH_REGISTRY, calldata: [0x61966b7c, 1, 2, 3], sender: AUTH_REGISTRY };
const authorizePublicly = { contract: AUTH_REGISTRY, calldata: [0xb839de91, 1, 2] };
const transfer = { contract: TOKEN, calldata: [TRANSFER, 1, 2, 3, 4] };
const setups = {
  'authorization': [authorize],
  'authorization by another': [{ ...authorize, sender: address(42) }],
  'authorization by nobody': [{ ...authorize, sender: NULL_SENDER }],
  'authorization too short': [{ ...authorize, calldata: [0x61966b7c, 1, 2] }],
  'authorization too long': [{ ...authorize, calldata: [0x61966b7c, 1, 2, 3, 4] }],
  'authorization too short by another': [{ ...authorize, calldata: [0x61966b7c, 1, 2], sender: address(42) }],
  'public authorization': [authorizePublicly],
  'public authorization by nobody': [{ ...authorizePublicly, sender: NULL_SENDER }],
  'static authorization': [{ ...authorizePublicly, isStatic: true }],
  'another function of the registry': [{ ...authorizePublicly, calldata: [0x33333333, 1, 2] }],
  'a function of the registry without conditions': [{ contract: AUTH_REGISTRY, calldata: [0x22222222], sender: NULL_SENDER }],
  'transfer': [transfer],
  'transfer by nobody': [{ ...transfer, sender: NULL_SENDER }],
  'transfer too long': [{ ...transfer, calldata: [TRANSFER, 1, 2, 3, 4, 5] }],
  'transfer of another class': [{ ...transfer, contract: OTHER }],
  'transfer of nothing': [{ ...transfer, contract: NOBODY }],
  'increase by the token': [{ contract: TOKEN, calldata: [INCREASE, 1, 2], sender: TOKEN }],
  'increase by another': [{ contract: TOKEN, calldata: [INCREASE, 1, 2] }],
  'call that needs a sender': [{ contract: TOKEN, calldata: [0x11111111] }],
  'call that needs a sender, by nobody': [{ contract: TOKEN, calldata: [0x11111111], sender: NULL_SENDER }],
  'another function of the token': [{ contract: TOKEN, calldata: [0x33333333] }],
  'selector of 33 bits': [{ contract: TOKEN, calldata: [new Fr((1n << 32n) + BigInt(TRANSFER)), 1, 2, 3, 4] }],
  'huge selector': [{ contract: AUTH_REGISTRY, calldata: [new Fr(Fr.MODULUS - 1n)] }],
  'no selector': [{ contract: TOKEN, calldata: [] }],
  'setup calldata left out': [{ ...transfer, leaveOut: true }],
  'two calls': [authorize, transfer],
  'second call is not allowed': [authorize, { ...transfer, contract: OTHER }],
  'both calls are not allowed': [{ ...transfer, contract: NOBODY }, { ...transfer, contract: OTHER }],
  'call of a new contract': [{ ...transfer, contract: made }],
};
for (const [what, calls] of Object.entries(setups)) {
  for (const list of ['full', 'addresses', 'none']) {
    await record(`setup: ${what}; list: ${list}`, publicTx, async (tx, data, c) => {
      c.list = list;
      await setup(tx, data, calls);
    });
  }
}
await record('setup calls what the transaction publishes', publicTx, async (tx, data) => {
  instanceLog(data);
  await setup(tx, data, [{ ...transfer, contract: made }]);
});
await record('setup calls what the transaction publishes later', publicTx, async (tx, data) => {
  instanceLog(data, {}, { part: 1 });
  await setup(tx, data, [{ ...transfer, contract: made }]);
});
await record('setup calls what the transaction publishes under a false address', publicTx, async (tx, data) => {
  instanceLog(data, { 1: OTHER.toField() });
  await setup(tx, data, [{ ...transfer, contract: OTHER }]);
});
await record('setup calls what the transaction publishes with another class', publicTx, async (tx, data) => {
  instanceLog(data, { 1: TOKEN.toField(), 4: one });
  await setup(tx, data, [transfer]);
});
await record('setup calls what the transaction publishes twice', publicTx, async (tx, data) => {
  instanceLog(data, { 1: TOKEN.toField(), 4: one }, { at: 40 });
  instanceLog(data, { 1: TOKEN.toField() }, { part: 1 });
  await setup(tx, data, [transfer]);
});

// Claims in setup.
const claim = (payer, amount, over = {}) => ({ contract: FEE_JUICE, sender: FEE_JUICE, calldata: [INCREASE, payer, amount], ...over });
const claims = {
  'claim is enough': (payer, limit) => [claim(payer, limit)],
  'claim is too low by 1': (payer, limit) => [claim(payer, limit - 1n)],
  'claim and balance are enough': (payer, limit) => [claim(payer, limit - 7n)],
  'claim for another': (_payer, limit) => [claim(one, limit)],
  'claim by another': (payer, limit) => [claim(payer, limit, { sender: address(42) })],
  'claim in another contract': (payer, limit) => [claim(payer, limit, { contract: TOKEN, sender: TOKEN })],
  'static claim': (payer, limit) => [claim(payer, limit, { isStatic: true })],
  'claim of another function': (payer, limit) => [claim(payer, limit, { calldata: [0x33333333, payer, limit] })],
  'claim of more fields': (payer, limit) => [claim(payer, limit, { calldata: [INCREASE, payer, limit, 1] })],
  'claim without amount': payer => [claim(payer, 0n, { calldata: [INCREASE, payer] })],
  'second claim is enough': (payer, limit) => [claim(payer, 1n), claim(payer, limit)],
  'claim for another, then for the payer': (payer, limit) => [claim(one, 1n), claim(payer, limit)],
  'claim of everything': payer => [claim(payer, Fr.MODULUS - 1n)],
};
for (const [what, calls] of Object.entries(claims)) {
  for (const balance of [0n, 7n, Fr.MODULUS - 1n]) {
    await record(`${what}; balance ${balance === 0n || balance === 7n ? balance : 'huge'}`, publicTx, async (tx, data, c) => {
      c.balances = [[data.feePayer, new Fr(balance)]];
      await setup(tx, data, calls(data.feePayer.toField(), feeLimit(data)));
    });
  }
}
await record('claim and balance together do not fit in a field', publicTx, async (tx, data, c) => {
  c.balances = [[data.feePayer, new Fr(Fr.MODULUS - 1n)]];
  await setup(tx, data, [claim(data.feePayer.toField(), 2n)]);
});

const header = {
  chain: 31337,
  vkTreeRoot: getVKTreeRoot().toString(),
  protocolContractsHash: protocolContractsHash.toString(),
  contracts: [...contracts].map(([at, id]) => [at, id.toString()]),
  lists: Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.map(entry => ({ ...entry, selector: entry.selector.toString(), ...(entry.address ? { address: entry.address.toString() } : { classId: entry.classId.toString() }) }))])),
};
const out = join(here, '../data/rules.jsonl.gz');
writeFileSync(out, gzipSync([header, ...lines].map(line => JSON.stringify(line)).join('\n') + '\n', { level: 9 }));
const outcomes = {};
for (const { results } of lines) {
  for (const [stage, { result }] of Object.entries(results)) outcomes[`${stage} ${result}`] = (outcomes[`${stage} ${result}`] ?? 0) + 1;
}
console.log(`${lines.length} cases`, outcomes);
const texts = new Set(lines.flatMap(({ results }) => Object.values(results).flatMap(({ reason }) => reason ?? [])));
console.log([...texts].sort().join('\n'));
process.exit(0);
