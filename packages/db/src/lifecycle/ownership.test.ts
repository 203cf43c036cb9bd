import { chownSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { type DatabaseFolder, databaseFolder, listing } from './database-folder.fixture.ts';
import { damagePages, GUIDE_TIME, makeDatabase } from './made-database.fixture.ts';
import { migrateDatabase } from './migrate-database.ts';
import { resetDatabase } from './reset-database.ts';

const now = () => GUIDE_TIME;
const OWNER = { uid: 1234, gid: 5678 };

async function makeOwned(folder: DatabaseFolder): Promise<void> {
  await makeDatabase(folder.database);
  for (const path of [folder.path, folder.database]) chownSync(path, OWNER.uid, OWNER.gid);
}

/** Everything in the folder, the lock included, with whose it is. */
function ownersIn(folder: DatabaseFolder): Record<string, unknown> {
  const names = [...listing(folder.path), 'dev_tokens.db-lock'];
  return Object.fromEntries(
    names.map((name) => {
      const { uid, gid } = statSync(folder.file(name));
      return [name, { uid, gid }];
    }),
  );
}

describe.runIf(process.getuid?.() === 0)('what an administrator makes beside a database belongs to its owner:', () => {
  test('the lock, the folder of backups, a backup and its manifest', async () => {
    using folder = databaseFolder();
    await makeOwned(folder);

    await backupDatabase({ path: folder.database, now });

    expect(ownersIn(folder)).toEqual({
      'dev_tokens.db': OWNER,
      'dev_tokens.db-lock': OWNER,
      backups: OWNER,
      'backups/dev_tokens_backup_20241211_143000.db': OWNER,
      'backups/dev_tokens_backup_20241211_143000.db.json': OWNER,
    });
  });

  test('the new database, and the damaged one that was set aside', async () => {
    using folder = databaseFolder();
    await makeOwned(folder);
    damagePages(folder.database, 2);

    await resetDatabase({ path: folder.database, seed: false, environment: 'development', now });

    expect(ownersIn(folder)).toEqual({
      'dev_tokens.db': OWNER,
      'dev_tokens.db-lock': OWNER,
      backups: OWNER,
      'backups/dev_tokens_damaged_20241211_143000.db': OWNER,
    });
  });

  test("where there is no database yet there is no owner, and what is made is the administrator's", async () => {
    using folder = databaseFolder();
    await migrateDatabase({ path: folder.database, environment: 'development' });
    const administrator = { uid: 0, gid: process.getgid?.() };
    expect(ownersIn(folder)).toEqual({ 'dev_tokens.db': administrator, 'dev_tokens.db-lock': administrator });
  });
});
