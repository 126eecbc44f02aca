#!/usr/bin/env node
/** The command `aztec-lite`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { PROTOCOL_VERSION } from '../version.js';
import { codegen } from './codegen.js';

const USAGE = `aztec-lite codegen ARTIFACT.json… [-o FOLDER]

Writes the TypeScript types of contracts, one file for each, to a folder (this one unless told).

  -o, --out FOLDER   where to write
  -h, --help         this text
  -v, --version      the protocol version
`;

async function main(): Promise<void> {
  const { values, positionals: [command, ...files] } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', short: 'o', default: '.' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values.version) {
    process.stdout.write(`${PROTOCOL_VERSION}\n`);
    return;
  }
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (command !== 'codegen') throw new Error(`${command === undefined ? 'no command' : `there is no command ${command}`}\n\n${USAGE}`);
  if (files.length === 0) throw new Error(`which artifact?\n\n${USAGE}`);
  await mkdir(values.out, { recursive: true });
  for (const file of files) {
    try {
      const { name, code } = codegen(JSON.parse(await readFile(file, 'utf8')));
      const path = join(values.out, `${name}.ts`);
      await writeFile(path, code);
      process.stdout.write(`${path}\n`);
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`aztec-lite: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
