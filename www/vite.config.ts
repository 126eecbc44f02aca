import { defineConfig } from 'vite';

/** A page of its own process may share memory between workers, so that proofs are made with threads. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Nothing of others runs here. Node and SRS source are what the person says, so requests go to any server. */
const CONTENT = [
  `default-src 'none'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  `worker-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self' http: https:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const headers = {
  ...ISOLATED,
  'Content-Security-Policy': CONTENT,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export default defineConfig({
  build: { target: 'es2022', assetsInlineLimit: 0 },
  worker: { format: 'es' },
  preview: { headers },
});
