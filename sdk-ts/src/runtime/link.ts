/**
 * The way from a tab to the one worker that holds the wallet.
 *
 * Of all tabs with the same wallet one leads: it has the lock and the worker. The others reach it by messages. When the
 * leader goes, another tab gets the lock, starts a worker, and everyone asks again what was not answered; calls have ids
 * that are unique among tabs, so that nothing is done twice.
 */
import { AztecLiteError, errorFrom } from '../errors.js';
import { isBroadcast } from './messages.js';
import type { Broadcast, Call, FromWorker, Reply, Session, ToWorker } from './messages.js';

/** How to follow a call, and how to end it. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: unknown) => void) | undefined;
}

interface Pending extends CallOptions {
  call: Call;
  /** The leader it was put to. */
  leader: string | undefined;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What a link needs to know. */
export interface LinkOptions {
  /** The wallet's name: tabs with the same one share a worker. */
  name: string;
  /** Starts a worker. */
  startWorker: () => Worker;
  /** What the worker is started with. */
  options: unknown;
  /** Is told what the worker tells everyone. */
  onEvent?: (event: unknown) => void;
}

/** A tab's way to the worker. */
export class Link {
  readonly #tab = crypto.randomUUID();
  readonly #options: LinkOptions;
  readonly #channel: BroadcastChannel;
  readonly #pending = new Map<string, Pending>();
  /** As leader: which tab asked what. */
  readonly #askers = new Map<string, string>();
  #leader: string | undefined;
  #worker: Worker | undefined;
  #session: Session | undefined;
  #close: () => void = () => undefined;
  readonly #closed: Promise<void>;
  #isClosed = false;

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.#channel = new BroadcastChannel(options.name);
    this.#closed = new Promise(resolve => (this.#close = resolve));
  }

  /** Joins the tabs with the same wallet. Resolves when some tab leads. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    await link.#join();
    return link;
  }

  /** Whether this tab has the worker. */
  get leads(): boolean {
    return this.#worker !== undefined;
  }

  /** Asks the worker to do something. Aborting tells the worker to stop, and rejects at once. */
  call(method: string, params: unknown, { signal, onProgress }: CallOptions = {}): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new AztecLiteError('closed', `${method}: the wallet is closed`));
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const call: Call = { id: crypto.randomUUID(), method, params };
    return new Promise((resolve, reject) => {
      const pending: Pending = { call, leader: undefined, resolve, reject, signal, onProgress };
      this.#pending.set(call.id, pending);
      signal?.addEventListener('abort', () => {
        if (!this.#pending.delete(call.id)) return;
        this.#cancel(call.id);
        reject(abortError(signal));
      }, { once: true });
      this.#ask(pending);
    });
  }

  /** Leaves. Calls without an answer fail; another tab takes over what this one led. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { call, reject } of this.#pending.values()) {
      reject(new AztecLiteError('closed', `${call.method}: the wallet was closed before the answer`));
    }
    this.#pending.clear();
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#channel.close();
    this.#close();
  }

  #post(message: Broadcast): void {
    if (!this.#isClosed) this.#channel.postMessage(message);
  }

  async #join(): Promise<void> {
    const led = new Promise<void>((resolve, reject) => {
      this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (!isBroadcast(data) || data.from === this.#tab) return;
        this.#heard(data);
        if (data.kind === 'leader') resolve();
      };
      const lead = async () => {
        if (this.#isClosed) return;
        await this.#lead();
        resolve();
        await this.#closed;
      };
      navigator.locks.request(this.#options.name, lead).catch((error: unknown) => {
        this.close();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    this.#post({ kind: 'who', from: this.#tab });
    await led;
  }

  /** Starts the worker; from now on this tab answers for all. */
  async #lead(): Promise<void> {
    const worker = this.#options.startWorker();
    await new Promise<void>((resolve, reject) => {
      worker.onerror = event => {
        reject(new AztecLiteError('worker', `the wallet's worker failed: ${event.message || 'it could not be loaded'}`));
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'started') resolve();
        else if (data.kind === 'failed') reject(errorFrom(data.error));
        else this.#fromWorker(data);
      };
      const { options } = this.#options;
      worker.postMessage({ kind: 'start', options, session: this.#session } satisfies ToWorker);
    });
    this.#worker = worker;
    this.#follow(this.#tab);
    this.#post({ kind: 'leader', from: this.#tab, session: this.#session });
  }

  #fromWorker(message: Exclude<FromWorker, { kind: 'started' | 'failed' }>): void {
    switch (message.kind) {
      case 'session':
        this.#session = message.session;
        this.#post({ kind: 'session', from: this.#tab, session: message.session });
        break;
      case 'event':
        this.#options.onEvent?.(message.event);
        this.#post({ kind: 'event', from: this.#tab, event: message.event });
        break;
      default: {
        const asker = this.#askers.get(message.id);
        if (message.kind !== 'progress') this.#askers.delete(message.id);
        if (asker === undefined || asker === this.#tab) this.#replied(message);
        else this.#post({ kind: 'reply', from: this.#tab, to: asker, reply: message });
      }
    }
  }

  #heard(message: Broadcast): void {
    switch (message.kind) {
      case 'who':
        if (this.#worker) this.#post({ kind: 'leader', from: this.#tab, session: this.#session });
        break;
      case 'leader':
        this.#session = message.session;
        this.#follow(message.from);
        break;
      case 'session':
        this.#session = message.session;
        break;
      case 'event':
        this.#options.onEvent?.(message.event);
        break;
      case 'call':
        if (message.to === this.#tab && this.#worker) this.#work(message.call, message.from);
        break;
      case 'cancel':
        if (message.to === this.#tab) this.#worker?.postMessage({ kind: 'cancel', id: message.id } satisfies ToWorker);
        break;
      case 'reply':
        if (message.to === this.#tab) this.#replied(message.reply);
    }
  }

  /** There is a leader: everything without an answer from it is put to it. */
  #follow(leader: string): void {
    if (this.#leader === leader) return;
    this.#leader = leader;
    for (const pending of this.#pending.values()) {
      if (pending.leader !== undefined) pending.onProgress?.({ stage: 'moved' });
      this.#ask(pending);
    }
  }

  #ask(pending: Pending): void {
    const leader = this.#leader;
    if (leader === undefined) return;
    pending.leader = leader;
    if (leader === this.#tab) this.#work(pending.call, this.#tab);
    else this.#post({ kind: 'call', from: this.#tab, to: leader, call: pending.call });
  }

  #work(call: Call, asker: string): void {
    this.#askers.set(call.id, asker);
    this.#worker?.postMessage({ kind: 'call', ...call } satisfies ToWorker);
  }

  #cancel(id: string): void {
    if (this.#worker) this.#worker.postMessage({ kind: 'cancel', id } satisfies ToWorker);
    else if (this.#leader !== undefined) this.#post({ kind: 'cancel', from: this.#tab, to: this.#leader, id });
  }

  #replied(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'progress') {
      pending.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'result') pending.resolve(reply.value);
    else pending.reject(errorFrom(reply.error));
  }
}

function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The operation was aborted.', 'AbortError');
}
