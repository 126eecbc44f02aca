// All sessions: `{name, run, ...options of the world}`, in the order in which they share a chain.
import { accounts } from '../../../conformance/scenarios/accounts.mjs';
import { apps } from '../../../conformance/scenarios/apps.mjs';
import { authwits } from '../../../conformance/scenarios/authwits.mjs';
import { bridge } from '../../../conformance/scenarios/bridge.mjs';
import { calls } from '../../../conformance/scenarios/calls.mjs';
import { fees } from '../../../conformance/scenarios/fees.mjs';
import { logs } from '../../../conformance/scenarios/logs.mjs';
import { notes } from '../../../conformance/scenarios/notes.mjs';
import { token } from '../../../conformance/scenarios/token.mjs';
import { orders, refusals, scopes, tokens, values } from './contracts.mjs';
import { first } from './first.mjs';
import { messages } from './messages.mjs';
import { pending, reorg } from './pending.mjs';
import { receiver, sender } from './receiver.mjs';
import { fullTxs, manyNotes, reads } from './resets.mjs';
import { profiles, simulations } from './simulations.mjs';

const slug = name => name.replace(/[^a-z0-9]+/gi, '-').toLowerCase();

/** Scenarios of the conformance suite whose subject is not the client. */
const NOT_HERE = ['initial accounts exist', 'logs: more than a page under one tag', 'events: public, decoded and filtered',
  'logs: private ones by tag, class logs by tx', 'app: prices in a public map', 'app: card game', 'calls: static in public'];

const borrowed = [...accounts, ...token, ...authwits, ...fees, ...logs, ...notes, ...calls, ...apps, ...bridge]
  .filter(({ name }) => !NOT_HERE.includes(name))
  .map(({ name, run }) => ({ name: slug(name), step: name, run, feeTokens: /^(fees|bridge|app: a value)/.test(name) }));

export const SESSIONS = [
  { name: 'first', run: first },
  ...borrowed,
  { name: 'pending', run: pending },
  { name: 'sender', run: sender },
  { name: 'receiver', run: receiver, accounts: 0 },
  { name: 'messages', run: messages },
  { name: 'simulations', run: simulations },
  { name: 'profiles', run: profiles, feeTokens: true },
  { name: 'many-notes', run: manyNotes },
  { name: 'full-txs', run: fullTxs },
  { name: 'reads', run: reads },
  { name: 'scopes', run: scopes },
  { name: 'values', run: values },
  { name: 'other-tokens', run: tokens },
  { name: 'order-book', run: orders },
  { name: 'refusals', run: refusals },
  // Its blocks are taken back: it comes last.
  { name: 'reorg', run: reorg },
];
