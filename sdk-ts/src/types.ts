/** Values as the SDK takes and gives them. */

/** A hexadecimal number: `0x` and digits. */
export type Hex = `0x${string}`;

/** The address of an account or another contract: `0x` and 64 digits. */
export type Address = Hex;

/** A field element or integer as it is given: a number, or its decimal or hexadecimal digits. */
export type FieldLike = bigint | number | string;

/** A block, a transaction. */
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

/** How far a transaction has come. `unknown`: the node does not know it (yet, or any more), which is not the same as dropped. */
export type TxStatus = 'unknown' | 'pending' | 'proposed' | 'checkpointed' | 'proven' | 'finalized' | 'dropped' | 'expired';

/** What is known of a transaction. */
export interface TxReceipt {
  txHash: Hash;
  status: TxStatus;
  /** How execution went, once it is in a block. */
  executionResult?: 'success' | 'app_logic_reverted' | 'teardown_reverted' | 'both_reverted';
  /** Why it was dropped. */
  error?: string;
  transactionFee?: bigint;
  blockNumber?: number;
  blockHash?: Hash;
}

/** Where an operation is, in the order in which the stages come. Times are milliseconds since it began. */
export type Progress =
  | { stage: 'sync'; time: number }
  | { stage: 'execute'; time: number; contract: string; function: string }
  | { stage: 'witness'; time: number; circuit: string; index: number; total: number }
  | { stage: 'prove'; time: number; circuit?: string; index: number; total: number }
  | { stage: 'submit'; time: number; txHash: Hash }
  | { stage: 'mined'; time: number; txHash: Hash; status: TxStatus }
  /** Another tab does the work from now on, from the beginning unless the transaction is sent already. */
  | { stage: 'moved' };

/** How to follow an operation, and how to end it. */
export interface OperationOptions {
  /** Ends the operation: what was not sent leaves no trace. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** An encoded call. */
export interface FunctionCall {
  name: string;
  to: Address;
  selector: Hex;
  type: 'private' | 'public' | 'utility';
  hideMsgSender: boolean;
  isStatic: boolean;
  args: Hex[];
  returnTypes: unknown[];
}

/** A value authorizing something, for one transaction. */
export type AuthWitness = Hex;

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
  /** The account, with fee juice it claims in the same transaction. */
  | { method: 'fee-juice-with-claim'; amount: FieldLike; secret: FieldLike; leafIndex: FieldLike; gas?: GasSettings }
  /** A contract that pays for everyone. */
  | { method: 'sponsored'; sponsor: Address; gas?: GasSettings }
  /** A contract that is paid in a token, privately. */
  | { method: 'private-fpc'; fpc: Address; asset?: Address; gas?: GasSettings }
  /** A contract that is paid in a token, publicly. */
  | { method: 'public-fpc'; fpc: Address; asset?: Address; gas?: GasSettings };

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
