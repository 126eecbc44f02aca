// Accounts: instances, witnesses, requests, wrapped payloads, deployments; ways to pay.
import { aztec, Fr, hex, internal, official, packed, packedFields, Topic } from './lib.mjs';

const abi = await aztec('stdlib/abi');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { AuthWitness } = await aztec('stdlib/auth-witness');
const { getContractClassFromArtifact } = await aztec('stdlib/contract');
const { Gas, GasFees, GasSettings } = await aztec('stdlib/gas');
const { deriveSigningKey, deriveMasterIncomingViewingSecretKey } = await aztec('stdlib/keys');
const { Capsule, ExecutionPayload, HashedValues } = await aztec('stdlib/tx');
const { EcdsaKAccountContract, EcdsaRAccountContract } = await aztec('accounts/ecdsa');
const { SchnorrAccountContract } = await aztec('accounts/schnorr');
const { SingleKeyAccountContract } = await aztec('accounts/single_key');
const { SignerlessAccount } = await aztec('aztec.js/account');
const { publishContractClass, publishInstance } = await aztec('aztec.js/deployment');
const fee = await aztec('aztec.js/fee');
const { AccountManager } = await aztec('aztec.js/wallet');
const { DefaultEntrypoint } = await aztec('entrypoints/default');
const { RandomnessSingleton } = await internal('foundation/dest/crypto/random/randomness_singleton.js');

const t = new Topic('account');
const { rng } = t;

// What the official packages draw is part of a case.
let draws = [];
RandomnessSingleton.instance = {
  isDeterministic: () => true,
  getBytes: n => {
    const bytes = rng.bytes(n);
    draws.push(bytes);
    return bytes;
  },
};
/** A case whose input holds what was drawn for its output. */
async function drawn(f, input, compute) {
  draws = [];
  const out = await compute();
  await t.ok(f, { ...official(input), draws: draws.map(hex) }, () => official(out));
}

const address = () => new AztecAddress(rng.fr());
const call = type =>
  abi.FunctionCall.from({
    name: rng.pick(['transfer', 'mint', 'f']),
    to: address(),
    selector: new abi.FunctionSelector(rng.bytes(4).readUInt32BE()),
    type: type ?? rng.pick(['private', 'public']),
    hideMsgSender: rng.bool(),
    isStatic: rng.bool(),
    args: rng.list(rng.int(4), () => rng.fr()),
    returnTypes: [],
  });
const payload = (calls, feePayer) =>
  new ExecutionPayload(
    calls,
    rng.list(rng.int(2), () => new AuthWitness(rng.fr(), rng.list(rng.int(4), () => rng.fr()))),
    rng.list(rng.int(2), () => new Capsule(address(), rng.fr(), rng.list(rng.int(4), () => rng.fr()))),
    rng.list(rng.int(2), () => new HashedValues(rng.list(rng.int(4), () => rng.fr()), rng.fr())),
    feePayer,
  );
const gas = () => new Gas(rng.u32(), rng.u32());
const fees = () => new GasFees(rng.big(64), rng.big(64));
const gasSettings = () => new GasSettings(gas(), gas(), fees(), fees());
const chainInfo = () => ({ chainId: new Fr(rng.big(32)), version: new Fr(rng.big(32)) });
const scalarBytes = () => Buffer.concat([Buffer.from([rng.int(128)]), rng.bytes(31)]);

// Class ids are the same in every case, and hashing an artifact takes long.
const classes = new Map();
async function classOf(artifact) {
  if (!classes.has(artifact.name)) classes.set(artifact.name, await getContractClassFromArtifact(artifact));
  return classes.get(artifact.name);
}

const KINDS = {
  schnorr: (_, key) => new SchnorrAccountContract(key),
  ecdsasecp256k1: (_, key) => new EcdsaKAccountContract(key),
  ecdsasecp256r1: (_, key) => new EcdsaRAccountContract(key),
  schnorrsinglekey: secret => new SingleKeyAccountContract(deriveMasterIncomingViewingSecretKey(secret)),
};
const wallet = {
  registerContract: () => {},
  getContractClassMetadata: () => ({ isContractClassPubliclyRegistered: false }),
};

async function account(kind) {
  const [secret, salt] = [rng.fr(), rng.fr()];
  const key = kind === 'schnorr' ? deriveSigningKey(rng.fr()) : scalarBytes();
  const manager = await AccountManager.create(wallet, secret, KINDS[kind](secret, key), salt);
  const classId = (await classOf(await manager.getAccountContract().getContractArtifact())).id;
  const signingKey = kind === 'schnorrsinglekey' ? deriveSigningKey(secret) : key;
  const bytes = Buffer.isBuffer(signingKey) ? signingKey : signingKey.toBuffer();
  return { manager, input: { kind, classId, secret, salt, signingKey: hex(bytes) } };
}

// Signatures on Grumpkin draw inside of barretenberg, so those of a second run would be others: requests are made by
// accounts with ECDSA only. Sessions of the official wallet (`tests/pxe`) have the others.
const signing = [];
for (let i = 0; i < 48; i++) {
  const kind = Object.keys(KINDS)[i % 4];
  const { manager, input } = await account(kind);
  await t.ok('accountInstance', input, async () => ({
    instance: official(manager.getInstance()),
    completeAddress: await manager.getCompleteAddress(),
  }));
  if (kind.startsWith('ecdsa')) signing.push({ manager, input, account: await manager.getAccount() });
}
console.log('instances made');

for (let i = 0; i < 48; i++) {
  const { input, account } = signing[i % signing.length];
  const chain = chainInfo();
  const intent = rng.bool() ? { consumer: address(), innerHash: rng.fr() } : { caller: address(), call: call() };
  await t.ok('accountAuthwit', official({ account: input, chain, intent }), () => account.createAuthWit(intent, chain));

  const exec = payload(rng.list(i % 6, () => call()));
  const options = {
    feePaymentMethodOptions: rng.int(3),
    cancellable: rng.bool(),
    txNonce: rng.bool() ? rng.fr() : undefined,
  };
  const settings = gasSettings();
  const asked = { payload: exec, gasSettings: settings, chain };
  await drawn('accountRequest', { account: input, options, ...asked }, () =>
    account.createTxExecutionRequest(exec, settings, chain, options),
  );
  await drawn('multiCallRequest', asked, () => new SignerlessAccount().createTxExecutionRequest(exec, settings, chain));
  const direct = payload([call('private')]);
  await drawn('directRequest', { payload: direct, gasSettings: settings, chain }, () =>
    new DefaultEntrypoint().createTxExecutionRequest(direct, settings, chain),
  );
  const inner = payload(rng.list(rng.int(6), () => call()), rng.bool() ? address() : undefined);
  const method = { feePaymentMethodOptions: rng.int(3) };
  await drawn('accountWrap', { account: input, payload: inner, options: method }, () =>
    account.wrapExecutionPayload(inner, method),
  );
  await drawn('multiCallWrap', { payload: inner }, () => new SignerlessAccount().wrapExecutionPayload(inner));
}
for (const calls of [[call('public')], [call('private'), call('private')]]) {
  const exec = payload(calls);
  await t.refuses('directRequest', official({ payload: exec, gasSettings: gasSettings(), chain: chainInfo(), draws: [] }), () =>
    new DefaultEntrypoint().createTxExecutionRequest(exec, gasSettings(), chainInfo()),
  );
}
console.log('requests made');

/** The ways to pay, as this account would. */
function methods({ account }, chain, settings) {
  const paying = { ...wallet, getChainInfo: () => chain, createAuthWit: (_, intent) => account.createAuthWit(intent, chain) };
  const [contract, asset, sender] = [address(), address(), account.getAddress()];
  const through = Type => {
    const method = new Type(contract, sender, paying, settings);
    method.assetPromise = Promise.resolve(asset);
    return method;
  };
  const claim = { claimAmount: rng.big(128), claimSecret: rng.fr(), messageLeafIndex: rng.big(63) };
  return [
    [{ claim }, new fee.FeeJuicePaymentMethodWithClaim(sender, claim)],
    [{ sponsored: { sponsor: contract } }, new fee.SponsoredFeePaymentMethod(contract)],
    [{ private: { contract, asset } }, through(fee.PrivateFeePaymentMethod)],
    [{ public: { contract, asset } }, through(fee.PublicFeePaymentMethod)],
  ];
}
for (let i = 0; i < 12; i++) {
  const chain = chainInfo();
  const settings = new GasSettings(gas(), gas(), fees(), fees());
  const own = signing[i % signing.length];
  for (const [method, payment] of methods(own, chain, settings)) {
    await drawn('feePayload', { account: own.input, chain, gasSettings: settings, method }, () =>
      payment.getExecutionPayload(),
    );
  }
}

// Publishing.
for (let i = 0; i < 48; i++) {
  const { manager } = signing[i % signing.length];
  const instance = { ...manager.getInstance(), deployer: rng.bool() ? AztecAddress.ZERO : address(), salt: rng.fr() };
  await t.ok('publishInstance', { instance: official(instance) }, () => publishInstance(wallet, instance).getFunctionCall());
}
const { FPCContractArtifact } = await aztec('noir-contracts.js/FPC');
const { AuthContractArtifact } = await aztec('noir-contracts.js/Auth');
for (const artifact of [FPCContractArtifact, AuthContractArtifact]) {
  const { artifactHash, privateFunctionsRoot, publicBytecodeCommitment, packedBytecode } = await classOf(artifact);
  const preimage = { artifactHash, privateFunctionsRoot, publicBytecodeCommitment };
  await t.ok('publishClass', { preimage, packedBytecode: packed(packedBytecode) }, async () => {
    const { calls, capsules: [capsule], authWitnesses, extraHashedArgs } = await (await publishContractClass(wallet, artifact)).request();
    const { contractAddress, storageSlot, data } = capsule;
    return { calls, contractAddress, storageSlot, data: packedFields(data), authWitnesses, extraHashedArgs };
  });
}

// Accounts that are deployed: by themselves, paying in every way, or by others.
for (let i = 0; i < 16; i++) {
  const own = signing[i % signing.length];
  const [chain, settings] = [chainInfo(), gasSettings()];
  const choices = [[undefined, undefined], ...methods(own, chain, settings)];
  const [method, paymentMethod] = choices[i % choices.length];
  const publish = i % 3 === 0;
  const deployer = i % 2 === 0 ? AztecAddress.ZERO : address();
  const asked = { account: own.input, chain, gasSettings: settings, method, publish, deployer };
  const deploy = await own.manager.getDeployMethod();
  await drawn('accountDeployment', asked, () =>
    deploy.request({ deployer, fee: { paymentMethod }, skipRegistration: true, skipInstancePublication: !publish }),
  );
}
t.write();
