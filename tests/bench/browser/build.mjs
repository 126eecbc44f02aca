// Builds the pages that are compared, in a folder of their own: the SDK from its package as it is published, the official
// packages from an install of them (`AZTEC_REFERENCE`), with what their documentation asks bundlers for.
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const SDK = join(here, '../../../sdk-ts');

/** What the official packages need to be bundled for a browser. */
const TOOLS = { vite: '7.3.8', 'vite-plugin-node-polyfills': '0.28.0' };
const BUILTINS = ['assert', 'buffer', 'crypto', 'events', 'net', 'os', 'path', 'process', 'stream', 'string_decoder', 'tty', 'url', 'util', 'vm'];

/** The path, on the page's own server, from which barretenberg downloads its reference string. */
export const CRS = '/crs';

function run(folder, [command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', data => (out += data));
    child.on('error', reject);
    child.on('exit', code => (code === 0 ? resolve(out) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))));
  });
}

/** Installs tools and the SDK in a folder. */
async function install(folder) {
  await mkdir(folder, { recursive: true });
  const [{ filename }] = JSON.parse(await run(SDK, ['npm', 'pack', '--json', '--pack-destination', folder]));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: TOOLS }));
  await run(folder, ['npm', 'install', '--no-audit', '--no-fund']);
  // By hand: to npm a package of the same name and version is the one it has.
  const sdk = join(folder, 'node_modules/@aztec-lite/sdk');
  await rm(sdk, { recursive: true, force: true });
  await mkdir(sdk, { recursive: true });
  await run(folder, ['tar', '--extract', '--strip-components=1', `--file=${join(folder, filename)}`, `--directory=${sdk}`]);
}

/** Vite's options for official code. */
async function official(folder, reference) {
  const require = createRequire(join(folder, 'package.json'));
  const { nodePolyfills } = await import(pathToFileURL(require.resolve('vite-plugin-node-polyfills')).href);
  const plugins = () => [
    nodePolyfills({ include: BUILTINS }),
    {
      // The install is only read. It must not be linked into a folder that npm has: npm empties what it does not know.
      name: 'reference',
      enforce: 'pre',
      resolveId(name, importer, options) {
        if (!name.startsWith('@aztec/') || importer?.startsWith(reference)) return undefined;
        return this.resolve(name, join(reference, 'package.json'), { ...options, skipSelf: true });
      },
    },
    {
      // Official modules lie elsewhere and do not find what the plugin makes them import.
      name: 'shims',
      enforce: 'pre',
      resolveId: name => (name.startsWith('vite-plugin-node-polyfills/shims/') ? require.resolve(name) : undefined),
    },
    {
      name: 'crs',
      transform: code => (code.includes('https://crs.aztec-') ? code.replace(/'https:\/\/crs\.aztec-[a-z.-]+'/g, `location.origin + '${CRS}'`) : undefined),
    },
  ];
  return { plugins: plugins(), worker: { format: 'es', plugins } };
}

/** A page that does nothing. */
const EMPTY = '<!doctype html><script type="module">globalThis.bench = {};</script>';

/**
 * Builds pages of `pages/`: `name.js` becomes `dist/name`. An empty one is beside them.
 * @returns the folder with the built pages
 */
export async function buildPages(folder, reference, names) {
  await install(folder);
  const { build } = await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve('vite')).href);
  for (const name of names) {
    const root = join(folder, name);
    await rm(root, { recursive: true, force: true });
    await cp(join(here, 'pages'), root, { recursive: true });
    await writeFile(join(root, 'index.html'), (await readFile(join(here, 'pages/index.html'), 'utf8')).replace('PAGE', name));
    const own = name === 'ours' ? { worker: { format: 'es' } } : await official(folder, await realpath(reference));
    await build({
      root,
      base: './',
      configFile: false,
      logLevel: 'warn',
      build: { target: 'es2022', outDir: join(folder, 'dist', name), emptyOutDir: true, chunkSizeWarningLimit: Infinity },
      ...own,
    });
  }
  const empty = join(folder, 'dist/empty');
  await mkdir(empty, { recursive: true });
  await writeFile(join(empty, 'index.html'), EMPTY);
  return join(folder, 'dist');
}
