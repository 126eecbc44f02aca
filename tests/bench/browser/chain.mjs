// The chain that both clients look at, made by ours.
import { freshProfile, open } from './chromium.mjs';

/** Calls an account makes in one transaction. */
const CALLS = 5;
/** Transactions between the same two people before the chain must be final up to them: a sender goes no more than 20 tags
 * beyond the last final one. */
const UNFINISHED = 3;
/** Blocks after which an earlier one is final. */
const FINALITY = 14;
/** How much one note is worth. */
export const WORTH = 1000;

/** Calls a node. */
export async function rpc(url, method, ...params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function mint(url, page, token, from, to, notes) {
  for (let left = notes, sent = 0; left > 0; left -= CALLS, sent++) {
    if (sent % UNFINISHED === 0) await rpc(url, 'dev_mine', FINALITY);
    await page.call('mint', { token, from, to, notes: Math.min(left, CALLS), worth: WORTH });
  }
}

/** Deploys two tokens: of one Alice has notes, of the other Bob has so many. */
export async function makeChain(url, address, [alice, bob], notes) {
  const profile = await freshProfile();
  const page = await open(profile, address);
  try {
    await page.call('account', alice);
    const tokens = [];
    for (const [owner, count] of [[alice, 2], [bob, notes]]) {
      const { answer: token } = await page.call('deploy', { from: alice.address });
      await mint(url, page, token, alice.address, owner.address, count);
      tokens.push(token);
    }
    await rpc(url, 'dev_mine', FINALITY);
    return tokens;
  } finally {
    await page.close();
    await profile.remove();
  }
}
