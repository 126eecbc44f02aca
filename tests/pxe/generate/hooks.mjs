// Puts a recorder between the parts of the official client: randomness, signatures, oracles, circuits, wallet, PXE, node.
// Nothing of what they do changes, except that random bytes come from a seed.
import { BBPrivateKernelProver } from '@aztec/bb-prover/client';
import { Schnorr } from '@aztec/foundation/crypto/schnorr';
import { Fq } from '@aztec/foundation/curves/bn254';
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { abiDecode } from '@aztec/noir-noirc_abi';
import { extractPrivateCircuitPublicInputs, Oracle } from '@aztec/pxe/simulator';
import { SimulatorRecorderWrapper, witnessMapToFields } from '@aztec/simulator/client';
import { FunctionSelector } from '@aztec/stdlib/abi';
import { EmbeddedWallet } from '@aztec/wallets/embedded';

import { describeArtifact } from './artifacts.mjs';
import { flatten, pack, packWitness, witnessDigest } from './fields.mjs';
import { Seeded } from './random.mjs';
import { failure, json } from './recorder.mjs';

const { RandomnessSingleton } = await import(
  new URL('./randomness_singleton.js', import.meta.resolve('@aztec/foundation/crypto/random')));

/** The recorder that what happens now goes to. */
let to;
export function recordTo(recorder, seed) {
  to = recorder;
  RandomnessSingleton.instance = new Seeded(seed, (who, bytes) => to?.drew(who, bytes));
}

/** Replaces a method by one that is given the official one. */
function around(prototype, name, wrap) {
  const official = prototype[name];
  if (typeof official !== 'function') throw new Error(`no method ${name}`);
  prototype[name] = function (...args) {
    return to ? wrap.call(this, official.bind(this), ...args) : official.apply(this, args);
  };
}

// A signature's nonce is drawn inside barretenberg; it follows from the signature: s = k - key * e.
around(Schnorr.prototype, 'constructSignature', async (official, message, key) => {
  const signature = await official(message, key);
  const challenge = BigInt(`0x${Buffer.from(signature.e).toString('hex')}`) % Fq.MODULUS;
  const response = BigInt(`0x${Buffer.from(signature.s).toString('hex')}`);
  const nonce = (response + key.toBigInt() * challenge) % Fq.MODULUS;
  to.drew('schnorr', new Fq(nonce).toBuffer());
  return signature;
});

/** Who answers the oracles of a run. */
const handlers = new WeakMap();
around(Oracle.prototype, 'toACIRCallback', function (official) {
  const callback = official();
  handlers.set(callback, this.handler);
  return callback;
});

const scopesOf = scopes => (scopes === 'ALL_SCOPES' ? scopes : scopes.map(String));
const oracleAnswer = value => (Array.isArray(value) ? [pack(value)] : pack([value]));

/** What a private function did besides its public inputs. */
async function sideEffects(handler, publicInputs) {
  const found = { returns: pack(await handler.privateLoadFromExecutionCache(publicInputs.returnsHash)) };
  const lists = {
    notes: handler.getNewNotes().map(({ note, storageSlot, randomness, noteTypeId }) => ({
      type: noteTypeId.toString(), slot: storageSlot.toString(), randomness: randomness.toString(),
      items: pack(note.items),
    })),
    nullified: [...handler.getNoteHashNullifierCounterMap()],
    offchain: handler.getOffchainEffects().map(({ data }) => pack(data)),
    tags: json(handler.getUsedPreTags()),
    classLogs: handler.getContractClassLogs().map(({ log, counter }) => ({
      contract: log.contractAddress.toString(), length: log.emittedLength, counter, fields: pack(log.fields.fields),
    })),
  };
  for (const [name, list] of Object.entries(lists)) if (list.length) found[name] = list;
  return found;
}

around(SimulatorRecorderWrapper.prototype, 'executeUserCircuit', async (official, input, artifact, callback) => {
  const handler = handlers.get(callback);
  const isPrivate = 'isPrivate' in handler;
  const outer = to.running.at(-1);
  const run = { id: to.open.pxe[0]?.runs?.length ?? 0 };
  if (outer) run.in = [outer.id, outer.calls.length - 1];
  Object.assign(run, {
    kind: isPrivate ? 'private' : 'utility', contract: handler.contractAddress.toString(),
    artifact: artifact.contractName, function: artifact.name,
    selector: (await FunctionSelector.fromNameAndParameters(artifact.name, artifact.parameters)).toString(),
    scopes: scopesOf(handler.scopes), input: packWitness(input), calls: [],
  });
  if (!to.add('runs', run)) throw new Error(`${artifact.name} runs outside a call of the PXE`);
  const recording = {};
  for (const [name, oracle] of Object.entries(callback)) {
    recording[name] = async (...args) => {
      const call = { n: name, i: args.map(pack) };
      run.calls.push(call);
      try {
        const answer = await oracle(...args);
        call.o = answer.map(oracleAnswer);
        return answer;
      } catch (error) {
        call.error = String(error.message).split('\n')[0];
        throw error;
      }
    };
  }
  to.running.push(run);
  try {
    const result = await official(input, artifact, recording);
    if (isPrivate) {
      const publicInputs = extractPrivateCircuitPublicInputs(artifact, result.partialWitness);
      run.output = pack(publicInputs.toFields());
      Object.assign(run, await sideEffects(handler, publicInputs));
    } else {
      run.output = pack(witnessMapToFields(result.returnWitness));
    }
    run.witness = witnessDigest(result.partialWitness);
    return result;
  } catch (error) {
    run.error = { message: String(error.message).split('\n')[0] };
    if (error.callStack) run.error.callStack = error.callStack;
    if (error.brilligFunctionId !== undefined) run.error.brilligFunctionId = error.brilligFunctionId;
    throw error;
  } finally {
    to.running.splice(to.running.indexOf(run), 1);
  }
});

/** The name of a kernel circuit as its file has it. */
const circuitName = (type, simulated) => {
  const [, name, tag] = /^(.*?)(?:Artifact)?(_[\d_]+)?$/.exec(type);
  const snake = name.replace(/(?<!^)[A-Z]/g, letter => `_${letter}`).toLowerCase();
  return `${snake}${tag === '_64_64_64_64_64_64_64_64_64' ? '' : tag ?? ''}${simulated ? '_simulated' : ''}`;
};

/** The kernel that is about to run. Kernels run one after the other. */
let kernel;
for (const [method, simulated] of [['simulateCircuitOutput', true], ['generateCircuitOutput', false]]) {
  around(BBPrivateKernelProver.prototype, method, (official, inputs, type, ...rest) => {
    kernel = { circuit: circuitName(type, simulated) };
    return official(inputs, type, ...rest);
  });
}

around(SimulatorRecorderWrapper.prototype, 'executeProtocolCircuit', async (official, input, artifact, callback) => {
  const run = { ...kernel, input: packWitness(input) };
  to.add('kernels', run);
  try {
    const result = await official(input, artifact, callback);
    const { return_type: type } = artifact.abi;
    run.output = pack(flatten(type.abi_type, abiDecode(artifact.abi, result.witness).return_value));
    return result;
  } catch (error) {
    run.error = failure(error);
    throw error;
  }
});

/** Requests of a wallet: what is to be done, and the request that comes out of it. */
const payload = ({ calls, authWitnesses, capsules, extraHashedArgs, feePayer }) =>
  json({ calls, authWitnesses, capsules, extraHashedArgs, feePayer });
const fee = ({ gasSettings, accountFeePaymentMethodOptions }) =>
  json({ gasSettings, accountFeePaymentMethodOptions });

around(EmbeddedWallet.prototype, 'createTxExecutionRequestFromPayloadAndFee', (official, exec, from, options) =>
  to.during('wallet', 'createTxExecutionRequest', { payload: payload(exec), from: `${from}`, fee: fee(options) },
    () => official(exec, from, options), json));
around(EmbeddedWallet.prototype, 'simulateViaEntrypoint', (official, exec, from, options, scopes, ...rest) =>
  to.during('wallet', 'simulateViaEntrypoint',
    { payload: payload(exec), from: `${from}`, fee: fee(options), scopes: scopesOf(scopes) },
    () => official(exec, from, options, scopes, ...rest)));
around(EmbeddedWallet.prototype, 'createAuthWit', (official, from, intent) =>
  to.during('wallet', 'createAuthWit', { from: `${from}`, intent: json(intent) }, () => official(from, intent), json));
around(EmbeddedWallet.prototype, 'createAndStoreAccount', (official, alias, type, secret, salt, signingKey) =>
  to.during('wallet', 'createAccount',
    { type, secret: `${secret}`, salt: `${salt}`, signingKey: Buffer.from(signingKey).toString('hex') },
    () => official(alias, type, secret, salt, signingKey),
    async manager => ({
      address: manager.address.toString(), completeAddress: (await manager.getCompleteAddress()).toString(),
      instance: json(manager.getInstance()),
      artifact: await describeArtifact(await manager.getAccountContract().getContractArtifact()),
    })));

/** A tx without its proof, which does not count for its hash. */
const txWithoutProof = tx => {
  const { chonkProof: _, ...rest } = json(tx);
  return rest;
};
const privateResult = ({ firstNullifier, publicFunctionCalldata }) => ({
  firstNullifier: `${firstNullifier}`,
  calldata: publicFunctionCalldata.map(({ hash, values }) => ({ hash: `${hash}`, values: pack(values) })),
});
const tail = publicInputs => publicInputs.toBuffer().toString('base64');

/** Arguments and results of the PXE's methods that are recorded. */
const METHODS = {
  registerAccount: {
    args: (secret, partialAddress) => ({ secret: `${secret}`, partialAddress: `${partialAddress}` }),
    result: String,
  },
  registerSender: { args: sender => ({ sender: `${sender}` }) },
  removeSender: { args: sender => ({ sender: `${sender}` }) },
  getSenders: { args: () => ({}), result: list => list.map(String) },
  getContracts: { args: () => ({}), result: list => list.map(String) },
  getRegisteredAccounts: { args: () => ({}), result: list => list.map(String) },
  registerContractClass: { args: async artifact => ({ artifact: await describeArtifact(artifact) }) },
  registerContract: {
    args: async ({ instance, artifact }) => ({ instance: json(instance), artifact: await describeArtifact(artifact) }),
  },
  updateContract: {
    args: async (address, artifact) => ({ address: `${address}`, artifact: await describeArtifact(artifact) }),
  },
  proveTx: {
    args: (txRequest, scopes) => ({ request: json(txRequest), scopes: scopesOf(scopes) }),
    result: async proven => {
      const tx = await proven.toTx();
      return {
        ...privateResult(proven.privateExecutionResult), publicInputs: tail(proven.publicInputs),
        offchainEffects: json(proven.getOffchainEffects()), txHash: tx.getTxHash().toString(), tx: txWithoutProof(tx),
      };
    },
  },
  simulateTx: {
    args: async (txRequest, { scopes, overrides, ...options }) => ({
      request: json(txRequest), ...options, scopes: scopesOf(scopes),
      overrides: overrides?.contracts && await Promise.all(Object.entries(overrides.contracts).map(
        async ([address, { instance, artifact }]) =>
          ({ address, instance: json(instance), artifact: await describeArtifact(artifact) }))),
    }),
    result: async simulated => ({
      ...privateResult(simulated.privateExecutionResult), publicInputs: tail(simulated.publicInputs),
      txHash: (await simulated.toSimulatedTx()).getTxHash().toString(),
      gasUsed: json(simulated.gasUsed), privateReturns: json(simulated.getPrivateReturnValues()),
      publicReturns: json(simulated.getPublicReturnValues()),
    }),
  },
  profileTx: {
    args: (txRequest, { scopes, ...options }) => ({ request: json(txRequest), ...options, scopes: scopesOf(scopes) }),
    result: ({ executionSteps }) => ({
      steps: executionSteps.map(
        ({ functionName, witness }) => ({ function: functionName, witness: witnessDigest(witness) })),
    }),
  },
  executeUtility: {
    args: (call, { authwits, scopes }) => ({ call: json(call), authwits: json(authwits ?? []), scopes: scopesOf(scopes) }),
    result: ({ result }) => pack(result),
  },
  getPrivateEvents: {
    args: (selector, filter) => ({ selector: `${selector}`, filter: { ...json(filter), scopes: scopesOf(filter.scopes) } }),
    result: json,
  },
};
const DEBUG = {
  getNotes: { args: filter => ({ filter: { ...json(filter), scopes: scopesOf(filter.scopes) } }), result: json },
  sync: { args: () => ({}) },
};

function recorded(target, methods, prefix = '') {
  return new Proxy(target, {
    get(_, name) {
      if (name === 'debug') return recorded(target.debug, DEBUG, 'debug.');
      const value = target[name];
      if (typeof value !== 'function') return value;
      const described = methods[name];
      if (!described) return value.bind(target);
      return async (...args) => to.during('pxe', `${prefix}${name}`, await described.args(...args),
        () => value.apply(target, args), described.result);
    },
  });
}

/** A PXE whose calls are recorded. */
export const recordedPxe = pxe => recorded(pxe, METHODS);

/** The `fetch` of a client of the node that records what the PXE asks. */
export function recordingFetch(url) {
  let batch = 0;
  return async (_host, body) => {
    const number = batch++;
    const reply = await fetch(url, {
      method: 'POST', body: jsonStringify(body), headers: { 'content-type': 'application/json' },
    });
    const response = await reply.json();
    body.forEach(({ method, params }, i) => {
      const { result, error } = response[i];
      const exchange = { m: method, p: json(params ?? []), b: number };
      if (error) exchange.e = error;
      else if (result !== undefined && result !== null) exchange.r = result;
      to?.add('rpc', exchange);
    });
    return { response, headers: reply.headers };
  };
}
