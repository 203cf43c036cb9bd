import { type IronDatabase, makePage, type Page, pageSchema, parseInput, readCursor } from '@iron/db';
import { z } from 'zod';
import { model, provider } from '../usage-fields.ts';

/** A model that was used and had no price. */
export interface UnpricedModel {
  readonly provider: string;
  readonly model: string;
  /** How many usage rows have no price. */
  readonly rows: number;
  /** When the first and the last of them was recorded, in milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Checks what `unpriced` takes. */
export const unpricedSchema = z.strictObject({ provider: provider.optional(), model: model.optional(), ...pageSchema });

/** What `unpriced` takes. */
export type UnpricedInput = z.input<typeof unpricedSchema>;

/** Models without a price, by name. Reads the index of unpriced rows only. */
export function listUnpriced({ connection }: IronDatabase, input: unknown): Page<UnpricedModel> {
  const question = parseInput('unpriced', unpricedSchema, input);
  const after = readCursor(z.tuple([z.string(), z.string()]), question.cursor) ?? [];
  const conditions = [
    ...(question.provider === undefined ? [] : ['provider = ?']),
    ...(question.model === undefined ? [] : ['model = ?']),
    ...(after.length === 0 ? [] : ['(provider, model) > (?, ?)']),
  ];
  const names = [question.provider, question.model].filter((name) => name !== undefined);
  const rows = connection
    .prepare<unknown[], UnpricedModel>(
      `SELECT provider, model, count(*) AS rows, min(recorded_at) AS firstAt, max(recorded_at) AS lastAt
       FROM token_usage INDEXED BY idx_token_usage_unpriced
       WHERE ${['cost_nanos IS NULL', ...conditions].join(' AND ')}
       GROUP BY provider, model ORDER BY provider, model LIMIT ?`,
    )
    .all(...names, ...after, question.limit + 1);
  return makePage(rows, question.limit, { keyOf: (row) => [row.provider, row.model], itemOf: (row) => row });
}
