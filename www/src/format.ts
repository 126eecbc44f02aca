/** Values as people read and write them. */
import type { Address, Hex } from '@aztec-lite/sdk';

/** An address short enough for a line; the whole one belongs in its title. */
export const short = (hex: Hex): string => `${hex.slice(0, 8)}…${hex.slice(-6)}`;

/** Whether a text is an address. */
export const isAddress = (text: string): text is Address => /^0x[0-9a-f]{64}$/i.test(text.trim());

/** A token's amount in its smallest units as a decimal number. */
export function amount(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : digits.slice(-decimals).replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return fraction ? `${grouped}.${fraction}` : grouped;
}

/** The smallest units of an amount; nothing if the text is no amount, or finer than the token. */
export function units(text: string, decimals: number): bigint | undefined {
  const match = /^(\d+)(?:\.(\d*))?$/.exec(text.trim().replace(/[\s_,\u202f]/g, ''));
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > decimals) return undefined;
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** How long something took. */
export const seconds = (milliseconds: number): string =>
  milliseconds < 1000 ? `${String(Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** When something happened. */
export const when = (date: Date): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
