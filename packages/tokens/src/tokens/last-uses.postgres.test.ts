import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { TokenStorage } from './token-storage.ts';

test('the time of last use in a database that takes no changes is not kept', async () => {
  await using made = await testDatabase({ shared: true });
  const { database, url } = made;
  await using writing = await TokenStorage.open(database);
  const { secret, token } = await writing.createToken({ userId: 'ada' });
  const [{ name } = { name: '' }] = await database.reader
    .statement<[], { name: string }>('SELECT current_database() AS name')
    .all();
  await execute(database, `ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
  await using reading = await TokenStorage.open(url, { autoMigrate: false });

  expect((await reading.verifyToken(secret)).userId).toBe('ada');
  await reading.close();
  expect((await writing.getToken(token.id)).lastUsedAt).toBeNull();
});
