import { once } from 'node:events';
import { applyAllMigrations } from '../../migrations/apply-all-migrations.ts';
import { following } from '../../migrations/migration-files.fixture.ts';
import { openPostgresDatabase } from '../open-postgres-database.ts';
import { locationOf, postgresMigrations, postgresMigrationsAnd } from './postgres-migrations.fixture.ts';

/** A migration that takes as long as the test wants: it is killed in its middle. Its replay on no rows takes none. */
export const LONG = {
  [following('long')]: `
    CREATE TABLE long_rows (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO long_rows SELECT i, 'row ' || i FROM generate_series(1, 1000) AS i;
    UPDATE agents SET name = name || CASE WHEN pg_sleep(1) IS NULL THEN '' ELSE '!' END;
    CREATE TABLE long_after (id bigint PRIMARY KEY);`,
};

/**
 * `migrate-program <url> <folder> [long]`: says `ready`, waits for a line, migrates the database, and prints the files that it
 * applied, or the error. The folder is for `backups/`.
 */
const [, program = '', url = '', folder, kind] = process.argv;
if (program.includes('migrate-program')) {
  const migrations = kind === 'long' ? postgresMigrationsAnd(LONG) : postgresMigrations();
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  process.stdin.unref();
  process.stdout.write(`${await migrate()}\n`);

  async function migrate(): Promise<string> {
    try {
      await using database = await openPostgresDatabase(locationOf(url));
      return (await applyAllMigrations(database, { migrations, folder })).applied.join(' ');
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
}
