import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync, mkdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { DatabaseMissingError, NotIronError, UnusableDatabaseFileError } from '../connection/connection-errors.ts';
import { backupFiles, databaseFolder, fingerprint, listing, modeOf } from '../lifecycle/database-folder.fixture.ts';
import {
  addUser,
  GUIDE_TIME,
  integrityOf,
  makeDatabase,
  makeForeignDatabase,
  makeTablelessDatabase,
  openRaw,
  usersIn,
} from '../lifecycle/made-database.fixture.ts';
import { backupDatabase } from './backup-database.ts';
import { NothingToBackUpError } from './backup-errors.ts';
import { listBackups } from './backup-record.ts';

const now = () => GUIDE_TIME;

describe('a backup', () => {
  test('is named by the database and the UTC time, in backups/ beside it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    vi.stubEnv('TZ', 'Pacific/Auckland');

    const backup = await backupDatabase({ path: folder.database, now });

    vi.unstubAllEnvs();
    expect(backup).toMatchObject({
      path: folder.file('backups/dev_tokens_backup_20241211_143000.db'),
      sequence: 1,
      reason: 'manual',
      madeAt: GUIDE_TIME,
      referenceViolations: 0,
    });
    expect(backup.rows).toMatchObject({ _iron: 1, users: 1, api_tokens: 0 });
  });

  test('gets a suffix when there is one of that second', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    for (let times = 0; times < 3; times += 1) await backupDatabase({ path: folder.database, now });

    expect(backupFiles(folder)).toEqual([
      'dev_tokens_backup_20241211_143000.db',
      'dev_tokens_backup_20241211_143000_2.db',
      'dev_tokens_backup_20241211_143000_3.db',
    ]);
    expect(listBackups(folder.database).map(({ verified }) => verified)).toEqual([true, true, true]);
  });

  test.each(['dev_tokens_backup_20241211_143000.db', 'dev_tokens_backup_20241211_143000.db.json'])(
    'never replaces a file that somebody else called %s',
    async (name) => {
      using folder = databaseFolder();
      await makeDatabase(folder.database);
      mkdirSync(folder.file('backups'));
      writeFileSync(folder.file(`backups/${name}`), 'mine');

      const backup = await backupDatabase({ path: folder.database, now });

      expect(readFileSync(folder.file(`backups/${name}`), 'utf8')).toBe('mine');
      expect(backup.path).toBe(folder.file('backups/dev_tokens_backup_20241211_143000_2.db'));
    },
  );

  test('can be read by its owner only, whatever the umask and the mode of the database', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    chmodSync(folder.database, 0o644);
    const umask = process.umask(0);

    const backup = await backupDatabase({ path: folder.database, now }).finally(() => process.umask(umask));

    const modes = [folder.file('backups'), backup.path, `${backup.path}.json`].map(modeOf);
    expect(modes).toEqual(['700', '600', '600']);
  });

  test('is one complete file that needs no journal beside it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    const backup = await backupDatabase({ path: folder.database, now });

    expect(listing(folder.file('backups'))).toEqual([basename(backup.path), `${basename(backup.path)}.json`]);
    // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 would be a write-ahead log.
    expect([...readFileSync(backup.path).subarray(18, 20)]).toEqual([1, 1]);
    expect(statSync(backup.path)).toMatchObject({ size: backup.sizeBytes, nlink: 1 });
    expect(integrityOf(backup.path)).toBe('ok');
  });

  test('restores the database by a plain cp', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const backup = await backupDatabase({ path: folder.database, now });
    {
      using database = openRaw(folder.database);
      addUser(database.connection, 'later');
    }

    copyFileSync(backup.path, folder.database);

    expect(usersIn(folder.database)).toEqual(['old']);
    expect(integrityOf(folder.database)).toBe('ok');
  });

  test('has a manifest that says of which database it is, which file it belongs to, why it was made and what is in it', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);

    const { path, ...record } = await backupDatabase({ path: folder.database, now });

    expect(JSON.parse(readFileSync(`${path}.json`, 'utf8'))).toEqual({
      database: 'dev_tokens.db',
      file: basename(path),
      ...record,
    });
  });

  test('is made of a database with broken references too, and says how many', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    {
      using database = openRaw(folder.database);
      database.connection.pragma('foreign_keys = OFF');
      database.connection.exec(
        `INSERT INTO project_provider_key_assignments (project_id, provider_key_id, assigned_at)
         VALUES ('p', 404, ${GUIDE_TIME}), ('q', 404, ${GUIDE_TIME})`,
      );
    }

    await expect(backupDatabase({ path: folder.database, now })).resolves.toMatchObject({ referenceViolations: 2 });
  });

  test('works for a name with spaces, quotes, ?, % and letters beyond ASCII', async () => {
    const name = `it's 100% "naïve" ?#&.日本.db`;
    using folder = databaseFolder(name);
    await makeDatabase(folder.database);

    const backup = await backupDatabase({ path: folder.database, now });

    expect(basename(backup.path)).toBe(`it's 100% "naïve" ?#&.日本_backup_20241211_143000.db`);
    expect(listBackups(folder.database)).toEqual([{ verified: true, ...backup }]);
    expect(usersIn(backup.path)).toEqual(['old']);
  });

  test('removes what a killed one left unfinished, and nothing else', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    mkdirSync(folder.file('backups'));
    for (const ending of ['', '-journal', '.json']) {
      writeFileSync(folder.file(`backups/.dev_tokens.db_backup.partial${ending}`), 'half');
    }
    writeFileSync(folder.file('backups/notes.txt'), 'mine');

    const backup = await backupDatabase({ path: folder.database, now });

    const left = [basename(backup.path), `${basename(backup.path)}.json`, 'notes.txt'];
    expect(listing(folder.file('backups'))).toEqual(left);
  });

  test('leaves the database as it was', async () => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    const before = fingerprint(folder.path);

    await backupDatabase({ path: folder.database, now });

    expect(fingerprint(folder.path)).toMatchObject(before);
    expect(listing(folder.path).filter((name) => !name.startsWith('backups'))).toEqual(['dev_tokens.db']);
  });
});

describe('there is no backup of', () => {
  test('a database that is not there', async () => {
    using folder = databaseFolder();
    await expect(backupDatabase({ path: folder.database })).rejects.toThrow(DatabaseMissingError);
    expect(listing(folder.path)).toEqual([]);
  });

  test.each(['an empty file', 'a database without tables'])(
    '%s: it would be the newest verified one, and be restored',
    async (kind) => {
      using folder = databaseFolder();
      if (kind === 'an empty file') writeFileSync(folder.database, '');
      else makeTablelessDatabase(folder.database);

      await expect(backupDatabase({ path: folder.database })).rejects.toThrow(NothingToBackUpError);
      expect(existsSync(folder.file('backups'))).toBe(false);
    },
  );

  test('a folder, or the database of another program', async () => {
    using folder = databaseFolder();
    makeForeignDatabase(folder.database);
    await expect(backupDatabase({ path: folder.database })).rejects.toThrow(NotIronError);
    await expect(backupDatabase({ path: folder.path })).rejects.toThrow(UnusableDatabaseFileError);
  });
});
