/**
 * The way from a tab to the one worker that holds the wallet.
 *
 * Of all tabs with the same wallet one leads: it has the lock and the worker. The others reach it by messages. When the
 * leader goes, another tab gets the lock and starts a worker, and everyone asks it again what was not answered: nothing of
 * that was done, as an unfinished call leaves no trace. A call that tells by its progress what came of it is not asked again.
 */
import { AztecLiteError, errorData, errorFrom } from '../errors.js';
import { abortReason } from '../tx.js';
import { isBroadcast, isOfOtherVersion, VERSION } from './messages.js';
import type { Broadcast, Call, FromWorker, Reply, Session, ToWorker } from './messages.js';

/** How to follow a call, and how to end it. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: unknown) => void) | undefined;
  /**
   * What the call comes to if nothing is heard of it after this progress. Such a call is not made again: what it does cannot
   * be undone any more.
   */
  settled?: ((progress: unknown) => unknown) | undefined;
}

interface Pending extends CallOptions {
  call: Call;
  /** What it comes to if the leader goes. */
  outcome: unknown;
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

/** Calls after which every tab may see something else. */
const CHANGES = new Set([
  'wallet.create', 'wallet.unlock', 'wallet.lock', 'accounts.create', 'accounts.deploy', 'senders.add', 'senders.remove',
  'contracts.register', 'contracts.deploy', 'tx.send',
]);

type Message = Broadcast extends infer B ? (B extends unknown ? Omit<B, 'v' | 'from'> : never) : never;

/** A tab's way to the worker. */
export class Link {
  readonly #tab = crypto.randomUUID();
  readonly #options: LinkOptions;
  readonly #channel: BroadcastChannel;
  /** What this tab asked. */
  readonly #pending = new Map<string, Pending>();
  /** As leader: what the worker was asked, or will be once it runs, and by which tab. */
  readonly #asked = new Map<string, { call: Call; asker: string }>();
  readonly #joined: Promise<void>;
  #leader: string | undefined;
  #worker: Worker | undefined;
  /** The worker that does not run yet. */
  #starting: Worker | undefined;
  #session: Session | undefined;
  #error: Error | undefined;
  #join: () => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;
  /** Lets go of the lock. */
  #release: () => void = () => undefined;

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.#joined = new Promise((resolve, reject) => {
      this.#join = resolve;
      this.#refuse = reject;
    });
    this.#channel = new BroadcastChannel(options.name);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#listen(data);
    };
    navigator.locks.request(options.name, () => this.#hold()).catch((error: unknown) => {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#post({ kind: 'who' });
  }

  /** Joins the tabs with the same wallet. Resolves when some tab leads. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    await link.#joined;
    return link;
  }

  /** Whether this tab has the worker. */
  get leads(): boolean {
    return this.#leader === this.#tab;
  }

  /** Asks the worker to do something. Aborting tells the worker to stop, and rejects at once. */
  call(method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal } = options;
    if (this.#error) return Promise.reject(closed(method, this.#error));
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const call: Call = { id: crypto.randomUUID(), method, params };
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (!this.#pending.delete(call.id)) return;
        this.#cancel(call.id);
        reject(abortReason(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
      const done = <T>(settle: (value: T) => void) => (value: T) => {
        signal?.removeEventListener('abort', abort);
        settle(value);
      };
      const pending: Pending = { ...options, call, outcome: undefined, resolve: done(resolve), reject: done(reject) };
      this.#pending.set(call.id, pending);
      this.#ask(pending);
    });
  }

  /** Leaves. Calls without an answer end and fail; another tab takes over what this one led. */
  close(): void {
    this.#end(new AztecLiteError('closed', 'the wallet was closed'));
  }

  #end(error: Error): void {
    if (this.#error) return;
    for (const { call, reject } of this.#pending.values()) {
      this.#cancel(call.id);
      reject(closed(call.method, error));
    }
    this.#error = error;
    this.#pending.clear();
    this.#asked.clear();
    this.#worker?.terminate();
    this.#starting?.terminate();
    this.#worker = undefined;
    this.#leader = undefined;
    this.#channel.close();
    this.#release();
    this.#refuse(error);
  }

  #post(message: Message): void {
    if (!this.#error) this.#channel.postMessage({ v: VERSION, from: this.#tab, ...message });
  }

  /** Leads for as long as this tab has the lock. */
  async #hold(): Promise<void> {
    if (this.#error) return;
    const released = new Promise<void>(resolve => (this.#release = resolve));
    // Who leaves does not wait for the worker to start.
    await Promise.race([this.#start(), released]);
    await released;
  }

  /** Starts the worker; from now on this tab answers for all. */
  async #start(): Promise<void> {
    const worker = this.#options.startWorker();
    this.#starting = worker;
    await new Promise<void>((resolve, reject) => {
      worker.onerror = event => {
        event.preventDefault();
        const message = `the wallet's worker failed: ${event.message || 'it could not be loaded'}`;
        const error = new AztecLiteError('worker', message, { hint: 'see the console for why; reload the page if it stays so' });
        if (this.#worker === worker) this.#crashed(error);
        else reject(error);
      };
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'started') resolve();
        else if (data.kind === 'failed') reject(errorFrom(data.error));
        else if (this.#worker === worker) this.#fromWorker(data);
      };
      worker.postMessage({ kind: 'start', options: this.#options.options, session: this.#session } satisfies ToWorker);
    }).catch((error: unknown) => {
      worker.terminate();
      throw error;
    });
    this.#starting = undefined;
    this.#worker = worker;
    for (const { call } of this.#asked.values()) worker.postMessage({ kind: 'call', ...call } satisfies ToWorker);
    this.#post({ kind: 'leader', session: this.#session });
    this.#follow(this.#tab);
  }

  /** The worker is lost with all it did; another one takes its place. */
  #crashed(error: AztecLiteError): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const lost = [...this.#asked];
    this.#asked.clear();
    for (const [id, { asker }] of lost) this.#reply(asker, { kind: 'error', id, error: errorData(error) });
    this.#start().catch((error: unknown) => {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    });
  }

  #fromWorker(message: Exclude<FromWorker, { kind: 'started' | 'failed' }>): void {
    switch (message.kind) {
      case 'session':
        this.#session = message.session;
        this.#post({ kind: 'session', session: message.session });
        break;
      case 'event':
        this.#tellAll(message.event);
        break;
      default: {
        const asked = this.#asked.get(message.id);
        if (message.kind !== 'progress') this.#asked.delete(message.id);
        if (!asked) break;
        this.#reply(asked.asker, message);
        if (message.kind === 'result' && CHANGES.has(asked.call.method)) this.#tellAll({ method: asked.call.method });
      }
    }
  }

  #tellAll(event: unknown): void {
    this.#options.onEvent?.(event);
    this.#post({ kind: 'event', event });
  }

  #reply(asker: string, reply: Reply): void {
    if (asker === this.#tab) this.#replied(reply);
    else this.#post({ kind: 'reply', to: asker, reply });
  }

  #listen(data: unknown): void {
    if (this.#error) return;
    if (isOfOtherVersion(data, 'leader')) {
      this.#end(new AztecLiteError('version', 'another tab has this wallet open with another version of the page', {
        hint: 'reload or close the other tabs',
      }));
    } else if (isOfOtherVersion(data, 'who')) {
      this.#answer();
    } else if (isBroadcast(data) && data.from !== this.#tab) {
      this.#heard(data);
    }
  }

  #heard(message: Broadcast): void {
    // Only who leads is believed.
    const isLeader = message.from === this.#leader;
    switch (message.kind) {
      case 'who':
        this.#answer();
        break;
      case 'leader':
        if (this.leads) break;
        this.#session = message.session;
        this.#follow(message.from);
        break;
      case 'session':
        if (isLeader) this.#session = message.session;
        break;
      case 'event':
        if (isLeader) this.#options.onEvent?.(message.event);
        break;
      case 'call':
        if (message.to === this.#tab && this.leads) this.#work(message.call, message.from);
        break;
      case 'cancel':
        if (message.to === this.#tab && this.#asked.get(message.id)?.asker === message.from) this.#stop(message.id);
        break;
      case 'reply':
        if (message.to === this.#tab && isLeader) this.#replied(message.reply);
    }
  }

  #answer(): void {
    if (this.#worker) this.#post({ kind: 'leader', session: this.#session });
  }

  /** There is a leader: everything without an answer from it is put to it. */
  #follow(leader: string): void {
    if (this.#leader === leader) return;
    const moved = this.#leader !== undefined;
    this.#leader = leader;
    this.#join();
    for (const pending of [...this.#pending.values()]) {
      if (pending.outcome !== undefined) {
        this.#pending.delete(pending.call.id);
        pending.resolve(pending.outcome);
        continue;
      }
      if (moved) pending.onProgress?.({ stage: 'moved' });
      this.#ask(pending);
    }
  }

  #ask({ call }: Pending): void {
    if (this.leads) this.#work(call, this.#tab);
    else if (this.#leader !== undefined) this.#post({ kind: 'call', to: this.#leader, call });
  }

  #work(call: Call, asker: string): void {
    if (this.#asked.has(call.id)) return;
    this.#asked.set(call.id, { call, asker });
    this.#worker?.postMessage({ kind: 'call', ...call } satisfies ToWorker);
  }

  #cancel(id: string): void {
    if (this.leads) this.#stop(id);
    else if (this.#leader !== undefined) this.#post({ kind: 'cancel', to: this.#leader, id });
  }

  #stop(id: string): void {
    if (this.#asked.delete(id)) this.#worker?.postMessage({ kind: 'cancel', id } satisfies ToWorker);
  }

  #replied(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'progress') {
      pending.outcome ??= pending.settled?.(reply.progress);
      pending.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'result') pending.resolve(reply.value);
    else if (reply.error.code === 'worker' && pending.outcome !== undefined) pending.resolve(pending.outcome);
    else pending.reject(errorFrom(reply.error));
  }
}

function closed(method: string, error: Error): AztecLiteError {
  const { code, hint } = errorData(error);
  return new AztecLiteError(code, `${method}: ${error.message}`, { hint, cause: error });
}
