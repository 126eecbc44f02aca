/** What the WebAssembly module of the client offers. `cargo xtask wasm` puts the module itself into `dist/src/wasm`. */

/** What the module asks of the script around it. */
export interface HostServices {
  /** The bytes of an artifact, by name, such as `circuits/private_kernel_init`. */
  artifact(name: string): Promise<Uint8Array>;
  /** Starts barretenberg. */
  startBarretenberg(): Promise<BarretenbergLike>;
  /** The first points of the reference string: bytes `from` up to but without `to` of its file. */
  srs(from: number, to: number): Promise<Uint8Array>;
  /** How far a call is: JSON. */
  progress(id: string, json: string): void;
  /** Something everyone may want to know: JSON. */
  event(json: string): void;
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
  exportSession(): Uint8Array | undefined;
  /** Goes on unlocked. */
  importSession(session: Uint8Array): Promise<void>;
  free(): void;
}

/** Loads the module. */
export default function init(options?: { module_or_path: URL | RequestInfo | Response | WebAssembly.Module }): Promise<unknown>;
