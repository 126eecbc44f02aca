// Keeps what happens in a session as entries in the order in which they began (form: ../README.md).
import { jsonStringify } from '@aztec/foundation/json-rpc';
import { writeFileSync } from 'node:fs';

import { BY_PXE } from './random.mjs';

/** A value as the official packages write it in JSON. */
export const json = value => (value === undefined ? undefined : JSON.parse(jsonStringify(value)));

export class Recorder {
  /** Every entry of the session. */
  entries = [];
  /** Entries that have begun and not ended. */
  open = { pxe: [], wallet: [] };
  /** What the session is doing; stamped on entries. */
  step = 'start';
  /** Runs of contract functions that have not ended, the innermost last. */
  running = [];

  /** Begins an entry. */
  begin(kind, method, args) {
    const entry = { n: this.entries.length, t: kind, step: this.step };
    const outer = this.open.wallet.at(-1);
    if (outer) entry.in = outer.n;
    Object.assign(entry, { method, args });
    this.entries.push(entry);
    this.open[kind].push(entry);
    return entry;
  }

  end(entry) {
    this.open[entry.t].splice(this.open[entry.t].indexOf(entry), 1);
  }

  /** Runs something as an entry; `describe` makes its result from what comes back. */
  async during(kind, method, args, run, describe) {
    const entry = this.begin(kind, method, args);
    try {
      const value = await run();
      const result = await describe?.(value);
      if (result !== undefined) entry.result = result;
      return value;
    } catch (error) {
      entry.error = failure(error);
      throw error;
    } finally {
      this.end(entry);
    }
  }

  /** An entry that needs no time. */
  note(kind, content) {
    this.entries.push({ n: this.entries.length, t: kind, step: this.step, ...content });
  }

  /** Adds to a list of the call of the PXE that runs. Calls wait for each other, so it is the first. */
  add(list, item) {
    const entry = this.open.pxe[0];
    if (entry) (entry[list] ??= []).push(item);
    return entry;
  }

  drew(who, bytes) {
    let entry = BY_PXE.has(who) ? this.open.pxe[0] : this.open.wallet.at(-1);
    // The random bytes that stand for a proof tell nothing.
    const drawn = who === 'proof' ? { who, length: bytes.length } : { who, bytes: bytes.toString('hex') };
    if (!entry) {
      // Neither wallet nor PXE: aztec.js makes a payload, or the session chooses a key.
      if (this.entries.at(-1)?.t !== 'draws') this.note('draws', {});
      entry = this.entries.at(-1);
    }
    (entry.draws ??= []).push(drawn);
  }

  write(file) {
    writeFileSync(file, this.entries.map(entry => `${JSON.stringify(entry)}\n`).join(''));
  }
}

/** What is told of an error. Positions in sources are kept, the sources are not. */
export function failure(error) {
  const found = { name: error.name, message: String(error.message) };
  if (typeof error.getOriginalMessage !== 'function') return found;
  const { originalMessage, functionErrorStack, noirErrorStack, revertData } = json(error);
  found.message = originalMessage;
  found.calls = functionErrorStack;
  if (noirErrorStack) {
    found.noir = noirErrorStack.map(at => (typeof at === 'string'
      ? at : { file: at.filePath, line: at.line, column: at.column, text: at.locationText }));
  }
  if (revertData?.length) found.revertData = revertData;
  return found;
}
