import { z } from 'zod';
import type { Actor } from '../audit/audit-log.ts';
import { containsToken } from './contains-token.ts';
import { InvalidInputError } from './input-errors.ts';

/**
 * Takes what a caller handed over, if it is what the schema describes.
 *
 * @param method what to name in the error: `createUser`
 * @throws {InvalidInputError} it is not
 */
export function parseInput<Schema extends z.ZodType>(method: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(method, parsed.error.issues);
}

/** The error that names what zod found wrong with the input of a method, for where `parseInput` does not do. */
export function invalidInput(method: string, issues: readonly z.core.$ZodIssue[]): InvalidInputError {
  return new InvalidInputError(method, issues.map(describeIssue));
}

/**
 * Text of 1 to `most` characters, as the columns take it: valid Unicode without NUL. One that holds a token (a reason
 * such as "leaked: iron_…", a model of that name) is refused, because what is written can be read.
 */
export function text(most: number) {
  const problem = { code: 'custom', continue: true } as const; // what else is wrong is told, too
  const unstorable = `must be 1 to ${most} characters of valid Unicode without NUL`;
  const withToken = 'holds a token, which must not be written down';
  return z
    .string()
    .check(({ value, issues }) => {
      if (!isStorable(value, most)) issues.push({ ...problem, input: value, message: unstorable });
      if (containsToken(value)) issues.push({ ...problem, input: value, message: withToken });
    })
    .meta({ minLength: 1, maxLength: most }); // for documents made from the schema
}

/** Who asked for a change. */
export const actorSchema = z
  .strictObject({ userId: text(500).optional(), ipAddress: text(100).optional(), userAgent: text(1000).optional() })
  .transform(({ userId, ipAddress, userAgent }): Actor => ({
    ...(userId !== undefined && { userId }),
    ...(ipAddress !== undefined && { ipAddress }),
    ...(userAgent !== undefined && { userAgent }),
  }));

/** How much of a list is wanted, and from where on. */
export const pageSchema = { limit: z.int().min(1).max(1000).default(100), cursor: z.string().optional() };

function isStorable(value: string, most: number): boolean {
  if (value.length === 0 || value.length > 2 * most || value.includes('\0') || !value.isWellFormed()) return false;
  return value.length <= most || Array.from(value).length <= most; // one character may be two of its units
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : `${issue.path.map(showName).join('.')}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  return `${where}there is no field ${issue.keys.map(showName).join(', ')}`;
}

/** The name of a field. What does not look like one could be a secret that slipped into its place. */
function showName(name: PropertyKey): string {
  return /^\w{1,40}$/.test(String(name)) ? String(name) : '(a name that is not shown)';
}
