import { once } from 'node:events';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { following, ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';

/** Two migrations that take a while: one fills a table, the other rebuilds it. */
export const LONG = {
  [following('fill')]: `
    CREATE TABLE long_parents (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE long_children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES long_parents (id) ON DELETE CASCADE) STRICT;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
      INSERT INTO long_parents SELECT i, hex(randomblob(20)) FROM n;
    INSERT INTO long_children (parent) SELECT id FROM long_parents;`,
  [following('rebuild', 2)]: `
    CREATE TABLE long_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, length INTEGER NOT NULL) STRICT;
    INSERT INTO long_new SELECT id, name, length(name) FROM long_parents;
    DROP TABLE long_parents;
    ALTER TABLE long_new RENAME TO long_parents;
    CREATE INDEX idx_long_parents_name ON long_parents (name);`,
};

export const LONG_ROWS = 40_000;

/**
 * `migrate-program <path> [long]`: says `ready`, waits for a line, migrates the database, and prints the files that it
 * applied, or the code of the error.
 */
const [, program = '', path = '', kind] = process.argv;
if (program.includes('migrate-program')) {
  const migrations = kind === 'long' ? ironMigrationsAnd(LONG) : ironMigrations();
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  process.stdin.unref();
  process.stdout.write(`${await migrate()}\n`);

  async function migrate(): Promise<string> {
    try {
      using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
      const { applied } = await applyAllMigrations(database, { migrations });
      return applied.join(' ');
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
}
