import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Actor,
  actorSchema,
  appendToAuditLog,
  type IronDatabase,
  parseInput,
  type ServiceContext,
  type Writer,
} from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';
import { readHorizon } from '../retention/horizon.ts';
import { derivedLines, ROLL_UPS, type RollUp, SUM_COLUMNS } from './roll-ups.ts';
import { strayLines } from './stray-lines.ts';
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
  const from = readHorizon(database);
  const rebuilds = ROLL_UPS.map((rollUp) => rebuildOf(database, rollUp));
  await database.write((tx) => noteRebuild(tx, actor, from, now()));
  let days = 0;
  for (const day of usedDays(database, from)) {
    days += 1;
    await database.write(() => {
      // A day whose rows were dropped meanwhile must keep its sums.
      if (day >= readHorizon(database)) for (const rebuild of rebuilds) rebuild(day);
    });
    await nextTurn();
  }
  await dropStrays(database, from);
  return { days };
}

function rebuildOf({ connection }: IronDatabase, rollUp: RollUp): (day: number) => void {
  const { table, keys, time } = rollUp;
  const ofTokens = table === '_usage_by_token' ? 'token_id IN (SELECT id FROM api_tokens) AND' : '';
  const drop = connection.prepare(`DELETE FROM ${table} WHERE ${ofTokens} ${time} >= ? AND ${time} < ?`);
  const insert = connection.prepare(
    `INSERT INTO ${table} (${[...keys, time, ...SUM_COLUMNS].join(', ')}) ${derivedLines(rollUp)}`,
  );
  return (day) => {
    drop.run(day, day + DAY);
    insert.run(day, day + DAY);
  };
}

async function dropStrays(database: IronDatabase, from: number): Promise<void> {
  const drop = database.connection.prepare(
    `DELETE FROM _usage_by_token WHERE token_id = ? AND day = ? AND NOT EXISTS (
       SELECT 1 FROM token_usage r
       WHERE r.token_id = _usage_by_token.token_id AND r.recorded_at >= _usage_by_token.day
         AND r.recorded_at < _usage_by_token.day + ${DAY}
     )`,
  );
  for (const page of strayLines(database, from)) {
    await database.write(() => {
      for (const { token_id: tokenId, day } of page) if (day >= readHorizon(database)) drop.run(tokenId, day);
    });
  }
}

function noteRebuild(tx: Writer, actor: Actor | undefined, from: number, at: number): void {
  appendToAuditLog(tx, {
    entityType: 'usage',
    entityId: 'all',
    action: 'rebuild_totals',
    actor,
    changes: { from },
    at,
  });
}
