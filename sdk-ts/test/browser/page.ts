/** What the tests call in the page. */
import { Barretenberg, BarretenbergError, canShareMemory } from '../../src/barretenberg/client.js';

const compile = (name: string) => () => WebAssembly.compileStreaming(fetch(`/barretenberg/${name}.wasm`));
const options = { single: compile('barretenberg'), threaded: compile('barretenberg-threads') };

const text = (value: string) => [0xa0 | value.length, ...new TextEncoder().encode(value)];

/** `[[name, {…}]]` in MessagePack. */
const command = (name: string, members: number[][]) =>
  new Uint8Array([0x91, 0x92, ...text(name), 0x80 | members.length, ...members.flat()]);

/** Data of at most 255 bytes. */
const blake2sRequest = (data: Uint8Array) => command('Blake2s', [[...text('data'), 0xc4, data.length, ...data]]);

const hex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** Hashes a text; the hash is the end of the response. */
async function blake2s(barretenberg: Barretenberg, text: string): Promise<string> {
  return hex((await barretenberg.call(blake2sRequest(new TextEncoder().encode(text)))).slice(-32));
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof BarretenbergError ? error.code : String(error)),
  );

const tests = {
  async hashes(texts: string[]) {
    const barretenberg = await Barretenberg.start(options);
    // All at once: they are answered in order.
    const hashes = await Promise.all(texts.map(text => blake2s(barretenberg, text)));
    const { threads, memory } = barretenberg;
    barretenberg.stop();
    return { hashes, threads, memory, shared: canShareMemory() };
  },

  async stopAndRestart() {
    const barretenberg = await Barretenberg.start(options);
    const open = code(blake2s(barretenberg, 'never answered'));
    barretenberg.stop();
    const stopped = code(blake2s(barretenberg, 'not running'));
    await barretenberg.restart();
    return { open: await open, stopped: await stopped, after: await blake2s(barretenberg, 'abc') };
  },

  /** A request that ends the instance: `mistake` is one barretenberg refuses, otherwise it is no request at all. */
  async fail(mistake: boolean) {
    const barretenberg = await Barretenberg.start(options);
    // A proof that was never begun; or a byte that no MessagePack value starts with.
    const request = mistake ? command('ChonkProve', []) : new Uint8Array([0xc1]);
    const codes = Promise.all([code(barretenberg.call(request)), code(blake2s(barretenberg, 'behind it'))]);
    await codes;
    await barretenberg.restart();
    return { codes: await codes, after: await blake2s(barretenberg, 'abc') };
  },

  async tooLittleMemory() {
    return code(Barretenberg.start({ ...options, maxPages: 36 }));
  },

  async missingModule() {
    return code(Barretenberg.start({ single: compile('missing') }));
  },
};

/** What `cargo xtask wasm --conformance` exports, as far as it is used here. */
interface Conformance {
  default: (options: { module_or_path: string }) => Promise<unknown>;
  InsecureSrs: new () => { patch: (module: Uint8Array) => Uint8Array };
  ChonkTest: { start: (barretenberg: Barretenberg, srs: object) => Promise<ChonkTest> };
}
interface ChonkTest {
  prove: (inputs: Uint8Array, progress: (name: string) => void) => Promise<Uint8Array>;
  verify: (proof: Uint8Array, inputs: Uint8Array) => Promise<boolean>;
}

const bytesOf = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());

const proofs = {
  /** Proves a file of solved circuits under the development SRS, verifies the proof and one with a flipped bit. */
  async chonk(file: string) {
    const path = '/conformance/pxe_wasm.js';
    const conformance = (await import(path)) as Conformance;
    await conformance.default({ module_or_path: '/conformance/pxe_wasm_bg.wasm' });
    const times: Record<string, number> = {};
    const timed = async <T>(name: string, what: () => T | Promise<T>) => {
      const start = performance.now();
      const result = await what();
      times[name] = Math.round(performance.now() - start);
      return result;
    };
    const srs = await timed('srs', () => new conformance.InsecureSrs());
    const patched = (name: string) => async () =>
      WebAssembly.compile(Uint8Array.from(srs.patch(await bytesOf(`/barretenberg/${name}.wasm`))));
    const barretenberg = await timed('start', () =>
      Barretenberg.start({ single: patched('barretenberg'), threaded: patched('barretenberg-threads') }),
    );
    const chonk = await timed('init', () => conformance.ChonkTest.start(barretenberg, srs));
    const inputs = await bytesOf(file);
    const progress: string[] = [];
    const proof = await timed('prove', () => chonk.prove(inputs, name => progress.push(name)));
    const valid = await timed('verify', () => chonk.verify(proof, inputs));
    const flipped = proof.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const forged = await chonk.verify(flipped, inputs);
    const { memory, threads } = barretenberg;
    barretenberg.stop();
    return { valid, forged, progress, size: proof.length, memory, threads, times };
  },
};

Object.assign(globalThis, tests, proofs);
