import { copyFileSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import { databaseFolder, fingerprint } from './database-folder.fixture.ts';
import { GUIDE_TIME, makeDatabase, overwriteAt, usersIn } from './made-database.fixture.ts';
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

test.each([
  ['moved to its place', renameSync],
  ['copied over it', copyFileSync],
])('a database that a person has %s during the backup is not replaced', async (_how, put) => {
  using folder = databaseFolder();
  await makeDatabase(folder.database);
  await makeDatabase(folder.file('fresh.db'));
  await makeDatabase(folder.file('other.db'), { marker: 'other' });

  const replacing = replaceDatabase({
    path: folder.database,
    fresh: folder.file('fresh.db'),
    present: { kind: 'whole', isProduction: false },
    reason: 'reset',
    now: () => GUIDE_TIME,
    onProgress: ({ step, done }) => {
      if (step === 'verify' && done === 1) put(folder.file('other.db'), folder.database);
    },
  });

  await expect(replacing).rejects.toMatchObject({ code: 'lifecycle.changed_meanwhile' });
  expect(usersIn(folder.database)).toEqual(['other']);
});
