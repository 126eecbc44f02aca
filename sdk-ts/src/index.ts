/**
 * Accounts, contracts and private transactions on Aztec, in the browser.
 *
 * @packageDocumentation
 */
export type { Account } from './account.js';
export { Contract } from './contract.js';
export type {
  AnyContract, ArtifactLike, ContractTypes, DeployOptions, Deployment, InitializerArgs, Methods,
} from './contract.js';
export {
  AztecLiteError, ContractError, ExecutionError, KeysError, NodeError, ProvingError, TransactionError,
} from './errors.js';
export type { EventQuery } from './events.js';
export { batch } from './interaction.js';
export type { Action, Batch, Interaction, Results } from './interaction.js';
export { createPasskey, passkeyKey, passkeysAvailable } from './passkey.js';
export type { PasskeyOptions } from './passkey.js';
export type { FunctionInterface, Profile, Sender } from './runtime/calls.js';
export { SentTx } from './tx.js';
export type { WaitOptions } from './tx.js';
export type * from './types.js';
export { PROTOCOL_VERSION } from './version.js';
export { Wallet } from './wallet.js';
export type { Unlocking, WalletOptions } from './wallet.js';
