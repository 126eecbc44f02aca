/** What the tests of the wallet call in a page. */
import { Contract, createPasskey, passkeyKey, Wallet } from '../../src/index.js';
import type { SentTx } from '../../src/index.js';

/** How tabs of the test tell each other where a call is. */
const stages = new BroadcastChannel('stages of the test');

let wallet: Wallet;
let job: Promise<SentTx>;
let told: string[] = [];

const sponsor = async () => ({ method: 'sponsored' as const, sponsor: await Contract.register(wallet, 'SponsoredFPC', { args: [] }) });

const tests = {
  async openWallet(node: string) {
    wallet = await Wallet.open({ node });
    const { exists, unlocked } = await wallet.status();
    return { exists, unlocked };
  },

  async create(passphrase: string) {
    await wallet.create({ passphrase });
    return (await wallet.createAccount({ alias: 'first' })).address;
  },

  /** Starts to deploy a new account, or the one there is. */
  async startDeployment(isNew: boolean) {
    const [first] = await wallet.accounts();
    const account = isNew || !first ? await wallet.createAccount() : first;
    told = [];
    job = account.deploy({
      fee: await sponsor(),
      onProgress: ({ stage }) => {
        if (told.at(-1) !== stage) told.push(stage);
        stages.postMessage(stage);
      },
    });
    job.catch(() => undefined);
    return account.address;
  },

  /** Leaves the page as soon as some tab's call is at a stage. */
  leaveAt(stage: string) {
    stages.onmessage = ({ data }) => {
      if (data === stage) location.replace('about:blank');
    };
    return Promise.resolve(null);
  },

  async result() {
    const { hash } = await job;
    const receipt = await new Promise<{ status: string }>(resolve => {
      void job.then(tx => tx.wait({ timeout: 20_000 })).then(resolve, (error: unknown) => {
        resolve({ status: String(error) });
      });
    });
    const transactions = await wallet.transactions();
    return { hash, status: receipt.status, told, transactions: transactions.map(({ txHash }) => txHash) };
  },

  async state() {
    const { exists, unlocked } = await wallet.status();
    const accounts = unlocked ? await wallet.accounts() : [];
    return { exists, unlocked, deployed: accounts.map(({ deployed }) => deployed) };
  },

  async lock() {
    await wallet.lock();
    return null;
  },

  async abort(stage: string) {
    const controller = new AbortController();
    const account = await wallet.createAccount();
    const deployed = account.deploy({
      fee: await sponsor(),
      signal: controller.signal,
      onProgress: progress => {
        if (progress.stage === stage) controller.abort(new Error('enough'));
      },
    });
    return deployed.then(() => 'it was sent', (error: unknown) => String(error));
  },

  /** A new wallet that a passkey opens. */
  async usePasskey() {
    const key = await createPasskey({ name: 'A wallet' });
    await wallet.create({ key });
    await wallet.lock();
    const again = await passkeyKey();
    await wallet.unlock({ key: again });
    const { unlocked } = await wallet.status();
    return { unlocked, bytes: key.length, isSame: key.every((byte, index) => byte === again[index]) };
  },

  unlock: (passphrase: string) => wallet.unlock({ passphrase }).then(() => null, (error: unknown) => (error as { code: string }).code),
};

Object.assign(globalThis, tests);
