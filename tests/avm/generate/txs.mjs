// Whole transactions: phases that revert everywhere, private effects that collide, fees, gas, static calls, updates,
// and the official test contracts.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { Fr, Rng, aztec, internal, packageFile } from '../../vectors/generate/lib.mjs';
import { T, assemble, cat, jumpIf, label, op, set } from './assembler.mjs';
import { Recorder } from './recorder.mjs';

const { deployCustomBytecode } = await internal('simulator/dest/public/fixtures/custom_bytecode_tester.js');
const { PrivateLog } = await aztec('stdlib/logs');
const { createTxForPublicCalls, createTxForPrivateOnly, addNewContractClassToTx, addNewContractInstanceToTx } = await internal('simulator/dest/public/fixtures/utils.js');
const fixtures = await aztec('simulator/public/fixtures');
const { PublicCallRequest } = await aztec('stdlib/kernel');
const { PublicCallRequestWithCalldata } = await aztec('stdlib/tx');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { EthAddress } = await aztec('foundation/eth-address');
const { Gas, GasFees } = await aztec('stdlib/gas');
const { L2ToL1Message, ScopedL2ToL1Message } = await aztec('stdlib/messaging');
const { loadContractArtifact } = await aztec('stdlib/abi');
const { siloNullifier } = await aztec('stdlib/hash');
const { createLogger } = await aztec('foundation/log');
const updates = await aztec('stdlib/delayed-public-mutable');

const rng = new Rng('avm transactions');
const address = n => AztecAddress.fromBigInt(BigInt(n));
const scenarios = [];

/** Does as calldata says: slot, note hash, nullifier, how it ends (0 returns, 1 reverts, 2 halts), then what it passes on. */
const effects = assemble([
  set(1, T.U32, 5), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10),
  op('GETENVVAR_16', 0, 3, 9), jumpIf(3, 'end'),
  op('SSTORE', 0, 11, 10), op('EMITNOTEHASH', 0, 11), op('EMITNULLIFIER', 0, 12), set(4, T.U32, 3), op('EMITPUBLICLOG', 0, 4, 10),
  op('SENDL2TOL1MSG', 0, 10, 11),
  label('end'), op('GETENVVAR_16', 0, 20, 2), op('GETENVVAR_16', 0, 21, 10), op('GETENVVAR_16', 0, 22, 11), op('GETENVVAR_16', 0, 23, 1), set(5, T.FIELD, 1), set(6, T.U32, 14),
  op('EQ_16', 0, 13, 5, 7), jumpIf(7, 'revert'), set(5, T.FIELD, 2), op('EQ_16', 0, 13, 5, 7), jumpIf(7, 'halt'),
  op('RETURN', 0, 6, 10), label('revert'), op('REVERT_16', 0, 6, 10), label('halt'), op('ADD_16', 0, 10, 7, 9),
]);
/** Calls the contract that calldata[0] names with the rest; calldata[5] says whether it fails with it. */
const caller = (kind, l2) => assemble([
  set(1, T.U32, 6), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10), set(3, T.U32, l2), set(4, T.U32, 100_000), set(5, T.U32, 5),
  op(kind, 0, 3, 4, 10, 5, 11), op('SUCCESSCOPY', 0, 6), op('RETURNDATASIZE', 0, 7), op('RETURNDATACOPY', 0, 7, 2, 30),
  jumpIf(6, 'fine'), op('CAST_16', 0, 15, 8, T.U1), jumpIf(8, 'fine'), op('REVERT_16', 0, 7, 30),
  label('fine'), op('RETURN', 0, 7, 30),
]);
/** Calls itself as deep as calldata[0] says and reverts there. */
const deep = assemble([
  set(1, T.U32, 1), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10), set(3, T.FIELD, 0), op('EQ_16', 0, 10, 3, 4), jumpIf(4, 'bottom'),
  set(5, T.FIELD, 1), op('SUB_16', 0, 10, 5, 11), op('GETENVVAR_16', 0, 12, 0), set(6, T.U32, 4_000_000), op('CALL', 0, 6, 6, 12, 1, 11),
  op('REVERT_16', 0, 1, 10), label('bottom'), op('REVERT_16', 0, 1, 10),
]);
/** Calls calldata[0] times what reverts, forgives it, then reverts itself. */
const wide = (target, self) => assemble([
  set(1, T.U32, 1), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10), set(3, T.FIELD, 0), set(5, T.FIELD, 1), set(6, T.U32, 40_000), set(12, T.FIELD, target.toBigInt()), set(13, T.FIELD, 0),
  label('again'), op('CALL', 0, 6, 6, 12, 1, 13), op('SUB_16', 0, 10, 5, 10), op('EQ_16', 0, 10, 3, 4), op('NOT_16', 0, 4, 4), jumpIf(4, 'again'),
  op('REVERT_16', 0, 1, 10),
]);

async function request(target, calldata, { sender = address(42), isStatic = false } = {}) {
  const fields = calldata.map(v => (v instanceof Fr ? v : new Fr(BigInt(v))));
  return new PublicCallRequestWithCalldata(await PublicCallRequest.fromCalldata(sender, target, isStatic, fields), fields);
}

async function send(recorder, name, { insertions, setup = [], app = [], teardown, payer = address(42), gasLimits, privateGas, contracts = [] }) {
  const base = { nonRevertible: { nullifiers: [unique()] } };
  const used = privateGas ?? (teardown ? new Gas(98304 + 96, 817500 + 540000) : new Gas(96, 540000));
  const tx = await createTxForPublicCalls(insertions ?? base, setup, app, teardown, payer, used, recorder.globals, gasLimits);
  for (const { contractClass, instance } of contracts) {
    if (contractClass) await addNewContractClassToTx(tx, contractClass);
    if (instance) await addNewContractInstanceToTx(tx, instance);
  }
  await tx.recomputeHash?.();
  await recorder.tester.simulator.simulate(tx, name).catch(() => {});
}

async function scenario(config, body) {
  const recorder = await Recorder.create(config);
  await body(recorder);
  scenarios.push(recorder.steps);
  await recorder.close();
}

async function custom(recorder) {
  const { tester } = recorder;
  const effectsAt = (await deployCustomBytecode(effects, tester, 'effects')).address;
  const callerAt = (await deployCustomBytecode(caller('CALL', 4_000_000), tester, 'caller')).address;
  const poorCallerAt = (await deployCustomBytecode(caller('CALL', 60_000), tester, 'poor caller')).address;
  const staticCallerAt = (await deployCustomBytecode(caller('STATICCALL', 4_000_000), tester, 'static caller')).address;
  const deepAt = (await deployCustomBytecode(deep, tester, 'deep')).address;
  const wideAt = (await deployCustomBytecode(wide(deepAt), tester, 'wide')).address;
  return { effectsAt, callerAt, poorCallerAt, staticCallerAt, deepAt, wideAt };
}

const message = () => new ScopedL2ToL1Message(new L2ToL1Message(EthAddress.fromField(new Fr(rng.big(150) + 1n)), new Fr(rng.big(200))), address(rng.int(50) + 1));
/** Neither zero nor drawn before. */
const unique = () => new Fr(BigInt('0x' + rng.bytes(30).toString('hex')) + 1n);
const list = (n, make) => Array.from({ length: n }, make);

for (const skipFeeEnforcement of [false, true]) {
  await scenario({ skipFeeEnforcement }, async recorder => {
    const at = await custom(recorder);
    await recorder.tester.setFeePayerBalance(address(42), new Fr(10n ** 13n));
    const one = (end, over = {}) => {
      const args = [rng.int(6), rng.big(200), unique(), end];
      const target = rng.pick([at.effectsAt, at.effectsAt, at.callerAt, at.poorCallerAt, at.staticCallerAt]);
      const calldata = target.equals(at.effectsAt) ? args : [at.effectsAt.toBigInt(), ...args, rng.int(2)];
      return request(rng.int(25) ? target : address(999), calldata, over);
    };
    const end = () => rng.pick([0, 0, 0, 1, 2]);
    for (let i = 0; i < (skipFeeEnforcement ? 25 : 130); i++) {
      const insertions = { nonRevertible: { nullifiers: list(1 + rng.int(2), () => (rng.int(20) ? unique() : new Fr(5))) } };
      if (rng.int(2)) insertions.nonRevertible.noteHashes = list(rng.int(3), () => unique());
      if (rng.int(3) === 0) insertions.nonRevertible.l2ToL1Msgs = list(rng.int(3), message);
      if (rng.int(2)) {
        insertions.revertible = { nullifiers: list(rng.int(3), () => (rng.int(8) ? unique() : new Fr(5))), noteHashes: list(rng.int(3), () => unique()), l2ToL1Msgs: list(rng.int(3), message) };
      }
      const setup = await Promise.all(list(rng.int(3), () => one(rng.int(12) ? 0 : 1)));
      const app = await Promise.all(list(rng.int(4), () => one(end(), { isStatic: rng.int(8) === 0, sender: address(rng.int(3) + 40) })));
      const teardown = rng.int(2) || setup.length + app.length === 0 ? await one(end()) : undefined;
      const payer = rng.int(15) ? address(42) : rng.int(2) ? address(43) : address(0);
      const gasLimits = rng.int(4) ? undefined : new Gas(98304 + 96 + rng.int(2000), 817500 + 540000 + rng.int(400_000));
      await send(recorder, `phases ${i}`, { insertions, setup, app, teardown, payer, gasLimits });
    }
    // Full of private effects: revertible ones or public ones no longer fit.
    const full = (revertible, kind) => ({ nonRevertible: { nullifiers: list(40, () => unique()), noteHashes: list(40, () => unique()) }, revertible: { [kind]: list(revertible, () => unique()) } });
    for (const [kind, count] of [['nullifiers', 24], ['nullifiers', 25], ['noteHashes', 24], ['noteHashes', 25], ['noteHashes', 23], ['nullifiers', 23]]) {
      await send(recorder, `full of ${kind}`, { insertions: full(count, kind), app: [await request(at.effectsAt, [1, 2, unique(), 0])], teardown: await request(at.effectsAt, [2, 3, unique(), 0]) });
    }
    const messages = n => ({ nonRevertible: { nullifiers: [unique()], l2ToL1Msgs: list(5, message) }, revertible: { l2ToL1Msgs: list(n, message) } });
    for (const n of [2, 3, 4]) await send(recorder, 'full of messages', { insertions: messages(n), app: [await request(at.effectsAt, [1, 2, unique(), 0])] });
    // How much of failed calls is kept: depth and number.
    for (const depth of [0, 1, 3, 4, 5, 6, 7, 12]) await send(recorder, `depth ${depth}`, { app: [await request(at.deepAt, [depth])] });
    for (const count of [1, 2, 97, 98, 99, 100, 101, 103]) await send(recorder, `calls ${count}`, { app: [await request(at.wideAt, [count])] });
    // The fee payer's balance slot is the protocol's and may be a contract's too only for fee juice itself; limits of writes.
    await send(recorder, 'no calldata', { app: [await request(at.effectsAt, [])] });
    await send(recorder, 'selector too large', { app: [await request(at.effectsAt, [1n << 32n, 1, unique(), 1])] });
    await send(recorder, 'selector', { app: [await request(at.effectsAt, [0xffffffffn, 1, unique(), 1])] });
  });
}

// A class that was updated, or will be.
await scenario({}, async recorder => {
  const { tester } = recorder;
  await tester.setFeePayerBalance(address(42), new Fr(10n ** 12n));
  const first = await deployCustomBytecode(cat(set(1, T.U32, 1), set(2, T.FIELD, 111), op('RETURN', 0, 1, 2)), tester, 'first', address(42));
  const second = await deployCustomBytecode(cat(set(1, T.U32, 1), set(2, T.FIELD, 222), op('RETURN', 0, 1, 2)), tester, 'second', address(42));
  const reader = await deployCustomBytecode(cat(set(2, T.FIELD, first.address.toBigInt()), op('GETCONTRACTINSTANCE', 0, 2, 10, 1), op('GETCONTRACTINSTANCE', 0, 2, 12, 0), op('GETCONTRACTINSTANCE', 0, 2, 14, 2), set(1, T.U32, 6), op('RETURN', 0, 1, 10)), tester, 'reader', address(42));
  const classes = { zero: new Fr(0), first: first.currentContractClassId, second: second.currentContractClassId };
  for (const [before, after, change] of [['zero', 'second', 99834n], ['zero', 'second', 99833n], ['first', 'second', 1n], ['second', 'zero', 1n], ['second', 'first', 99834n]]) {
    const svc = new updates.ScheduledValueChange([classes[before]], [classes[after]], change);
    const values = new updates.DelayedPublicMutableValuesWithHash(svc, new updates.ScheduledDelayChange(undefined, 0n, 86400n));
    const { delayedPublicMutableSlot } = await updates.DelayedPublicMutableValuesWithHash.getContractUpdateSlots(first.address);
    await values.writeToTree(delayedPublicMutableSlot, (slot, value) => tester.setPublicStorage(address(2), slot, value));
    const name = change > 99833n ? before : after;
    const now = classes[name === 'zero' ? 'first' : name];
    await tester.contractDataSource.addContractInstance({ ...first, currentContractClassId: now });
    await send(recorder, `update ${before} ${after} ${change}`, { app: [await request(first.address, [1]), await request(reader.address, [1])] });
  }
});

// Contracts that the transaction itself publishes, kept or undone.
await scenario({}, async recorder => {
  const { tester } = recorder;
  await tester.setFeePayerBalance(address(42), new Fr(10n ** 12n));
  const code = n => cat(set(1, T.U32, 1), set(2, T.FIELD, n), op('RETURN', 0, 1, 2));
  const other = await Recorder.create();
  const failing = await deployCustomBytecode(cat(op('INTERNALRETURN')), tester, 'failing', address(42));
  for (let i = 0; i < 6; i++) {
    const instance = await deployCustomBytecode(code(1000 + i), other.tester, 'new', address(50));
    const contractClass = await other.tester.contractDataSource.getContractClass(instance.currentContractClassId);
    const app = [await request(instance.address, [1])];
    if (i % 2) app.push(await request(failing.address, [1]));
    const teardown = i > 3 ? await request(instance.address, [2]) : undefined;
    await send(recorder, `publishes ${i}`, { app, teardown, contracts: [{ contractClass, instance }] });
    await send(recorder, `uses ${i}`, { app: [await request(instance.address, [3])] });
  }
  await other.close();
});

// Data at the end of memory and data nobody pays for, handed from call to call.
await scenario({}, async recorder => {
  const { tester } = recorder;
  await tester.setFeePayerBalance(address(42), new Fr(10n ** 13n));
  const deploy = async code => (await deployCustomBytecode(code, tester, 'range', address(42))).address;
  const read = (name, count, start) => cat(set(40, T.U32, count), set(41, T.U32, start), op(name, 0, 40, 41, 100), set(42, T.U32, 8), op('RETURN', 0, 42, 100));
  const ranges = [[1, 0], [5, 0], [6, 0], [2, 3], [1, 2000], [0, 2 ** 32 - 1], [3, 2 ** 32 - 1]];
  const places = [[2 ** 32 - 1, 0], [10, 2 ** 32 - 5], [5, 2 ** 32 - 5], [0, 2 ** 32 - 1], [1000, 7]];
  const takes = cat(set(1, T.U32, 3), set(2, T.U32, 0), op('CALLDATACOPY', 0, 1, 2, 10), op('CAST_16', 0, 11, 12, T.U32), op('CAST_16', 0, 10, 11, T.U32));
  const returns = await deploy(cat(takes, op('RETURN', 0b0100, 12, 11)));
  const reverts = await deploy(cat(takes, op('REVERT_16', 0b0100, 12, 11)));
  const passes = await deploy(cat(takes, set(1, T.U32, 100_000), set(2, T.U32, 2), op('CALLDATACOPY', 0, 20, 20, 20), set(3, T.U32, 1), set(4, T.U32, 2),
    op('CALLDATACOPY', 0, 3, 4, 30), op('CALL', 1 << 8, 1, 1, 30, 12, 11), op('SUCCESSCOPY', 0, 50), op('RETURNDATASIZE', 0, 51), set(52, T.U32, 2), op('RETURN', 0, 52, 50)));
  for (const [count, start] of ranges) {
    const callee = await deploy(read('CALLDATACOPY', count, start));
    for (const [size, at] of places) {
      await send(recorder, 'calldata range', { app: [await request(passes, [at, size, callee.toField()])] });
      for (const target of [returns, reverts]) {
        const code = cat(set(20, T.U32, 100_000), set(21, T.FIELD, target.toBigInt()), set(22, T.U32, 2), set(30, T.FIELD, at), set(31, T.FIELD, size), op('CALL', 0, 20, 20, 21, 22, 30), read('RETURNDATACOPY', count, start));
        await send(recorder, 'return data range', { app: [await request(await deploy(code), [1])] });
      }
    }
  }
});

// The random programs, on the native simulator too.
await scenario({ collectDebugLogs: false }, async recorder => {
  const { tester } = recorder;
  await tester.setFeePayerBalance(address(42), new Fr(10n ** 14n));
  const [header, ...cases] = inflateSync(readFileSync(new URL('../data/programs.jsonl.z', import.meta.url))).toString().split('\n').map(line => JSON.parse(line));
  const seen = new Set();
  for (const [index, { n, code }] of cases.entries()) {
    if (seen.has(code[0]) || (n !== 'bytes' && index % 6) || (n === 'bytes' && index % 3) || /limit|classes|data|recursion/.test(n)) continue;
    seen.add(code[0]);
    const deployed = await deployCustomBytecode(Buffer.from(header.codes[code[0]], 'base64'), tester, n, address(42));
    await send(recorder, n, { app: [await request(deployed.address, [7, 8, Fr.MODULUS - 1n])] });
  }
});

// Transactions without public calls.
await scenario({}, async recorder => {
  await recorder.tester.setFeePayerBalance(address(42), new Fr(10n ** 9n));
  for (let i = 0; i < 20; i++) {
    const tx = await createTxForPrivateOnly(i % 7 === 3 ? address(43) : address(42), new Gas(96 + rng.int(1000), 440_000 + rng.int(100_000)));
    const end = tx.data.forRollup.end;
    list(1 + rng.int(4), () => unique()).forEach((n, at) => (end.nullifiers[at] = i % 7 === 5 ? new Fr(3) : n));
    list(rng.int(4), () => unique()).forEach((n, at) => (end.noteHashes[at] = n));
    list(rng.int(3), message).forEach((m, at) => (end.l2ToL1Msgs[at] = m));
    list(rng.int(3), () => PrivateLog.random()).forEach((log, at) => (end.privateLogs[at] = log));
    await recorder.processPrivate(tx, `private ${i}`);
  }
});

// The official test contracts.
const contract = name => loadContractArtifact(JSON.parse(readFileSync(packageFile(`noir-test-contracts.js/artifacts/${name}.json`), 'utf8')));
const real = name => loadContractArtifact(JSON.parse(readFileSync(packageFile(`noir-contracts.js/artifacts/${name}.json`), 'utf8')));
const quiet = createLogger('avm');
const bulk = await internal('simulator/dest/public/fixtures/bulk_test.js');
const tokens = await internal('simulator/dest/public/fixtures/token_test.js');
const amm = await internal('simulator/dest/public/fixtures/amm_test.js');
const quietly = run => async recorder => { await run(recorder.tester).catch(error => console.log('fixture stopped:', error.message.slice(0, 200))); };
await scenario({}, quietly(tester => bulk.bulkTest(tester, quiet, contract('avm_test_contract-AvmTest'))));
await scenario({}, quietly(tester => bulk.megaBulkTest(tester, quiet, contract('avm_test_contract-AvmTest'))));
await scenario({}, quietly(tester => tokens.tokenTest(tester, quiet, real('token_contract-Token'), () => {})));
await scenario({}, quietly(tester => amm.ammTest(tester, quiet, real('token_contract-Token'), real('amm_contract-AMM'), () => {})));
const customTests = await internal('simulator/dest/public/fixtures/custom_bytecode_tests.js');
await scenario({}, async recorder => {
  for (const test of Object.values(customTests)) await (test.length === 2 ? test(true, recorder.tester) : test(recorder.tester)).catch(() => {});
});

// Every public function of the official gadget tests, with arguments of their types.
function argument(type) {
  switch (type.kind) {
    case 'field': return new Fr(rng.big(253));
    case 'boolean': return rng.int(2) === 1;
    case 'integer': return rng.big(type.width);
    case 'string': return 'a'.repeat(type.length);
    case 'array': return list(type.length, () => argument(type.type));
    case 'struct': return Object.fromEntries(type.fields.map(f => [f.name, argument(f.type)]));
    default: throw new Error(`no argument of type ${type.kind}`);
  }
}
for (const name of ['avm_gadgets_test_contract-AvmGadgetsTest', 'avm_test_contract-AvmTest']) {
  await scenario({}, async recorder => {
    const artifact = contract(name);
    const { tester } = recorder;
    const instance = await tester.registerAndDeployContract([], address(42), artifact);
    for (const fn of artifact.nonDispatchPublicFunctions) {
      for (let i = 0; i < 2; i++) {
        let args;
        try { args = fn.parameters.map(p => argument(p.type)); } catch { continue; }
        await tester.simulateTx(address(42), [], [{ address: instance.address, fnName: fn.name, args }], undefined, address(42), undefined, fn.name).catch(() => {});
      }
    }
  });
}

const counts = {};
for (const step of scenarios.flat()) if (step.tx) { const key = step.refused ?? (step.reason ? `reverted` : 'success'); counts[key] = (counts[key] ?? 0) + 1; }
console.log(counts);
const file = scenarios.map(steps => JSON.stringify(steps)).join('\n');
const packed = deflateSync(file, { level: 9 });
writeFileSync(new URL('../data/txs.jsonl.z', import.meta.url), packed);
console.log(file.length, 'bytes,', packed.length, 'compressed');
