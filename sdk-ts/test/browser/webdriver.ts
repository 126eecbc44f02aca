/** A headless Chromium, driven by ChromeDriver. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Scripts may prove: that takes minutes on a small machine. */
const SCRIPT_TIMEOUT = 1_200_000;

interface Reply {
  value: unknown;
}

export class Browser {
  readonly #driver: ChildProcess;
  readonly #profile: string;
  readonly #session: string;

  private constructor(driver: ChildProcess, profile: string, session: string) {
    this.#driver = driver;
    this.#profile = profile;
    this.#session = session;
  }

  /** Starts ChromeDriver and a browser with an empty profile. */
  static async start(): Promise<Browser> {
    const driver = spawn(process.env.CHROMEDRIVER ?? 'chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const profile = await mkdtemp(join(tmpdir(), 'aztec-lite-browser-'));
    const port = await new Promise<string>((resolve, reject) => {
      driver.once('error', reject);
      driver.once('exit', code => {
        reject(new Error(`chromedriver ended with code ${String(code)}`));
      });
      createInterface({ input: driver.stdout }).on('line', line => {
        const port = /successfully on port (\d+)/.exec(line)?.[1];
        if (port) resolve(port);
      });
    });
    const args = [
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      // Chromium refuses its sandbox to root, which is what containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
    ];
    const binary = process.env.CHROMIUM;
    const session = (await post(`http://127.0.0.1:${port}/session`, {
      capabilities: {
        alwaysMatch: {
          browserName: 'chrome',
          'goog:chromeOptions': { args, ...(binary ? { binary } : {}) },
          timeouts: { script: SCRIPT_TIMEOUT },
        },
      },
    })) as { sessionId: string };
    return new Browser(driver, profile, `http://127.0.0.1:${port}/session/${session.sessionId}`);
  }

  async open(url: string): Promise<void> {
    await post(`${this.#session}/url`, { url });
  }

  /** Calls a function the page has put on `globalThis` and returns what its promise gives. */
  async call(name: string, ...values: unknown[]): Promise<unknown> {
    const script = `
      const done = arguments[arguments.length - 1];
      globalThis[arguments[0]](...arguments[1]).then(value => done({ value }), error => done({ error: String(error?.stack ?? error) }));`;
    const result = (await post(`${this.#session}/execute/async`, { script, args: [name, values] })) as {
      value?: unknown;
      error?: string;
    };
    if (result.error !== undefined) throw new Error(result.error);
    return result.value;
  }

  /** Opens another tab, and goes on in it. */
  async newTab(): Promise<string> {
    const { handle } = (await post(`${this.#session}/window/new`, { type: 'tab' })) as { handle: string };
    await this.switchTo(handle);
    return handle;
  }

  /** Goes on in a tab. */
  async switchTo(handle: string): Promise<void> {
    await post(`${this.#session}/window`, { handle });
  }

  /** The tab it is in. */
  async tab(): Promise<string> {
    const { text } = await send('GET', `${this.#session}/window`);
    return (JSON.parse(text) as { value: string }).value;
  }

  /** From now on there is an authenticator for passkeys, whose owner agrees to everything. */
  async addAuthenticator(extensions: string[]): Promise<void> {
    const capable = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    await post(`${this.#session}/webauthn/authenticator`, { protocol: 'ctap2_1', transport: 'internal', extensions, ...capable });
  }

  /** Closes the tab it is in. */
  async closeTab(): Promise<void> {
    await send('DELETE', `${this.#session}/window`);
  }

  async stop(): Promise<void> {
    await send('DELETE', this.#session).catch(() => undefined);
    this.#driver.kill();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Like `fetch`, but waits as long as the answer takes: `fetch` gives up after five minutes. */
function send(method: string, url: string, body?: string): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { 'Content-Type': 'application/json' } }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ ok: response.statusCode === 200, text });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function post(url: string, body: unknown): Promise<unknown> {
  const { ok, text } = await send('POST', url, JSON.stringify(body));
  const { value } = JSON.parse(text) as Reply;
  if (ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${error}: ${message}`);
}
