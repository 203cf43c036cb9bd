import { truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listBackups } from '../backup/backup-record.ts';
import { type DatabaseFolder, databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import { crashAfter, startProcess } from '../lifecycle/database-process.fixture.ts';
import { makeDatabase, openRaw } from '../lifecycle/made-database.fixture.ts';
import { planMigration } from '../lifecycle/migrate-database.ts';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { checkSeededDatabase } from './check-seeded-database.ts';
import { databaseStatus } from './database-status.ts';
import { inspectDatabase, inspectTable } from './inspect-database.ts';
import { verifyDatabase } from './verify-database.ts';

/** Every command that only reads; each says how many users it saw, where it can. */
const READERS: Readonly<Record<string, (path: string) => unknown>> = {
  status: (path) => databaseStatus(path),
  verify: (path) => verifyDatabase({ path, environment: 'development' }),
  inspect: (path) => inspectDatabase(path),
  'inspect users': (path) => inspectTable({ path, table: 'users', limit: 10 }),
  'migrate --dry-run': (path) => planMigration(path),
  'seed --check': (path) => checkSeededDatabase(path),
  backups: (path) => listBackups(path),
};

const STATES: readonly [string, (folder: DatabaseFolder) => unknown][] = [
  ['in WAL mode', () => undefined],
  [
    'in rollback mode',
    ({ database }) => {
      using raw = openRaw(database);
      raw.connection.pragma('journal_mode = DELETE');
    },
  ],
  ['with the -wal of a process that died', ({ database }) => crashAfter('commit', database)],
];

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test.each(STATES)('leaves a database %s as it is, with all that lies around it', async (__, prepare) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await prepare(folder);
    const before = fingerprint(folder.path);

    await read(folder.database);
    await read(folder.database);

    expect(fingerprint(folder.path)).toEqual(before);
  });

  test('reads beside a process that has the database open', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using _holder = await startProcess('commit', folder.database);
    const before = fingerprint(folder.path);

    await read(folder.database);

    expect(fingerprint(folder.path)).toEqual(before);
  });
});

describe('reading', () => {
  test('sees the rows that are in the -wal only', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);

    expect(inspectTable({ path: folder.database, table: 'users', limit: 10 }).total).toBe(2);
    expect(databaseStatus(folder.database).walBytes).toBeGreaterThan(0);
  });

  test('names the process that has the database open', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await using holder = await startProcess('hold', folder.database);

    expect(databaseStatus(folder.database).holders).toMatchObject([{ pid: holder.pid }]);
  });

  const { backups: _, ...others } = READERS;

  test.each(Object.entries(others))('by %s waits for a writer where a process died in a write', async (__, read) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('half-write', folder.database);
    const before = fingerprint(folder.path);

    const refused = await refusalOf(Promise.resolve().then(() => read(folder.database)));

    expect(refused.code).toBe('database.recovery_needed');
    expect(fingerprint(folder.path)).toEqual(before);
  });

  test.each(Object.entries(others))('by %s does not lose the log of a file that was emptied', async (name, read) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await crashAfter('commit', folder.database);
    truncateSync(folder.database);
    const before = fingerprint(folder.path);

    const result: unknown = await Promise.resolve()
      .then(() => read(folder.database))
      .catch((error: unknown) => error);

    expect(result).toMatchObject(name === 'verify' ? { passed: false } : { code: 'database.corrupt' });
    expect(fingerprint(folder.path)).toEqual(before);
  });
});
