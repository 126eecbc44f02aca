// Records what the official test fixtures do to a world and what the native simulator makes of each transaction.
import { deflateSync } from 'node:zlib';
import { aztec, internal } from '../../vectors/generate/lib.mjs';

const { NativeWorldStateService } = await aztec('world-state');
const fixtures = await aztec('simulator/public/fixtures');
const { MeasuredCppPublicTxSimulator } = await internal('simulator/dest/public/public_tx_simulator/cpp_public_tx_simulator.js');
const { TestExecutorMetrics } = await internal('simulator/dest/public/test_executor_metrics.js');
const { PublicProcessorFactory } = await internal('simulator/dest/public/public_processor/public_processor.js');
const { makeProcessedTxFromTxWithPublicCalls } = await aztec('stdlib/tx');
const { ChonkProof } = await aztec('stdlib/proofs');
const { PublicSimulatorConfig } = await aztec('stdlib/avm');
const { computePublicDataTreeLeafSlot, siloNullifier } = await aztec('stdlib/hash');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { jsonStringify } = await aztec('foundation/json-rpc');

export const hex = field => '0x' + field.toBigInt().toString(16);
const json = value => JSON.parse(jsonStringify(value));
const pack = buffer => deflateSync(buffer, { level: 9 }).toString('base64');

/** What tells one refusal of a transaction from another. */
const REFUSALS = [[/\[SETUP\]/, 'SetupReverted'], [/Not enough balance/, 'InsufficientBalance'], [/Attempted to emit duplicate siloed nullifier|failed with duplicate nullifiers/, 'NonRevertible'], [/^maxFeesPerGas/, 'Gas']];

export class Recorder {
  steps = [];

  static async create(config = {}) {
    const recorder = new Recorder();
    recorder.world = await NativeWorldStateService.tmp();
    const globals = fixtures.defaultGlobals();
    const factory = (trees, contracts, g, metrics, c) => {
      recorder.simulator = new MeasuredCppPublicTxSimulator(trees, contracts, g, metrics, c);
      return { simulate: (tx, label) => recorder.simulate(tx, label) };
    };
    recorder.config = PublicSimulatorConfig.from({ collectCallMetadata: true, collectDebugLogs: true, ...config });
    const source = new fixtures.SimpleContractDataSource();
    recorder.trees = await recorder.world.fork();
    recorder.globals = globals;
    const tester = new fixtures.PublicTxSimulationTester(recorder.trees, source, globals, new TestExecutorMetrics(), factory, recorder.config);
    recorder.tester = tester;
    recorder.steps.push({ globals: json(globals), skipFee: recorder.config.skipFeeEnforcement, debug: recorder.config.collectDebugLogs });
    const setPublicStorage = tester.setPublicStorage.bind(tester);
    tester.setPublicStorage = async (address, slot, value) => {
      recorder.steps.push({ publicData: [hex(await computePublicDataTreeLeafSlot(address, slot)), hex(value)] });
      return setPublicStorage(address, slot, value);
    };
    const deploy = tester.registerAndDeployContract.bind(tester);
    tester.registerAndDeployContract = async (args, deployer, artifact, skip = false, ...rest) => {
      const instance = await deploy(args, deployer, artifact, skip, ...rest);
      if (!skip) recorder.steps.push({ nullifier: hex(await siloNullifier(AztecAddress.fromNumber(2), instance.address.toField())) });
      return instance;
    };
    const insertNullifier = tester.insertNullifier.bind(tester);
    tester.insertNullifier = async (contract, nullifier) => {
      recorder.steps.push({ nullifier: hex(await siloNullifier(contract, nullifier)) });
      return insertNullifier(contract, nullifier);
    };
    const addContract = source.addNewContract.bind(source);
    source.addNewContract = async (artifact, contractClass, instance) => {
      recorder.steps.push({ contractClass: json({ privateFunctions: [], utilityFunctions: [], ...contractClass }), instance: json(instance) });
      return addContract(artifact, contractClass, instance);
    };
    return recorder;
  }

  async simulate(tx, label) {
    tx.chonkProof = ChonkProof.empty();
    const step = { n: label, tx: pack(tx.toBuffer()) };
    this.steps.push(step);
    await this.trees.createCheckpoint();
    try {
      const result = await this.simulator.simulate(tx, `${label} ${this.steps.length}`);
      await this.trees.commitCheckpoint();
      const processed = makeProcessedTxFromTxWithPublicCalls(
        tx, this.globals, undefined, result.publicTxEffect, result.gasUsed, result.revertCode, result.findRevertReason());
      step.effect = pack(processed.txEffect.toBuffer());
      step.gas = json(result.gasUsed);
      step.returned = result.getAppLogicReturnValues().map(call => (call.values ?? []).map(hex));
      const prints = result.logs ?? [];
      if (prints.length) step.prints = json(prints);
      const reason = processed.revertReason;
      if (reason) {
        step.reason = {
          message: reason.originalMessage ?? reason.message,
          functions: json(reason.functionErrorStack), places: reason.noirErrorStack, data: (reason.revertData ?? []).map(hex),
        };
      }
      return result;
    } catch (error) {
      await this.trees.revertCheckpoint();
      const refusal = REFUSALS.find(([pattern]) => pattern.test(error.message));
      // What is left are faults of the fixture's world: protocol contracts it lacks.
      if (refusal) step.refused = refusal[1];
      else this.steps.splice(this.steps.indexOf(step), 1);
      throw error;
    }
  }

  /** A transaction without public calls, as the official processor takes it. */
  async processPrivate(tx, label) {
    const step = { n: label, tx: pack(tx.toBuffer()) };
    this.steps.push(step);
    const factory = new PublicProcessorFactory(this.tester.contractDataSource);
    const [[processed], [failed]] = await factory.create(this.trees, this.globals, this.config).process([tx]);
    if (failed) {
      step.refused = REFUSALS.find(([pattern]) => pattern.test(failed.error.message))[1];
      return;
    }
    step.effect = pack(processed.txEffect.toBuffer());
    step.gas = json(processed.gasUsed);
    step.returned = [];
  }

  async close() {
    await this.world.close();
  }
}
