import { expect, test } from 'vitest';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { backupPostgresDatabase, listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { migratedDatabase } from '../backup/backed-up.fixture.ts';
import { locationOf } from '../migrations/postgres-migrations.fixture.ts';
import { findProblems, seededDatabase } from '../verify/seeded-database.fixture.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

const USERS = 'SELECT count(*)::int AS users FROM users';

test.each([
  [
    'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
    ['table users: clause row security should not be there'],
    'table users: clause row security should not be there',
  ],
  [
    'ALTER TABLE project_provider_key_assignments DISABLE TRIGGER ALL',
    ['project_provider_key_assignments_provider_key_id_fkey of table project_provider_key_assignments is switched off'],
    'right again',
  ],
  [
    'ALTER TABLE token_usage DISABLE TRIGGER ALL',
    ['trigger token_usage_adds_up of table token_usage is switched off', 'token_usage_adds_up: enabled D'],
    'clause token_usage_adds_up: enabled D should not be there',
  ],
])('a database is verified, reset and restored after somebody ran: %s', async (sql, problems, left) => {
  const database = await seededDatabase();
  await database.ask(`${sql}; SELECT 1`);
  const [before] = await database.ask(USERS);

  const found = JSON.stringify(await findProblems(database));
  for (const problem of problems) expect(found).toContain(problem);
  await backupPostgresDatabase(database);
  await resetPostgresDatabase({ ...database, seed: false, environment: 'development' });
  expect(await findProblems(database)).toEqual({});

  const [oldest] = listPostgresBackups(database).toReversed();
  const from = oldest?.path ?? '';
  const { problem } = await restorePostgresDatabase({ ...database, from, environment: 'development' });

  expect(await database.ask(USERS)).toEqual([before]);
  expect(problem ?? 'right again').toContain(left);
});

test('a backup is refused to whom row security hides rows: it would lack them', async () => {
  const database = await migratedDatabase();
  const role = `${database.location.database}_owner`;
  await database.ask(
    `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT CREATE ON DATABASE ${database.location.database} TO ${role};
     GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role};
     ALTER TABLE users OWNER TO ${role};
     ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY; SELECT 1`,
  );
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  try {
    const refusal = await refusalOf(backupPostgresDatabase({ ...database, location: locationOf(url.href) }));
    expect(refusal).toMatchObject({ code: 'database.access_refused' });
    expect(refusal.message).toContain('row-level security policy for table "users"');
    const sql = /ALTER TABLE .*;$/.exec(refusal.hint ?? '')?.[0];
    await database.ask(`${sql} SELECT 1`);
    expect(await backupPostgresDatabase({ ...database, location: locationOf(url.href) })).toMatchObject({
      rows: { users: 0 },
    });
  } finally {
    await database.ask(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}; SELECT 1`);
  }
});
