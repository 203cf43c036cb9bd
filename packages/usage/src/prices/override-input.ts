import { actorSchema, text } from '@iron/db';
import { z } from 'zod';
import type { RateKind } from './imported-prices.ts';
import type { ListedPrice } from './price-list.ts';
import { scaleDecimal } from './decimal.ts';
import { toPicos } from './to-picos.ts';

/** Dollars a million tokens have at most six decimals: one pico-dollar for one token. */
const PER_MILLION = 6;
const PER_REQUEST = 12;
const FINER = 20;

const perMillion = dollars(PER_MILLION).meta({ description: 'USD a million tokens, with at most six decimals' });
const optionalRates = {
  cachedInput: perMillion.optional(),
  cacheWrite: perMillion.optional(),
  audioInput: perMillion.optional(),
  cachedAudio: perMillion.optional(),
  reasoning: perMillion.optional(),
  audioOutput: perMillion.optional(),
};
const tier = z.strictObject({
  over: z.int().min(0).meta({ description: 'The prices for calls with more input tokens than this' }),
  input: perMillion.optional(),
  output: perMillion.optional(),
  ...optionalRates,
});
const modelName = { provider: name(100), model: name(200) };

/** Checks a {@link PriceOverrideInput}. */
export const setPriceOverrideSchema = z.strictObject({
  ...modelName,
  effectiveFrom: z.int().min(0).optional().meta({
    description: 'When the price begins, in milliseconds since the epoch. Default: it always held',
  }),
  input: perMillion,
  output: perMillion,
  ...optionalRates,
  tiers: z
    .array(tier)
    .refine((tiers) => tiers.every(({ over }, index) => index === 0 || over > (tiers[index - 1]?.over ?? 0)), {
      error: 'must ascend by `over`',
    })
    .optional(),
  perRequest: dollars(PER_REQUEST).optional().meta({ description: 'USD for each request, beside its tokens' }),
  actor: actorSchema.optional(),
});

/** Checks a {@link PriceWithdrawalInput}. */
export const removePriceOverrideSchema = z.strictObject({ ...modelName, actor: actorSchema.optional() });

/**
 * What a model costs you, in place of what any list says. Prices are USD a million tokens, as a decimal (`'0.075'`) or
 * a number, with at most six decimals; `perRequest` is USD a request. A kind without a price of its own costs what the
 * kind that it is a part of costs: `input` or `output`.
 *
 * `effectiveFrom`, in milliseconds since the epoch, is when the price begins; without it, it always held. Where several
 * overrides for a model hold at a time, the one that was set last counts.
 */
export type PriceOverrideInput = z.input<typeof setPriceOverrideSchema>;

/** Whose override to take back, by the names that it was set for. */
export type PriceWithdrawalInput = z.input<typeof removePriceOverrideSchema>;

/** An override as an entry of a price list. */
export function toListedPrice(override: z.output<typeof setPriceOverrideSchema>): ListedPrice {
  const { effectiveFrom, tiers, perRequest } = override;
  return {
    ...(effectiveFrom !== undefined && { from: effectiveFrom }),
    ...ratesOf(override),
    ...(tiers && { tiers: tiers.map((above) => ({ over: above.over, ...ratesOf(above) })) }),
    ...(perRequest !== undefined && { perRequest: picosOf(perRequest, PER_REQUEST) }),
  };
}

type Dollars = number | string;

const KINDS = [
  'input',
  'cachedInput',
  'cacheWrite',
  'audioInput',
  'cachedAudio',
  'output',
  'reasoning',
  'audioOutput',
] as const satisfies readonly RateKind[];

/** The rates that were said, and no others. */
function ratesOf(said: { readonly [Kind in RateKind]?: Dollars | undefined }): { [Kind in RateKind]?: number } {
  const rates = KINDS.flatMap((kind) => {
    const dollarsOfKind = said[kind];
    return dollarsOfKind === undefined ? [] : [[kind, picosOf(dollarsOfKind, PER_MILLION)] as const];
  });
  return Object.fromEntries(rates);
}

/** A name as it is looked up: in lower case. */
function name(most: number) {
  return text(most)
    .transform((value) => value.trim().toLowerCase())
    .refine((value) => value !== '', { error: 'must not be blank' });
}

/** Checked here and taken as it is: who parses twice, as a server and the service behind it do, gets the same again. */
function dollars(power: number) {
  return z.union([z.number(), z.string()], { error: 'must be a price in USD' }).superRefine((value, context) => {
    const picos = toPicos(value, power);
    if (typeof picos !== 'number') context.addIssue({ code: 'custom', message: picos.problem });
    else if (scaleDecimal(value, power + FINER) !== BigInt(picos) * 10n ** BigInt(FINER)) {
      context.addIssue({ code: 'custom', message: `has more than ${power} decimals` });
    }
  });
}

/** Of a price that was checked. */
function picosOf(value: Dollars, power: number): number {
  const picos = toPicos(value, power);
  if (typeof picos === 'number') return picos;
  throw new TypeError(`${String(value)} ${picos.problem}`);
}
