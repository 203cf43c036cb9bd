import { databaseOfTest, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { applyPostgresMigrations } from '../migrations/apply-postgres-migrations.ts';
import { locationOf, postgresMigrations } from '../migrations/postgres-migrations.fixture.ts';
import { ask } from '../notes.fixture.ts';

/** When it was migrated, and its rows were made. */
export const LONG_AGO = 1_750_000_000_000;

/** How many of the migrations it has. */
export const OLD_COUNT = 3;

export const USERS = 'SELECT username FROM users ORDER BY username';

/** A database of an older Iron, with two users and a token. */
export async function oldDatabase(count = OLD_COUNT): Promise<PostgresOfTest> {
  return await databaseOfTest(`old_${count}`, async (url) => await makeOld(url, count));
}

async function makeOld(url: string, count: number): Promise<void> {
  await applyPostgresMigrations(
    { location: locationOf(url) },
    { migrations: postgresMigrations(count), now: () => LONG_AGO },
  );
  await ask(
    url,
    `INSERT INTO users (id, username, role, created_at) VALUES ('a', 'ada', 'admin', ${LONG_AGO}), ('b', 'bob', 'user', ${LONG_AGO});
     INSERT INTO api_tokens (token_hash, user_id, created_at) VALUES (repeat('a', 64), 'a', ${LONG_AGO}); SELECT 1`,
  );
}

/** The numbers of the migrations that it has. */
export async function guardsOf(database: PostgresOfTest): Promise<number[]> {
  const tables = await database.ask(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname ~ '^_migration_[0-9]+_completed$' ORDER BY 1`,
  );
  return tables.map(({ name }) => Number(/\d+/.exec(String(name))?.[0]));
}
