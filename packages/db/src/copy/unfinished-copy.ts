import { z } from 'zod';
import { guardTableName } from '../migrations/guard-table.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import type { CopyEnd, CopyTarget } from './copy-end.ts';
import type { Sql } from './table-statements.ts';
import { UNFINISHED_TABLE } from './unfinished-table.ts';

/** What a copy has to know that goes on where another was killed. */
export interface UnfinishedCopy {
  /** The installation that is copied. */
  readonly instanceId: string;
  readonly startedAt: number;
  /** The guard of the newest migration: tables of another Iron are not filled by this one. */
  readonly migration: string;
  /** Statements that bring back what `disarm` switched off. */
  readonly restore: readonly string[];
  readonly structure: string;
}

/** Marks a migrated, empty database as an unfinished copy, and makes it one; part of one transaction. */
export async function beginCopy(target: CopyTarget, instanceId: string, now: number): Promise<UnfinishedCopy> {
  const structure = await target.structure();
  const restore = await target.disarm();
  await target.execute(`
    CREATE TABLE ${UNFINISHED_TABLE} (
      instance_id text NOT NULL,
      started_at text NOT NULL,
      migration text NOT NULL,
      restore text NOT NULL,
      structure text NOT NULL
    )`);
  const migration = newestGuard();
  await target.query(
    sql(
      `INSERT INTO ${UNFINISHED_TABLE} (instance_id, started_at, migration, restore, structure) VALUES (?, ?, ?, ?, ?)`,
      [instanceId, String(now), migration, JSON.stringify(restore), structure],
    ),
  );
  return { instanceId, startedAt: now, migration, restore, structure };
}

/** What is known of an unfinished copy. */
export async function readUnfinished(target: CopyEnd): Promise<UnfinishedCopy | undefined> {
  const [row] = await target.query(
    sql(`SELECT instance_id, started_at, migration, restore, structure FROM ${UNFINISHED_TABLE}`),
  );
  if (!row) return undefined;
  const [instanceId, startedAt, migration, restore, structure] = z.array(z.string()).length(5).parse(row);
  return {
    instanceId: String(instanceId),
    startedAt: Number(startedAt),
    migration: String(migration),
    restore: z.array(z.string()).parse(JSON.parse(String(restore))),
    structure: String(structure),
  };
}

/** The guard that a database has which this Iron has migrated. */
export function newestGuard(): string {
  return guardTableName(readMigrations().at(-1)?.number ?? 0);
}

/** A statement of the copy's own. */
export function sql(text: string, parameters: Sql['parameters'] = []): Sql {
  return { text, parameters };
}
