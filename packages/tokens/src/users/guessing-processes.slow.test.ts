import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForService } from '@iron/db';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { PASSWORD } from './test-users.fixture.ts';
import { UserStorage } from './user-storage.ts';

const PROGRAM = new URL('./guess-program.fixture.ts', import.meta.url);

test('four processes that guess together have five guesses together', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-users-'));
  const url = `sqlite://${join(folder.path, 'users.db')}`;
  const { database } = await openForService(url);
  await using users = await UserStorage.open(database);
  await users.createUser({ id: 'ada', username: 'ada', role: 'admin', password: PASSWORD });

  const guessers = ['one', 'two', 'three', 'four'].map(
    async (word) =>
      await startProgram(PROGRAM, url, 'ada', '25', `the wrong password, number ${word}`).remainingLines(),
  );

  expect(await Promise.all(guessers)).toEqual([['0'], ['0'], ['0'], ['0']]);
  const row = database.connection.prepare("SELECT failed_logins FROM users WHERE id = 'ada'").pluck().get();
  expect(row).toBe(5);
  await expect(users.verifyPassword({ username: 'ada', password: PASSWORD })).rejects.toThrow('cannot sign in now');
  database.close();
});
