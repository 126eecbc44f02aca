/** What the public classes talk to. */
import { AztecLiteError } from '../errors.js';
import type { Progress } from '../types.js';
import { portable } from '../values.js';
import type { WalletOptions } from '../wallet.js';
import { Link } from './link.js';
import type { CallOptions } from './link.js';
import type { WorkerOptions } from './worker.js';

/** How to follow a call, and how to end it. */
export type ClientOptions = Omit<CallOptions, 'onProgress'> & { onProgress?: ((progress: Progress) => void) | undefined };

/** A way to the worker that holds the wallet. */
export interface Client {
  call(method: string, params: object, options: ClientOptions): Promise<unknown>;
  /** Is told of whatever the worker tells everyone. Returns how to stop it. */
  onEvent(listener: () => void): () => void;
  close(): void;
}

/** Joins the tabs with the same wallet, or starts its worker. */
export async function openClient(options: WalletOptions): Promise<Client> {
  if (typeof Worker === 'undefined' || !('locks' in navigator)) {
    throw new AztecLiteError('environment', 'a wallet needs workers and web locks, which this environment does not have', {
      hint: 'serve the page over https or from localhost, in a browser of 2022 or later',
    });
  }
  const { node, name = 'default', srs = [], threads, assets } = options;
  const absolute = (url: string | URL) => new URL(url, globalThis.location.href).href;
  const listeners = new Set<() => void>();
  const workerOptions: WorkerOptions = {
    node: absolute(node),
    name,
    srs: srs.map(absolute),
    ...(threads !== undefined && { threads }),
    ...(assets !== undefined && { assets: absolute(assets) }),
  };
  const link = await Link.open({
    name: `aztec-lite/${workerOptions.node}/${name}`,
    startWorker,
    options: workerOptions,
    onEvent: () => {
      for (const listener of listeners) listener();
    },
  });
  return {
    call: async (method, params, { signal, settled, onProgress }) =>
      link.call(method, portable(params), {
        signal,
        settled,
        onProgress: onProgress && (progress => {
          onProgress(progress as Progress);
        }),
      }),
    onEvent: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      link.close();
    },
  };
}

/**
 * Bundlers find the worker where it is called by its place beside this file. Vite's development server moves this file, and
 * this one only, into a folder of its own.
 */
function startWorker(): Worker {
  const here = new URL(import.meta.url);
  const place = here.pathname.replace(/\/\.vite\/deps\/[^/]*$/, '/@aztec-lite/sdk/dist/src/runtime/worker.js');
  if (place !== here.pathname) return new Worker(here.origin + place, { type: 'module', name: 'aztec-lite' });
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'aztec-lite' });
}
