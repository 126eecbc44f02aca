/**
 * Accounts, contracts and private transactions on Aztec, in the browser.
 *
 * @packageDocumentation
 */
export { Account } from './account.js';
export { Contract, Interaction, batch } from './contract.js';
export type {
  AnyMethods, ArtifactLike, ContractInstance, DeployOptions, DeploymentParameters, FunctionInterface, Methods,
} from './contract.js';
export {
  AztecLiteError, ExecutionError, NodeError, ProvingError, TransactionError, WalletLockedError,
} from './errors.js';
export type { EventQuery } from './events.js';
export { SentTx } from './tx.js';
export type { WaitOptions } from './tx.js';
export type * from './types.js';
export { PROTOCOL_VERSION } from './version.js';
export { Wallet } from './wallet.js';
export type { Intent, Sender, Simulation, TxOptions, TxRecord, Unlocking, WalletOptions, WalletStatus } from './wallet.js';
