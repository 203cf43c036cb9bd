import { isIronError } from '@iron/errors';
import { LimitExceededError } from '@iron/limits';
import { z } from 'zod';
import { UpstreamError } from './upstream.ts';

/** What the gateway answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a client can do something about, if only to come back later. Everything else is the operator's affair. */
const STATUSES: Readonly<Record<string, number>> = {
  'token.invalid': 401,
  'admission.provider_not_allowed': 403,
  'admission.unpriced_model': 403,
  'input.invalid': 400,
  'database.busy': 503,
};

/** What the client is told when its call was refused or has failed. */
export function refusalAnswer(error: unknown, now: number): Answer {
  if (error instanceof LimitExceededError) return { ...answer(429, error), headers: retryAfter(error, now) };
  if (error instanceof UpstreamError) return answer(502, error);
  if (error instanceof z.ZodError || error instanceof SyntaxError) return answer(400, error);
  const status = isIronError(error) ? STATUSES[error.code] : undefined;
  if (isIronError(error) && status) return answer(status, error);
  process.stderr.write(`${String(error)}\n`);
  return answer(500, new Error('The gateway failed.'));
}

/** Until every limit that had no room begins anew. A call that is larger than a limit never fits: no use in waiting. */
function retryAfter({ refusals }: LimitExceededError, now: number): Record<string, string> {
  if (refusals.some(({ requested, max }) => requested > max)) return {};
  const resetsAt = Math.max(...refusals.map((refusal) => refusal.resetsAt));
  return { 'retry-after': String(Math.max(1, Math.ceil((resetsAt - now) / 1_000))) };
}

function answer(status: number, error: Error): Answer {
  return { status, body: { error: { message: error.message, code: isIronError(error) ? error.code : error.name } } };
}
