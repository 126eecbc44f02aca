/**
 * What the worker is asked and answers: one entry for each method of `pxe-core/src/wallet/api`, as JSON says it. Numbers
 * that may be large are texts in decimal or `0x` digits.
 */
import type {
  AbiType, AbiVariable, AccountType, Address, AuthWitness, ContractInstance, ExecutionPayload, FunctionCall, FunctionType, Gas, GasUsed,
  Hash, Hex, Note, OffchainEffect, TxReceipt, TxRecord, WalletStatus,
} from '../types.js';

/** A field element or large integer in JSON. */
export type Digits = string;

/** What opens keys: exactly one of the two. */
export interface Credential {
  passphrase?: string;
  /** 32 bytes. */
  key?: number[];
}

/** An account. */
export interface AccountData {
  address: Address;
  alias: string;
  type: AccountType;
  deployed: boolean;
}

/** An entry of the address book. */
export interface Sender {
  address: Address;
  alias: string;
}

/** A function in a contract's interface. */
export interface FunctionInterface {
  name: string;
  functionType: FunctionType;
  isStatic: boolean;
  isInitializer: boolean;
  /** Only the contract itself may call it. */
  isOnlySelf: boolean;
  parameters: (AbiVariable & { visibility: string })[];
  returnTypes: AbiType[];
}

/** An event in a contract's interface. */
export interface EventInterface {
  name: string;
  type: AbiType;
}

/** The interface of a contract. */
export interface ContractInterface {
  /** Name of the contract in its code. */
  name: string;
  functions: FunctionInterface[];
  events: EventInterface[];
}

/** Fees in JSON. */
export interface GasFeesData {
  feePerDaGas: Digits;
  feePerL2Gas: Digits;
}

/** Gas settings in JSON. */
export interface GasSettingsData {
  gasLimits?: Gas;
  teardownGasLimits?: Gas;
  maxFeesPerGas?: GasFeesData;
  maxPriorityFeesPerGas?: GasFeesData;
}

/** Who pays, in JSON. */
export type FeeData =
  | { method: 'fee-juice'; gas?: GasSettingsData }
  | { method: 'fee-juice-with-claim'; amount: Digits; secret: Digits; leafIndex: Digits; gas?: GasSettingsData }
  | { method: 'sponsored'; sponsor: Address; gas?: GasSettingsData }
  | { method: 'private-fpc' | 'public-fpc'; fpc: Address; asset: Address; gas?: GasSettingsData };

/** An intent in JSON. */
export type IntentData = { caller: Address; call: FunctionCall } | { consumer: Address; innerHash: Digits };

/** A transaction to simulate or send. */
export interface TxParams {
  payload: ExecutionPayload;
  from: Address;
  fee: FeeData;
  additionalScopes: Address[];
}

/** What a transaction would do. Nothing is told of gas if only the node was asked, for public functions that only read. */
export interface SimulationData {
  /** Values each call returned, in the order of the calls. */
  returns: Hex[][];
  gasUsed: GasUsed | null;
  gasLimits: Gas | null;
  teardownGasLimits: Gas | null;
  offchainEffects: OffchainEffect[];
}

/** What each circuit of a transaction takes. */
export interface Profile {
  steps: {
    name: string;
    acirOpcodes: number;
    brilligOpcodes: number;
    witnesses: number;
    milliseconds: number;
    /** If they were to be counted. */
    gates: number | null;
  }[];
  executionMilliseconds: number;
}

/** A transaction that was handed to the node. */
export interface SentData {
  txHash: Hash;
  offchainEffects?: OffchainEffect[];
}

/** Where an event was found. */
export interface EventPlace {
  txHash: Hash;
  blockNumber: number;
  blockHash: Hash;
}

/** Names one public log. */
export interface LogId extends EventPlace {
  txIndex: number;
  logIndex: number;
}

/** Which events, of which blocks: from the first up to but without the second. */
export interface EventParams {
  contract: Address;
  event: string;
  fromBlock?: number;
  toBlock?: number;
}

/** How a contract was deployed. */
export interface InstantiationParams {
  args?: unknown[];
  constructorName?: string;
  salt?: Digits;
  deployer?: Address;
}

type Nothing = Record<string, never>;

/** Methods with what they take and answer. */
export interface Calls {
  'wallet.status': { params: Nothing; result: WalletStatus };
  'wallet.create': { params: Credential & { seedPhrase?: string }; result: { seedPhrase: string } };
  'wallet.unlock': { params: Credential; result: null };
  'wallet.lock': { params: Nothing; result: null };
  'wallet.exportSeed': { params: Credential; result: { seedPhrase: string } };
  'wallet.changePassphrase': { params: { from: Credential; to: Credential }; result: null };
  'accounts.create': {
    params: { type?: AccountType; alias?: string; index?: number; secret?: Digits; salt?: Digits; signingKey?: string };
    result: AccountData;
  };
  'accounts.list': { params: Nothing; result: AccountData[] };
  'accounts.deploy': { params: { address: Address; fee: FeeData }; result: SentData };
  'senders.add': { params: { address: Address; alias?: string }; result: boolean };
  'senders.remove': { params: { address: Address }; result: boolean };
  'senders.list': { params: Nothing; result: Sender[] };
  'contracts.register': {
    params: InstantiationParams & {
      artifact?: string | object; address?: Address; instance?: ContractInstance; secret?: Digits;
    };
    result: ContractInstance;
  };
  'contracts.list': { params: Nothing; result: { address: Address; name: string; classId: Hex }[] };
  'contracts.interface': { params: { address: Address }; result: ContractInterface };
  'contracts.metadata': {
    params: { address: Address };
    result: {
      instance: ContractInstance | null; isInitialized: boolean; isPublished: boolean; updatedClassId: Hex | null;
    };
  };
  'contracts.classMetadata': { params: { classId: Hex }; result: { isRegistered: boolean; isPublished: boolean } };
  'contracts.encode': { params: { address: Address; function: string; args: unknown[] }; result: FunctionCall };
  'contracts.decode': { params: { address: Address; function: string; values: Hex[] }; result: unknown };
  'contracts.deploy': {
    params: {
      artifact: string | object; args: unknown[]; constructorName?: string; salt?: Digits; from: Address; fee: FeeData;
      universal?: boolean; skipClassPublication?: boolean; skipInstancePublication?: boolean; skipInitialization?: boolean;
    };
    result: SentData & { address: Address };
  };
  'tx.simulate': { params: TxParams & { estimateGas?: boolean }; result: SimulationData };
  /** The name tells requests apart: one that is sent again is not made again. */
  'tx.send': { params: TxParams & { name?: string }; result: SentData };
  'tx.profile': { params: TxParams & { countGates: boolean }; result: Profile };
  'tx.receipt': {
    params: { txHash: Hash };
    result: Omit<TxReceipt, 'transactionFee'> & { transactionFee?: Digits };
  };
  'tx.list': { params: Nothing; result: (Omit<TxRecord, 'sentAt'> & { sentAt: number })[] };
  'authwit.create': { params: { from: Address; intent: IntentData }; result: AuthWitness };
  'authwit.public': { params: { intent: IntentData; authorized: boolean }; result: FunctionCall };
  'authwit.lookup': {
    params: { from: Address; intent: IntentData; witness?: AuthWitness };
    result: { private: boolean; public: boolean };
  };
  'fees.balance': { params: { address: Address }; result: Digits };
  'fees.current': { params: Nothing; result: GasFeesData };
  'utility.run': {
    params: { call: FunctionCall; scopes: Address[]; authWitnesses: AuthWitness[] };
    result: { values: Hex[] };
  };
  'notes.list': {
    params: { contract: Address; owner?: Address; storageSlot?: Digits; nullified?: boolean };
    result: Note[];
  };
  'events.private': { params: EventParams & { scopes?: Address[] }; result: (EventPlace & { event: unknown })[] };
  'events.packed': {
    params: {
      contract: Address; selector: Hex; txHash?: Hash; fromBlock?: number; toBlock?: number; scopes: Address[];
    };
    result: (EventPlace & { packed: Hex[] })[];
  };
  'events.public': {
    params: EventParams & { after?: LogId };
    result: { events: (EventPlace & { event: unknown })[]; next: LogId | null };
  };
  'sync.tip': { params: Nothing; result: { block: number } };
  'sync.run': { params: { contracts?: Address[] }; result: { block: number } };
}
