import { z } from 'zod';
import { InvalidInputError } from './input-errors.ts';
import { containsToken } from './tokens/token-format.ts';

/**
 * Takes what a caller handed over, if it is what the schema describes.
 *
 * @param method what to name in the error: `createToken`
 * @throws {InvalidInputError} something is missing, wrong or unknown; it is named, and no value is repeated
 */
export function parseInput<Schema extends z.ZodType>(method: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(method, parsed.error.issues.map(describeIssue));
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

/**
 * A text of 1 to `most` characters, as the columns take it. One that holds a token (a reason such as "leaked: iron_…")
 * is refused, because what is written here can be read.
 */
export function text(most: number) {
  return z
    .string()
    .refine((value) => isStorable(value, most), `must be 1 to ${most} characters of valid Unicode without NUL`)
    .refine((value) => !containsToken(value), 'holds a token, which must not be written down');
}

function isStorable(value: string, most: number): boolean {
  if (value.length === 0 || value.length > 2 * most) return false;
  return value.isWellFormed() && !value.includes('\0') && Array.from(value).length <= most;
}

/** Milliseconds since the epoch; a time in seconds is refused. */
export const timeSchema = z.int().min(1_000_000_000_000, 'must be milliseconds since the epoch');

/** The id of a row. */
export const idSchema = z.int().positive();

/** Who asked for a change. */
export const actorSchema = z.strictObject({
  userId: text(500).optional(),
  ipAddress: text(100).optional(),
  userAgent: text(1000).optional(),
});

/** How much of a list is wanted, and from where on. */
export const pageSchema = { limit: z.int().min(1).max(1000).default(100), cursor: z.string().max(4096).optional() };
