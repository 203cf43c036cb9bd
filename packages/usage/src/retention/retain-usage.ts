import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Actor,
  actorSchema,
  appendToAuditLog,
  type IronDatabase,
  parseInput,
  type ServiceContext,
} from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';

const retentionSchema = z.strictObject({
  keepDays: z.int().min(1).max(36_500),
  batchSize: z.int().min(1).max(10_000).default(1_000),
  actor: actorSchema.optional(),
});

/** What `retainUsage` and `retainTraces` take. `batchSize`: how many rows a commit drops at most; default 1,000. */
export type RetentionInput = z.input<typeof retentionSchema>;

/** What was dropped for its age. */
export interface RetentionReport {
  readonly deleted: number;
  /** What was recorded from this moment on is kept: the start of a UTC day, none after the last one that was used. */
  readonly keptFrom: number;
}

/**
 * Drops usage rows of days that ended more than `keepDays` ago. What they add up to stays in the reports. That rows of
 * that time may be gone is written first, so that a run that is stopped leaves nothing unsaid. Request ids are known
 * as long as their rows: a call that comes again after that is counted again, unless it says its own old time.
 */
export async function retainUsage({ database, now }: ServiceContext, input: unknown): Promise<RetentionReport> {
  const { keepDays, batchSize, actor: by } = parseInput('retainUsage', retentionSchema, input);
  const keptFrom = Math.min(daysAgo(now(), keepDays), endOfRecorded(database));
  await moveHorizon(database, keptFrom, { by, keepDays, at: now() });
  const drop = database.connection.prepare(
    `DELETE FROM token_usage WHERE id IN (
       SELECT id FROM token_usage INDEXED BY idx_token_usage_recorded WHERE recorded_at < ? ORDER BY recorded_at LIMIT ?
     )`,
  );
  return { deleted: await inBatches(database, batchSize, () => drop.run(keptFrom, batchSize).changes), keptFrom };
}

/** Drops traces of calls of days that ended more than `keepDays` ago. */
export async function retainTraces({ database, now }: ServiceContext, input: unknown): Promise<RetentionReport> {
  const { keepDays, batchSize, actor: by } = parseInput('retainTraces', retentionSchema, input);
  const keptFrom = daysAgo(now(), keepDays);
  const drop = database.connection.prepare(
    `DELETE FROM api_call_traces WHERE id IN (
       SELECT id FROM api_call_traces INDEXED BY idx_api_call_traces_traced WHERE traced_at < ? ORDER BY traced_at LIMIT ?
     )`,
  );
  const deleted = await inBatches(database, batchSize, () => drop.run(keptFrom, batchSize).changes);
  if (deleted > 0) {
    const changes = { keepDays, keptFrom, deleted };
    const note = { entityType: 'trace', entityId: 'all', action: 'retain', actor: by, changes, at: now() };
    await database.write((tx) => appendToAuditLog(tx, note));
  }
  return { deleted, keptFrom };
}

/** The start of the UTC day that lies so many whole days before today. */
function daysAgo(now: number, days: number): number {
  return Math.max(now - (now % DAY) - days * DAY, 0);
}

/**
 * The end of the last day that has a row, or had one. Nothing after it can have been dropped: or else a clock that was
 * ahead once would have all calls refused as too old, until that time has come.
 */
function endOfRecorded({ connection }: IronDatabase): number {
  const newest =
    connection.prepare<[], number | null>('SELECT max(recorded_at) FROM token_usage').pluck().get() ?? null;
  const horizon = connection.prepare<[], number>('SELECT pruned_before FROM _usage_horizon').pluck().get() ?? 0;
  return newest === null ? horizon : Math.max(newest - (newest % DAY) + DAY, horizon);
}

/** Says that rows before `keptFrom` may be gone. Never takes it back. */
async function moveHorizon(
  database: IronDatabase,
  keptFrom: number,
  { by, keepDays, at }: { by: Actor | undefined; keepDays: number; at: number },
): Promise<void> {
  const move = database.connection.prepare('UPDATE _usage_horizon SET pruned_before = ? WHERE pruned_before < ?');
  await database.write((tx) => {
    if (move.run(keptFrom, keptFrom).changes === 0) return;
    const changes = { keepDays, keptFrom };
    appendToAuditLog(tx, { entityType: 'usage', entityId: 'all', action: 'retain', actor: by, changes, at });
  });
}

/** Each batch is a commit, and whoever else writes gets a turn before the next. */
async function inBatches(database: IronDatabase, batchSize: number, dropSome: () => number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const dropped = await database.write(() => dropSome());
    deleted += dropped;
    if (dropped < batchSize) return deleted;
    await nextTurn();
  }
}
