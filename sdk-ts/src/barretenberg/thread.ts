/** The worker of one thread: it shares the main worker's memory and runs what that starts. */
import { instantiate, type Exports } from './instance.js';
import type { FromThread, ToThread } from './messages.js';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToThread>) => void) | null;
  postMessage: (message: FromThread) => void;
};

let exports: Exports | undefined;

async function handle(message: ToThread): Promise<void> {
  if (message.type === 'start') {
    exports = await instantiate(message.module, {
      memory: message.memory,
      concurrency: 1,
      spawn: () => {
        throw new Error('a thread of barretenberg cannot start threads');
      },
      log: line => {
        scope.postMessage({ type: 'log', line });
      },
    });
    scope.postMessage({ type: 'started' });
  } else {
    // Returns when the thread ends, which for a pool of threads is never.
    exports?.wasi_thread_start(message.id, message.argument);
  }
}

scope.onmessage = ({ data }) => {
  handle(data).catch((error: unknown) => {
    scope.postMessage({ type: 'failed', message: String(error) });
  });
};
