/** The shown account's address, for others. */
import { encode } from 'uqr';
import type { View } from '../app.js';
import { copyButton, fill, h } from '../dom.js';

const NS = 'http://www.w3.org/2000/svg';

/** A text as a QR code. */
function qr(text: string): SVGElement {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${String(x)} ${String(y)}h1v1h-1z` : ''))).join('');
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', `0 0 ${String(size)} ${String(size)}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'The address as a QR code');
  svg.classList.add('qr');
  const modules = document.createElementNS(NS, 'path');
  modules.setAttribute('d', path);
  svg.append(modules);
  return svg;
}

/** The address, to show and to copy. */
export const receive: View = (app, place) => {
  const { account } = app;
  if (!account) {
    app.go('');
    return undefined;
  }
  const senders = h('ul');
  fill(place,
    h('h1', {}, 'Receive'),
    h('section', { class: 'card center' }, qr(account.address), h('code', { class: 'address', 'data-testid': 'address' }, account.address), copyButton(account.address)),
    h('p', {}, 'What others send you privately is only found if you know who they are: add them under ',
      h('a', { href: '#/contacts' }, 'Contacts'), '. Your own accounts are known.'),
    senders);
  return undefined;
};
