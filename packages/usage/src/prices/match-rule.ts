import { z } from 'zod';

/** Which names of models (or providers) a price is for. Names are compared in lower case. */
export type MatchRule =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly MatchRule[] }
  | { readonly and: readonly MatchRule[] };

export const matchRule: z.ZodType<MatchRule> = z
  .lazy(() =>
    z.union([
      z.strictObject({ equals: z.string() }),
      z.strictObject({ starts_with: z.string() }),
      z.strictObject({ ends_with: z.string() }),
      z.strictObject({ contains: z.string() }),
      z.strictObject({ regex: z.string() }),
      z.strictObject({ or: z.array(matchRule) }),
      z.strictObject({ and: z.array(matchRule) }),
    ]),
  )
  .meta({ id: 'MatchRule' });

export type Matcher = (lowerCaseName: string) => boolean;

/** A rule as a function of a name in lower case. */
export function compileMatcher(rule: MatchRule): Matcher {
  if ('equals' in rule) return equalTo(rule.equals.toLowerCase());
  if ('starts_with' in rule) return startingWith(rule.starts_with.toLowerCase());
  if ('ends_with' in rule) return endingWith(rule.ends_with.toLowerCase());
  if ('contains' in rule) return containing(rule.contains.toLowerCase());
  if ('regex' in rule) return matching(new RegExp(rule.regex));
  if ('or' in rule) return anyOf(rule.or.map(compileMatcher));
  return allOf(rule.and.map(compileMatcher));
}

/** Splits a rule into the names that it takes exactly, which a map can hold, and whatever else it takes. */
export function splitMatchRule(rule: MatchRule): { names: string[]; others: MatchRule[] } {
  const alternatives = 'or' in rule ? rule.or : [rule];
  const names = alternatives.flatMap((one) => ('equals' in one ? [one.equals.toLowerCase()] : []));
  return { names, others: alternatives.filter((one) => !('equals' in one)) };
}

const equalTo =
  (text: string): Matcher =>
  (name) =>
    name === text;
const startingWith =
  (text: string): Matcher =>
  (name) =>
    name.startsWith(text);
const endingWith =
  (text: string): Matcher =>
  (name) =>
    name.endsWith(text);
const containing =
  (text: string): Matcher =>
  (name) =>
    name.includes(text);
const matching =
  (pattern: RegExp): Matcher =>
  (name) =>
    pattern.test(name);
const anyOf =
  (matchers: readonly Matcher[]): Matcher =>
  (name) =>
    matchers.some((matches) => matches(name));
const allOf =
  (matchers: readonly Matcher[]): Matcher =>
  (name) =>
    matchers.every((matches) => matches(name));
