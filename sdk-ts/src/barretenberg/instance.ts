/** Barretenberg's WebAssembly module: what it imports, and how a request is put to it. */

/** Pages the module needs from the start. */
export const INITIAL_PAGES = 35;

/** Barretenberg gave up on a request, in its own words. */
export class Abort extends Error {}

/** What differs between the main instance and those of its threads. */
export interface Host {
  memory: WebAssembly.Memory;
  /** Threads it may count on; threads themselves count on none but their own. */
  concurrency: number;
  /** Starts a thread and returns its number. */
  spawn: (argument: number) => number;
  log: (line: string) => void;
}

/** The functions the module exports that are called here. */
export interface Exports {
  _initialize: () => void;
  bbmalloc: (size: number) => number;
  bbfree: (pointer: number) => void;
  bbapi: (input: number, inputLength: number, output: number, outputLength: number) => void;
  wasi_thread_start: (id: number, argument: number) => void;
}

const view = (memory: WebAssembly.Memory) => new DataView(memory.buffer);
const bytes = (memory: WebAssembly.Memory, offset: number, length: number) =>
  new Uint8Array(memory.buffer, offset >>> 0, length >>> 0);

/** A text that ends with a zero byte. Texts of errors and logs are short. */
function text(memory: WebAssembly.Memory, offset: number): string {
  const all = new Uint8Array(memory.buffer);
  const start = offset >>> 0;
  const end = all.indexOf(0, start);
  // `slice` copies: a decoder refuses shared memory.
  return new TextDecoder().decode(all.slice(start, end < 0 ? start : end));
}

/** `getRandomValues` fills at most this many bytes, and no shared memory. */
const RANDOM_CHUNK = 65_536;

/** Instantiates the module. */
export async function instantiate(module: WebAssembly.Module, host: Host): Promise<Exports> {
  const { memory } = host;
  const imports: WebAssembly.Imports = {
    env: {
      memory,
      logstr: (message: number) => {
        host.log(text(memory, message));
      },
      throw_or_abort_impl: (message: number) => {
        throw new Abort(text(memory, message));
      },
      env_hardware_concurrency: () => host.concurrency,
    },
    wasi: { 'thread-spawn': (argument: number) => host.spawn(argument >>> 0) },
    wasi_snapshot_preview1: {
      random_get: (offset: number, length: number) => {
        const out = bytes(memory, offset, length);
        for (let start = 0; start < out.length; start += RANDOM_CHUNK) {
          const chunk = new Uint8Array(Math.min(RANDOM_CHUNK, out.length - start));
          out.set(crypto.getRandomValues(chunk), start);
        }
        return 0;
      },
      clock_time_get: (_clock: number, _precision: bigint, out: number) => {
        view(memory).setBigUint64(out >>> 0, BigInt(Date.now()) * 1_000_000n, true);
        return 0;
      },
      proc_exit: () => {
        throw new Error('barretenberg stopped itself');
      },
    },
  };
  const instance = await WebAssembly.instantiate(module, imports);
  return instance.exports as unknown as Exports;
}

/** Puts a request to an initialized instance and returns a copy of its response. */
export function call(exports: Exports, memory: WebAssembly.Memory, request: Uint8Array): Uint8Array<ArrayBuffer> {
  const input = exports.bbmalloc(request.length) >>> 0;
  // Two words: where the response is, and how long. Zeros say that no buffer for it is offered.
  const answer = exports.bbmalloc(8) >>> 0;
  if (input === 0 || answer === 0) throw new Error(`barretenberg has no memory for a request of ${String(request.length)} bytes`);
  bytes(memory, input, request.length).set(request);
  view(memory).setBigUint64(answer, 0n, true);
  exports.bbapi(input, request.length, answer, answer + 4);
  const pointer = view(memory).getUint32(answer, true);
  const response = bytes(memory, pointer, view(memory).getUint32(answer + 4, true)).slice();
  for (const used of [input, pointer, answer]) exports.bbfree(used);
  return response;
}
