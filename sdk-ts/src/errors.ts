/** Errors of the SDK. */

/** What an error says across threads and tabs. */
export interface ErrorData {
  code: string;
  message: string;
  hint?: string;
  cause?: ErrorData;
}

/**
 * Something failed. `code` names the failure for programs, `message` says what happened to what, `hint` what to do about
 * it, and `cause` is the failure behind it. What a code begins with decides the class:
 *
 * | Code | Class | |
 * |---|---|---|
 * | `keys.…` | {@link KeysError} | `keys.locked`, `keys.none`, `keys.exist`, `keys.wrong`, `keys.passkey`, … |
 * | `node.…` | {@link NodeError} | `node.answer`, `node.sync`, `node.parameters`, `node.version` |
 * | `contract.…` | {@link ContractError} | `contract.unknown`, `contract.function`, `contract.call`, `contract.event`, … |
 * | `execution.…` | {@link ExecutionError} | `execution.private`, `execution.public`, `execution.kernel` |
 * | `proof.…` | {@link ProvingError} | `proof.failed` |
 * | `tx.…` | {@link TransactionError} | `tx.invalid`, `tx.reverted`, `tx.dropped`, `tx.expired`, `tx.timeout`, … |
 * | others | | `params`, `fee`, `store`, `assets`, `environment`, `closed`, `worker`, `version`, `internal` |
 *
 * What ends because of an `AbortSignal` fails with the signal's reason instead.
 *
 * @example
 * ```ts
 * try {
 *   await wallet.unlock({ passphrase });
 * } catch (error) {
 *   if (error instanceof KeysError && error.code === 'keys.wrong') askAgain();
 *   else throw error;
 * }
 * ```
 */
export class AztecLiteError extends Error {
  override readonly name: string = 'AztecLiteError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: ErrorOptions & { hint?: string | undefined } = {}) {
    const { hint, ...rest } = options;
    super(message, rest);
    this.code = code;
    this.hint = hint;
  }
}

/** Keys are locked or missing, or what should open them is wrong. */
export class KeysError extends AztecLiteError {
  override readonly name = 'KeysError';
}

/** The node cannot be reached, answers something else, or speaks another version. */
export class NodeError extends AztecLiteError {
  override readonly name = 'NodeError';
}

/** A contract is not what it should be, or a call does not fit it. */
export class ContractError extends AztecLiteError {
  override readonly name = 'ContractError';
}

/** A contract refused: an assertion failed, privately or publicly. */
export class ExecutionError extends AztecLiteError {
  override readonly name = 'ExecutionError';
}

/** There is no proof. */
export class ProvingError extends AztecLiteError {
  override readonly name = 'ProvingError';
}

/** A transaction was refused, dropped or reverted, or is not yet where it was waited for. */
export class TransactionError extends AztecLiteError {
  override readonly name = 'TransactionError';
}

const CLASSES: [prefix: string, of: typeof AztecLiteError][] = [
  ['keys.', KeysError],
  ['node.', NodeError],
  ['contract.', ContractError],
  ['execution.', ExecutionError],
  ['proof.', ProvingError],
  ['tx.', TransactionError],
];

/** The error a thread or tab told of. */
export function errorFrom({ code, message, hint, cause }: ErrorData): AztecLiteError {
  const [, ErrorClass] = CLASSES.find(([prefix]) => code.startsWith(prefix)) ?? ['', AztecLiteError];
  return new ErrorClass(code, message, { hint, ...(cause && { cause: errorFrom(cause) }) });
}

/** Causes behind an error that are told on. */
const MAX_CAUSES = 16;

/** An error as it is told to another thread or tab. Of what is no error of ours only the message goes. */
export function errorData(error: unknown, depth = 0): ErrorData {
  const cause = error instanceof Error && error.cause !== undefined && depth < MAX_CAUSES && { cause: errorData(error.cause, depth + 1) };
  if (error instanceof AztecLiteError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint !== undefined && { hint }), ...cause };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), ...cause };
}
