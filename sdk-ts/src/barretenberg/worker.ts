/** The main worker of barretenberg: it owns the instance and its threads, and answers one request after another. */
import { Abort, call, INITIAL_PAGES, instantiate, type Exports } from './instance.js';
import type { FromThread, FromWorker, StartOptions, ToThread, ToWorker } from './messages.js';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage: (message: FromWorker, transfer?: Transferable[]) => void;
};

const log = (line: string) => {
  scope.postMessage({ type: 'log', line });
};
const failed = (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  scope.postMessage({ type: 'failed', aborted: error instanceof Abort, message });
};

let running: { exports: Exports; memory: WebAssembly.Memory } | undefined;

/** Starts a thread's worker. It must be there before barretenberg asks for it, because then this worker is blocked. */
function startThread(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Worker> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = event => {
      reject(new Error(`a thread of barretenberg did not start: ${event.message}`));
    };
    worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.type === 'started') {
        resolve(worker);
      } else if (data.type === 'log') {
        log(data.line);
      } else {
        failed(data.message);
      }
    };
    worker.postMessage({ type: 'start', module, memory } satisfies ToThread);
  });
}

async function start({ module, threads, maxPages }: StartOptions): Promise<void> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: maxPages, shared: threads > 1 });
  let workers: Worker[] = [];
  let spawned = 0;
  const exports = await instantiate(module, {
    memory,
    concurrency: threads,
    spawn: argument => {
      const worker = workers[spawned % workers.length];
      // WASI's word for "it could not be started" is a negative number.
      if (!worker) return -1;
      spawned += 1;
      worker.postMessage({ type: 'run', id: spawned, argument } satisfies ToThread);
      return spawned;
    },
    log,
  });
  workers = await Promise.all(Array.from({ length: threads - 1 }, () => startThread(module, memory)));
  exports._initialize();
  running = { exports, memory };
  scope.postMessage({ type: 'started' });
}

scope.onmessage = ({ data }) => {
  if (data.type === 'start') {
    start(data).catch(failed);
    return;
  }
  try {
    if (!running) throw new Error('barretenberg was asked before it was started');
    const response = call(running.exports, running.memory, data.request);
    const memory = running.memory.buffer.byteLength;
    scope.postMessage({ type: 'response', id: data.id, response, memory }, [response.buffer]);
  } catch (error) {
    failed(error);
  }
};
