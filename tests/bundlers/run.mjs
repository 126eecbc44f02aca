// Builds a page with each bundler, from the package as it is published and with the bundler's own defaults, and opens it in
// Chromium. The page does what the package's README begins with. Without a node the wallet must say that there is none: the
// page, its worker and its WebAssembly are there then.
//
//   node tests/bundlers/run.mjs [vite vite-dev webpack next next-dev plain] [--node URL]
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const sdk = join(here, '../../sdk-ts');
const NO_NODE = 'http://127.0.0.1:9';
const PAGE_MS = 300_000;

/** How each page is built, and served at a port. */
const FIXTURES = {
  vite: { folder: 'vite', build: ['npm', 'run', 'build'], serve: port => ['npx', 'vite', 'preview', '--port', port, '--strictPort', '--host', '127.0.0.1'] },
  'vite-dev': { folder: 'vite', serve: port => ['npx', 'vite', '--port', port, '--strictPort', '--host', '127.0.0.1'] },
  webpack: { folder: 'webpack', build: ['npm', 'run', 'build'] },
  next: { folder: 'next', build: ['npm', 'run', 'build'], serve: port => ['npx', 'next', 'start', '--port', port, '--hostname', '127.0.0.1'] },
  'next-dev': { folder: 'next', serve: port => ['npx', 'next', 'dev', '--port', port, '--hostname', '127.0.0.1'] },
  plain: { folder: 'plain' },
};

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

function run(folder, [command, ...args], quiet = false) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'], env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } });
    let out = '';
    child.stdout?.on('data', data => (out += data));
    child.on('error', reject);
    child.on('exit', code => (code === 0 ? resolve(out) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))));
  });
}

/** Something that runs until it is ended, with everything it started. */
function start(folder, [command, ...args]) {
  const child = spawn(command, args, { cwd: folder, stdio: 'ignore', detached: true, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } });
  return () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  };
}

/** Serves a folder, as any web server would. */
function files(folder) {
  return createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path)).then(
      bytes => response.writeHead(200, { 'content-type': TYPES[extname(path) || '.html'] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
}

const listen = (server, port = 0) => new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));

async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return String(port);
}

/** The first example of the README, with another node and log. */
async function quickStart() {
  const readme = await readFile(join(sdk, 'README.md'), 'utf8');
  const lines = readme.split('```ts\n')[1].split('```')[0].split('\n');
  const body = lines.filter(line => !line.startsWith('import ')).join('\n');
  const used = body.replace("'http://127.0.0.1:8080'", 'node').replace('console.log(', 'log(');
  assert.ok(used.includes('{ node: node }') && used.includes('log('), 'the example opens a wallet and logs');
  return [...lines.filter(line => line.startsWith('import ')), `export async function quickStart(node, log) {${used}}`].join('\n');
}

/** Opens a page and waits for its report. */
async function visit(url, node) {
  let report;
  const reported = new Promise(resolve => (report = resolve));
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', data => (body += data));
    request.on('end', () => {
      response.end();
      report(JSON.parse(body));
    });
  });
  const port = await listen(server);
  const profile = await mkdtemp(join(tmpdir(), 'aztec-lite-profile-'));
  const page = `${url}/?node=${encodeURIComponent(node)}&report=${encodeURIComponent(`http://127.0.0.1:${port}/`)}`;
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const stop = start(profile, [
    process.env.CHROMIUM ?? 'chromium', '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`, ...sandbox, '--remote-debugging-port=0', page,
  ]);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing was reported after ${PAGE_MS / 1000} s`)), PAGE_MS).unref());
  try {
    return await Promise.race([reported, late]);
  } finally {
    stop();
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function answers(url) {
  for (let tries = 0; tries < 300; tries++) {
    const found = await fetch(url).then(response => response.ok, () => false);
    if (found) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

async function fixture(name, folder, node) {
  const { build, serve } = FIXTURES[name];
  if (build) await run(folder, build);
  const port = serve ? await freePort() : undefined;
  const server = serve ? undefined : files(folder);
  const url = `http://127.0.0.1:${port ?? (await listen(server))}`;
  const stop = serve ? start(folder, serve(port)) : () => server.close();
  try {
    await answers(url);
    return await visit(url, node);
  } finally {
    stop();
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: 'string', default: NO_NODE } } });
const root = await mkdtemp(join(tmpdir(), 'aztec-lite-bundlers-'));
let failures = 0;
try {
  const [{ filename }] = JSON.parse(await run(sdk, ['npm', 'pack', '--json', '--pack-destination', root], true));
  await cp(join(root, filename), join(root, 'sdk.tgz'));
  const installed = new Set();
  for (const name of positionals.length > 0 ? positionals : Object.keys(FIXTURES)) {
    const known = FIXTURES[name];
    assert.ok(known, `there is no fixture ${name}; there are ${Object.keys(FIXTURES).join(', ')}`);
    const folder = join(root, known.folder);
    try {
      if (!installed.has(folder)) {
        await cp(join(here, known.folder), folder, { recursive: true });
        await cp(join(here, 'page.js'), join(folder, 'page.js'));
        await writeFile(join(folder, 'quick-start.js'), await quickStart());
        await run(folder, ['npm', 'install', '--no-audit', '--no-fund']);
        installed.add(folder);
      }
      const began = Date.now();
      const report = await fixture(name, folder, values.node);
      const text = `${name}: ${JSON.stringify(report)} in ${((Date.now() - began) / 1000).toFixed(1)} s`;
      if (values.node === NO_NODE) assert.equal(report.error, 'node.answer', text);
      else assert.deepEqual(report, { logged: ['1000'] }, text);
      console.log(`ok ${text}`);
    } catch (error) {
      failures += 1;
      console.log(`not ok ${name}: ${error.message}`);
    }
  }
} finally {
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
process.exitCode = failures > 0 ? 1 : 0;
