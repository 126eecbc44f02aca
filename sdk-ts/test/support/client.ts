/** A worker's answers, for what is above them. */
import type { Calls } from '../../src/runtime/calls.js';
import type { Client, ClientOptions } from '../../src/runtime/client.js';
import { portable } from '../../src/values.js';
import { Wallet } from '../../src/wallet.js';

/** What answers each method. */
export type Answers = { [M in keyof Calls]?: (params: Calls[M]['params'], options: ClientOptions) => unknown };

/** A wallet whose worker answers so, what it was asked, and a way to tell everyone that something changed. */
export function walletWith(answers: Answers): {
  wallet: Wallet; asked: { method: string; params: unknown }[]; tellAll: () => void;
} {
  const listeners = new Set<() => void>();
  const asked: { method: string; params: unknown }[] = [];
  const client: Client = {
    call: async (method, params, options) => {
      options.signal?.throwIfAborted();
      const given = portable(params);
      asked.push({ method, params: given });
      const answer = answers[method as keyof Calls] as ((params: unknown, options: ClientOptions) => unknown) | undefined;
      if (!answer) throw new Error(`nobody answers ${method}`);
      return structuredClone(await answer(given, options));
    },
    onEvent: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => undefined,
  };
  const tellAll = () => {
    for (const listener of listeners) listener();
  };
  return { wallet: Wallet.over(client), asked, tellAll };
}
