import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { testTokens, TIME } from './test-tokens.fixture.ts';
import { TokenStorage } from './token-storage.ts';

test('the time of last use does not go to a new token that got the id of a deleted one', async () => {
  await using tokens = await testTokens();
  const { secret, token } = await tokens.storage.createToken({ userId: 'ada' });
  await tokens.storage.verifyToken(secret);
  await tokens.storage.deleteToken({ tokenId: token.id });
  tokens.clock.at = TIME + 1;
  const { token: next } = await tokens.storage.createToken({ userId: 'bob' });
  await tokens.storage.close();

  expect(next.id).toBe(token.id);
  expect((await tokens.storage.getToken(next.id)).lastUsedAt).toBeNull();
});

test('the time of last use in a database that is only read is not kept', async () => {
  await using made = await testDatabase({ shared: true });
  const { url, database } = made;
  await using writing = await TokenStorage.open(database);
  const { secret, token } = await writing.createToken({ userId: 'ada' });
  await using reading = await TokenStorage.open(`${url}?mode=ro`);

  expect((await reading.verifyToken(secret)).userId).toBe('ada');
  await reading.close();
  expect((await writing.getToken(token.id)).lastUsedAt).toBeNull();
});
