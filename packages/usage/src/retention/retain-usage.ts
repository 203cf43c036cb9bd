import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Actor,
  actorSchema,
  appendToAuditLog,
  type IronDatabase,
  parseInput,
  type Reader,
  type ServiceContext,
  type SqlText,
  wait,
  type Work,
  type Writer,
} from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';
import { readHorizon } from './horizon.ts';

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

/** Drops some of what is older than a time, the oldest first. */
function dropOf(table: string, time: string, index: string): SqlText {
  const drop = (source: string) => `
    DELETE FROM ${table} WHERE id IN (SELECT id FROM ${source} WHERE ${time} < ? ORDER BY ${time} LIMIT ?)`;
  return { sqlite: drop(`${table} INDEXED BY ${index}`), postgres: drop(table) };
}

const DROP_USAGE = dropOf('token_usage', 'recorded_at', 'idx_token_usage_recorded');
const DROP_TRACES = dropOf('api_call_traces', 'traced_at', 'idx_api_call_traces_traced');

/**
 * Drops usage rows of days that ended more than `keepDays` ago. What they add up to stays in the reports. That rows of
 * that time may be gone is written first, so that a run that is stopped leaves nothing unsaid. Request ids are known
 * as long as their rows: a call that comes again after that is counted again, unless it says its own old time.
 */
export async function retainUsage({ database, now }: ServiceContext, input: unknown): Promise<RetentionReport> {
  const { keepDays, batchSize, actor: by } = parseInput('retainUsage', retentionSchema, input);
  const keptFrom = Math.min(daysAgo(now(), keepDays), await database.read(endOfRecorded));
  await database.write((tx) => moveHorizon(tx, keptFrom, { by, keepDays, at: now() }));
  return { deleted: await inBatches(database, DROP_USAGE, keptFrom, batchSize), keptFrom };
}

/** Drops traces of calls of days that ended more than `keepDays` ago. */
export async function retainTraces({ database, now }: ServiceContext, input: unknown): Promise<RetentionReport> {
  const { keepDays, batchSize, actor: by } = parseInput('retainTraces', retentionSchema, input);
  const keptFrom = daysAgo(now(), keepDays);
  const deleted = await inBatches(database, DROP_TRACES, keptFrom, batchSize);
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

const NEWEST = 'SELECT max(recorded_at) AS time FROM token_usage';

/**
 * The end of the last day that has a row, or had one. Nothing after it can have been dropped: or else a clock that was
 * ahead once would have all calls refused as too old, until that time has come.
 */
function* endOfRecorded(reader: Reader): Work<number> {
  const newest = (yield* wait(reader.statement<[], { time: number | null }>(NEWEST).get()))?.time ?? null;
  const horizon = yield* readHorizon(reader);
  return newest === null ? horizon : Math.max(newest - (newest % DAY) + DAY, horizon);
}

const MOVE = 'UPDATE _usage_horizon SET pruned_before = ? WHERE pruned_before < ?';

/** Says that rows before `keptFrom` may be gone. Never takes it back. */
function* moveHorizon(
  tx: Writer,
  keptFrom: number,
  { by, keepDays, at }: { by: Actor | undefined; keepDays: number; at: number },
): Work<void> {
  const moved = yield* wait(tx.statement<[number, number]>(MOVE).run(keptFrom, keptFrom));
  if (moved === 0) return;
  const changes = { keepDays, keptFrom };
  yield* appendToAuditLog(tx, { entityType: 'usage', entityId: 'all', action: 'retain', actor: by, changes, at });
}

/** Each batch is a commit, and whoever else writes gets a turn before the next. */
async function inBatches(database: IronDatabase, drop: SqlText, keptFrom: number, batchSize: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const dropped = await database.write((tx) => wait(tx.statement<[number, number]>(drop).run(keptFrom, batchSize)));
    deleted += dropped;
    if (dropped < batchSize) return deleted;
    await nextTurn();
  }
}
