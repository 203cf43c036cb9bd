import { execFile } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openForService } from '@iron/db';
import { expect, test } from 'vitest';
import { PASSWORD } from './test-users.fixture.ts';
import { UserStorage } from './user-storage.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('guess-program.fixture.ts', import.meta.url));

test('four processes that guess together have five guesses together', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-users-'));
  const url = `sqlite://${join(folder.path, 'users.db')}`;
  const { database } = await openForService(url);
  await using users = await UserStorage.open(database);
  await users.createUser({ id: 'ada', username: 'ada', role: 'admin', password: PASSWORD });

  const guessers = ['one', 'two', 'three', 'four'].map(
    async (word) => await run(process.execPath, [PROGRAM, url, 'ada', '25', `the wrong password, number ${word}`]),
  );
  const outputs = (await Promise.all(guessers)).map(({ stdout }) => stdout);

  expect(outputs).toEqual(['0\n', '0\n', '0\n', '0\n']);
  const row = database.connection.prepare("SELECT failed_logins FROM users WHERE id = 'ada'").pluck().get();
  expect(row).toBe(5);
  await expect(users.verifyPassword({ username: 'ada', password: PASSWORD })).rejects.toThrow('cannot sign in now');
  database.close();
});
