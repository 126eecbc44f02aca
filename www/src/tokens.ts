/** Tokens: balances and transfers, with the official token contract. */
import { Contract } from '@aztec-lite/sdk';
import type { Address, ContractTypes, Interaction, SentTx, TxOptions } from '@aztec-lite/sdk';
import type { App } from './app.js';
import type { Token } from './settings.js';

/** What is used of the token contract. */
interface TokenContract extends ContractTypes {
  methods: TokenMethods;
}

interface TokenMethods {
  balance_of_private: (owner: Address) => bigint;
  balance_of_public: (owner: Address) => bigint;
  transfer: (to: Address, amount: bigint) => void;
  transfer_in_public: (from: Address, to: Address, amount: bigint, nonce: bigint) => void;
  transfer_to_private: (to: Address, amount: bigint) => void;
  transfer_to_public: (from: Address, to: Address, amount: bigint, nonce: bigint) => void;
  mint_to_private: (to: Address, amount: bigint) => void;
  mint_to_public: (to: Address, amount: bigint) => void;
}

const contracts = new Map<Address, Promise<Contract<TokenContract>>>();

/** The contract of a token. */
export function contractOf(app: App, token: Token): Promise<Contract<TokenContract>> {
  let contract = contracts.get(token.address);
  if (!contract) {
    contract = Contract.at<TokenContract>(app.wallet, token.address, 'Token');
    contract.catch(() => contracts.delete(token.address));
    contracts.set(token.address, contract);
  }
  return contract;
}

/** What an account has of a token. */
export async function balances(app: App, token: Token, account: Address): Promise<{ private: bigint; public: bigint }> {
  const { methods } = await contractOf(app, token);
  const options = { from: account };
  const [hidden, open] = await Promise.all([
    methods.balance_of_private(account).simulate(options),
    methods.balance_of_public(account).simulate(options),
  ]);
  return { private: hidden, public: open };
}

/** Which balance an amount leaves and which it reaches. */
export type Direction = 'private-private' | 'private-public' | 'public-private' | 'public-public';

/** The directions, with what others can see of each. */
export const DIRECTIONS: { value: Direction; text: string; seen: string }[] = [
  { value: 'private-private', text: 'Private to private', seen: 'Nobody but the recipient sees sender, recipient or amount.' },
  { value: 'private-public', text: 'Private to public', seen: 'Everyone sees recipient and amount, nobody the sender.' },
  { value: 'public-private', text: 'Public to private', seen: 'Everyone sees sender and amount, nobody the recipient.' },
  { value: 'public-public', text: 'Public to public', seen: 'Everyone sees sender, recipient and amount.' },
];

/** Sends an amount. */
export async function transfer(
  app: App, token: Token, direction: Direction, to: Address, amount: bigint, options: TxOptions,
): Promise<SentTx> {
  const { methods } = await contractOf(app, token);
  const from = typeof options.from === 'string' ? options.from : options.from.address;
  const calls: Record<Direction, () => Interaction> = {
    'private-private': () => methods.transfer(to, amount),
    'private-public': () => methods.transfer_to_public(from, to, amount, 0n),
    'public-private': () => methods.transfer_to_private(to, amount),
    'public-public': () => methods.transfer_in_public(from, to, amount, 0n),
  };
  return calls[direction]().send(options);
}
