import { invalidInput, LARGEST_CALL, text } from '@iron/db';
import { z } from 'zod';
import { InvalidCountError } from './usage-errors.ts';

const EARLIEST = 1_000_000_000_000;
const LATEST = 9_999_999_999_999;

/** A count of tokens, requests or milliseconds. */
export const count = countUpTo(LARGEST_CALL.count);

/** What a call cost, in nano-dollars. */
export const cost = countUpTo(LARGEST_CALL.costNanos);

function countUpTo(most: number) {
  return z
    .custom<number>((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most, {
      error: `must be a whole number from 0 to ${most}`,
      params: { most },
    })
    .meta({ type: 'integer', minimum: 0, maximum: most }); // for documents made from the schema
}

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
 * Takes what a caller says about a call, if it is what the schema describes. A wrong count has an error of its own.
 *
 * @throws {InvalidCountError | InvalidInputError} it is not
 */
export function parseCall<Schema extends z.ZodType>(method: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const isAllKnown = issues.every(({ code }) => code !== 'unrecognized_keys');
  const wrong = issues.find(isOfCount);
  const field = wrong?.path[0];
  if (!wrong || field === undefined || !isAllKnown) throw invalidInput(method, issues);
  throw new InvalidCountError(String(field), Reflect.get(Object(input), field), wrong.params.most);
}

type IssueOfCount = z.core.$ZodIssueCustom & { readonly params: { readonly most: number } };

function isOfCount(issue: z.core.$ZodIssue): issue is IssueOfCount {
  return issue.code === 'custom' && typeof issue.params?.['most'] === 'number';
}
