import { openSqliteDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { PASSWORD } from './test-users.fixture.ts';
import { UserStorage } from './user-storage.ts';

test.each(['nobody', 'bob', 'ada'])(
  'signing in costs a commit, as a wrong guess does, also for the name %s',
  async (username) => {
    await using made = await testDatabase({ shared: true });
    await using users = await UserStorage.open(made.database);
    await users.createUser({ username: 'ada', role: 'admin', password: PASSWORD });
    await users.createUser({ username: 'bob', role: 'admin' });
    using observer = await openSqliteDatabase(made.url);
    const version = () => Number(observer.connection.pragma('data_version', { simple: true }));
    const before = version();

    await users.verifyPassword({ username, password: 'wrong horse battery staple' }).catch(() => undefined);

    expect(version()).toBe(before + 1);
    const failures = observer.connection.prepare('SELECT sum(failed_logins) FROM users').pluck().get();
    expect(failures).toBe(username === 'ada' ? 1 : 0);
  },
);
