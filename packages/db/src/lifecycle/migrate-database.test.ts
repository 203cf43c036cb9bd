import { describe, expect, test } from 'vitest';
import { PRODUCTION_MARK, readIdentity } from '../connection/identity.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import { type DatabaseFolder, databaseFolder, fingerprint, listing, modeOf } from './database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase, makeForeignDatabase, makeOldDatabase, openRaw } from './made-database.fixture.ts';
import { migrateDatabase, planMigration } from './migrate-database.ts';
import { refusalOf } from './refusal.fixture.ts';

const BACKUP = 'backups/dev_tokens_backup_20241211_143000.db';

function migrate(folder: DatabaseFolder, environment: 'development' | 'production' = 'development') {
  return migrateDatabase({ path: folder.database, environment, now: () => GUIDE_TIME });
}

describe('migrating a database file', () => {
  test('makes one where there is none, without a backup, for its owner only', async () => {
    using folder = databaseFolder();

    const { applied, backup } = await migrate(folder, 'production');

    expect({ applied: applied.length, backup }).toEqual({ applied: readMigrations().length, backup: null });
    expect(listing(folder.path)).toEqual(['dev_tokens.db']);
    expect(modeOf(folder.database)).toBe('600');
    using database = openRaw(folder.database);
    expect(readIdentity(database.connection)).toMatchObject({ environment: 'production', createdAt: GUIDE_TIME });
  });

  test('of an older one keeps every row, and a verified backup of it', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);

    const { applied, backup } = await migrate(folder);

    expect(applied[0]).toBe('002_length_constraints.sql');
    expect(backup).toMatchObject({
      path: folder.file(BACKUP),
      reason: 'migrate',
      rows: { api_tokens: 50, token_usage: 5_000 },
    });
    using database = openRaw(folder.database);
    expect(database.connection.prepare('SELECT count(*) FROM token_usage').pluck().get()).toBe(5_000);
    await expect(verifyDatabase({ path: folder.database, environment: 'development' })).resolves.toMatchObject({
      passed: true,
    });
  });

  test('again changes nothing and makes no further backup', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const before = fingerprint(folder.path);

    await expect(migrate(folder)).resolves.toEqual({ path: folder.database, applied: [], backup: null });
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('in production marks it as a production database for good, also where nothing was pending', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    await expect(migrate(folder, 'production')).resolves.toMatchObject({ applied: [] });
    await migrate(folder, 'development');

    using database = openRaw(folder.database);
    expect(readIdentity(database.connection)?.environment).toBe('production');
    expect(database.connection.pragma('user_version', { simple: true })).toBe(PRODUCTION_MARK);
  });

  test('of another program is refused', async () => {
    using folder = databaseFolder();
    makeForeignDatabase(folder.database);
    const before = fingerprint(folder.path);

    expect((await refusalOf(migrate(folder))).code).toBe('database.not_iron');
    expect(fingerprint(folder.path)).toEqual(before);
  });
});

describe('the plan of a migration', () => {
  test('of a missing file is every migration, and the file stays missing', () => {
    using folder = databaseFolder();
    const { applied, pending } = planMigration(folder.database);
    expect({ applied, pending: pending.length }).toEqual({ applied: [], pending: readMigrations().length });
    expect(listing(folder.path)).toEqual([]);
  });

  test('of an older one is what it lacks, and the file stays as it is', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    const before = fingerprint(folder.path);

    const { applied, pending } = planMigration(folder.database);

    expect(applied).toEqual([{ number: 1, file: '001_initial_schema.sql', appliedAt: GUIDE_TIME }]);
    expect(pending).toEqual(readMigrations().slice(1));
    expect(fingerprint(folder.path)).toEqual(before);
  });
});
