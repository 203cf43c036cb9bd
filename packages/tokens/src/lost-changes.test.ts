import type { IronDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { AgentStorage } from './agents/agent-storage.ts';
import { execute } from './database-statements.fixture.ts';
import { refusalOf } from './refusal.fixture.ts';
import { TokenStorage } from './tokens/token-storage.ts';
import { UserStorage } from './users/user-storage.ts';

/** From now on such a change of the table changes nothing, without a word. */
async function loseChanges(database: IronDatabase, change: 'UPDATE' | 'DELETE', table: string): Promise<void> {
  await execute(database, {
    sqlite: `CREATE TRIGGER lose_${change} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(IGNORE); END`,
    postgres: `CREATE RULE lose_${change} AS ON ${change} TO ${table} DO INSTEAD NOTHING`,
  });
}

const LOG = 'SELECT action FROM audit_log UNION ALL SELECT operation FROM user_audit_log';

test.each([
  ['revoking a token', 'token 1', (tokens: TokenStorage) => tokens.revokeToken({ tokenId: 1 })],
  ['deactivating a token', 'token 1', (tokens: TokenStorage) => tokens.deactivateToken({ tokenId: 1 })],
  ['changing a token', 'token 1', (tokens: TokenStorage) => tokens.updateToken({ tokenId: 1, name: 'x' })],
  ['rotating a token', 'token 1', (tokens: TokenStorage) => tokens.rotateToken({ tokenId: 1, overlapMs: 0 })],
  ['deleting a token', 'token 1', (tokens: TokenStorage) => tokens.deleteToken({ tokenId: 1 })],
])('%s fails where somebody has arranged that nothing comes of it', async (_, row, change) => {
  await using made = await testDatabase();
  await using tokens = await TokenStorage.open(made.database);
  await tokens.createToken({ userId: 'ada' });
  await loseChanges(made.database, 'UPDATE', 'api_tokens');
  await loseChanges(made.database, 'DELETE', 'api_tokens');

  const refusal = await refusalOf(change(tokens));

  expect(refusal).toMatchObject({ code: 'database.change_lost', details: { row } });
  expect(await made.database.reader.statement(LOG).all()).toEqual([{ action: 'create' }]);
});

test.each([
  ['suspending a user', (users: UserStorage) => users.suspendUser({ userId: 'ada' })],
  ['deleting a user', (users: UserStorage) => users.deleteUser({ userId: 'ada' })],
  ['taking a role from a user', (users: UserStorage) => users.changeRole({ userId: 'ada', role: 'viewer' })],
  ['resetting a password', (users: UserStorage) => users.resetPassword({ userId: 'ada' })],
])('%s fails where somebody has arranged that nothing comes of it', async (_, change) => {
  await using made = await testDatabase();
  await using users = await UserStorage.open(made.database);
  await users.createUser({ id: 'ada', username: 'ada', role: 'user' });
  await loseChanges(made.database, 'UPDATE', 'users');

  expect(await refusalOf(change(users))).toMatchObject({ code: 'database.change_lost', details: { row: 'user ada' } });
  expect(await made.database.reader.statement(LOG).all()).toEqual([{ action: 'create' }]);
});

test('taking a provider from an agent fails where somebody has arranged that nothing comes of it', async () => {
  await using made = await testDatabase();
  await using agents = await AgentStorage.open(made.database);
  const { id } = await agents.createAgent({ name: 'a', providers: ['openai'] });
  await loseChanges(made.database, 'UPDATE', 'agents');

  const refusal = await refusalOf(agents.setProviders({ agentId: id, providers: [] }));

  expect(refusal).toMatchObject({ code: 'database.change_lost', details: { row: `agent ${id}` } });
});
