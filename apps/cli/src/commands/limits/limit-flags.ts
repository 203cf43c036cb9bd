import { z } from 'zod';
import { orNone } from '../../grammar/or-none.ts';
import type { TypedFlags } from '../../grammar/typed-flags.ts';
import { usd } from '../../grammar/usd-flag.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { MissingArgumentError } from '../../usage-errors.ts';

/** The argument of every command about one limit. */
export const limitArgument = {
  id: wholeNumber(1).meta({ description: 'The number of the limit, as `limits list` shows it' }),
};

/** What there may be of each dimension, and where days and months begin. */
export const maximumFlags = {
  tokensPerDay: orNone(wholeNumber(0))
    .optional()
    .meta({ value: '<count>', description: 'The most tokens in a calendar day, or "none" for no maximum' }),
  requestsPerMinute: orNone(wholeNumber(0))
    .optional()
    .meta({ value: '<count>', description: 'The most requests in a clock minute, or "none"' }),
  costPerMonthUsd: orNone(usd())
    .optional()
    .meta({ value: '<usd>', description: 'The most US dollars in a calendar month, such as 20 or 0.50, or "none"' }),
  timeZone: z
    .string()
    .optional()
    .meta({ value: '<zone>', description: 'Where days and months begin: Europe/Berlin. A new limit has UTC' }),
};

/** What was typed of them, as the API takes it; the rest is something else. */
export function maximaOf<Rest extends object>({
  tokensPerDay,
  requestsPerMinute,
  costPerMonthUsd,
  timeZone,
  ...rest
}: TypedFlags<typeof maximumFlags> & Rest) {
  const maxima = {
    maxTokensPerDay: tokensPerDay,
    maxRequestsPerMinute: requestsPerMinute,
    maxCostNanosPerMonth: costPerMonthUsd,
    timeZone,
  };
  return { maxima, rest };
}

/** @throws {MissingArgumentError} nothing of it was typed */
export function requireSome(typed: object, command: string): void {
  if (Object.values(typed).some((value) => value !== undefined)) return;
  throw new MissingArgumentError('--tokens-per-day, --requests-per-minute or --cost-per-month-usd', command);
}
