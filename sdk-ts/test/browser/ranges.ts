/** A server of another origin that has a file, and behaves as the path says. */
import { open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Ranges {
  url: (path: string) => string;
  /** Path and first byte of what was asked since the last call. */
  asked: () => [string, number][];
  stop: () => void;
}

export async function serveRanges(file: string): Promise<Ranges> {
  const { size } = await stat(file);
  let asked: [string, number][] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').slice(1);
    const [first = 0, last = 0] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).slice(1).map(Number);
    if (path !== 'forbidden') response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'Range');
    if (request.method === 'OPTIONS') {
      response.end();
      return;
    }
    asked.push([path, first]);
    if (path === 'silent') return;
    const end = path === 'short' ? first + 100 : last + 1;
    const bytes = Buffer.alloc(end - first);
    const handle = await open(file);
    await handle.read(bytes, 0, bytes.length, first).finally(() => handle.close());
    if (path === 'first-piece' && first > 0) {
      response.destroy();
      return;
    }
    if (path === 'wrong-points') bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const start = path === 'other-range' ? first + 64 : first;
    if (path !== 'hidden') response.setHeader('Access-Control-Expose-Headers', 'Content-Range');
    response.writeHead(path === 'whole' ? 200 : 206, {
      'Content-Range': `bytes ${String(start)}-${String(start + bytes.length - 1)}/${String(size)}`,
    });
    response.write(bytes);
    // Goes on until the browser has enough.
    while (path === 'endless' && !response.destroyed) {
      if (!response.write(bytes)) await new Promise(resolve => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: path => `http://127.0.0.1:${String(port)}/${path}`,
    asked: () => {
      const before = asked;
      asked = [];
      return before;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
