// Lays the folder that AZTEC_DEVELOPMENT names (written by write.mjs) over the official packages, so that the official client
// is one of a network with development parameters: node --import ./tests/conformance/development/use.mjs SCRIPT
import '../official.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.AZTEC_DEVELOPMENT;
if (!folder) throw new Error('AZTEC_DEVELOPMENT names no folder that write.mjs wrote');
const packages = pathToFileURL(join(resolve(process.env.AZTEC_REFERENCE ?? '.'), 'node_modules/@aztec/')).href;

registerHooks({
  load(url, context, next) {
    const [path] = url.split('?');
    const file = path.startsWith(packages) && join(folder, path.slice(packages.length));
    const loaded = next(url, context);
    return file && existsSync(file) ? { ...loaded, source: readFileSync(file), shortCircuit: true } : loaded;
  },
});
