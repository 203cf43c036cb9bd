import { z } from 'zod';
import { actorSchema as anyActor, text as anyText } from '@iron/db';
import { containsToken } from './tokens/token-format.ts';

const HOLDS_TOKEN = 'holds a token, which must not be written down';

/**
 * A text of 1 to `most` characters. One that holds a token (a reason such as "leaked: iron_…") is refused, because what
 * is written here can be read.
 */
export function text(most: number) {
  return anyText(most).refine((value) => !containsToken(value), HOLDS_TOKEN);
}

/** Who asked for a change. */
export const actorSchema = anyActor.refine(
  ({ userId = '', ipAddress = '', userAgent = '' }) => ![userId, ipAddress, userAgent].some(containsToken),
  HOLDS_TOKEN,
);

/** Milliseconds since the epoch; a time in seconds is refused. */
export const timeSchema = z.int().min(1_000_000_000_000, 'must be milliseconds since the epoch');

/** The id of a row. */
export const idSchema = z.int().positive();
