// What the pages have in common: what they are told, the calls they offer to the driver, and when those could be made.

const query = new URLSearchParams(location.search);

/** What the page is told. */
export const began = { node: query.get('node'), threads: Number(query.get('threads') ?? 0) };

/** Offers calls. */
export function serve(calls) {
  globalThis.bench = {
    /** Milliseconds from the start of the navigation until calls can be made. */
    ready: performance.now(),
    /** Makes a call; gives its answer and the milliseconds it took. */
    async call(name, params) {
      const start = performance.now();
      const answer = (await calls[name](params)) ?? null;
      return { answer, took: performance.now() - start };
    },
  };
}
