// Two people on one network, one with the official wallet, the other with ours.
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { TxHash } from '@aztec/aztec.js/tx';
import { createAztecNodeClient } from '@aztec/aztec.js/node';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { parseArgs } from 'node:util';

import { World, assert, big, Fr } from '../world.mjs';
import { OurWallet } from '../ours.mjs';

const USAGE = `node mixed.mjs [options]
  --url URL       the node's JSON-RPC (default http://127.0.0.1:8080)
  --wallet FILE   our wallet: cargo build -p tests --bin wallet (default target/debug/wallet)`;

const text = value => value.toString();
const sorted = list => list.map(entry => JSON.stringify(entry)).sort();

/** The people: Alice has the official wallet, Olga ours. */
class Pair {
  static async create(url, program) {
    const pair = new Pair();
    pair.url = url;
    pair.world = await World.create(createAztecNodeClient(url), { url });
    pair.ours = new OurWallet(program);
    await pair.ours.open(url);
    await pair.register('SponsoredFPC', { args: [], salt: text(Fr.ZERO) });
    pair.sponsor = text(pair.world.sponsor);
    pair.secret = Fr.random();
    const account = await pair.ours.call('accounts.create', { type: 'schnorr', secret: text(pair.secret) });
    pair.olga = AztecAddress.fromString(account.address);
    const fee = { method: 'sponsored', sponsor: pair.sponsor };
    await pair.world.settled(await pair.hash('accounts.deploy', { address: account.address, fee }));
    return pair;
  }

  async hash(method, params) {
    return TxHash.fromString((await this.ours.call(method, params)).txHash);
  }

  register(artifact, params) {
    return this.ours.call('contracts.register', { artifact, ...params });
  }

  /** Olga calls the token; the transaction is followed to the end by the official client. */
  async olgaSends(name, args) {
    const hash = await this.ours.send(text(this.token.address), name, args, text(this.olga), this.sponsor);
    return this.world.settled(TxHash.fromString(hash));
  }

  async balances(of) {
    const [address, scopes] = [text(this.token.address), [text(of)]];
    const ours = [
      await this.ours.view(address, 'balance_of_private', scopes, scopes),
      await this.ours.simulate(address, 'balance_of_public', scopes, text(of)),
    ];
    return ours.map(BigInt);
  }

  async officialBalances(of) {
    const { methods } = this.token;
    return [
      big(await this.world.view(methods.balance_of_private(of), of)), big(await this.world.view(methods.balance_of_public(of), of)),
    ];
  }

  async ourNotes(owner) {
    const notes = await this.ours.call('notes.list', { contract: text(this.token.address), owner: text(owner) });
    return sorted(notes.map(({ content, noteHash, txHash, storageSlot, blockNumber }) =>
      ({ content, noteHash, txHash, storageSlot, blockNumber })));
  }

  async officialNotes(owner) {
    const found = await this.world.wallet.pxe.debug.getNotes({
      contractAddress: this.token.address, owner, scopes: [owner],
    });
    return sorted(found.map(({ note, noteHash, txHash, storageSlot, l2BlockNumber }) => ({
      content: note.items.map(text), noteHash: text(noteHash), txHash: text(txHash), storageSlot: text(storageSlot),
      blockNumber: l2BlockNumber,
    })));
  }

  async ourEvents(scope) {
    const [contract, scopes] = [text(this.token.address), [text(scope)]];
    const found = await this.ours.call('events.private', { contract, event: 'Transfer', scopes });
    return sorted(found.map(({ event, txHash, blockNumber }) =>
      ({ from: text(event.from), to: text(event.to), amount: text(BigInt(event.amount)), txHash, blockNumber })));
  }

  async officialEvents(scope) {
    const toBlock = await this.world.node.getBlockNumber() + 1;
    const filter = { contractAddress: this.token.address, fromBlock: 1, toBlock, scopes: [scope] };
    const found = await this.world.wallet.getPrivateEvents(TokenContract.events.Transfer, filter);
    return sorted(found.map(({ event, metadata: { txHash, l2BlockNumber } }) => ({
      from: text(event.from), to: text(event.to), amount: text(big(event.amount)), txHash: text(txHash),
      blockNumber: l2BlockNumber,
    })));
  }

  /** Both clients, which hold the account's keys, see the same of it. */
  async agreeAbout(name, account, balances, eventCount) {
    assert.deepEqual(await this.officialBalances(account), balances, `${name} in the official client`);
    assert.deepEqual(await this.balances(account), balances, `${name} in ours`);
    const [notes, events] = [await this.officialNotes(account), await this.officialEvents(account)];
    const sum = notes.reduce((sum, note) => sum + BigInt(JSON.parse(note).content[0]), 0n);
    assert.deepEqual([sum, events.length], [balances[0], eventCount], `notes and events of ${name}`);
    assert.deepEqual(await this.ourNotes(account), notes, `notes of ${name}`);
    assert.deepEqual(await this.ourEvents(account), events, `events of ${name}`);
    console.log(`ok   ${name}: balances ${balances.join(' and ')}, ${notes.length} notes, ${events.length} events`);
  }

  async stop() {
    this.ours.stop();
    await this.world.stop();
  }
}

/** Gives the exit code. */
export async function main(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: process.env.AZTEC_NODE_URL ?? 'http://127.0.0.1:8080' },
      wallet: { type: 'string', default: 'target/debug/wallet' },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const start = performance.now();
  const pair = await Pair.create(options.url, options.wallet);
  const { world, ours, olga } = pair;
  const { alice } = world;
  pair.token = await world.deploy(TokenContract, [alice, 'Mixed', 'MX', 18n]);
  const { methods } = pair.token;
  await pair.register('Token', { address: text(pair.token.address) });
  await ours.call('senders.add', { address: text(alice) });
  await world.wallet.registerSender(olga, 'olga');

  await world.send(methods.mint_to_private(alice, 1000n));
  await world.send(methods.mint_to_public(alice, 500n));
  await world.send(methods.transfer(olga, 300n));
  assert.deepEqual(await pair.balances(olga), [300n, 0n]);
  console.log('ok   what the official client sends privately arrives with ours');
  await pair.olgaSends('transfer', [text(alice), 120]);
  assert.deepEqual(await pair.officialBalances(alice), [820n, 500n]);
  console.log('ok   what ours sends privately arrives with the official client');

  await world.send(methods.transfer_to_private(olga, 50n));
  await pair.olgaSends('transfer_to_public', [text(olga), text(alice), 30, 0]);
  await world.send(methods.transfer_to_public(alice, olga, 20n, 0));
  await pair.olgaSends('transfer_in_public', [text(olga), text(alice), 7, 0]);
  await pair.olgaSends('transfer', [text(alice), 10]);
  await world.send(methods.transfer(olga, 1n));
  assert.deepEqual(await pair.balances(olga), [191n, 13n]);
  assert.deepEqual(await pair.officialBalances(alice), [809n, 487n]);
  console.log('ok   transfers between private and public balances in both directions');

  // Each client gets the other's keys, and finds everything anew.
  await world.wallet.createSchnorrAccount(pair.secret, Fr.ZERO);
  await ours.open(options.url);
  await pair.register('SponsoredFPC', { args: [], salt: text(Fr.ZERO) });
  await ours.call('accounts.create', { secret: text(pair.secret) });
  const { getInitialTestAccountsData } = await import('@aztec/accounts/testing');
  const [{ secret, salt }] = await getInitialTestAccountsData();
  await ours.call('accounts.create', { secret: text(secret), salt: text(salt) });
  await pair.register('Token', { address: text(pair.token.address) });
  // Only transfers between two private balances are events.
  await pair.agreeAbout('Alice', alice, [809n, 487n], 2);
  await pair.agreeAbout('Olga', olga, [191n, 13n], 2);
  await pair.stop();
  console.log(`${world.sent.length} txs of the official client, 5 of ours, in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log('5 passed, 0 failed');
  return 0;
}
