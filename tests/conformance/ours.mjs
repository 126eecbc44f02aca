// Our wallet in a process of its own, spoken to in lines of JSON: see `tests/src/bin/wallet.rs`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long the program may take to end by itself. */
const PATIENCE_MS = 5000;

export class OurWallet {
  waiting = new Map();
  lastId = 0;

  constructor(program) {
    this.child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout }).on('line', line => {
      const { id, ...answer } = JSON.parse(line);
      this.waiting.get(id)(answer);
      this.waiting.delete(id);
    });
    this.ended = new Promise((_, reject) => {
      this.child.on('error', reject);
      this.child.on('exit', code => reject(new Error(`our wallet ended with ${code}`)));
    });
    this.ended.catch(() => {});
  }

  /** A call; `failure` makes an error of what the wallet tells when it fails. */
  async call(method, params = {}, failure = error => new Error(`${method}: ${JSON.stringify(error)}`)) {
    const id = this.lastId += 1;
    const answer = new Promise(resolve => this.waiting.set(id, resolve));
    this.child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    const { result, error } = await Promise.race([answer, this.ended]);
    if (error) throw failure(error);
    return result;
  }

  /** An empty client of a node, unlocked. */
  async open(url) {
    await this.call('session.open', { url });
    await this.call('wallet.create', { passphrase: 'correct horse' });
  }

  /** What a call of a contract is, as a payload. */
  async payload(address, name, args) {
    const call = await this.call('contracts.encode', { address, function: name, args });
    return { calls: [call], authWitnesses: [], capsules: [], extraHashedArgs: [] };
  }

  /** What a utility function returns. */
  async view(address, name, args, scopes) {
    const { calls: [call] } = await this.payload(address, name, args);
    const { values } = await this.call('utility.run', { call, scopes });
    return this.call('contracts.decode', { address, function: name, values });
  }

  /** What a function returns that is private or public. */
  async simulate(address, name, args, from) {
    const { returns } = await this.call('tx.simulate', { payload: await this.payload(address, name, args), from });
    return this.call('contracts.decode', { address, function: name, values: returns[0] });
  }

  /** Sends a call, paid by `sponsor`, and gives the hash of the transaction. */
  async send(address, name, args, from, sponsor) {
    const payload = await this.payload(address, name, args);
    return (await this.call('tx.send', { payload, from, fee: { method: 'sponsored', sponsor } })).txHash;
  }

  stop() {
    this.ended.catch(() => {});
    this.child.stdin.end();
    setTimeout(() => this.child.kill(), PATIENCE_MS).unref();
  }
}
