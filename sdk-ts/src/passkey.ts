/**
 * Keys of wallets from passkeys: the authenticator derives 32 secret bytes from the passkey and a fixed salt (the PRF
 * extension of WebAuthn). They never leave this device unless the passkey itself is synced.
 */
import { KeysError } from './errors.js';
import type { Abortable } from './types.js';

/** What the bytes are derived from. Another salt gives other bytes: this never changes. */
const SALT = 'aztec-lite wallet key 1';

/** How a passkey is made. */
export interface PasskeyOptions extends Abortable {
  /** What the passkey is called where people choose among theirs. */
  name: string;
  /** The domain the passkey is for: the page's own, or one above it. The page's own unless told. */
  domain?: string;
}

/** IPv4 and IPv6 addresses as they stand in URLs. */
const IP_ADDRESS = /^(\d+(\.\d+){3}|\[.*\])$/;

/**
 * Whether this browser has what a passkey needs; the authenticator may still lack it. Pages of an IP address have no
 * passkeys: serve them from a name, such as `localhost`.
 */
export function passkeysAvailable(): boolean {
  return 'PublicKeyCredential' in globalThis && 'credentials' in navigator && !IP_ADDRESS.test(globalThis.location.hostname);
}

/**
 * Makes a passkey and gets the key it gives. The person is asked once or, with authenticators that give no key while a
 * passkey is made, twice.
 *
 * @example
 * ```ts
 * await wallet.create({ key: await createPasskey({ name: 'Savings' }) });
 * // later
 * await wallet.unlock({ key: await passkeyKey() });
 * ```
 * @throws {@link KeysError} with code `keys.passkey` if the person refuses or the authenticator cannot do it.
 */
export async function createPasskey({ name, domain, signal }: PasskeyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const id = domain === undefined ? {} : { id: domain };
  const made = await asked(signal, () => navigator.credentials.create({
    publicKey: {
      rp: { name, ...id },
      user: { id: random(16), name, displayName: name },
      challenge: random(32),
      // Ed25519, P-256, RSA: what authenticators have.
      pubKeyCredParams: [-8, -7, -257].map(alg => ({ type: 'public-key' as const, alg })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      extensions: { prf: { eval: { first: salt() } } },
    },
    ...(signal && { signal }),
  }));
  const { prf } = made.getClientExtensionResults();
  if (prf?.results?.first) return key(prf.results.first);
  if (prf?.enabled === false) throw unsupported();
  return passkeyKey({ id: new Uint8Array(made.rawId), ...(domain !== undefined && { domain }), ...(signal && { signal }) });
}

/** Gets the key of a passkey made with {@link createPasskey}. The person chooses which, unless its id is told. */
export async function passkeyKey(
  { id, domain, signal }: { id?: Uint8Array<ArrayBuffer>; domain?: string } & Abortable = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const found = await asked(signal, () => navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      userVerification: 'required',
      extensions: { prf: { eval: { first: salt() } } },
      ...(domain !== undefined && { rpId: domain }),
      ...(id && { allowCredentials: [{ type: 'public-key' as const, id }] }),
    },
    ...(signal && { signal }),
  }));
  const first = found.getClientExtensionResults().prf?.results?.first;
  if (!first) throw unsupported();
  return key(first);
}

async function asked(signal: AbortSignal | undefined, ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  signal?.throwIfAborted();
  if (!passkeysAvailable()) throw unsupported();
  try {
    const credential = await ask();
    if (credential) return credential as PublicKeyCredential;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new KeysError('keys.passkey', `there is no passkey: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'try again and confirm, or use a passphrase',
      cause,
    });
  }
  throw new KeysError('keys.passkey', 'there is no passkey', { hint: 'try again and confirm, or use a passphrase' });
}

function unsupported(): KeysError {
  return new KeysError('keys.passkey', 'this browser or authenticator derives no keys from passkeys', {
    hint: 'use a passphrase, or an authenticator with the PRF extension',
  });
}

function key(source: BufferSource): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  if (bytes.length !== 32) throw new KeysError('keys.passkey', `the passkey gives ${String(bytes.length)} bytes instead of 32`);
  return bytes.slice();
}

const salt = (): Uint8Array<ArrayBuffer> => new TextEncoder().encode(SALT);
const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));
