/** Tabs of a browser: locks and workers in place of a browser's, with Node's own `BroadcastChannel` between the tabs. */
import { Link } from '../../src/runtime/link.js';
import type { Call, FromWorker, ToWorker } from '../../src/runtime/messages.js';

/** Does a call: what it tells by the way, and what it comes to. */
export type Work = (call: Call, tell: (progress: unknown) => void, canceled: Promise<void>) => Promise<unknown>;

/** A worker that does what a test says. */
export class FakeWorker {
  readonly calls: Call[] = [];
  readonly canceled: string[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault: () => void }) => void) | null = null;
  started: (ToWorker & { kind: 'start' }) | undefined;
  isGone = false;
  readonly #work: Work;
  readonly #fails: Error | undefined;
  readonly #cancel = new Map<string, () => void>();

  constructor(work: Work, fails?: Error) {
    this.#work = work;
    this.#fails = fails;
  }

  tell(message: FromWorker): void {
    if (!this.isGone) this.onmessage?.({ data: structuredClone(message) });
  }

  crash(message: string): void {
    this.onerror?.({ message, preventDefault: () => undefined });
  }

  terminate(): void {
    this.isGone = true;
  }

  postMessage(message: ToWorker): void {
    if (this.isGone) throw new Error('a worker that is gone was told something');
    if (message.kind === 'start') {
      this.started = message;
      queueMicrotask(() => {
        this.tell(this.#fails ? { kind: 'failed', error: { code: 'node.answer', message: this.#fails.message } } : { kind: 'started' });
      });
    } else if (message.kind === 'cancel') {
      this.canceled.push(message.id);
      this.#cancel.get(message.id)?.();
    } else {
      const { id, method, params } = structuredClone(message);
      this.calls.push({ id, method, params });
      const canceled = new Promise<void>(resolve => this.#cancel.set(id, resolve));
      const tell = (progress: unknown) => {
        this.tell({ kind: 'progress', id, progress });
      };
      this.#work({ id, method, params }, tell, canceled).then(
        value => {
          this.tell({ kind: 'result', id, value });
        },
        (error: unknown) => {
          this.tell({ kind: 'error', id, error: { code: 'execution.private', message: String(error) } });
        },
      );
    }
  }
}

type Holder = () => Promise<void>;

/** A browser with tabs. */
export class Browser {
  readonly workers: FakeWorker[] = [];
  readonly #name: string;
  readonly #queue: { tab: Tab; run: Holder }[] = [];
  #holder: { tab: Tab; kill: () => void } | undefined;
  #opening: Tab | undefined;

  constructor(name: string) {
    this.#name = name;
    const locks = {
      request: (_name: string, run: Holder) =>
        new Promise<void>((resolve, reject) => {
          const tab = this.#opening;
          if (!tab) throw new Error('no tab asks for the lock');
          this.#queue.push({ tab, run: () => run().then(resolve, reject) });
          queueMicrotask(() => {
            this.#next();
          });
        }),
    };
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { locks } });
  }

  #next(): void {
    if (this.#holder) return;
    const next = this.#queue.shift();
    if (!next) return;
    const killed = new Promise<void>(resolve => (this.#holder = { tab: next.tab, kill: resolve }));
    void Promise.race([next.run(), killed]).finally(() => {
      this.#holder = undefined;
      this.#next();
    });
  }

  /** Opens a tab. Its worker, if it ever leads, does `work`. */
  open(work: Work, options: { fails?: Error; onEvent?: (event: unknown) => void } = {}): Tab {
    const workers: FakeWorker[] = [];
    const Channel = globalThis.BroadcastChannel;
    const channels: BroadcastChannel[] = [];
    const tab: Tab = {
      workers,
      link: Promise.reject(new Error('not open yet')),
      kill: () => {
        // Nothing that a closed tab would still do is done.
        for (const channel of channels) channel.close();
        for (const worker of workers) worker.terminate();
        const waiting = this.#queue.findIndex(entry => entry.tab === tab);
        if (waiting >= 0) this.#queue.splice(waiting, 1);
        if (this.#holder?.tab === tab) this.#holder.kill();
      },
    };
    tab.link.catch(() => undefined);
    globalThis.BroadcastChannel = class extends Channel {
      constructor(name: string) {
        super(name);
        channels.push(this);
      }
    };
    this.#opening = tab;
    tab.link = Link.open({
      name: this.#name,
      options: { node: 'a node' },
      startWorker: () => {
        const worker = new FakeWorker(work, options.fails);
        workers.push(worker);
        this.workers.push(worker);
        return worker as unknown as Worker;
      },
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    this.#opening = undefined;
    globalThis.BroadcastChannel = Channel;
    return tab;
  }
}

/** A tab. */
export interface Tab {
  link: Promise<Link>;
  /** Workers it started. */
  workers: FakeWorker[];
  /** Closes it without any warning. */
  kill: () => void;
}

/** A promise that is settled by hand. */
export function promised<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>(settle => (resolve = settle));
  return { promise, resolve };
}

/** Waits until something is so. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  throw new Error(`it never happened: ${what}`);
}
