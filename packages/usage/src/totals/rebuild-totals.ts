import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Actor,
  actorSchema,
  appendToAuditLog,
  type IronDatabase,
  parseInput,
  type ServiceContext,
  type SqlText,
  wait,
  type Work,
  type Writer,
} from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';
import { readHorizon } from '../retention/horizon.ts';
import { derivedLines, onEach, ROLL_UPS, type RollUp, SUM_COLUMNS } from './roll-ups.ts';
import { type StrayLine, strayLines } from './stray-lines.ts';
import { usedDays } from './used-days.ts';

/** How many days' sums were made anew. */
export interface RebuildReport {
  readonly days: number;
}

const rebuildSchema = z.strictObject({ actor: actorSchema.optional() });

/** What `rebuildTotals` takes. */
export type RebuildInput = z.input<typeof rebuildSchema>;

/** Makes all sums anew from the rows, each UTC day in a commit of its own. Sums whose rows were dropped stay. */
export async function rebuildTotals({ database, now }: ServiceContext, input: unknown): Promise<RebuildReport> {
  const { actor } = parseInput('rebuildTotals', rebuildSchema, input);
  const from = await database.read(readHorizon);
  await database.write((tx) => noteRebuild(tx, actor, from, now()));
  let days = 0;
  for await (const day of usedDays(database, from)) {
    days += 1;
    await database.write((tx) => rebuildDay(tx, day));
    await nextTurn();
  }
  await dropStrays(database, from);
  return { days };
}

const REBUILDS = ROLL_UPS.map(rebuildOf);

/** The statements that make a day's sums anew. */
function rebuildOf(rollUp: RollUp): { readonly drop: string; readonly insert: SqlText } {
  const { table, keys, time } = rollUp;
  const ofTokens = table === '_usage_by_token' ? 'token_id IN (SELECT id FROM api_tokens) AND' : '';
  const columns = [...keys, time, ...SUM_COLUMNS].join(', ');
  return {
    drop: `DELETE FROM ${table} WHERE ${ofTokens} ${time} >= ? AND ${time} < ?`,
    insert: onEach((engine) => `INSERT INTO ${table} (${columns}) ${derivedLines(rollUp, engine)}`),
  };
}

function* rebuildDay(tx: Writer, day: number): Work<void> {
  // A day whose rows were dropped meanwhile must keep its sums.
  if (day < (yield* readHorizon(tx))) return;
  for (const { drop, insert } of REBUILDS) {
    yield* wait(tx.statement<[number, number]>(drop).run(day, day + DAY));
    yield* wait(tx.statement<[number, number]>(insert).run(day, day + DAY));
  }
}

const DROP_STRAY = `
  DELETE FROM _usage_by_token WHERE token_id = ? AND day = ? AND NOT EXISTS (
    SELECT 1 FROM token_usage r
    WHERE r.token_id = _usage_by_token.token_id AND r.recorded_at >= _usage_by_token.day
      AND r.recorded_at < _usage_by_token.day + ${DAY}
  )`;

async function dropStrays(database: IronDatabase, from: number): Promise<void> {
  for await (const page of strayLines(database, from)) {
    if (page.length > 0) await database.write((tx) => dropPage(tx, page));
  }
}

function* dropPage(tx: Writer, page: readonly StrayLine[]): Work<void> {
  const keptFrom = yield* readHorizon(tx);
  for (const { token_id: tokenId, day } of page) {
    if (day >= keptFrom) yield* wait(tx.statement<[number, number]>(DROP_STRAY).run(tokenId, day));
  }
}

function* noteRebuild(tx: Writer, actor: Actor | undefined, from: number, at: number): Work<void> {
  yield* appendToAuditLog(tx, {
    entityType: 'usage',
    entityId: 'all',
    action: 'rebuild_totals',
    actor,
    changes: { from },
    at,
  });
}
