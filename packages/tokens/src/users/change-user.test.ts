import { testDatabase } from '@iron/test-database';
import { describe, expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { TokenStorage } from '../tokens/token-storage.ts';
import { ADA, logOf, NOON, PASSWORD, testUsers, withStaff } from './test-users.fixture.ts';
import { LastAdminError, SelfChangeRefusedError, UserDeletedError, UserNotFoundError } from './user-errors.ts';
import { UserStorage } from './user-storage.ts';

const BOB = { userId: 'bob' };

describe('suspending and activating', () => {
  test('are kept with time, person and reason', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users, clock } = given;

    clock.time = NOON + 1;
    const suspended = await users.suspendUser({ userId: 'bob', reason: 'left the team', actor: ADA });
    clock.time = NOON + 2;
    const active = await users.activateUser({ userId: 'bob', actor: ADA });

    expect(suspended).toMatchObject({ state: 'suspended', suspendedAt: NOON + 1, suspendedBy: 'ada' });
    expect(active).toMatchObject({ state: 'active', suspendedAt: null, suspendedBy: null });
    expect((await logOf(given)).slice(3)).toEqual([
      {
        operation: 'suspend',
        target: 'bob',
        by: 'ada',
        before: '{"state":"active"}',
        after: '{"state":"suspended"}',
        reason: 'left the team',
        at: NOON + 1,
      },
      {
        operation: 'activate',
        target: 'bob',
        by: 'ada',
        before: '{"state":"suspended"}',
        after: '{"state":"active"}',
        reason: null,
        at: NOON + 2,
      },
    ]);
  });

  test('that change nothing write nothing', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users } = given;
    await users.suspendUser({ userId: 'vera', actor: ADA });
    const before = await logOf(given);

    await users.suspendUser({ userId: 'vera', actor: BOB });
    await users.activateUser({ userId: 'bob' });
    await users.changeRole({ userId: 'bob', role: 'admin' });

    expect(await logOf(given)).toEqual(before);
    expect(await users.getUser({ id: 'vera' })).toMatchObject({ suspendedBy: 'ada' });
  });

  test('an account that was switched off by hand counts as suspended and can be activated', async () => {
    await using given = await testUsers();
    await withStaff(given);
    await execute(given.database, "UPDATE users SET is_active = 0 WHERE id = 'vera'");

    expect(await given.users.getUser({ id: 'vera' })).toMatchObject({ state: 'suspended', suspendedAt: null });
    expect(await given.users.activateUser({ userId: 'vera' })).toMatchObject({ state: 'active' });
  });
});

describe('deleting', () => {
  test('keeps the account, its name and its history, and forgets its password', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users } = given;
    await users.resetPassword({ userId: 'bob', password: PASSWORD });

    const deleted = await users.deleteUser({ userId: 'bob', reason: 'asked for it', actor: ADA });

    expect(deleted).toMatchObject({ state: 'deleted', deletedAt: NOON, deletedBy: 'ada', hasPassword: false });
    expect(await users.getUser({ username: 'bob' })).toEqual(deleted);
    const stored = await given.database.reader.statement("SELECT password_hash FROM users WHERE id = 'bob'").get();
    expect(stored).toEqual({ password_hash: null });
    expect((await logOf(given)).at(-1)).toMatchObject({ operation: 'delete', by: 'ada', reason: 'asked for it' });
    await expect(users.createUser({ username: 'bob', role: 'user' })).rejects.toThrow('already a user');
  });

  test('is for good', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users } = given;
    await users.deleteUser({ userId: 'vera' });
    const before = await logOf(given);

    await expect(users.activateUser({ userId: 'vera' })).rejects.toThrow(UserDeletedError);
    await expect(users.suspendUser({ userId: 'vera' })).rejects.toThrow(UserDeletedError);
    await expect(users.changeRole({ userId: 'vera', role: 'admin' })).rejects.toThrow(UserDeletedError);
    await expect(users.resetPassword({ userId: 'vera' })).rejects.toThrow(UserDeletedError);
    await users.deleteUser({ userId: 'vera' });

    expect(await logOf(given)).toEqual(before);
  });

  test('gives the address free', async () => {
    await using given = await testUsers();
    await withStaff(given);
    await given.users.deleteUser({ userId: 'ada', actor: BOB });

    const heir = await given.users.createUser({ username: 'heir', email: 'ada@example.org', role: 'user' });

    expect(await given.users.getUser({ email: 'ada@example.org' })).toEqual(heir);
  });
});

describe('the tokens of a user', () => {
  test('are refused by the next call after a suspension or a deletion, and work again after an activation', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users, database } = given;
    await using tokens = await TokenStorage.open(database);
    const { secret } = await tokens.createToken({ userId: 'vera' });
    const tryToken = async () => (await tokens.verifyToken(secret).catch(() => undefined))?.userId;

    const answers = [await tryToken()];
    await users.suspendUser({ userId: 'vera' });
    answers.push(await tryToken());
    await users.activateUser({ userId: 'vera' });
    answers.push(await tryToken());
    await users.deleteUser({ userId: 'vera' });
    answers.push(await tryToken());

    expect(answers).toEqual(['vera', undefined, 'vera', undefined]);
  });
});

describe('changing a role', () => {
  test('is in the log with both roles', async () => {
    await using given = await testUsers();
    await withStaff(given);

    const user = await given.users.changeRole({ userId: 'vera', role: 'user', reason: 'works here now', actor: ADA });

    expect(user.role).toBe('user');
    expect((await logOf(given)).at(-1)).toEqual({
      operation: 'role_change',
      target: 'vera',
      by: 'ada',
      before: '{"role":"viewer"}',
      after: '{"role":"user"}',
      reason: 'works here now',
      at: NOON,
    });
  });
});

describe('nobody', () => {
  test('demotes, promotes, suspends or deletes themselves', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users } = given;
    const before = await logOf(given);

    await expect(users.changeRole({ userId: 'ada', role: 'viewer', actor: ADA })).rejects.toThrow(
      SelfChangeRefusedError,
    );
    await expect(users.suspendUser({ userId: 'ada', actor: ADA })).rejects.toThrow('"ada" cannot suspend themselves.');
    await expect(users.deleteUser({ userId: 'ada', actor: ADA })).rejects.toThrow(SelfChangeRefusedError);
    const vera = { userId: 'vera' };
    await expect(users.changeRole({ ...vera, role: 'admin', actor: vera })).rejects.toThrow(SelfChangeRefusedError);

    expect(await logOf(given)).toEqual(before);
    expect(await users.getUser({ id: 'ada' })).toMatchObject({ role: 'admin', state: 'active' });
  });

  test('changes a user whom there is not', async () => {
    await using given = await testUsers();
    const nobody = { userId: 'nobody' };

    await expect(given.users.suspendUser(nobody)).rejects.toThrow(UserNotFoundError);
    await expect(given.users.activateUser(nobody)).rejects.toThrow(UserNotFoundError);
    await expect(given.users.deleteUser(nobody)).rejects.toThrow(UserNotFoundError);
    await expect(given.users.changeRole({ ...nobody, role: 'user' })).rejects.toThrow(UserNotFoundError);
    await expect(given.users.resetPassword(nobody)).rejects.toThrow(UserNotFoundError);
    expect(await logOf(given)).toEqual([]);
  });
});

describe('the last active administrator', () => {
  test('stays, whoever asks', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const { users } = given;
    await users.suspendUser({ userId: 'ada', actor: BOB });

    await expect(users.changeRole({ userId: 'bob', role: 'user' })).rejects.toThrow(LastAdminError);
    await expect(users.suspendUser({ userId: 'bob', actor: ADA })).rejects.toThrow(LastAdminError);
    await expect(users.deleteUser({ userId: 'bob', actor: ADA })).rejects.toThrow(LastAdminError);

    expect(await users.deleteUser({ userId: 'ada', actor: BOB })).toMatchObject({ state: 'deleted' });
  });

  test.each(['changeRole', 'suspendUser', 'deleteUser'] as const)(
    'stays when two do it to each other at once: %s',
    async (method) => {
      await using made = await testDatabase({ shared: true });
      await using one = await UserStorage.open(made.url);
      await using other = await UserStorage.open(made.url);
      await one.createUser({ id: 'ada', username: 'ada', role: 'admin' });
      await one.createUser({ id: 'bob', username: 'bob', role: 'admin' });
      const take = async (users: UserStorage, userId: string, actor: { userId: string }) =>
        method === 'changeRole'
          ? await users.changeRole({ userId, role: 'user', actor })
          : await users[method]({ userId, actor });

      const both = await Promise.allSettled([take(one, 'bob', ADA), take(other, 'ada', BOB)]);

      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'user.last_admin' } });
      expect((await one.listUsers({ role: 'admin', state: 'active' })).items).toHaveLength(1);
    },
  );
});
