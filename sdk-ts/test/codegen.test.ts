import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import ts from 'typescript';

import { codegen, CodegenError } from '../src/cli/codegen.js';
import { artifact, loadedArtifact } from './support/artifact.js';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const sdk = fileURLToPath(new URL('../src/index.d.ts', import.meta.url));

/** What the compiler says about files. */
function problems(files: string[]): string[] {
  const program = ts.createProgram(files, {
    strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext, exactOptionalPropertyTypes: true, noUnusedLocals: true, paths: { '@aztec-lite/sdk': [sdk] },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) =>
    `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'aztec-lite-codegen-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const USE = `
import { Contract, Wallet } from '@aztec-lite/sdk';
import type { Address } from '@aztec-lite/sdk';
import type { Bare } from './Bare.js';
import type { Shop } from './Shop.js';

export async function use(wallet: Wallet, me: Address): Promise<void> {
  const [alice] = await wallet.accounts();
  if (!alice) return;
  const shop = await Contract.at<Shop>(wallet, me);
  const { methods } = (await Contract.deploy<Shop>(wallet, 'Shop', [alice, 'Corner'], { from: alice })).contract;
  await methods.buy(alice, [1, 2n], null).send({ from: alice });
  await methods.buy(shop, [1, 2]).with('0x1').send({ from: me });
  const prices: { x: bigint; 'is-far': boolean }[] = await methods.prices({ x: 5, 'is-far': true }, '0x1').simulate({ from: me });
  const [list, some, who] = await methods.look([1, '0x2', 3n], 7).simulate({ from: me });
  const all: [bigint[], bigint | undefined, string] = [list, some, who];
  for await (const { event } of shop.publicEvents('Sold', { follow: true })) {
    const buyer: Address = event.buyer;
    const amount: bigint = event.amount;
    console.log(buyer, amount, prices, all);
  }
  const bare = await Contract.deploy<Bare>(wallet, 'Bare', [], { from: alice });
  const paid: bigint = await bare.contract.methods.pay(shop).simulate({ from: me });
  console.log(paid);
  // @ts-expect-error an account is no number
  methods.buy(5, [1, 2]);
  // @ts-expect-error there is no such function
  methods.sell();
  // @ts-expect-error only the contract itself may call it
  methods.hidden();
  // @ts-expect-error there is no such event
  shop.privateEvents('Bought');
  // @ts-expect-error the initializer takes a name
  await Contract.deploy<Shop>(wallet, 'Shop', [alice], { from: alice });
}
`;

void describe('types of contracts', () => {
  void test('say what functions take and return', async () => {
    await inFolder(async folder => {
      await writeFile(join(folder, 'shop.json'), JSON.stringify(artifact));
      const { stdout } = await run(process.execPath, [cli, 'codegen', join(folder, 'shop.json'), '-o', join(folder, 'types')]);
      const path = join(folder, 'types', 'Shop.ts');
      assert.equal(stdout, `${path}\n`);
      assert.equal(await readFile(path, 'utf8'), codegen(artifact).code);
      await writeFile(join(folder, 'types', 'Bare.ts'), codegen({ ...loadedArtifact, name: 'Bare' }).code);
      await writeFile(join(folder, 'types', 'use.ts'), USE);
      assert.deepEqual(problems([join(folder, 'types', 'use.ts')]), []);
    });
  });

  void test('come from artifacts that official code loaded, too', () => {
    assert.match(codegen(loadedArtifact).code, /pay: \(to: AddressLike\) => bigint;/);
  });

  void test('of what is no artifact are refused', async () => {
    const [first] = artifact.functions;
    for (const [source, message] of [
      [null, /the artifact is no object/],
      [{ name: '../x', outputs: { structs: {} }, functions: [] }, /which is no name/],
      [{ ...artifact, functions: [{ ...first, custom_attributes: [] }] }, /buy is neither private nor public/],
      [{ ...artifact, functions: 'none' }, /functions is no list/],
      [{ ...loadedArtifact, functions: [{ name: 'x', functionType: 'private', parameters: [{ name: 'a', type: { kind: 'odd' } }] }] }, /kind odd/],
    ] as const) assert.throws(() => codegen(source), error => error instanceof CodegenError && message.test(error.message));
    const failed = run(process.execPath, [cli, 'codegen', 'nowhere.json']);
    await assert.rejects(failed, (error: { code: number; stderr: string }) => error.code === 1 && error.stderr.includes('nowhere.json: ENOENT'));
    await assert.rejects(run(process.execPath, [cli, 'draw']), /there is no command draw/);
  });

  const folder = process.env.AZTEC_ARTIFACTS;
  void test('of all official contracts compile', { skip: folder === undefined && 'AZTEC_ARTIFACTS names no folder of artifacts' }, async () => {
    await inFolder(async out => {
      const artifacts = (await readdir(folder ?? '')).filter(file => file.endsWith('.json')).map(file => join(folder ?? '', file));
      assert.ok(artifacts.length > 0);
      await run(process.execPath, [cli, 'codegen', ...artifacts, '-o', out], { maxBuffer: 1 << 24 });
      const written = (await readdir(out)).filter(file => file.endsWith('.ts')).map(file => join(out, file));
      assert.equal(written.length, artifacts.length);
      assert.deepEqual(problems(written), []);
    });
  });
});
