import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readIdentity } from '../connection/identity.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import { backupFiles, databaseFolder, listing, modeOf } from './database-folder.fixture.ts';
import {
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  makeOldDatabase,
  makeTablelessDatabase,
  openRaw,
  usersIn,
} from './made-database.fixture.ts';
import { type ResetOptions, resetDatabase } from './reset-database.ts';

const BACKUP = 'backups/dev_tokens_backup_20241211_143000.db';

function reset(path: string, options: Partial<ResetOptions> = {}) {
  return resetDatabase({ path, seed: true, environment: 'development', now: () => GUIDE_TIME, ...options });
}

async function findProblems(path: string): Promise<string[]> {
  const { checks } = await verifyDatabase({ path, environment: 'development' });
  return checks.flatMap(({ problems }) => problems);
}

function identityOf(path: string) {
  using database = openRaw(path, { fileMustExist: true });
  return readIdentity(database.connection);
}

describe('a reset', () => {
  test('makes a migrated and seeded database where there is none, for its owner only', async () => {
    using folder = databaseFolder();

    const report = await reset(folder.database);

    expect(report).toMatchObject({
      path: folder.database,
      backup: null,
      setAside: null,
      seed: { users: 3, tokens: 3, usageRecords: 7, limits: 3 },
    });
    expect(report.migrations).toHaveLength(readMigrations().length);
    expect(listing(folder.path)).toEqual(['dev_tokens.db']);
    expect(modeOf(folder.database)).toBe('600');
    expect(usersIn(folder.database)).toEqual(['admin', 'project_manager', 'viewer']);
    expect(await findProblems(folder.database)).toEqual([]);
    expect(identityOf(folder.database)).toMatchObject({ environment: 'development', createdAt: GUIDE_TIME });
  });

  test('without seed leaves every table empty', async () => {
    using folder = databaseFolder();

    await expect(reset(folder.database, { seed: false })).resolves.toMatchObject({ seed: null });
    expect(usersIn(folder.database)).toEqual([]);
    expect(identityOf(folder.database)).toMatchObject({ seededAt: null });
  });

  test('keeps the database that was there as a verified backup', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const former = identityOf(folder.database);

    const { backup, setAside } = await reset(folder.database);

    expect(backup).toMatchObject({ path: folder.file(BACKUP), reason: 'reset', sequence: 1, rows: { users: 1 } });
    expect(setAside).toBeNull();
    expect(usersIn(folder.file(BACKUP))).toEqual(['old']);
    expect(identityOf(folder.file(BACKUP))).toEqual(former);
    expect(usersIn(folder.database)).not.toContain('old');
    expect(identityOf(folder.database)?.instanceId).not.toBe(former?.instanceId);
    expect(listing(folder.path)).toEqual(['backups', BACKUP, `${BACKUP}.json`, 'dev_tokens.db']);
  });

  test('leaves one file in WAL mode, folded back', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await reset(folder.database);

    expect([...readFileSync(folder.database).subarray(18, 20)]).toEqual([2, 2]);
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test.each(['an empty file', 'a database without tables'])('replaces %s without a backup', async (kind) => {
    using folder = databaseFolder();
    if (kind === 'an empty file') writeFileSync(folder.database, '');
    else makeTablelessDatabase(folder.database);

    await expect(reset(folder.database)).resolves.toMatchObject({ backup: null, setAside: null });
    expect(listing(folder.path)).toEqual(['dev_tokens.db']);
    expect(await findProblems(folder.database)).toEqual([]);
  });

  test('of an older or an altered database backs it up as it is', async () => {
    using folder = databaseFolder();
    await makeOldDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('keep me')");
    }

    const { backup } = await reset(folder.database);

    expect(backup?.rows).toMatchObject({ api_tokens: 50, token_usage: 5_000, notes: 1 });
    expect(await findProblems(folder.database)).toEqual([]);
  });

  test('keeps the mode of the file', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    chmodSync(folder.database, 0o640);

    await reset(folder.database);

    expect(modeOf(folder.database)).toBe('640');
  });

  test.runIf(process.getuid?.() === 0)('by an administrator keeps the owner of the file', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    chownSync(folder.database, 1234, 5678);

    await reset(folder.database);

    expect(statSync(folder.database)).toMatchObject({ uid: 1234, gid: 5678 });
  });

  test('through a symbolic link replaces the real file, and the link stays', async () => {
    using folder = databaseFolder();
    mkdirSync(folder.file('real'));
    await makeDatabase(folder.file('real/dev_tokens.db'));
    symlinkSync('real/dev_tokens.db', folder.database);

    const { path, backup } = await reset(folder.database);

    expect(path).toBe(folder.file('real/dev_tokens.db'));
    expect(backup?.path).toBe(folder.file(`real/${BACKUP}`));
    expect(lstatSync(folder.database).isSymbolicLink()).toBe(true);
    expect(usersIn(folder.database)).toContain('admin');
  });

  test('works for a name with spaces, quotes, ?, % and letters beyond ASCII', async () => {
    using folder = databaseFolder(`it's 100% "naïve" ?mode=ro&.日本.db`);
    await makeDatabase(folder.database);

    const { backup } = await reset(folder.database);

    expect(usersIn(backup?.path ?? '')).toEqual(['old']);
    expect(usersIn(folder.database)).toContain('admin');
  });

  test('removes what killed runs left, and nothing else', async () => {
    using folder = databaseFolder();
    mkdirSync(folder.file('.dev_tokens.db.building-Ab12Cd'));
    writeFileSync(folder.file('.dev_tokens.db.building-Ab12Cd/dev_tokens.db'), 'half');
    mkdirSync(folder.file('.other.db.building-Ab12Cd'));

    await reset(folder.database);

    expect(listing(folder.path)).toEqual(['.other.db.building-Ab12Cd', 'dev_tokens.db']);
  });

  test('waits for another one of the same database', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    const reports = await Promise.all([1, 2, 3].map(() => reset(folder.database)));

    expect(reports.map(({ backup }) => backup?.sequence)).toEqual(expect.arrayContaining([1, 2, 3]));
    expect(backupFiles(folder)).toHaveLength(3);
    expect(await findProblems(folder.database)).toEqual([]);
  });

  test('tells how far it is', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const steps = new Set<string>();

    await reset(folder.database, { onProgress: ({ step }) => void steps.add(step) });

    expect([...steps]).toEqual(['migrate', 'backup', 'verify']);
  });
});
