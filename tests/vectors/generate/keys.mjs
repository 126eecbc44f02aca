// Key derivation, addresses, complete addresses, shared and tagging secrets.
import { aztec, edges, Fq, Fr, hex, Topic } from './lib.mjs';

const keys = await aztec('stdlib/keys');
const { AztecAddress } = await aztec('stdlib/aztec-address');
const { CompleteAddress } = await aztec('stdlib/contract');
const logs = await aztec('stdlib/logs');
const { Grumpkin } = await aztec('foundation/crypto/grumpkin');
const { Point } = await aztec('foundation/curves/grumpkin');
const { EthAddress } = await aztec('foundation/eth-address');

const t = new Topic('keys');
const { rng } = t;
const N = 200;
const edge = edges(Fr.MODULUS).map(v => new Fr(v));
const shape = p => ({ x: p.x, y: p.y, isInfinite: p.isInfinite });
const scalar = async () => {
  for (;;) {
    const s = rng.fq();
    if (!s.isZero()) return s;
  }
};
const point = async () => Grumpkin.mul(Grumpkin.generator, await scalar());
const publicKeys = async () => new keys.PublicKeys(await point(), await point(), await point(), await point());

for (const secret of [...edge, ...rng.list(N, () => rng.fr())]) {
  await t.ok('deriveKeys', secret, () => keys.deriveKeys(secret));
  await t.ok('signingKey', secret, () => keys.deriveSigningKey(secret));
}
for (let i = 0; i < N; i++) {
  const sk = await scalar();
  await t.ok('publicKey', sk, async () => shape(await keys.derivePublicKeyFromSecretKey(sk)));
  const app = new AztecAddress(i < edge.length ? edge[i] : rng.fr());
  for (const prefix of keys.KEY_PREFIXES) {
    await t.ok('appSecretKey', { key: sk, app, prefix }, () => keys.computeAppSecretKey(sk, app, prefix));
  }
  await t.ok('appNullifierHidingKey', { key: sk, app }, () => keys.computeAppNullifierHidingKey(sk, app));
  await t.ok('appOutgoingViewingKey', { key: sk, app }, () => keys.computeOvskApp(sk, app));
}

const zero = Point.ZERO;
const special = [keys.PublicKeys.default(), new keys.PublicKeys(zero, zero, zero, zero)];
for (let i = 0; i < N; i++) {
  const pks = special[i] ?? (await publicKeys());
  const partial = i < edge.length ? edge[i] : rng.fr();
  await t.ok('publicKeys', pks.toBuffer(), async () => ({ fields: pks.toFields(), json: pks, hash: await pks.hash() }));
  if (!pks.isEmpty()) {
    await t.ok('address', { publicKeys: pks.toString(), partial }, () => keys.computeAddress(pks, partial));
  }
}
await t.ok('defaultPublicKeys', {}, () => ({ keys: keys.PublicKeys.default().toString() }));

for (let i = 0; i < N; i++) {
  const secret = rng.fr();
  const partial = i < edge.length ? edge[i] : rng.fr();
  const derived = await keys.deriveKeys(secret);
  const complete = await CompleteAddress.fromSecretKeyAndPartialAddress(secret, partial);
  const preaddress = await complete.getPreaddress();
  await t.ok('completeAddress', { secret, partial }, () => ({
    text: complete.toString(),
    address: complete.address,
    preaddress,
  }));
  await t.ok('completeAddressFromString', complete.toString(), async () => {
    const parsed = await CompleteAddress.fromString(complete.toString());
    return { address: parsed.address, publicKeys: parsed.publicKeys.toString(), partial: parsed.partialAddress };
  });
  const ivsk = derived.masterIncomingViewingSecretKey;
  await t.ok('addressSecret', { preaddress, ivsk }, () => keys.computeAddressSecret(preaddress, ivsk));

  const bytes = complete.toBuffer();
  const byte = [31, 40, 120, 200, 260, 319][i % 6];
  bytes[byte] ^= 1 << (i % 8);
  if (i < 60) await t.refuses('completeAddressFromString', hex(bytes), () => CompleteAddress.fromString(hex(bytes)));

  // Two parties and the tags between them.
  const other = await CompleteAddress.fromSecretKeyAndPartialAddress(rng.fr(), rng.fr());
  const app = new AztecAddress(rng.fr());
  const recipient = i % 2 ? other.address : complete.address;
  const index = i < 3 ? i : rng.u32();
  const input = { local: complete.toString(), ivsk, external: other.address, app, recipient };
  const Secret = logs.ExtendedDirectionalAppTaggingSecret;
  const tagging = await Secret.compute(complete, ivsk, other.address, app, recipient);
  await t.ok('taggingSecret', input, () => ({ secret: tagging.secret, text: tagging.toString() }));
  const preTag = { extendedSecret: tagging, index };
  await t.ok('tag', { secret: tagging.secret, index }, () => logs.Tag.compute(preTag));
  await t.ok('siloedTag', { secret: tagging.secret, app, index }, () => logs.SiloedTag.compute(preTag));

  const [sk, pk] = [await scalar(), await point()];
  await t.ok('sharedSecret', { secret: sk, point: shape(pk) }, async () =>
    shape(await logs.deriveEcdhSharedSecret(sk, pk)),
  );
}
await t.refuses('sharedSecret', { secret: new Fq(5n), point: shape(zero) }, async () =>
  logs.deriveEcdhSharedSecret(new Fq(5n), zero),
);
for (const text of ['', '0x', '0x00', hex(Buffer.alloc(319)), hex(Buffer.alloc(320, 255))]) {
  await t.refuses('completeAddressFromString', text, () => CompleteAddress.fromString(text));
}

// Addresses.
for (const x of [...edge, ...rng.list(N, () => rng.fr())]) {
  const address = new AztecAddress(x);
  await t.ok('addressIsValid', address, () => address.isValid());
  await t.either('addressPoint', address, async () => shape(await address.toAddressPoint()));
}
for (let i = 0; i < N; i++) {
  const eth = new EthAddress(i === 0 ? Buffer.alloc(20) : i === 1 ? Buffer.alloc(20, 255) : rng.bytes(20));
  await t.ok('ethAddress', eth.toString(), () => ({
    buffer: hex(eth.toBuffer()),
    field: eth.toField(),
    json: eth.toJSON(),
  }));
  await t.ok('ethAddress', hex(eth.toBuffer()).toUpperCase().replace('0X', '0x'), () => {
    const parsed = EthAddress.fromString(hex(eth.toBuffer()).toUpperCase().replace('0X', '0x'));
    return { buffer: hex(parsed.toBuffer()), field: parsed.toField(), json: parsed.toJSON() };
  });
  await t.ok('ethAddressFromField', eth.toField(), () => EthAddress.fromField(eth.toField()));
}
for (const text of ['', '0x', '0x00', '0x' + '0'.repeat(39), '0x' + '0'.repeat(41), '0x' + 'g'.repeat(40)]) {
  await t.refuses('ethAddress', text, () => EthAddress.fromString(text));
}
// The empty keys above have no address.
const last = await publicKeys();
const partial = rng.fr();
await t.ok('address', { publicKeys: last.toString(), partial }, () => keys.computeAddress(last, partial));
t.write();
