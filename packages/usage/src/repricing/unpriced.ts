import { type IronDatabase, makePage, type Page, pageSchema, parseInput, readCursor, type SqlText } from '@iron/db';
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
export async function listUnpriced({ reader }: IronDatabase, input: unknown): Promise<Page<UnpricedModel>> {
  const question = parseInput('unpriced', unpricedSchema, input);
  const after = readCursor(z.tuple([z.string(), z.string()]), question.cursor) ?? [];
  const conditions = [
    ...(question.provider === undefined ? [] : ['provider = ?']),
    ...(question.model === undefined ? [] : ['model = ?']),
    ...(after.length === 0 ? [] : ['(provider, model) > (?, ?)']),
  ];
  const names = [question.provider, question.model].filter((name) => name !== undefined);
  const rows = await reader
    .statement<unknown[], UnpricedModel>(unpricedOf(['cost_nanos IS NULL', ...conditions].join(' AND ')))
    .all(...names, ...after, question.limit + 1);
  return makePage(rows, question.limit, { keyOf: (row) => [row.provider, row.model], itemOf: (row) => row });
}

function unpricedOf(conditions: string): SqlText {
  const select = (table: string) => `
    SELECT provider, model, count(*) AS "rows", min(recorded_at) AS "firstAt", max(recorded_at) AS "lastAt"
    FROM ${table} WHERE ${conditions}
    GROUP BY provider, model ORDER BY provider, model LIMIT ?`;
  return { sqlite: select('token_usage INDEXED BY idx_token_usage_unpriced'), postgres: select('token_usage') };
}
