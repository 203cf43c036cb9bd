import { invalidInput, text } from '@iron/db';
import { z } from 'zod';
import { InvalidCountError } from './usage-errors.ts';

const NOT_A_COUNT = 'must be a count';
const EARLIEST = 1_000_000_000_000;
const LATEST = 9_999_999_999_999;

/** A count of tokens, requests or nano-dollars. */
export const count = z
  .custom<number>((value) => Number.isSafeInteger(value) && Number(value) >= 0, NOT_A_COUNT)
  .meta({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }); // for documents made from the schema

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
  const field = issues.find(({ message }) => message === NOT_A_COUNT)?.path[0];
  if (field === undefined || !isAllKnown) throw invalidInput(method, issues);
  throw new InvalidCountError(String(field), Reflect.get(Object(input), field));
}
