/** Files that come with the package: circuits, contracts, parameters of networks, and barretenberg's modules. */
import { ASSETS } from '../assets/index.js';

/** Where a file is: in the folder that was named, or where the bundler put it. */
function place(name: string, folder: string | undefined): URL {
  const found = ASSETS[name];
  if (!found) throw new Error(`the package has no file ${name}`);
  return folder === undefined ? found() : new URL(name, folder.endsWith('/') ? folder : `${folder}/`);
}

/** The bytes of a file. The browser's cache keeps them. */
export async function asset(name: string, folder?: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = place(name, folder);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be loaded: status ${String(response.status)}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A build of barretenberg, after `patch` changed it. */
export async function barretenberg(
  name: string, patch: (module: Uint8Array) => Uint8Array, folder?: string,
): Promise<WebAssembly.Module> {
  const bytes = await asset(`${name}.wasm.gz`, folder);
  // Some servers already unpack what is named .gz.
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const module = zipped ? await unzip(bytes) : bytes;
  return WebAssembly.compile(Uint8Array.from(patch(module)));
}

async function unzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
