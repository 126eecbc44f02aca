// Private, public and contract class logs.
import { encodes, privateLog, publicLog, RandomReader } from './codec-lib.mjs';
import { aztec, Fr, packedFields, Topic } from './lib.mjs';

const kernel = await aztec('stdlib/kernel');
const logs = await aztec('stdlib/logs');
const { AztecAddress } = await aztec('stdlib/aztec-address');

const t = new Topic('logs');
const { rng } = t;
const N = 200;

for (let i = 0; i < N; i++) {
  const log = i === 0 ? logs.PrivateLog.empty() : privateLog(rng);
  await encodes(t, 'privateLog', logs.PrivateLog, log, () => ({ blobFields: packedFields(log.toBlobFields()) }));
  if (i < 60) {
    await encodes(t, 'privateLogData', kernel.PrivateLogData, new kernel.PrivateLogData(log, rng.u32(), rng.u32()));
  }
}
for (let i = 0; i < N; i++) {
  const data = kernel.PrivateLogData.fromBuffer(new RandomReader(rng, i % 4 === 0 ? 0.1 : 1));
  if (i >= 60) await encodes(t, 'privateLogData', kernel.PrivateLogData, data);
  const scoped = new kernel.ScopedPrivateLogData(data, new AztecAddress(rng.fr()));
  await encodes(t, 'scopedPrivateLogData', kernel.ScopedPrivateLogData, scoped);

  const list = rng.list(i % 5, () => rng.fr());
  const log = i % 7 === 0 ? publicLog(rng) : new logs.PublicLog(new AztecAddress(rng.fr()), list);
  await encodes(t, 'publicLog', logs.PublicLog, log);
  const several = rng.list(
    i % 4,
    () =>
      new logs.PublicLog(
        new AztecAddress(rng.fr()),
        rng.list(rng.int(4), () => rng.fr()),
      ),
  );
  const flat = logs.FlatPublicLogs.fromLogs(several);
  await t.ok('flatPublicLogs', several, () => ({
    length: flat.length,
    buffer: flat.toBuffer(),
    fields: packedFields(flat.toFields()),
  }));

  const emitted = rng.list(i === 0 ? 0 : i === 1 ? 3023 : 1 + rng.int(20), j => (i === 1 ? new Fr(j % 17) : rng.fr()));
  const fields = logs.ContractClassLogFields.fromEmittedFields(emitted);
  const classLog = new logs.ContractClassLog(new AztecAddress(rng.fr()), fields, emitted.length);
  await encodes(t, 'contractClassLog', logs.ContractClassLog, classLog, async () => ({
    hash: await classLog.hash(),
    blobFields: packedFields(classLog.toBlobFields()),
  }));
}
t.write();
