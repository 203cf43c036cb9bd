import { IronError } from '@iron/errors';
import type { LimitRefusal } from './limit-state.ts';

const NAMES = { tokens: 'tokens a day', requests: 'requests a minute', cost: 'nano-dollars a month' } as const;

/** A call would pass a limit. Nothing was taken of any. */
export class LimitExceededError extends IronError {
  readonly code = 'limit.exceeded';
  /** Everything that has no room, the one that takes longest to reset first. */
  readonly refusals: readonly LimitRefusal[];

  constructor(refusals: readonly [LimitRefusal, ...LimitRefusal[]]) {
    const [first] = refusals;
    const { max, settled, held, overage, left, requested, resetsAt, projectId } = first;
    const whose = projectId === null ? first.userId : `${first.userId} in ${projectId}`;
    const over = overage > 0 ? `, ${overage} over` : '';
    super(
      `The limit of ${whose} is ${max} ${NAMES[first.dimension]}: ${settled} used, ${held} held${over}, ${left} left; ` +
        `${requested} asked for.`,
      {
        hint: `It resets at ${new Date(resetsAt).toISOString()}. \`iron limits\` shows and changes it.`,
        details: { ...first },
      },
    );
    this.refusals = refusals;
  }
}

/** There is no such limit. */
export class LimitNotFoundError extends IronError {
  readonly code = 'limit.not_found';
  constructor(limitId: number) {
    super(`There is no limit ${limitId}.`, { hint: '`iron limits list` shows them.', details: { limitId } });
  }
}

/** The user has a limit there already. */
export class LimitExistsError extends IronError {
  readonly code = 'limit.exists';
  constructor(limitId: number, userId: string, projectId: string | null) {
    const whose = projectId === null ? userId : `${userId} in ${projectId}`;
    super(`${whose} has a limit already: ${limitId}.`, {
      hint: 'Update that one.',
      details: { limitId, userId, projectId },
    });
  }
}

/** A limit that limits nothing. */
export class EmptyLimitError extends IronError {
  readonly code = 'limit.empty';
  constructor() {
    super('A limit has to limit something: tokens a day, requests a minute or cost a month.', {
      hint: 'To take all of it away, delete the limit.',
    });
  }
}

/** The system does not know a time zone of that name. */
export class InvalidTimeZoneError extends IronError {
  readonly code = 'limit.invalid_time_zone';
  constructor(timeZone: string, cause: unknown) {
    super(`There is no time zone ${JSON.stringify(timeZone)}.`, {
      hint: 'Use a name of the IANA database, such as UTC or Europe/Berlin.',
      details: { timeZone },
      cause,
    });
  }
}

/** Nothing was held, or not any more, under that request id. */
export class HoldNotFoundError extends IronError {
  readonly code = 'limit.hold_not_found';
  constructor(requestId: string) {
    super(`Nothing is held for request ${JSON.stringify(requestId)}.`, {
      hint: 'A hold is named by the request id that it was made with; one that ended is forgotten after a while.',
      details: { requestId },
    });
  }
}

/** The request id was used before, for something else or for a call that has ended. */
export class RequestIdTakenError extends IronError {
  readonly code = 'limit.request_id_taken';
  constructor(requestId: string, reason: string) {
    super(`Request id ${JSON.stringify(requestId)} was used before: ${reason}.`, {
      hint: 'Give every call a request id of its own, and use it again only to repeat that same call.',
      details: { requestId },
    });
  }
}
