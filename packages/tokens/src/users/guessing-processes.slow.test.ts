import { testDatabase } from '@iron/test-database';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { PASSWORD } from './test-users.fixture.ts';
import { UserStorage } from './user-storage.ts';

const PROGRAM = new URL('./guess-program.fixture.ts', import.meta.url);

test('four processes that guess together have five guesses together', async () => {
  await using made = await testDatabase({ shared: true });
  const { database, url } = made;
  await using users = await UserStorage.open(database);
  await users.createUser({ id: 'ada', username: 'ada', role: 'admin', password: PASSWORD });

  const guessers = ['one', 'two', 'three', 'four'].map(
    async (word) =>
      await startProgram(PROGRAM, url, 'ada', '25', `the wrong password, number ${word}`).remainingLines(),
  );

  expect(await Promise.all(guessers)).toEqual([['0'], ['0'], ['0'], ['0']]);
  const row = await database.reader.statement("SELECT failed_logins FROM users WHERE id = 'ada'").get();
  expect(row).toEqual({ failed_logins: 5 });
  await expect(users.verifyPassword({ username: 'ada', password: PASSWORD })).rejects.toThrow('cannot sign in now');
});
