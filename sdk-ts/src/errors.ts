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
 * it, and `cause` is the failure behind it.
 */
export class AztecLiteError extends Error {
  override readonly name: string = 'AztecLiteError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: ErrorOptions & { hint?: string | undefined } = {}) {
    super(message, options);
    this.code = code;
    this.hint = options.hint;
  }
}

/** The wallet is locked, or a passphrase is wrong. */
export class WalletLockedError extends AztecLiteError {
  override readonly name = 'WalletLockedError';
}

/** The node cannot be reached, answers something else, or speaks another version. */
export class NodeError extends AztecLiteError {
  override readonly name = 'NodeError';
}

/** A contract refused: an assertion failed, privately or publicly. */
export class ExecutionError extends AztecLiteError {
  override readonly name = 'ExecutionError';
}

/** There is no proof. */
export class ProvingError extends AztecLiteError {
  override readonly name = 'ProvingError';
}

/** A transaction was refused, dropped or reverted. */
export class TransactionError extends AztecLiteError {
  override readonly name = 'TransactionError';
}

const CLASSES: [prefix: string, of: typeof AztecLiteError][] = [
  ['keys.', WalletLockedError],
  ['node.', NodeError],
  ['execution.', ExecutionError],
  ['proof.', ProvingError],
  ['tx.', TransactionError],
];

/** The error a thread or tab told of. */
export function errorFrom({ code, message, hint, cause }: ErrorData): AztecLiteError {
  const [, ErrorClass] = CLASSES.find(([prefix]) => code.startsWith(prefix)) ?? ['', AztecLiteError];
  return new ErrorClass(code, message, { hint, ...(cause && { cause: errorFrom(cause) }) });
}

/** An error as it is told to another thread or tab. Of what is no error of ours only the message goes. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof AztecLiteError) {
    const { code, message, hint, cause } = error;
    return { code, message, ...(hint !== undefined && { hint }), ...(cause !== undefined && { cause: errorData(cause) }) };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
