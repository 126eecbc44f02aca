/** What pages and the worker that holds the wallet tell each other. */
import type { ErrorData } from '../errors.js';

/** The version of what tabs tell each other. Tabs of other versions do not understand each other, but notice. */
export const VERSION = 1;

/** Something to do. The `id` is unique among all tabs. */
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
export type Broadcast = { v: number; from: string } & (
  /** A tab looks for the leader. */
  | { kind: 'who' }
  /** This tab leads, with all it needs to hand over. */
  | { kind: 'leader'; session: Session | undefined }
  | { kind: 'session'; session: Session | undefined }
  | { kind: 'event'; event: unknown }
  | { kind: 'call'; to: string; call: Call }
  | { kind: 'cancel'; to: string; id: string }
  | { kind: 'reply'; to: string; reply: Reply }
);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';

const isError = (value: unknown): boolean => isObject(value) && isText(value.code) && isText(value.message);
const isSession = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isObject(value.key) && value.iv instanceof Uint8Array && value.sealed instanceof Uint8Array);
const isCall = (value: unknown): boolean => isObject(value) && isText(value.id) && isText(value.method);
const isReply = (value: unknown): boolean =>
  isObject(value) && isText(value.id) &&
  (value.kind === 'result' || value.kind === 'progress' || (value.kind === 'error' && isError(value.error)));

const FORMS: Record<Broadcast['kind'], (message: Record<string, unknown>) => boolean> = {
  who: () => true,
  leader: ({ session }) => isSession(session),
  session: ({ session }) => isSession(session),
  event: () => true,
  call: ({ to, call }) => isText(to) && isCall(call),
  cancel: ({ to, id }) => isText(to) && isText(id),
  reply: ({ to, reply }) => isText(to) && isReply(reply),
};

/** Whether something that came over the channel is a message of this version. */
export function isBroadcast(data: unknown): data is Broadcast {
  if (!isObject(data) || data.v !== VERSION || !isText(data.from) || !isText(data.kind)) return false;
  return Object.hasOwn(FORMS, data.kind) && FORMS[data.kind as Broadcast['kind']](data);
}

/** What a tab of another version says: whether it looks for a leader, or leads. */
export function isOfOtherVersion(data: unknown, kind: 'who' | 'leader'): boolean {
  return isObject(data) && typeof data.v === 'number' && data.v !== VERSION && data.kind === kind;
}
