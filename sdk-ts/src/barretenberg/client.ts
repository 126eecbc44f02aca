/** Barretenberg in a worker of its own, as its callers see it. */
import type { FromWorker, StartOptions, ToWorker } from './messages.js';

/** The most pages a WebAssembly memory can have: 4 GiB. */
const MAX_PAGES = 65_536;

/** How barretenberg is to run. */
export interface BarretenbergOptions {
  /** The single-threaded build of the module. */
  single: () => Promise<WebAssembly.Module>;
  /** The threaded build; without it, or outside a cross-origin isolated page, the single-threaded one runs. */
  threaded?: () => Promise<WebAssembly.Module>;
  /** Threads at most; by default as many as the machine has, up to 16. */
  threads?: number;
  /** The most memory it may take, in pages of 64 KiB; by default 4 GiB. */
  maxPages?: number;
  /** Is told what barretenberg logs. */
  log?: (line: string) => void;
}

/** Barretenberg could not be started, or stopped. Restart it to go on. */
export class BarretenbergError extends Error {
  override readonly name = 'BarretenbergError';
  /** What happened: the `start` failed, it `aborted` a request it cannot do, it `crashed`, or it was `stopped`. */
  readonly code: 'start' | 'aborted' | 'crashed' | 'stopped';

  constructor(code: BarretenbergError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface Call {
  resolve: (response: Uint8Array) => void;
  reject: (error: BarretenbergError) => void;
}

/** Whether threads can share memory here: the page must be cross-origin isolated. */
export const canShareMemory = (): boolean => 'SharedArrayBuffer' in globalThis && crossOriginIsolated;

/**
 * A running barretenberg. Calls are answered one after another, in the order they were made.
 *
 * A crash ends every open call; {@link Barretenberg.restart} then starts a new instance, which knows nothing of what the
 * last one was told.
 */
export class Barretenberg {
  readonly #options: BarretenbergOptions;
  #start: StartOptions | undefined;
  #worker: Worker | undefined;
  #calls = new Map<number, Call>();
  #next = 0;
  #memory = 0;

  private constructor(options: BarretenbergOptions) {
    this.#options = options;
  }

  /** Starts barretenberg in a worker. */
  static async start(options: BarretenbergOptions): Promise<Barretenberg> {
    const barretenberg = new Barretenberg(options);
    await barretenberg.restart();
    return barretenberg;
  }

  /** Threads it computes with. */
  get threads(): number {
    return this.#start?.threads ?? 0;
  }

  /** Bytes of memory it had after the last call. WebAssembly memory never shrinks, so this is also the peak. */
  get memory(): number {
    return this.#memory;
  }

  /** Puts a request in msgpack to it and returns its response. */
  call(request: Uint8Array): Promise<Uint8Array> {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new BarretenbergError('stopped', 'barretenberg is not running: restart it'));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      worker.postMessage({ type: 'call', id, request } satisfies ToWorker);
    });
  }

  /** Stops it, whatever it is doing. Open calls fail with code `stopped`. */
  stop(): void {
    this.#end(new BarretenbergError('stopped', 'barretenberg was stopped'));
  }

  /** Stops it and starts a new instance. */
  async restart(): Promise<void> {
    this.stop();
    const start = (this.#start ??= await this.#choose());
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    this.#worker = worker;
    await new Promise<void>((resolve, reject) => {
      const lost = (code: 'aborted' | 'crashed', message: string) => {
        // Too late to matter once it has started.
        reject(new BarretenbergError('start', `barretenberg did not start: ${message}`));
        if (this.#worker === worker) this.#end(new BarretenbergError(code, message));
      };
      worker.onerror = event => {
        lost('crashed', event.message);
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        switch (data.type) {
          case 'started':
            resolve();
            break;
          case 'response':
            this.#memory = data.memory;
            this.#calls.get(data.id)?.resolve(data.response);
            this.#calls.delete(data.id);
            break;
          case 'failed':
            lost(data.aborted ? 'aborted' : 'crashed', data.message);
            break;
          case 'log':
            this.#options.log?.(data.line);
        }
      };
      worker.postMessage({ type: 'start', ...start } satisfies ToWorker);
    });
  }

  async #choose(): Promise<StartOptions> {
    const { single, threaded, threads = Math.min(navigator.hardwareConcurrency, 16), maxPages = MAX_PAGES } = this.#options;
    try {
      if (threaded && threads > 1 && canShareMemory()) return { module: await threaded(), threads, maxPages };
      return { module: await single(), threads: 1, maxPages };
    } catch (cause) {
      throw new BarretenbergError('start', `barretenberg's module could not be loaded: ${String(cause)}`, { cause });
    }
  }

  #end(error: BarretenbergError): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#memory = 0;
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }
}
