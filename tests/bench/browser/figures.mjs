// What was measured, as a table in Markdown.

const size = bytes => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
const time = milliseconds => `${(milliseconds / 1000).toFixed(milliseconds < 1e4 ? 2 : 1)} s`;

/** Rows in their order; `#` stands for how many notes there are. */
const ROWS = {
  fetched: [size, 'fetched until the first simulated transfer'],
  gzip: [size, 'the same, gzip'],
  Brotli: [size, 'the same, Brotli'],
  points: [size, 'of this the reference string'],
  cold: [time, 'ready for the first call, cold'],
  warm: [time, 'ready for the first call, warm'],
  first: [time, 'private transfer: simulated, first'],
  again: [time, 'private transfer: simulated, again'],
  sent: [time, 'private transfer: in a block, without proof'],
  threads: [time, 'private transfer: in a block, proven with threads'],
  single: [time, 'private transfer: in a block, proven on one thread'],
  found: [time, '`balance_of_private`, # notes to find'],
  known: [time, 'the same again, nothing to find'],
  empty: [size, 'peak memory, an empty page'],
  transfers: [size, 'peak memory, transfers'],
  notes: [size, 'peak memory, # notes'],
  threadsMemory: [size, 'peak memory, a proof with threads'],
  singleMemory: [size, 'peak memory, a proof on one thread'],
};

function median(samples) {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)];
}

/** Samples of both clients; their medians count. */
export class Figures {
  #samples = { ours: {}, official: {} };
  #tell;

  /** Tells of each sample. */
  constructor(tell) {
    this.#tell = tell;
  }

  add(who, row, value) {
    (this.#samples[who][row] ??= []).push(value);
    this.#tell(`  ${row} ${ROWS[row][0](value)}`);
  }

  has(who, row) {
    return row in this.#samples[who];
  }

  /** Rows of which nothing was measured are left out. */
  table(notes) {
    const lines = ['| | ours | official | ours ÷ official |', '|---|---|---|---|'];
    const { ours, official } = this.#samples;
    for (const [row, [shown, name]] of Object.entries(ROWS)) {
      if (!(row in ours)) continue;
      const values = [ours, official].map(samples => samples[row] && median(samples[row]));
      const cells = values.map(value => (value === undefined ? 'not measured' : shown(value)));
      const ratio = values[1] ? (values[0] / values[1]).toFixed(3) : '–';
      lines.push(`| ${name.replace('#', notes)} | ${cells.join(' | ')} | ${ratio} |`);
    }
    return lines.join('\n');
  }
}
