import type { z } from 'zod';
import { InvalidValueError } from '../usage-errors.ts';
import { longFlag } from './words.ts';

/** What the schema makes of the typed words; the first that it refuses is named as it was typed. */
export function parseValues<Schema extends z.ZodType>(
  schema: Schema,
  typed: Readonly<Record<string, unknown>>,
  prefix: '' | '--' = '',
): z.output<Schema> {
  const parsed = schema.safeParse(typed);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0] ?? '');
  const name = prefix === '--' ? longFlag(key) : key;
  if (typed[key] === undefined) throw new InvalidValueError(name, 'is missing');
  throw new InvalidValueError(name, `${issue?.message ?? 'is not valid'}, not ${JSON.stringify(typed[key])}`);
}
