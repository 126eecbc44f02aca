// Starts the official local network on ports of its own, as its `aztec start --local-network` does: Anvil, and a node with
// everything in one process. Both end with this one's process group.
//
//     node network.mjs PORT L1_PORT ADMIN_PORT
//
// The working folder has the official packages in `node_modules`, and Anvil is on the PATH.
import { spawn } from 'node:child_process';

const [port, l1Port, adminPort] = process.argv.slice(2);
const anvil = spawn('anvil', ['--silent', '--port', l1Port], { stdio: 'inherit' });
const node = spawn(
  process.execPath,
  ['--no-warnings', 'node_modules/@aztec/aztec/dest/bin/index.js', 'start', '--local-network'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // What the official start script sets.
      AZTEC_SHELL_WRAPPER: '1',
      ARCHIVER_POLLING_INTERVAL_MS: '500',
      P2P_BLOCK_CHECK_INTERVAL_MS: '500',
      SEQ_TX_POLLING_INTERVAL_MS: '500',
      WS_BLOCK_CHECK_INTERVAL_MS: '500',
      ARCHIVER_VIEM_POLLING_INTERVAL_MS: '500',
      TEST_ACCOUNTS: 'true',
      LOG_LEVEL: 'info;silent:sequencer;verbose:debug_log',
      DEPLOY_AZTEC_CONTRACTS_SALT: '1',
      L1_CHAIN_ID: '31337',
      ETHEREUM_HOSTS: `http://127.0.0.1:${l1Port}`,
      AZTEC_PORT: port,
      AZTEC_ADMIN_PORT: adminPort,
    },
  },
);
for (const child of [anvil, node]) {
  child.on('error', error => { throw error; });
  child.on('exit', code => process.exit(code ?? 1));
}
