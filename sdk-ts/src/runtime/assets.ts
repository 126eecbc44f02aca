/** Files that come with the package: artifacts of circuits and contracts, and barretenberg's modules. */
import { ASSETS } from '../assets/index.js';

/** Where an asset is: in the folder that was named, or where the bundler put it. */
function place(name: string, folder: string | undefined): URL {
  const found = ASSETS[name];
  if (!found) throw new Error(`the package has no asset ${name}`);
  return folder === undefined ? found() : new URL(name, folder.endsWith('/') ? folder : `${folder}/`);
}

async function load(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be loaded: status ${String(response.status)}`);
  return response;
}

/** The bytes of an artifact. The browser's cache keeps them. */
export async function artifact(name: string, folder?: string): Promise<Uint8Array> {
  const response = await load(place(`${name}.pack`, folder));
  return new Uint8Array(await response.arrayBuffer());
}

/** A build of barretenberg, compiled. */
export async function barretenbergModule(name: string, folder?: string): Promise<WebAssembly.Module> {
  const response = await load(place(`${name}.wasm.gz`, folder));
  if (!response.body) throw new Error(`${name} is empty`);
  const [first, rest] = await peek(response.body);
  // Some servers already unpack what is named .gz.
  const zipped = first[0] === 0x1f && first[1] === 0x8b;
  const stream = zipped ? rest.pipeThrough(new DecompressionStream('gzip')) : rest;
  return WebAssembly.compileStreaming(new Response(stream, { headers: { 'content-type': 'application/wasm' } }));
}

/** The first bytes of a stream, and the whole stream. */
async function peek(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<[Uint8Array, ReadableStream<Uint8Array<ArrayBuffer>>]> {
  const [look, rest] = stream.tee();
  const reader = look.getReader();
  const { value } = await reader.read();
  void reader.cancel();
  return [value ?? new Uint8Array(), rest];
}
