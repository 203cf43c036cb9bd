import { isIronError } from '@iron/errors';
import { redactText } from '@iron/usage';

/** An error as it stands in the log, without whatever looks like a secret. */
export interface DescribedError {
  readonly name: string;
  /** Iron's, SQLite's or the system's. */
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const LONGEST_TEXT = 8_000;
const MOST_CAUSES = 5;

/** What happened and where, and the errors behind it. Of errors that Iron foresees, the place says nothing. */
export function describeError(error: unknown, causes = MOST_CAUSES): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: shown(String(error)) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name,
    ...(code !== undefined && { code: shown(code) }),
    message: shown(message),
    ...(stack !== undefined && !isIronError(error) && { stack: shown(stack) }),
    ...(cause !== undefined && causes > 0 && { cause: describeError(cause, causes - 1) }),
  };
}

function shown(text: string): string {
  return redactText(text).slice(0, LONGEST_TEXT);
}
