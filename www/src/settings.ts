/** What the page remembers besides the wallet: nothing of it is secret. */
import type { Address, Hex } from '@aztec-lite/sdk';

/** A token the person wants to see. */
export interface Token {
  address: Address;
  name: string;
  symbol: string;
  decimals: number;
}

/** An account of a test network that everybody can use, and that mints its tokens. */
export interface Faucet {
  address: Address;
  secret: Hex;
  salt: Hex;
}

/** What can be set. */
export interface Settings {
  node: string;
  srs: string[];
  threads: number | undefined;
  tokens: Token[];
  /** The account that is shown. */
  account: Address | undefined;
  /** A contract that pays for transactions, if one does. */
  sponsor: Address | undefined;
  /** Where test tokens come from, on a test network. */
  faucet: Faucet | undefined;
  lockAfterMinutes: number;
}

const KEY = 'aztec-lite/settings';

/** What a server of this page says about its network. */
export interface Defaults {
  node?: string;
  srs?: string[];
  sponsor?: Address;
  tokens?: Token[];
  faucet?: Faucet;
}

/** Settings as they are now: what was set here, else what the server of the page says. */
export async function loadSettings(): Promise<Settings> {
  let defaults: Defaults = {};
  try {
    const response = await fetch('./network.json');
    if (response.ok) defaults = (await response.json()) as Defaults;
  } catch {
    // A page served without one is told everything by its user.
  }
  const settings: Settings = {
    node: defaults.node ?? 'http://127.0.0.1:8080',
    srs: defaults.srs ?? [],
    threads: undefined,
    tokens: defaults.tokens ?? [],
    account: undefined,
    sponsor: defaults.sponsor,
    faucet: defaults.faucet,
    lockAfterMinutes: 15,
  };
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return { ...settings, ...stored };
  } catch {
    return settings;
  }
}

/** Remembers settings. */
export function saveSettings(settings: Settings): void {
  localStorage.setItem(KEY, JSON.stringify(settings));
}
