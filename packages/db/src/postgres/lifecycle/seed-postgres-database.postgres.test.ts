import { describe, expect, test } from 'vitest';
import { GUIDE_TIME } from '../../lifecycle/made-database.fixture.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { emptyDatabase, migratedDatabase, NOW } from '../backup/backed-up.fixture.ts';
import { postgresName } from '../postgres-name.ts';
import { seedPostgresDatabase } from './seed-postgres-database.ts';

const now = () => GUIDE_TIME;
const USERS = 'SELECT username FROM users ORDER BY username';

describe('seeding a database of a server', () => {
  test('adds the development data to what is there, once', async () => {
    const database = await migratedDatabase();
    await database.ask(
      `INSERT INTO users (id, username, role, created_at) VALUES ('u', 'old', 'admin', ${NOW}); SELECT 1`,
    );
    const path = postgresName(database.location);

    const report = await seedPostgresDatabase({ ...database, environment: 'development', now });

    expect(report).toEqual({ path, users: 3, tokens: 3, limits: 3, usageRecords: 7 });
    const users = ['admin', 'old', 'project_manager', 'viewer'].map((username) => ({ username }));
    expect(await database.ask(USERS)).toEqual(users);
    expect(await database.ask('SELECT seeded_at::text AS at FROM _iron')).toEqual([{ at: String(GUIDE_TIME) }]);
    const again = await seedPostgresDatabase({ ...database, environment: 'development', now });
    expect(again).toEqual({ path, users: 0, tokens: 0, limits: 0, usageRecords: 0 });
  });

  test.each([
    ['in production', 'development', 'production'],
    ['of one of production', 'production', 'development'],
  ] as const)('is refused %s, and nothing changes', async (_, marker, environment) => {
    const database = await migratedDatabase();
    await database.ask(`UPDATE _iron SET environment = '${marker}'; SELECT 1`);

    const refused = await refusalOf(seedPostgresDatabase({ ...database, environment }));

    expect(refused.code).toBe('lifecycle.production_refused');
    expect(await database.ask(USERS)).toEqual([]);
  });

  test('is refused where there is no database, and makes none', async () => {
    const database = await migratedDatabase();
    const missing = { ...database.location, database: 'iron_never_made' };

    const refused = await refusalOf(seedPostgresDatabase({ location: missing, environment: 'development' }));

    expect(refused.code).toBe('database.missing');
    expect(await database.ask("SELECT 1 FROM pg_database WHERE datname = 'iron_never_made'")).toEqual([]);
  });

  test('is refused by one that is not migrated, with the migrations that it lacks', async () => {
    const database = await emptyDatabase();

    const refused = await refusalOf(seedPostgresDatabase({ ...database, environment: 'development' }));

    expect(refused.code).toBe('migration.pending');
    expect(refused.message).toContain('001_initial_schema.sql');
  });
});
