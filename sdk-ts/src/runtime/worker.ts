/** The worker that holds the wallet: the client's module on one side, the tabs on the other. */
import { Barretenberg } from '../barretenberg/client.js';
import { errorData } from '../errors.js';
import type { ErrorData } from '../errors.js';
import init, { WalletHost } from '../wasm/single/pxe_wasm.js';
import { asset, barretenberg } from './assets.js';
import { appendFile, readFile, removeFile } from './files.js';
import type { FromWorker, Session, ToWorker } from './messages.js';

/** What the worker is started with. */
export interface WorkerOptions {
  node: string;
  name: string;
  srs: string[];
  threads?: number;
  assets?: string;
}

const scope = globalThis as unknown as {
  postMessage: (message: FromWorker) => void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};

let host: WalletHost | undefined;

/** The error the module threw: it throws JSON. */
function failure(error: unknown): ErrorData {
  if (typeof error === 'string') {
    try {
      return JSON.parse(error) as ErrorData;
    } catch {
      return { code: 'internal', message: error };
    }
  }
  return errorData(error);
}

/** How long a worker that was ended may still have its store. */
const CLAIM_MS = 5000;

/** Makes a name this worker's for as long as it lives; says whether it is. */
function claim(name: string): Promise<boolean> {
  return new Promise(resolve => {
    const forGood = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(CLAIM_MS) }, forGood).catch(() => {
      resolve(false);
    });
  });
}

async function start(options: WorkerOptions, session: Session | undefined): Promise<void> {
  const { node, name, srs, assets, threads } = options;
  await init({ module_or_path: new URL('../wasm/single/pxe_wasm_bg.wasm', import.meta.url) });
  host = await WalletHost.open(JSON.stringify({ node, name, srs }), {
    artifact: name => asset(name, assets),
    startBarretenberg: patch =>
      Barretenberg.start({
        single: () => barretenberg('barretenberg', patch, assets),
        threaded: () => barretenberg('barretenberg-threads', patch, assets),
        ...(threads !== undefined && { threads }),
      }),
    readFile,
    appendFile,
    removeFile,
    claim,
    progress: (id, json) => {
      scope.postMessage({ kind: 'progress', id, progress: JSON.parse(json) });
    },
  });
  // Whoever cannot go on unlocked asks for the passphrase again.
  if (session) await host.resume(await open(session)).catch(() => undefined);
  scope.postMessage({ kind: 'started' });
  void watchChain(host);
  loadRest();
}

/** How long nothing is asked before the worker fetches what may be asked later. */
const IDLE_MS = 10_000;
let idle: ReturnType<typeof setTimeout> | undefined;

/**
 * Fetches the code of contracts that was left out so far, once nothing is asked. Tried again after the next call if it
 * cannot be had; until then a function is fetched when it is called.
 */
function loadRest(): void {
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (running.size === 0) host?.fetchCode().catch(() => undefined);
  }, IDLE_MS);
}

/** Milliseconds between two looks at the chain. */
const LOOK_MS = 2000;
/** The id of those looks; those of tabs are random. */
const WATCH = 'watch';

/** Tells everyone when the chain has another newest block. A node that does not answer is asked again later. */
async function watchChain(wallet: WalletHost): Promise<void> {
  let last: number | undefined;
  for (;;) {
    const answer = await wallet.call(WATCH, 'sync.tip', '{}').catch(() => undefined);
    if (answer !== undefined) {
      const { block } = JSON.parse(answer) as { block: number };
      if (last !== undefined && block !== last) scope.postMessage({ kind: 'event', event: { block } });
      last = block;
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}

/** Seals what lets another worker go on unlocked with a key that no script can read. */
async function seal(secret: Uint8Array<ArrayBuffer>): Promise<Session> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, secret));
  secret.fill(0);
  return { key, iv, sealed };
}

async function open({ key, iv, sealed }: Session): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed));
}

/** Calls after which the wallet may be unlocked or locked. */
const CHANGE_SESSION = ['wallet.create', 'wallet.unlock', 'wallet.lock'];

/** Calls that were made: asked again by a tab that changed its leader, they are not made twice. */
const running = new Set<string>();

async function call(id: string, method: string, params: unknown): Promise<void> {
  if (running.has(id)) return;
  running.add(id);
  try {
    if (!host) throw new Error('the worker was asked before it was started');
    const value: unknown = JSON.parse(await host.call(id, method, JSON.stringify(params)));
    if (CHANGE_SESSION.includes(method)) {
      const secret = await host.session();
      scope.postMessage({ kind: 'session', session: secret && (await seal(new Uint8Array(secret))) });
    }
    scope.postMessage({ kind: 'result', id, value });
  } catch (error) {
    scope.postMessage({ kind: 'error', id, error: failure(error) });
    // What trapped cannot go on: told here, the link starts another worker.
    if (error instanceof WebAssembly.RuntimeError) reportError(error);
  } finally {
    running.delete(id);
    loadRest();
  }
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      start(data.options as WorkerOptions, data.session).catch((error: unknown) => {
        scope.postMessage({ kind: 'failed', error: failure(error) });
      });
      break;
    case 'call':
      void call(data.id, data.method, data.params);
      break;
    case 'cancel':
      host?.cancel(data.id);
  }
};
