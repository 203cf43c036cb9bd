import { InvalidInputError, text } from '@iron/db';
import { z } from 'zod';
import { InvalidCountError, UnknownFieldError } from './usage-errors.ts';

const NOT_A_COUNT = 'must be a count';
const EARLIEST = 1_000_000_000_000;
const LATEST = 9_999_999_999_999;

/** A count of tokens, requests or nano-dollars. */
export const count = z.custom<number>((value) => Number.isSafeInteger(value) && Number(value) >= 0, NOT_A_COUNT);

/** When something happened. Milliseconds since the epoch have thirteen digits: seconds and microseconds are refused. */
export const pastTime = z
  .int({ error: `must be milliseconds since the epoch, from ${EARLIEST} to ${LATEST}` })
  .min(EARLIEST)
  .max(LATEST);

/** An end of a range of time. */
export const rangeTime = z.int().min(0).max(LATEST);

export const tokenId = z.int();
export const requestId = text(200);
export const provider = text(100);
export const model = text(200);

/**
 * Takes what a caller says about a call, if it is what the schema describes. What is wrong has an error of its own.
 *
 * @throws {UnknownFieldError | InvalidCountError | InvalidInputError} it is not
 */
export function parseCall<Schema extends z.ZodType>(method: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refusalOf(method, input, parsed.error.issues);
}

function refusalOf(method: string, input: unknown, issues: readonly z.core.$ZodIssue[]): Error {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (unknown.length > 0) return new UnknownFieldError(method, unknown);
  const field = issues.find(({ message }) => message === NOT_A_COUNT)?.path[0];
  if (field !== undefined) return new InvalidCountError(String(field), Reflect.get(Object(input), field));
  return new InvalidInputError(
    method,
    issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)),
  );
}
