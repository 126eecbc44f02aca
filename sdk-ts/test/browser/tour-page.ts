/** Everything a dapp does with the SDK, once, at a node. */
import { batch, Contract, Wallet } from '../../src/index.js';
import type { Address, AddressLike, AztecLiteError, Progress } from '../../src/index.js';

/** What is used of the token, as `aztec-lite codegen` writes it. */
interface Token {
  methods: {
    balance_of_private: (owner: AddressLike) => bigint;
    balance_of_public: (owner: AddressLike) => bigint;
    get_admin: () => bigint;
    mint_to_private: (to: AddressLike, amount: bigint) => void;
    mint_to_public: (to: AddressLike, amount: bigint) => void;
    private_get_decimals: () => bigint;
    transfer: (to: AddressLike, amount: bigint) => void;
    transfer_in_private: (from: AddressLike, to: AddressLike, amount: bigint, authwit_nonce: bigint) => void;
    transfer_in_public: (from: AddressLike, to: AddressLike, amount: bigint, authwit_nonce: bigint) => void;
  };
  events: { Transfer: { from: Address; to: Address; amount: bigint } };
  initializers: { constructor: [admin: AddressLike, name: string, symbol: string, decimals: bigint] };
}

const failure = (call: Promise<unknown>) =>
  call.then(() => 'none', (error: unknown) => {
    const { code, message, hint } = error as AztecLiteError;
    return { code, message, hint: hint ?? null };
  });

/** What can be said in JSON. */
const said = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member.toString()}n` : member)));

async function tour(node: string): Promise<unknown> {
  const wallet = await Wallet.open({ node, name: `tour ${String(Date.now())}` });
  const { seedPhrase } = await wallet.create({ passphrase: 'one' });
  wallet.defaultFee = { method: 'sponsored', sponsor: await Contract.register(wallet, 'SponsoredFPC', { args: [] }) };
  const alice = await wallet.createAccount({ alias: 'Alice' });
  const bob = await wallet.createAccount({ alias: 'Bob', type: 'ecdsa-r1' });
  const stages: Progress[] = [];
  await (await alice.deploy({ onProgress: progress => stages.push(progress) })).wait();
  await (await bob.deploy()).wait();
  const { contract: token, tx } = await Contract.deploy<Token>(wallet, 'Token', [alice, 'Gold', 'GLD', 18n], { from: alice });
  await tx.wait({ until: 'proven' });
  const { methods } = token;
  const byAlice = { from: alice };
  const balances = async () =>
    batch(wallet, [methods.balance_of_private(alice), methods.balance_of_public(alice), methods.balance_of_private(bob), methods.balance_of_public(bob)])
      // Only the accounts that are named see their notes.
      .simulate({ ...byAlice, additionalScopes: [bob] });

  const mint = batch(wallet, [methods.mint_to_private(alice, 1000n), methods.mint_to_public(alice, 500n)]);
  const estimate = await mint.estimate(byAlice);
  await (await mint.send(byAlice)).wait();
  const minted = await balances();
  const mixed = await batch(wallet, [methods.private_get_decimals(), methods.balance_of_private(alice), methods.get_admin()]).simulate(byAlice);
  const profile = await methods.transfer(bob, 1n).profile(byAlice);

  const { gas } = await methods.transfer(bob, 100n).estimate(byAlice);
  const sent = await methods.transfer(bob, 100n).send({ ...byAlice, fee: { ...wallet.defaultFee, gas } });
  const receipt = await sent.wait();
  const transfer = methods.transfer_in_private(alice, bob, 40n, 7n);
  const asBob = { from: bob, additionalScopes: [alice] };
  const unauthorized = await failure(transfer.simulate(asBob));
  const intent = { caller: bob, call: transfer };
  const witness = await wallet.createAuthWitness(alice, intent);
  const lookedUp = await wallet.lookupAuthorization(alice, intent, witness);
  await (await transfer.with(witness).send(asBob)).wait();

  const publicTransfer = methods.transfer_in_public(alice, bob, 50n, 8n);
  const publicIntent = { caller: bob, call: publicTransfer };
  await (await wallet.setPublicAuthorization(publicIntent, true, byAlice)).wait();
  const allowed = await wallet.lookupAuthorization(alice, publicIntent);
  await (await publicTransfer.send({ from: bob })).wait();
  const other = { caller: bob, call: methods.transfer_in_public(alice, bob, 50n, 9n) };
  await (await wallet.setPublicAuthorization(other, true, byAlice)).wait();
  await (await wallet.setPublicAuthorization(other, false, byAlice)).wait();
  const revoked = await wallet.lookupAuthorization(alice, other);

  const events: unknown[] = [];
  for await (const { event } of token.privateEvents('Transfer', { scopes: [bob], follow: true })) {
    events.push([event.from === alice.address, event.to === bob.address, event.amount]);
    if (events.length === 1) break;
  }
  const publicEvents: unknown[] = [];
  for await (const { event } of token.publicEvents('Transfer')) publicEvents.push(event);
  const notes = await wallet.notes({ contract: token, owner: bob });
  const ended = await balances();

  const tooMuch = await failure(methods.transfer(bob, 10n ** 6n).simulate(byAlice));
  const reverts = await failure(methods.transfer_in_public(alice, bob, 10n ** 6n, 0n).simulate(byAlice));
  const sentAnyway = await failure(methods.transfer_in_public(alice, bob, 10n ** 6n, 0n).send(byAlice).then(tx => tx.wait()));
  const noAddress = await failure(methods.transfer('0xzz', 1n).simulate(byAlice));
  const noEvent = await failure(token.privateEvents('Burn' as 'Transfer').next());

  await wallet.addSender('0x0000000000000000000000000000000000000000000000000000000000000007', 'Carol');
  const senders = await wallet.senders();
  await wallet.removeSender('0x0000000000000000000000000000000000000000000000000000000000000007');
  const unchanged = await failure(wallet.changePassphrase({ passphrase: 'wrong' }, { passphrase: 'two' }));
  await wallet.changePassphrase({ passphrase: 'one' }, { passphrase: 'two' });
  const exported = await wallet.exportSeedPhrase({ passphrase: 'two' });
  const test = await wallet.importAccount({ secret: '0x2153536ff6628eee01cf4024889ff977a18d9fa61d0e414422f7681cf085c281', alias: 'of the network' });
  const result = {
    stages: [...new Set(stages.map(({ stage }) => stage))],
    timed: stages.every(progress => 'time' in progress && progress.time >= 0),
    estimate: (estimate.gasUsed?.totalGas.l2Gas ?? 0) > 0 && (estimate.gas.gasLimits?.l2Gas ?? 0) > (estimate.gasUsed?.totalGas.l2Gas ?? 0),
    returns: estimate.returns,
    minted, mixed: [mixed[0], mixed[1], mixed[2] === BigInt(alice.address)],
    steps: profile.steps.some(({ name }) => name.includes('transfer')),
    receipt: [receipt.executionResult, receipt.transactionFee !== undefined && receipt.transactionFee > 0n, typeof receipt.blockNumber],
    unauthorized, lookedUp, allowed, revoked, events, publicEvents,
    notes: notes.filter(({ nullified }) => !nullified).length, ended,
    tooMuch, reverts, sentAnyway, noAddress, noEvent,
    senders, after: await wallet.senders(), unchanged,
    seed: exported === seedPhrase,
    accounts: (await wallet.accounts()).map(({ alias, type, deployed }) => [alias, type, deployed]),
    testAccount: test.address,
    contracts: (await wallet.contracts()).some(({ address, name }) => address === token.address && name === 'Token'),
    feeJuice: [await alice.feeJuice(), (await wallet.feeJuice(test)) > 0n, (await wallet.currentFees()).feePerL2Gas > 0n],
    transactions: (await wallet.transactions()).length,
    synced: (await wallet.sync()).block > 0,
  };
  wallet.close();
  return said(result);
}

Object.assign(globalThis, { tour });
