/** Serves folders to the browser under test. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * Serves folders by the first part of the path. A file with a `.gz` beside it, or instead of it, is sent compressed. An
 * isolated server's pages may share memory between workers.
 */
export async function serve(folders: Record<string, string>, isolated: boolean): Promise<{ url: string; stop: () => void }> {
  const server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const [, folder = '', ...rest] = path.split('/');
    const root = folders[folder];
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (path === `/${folder}` && folder === '') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>test</title>');
      return;
    }
    const file = root === undefined ? '' : join(root, ...rest);
    void Promise.any([file, `${file}.gz`].map(async name => ((await stat(name)).isFile() ? name : Promise.reject(new Error(name)))))
      .then(name => {
        response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
        if (name !== file) response.setHeader('Content-Encoding', 'gzip');
        createReadStream(name).pipe(response);
      })
      .catch(() => {
        response.statusCode = 404;
        response.end(`no ${path}`);
      });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
