// Lets scripts that lie outside the official install import its packages: what a script's own folder does not resolve is
// looked for in the folder that AZTEC_REFERENCE names. Load it before anything official (`node --import`).
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const reference = process.env.AZTEC_REFERENCE;
const parentURL = reference && pathToFileURL(join(resolve(reference), 'package.json')).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') || /^(node|file):/.test(specifier)) return next(specifier, context);
    try {
      return next(specifier, context);
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      if (!parentURL) throw new Error(`${specifier} not found: set AZTEC_REFERENCE to the official install`);
      return next(specifier, { ...context, parentURL });
    }
  },
});
