/** What the page's side and the workers tell each other. A worker checks nothing here: both ends are ours. */

/** What a worker needs to run barretenberg. */
export interface StartOptions {
  /** The compiled module: the single-threaded or the threaded build. */
  module: WebAssembly.Module;
  /** Threads to compute with, 1 for the single-threaded build. */
  threads: number;
  /** The most memory it may take, in pages of 64 KiB. */
  maxPages: number;
}

/** To the main worker. */
export type ToWorker =
  | ({ type: 'start' } & StartOptions)
  /** A request in msgpack, as barretenberg's `bbapi` takes it. */
  | { type: 'call'; id: number; request: Uint8Array };

/** From the main worker. */
export type FromWorker =
  | { type: 'started' }
  | { type: 'response'; id: number; response: Uint8Array; memory: number }
  /** The instance cannot be used any more: its memory may be anything. It gave up on purpose, or crashed. */
  | { type: 'failed'; aborted: boolean; message: string }
  | { type: 'log'; line: string };

/** To a thread's worker. */
export type ToThread =
  | { type: 'start'; module: WebAssembly.Module; memory: WebAssembly.Memory }
  | { type: 'run'; id: number; argument: number };

/** From a thread's worker. */
export type FromThread = { type: 'started' } | { type: 'failed'; message: string } | { type: 'log'; line: string };
