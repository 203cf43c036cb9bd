const IRON_ERROR = Symbol.for('iron.error');

/** Safe facts about an error, for logs and JSON output. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What an error carries beside its message. */
export interface IronErrorOptions {
  /** What the reader can do next, one or two sentences. */
  readonly hint?: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * The base of every error that Iron throws on purpose.
 *
 * `message` says what was wrong and with which value, `hint` what to do about it, and `code`
 * (`<area>.<what_happened>`) is what programs compare: it does not change between versions.
 */
export abstract class IronError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;

  constructor(message: string, options: IronErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get [IRON_ERROR](): true {
    return true;
  }
}

/** Whether `value` is an {@link IronError}, also when two copies of this package are loaded and `instanceof` fails. */
export function isIronError(value: unknown): value is IronError {
  return value instanceof Error && IRON_ERROR in value;
}
