import { describe, expect, test } from 'vitest';
import { checkSeededDatabase } from '../verify/check-seeded-database.ts';
import { databaseFolder, fingerprint, listing } from './database-folder.fixture.ts';
import { addUser, GUIDE_TIME, makeDatabase, makeOldDatabase, openRaw, usersIn } from './made-database.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';
import { seedExistingDatabase } from './seed-existing-database.ts';

const now = () => GUIDE_TIME;

describe('seeding a database file', () => {
  test('adds the development data to what is there', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    const report = await seedExistingDatabase({ path: folder.database, environment: 'development', now });

    expect(report).toEqual({ path: folder.database, users: 3, tokens: 3, limits: 3, usageRecords: 7 });
    expect(usersIn(folder.database)).toEqual(['admin', 'old', 'project_manager', 'viewer']);
    expect(checkSeededDatabase(folder.database)).toEqual({ path: folder.database, drift: [] });
  });

  test.each([
    ['in production', 'development', 'production', 'lifecycle.production_refused'],
    ['of production', 'production', 'development', 'lifecycle.production_refused'],
  ] as const)('is refused %s, and nothing changes', async (_, marker, environment, code) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { environment: marker });
    const before = fingerprint(folder.path);

    const refused = await refusalOf(seedExistingDatabase({ path: folder.database, environment }));

    expect(refused.code).toBe(code);
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('is refused where there is no database, and makes none', async () => {
    using folder = databaseFolder();
    const refused = await refusalOf(seedExistingDatabase({ path: folder.database, environment: 'development' }));
    expect(refused.code).toBe('database.missing');
    expect(listing(folder.path)).toEqual([]);
  });

  test('is refused by an older database, with the migrations that it lacks', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);

    const refused = await refusalOf(seedExistingDatabase({ path: folder.database, environment: 'development' }));

    expect(refused.code).toBe('migration.pending');
    expect(refused.message).toContain('002_length_constraints.sql');
    expect(() => checkSeededDatabase(folder.database)).toThrow(/lacks migrations 002_length_constraints\.sql/);
  });
});

describe('checking the seed of a database file', () => {
  test('tells what is missing and what was changed, and leaves the file as it is', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database, { seed: true });
    {
      using database = openRaw(folder.database);
      addUser(database.connection, 'user_of_mine');
      database.connection.exec("DELETE FROM users WHERE username = 'viewer'; UPDATE users SET role = 'viewer'");
    }
    const before = fingerprint(folder.path);

    const { drift } = checkSeededDatabase(folder.database);

    expect(drift.map(({ kind, row }) => `${kind}: ${row}`)).toEqual([
      'changed: user admin',
      'changed: user project_manager',
      'missing: user viewer',
    ]);
    expect(fingerprint(folder.path)).toEqual(before);
  });
});
