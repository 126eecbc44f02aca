// What the page of every fixture does: what the package's README begins with. It reports how that went.
import { AztecLiteError } from '@aztec-lite/sdk';

import { quickStart } from './quick-start.js';

let ran = false;

/** Runs once, however often it is called: the query names the node, and where to report. */
export async function run() {
  if (ran) return;
  ran = true;
  const query = new URLSearchParams(location.search);
  const logged = [];
  const report = await quickStart(query.get('node'), value => logged.push(String(value))).then(
    () => ({ logged }),
    error => ({ error: error instanceof AztecLiteError ? error.code : 'other', message: String(error) }),
  );
  document.body.textContent = JSON.stringify(report);
  await fetch(query.get('report'), { method: 'POST', mode: 'no-cors', body: JSON.stringify(report) });
}
