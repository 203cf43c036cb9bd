import type { Actor } from '@iron/db';
import { z } from 'zod';
import { InvalidCountError, InvalidInputError, UnknownFieldError } from './usage-errors.ts';

const NOT_A_COUNT = 'must be a count';
const EARLIEST = 1_000_000_000_000;
const LATEST = 9_999_999_999_999;

/** A count of tokens, requests or nano-dollars. */
export const count = z
  .number({ error: NOT_A_COUNT })
  .refine((value) => Number.isSafeInteger(value) && value >= 0, { error: NOT_A_COUNT });

/** Milliseconds since the epoch have thirteen digits: seconds and microseconds are refused. */
export const time = z.number().refine((value) => Number.isSafeInteger(value) && value >= EARLIEST && value <= LATEST, {
  error: `must be milliseconds since the epoch, from ${EARLIEST} to ${LATEST}`,
});

export const tokenId = z.int();
export const requestId = text(200);
export const provider = text(100);
export const model = text(200);

/** Who asked for a change. */
export const actor = z
  .strictObject({ userId: text(500).optional(), ipAddress: text(100).optional(), userAgent: text(1000).optional() })
  .transform((given): Actor => given);

/** How much of a list is wanted, and from where on. */
export const page = { limit: z.int().min(1).max(1000).default(100), cursor: z.string().optional() };

/** Text of 1 to `most` characters, as the columns take it: valid Unicode without NUL. */
export function text(most: number) {
  return z.string().refine((value) => isStorable(value, most), {
    error: `must be 1 to ${most} characters of valid Unicode without NUL`,
  });
}

/**
 * Takes what a caller handed over, if it is what the schema describes.
 *
 * @param method what to name in the error: `recordUsage`
 * @throws {UnknownFieldError | InvalidCountError | InvalidInputError} it is not
 */
export function parseInput<Schema extends z.ZodType>(method: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw describeRefusal(method, input, parsed.error.issues);
}

function describeRefusal(method: string, input: unknown, issues: readonly z.core.$ZodIssue[]): Error {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  if (unknown.length > 0) return new UnknownFieldError(method, unknown);
  const field = issues.find(({ message }) => message === NOT_A_COUNT)?.path[0];
  if (field !== undefined) return new InvalidCountError(String(field), valueAt(input, field));
  return new InvalidInputError(
    method,
    issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)),
  );
}

function valueAt(input: unknown, field: PropertyKey): unknown {
  return typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined;
}

function isStorable(value: string, most: number): boolean {
  if (value.length === 0 || value.length > 2 * most) return false;
  return value.isWellFormed() && !value.includes('\0') && (value.length <= most || Array.from(value).length <= most);
}
