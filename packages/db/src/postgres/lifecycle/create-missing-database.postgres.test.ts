import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DatabaseMissingError } from '../../connection/connection-errors.ts';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { migratedDatabase, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { ask } from '../notes.fixture.ts';
import { createMissingDatabase } from './create-missing-database.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';

/** A database of another name on the same server, which is not there; what becomes of it is gone after the test. */
function missingBeside(database: PostgresOfTest, name: string): { url: string; location: PostgresLocation } {
  onTestFinished(async () => void (await database.ask(`DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`)));
  const url = new URL(database.url);
  url.pathname = encodeURIComponent(name);
  return { url: url.href, location: parsePostgresUrl(url.href, process.cwd(), {}) };
}

const unique = () => randomBytes(4).toString('hex');

describe('a database of a server that is not there', () => {
  test('is made by a reset, whatever its name', async () => {
    const database = await migratedDatabase();
    const { url, location } = missingBeside(database, `Irön "of" ${unique()}`);

    const report = await resetPostgresDatabase({ ...database, location, seed: true, environment: 'development' });

    expect(report).toMatchObject({ backup: null, seed: { users: 3 } });
    expect(await ask(url, 'SELECT count(*)::int AS users FROM users')).toEqual([{ users: 3 }]);
    expect(await ask(url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });

  test('is made once by several at the same moment', async () => {
    const database = await migratedDatabase();
    const { url, location } = missingBeside(database, `iron_missing_${unique()}`);

    await Promise.all(Array.from({ length: 4 }, async () => await createMissingDatabase(location)));

    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('is asked for by the statement that an administrator runs, where this user may not make one', async () => {
    const database = await migratedDatabase();
    const role = `iron_poor_${unique()}`;
    await database.ask(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; SELECT 1`);
    onTestFinished(async () => void (await database.ask(`DROP ROLE ${role}`)));
    const missing = missingBeside(database, `iron_missing_${unique()}`);
    const url = new URL(missing.url);
    url.username = role;
    url.password = 'x';
    const location = parsePostgresUrl(url.href, process.cwd(), {});
    const reset = async () =>
      await resetPostgresDatabase({ ...database, location, seed: true, environment: 'development' });

    const refused = await refusalOf(reset());

    expect(refused).toBeInstanceOf(DatabaseMissingError);
    const sql = /CREATE DATABASE .*;/.exec(refused.hint ?? '')?.[0] ?? '';
    expect(sql).toBe(`CREATE DATABASE "${location.database}" OWNER "${role}" TEMPLATE template0 ENCODING 'UTF8';`);
    await database.ask(sql);
    expect(await reset()).toMatchObject({ backup: null, seed: { users: 3 } });
  });
});
