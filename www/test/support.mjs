// A network, a browser, and a person with a wallet in it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { networkOf, servePage, startNode } from '../serve.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContext} Context */

/** An action of a page that proves nothing. */
const SOON = 30_000;
/** A transaction with a real proof, on a small machine that does other things too. */
export const PROOF = 900_000;

/**
 * A network with its page.
 * @param {string[]} options of node-lite
 */
export async function startNetwork(options) {
  const program = process.env.NODE_LITE;
  assert.ok(program, 'NODE_LITE is the program node-lite; `cargo xtask page` sets it');
  const start = () => startNode(program, ['--log', 'warn', ...options]);
  let { process: node, welcome } = await start();
  const page = await servePage(networkOf(welcome), 0);
  const stopNode = async () => {
    if (node.exitCode !== null) return;
    const ended = once(node, 'exit');
    node.kill('SIGTERM');
    await ended;
  };
  return {
    url: page.url,
    welcome,
    stopNode,
    /** Starts the node again. */
    restartNode: async () => {
      ({ process: node, welcome } = await start());
    },
    stop: async () => {
      await stopNode();
      await page.stop();
    },
  };
}

/** A headless browser. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Chromium refuses its sandbox to root, which is what containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
    ],
  });
}

/**
 * What goes wrong in a page without being shown.
 * @param {Page} page
 * @param {string[]} problems
 */
function watch(page, problems) {
  page.on('pageerror', error => problems.push(`${error.name}: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text());
  });
}

/** Someone with a wallet, in a profile of their own. */
export class Person {
  /**
   * @param {Context} context
   * @param {Page} page
   * @param {string} url
   * @param {string[]} problems
   */
  constructor(context, page, url, problems) {
    this.context = context;
    this.page = page;
    this.url = url;
    this.problems = problems;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} url
   * @param {import('playwright-core').BrowserContextOptions} options
   * @param {(context: Context) => Promise<unknown>} prepare is called before the page is opened
   */
  static async open(browser, url, options = {}, prepare = () => Promise.resolve()) {
    const context = await browser.newContext(options);
    await prepare(context);
    context.setDefaultTimeout(SOON);
    /** @type {string[]} */
    const problems = [];
    context.on('page', page => {
      watch(page, problems);
    });
    const page = await context.newPage();
    await page.goto(url);
    return new Person(context, page, url, problems);
  }

  /** The same wallet in a further tab. */
  async tab() {
    const page = await this.context.newPage();
    await page.goto(this.url);
    return new Person(this.context, page, this.url, this.problems);
  }

  /** @param {string} passphrase */
  async #choosePassphrase(passphrase) {
    await this.page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await this.page.getByLabel('Passphrase again').fill(passphrase);
  }

  /**
   * Makes a wallet with an account; gives the seed phrase.
   * @param {string} passphrase
   */
  async create(passphrase) {
    await this.page.getByRole('link', { name: 'Create a wallet' }).click();
    await this.#choosePassphrase(passphrase);
    await this.page.getByRole('button', { name: 'Create' }).click();
    return this.writeDown();
  }

  /** Reads the seed phrase of a new wallet and goes on. */
  async writeDown() {
    const words = this.page.getByTestId('seed').getByRole('listitem');
    await words.first().waitFor();
    const phrase = (await words.allTextContents()).join(' ');
    await this.shot('seed phrase');
    await this.page.getByRole('button', { name: 'I have written it down' }).click();
    await this.page.getByLabel('Account', { exact: true }).waitFor();
    return phrase;
  }

  /** From now on there is an authenticator, whose owner agrees to everything. */
  async addAuthenticator() {
    const devtools = await this.context.newCDPSession(this.page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
        hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true,
      },
    });
  }

  /**
   * @param {string} phrase
   * @param {string} passphrase
   */
  async restore(phrase, passphrase) {
    await this.page.getByRole('link', { name: 'Restore from a seed phrase' }).click();
    await this.page.getByLabel('Seed phrase').fill(phrase);
    await this.#choosePassphrase(passphrase);
    await this.page.getByRole('button', { name: 'Restore' }).click();
    await this.page.getByLabel('Account', { exact: true }).waitFor();
  }

  /** @param {string} passphrase */
  async unlock(passphrase) {
    await this.page.getByLabel('Passphrase').fill(passphrase);
    await this.page.getByRole('button', { name: 'Unlock' }).click();
  }

  /** The address of the shown account. */
  async address() {
    await this.go('Wallet');
    const address = await this.page.getByTestId('address').getAttribute('title');
    assert.match(address ?? '', /^0x[0-9a-f]{64}$/);
    return /** @type {string} */ (address);
  }

  /** @param {string} view */
  async go(view) {
    await this.page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click();
    await this.page.getByRole('heading').or(this.page.getByLabel('Account', { exact: true })).first().waitFor();
  }

  /**
   * Waits for the end of an operation with a timeline.
   * @param {string} success
   * @param {number} timeout
   */
  async done(success, timeout = SOON) {
    const error = this.page.getByRole('alert');
    await this.page.getByText(success).or(error).first().waitFor({ timeout });
    if (await error.isVisible()) assert.fail(await error.innerText());
  }

  /** Deploys the account. @param {number} timeout */
  async activate(timeout = SOON) {
    await this.go('Wallet');
    const card = this.page.getByRole('region', { name: 'Activate the account' });
    await card.getByRole('button', { name: 'Activate' }).click();
    const error = this.page.getByRole('alert');
    await Promise.race([card.waitFor({ state: 'detached', timeout }), error.waitFor({ timeout })]);
    if (await error.isVisible()) assert.fail(await error.innerText());
  }

  /** @param {number} timeout */
  async getTestTokens(timeout = SOON) {
    await this.go('Wallet');
    await this.page.getByRole('button', { name: 'Get test tokens' }).click();
    await this.done('The tokens are here.', timeout);
  }

  /**
   * Fills the form and sends it.
   * @param {string} direction
   * @param {string} to
   * @param {string} amount
   */
  async startSending(direction, to, amount) {
    await this.go('Send');
    await this.page.getByLabel('From and to which balance').selectOption({ label: direction });
    await this.page.getByLabel('Recipient').fill(to);
    await this.page.getByLabel('Amount').fill(amount);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /**
   * @param {string} direction
   * @param {string} to
   * @param {string} amount
   * @param {number} timeout
   */
  async send(direction, to, amount, timeout = SOON) {
    await this.startSending(direction, to, amount);
    await this.done('Sent.', timeout);
  }

  /**
   * Looks at the balances until they are so.
   * @param {string} hidden
   * @param {string} open
   */
  async has(hidden, open) {
    await this.go('Wallet');
    const cell = (/** @type {string} */ which) => this.page.getByTestId(`${which}-BC`);
    await cell('private').filter({ hasText: new RegExp(`^${hidden}$`) }).waitFor();
    await cell('public').filter({ hasText: new RegExp(`^${open}$`) }).waitFor();
  }

  /** Looks for messages of somebody. @param {string} address @param {string} name */
  async addContact(address, name) {
    await this.go('Contacts');
    await this.page.getByLabel('Address').fill(address);
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByRole('button', { name: 'Add' }).click();
    await this.page.getByText(name).first().waitFor();
  }

  /** A picture, for people to look at. @param {string} name */
  async shot(name) {
    const folder = process.env.SCREENSHOTS;
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}
