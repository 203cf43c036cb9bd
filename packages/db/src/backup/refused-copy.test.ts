import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DatabaseFolder, databaseFolder, fingerprint } from '../lifecycle/database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase, openRaw, overwriteIndexedText } from '../lifecycle/made-database.fixture.ts';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import type { OnProgress } from '../progress.ts';
import { backupDatabase } from './backup-database.ts';
import { BackupNotVerifiedError } from './backup-errors.ts';

/** Something that happens to the copy between being written and being checked, as on a bad disk. */
type Mishap = (copy: string) => void;

const runSql =
  (sql: string): Mishap =>
  (copy) => {
    using database = openRaw(copy, { fileMustExist: true });
    database.connection.exec(sql);
  };

const MISHAPS: readonly [string, Mishap, boolean, RegExp][] = [
  ['lacks a row', runSql("DELETE FROM users WHERE id = 'old'"), false, /table users has 0 rows instead of 1/],
  ['lacks a table', runSql('DROP TABLE token_blacklist'), false, /table token_blacklist has no rows instead of 0/],
  ['lacks an index', runSql('DROP INDEX idx_users_active_role'), false, /index idx_users_active_role is missing/],
  ['has an index that misses its row', (copy) => overwriteIndexedText(copy, 'old'), true, /missing from index/],
];

describe('a copy that is not like the database', () => {
  test.each(MISHAPS)('and %s is no backup: it is removed, and all else stays', async (_, mishap, damaged, problem) => {
    using folder = databaseFolder();
    await makeDatabase(folder.database);
    await backupDatabase({ path: folder.database, now: () => GUIDE_TIME });
    const before = fingerprint(folder.path);

    const refused = await refusalOf(backupDatabase({ path: folder.database, onProgress: beforeCheck(folder, mishap) }));

    expect(refused).toBeInstanceOf(BackupNotVerifiedError);
    expect(refused).toMatchObject({ code: 'backup.not_verified', damaged });
    expect(refused.message).toMatch(problem);
    expect(fingerprint(folder.path)).toEqual(before);
  });
});

test('a folder of backups that goes away meanwhile is said to, and is no error of the program', async () => {
  using folder = databaseFolder();
  await makeDatabase(folder.database);
  const remove: OnProgress = ({ step, done }) => {
    if (step === 'verify' && done === 1) rmSync(folder.file('backups'), { recursive: true });
  };

  const refused = await refusalOf(backupDatabase({ path: folder.database, onProgress: remove }));

  expect(refused).toMatchObject({ code: 'database.io_failed', details: { code: 'ENOENT' } });
});

function beforeCheck(folder: DatabaseFolder, mishap: Mishap): OnProgress {
  return ({ step, done }) => {
    if (step === 'verify' && done === 0) mishap(folder.file('backups/.dev_tokens.db_backup.partial'));
  };
}
