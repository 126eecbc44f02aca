/** What the public classes talk to. */
import { AztecLiteError } from '../errors.js';
import type { OperationOptions, Progress } from '../types.js';
import type { WalletOptions } from '../wallet.js';
import { Link } from './link.js';
import type { WorkerOptions } from './worker.js';

/** A way to the worker that holds the wallet. */
export interface Client {
  call(method: string, params: unknown, options: OperationOptions): Promise<unknown>;
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
  const listeners = new Set<() => void>();
  const workerOptions: WorkerOptions = {
    node: new URL(node, globalThis.location.href).href,
    name,
    srs: srs.map(url => new URL(url, globalThis.location.href).href),
    ...(threads !== undefined && { threads }),
    ...(assets !== undefined && { assets: new URL(assets, globalThis.location.href).href }),
  };
  const link = await Link.open({
    name: `aztec-lite/${workerOptions.node}/${name}`,
    startWorker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'aztec-lite' }),
    options: workerOptions,
    onEvent: () => {
      for (const listener of listeners) listener();
    },
  });
  return {
    call: (method, params, { signal, onProgress }) =>
      link.call(method, params, {
        signal,
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
