import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { backupPostgresDatabase } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

/** A role that is gone after the test, with all that it owns. */
async function addRole(database: PostgresOfTest, as: string): Promise<string> {
  const role = `iron_${as}_${randomBytes(4).toString('hex')}`;
  await database.ask(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; SELECT 1`);
  onTestFinished(async () => void (await database.ask(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}; SELECT 1`)));
  return role;
}

function locationAs(database: PostgresOfTest, role: string) {
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  return parsePostgresUrl(url.href, process.cwd(), {});
}

const reset = async (database: PostgresOfTest) =>
  await resetPostgresDatabase({ ...database, seed: true, environment: 'development' });

const COMMANDS = {
  reset,
  async restore(database: PostgresOfTest) {
    await backupPostgresDatabase(database);
    return await restorePostgresDatabase({ ...database, from: 'last', environment: 'development' });
  },
} as const;

describe.each(['reset', 'restore'] as const)('after a %s', (command) => {
  test('others may do what they might before, with a table, a column and a sequence, and nothing more', async () => {
    const database = await migratedDatabase();
    const role = await addRole(database, 'analyst');
    await database.ask(
      `GRANT SELECT, INSERT ON users TO ${role}; GRANT SELECT (id, name) ON api_tokens TO ${role} WITH GRANT OPTION;
       GRANT SELECT ON SEQUENCE api_tokens_id_seq TO ${role}; GRANT SELECT ON _iron TO PUBLIC; SELECT 1`,
    );
    const rights = `SELECT c.relname::text AS name, x.privilege_type AS may, x.is_grantable AS grants, x.grantee::text
        FROM pg_class AS c, aclexplode(c.relacl) AS x WHERE relnamespace = 'public'::regnamespace AND x.grantee <> c.relowner
      UNION ALL SELECT c.relname || '.' || a.attname, x.privilege_type, x.is_grantable, x.grantee::text
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid, aclexplode(a.attacl) AS x
        WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2`;
    const before = await database.ask(rights);

    await COMMANDS[command](database);

    expect(before).toHaveLength(6);
    expect(await database.ask(rights)).toEqual(before);
  });

  test('by an administrator, the owner of the tables still owns all that there is, and can do the same', async () => {
    const database = await migratedDatabase();
    const owner = await addRole(database, 'owner');
    await database.ask(
      `GRANT ALL ON SCHEMA public TO ${owner}; DO $$ BEGIN
         EXECUTE format('GRANT CREATE ON DATABASE %I TO ${owner}', current_database()); END $$; SELECT 1`,
    );
    const location = locationAs(database, owner);
    await giveAllTo(database, owner);

    await COMMANDS[command](database);

    expect(await database.ask(OWNERS)).toEqual([{ owner }]);
    expect(await COMMANDS[command]({ ...database, location })).toMatchObject({ backup: { reason: command } });
    expect(await database.ask(OWNERS)).toEqual([{ owner }]);
  });
});

const OWNERS = `
  SELECT pg_get_userbyid(relowner)::text AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION SELECT pg_get_userbyid(proowner)::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace`;

async function giveAllTo(database: PostgresOfTest, owner: string): Promise<void> {
  const changes = await database.ask(
    `SELECT format('ALTER TABLE %I OWNER TO ${owner}', relname) AS sql FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     UNION ALL SELECT format('ALTER ROUTINE %I() OWNER TO ${owner}', proname) FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace`,
  );
  await database.ask(`${changes.map(({ sql }) => String(sql)).join('; ')}; SELECT 1`);
}
