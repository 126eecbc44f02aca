// A small world for the official simulator: state in memory, contracts made of bytecode.
import { createHash } from 'node:crypto';
import { Fr, aztec, internal } from '../../vectors/generate/lib.mjs';

const { AvmSimulator } = await internal('simulator/dest/public/avm/avm_simulator.js');
const { CallDataArray } = await internal('simulator/dest/public/avm/calldata.js');
const { PublicPersistableStateManager } = await internal('simulator/dest/public/state_manager/state_manager.js');
const { SideEffectTrace } = await internal('simulator/dest/public/side_effect_trace.js');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { computeContractClassId } = await aztec('stdlib/contract');
const { computePublicBytecodeCommitment } = await aztec('stdlib/contract');
const { PublicKeys } = await aztec('stdlib/keys');
const { siloNullifier, computePublicDataTreeLeafSlot } = await aztec('stdlib/hash');
const { PublicSimulatorConfig } = await aztec('stdlib/avm');
const { GasFees } = await aztec('stdlib/gas');
const { GlobalVariables } = await aztec('stdlib/tx');
const { EthAddress } = await aztec('foundation/eth-address');

export const FIRST_NULLIFIER = new Fr(420000);
export const TIMESTAMP = 99833n;
export const GLOBALS = GlobalVariables.from({
  chainId: new Fr(31337), version: new Fr(77), blockNumber: 42, slotNumber: 5, timestamp: TIMESTAMP,
  coinbase: EthAddress.ZERO, feeRecipient: AztecAddress.ZERO, gasFees: new GasFees(2n, (1n << 100n) + 3n),
});
export const addressOf = index => new Fr(0x1000 + index);

/** What is in the trees before a call. */
export const STATE = {
  noteHashes: Array.from({ length: 64 }, (_, i) => new Fr(i < 40 ? 9000 + i : 0)),
  messages: Array.from({ length: 16 }, (_, i) => new Fr(i < 10 ? 7000 + i : 0)),
  nullifiers: [new Fr(11), new Fr(12)],
};

class Trees {
  constructor(publicData, nullifiers) {
    this.levels = [{ data: new Map(publicData), nullifiers: new Set(nullifiers), notes: [...STATE.noteHashes] }];
  }
  get top() { return this.levels.at(-1); }
  async storageRead(contract, slot) {
    const key = (await computePublicDataTreeLeafSlot(contract, slot)).toBigInt();
    return this.top.data.get(key) ?? Fr.ZERO;
  }
  async storageWrite(contract, slot, value) {
    this.top.data.set((await computePublicDataTreeLeafSlot(contract, slot)).toBigInt(), value);
  }
  getL1ToL2LeafValue(index) { return index < 1n << 36n ? (STATE.messages[Number(index)] ?? Fr.ZERO) : new Fr(-1n + Fr.MODULUS); }
  getNoteHash(index) { return index < 1n << 42n ? (this.top.notes[Number(index)] ?? Fr.ZERO) : new Fr(-1n + Fr.MODULUS); }
  writeNoteHash(hash) { this.top.notes.push(hash); }
  checkNullifierExists(nullifier) { return this.top.nullifiers.has(nullifier.toBigInt()); }
  writeNullifier(nullifier) { this.top.nullifiers.add(nullifier.toBigInt()); }
  createCheckpoint() {
    const { data, nullifiers, notes } = this.top;
    this.levels.push({ data: new Map(data), nullifiers: new Set(nullifiers), notes: [...notes] });
  }
  commitCheckpoint() { const top = this.levels.pop(); this.levels[this.levels.length - 1] = top; }
  revertCheckpoint() { this.levels.pop(); }
}

class Contracts {
  constructor(contracts) { this.contracts = contracts; }
  getContractInstance(address) { return this.contracts.find(c => c.address.equals(address))?.instance; }
  getContractClass(id) { return this.contracts.map(c => c.contractClass).find(c => c.id.equals(id)); }
  getBytecodeCommitment(id) { return this.getContractClass(id)?.commitment; }
  getDebugFunctionName() { return undefined; }
}

const ARTIFACT_HASH = new Fr(1), PRIVATE_ROOT = new Fr(2);
const classes = new Map();
async function classOf(bytecode) {
  const key = bytecode.toString('latin1');
  if (!classes.has(key)) {
    const publicBytecodeCommitment = await computePublicBytecodeCommitment(bytecode);
    const id = await computeContractClassId({ artifactHash: ARTIFACT_HASH, privateFunctionsRoot: PRIVATE_ROOT, publicBytecodeCommitment });
    classes.set(key, { id, packedBytecode: bytecode, version: 1, artifactHash: ARTIFACT_HASH, privateFunctionsRoot: PRIVATE_ROOT, commitment: publicBytecodeCommitment });
  }
  return classes.get(key);
}

export async function contractOf(bytecode, index) {
  const contractClass = await classOf(bytecode);
  const address = new AztecAddress(addressOf(index));
  const instance = {
    version: 1, salt: new Fr(3), deployer: new AztecAddress(new Fr(4)), currentContractClassId: contractClass.id,
    originalContractClassId: contractClass.id, initializationHash: new Fr(5), publicKeys: PublicKeys.default(), address,
  };
  return { address, instance, contractClass };
}

/** The halt's name in our code, with what tells it from others of its kind. */
const KINDS = [
  [/^Not enough L2GAS, DAGAS gas left/, 'OutOfGas l2 da'], [/^Not enough L2GAS gas left/, 'OutOfGas l2'],
  [/^Not enough DAGAS gas left/, 'OutOfGas da'], [/^Invalid program counter/, 'InvalidProgramCounter'],
  [/value is not in the range of valid opcodes/, 'InvalidOpcode'], [/Tag check failed: Tag value/, 'InvalidTag'],
  [/^Instruction fetching error at pc \d+: The value of "offset"/, 'TruncatedInstruction'],
  [/^Instruction fetching error at pc \d+: Attempt to access memory outside buffer bounds/, 'TruncatedInstruction'],
  [/^Base address/, 'BaseAddressTag'], [/^Address after indirection/, 'IndirectAddressTag'],
  [/^Relative address out of range/, 'RelativeAddressOutOfRange'], [/^Tag mismatch, got/, 'NotIntegral'],
  [/^Tag mismatch at offset/, 'TagMismatch'], [/^Memory slice is out of range/, 'SliceOutOfRange'],
  [/^Division by zero/, 'DivisionByZero'], [/^Invalid GETENVVAR/, 'InvalidEnvironmentVariable'],
  [/^Invalid GETCONSTRACTINSTANCE/, 'InvalidInstanceMember'], [/^Internal call stack empty/, 'InternalCallStackEmpty'],
  [/^Static call cannot/, 'StaticCall'], [/^EcAdd point/, 'PointNotOnCurve'], [/radix should be in range/, 'InvalidRadix'],
  [/bit mode is activated/, 'BitsInRadix'], [/numLimbs zero|failed to decompose/, 'TooFewDigits'],
  [/Recipient address is too large/, 'RecipientTooLarge'], [/duplicate nullifier|Reached the limit/, 'SideEffect'],
  [/^No bytecode found/, 'NoBytecode'], [/^Assertion failed: $/, 'Revert'],
];
function kindOf(message) {
  const kind = KINDS.find(([pattern]) => pattern.test(message));
  if (!kind) throw new Error(`unknown kind of halt: ${message}`);
  return kind[1];
}

const hex = field => '0x' + field.toBigInt().toString(16);

function digest(memory) {
  const cells = [...memory.entries()].filter(([, v]) => !(v.getTag() === 0 && v.toBigInt() === 0n)).sort(([a], [b]) => a - b);
  const hash = createHash('sha256');
  for (const [address, value] of cells) {
    const cell = Buffer.alloc(37);
    cell.writeUInt32BE(address);
    cell[4] = value.getTag();
    value.toFr().toBuffer().copy(cell, 5);
    hash.update(cell);
  }
  return [cells.length, hash.digest('hex').slice(0, 16)];
}

/** Runs a call of the first contract as the official simulator does, and records all it did. */
export async function run({ contracts, publicData = [], calldata = [], gas = [6_000_000, 100_000], isStatic = false, fee = 0, debug = false }) {
  const registry = AztecAddress.fromNumber(2);
  const nullifiers = [];
  for (const contract of contracts) nullifiers.push((await siloNullifier(registry, contract.address.toField())).toBigInt());
  const trees = new Trees(publicData.map(([k, v]) => [BigInt(k), new Fr(BigInt(v))]), [...STATE.nullifiers.map(n => n.toBigInt()), ...nullifiers]);
  const trace = new SideEffectTrace();
  const manager = PublicPersistableStateManager.create(trees, new Contracts(contracts), trace, FIRST_NULLIFIER, TIMESTAMP);
  const fork = await manager.fork();
  const simulator = await AvmSimulator.create(
    fork, contracts[0].address, new AztecAddress(new Fr(0xabc)), new Fr(fee), GLOBALS, isStatic,
    new CallDataArray(calldata.map(v => new Fr(BigInt(v)))), { l2Gas: gas[0], daGas: gas[1] },
    PublicSimulatorConfig.from({ collectDebugLogs: debug }),
  );
  const result = await simulator.execute();
  const memory = simulator.context.machineState.memory._mem;
  const output = result.output.bestEffortReadAll(300);
  await (result.reverted ? manager.reject(fork) : manager.merge(fork));
  const effects = trace.getSideEffects();
  const out = {
    gas: [result.gasLeft.l2Gas, result.gasLeft.daGas],
    count: result.totalInstructions,
    output: output.map(hex),
    memory: digest(memory),
  };
  if (result.reverted) {
    const own = !result.revertReason.cause && simulator.context.machineState.collectedRevertInfo === undefined;
    out.reverted = own ? { kind: kindOf(result.revertReason.message), places: result.revertReason.noirCallStack.map(p => Number(p.slice(2))) } : {};
  }
  const lists = {
    notes: effects.noteHashes.map(n => hex(n.value)),
    nullifiers: effects.nullifiers.map(n => hex(n.value)),
    messages: effects.l2ToL1Msgs.map(m => [hex(m.message.recipient.toField()), hex(m.message.content), hex(m.contractAddress)]),
    logs: effects.publicLogs.map(l => [hex(l.contractAddress), ...l.fields.map(hex)]),
    writes: effects.publicDataWrites.map(w => [hex(w.leafSlot), hex(w.newValue)]),
    prints: trace.getDebugLogs().map(l => [hex(l.contractAddress), l.level, l.message, ...l.fields.map(hex)]),
  };
  for (const [name, list] of Object.entries(lists)) if (list.length) out[name] = list;
  return out;
}
