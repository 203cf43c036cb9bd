import { STATUS_CODES } from 'node:http';
import { type ErrorDetails, type IronError, isIronError } from '@iron/errors';
import { LimitExceededError } from '@iron/limits';
import { limitHeaders, retryAfterSeconds } from './limit-headers.ts';
import { type InputProblem, InvalidRequestError, MethodNotAllowedError } from './http-errors.ts';
import { statusOfCode } from './error-status.ts';

/** The answer to a request that failed: RFC 9457, with Iron's code. */
export interface Problem {
  /** `urn:iron:problem:` and the code. */
  readonly type: string;
  /** What the status is called. */
  readonly title: string;
  readonly status: number;
  /** What was wrong, with which value. Never a secret. */
  readonly detail: string;
  /** Stable, `<area>.<what_happened>`: what programs compare. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** Facts. */
  readonly details: ErrorDetails;
  /** Each field or parameter that is wrong. */
  readonly errors?: readonly InputProblem[];
  /** Each limit that had no room. */
  readonly refusals?: LimitExceededError['refusals'];
  /** Names the request in the log. */
  readonly requestId: string;
}

/** A problem, and the headers that go with it. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

interface Asked {
  readonly requestId: string;
  readonly takesBody: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a client is told of an error. Of one that Iron does not foresee, nothing but that it happened. */
export function problemOf(error: unknown, { requestId, takesBody, now }: Asked): ProblemAnswer {
  if (!isIronError(error)) return { problem: unexpected(requestId), headers: {} };
  const { code, message, hint = null, details } = withoutPlace(error);
  const status = error instanceof InvalidRequestError ? statusOfPart(error) : statusOfCode(code, takesBody);
  if (status === 500) return { problem: unexpected(requestId), headers: {} };
  return {
    problem: {
      type: `urn:iron:problem:${code}`,
      title: STATUS_CODES[status] ?? '',
      status,
      detail: message,
      code,
      hint,
      details,
      ...(error instanceof InvalidRequestError && { errors: error.problems }),
      ...(error instanceof LimitExceededError && { refusals: error.refusals }),
      requestId,
    },
    headers: headersOf(error, status, now),
  };
}

/** Where its database lies is nothing that a server tells. */
function withoutPlace({ code, message, hint, details: { path, server, ...details } }: IronError): IronErrorText {
  const place = path ?? server;
  if (typeof place !== 'string') return { code, message, hint, details };
  const detail = message.replaceAll(`PostgreSQL server ${place}`, 'database').replaceAll(place, 'the database');
  return { code, message: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`, hint, details };
}

type IronErrorText = Pick<IronError, 'code' | 'message' | 'hint' | 'details'>;

/** Whether an error is the server's own fault, which belongs into its log. */
export function isUnforeseen(error: unknown): boolean {
  return !isIronError(error) || (!(error instanceof InvalidRequestError) && statusOfCode(error.code, true) === 500);
}

function statusOfPart({ part }: InvalidRequestError): number {
  return part === 'body' ? 422 : 400;
}

function unexpected(requestId: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[500] ?? '',
    status: 500,
    detail: 'The server failed. Whether anything was changed is not known.',
    code: 'http.failed',
    hint: 'The log of the server says more; look for the request id.',
    details: {},
    requestId,
  };
}

/** Full disks and locks pass, and servers come back: soon, but not at once. */
const RETRY_SECONDS = '1';

function headersOf(error: Error, status: number, now: number): Record<string, string> {
  if (error instanceof LimitExceededError) {
    const after = retryAfterSeconds(error, now);
    return { ...limitHeaders(error.refusals, now), ...(after !== null && { 'retry-after': String(after) }) };
  }
  if (error instanceof MethodNotAllowedError) return { allow: error.allowed.join(', ') };
  if (status === 503) return { 'retry-after': RETRY_SECONDS };
  if (status === 401) return { 'www-authenticate': challenge(error) };
  if (isIronError(error) && error.code === 'access.scope_missing') {
    return { 'www-authenticate': `Bearer error="insufficient_scope", scope="${String(error.details['scope'])}"` };
  }
  return {};
}

/** RFC 6750, section 3: no error code where no token was shown. */
function challenge(error: Error): string {
  return isIronError(error) && error.code === 'token.invalid' ? 'Bearer error="invalid_token"' : 'Bearer';
}
