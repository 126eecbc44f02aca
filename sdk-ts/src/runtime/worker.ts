/** The worker that holds the wallet: the client's module on one side, the tabs on the other. */
import { Barretenberg } from '../barretenberg/client.js';
import { errorData } from '../errors.js';
import type { ErrorData } from '../errors.js';
import init, { WalletHost } from '../wasm/pxe_wasm.js';
import { artifact, barretenbergModule } from './assets.js';
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

/** Some bytes of the reference string, from the first source that has them. */
async function srs(sources: string[], from: number, to: number): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const url of sources) {
    try {
      const response = await fetch(url, { headers: { range: `bytes=${String(from)}-${String(to - 1)}` } });
      if (!response.ok) throw new Error(`status ${String(response.status)}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      // A server that knows no ranges sends everything.
      const part = response.status === 206 ? bytes : bytes.subarray(from, to);
      if (part.length !== to - from) throw new Error(`${String(part.length)} bytes instead of ${String(to - from)}`);
      return part;
    } catch (error) {
      failures.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(failures.length > 0 ? failures.join('; ') : 'no source of the reference string is set');
}

async function start(options: WorkerOptions, session: Session | undefined): Promise<void> {
  await init({ module_or_path: new URL('../wasm/pxe_wasm_bg.wasm', import.meta.url) });
  host = await WalletHost.open(JSON.stringify({ node: options.node, name: options.name }), {
    artifact: name => artifact(name, options.assets),
    startBarretenberg: () =>
      Barretenberg.start({
        single: () => barretenbergModule('barretenberg', options.assets),
        threaded: () => barretenbergModule('barretenberg-threads', options.assets),
        ...(options.threads !== undefined && { threads: options.threads }),
      }),
    srs: (from, to) => srs(options.srs, from, to),
    progress: (id, json) => {
      scope.postMessage({ kind: 'progress', id, progress: JSON.parse(json) });
    },
    event: json => {
      scope.postMessage({ kind: 'event', event: JSON.parse(json) });
    },
  });
  if (session) await host.importSession(await open(session));
  scope.postMessage({ kind: 'started' });
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
      const secret = host.exportSession();
      scope.postMessage({ kind: 'session', session: secret && (await seal(new Uint8Array(secret))) });
    }
    scope.postMessage({ kind: 'result', id, value });
  } catch (error) {
    scope.postMessage({ kind: 'error', id, error: failure(error) });
  } finally {
    running.delete(id);
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
