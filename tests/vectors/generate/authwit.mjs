// Authorization witnesses and the entrypoint payload.
import { aztec, Fr, official, packedFields, Topic } from './lib.mjs';

const abi = await aztec('stdlib/abi');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const authwit = await aztec('stdlib/auth-witness');
const { computeVarArgsHash } = await aztec('stdlib/hash');
const { HashedValues } = await aztec('stdlib/tx');
const js = await aztec('aztec.js/authorization');
const { EncodedAppEntrypointCalls } = await aztec('entrypoints/encoding');

const t = new Topic('authwit');
const { rng } = t;
const N = 200;
const address = () => new AztecAddress(rng.fr());
const selector = () => new abi.FunctionSelector(rng.bytes(4).readUInt32BE());
const field = { kind: 'field' };
const types = [
  field,
  { kind: 'integer', sign: 'unsigned', width: 128 },
  { kind: 'array', length: 2, type: { kind: 'boolean' } },
  { kind: 'struct', path: 'aztec::protocol_types::address::AztecAddress', fields: [{ name: 'inner', type: field }] },
];
const words = ['mint', 'burn', 'transfer', 'constructor', ''];

const call = (args = rng.list(rng.int(5), () => rng.fr())) =>
  abi.FunctionCall.from({
    name: rng.pick(words),
    to: address(),
    selector: selector(),
    type: rng.pick(['private', 'public', 'utility']),
    hideMsgSender: rng.bool(),
    isStatic: rng.bool(),
    args,
    returnTypes: rng.list(rng.int(2), () => rng.pick(types)),
  });
for (let i = 0; i < N; i++) {
  const values = rng.list(i % 12, () => rng.fr());
  await t.ok('authwitInner', values, () => authwit.computeInnerAuthWitHash(values));
  const chain = { chainId: new Fr(rng.big(32)), version: new Fr(rng.big(32)) };
  const [consumer, innerHash, caller] = [address(), rng.fr(), address()];
  await t.ok('authwitOuter', { consumer, ...chain, innerHash }, () =>
    authwit.computeOuterAuthWitHash(consumer, chain.chainId, chain.version, innerHash),
  );
  const action = call();
  await t.ok('authwitOfCall', { caller, call: action, ...chain }, () =>
    js.computeAuthWitMessageHash({ caller, call: action }, chain),
  );
  await t.ok('functionCall', official(action), () => official(action));

  const argsHash = await computeVarArgsHash(action.args);
  const inner = await js.computeInnerAuthWitHashFromAction(caller, action);
  const request = [
    (await js.CallAuthorizationRequest.getSelector()).toField(),
    inner,
    caller.toField(),
    action.selector.toField(),
    argsHash,
    ...action.args,
  ];
  await t.ok('callAuthorization', request, () => js.CallAuthorizationRequest.fromFields(request));
  if (i < 10) {
    const wrong = [rng.fr(), ...request.slice(1)];
    await t.refuses('callAuthorization', wrong, () => js.CallAuthorizationRequest.fromFields(wrong));
    await t.refuses('callAuthorization', request.slice(0, i % 5), () =>
      js.CallAuthorizationRequest.fromFields(request.slice(0, i % 5)),
    );
  }
}

// The entrypoint payload.
for (let i = 0; i < N; i++) {
  const calls = rng.list(i < 6 ? i : rng.int(6), () => call());
  const nonce = i === 0 ? new Fr(9n) : rng.fr();
  await t.ok('entrypointPayload', { calls, nonce }, async () => {
    const payload = await EncodedAppEntrypointCalls.create(calls, nonce);
    return {
      fields: packedFields(payload.toFields()),
      hash: await payload.hash(),
      hashedArguments: payload.hashedArguments,
    };
  });
  const args = rng.list(i % 7, () => rng.fr());
  await t.ok('hashedArgs', args, () => HashedValues.fromArgs(args));
  await t.ok('hashedCalldata', args, () => HashedValues.fromCalldata(args));
}
{
  const calls = rng.list(6, () => call());
  await t.refuses('entrypointPayload', { calls, nonce: Fr.ONE }, () => EncodedAppEntrypointCalls.create(calls, Fr.ONE));
}
t.write();
