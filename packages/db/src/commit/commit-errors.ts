import { IronError } from '@iron/errors';

/** Others kept the database locked for longer than a write waits, or were in the way of it. Nothing was written. */
export class DatabaseBusyError extends IronError {
  readonly code = 'database.busy';

  /** @param waitedMs for a lock; `undefined`: on a server others changed the same, or it ended the statement */
  constructor(path: string, waitedMs: number | undefined, cause?: unknown) {
    const why =
      waitedMs === undefined
        ? 'was changed by others at the same moment, or its server ended the statement'
        : `was locked by another process for ${waitedMs / 1_000} seconds`;
    super(`${path} ${why}; nothing was written.`, {
      hint: 'Try again. If it stays so, `iron db status` says who has the database open.',
      details: { path, ...(waitedMs !== undefined && { waitedMs }) },
      cause,
    });
  }
}

/** A day's usage would add up to more than the 64 bits of a sum. Nothing was written. */
export class SumTooLargeError extends IronError {
  readonly code = 'database.sum_too_large';
  constructor(cause?: unknown) {
    super('The usage of that day adds up to more than a sum can hold (2^63 - 1); nothing was written.', {
      hint: 'No calls are that large. `iron usage verify` says whether the sum is what the records add up to; if it is, look for absurd ones in `iron usage list`.',
      cause,
    });
  }
}
