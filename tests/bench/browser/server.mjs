// Serves the built pages, cross-origin isolated, and remembers what was fetched.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import { CRS } from './build.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const point = (...coordinates) => Buffer.from(coordinates.map(number => number.toString(16).padStart(64, '0')).join(''), 'hex');

/**
 * What barretenberg's reference string consists of, once: the generators. Nothing is proven with it, so its length is what
 * matters; the real one are random points, which do not get smaller when compressed.
 */
const POINTS = {
  'g1.dat': point(1n, 2n),
  'grumpkin_g1.dat': point(1n, 0x2cf135e7506a45d632d270d45f1181294833fc48d823f272cn),
  'g2.dat': point(
    0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6edn, 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2n,
    0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daan, 0x90689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975bn,
  ),
};

function answer(response, status, type, body, caching = 'no-cache') {
  response.writeHead(status, { ...ISOLATED, 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': caching });
  response.end(body);
}

/** Serves a folder. */
export async function serve(folder) {
  let taken = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const generator = POINTS[path.slice(CRS.length + 1)];
    if (path.startsWith(`${CRS}/`) && generator) {
      const last = Number(/^bytes=0-(\d+)$/.exec(request.headers.range ?? '')?.[1] ?? generator.length - 1);
      const body = Buffer.alloc(last + 1, generator);
      taken.push({ path, body, points: true });
      return answer(response, request.headers.range ? 206 : 200, 'application/octet-stream', body);
    }
    readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path)).then(body => {
      taken.push({ path, body, points: false });
      // Built files have their digest in their name.
      const caching = path.includes('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
      answer(response, 200, TYPES[extname(path) || '.html'] ?? 'application/octet-stream', body, caching);
    }).catch(() => answer(response, 404, 'text/plain', Buffer.from(`no ${path}`)));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What was fetched since this was asked the last time. */
    taken() {
      const [now] = [taken, (taken = [])];
      return now;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const compress = {
  gzip: body => promisify(gzip)(body, { level: 9 }),
  Brotli: body => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
};

/** Lengths of bodies as they are and compressed; who would get larger is left as it is. */
export async function lengths(taken) {
  const sum = { fetched: 0, gzip: 0, Brotli: 0, points: 0 };
  for (const { body, points } of taken) {
    sum.fetched += body.length;
    if (points) sum.points += body.length;
    for (const [name, work] of Object.entries(compress)) {
      sum[name] += points ? body.length : Math.min(body.length, (await work(body)).length);
    }
  }
  return sum;
}
