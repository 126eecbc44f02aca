/** An SRS downloaded and checked in a real browser. */
import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serveRanges, type Ranges } from './ranges.js';
import { serve } from './server.js';
import { Browser } from './webdriver.js';

const { CONFORMANCE_WASM: conformance, SRS_POINTS: points } = process.env;
/** For circuits of up to 2^17 gates. */
const LOG2 = 17;
const POINTS = 2 ** LOG2 + 1;
const PIECE = 4 * 1024 * 1024;

interface Download {
  points?: number;
  error?: string;
  progress: number[];
  milliseconds: number;
}

void describe('an SRS in the browser', () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof serve>>;
  let ranges: Ranges;

  before(async () => {
    assert.ok(conformance && points, 'CONFORMANCE_WASM names a folder and SRS_POINTS a file');
    const dist = fileURLToPath(new URL('../..', import.meta.url));
    page = await serve({ dist, conformance, points: dirname(points) }, false);
    ranges = await serveRanges(points);
    browser = await Browser.start();
    await browser.open(`${page.url}/`);
    await browser.call('eval', `import('/dist/test/browser/srs-page.js').then(() => null)`);
  });
  after(async () => {
    await browser.stop();
    page.stop();
    ranges.stop();
  });

  const download = async (...paths: string[]) =>
    (await browser.call('downloadSrs', LOG2, paths.map(ranges.url), 20_000)) as Download;

  void test('is downloaded in pieces and checked', async context => {
    const { milliseconds, ...rest } = await download('good');
    context.diagnostic(`${String(milliseconds)} ms`);
    assert.deepEqual(rest, { points: POINTS, progress: [0, PIECE, 2 * PIECE, POINTS * 64] });
    assert.deepEqual(ranges.asked(), [['good', 0], ['good', PIECE], ['good', 2 * PIECE]]);
    // A server that does not let the page see which range it sent.
    assert.equal((await download('hidden')).points, POINTS);
  });

  void test('comes from the next server, from where the one before stopped', async () => {
    ranges.asked();
    assert.equal((await download('forbidden', 'first-piece', 'other-range', 'good')).points, POINTS);
    const asked = ranges.asked();
    assert.deepEqual(asked.slice(-3), [['other-range', PIECE], ['good', PIECE], ['good', 2 * PIECE]]);
    assert.ok(asked.some(([path, first]) => path === 'first-piece' && first === 0));
    // The second server has wrong points; the third is asked for all of them.
    assert.equal((await download('first-piece', 'wrong-points', 'good')).points, POINTS);
  });

  void test('is refused with a reason', async () => {
    const refused = async (path: string) => (await download(path)).error ?? '';
    assert.match(await refused('whole'), /answered with status 200/);
    assert.match(await refused('short'), /bytes 0 to 4194304 and answered with `bytes 0-99/);
    // By us, or by a browser that compares what comes with what was promised.
    assert.match(await refused('endless'), /bytes of a range of 4194304|the request to .* failed/);
    assert.match(await refused('other-range'), /bytes 0 to 4194304 and answered with `bytes 64-4194367/);
    assert.match(await refused('forbidden'), /the request to .* failed/);
    assert.match(await refused('wrong-points'), /point \d+ of the SRS is not on the curve/);
    const { error } = (await browser.call('downloadSrs', LOG2, [ranges.url('silent')], 500)) as Download;
    assert.match(error ?? '', /the request to .* failed/);
  });

  void test('is checked in part or in full', async context => {
    const results = (await browser.call('checkPoints', `/points/${basename(points ?? '')}`)) as Record<string, { error: string | null; milliseconds: number }>;
    context.diagnostic(JSON.stringify(results));
    const errors = Object.fromEntries(Object.entries(results).map(([name, { error }]) => [name, error]));
    const notPowers = 'the points of the SRS are not the powers of one secret';
    assert.deepEqual(errors, {
      sampled: null,
      full: null,
      sampledUnderOtherSecret: notPowers,
      fullUnderOtherSecret: notPowers,
      fullSwapped: notPowers,
      sampledAllSwapped: notPowers,
      sampledOffCurve: 'point 1000 of the SRS is not on the curve',
      sampledFirst: 'the first point of the SRS is not the generator',
    });
  });
});
