import { expect, test } from 'vitest';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import { databaseFolder, fingerprint } from './database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase, overwriteAt } from './made-database.fixture.ts';
import { replaceDatabase } from './replace-database.ts';

test('damage of the new database is not taken for damage of the present one, which stays as it is', async () => {
  using folder = databaseFolder();
  await makeDatabase(folder.database);
  await makeDatabase(folder.file('fresh.db'));
  overwriteAt(folder.file('fresh.db'), 100, Buffer.alloc(400, '?'));
  const before = fingerprint(folder.path);

  const replacing = replaceDatabase({
    path: folder.database,
    fresh: folder.file('fresh.db'),
    present: { kind: 'whole', isProduction: false },
    reason: 'reset',
    now: () => GUIDE_TIME,
  });

  await expect(replacing).rejects.toThrow(CorruptDatabaseError);
  await expect(replacing).rejects.toThrow(`${folder.file('fresh.db')} is damaged`);
  expect(fingerprint(folder.path)).toEqual(before);
});
