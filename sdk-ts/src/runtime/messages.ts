/** What pages and the worker that holds the wallet tell each other. */
import type { ErrorData } from '../errors.js';

/** Something to do. The `id` is unique among all tabs: asked twice, it is done once. */
export interface Call {
  id: string;
  method: string;
  params: unknown;
}

/** What becomes of a call. */
export type Reply =
  | { kind: 'result'; id: string; value: unknown }
  | { kind: 'error'; id: string; error: ErrorData }
  | { kind: 'progress'; id: string; progress: unknown };

/** What lets another tab's worker go on where an unlocked one ended. The key cannot be read by scripts. */
export interface Session {
  key: CryptoKey;
  iv: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}

/** To the worker. */
export type ToWorker =
  | { kind: 'start'; options: unknown; session: Session | undefined }
  | ({ kind: 'call' } & Call)
  | { kind: 'cancel'; id: string };

/** From the worker. */
export type FromWorker =
  | { kind: 'started' }
  | { kind: 'failed'; error: ErrorData }
  /** Unlocked, or locked again. */
  | { kind: 'session'; session: Session | undefined }
  /** Something others may want to know, such as a new block. */
  | { kind: 'event'; event: unknown }
  | Reply;

/** From tab to tab. */
export type Broadcast =
  /** A tab looks for the leader. */
  | { kind: 'who'; from: string }
  /** This tab leads, with all it needs to hand over. */
  | { kind: 'leader'; from: string; session: Session | undefined }
  | { kind: 'session'; from: string; session: Session | undefined }
  | { kind: 'event'; from: string; event: unknown }
  | { kind: 'call'; from: string; to: string; call: Call }
  | { kind: 'cancel'; from: string; to: string; id: string }
  | { kind: 'reply'; from: string; to: string; reply: Reply };

const KINDS = ['who', 'leader', 'session', 'event', 'call', 'cancel', 'reply'];

/** Whether something that came over the channel has the form of a message: other versions may be open in other tabs. */
export function isBroadcast(data: unknown): data is Broadcast {
  if (typeof data !== 'object' || data === null || !('kind' in data) || !('from' in data)) return false;
  if (typeof data.kind !== 'string' || typeof data.from !== 'string' || !KINDS.includes(data.kind)) return false;
  if (data.kind === 'call') return 'call' in data && typeof data.call === 'object' && data.call !== null;
  if (data.kind === 'reply') return 'reply' in data && typeof data.reply === 'object' && data.reply !== null;
  return true;
}
