import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { cloneDatabase } from '@iron/test-postgres';
import { onTestFinished } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { guardTableName } from '../../migrations/guard-table.ts';
import { ask } from '../notes.fixture.ts';
import { readPostgresFiles } from '../structure/migrated-postgres.fixture.ts';

/** Any moment. */
export const NOW = 1_764_240_000_000;

/** A database of a test on the server of the tests, and a folder for its backups, until the end of the test. */
export interface PostgresOfTest {
  readonly url: string;
  readonly location: PostgresLocation;
  /** In which `backups/` is. */
  readonly folder: string;
  /** Statements of somebody else. @returns the rows of the last one */
  readonly ask: (sql: string) => Promise<Record<string, unknown>[]>;
}

/** A migrated database without rows. */
export async function migratedDatabase(): Promise<PostgresOfTest> {
  return await databaseOfTest('lifecycle', migrate);
}

export async function emptyDatabase(): Promise<PostgresOfTest> {
  return await databaseOfTest('lifecycle_empty', async () => undefined);
}

/** A copy of what `build` has made once, for this key and the migrations that there are. */
export async function databaseOfTest(key: string, build: (url: string) => Promise<void>): Promise<PostgresOfTest> {
  const clone = await cloneDatabase({ key, madeFrom: readPostgresFiles().map(({ sql }) => sql), build });
  const folder = mkdtempSync(join(tmpdir(), 'iron-backups-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    await clone.drop();
  });
  const location = parsePostgresUrl(clone.url, process.cwd(), {});
  return { url: clone.url, location, folder, ask: async (sql) => await ask(clone.url, sql) };
}

async function migrate(url: string): Promise<void> {
  for (const { file, sql } of readPostgresFiles()) {
    const guard = guardTableName(Number(file.slice(0, 3)));
    await ask(
      url,
      `BEGIN; ${sql};
       CREATE TABLE ${guard} (applied_at bigint NOT NULL, checksum text COLLATE "C" NOT NULL);
       INSERT INTO ${guard} VALUES (${NOW}, '${sha256(sql)}'); COMMIT; SELECT 1`,
    );
  }
  await ask(
    url,
    `INSERT INTO _iron (id, instance_id, environment, created_at) VALUES (1, 'test', 'development', ${NOW})`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
