// A network and the page that uses it: starts node-lite, tells the page where it is, and serves the built page.
//
//   node www/serve.mjs --node-lite PROGRAM [--port PORT] [-- OPTION...]     options are those of node-lite
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { preview } from 'vite';

/**
 * @typedef {{ type: string, address: string, secret: string, salt: string }} TestAccount
 * @typedef {{ url: string, parameters: string, verifiesProofs: boolean, accounts: TestAccount[],
 *   contracts: { name: string, address: string }[], feeJuice: string }} Welcome what node-lite says of itself
 * @typedef {import('node:child_process').ChildProcess} Process
 */

/**
 * Starts node-lite. Its logs go to standard error.
 * @param {string} program
 * @param {string[]} options
 * @returns {Promise<{ process: Process, welcome: Welcome }>}
 */
export async function startNode(program, options) {
  const node = spawn(program, ['--json', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {Promise<never>} */
  const ended = new Promise((_, reject) => {
    node.once('error', reject);
    node.once('exit', code => {
      reject(new Error(`${program} ended with code ${String(code)}`));
    });
  });
  const said = once(createInterface({ input: node.stdout }), 'line').then(words => String(words[0]));
  const line = await Promise.race([said, ended]);
  // From here on its end is somebody else's affair.
  ended.catch(() => undefined);
  /** @type {unknown} */
  const welcome = JSON.parse(line);
  return { process: node, welcome: /** @type {Welcome} */ (welcome) };
}

/**
 * What the page is told of a network: the settings it starts with.
 * @param {Welcome} welcome
 */
export function networkOf({ url, accounts, contracts }) {
  /** @param {string} name */
  const find = name => contracts.find(contract => contract.name === name)?.address;
  const [faucet] = accounts;
  const token = find('Token');
  return {
    node: url,
    sponsor: find('SponsoredFPC'),
    tokens: token === undefined ? [] : [{ address: token, name: 'test token', symbol: 'BC', decimals: 18 }],
    faucet: faucet && { address: faucet.address, secret: faucet.secret, salt: faucet.salt },
  };
}

/**
 * Serves the built page.
 * @param {object} network
 * @param {number} port
 */
export async function servePage(network, port) {
  const server = await preview({
    root: fileURLToPath(new URL('.', import.meta.url)),
    preview: { port, strictPort: port !== 0, host: '127.0.0.1' },
    plugins: [{
      name: 'network',
      configurePreviewServer({ middlewares }) {
        middlewares.use('/network.json', (_, response) => {
          response.setHeader('Content-Type', 'application/json');
          response.setHeader('Cache-Control', 'no-store');
          response.end(JSON.stringify(network));
        });
      },
    }],
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the page is served nowhere');
  // Browsers keep passkeys for names, not for addresses.
  return { url: url.replace('127.0.0.1', 'localhost'), stop: () => server.close() };
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { 'node-lite': { type: 'string' }, port: { type: 'string', default: '8081' } },
    allowPositionals: true,
  });
  const program = values['node-lite'];
  if (program === undefined) throw new Error('--node-lite PROGRAM is missing');
  const { process: node, welcome } = await startNode(program, positionals);
  // Ctrl-C reaches node-lite too, which stops by itself.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => node.kill('SIGTERM'));
  }
  node.once('exit', code => {
    process.exit(code ?? 1);
  });
  const page = await servePage(networkOf(welcome), Number(values.port)).catch((/** @type {unknown} */ error) => {
    node.kill('SIGTERM');
    throw error;
  });
  const proofs = welcome.verifiesProofs ? 'proofs are verified' : 'PROOFS ARE NOT VERIFIED';
  process.stdout.write(`
  Wallet page    ${page.url}
  Node           ${welcome.url} (${welcome.parameters} parameters, ${proofs})

  Test accounts, with fee juice; their keys are public
${welcome.accounts.map(({ type, address, secret }) => `    ${type}  ${address}\n    ${' '.repeat(type.length)}  secret ${secret}`).join('\n')}

  Contracts
${welcome.contracts.map(({ name, address }) => `    ${name.padEnd(14)} ${address}`).join('\n')}

  Ctrl-C stops both.
`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
