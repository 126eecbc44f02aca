/** Values as the SDK takes and gives them. */

/** A hexadecimal number: `0x` and digits. */
export type Hex = `0x${string}`;

/** The address of an account or another contract: `0x` and 64 digits. */
export type Address = Hex;

/** An address, or what has one: an account, a contract. */
export type AddressLike = Address | { readonly address: Address };

/** A field element or integer as it is given: a number, or its decimal or hexadecimal digits. */
export type FieldLike = bigint | number | string;

/** The hash of a block or a transaction. */
export type Hash = Hex;

/** Units of the two dimensions of gas. */
export interface Gas {
  daGas: number;
  l2Gas: number;
}

/** Fees for a unit of each. */
export interface GasFees {
  feePerDaGas: bigint;
  feePerL2Gas: bigint;
}

/** What a transaction may use and pay. What is left out is chosen by the wallet. */
export interface GasSettings {
  gasLimits?: Gas;
  teardownGasLimits?: Gas;
  maxFeesPerGas?: GasFees;
  maxPriorityFeesPerGas?: GasFees;
}

/** Which account contract an account has. */
export type AccountType = 'schnorr' | 'ecdsa-k1' | 'ecdsa-r1';

/**
 * How far a transaction has come.
 *
 * | Status | What is certain |
 * |---|---|
 * | `unknown` | nothing: the node does not know it yet, or any more. It may still get into a block |
 * | `pending` | a node has it |
 * | `proposed` | it is in a block, which can still be taken back |
 * | `checkpointed` | its block is on L1 |
 * | `proven` | its block is proven on L1 |
 * | `finalized` | the L1 block with the proof is final: nothing can take it back |
 * | `dropped` | the node refused it, or another transaction took its place: it will never take effect |
 * | `expired` | its time is over: it will never take effect |
 */
export type TxStatus = 'unknown' | 'pending' | 'proposed' | 'checkpointed' | 'proven' | 'finalized' | 'dropped' | 'expired';

/** What is known of a transaction. */
export interface TxReceipt {
  txHash: Hash;
  status: TxStatus;
  /** How execution went, once it is in a block. */
  executionResult?: 'success' | 'app_logic_reverted' | 'teardown_reverted' | 'both_reverted';
  /** Why it was dropped or reverted, as far as a node says. */
  error?: string;
  transactionFee?: bigint;
  blockNumber?: number;
  blockHash?: Hash;
}

/** A function that a transaction was made to call. */
export interface CalledFunction {
  contract: Address;
  /** Name in the contract's code; `null` if the wallet does not know the contract. */
  name: string | null;
  function: string;
}

/** A transaction the wallet sent. */
export interface TxRecord {
  txHash: Hash;
  status: TxStatus;
  sentAt: Date;
  /** The account that acts. */
  from?: Address;
  /** What it was made to call, without calls that only pay. */
  calls: CalledFunction[];
  blockNumber?: number;
  error?: string;
}

/** Where an operation is, in the order in which the stages come. Times are milliseconds since it began. */
export type Progress =
  /** The chain is looked at. */
  | { stage: 'sync'; time: number }
  /** A private function is executed. */
  | { stage: 'execute'; time: number; contract: string; function: string }
  /** A circuit is solved. */
  | { stage: 'witness'; time: number; circuit: string; index: number; total: number }
  /** A circuit goes into the proof; without one, the proof is made of all of them, or begins anew after a crash. */
  | { stage: 'prove'; time: number; circuit?: string; index?: number; total?: number; restarted?: true }
  /** The transaction is recorded and handed to the node. */
  | { stage: 'submit'; time: number; txHash: Hash }
  /** The transaction is in a block, or has come further. Told by {@link SentTx.wait}. */
  | { stage: 'mined'; time: number; txHash: Hash; status: TxStatus }
  /** Another tab does the work from now on, from the beginning. A transaction that was submitted is never made again. */
  | { stage: 'moved' };

/** How to end an operation. */
export interface Abortable {
  /** Ends the operation with the signal's reason. What was not submitted leaves no trace; what was cannot be taken back. */
  signal?: AbortSignal | undefined;
}

/** How to follow an operation, and how to end it. */
export interface OperationOptions extends Abortable {
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Who acts, who pays, and what else a transaction may use. */
export interface TxOptions extends OperationOptions {
  /** The account that acts. */
  from: AddressLike;
  /** Who pays; {@link Wallet.defaultFee} unless told. */
  fee?: Fee;
  /** Witnesses that allow what the calls do in the name of others. */
  authWitnesses?: readonly AuthWitness[];
  /** Other accounts of this wallet whose notes and keys the calls may use. */
  additionalScopes?: readonly AddressLike[];
}

/** An encoded call. */
export interface FunctionCall {
  name: string;
  to: Address;
  selector: Hex;
  type: FunctionType;
  hideMsgSender: boolean;
  isStatic: boolean;
  args: Hex[];
  returnTypes: AbiType[];
}

/** Where a function runs: proven on this device, on the network, or on this device without proof. */
export type FunctionType = 'private' | 'public' | 'utility';

/** A type in a contract's interface. */
export type AbiType =
  | { kind: 'field' | 'boolean' }
  | { kind: 'integer'; sign: 'unsigned' | 'signed'; width: number }
  | { kind: 'string'; length: number }
  | { kind: 'array'; length: number; type: AbiType }
  | { kind: 'struct'; path: string; fields: AbiVariable[] }
  | { kind: 'tuple'; fields: AbiType[] };

/** A named member of a struct, or a parameter. */
export interface AbiVariable {
  name: string;
  type: AbiType;
}

/** A value that allows something privately, in the transaction that carries it. */
export type AuthWitness = Hex;

/** What someone is to be allowed: a call by a caller, or what a contract understands by a hash. */
export type Intent =
  | { caller: AddressLike; call: FunctionCall | { call: () => Promise<FunctionCall> } }
  | { consumer: AddressLike; innerHash: FieldLike };

/** Calls and what they need. */
export interface ExecutionPayload {
  calls: FunctionCall[];
  authWitnesses: AuthWitness[];
  capsules: Hex[];
  extraHashedArgs: { values: Hex[]; hash: Hex }[];
  feePayer?: Address;
}

/** Who pays a transaction, and how. */
export type Fee =
  /** The account, with fee juice it has. */
  | { method: 'fee-juice'; gas?: GasSettings }
  /** The account, with fee juice bridged from L1 that it claims in the same transaction. */
  | { method: 'fee-juice-with-claim'; amount: FieldLike; secret: FieldLike; leafIndex: FieldLike; gas?: GasSettings }
  /** A contract that pays for everyone. */
  | { method: 'sponsored'; sponsor: AddressLike; gas?: GasSettings }
  /** A contract that is paid in a token, privately. */
  | { method: 'private-fpc'; fpc: AddressLike; asset: AddressLike; gas?: GasSettings }
  /** A contract that is paid in a token, publicly. */
  | { method: 'public-fpc'; fpc: AddressLike; asset: AddressLike; gas?: GasSettings };

/** Gas a transaction uses. */
export interface GasUsed {
  totalGas: Gas;
  publicGas: Gas;
  teardownGas: Gas;
  billedGas: Gas;
}

/** What a transaction would do. */
export interface Simulation {
  /** Values each call returned, in the order of the calls. */
  returns: Hex[][];
  /** What it would use; nothing if only the node was asked, for public functions that only read. */
  gasUsed?: GasUsed;
  /** Limits to send it with: `fee: { ...wallet.defaultFee, gas }`. */
  gas: GasSettings;
  offchainEffects: OffchainEffect[];
}

/** What something tells the world outside of the chain, such as a message to deliver. */
export interface OffchainEffect {
  data: Hex[];
  contractAddress: Address;
}

/** A note. */
export interface Note {
  contract: Address;
  owner: Address;
  storageSlot: Hex;
  content: Hex[];
  noteHash: Hex;
  txHash: Hash;
  blockNumber: number;
  nullified: boolean;
}

/** An event with where it was emitted. */
export interface ContractEvent<T = Record<string, unknown>> {
  event: T;
  txHash: Hash;
  blockNumber: number;
  blockHash: Hash;
}

/** What is needed to find a contract's address again. */
export interface ContractInstance {
  address: Address;
  version: number;
  salt: Hex;
  deployer: Address;
  currentContractClassId: Hex;
  originalContractClassId: Hex;
  initializationHash: Hex;
  publicKeys: Record<string, Hex>;
}

/** What a wallet is and can do at the moment. */
export interface WalletStatus {
  /** Whether it has keys. */
  exists: boolean;
  unlocked: boolean;
  network: {
    nodeUrl: string;
    nodeVersion: string;
    l1ChainId: number;
    rollupVersion: number;
    /** `development`: proofs are real but anyone can forge them, as the reference string's secret is known. */
    parameters: 'official' | 'development';
    /** Whether the network wants proofs. */
    realProofs: boolean;
  };
  /** The block its view of the chain ends with; `null` before the first look. */
  block: number | null;
  /** What proofs are made with, once it is started. */
  prover?: { name: string; version: string; threads: number };
}
