// A headless Chromium with a profile of its own, a page of ours in it, and how much memory that took.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

/** The official client loads for a while on a small machine. */
const READY_MS = 300_000;

/** Statuses of processes that run, by their numbers. */
async function processes() {
  const found = new Map();
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const read = name => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    const [line, status] = [await read('cmdline'), await read('status')];
    const number = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    found.set(Number(pid), { line, parent: number('PPid'), peak: number('VmHWM') * 1024 });
  }
  return found;
}

/** The most memory that the process of a profile's page has had: page and workers, with the program's own pages. */
async function peakMemory(profile) {
  const all = await processes();
  const below = pid => {
    for (let at = all.get(pid); at; at = all.get(at.parent)) {
      if (at.line.includes(`--user-data-dir=${profile}`)) return true;
    }
    return false;
  };
  const renderers = [...all].filter(([pid, { line }]) => line.includes('--type=renderer') && below(pid));
  return Math.max(...renderers.map(([, { peak }]) => peak));
}

/** A profile nobody used yet. */
export async function freshProfile() {
  const folder = await mkdtemp(join(tmpdir(), 'aztec-lite-bench-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) };
}

/** Opens a page in a new browser with a profile; comes back when calls can be made. */
export async function open(profile, url) {
  const context = await chromium.launchPersistentContext(profile.folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
      // Chromium refuses its sandbox to root, which is what containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
    ],
  });
  const [page] = context.pages();
  const broken = new Promise((_, reject) => page.once('pageerror', error => reject(new Error(`${url}: ${error.stack}`))));
  broken.catch(() => undefined);
  const problems = [];
  page.on('console', message => message.type() === 'error' && problems.push(message.text()));
  await page.goto(url, { waitUntil: 'commit' });
  const close = () => context.close();
  try {
    await Promise.race([broken, page.waitForFunction(() => globalThis.bench, undefined, { timeout: READY_MS })]);
  } catch (error) {
    await close();
    throw new Error([`${url} is not ready`, ...problems].join('; '), { cause: error });
  }
  return {
    ready: await page.evaluate(() => globalThis.bench.ready),
    /** Makes a call; gives its answer and the milliseconds it took. */
    call: (name, params) => Promise.race([broken, page.evaluate(([name, params]) => globalThis.bench.call(name, params), [name, params])]),
    peakMemory: () => peakMemory(profile.folder),
    close,
  };
}
