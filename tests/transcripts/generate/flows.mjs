// Records what a wallet's PXE solves for the flows of tests/fixtures, on a fresh official local network:
//   OUT=... node --require ./hook.cjs flows.mjs
// AZTEC_NODE_URL is its JSON-RPC, L1_URL its Ethereum.
import { createAztecNodeClient } from '@aztec/aztec.js/node';

import { runFlows } from '../fixtures/flows.mjs';
import { Recorder } from '../fixtures/recorder.mjs';

const url = process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080';
const recorder = new Recorder(url);
Object.defineProperty(recorder, 'label', { get: () => globalThis.phase, set: what => (globalThis.phase = what) });
const log = line => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
await runFlows(recorder, createAztecNodeClient(url, {}, recorder.fetch), process.env.L1_URL ?? 'http://127.0.0.1:8545', log);
process.exit(0);
