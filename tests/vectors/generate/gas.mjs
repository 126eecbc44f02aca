// Gas amounts, fees and settings, and what a transaction pays.
import { encodes, RandomReader, refusesBroken } from './codec-lib.mjs';
import { aztec, Topic } from './lib.mjs';

const { Gas, GasFees, GasSettings } = await aztec('stdlib/gas');
const fees = await aztec('stdlib/fees');

const t = new Topic('gas');
const { rng } = t;
const N = 220;
const fee = () => new GasFees(rng.big(rng.pick([8, 64, 127])), rng.big(rng.pick([8, 64, 127])));
const gas = () => new Gas(rng.u32(), rng.u32());

for (const [name, Type] of Object.entries({ gas: Gas, gasFees: GasFees, gasSettings: GasSettings })) {
  for (let i = 0; i < N; i++) {
    await encodes(t, name, Type, Type.fromBuffer(new RandomReader(rng, i === 0 ? 0 : i % 6 === 0 ? 0.5 : 1)));
  }
  await refusesBroken(t, name, Type, Type.fromBuffer(new RandomReader(rng)).toBuffer());
}
for (let i = 0; i < N; i++) {
  const settings = new GasSettings(gas(), gas(), fee(), fee());
  await t.ok('feeLimit', settings.toBuffer(), () => settings.getFeeLimit());
  const used = gas();
  const price = fee();
  await t.ok('computeFee', { gas: used, fees: price }, () => used.computeFee(price));
  const half = () => rng.int(2 ** 31);
  const [a, b] = [new Gas(half(), half()), new Gas(half(), half())];
  await t.ok('gasAdd', [a, b], () => a.add(b));

  // The price of a block: sometimes above what the transaction offers, which is refused.
  const below = max => (rng.int(10) === 0 ? max : rng.int(10) === 0 ? max + 1n : rng.big(128) % (max + 1n));
  const block = new GasFees(below(settings.maxFeesPerGas.feePerDaGas), below(settings.maxFeesPerGas.feePerL2Gas));
  const input = { fees: block, settings: settings.toBuffer() };
  await t.either('effectiveFees', input, () => fees.computeEffectiveGasFees(block, settings));
  await t.either('transactionFee', { ...input, used }, () => fees.computeTransactionFee(block, settings, used));
  const max = fee();
  await t.ok('defaultGasSettings', max, () => GasSettings.default({ maxFeesPerGas: max }));
}
t.write();
