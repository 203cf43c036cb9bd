import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { PASSWORD } from './test-users.fixture.ts';
import { UserStorage } from './user-storage.ts';

const ROWS = 'SELECT id, xmin::text AS version, failed_logins AS failures FROM users ORDER BY id';

test.each(['nobody', 'bob', 'ada'])(
  'signing in costs a new version of one row, as a wrong guess does, also for the name %s',
  async (username) => {
    await using made = await testDatabase();
    await using users = await UserStorage.open(made.database);
    await users.createUser({ id: '1', username: 'ada', role: 'admin', password: PASSWORD });
    await users.createUser({ id: '2', username: 'bob', role: 'admin' });
    const rows = made.database.reader.statement<[], { id: string; version: string; failures: number }>(ROWS);
    const before = await rows.all();

    await users.verifyPassword({ username, password: 'wrong horse battery staple' }).catch(() => undefined);

    const after = await rows.all();
    expect(after.filter(({ version }, index) => version !== before[index]?.version).map(({ id }) => id)).toEqual(['1']);
    expect(after.map(({ failures }) => failures)).toEqual([username === 'ada' ? 1 : 0, 0]);
  },
);
