/** What the tests of the SRS call in the page. */

/** What `cargo xtask wasm --conformance` exports, as far as it is used here. */
interface Conformance {
  default: (options: { module_or_path: string }) => Promise<unknown>;
  download_srs: (log2: number, sources: string[], limit: number, progress: (bytes: number) => void) => Promise<number>;
  check_points: (points: Uint8Array, ignition: boolean, pairs: number) => string | undefined;
}

const path = '/conformance/pxe_wasm.js';
const conformance = (await import(path)) as Conformance;
await conformance.default({ module_or_path: '/conformance/pxe_wasm_bg.wasm' });

const SIZE = 64;
/** Pairs of neighbours that are checked. */
const PAIRS = 64;

const tests = {
  async downloadSrs(log2: number, sources: string[], limit: number) {
    const progress: number[] = [];
    const start = performance.now();
    const result = await conformance
      .download_srs(log2, sources, limit, bytes => progress.push(bytes))
      .then(points => ({ points }), (error: unknown) => ({ error: String(error) }));
    return { ...result, progress, milliseconds: Math.round(performance.now() - start) };
  },

  /** Checks points, and points of which something is wrong. */
  async checkPoints(url: string) {
    const points = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const changed = (change: (points: Uint8Array) => void) => {
      const copy = points.slice();
      change(copy);
      return copy;
    };
    const swap = (points: Uint8Array, index: number) => {
      const pair = points.slice(index * SIZE, (index + 2) * SIZE);
      points.set(pair.subarray(SIZE), index * SIZE);
      points.set(pair.subarray(0, SIZE), (index + 1) * SIZE);
    };
    const swapped = changed(points => {
      swap(points, 77_777);
    });
    // All but the generator: whatever is sampled, it is wrong.
    const allSwapped = changed(points => {
      for (let index = 1; (index + 2) * SIZE <= points.length; index += 2) swap(points, index);
    });
    const offCurve = changed(points => { points.set([(points[1000 * SIZE] ?? 0) ^ 1], 1000 * SIZE); });
    const cases: Record<string, [Uint8Array, boolean, number]> = {
      sampled: [points, false, PAIRS],
      full: [points, false, 0],
      sampledUnderOtherSecret: [points, true, PAIRS],
      fullUnderOtherSecret: [points, true, 0],
      fullSwapped: [swapped, false, 0],
      sampledAllSwapped: [allSwapped, false, PAIRS],
      sampledOffCurve: [offCurve, false, PAIRS],
      sampledFirst: [points.subarray(SIZE), false, PAIRS],
    };
    return Object.fromEntries(
      Object.entries(cases).map(([name, [points, ignition, pairs]]) => {
        const start = performance.now();
        const error = conformance.check_points(points, ignition, pairs) ?? null;
        return [name, { error, milliseconds: Math.round(performance.now() - start) }];
      }),
    );
  },
};

Object.assign(globalThis, tests);
