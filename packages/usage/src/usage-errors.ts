import { IronError } from '@iron/errors';

/** A count that is negative, fractional, more than any call's, or no number at all. */
export class InvalidCountError extends IronError {
  readonly code = 'usage.invalid_count';
  constructor(field: string, value: unknown, most: number) {
    const given = typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value;
    super(`${field} must be a whole number from 0 to ${most}, not ${given}.`, {
      hint: 'Nothing was recorded. Hand over the counts as the provider reported them.',
      details: { field, given },
    });
  }
}

/** The counts of a call contradict each other. */
export class TotalsDoNotAddUpError extends IronError {
  readonly code = 'usage.totals_do_not_add_up';
  constructor(problem: string, hint: string) {
    super(`The counts do not add up: ${problem}.`, { hint: `Nothing was recorded. ${hint}` });
  }
}

/** No token has this id: it never existed, or it was deleted. */
export class UnknownTokenError extends IronError {
  readonly code = 'usage.unknown_token';
  constructor(tokenId: number) {
    super(`There is no token with the id ${tokenId}.`, {
      hint: 'Nothing was recorded. List the tokens to see their ids; a deleted token takes its usage with it.',
      details: { tokenId },
    });
  }
}

/** The request id stands for another call, or one that is to be settled. Says nothing about it: it may be a stranger's. */
export class UsageConflictError extends IronError {
  readonly code = 'usage.conflict';
  constructor(requestId: string) {
    super(`The request id ${JSON.stringify(requestId)} was already used for a call that is not this one.`, {
      hint:
        'Nothing was recorded. Give each call an id of its own, and repeat a call only with the same counts. ' +
        'A call that is held is settled.',
      details: { requestId },
    });
  }
}

/** Of this time the rows may be gone, so that nobody can say whether the call was counted. */
export class UsageTooOldError extends IronError {
  readonly code = 'usage.too_old';
  constructor(recordedAt: number, keptFrom: number) {
    super(`Usage before ${isoTime(keptFrom)} is no longer kept row by row; this is of ${isoTime(recordedAt)}.`, {
      hint: 'Nothing was recorded: it could not be told whether this call was counted already.',
      details: { recordedAt, keptFrom },
    });
  }
}

/** The question needs rows that were dropped for their age; of that time only sums are kept. */
export class UsageDroppedError extends IronError {
  readonly code = 'usage.rows_dropped';
  constructor(keptFrom: number, wholes: string) {
    super(`Usage before ${isoTime(keptFrom)} is kept as sums only, which do not answer this question.`, {
      hint: `Ask from ${isoTime(keptFrom)} on, or for ${wholes}.`,
      details: { keptFrom },
    });
  }
}

/** A report of more periods than anybody can read. */
export class TooManyPeriodsError extends IronError {
  readonly code = 'usage.too_many_periods';
  constructor(most: number) {
    super(`The report would have more than ${most} periods.`, {
      hint: 'Ask for a longer interval or a shorter range.',
      details: { most },
    });
  }
}

/** No trace has this id: it never existed, it was dropped for its age, or its token was deleted. */
export class TraceNotFoundError extends IronError {
  readonly code = 'usage.trace_not_found';
  constructor(traceId: number) {
    super(`There is no trace with the id ${traceId}.`, {
      hint: 'List the traces to see their ids. Old ones may have been dropped for their age.',
      details: { traceId },
    });
  }
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
