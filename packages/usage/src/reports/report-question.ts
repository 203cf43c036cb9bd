import { pageSchema, text } from '@iron/db';
import { z } from 'zod';
import { model, provider, rangeTime, tokenId } from '../usage-fields.ts';
import { INTERVALS } from './periods.ts';
import { isTimeZone } from '@iron/calendar';

export const DIMENSIONS = ['token', 'user', 'project', 'agent', 'provider', 'model'] as const;

/** What usage can be told apart by: whose it was (token, user, project, agent) and what answered (provider, model). */
export type ReportDimension = (typeof DIMENSIONS)[number];

/** Whose usage, and of what. `null` asks for what belongs to no project or no agent. */
export const filterFields = {
  tokenId: tokenId.optional(),
  userId: text(500).optional(),
  projectId: text(500).nullable().optional(),
  agentId: z.int().nullable().optional(),
  provider: provider.optional(),
  model: model.optional(),
};

export const rangeFields = {
  from: rangeTime
    .default(0)
    .meta({ description: 'Milliseconds since the epoch; what was at that time is in the range' }),
  to: rangeTime
    .optional()
    .meta({ description: 'Milliseconds since the epoch; what was at that time is not in the range' }),
};

/** Checks what `report` takes. */
export const reportSchema = z.strictObject({
  ...rangeFields,
  ...filterFields,
  groupBy: z
    .array(z.enum(DIMENSIONS))
    .refine((dimensions) => new Set(dimensions).size === dimensions.length, { error: 'names a dimension twice' })
    .default([]),
  interval: z.enum(INTERVALS).optional(),
  timeZone: z.string().refine(isTimeZone, { error: 'must be a time zone: UTC, Europe/Berlin, …' }).default('UTC'),
  ...pageSchema,
});

/** What `report` takes. `from` (default: the beginning) is in the range, `to` (default: the end of the UTC day) is not. */
export type ReportInput = z.input<typeof reportSchema>;
export type ReportQuestion = z.output<typeof reportSchema> & { readonly to: number };

export type UsageFilter = Pick<ReportQuestion, keyof typeof filterFields>;

export interface Condition {
  readonly dimension: ReportDimension;
  readonly value: string | number | null;
}

/** The column that holds a dimension. `t` is `api_tokens`, `u` the table with the sums or the rows. */
export const COLUMNS: Readonly<Record<ReportDimension, string>> = {
  token: 't.id',
  user: 't.user_id',
  project: 't.project_id',
  agent: 't.agent_id',
  provider: 'u.provider',
  model: 'u.model',
};

/** The conditions of a filter, each on one dimension. */
export function conditionsOf(filter: UsageFilter): readonly Condition[] {
  const conditions = [
    { dimension: 'token', value: filter.tokenId },
    { dimension: 'user', value: filter.userId },
    { dimension: 'project', value: filter.projectId },
    { dimension: 'agent', value: filter.agentId },
    { dimension: 'provider', value: filter.provider },
    { dimension: 'model', value: filter.model },
  ] as const;
  return conditions.flatMap(({ dimension, value }) => (value === undefined ? [] : [{ dimension, value }]));
}

/** Whether a dimension says whose the usage was; else it says what answered. */
export function isOwner(dimension: ReportDimension): boolean {
  return dimension !== 'provider' && dimension !== 'model';
}
