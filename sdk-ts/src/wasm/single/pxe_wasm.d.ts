/** What the WebAssembly module of the client offers. `cargo xtask wasm` puts the module itself into `dist/src/wasm`. */

/** What the module asks of the script around it. */
export interface HostServices {
  /** The bytes of a file that comes with the package, by name, such as `contracts/Token.pack`. */
  artifact(name: string): Promise<Uint8Array>;
  /** Starts barretenberg; `patch` gives its module the key of the network's reference string. */
  startBarretenberg(patch: (module: Uint8Array) => Uint8Array): Promise<BarretenbergLike>;
  /** A file of this site; empty if there is none. */
  readFile(name: string): Promise<Uint8Array>;
  /** Adds to a file, or makes it. */
  appendFile(name: string, bytes: Uint8Array): Promise<void>;
  removeFile(name: string): Promise<void>;
  /** Makes a name the caller's for as long as it lives; says whether it is. */
  claim(name: string): Promise<boolean>;
  /** How far a call is: JSON. */
  progress(id: string, json: string): void;
}

/** Barretenberg in a worker. */
export interface BarretenbergLike {
  readonly threads: number;
  call(request: Uint8Array): Promise<Uint8Array>;
  restart(): Promise<void>;
  stop(): void;
}

/** The client, which holds a wallet. Failures are thrown as JSON of `ErrorData`. */
export class WalletHost {
  private constructor();
  /** Opens a wallet. `options` is JSON. */
  static open(options: string, services: HostServices): Promise<WalletHost>;
  /** Does something; parameters and result are JSON. */
  call(id: string, method: string, params: string): Promise<string>;
  /** Ends a call: it fails, and nothing of it stays. */
  cancel(id: string): void;
  /** What lets another instance go on unlocked; nothing when locked. Secret. */
  session(): Promise<Uint8Array | undefined>;
  /** Goes on unlocked. */
  resume(session: Uint8Array): Promise<void>;
  /** Fetches code of contracts that nobody needed yet; tells of how many functions. */
  fetchCode(): Promise<number>;
  free(): void;
}

/** Loads the module. */
export default function init(options?: { module_or_path: URL | RequestInfo | Response | WebAssembly.Module }): Promise<unknown>;
