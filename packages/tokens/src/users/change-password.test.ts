import { describe, expect, test } from 'vitest';
import { ADA, logOf, PASSWORD, testUsers, withStaff } from './test-users.fixture.ts';
import { InvalidCredentialsError, PasswordRefusedError } from './user-errors.ts';

const RIGHT = { username: 'ada', password: PASSWORD };
const WRONG_PASSWORD = 'wrong horse battery staple';

describe('resetting a password', () => {
  test('makes one that works once it is changed for an own one', async () => {
    await using given = await testUsers();
    const { users } = given;
    await withStaff(given);

    const { user, temporaryPassword } = await users.resetPassword({ userId: 'bob', actor: ADA });
    const oldPassword = temporaryPassword ?? '';
    const signedIn = await users.verifyPassword({ username: 'bob', password: oldPassword });
    const changed = await users.changePassword({ userId: 'bob', oldPassword, newPassword: PASSWORD });

    expect(temporaryPassword).toMatch(/^(?:[2-9A-HJ-NP-Za-km-z]{5}-){4}[2-9A-HJ-NP-Za-km-z]{5}$/);
    expect([user, signedIn, changed].map(({ mustChangePassword }) => mustChangePassword)).toEqual([true, true, false]);
    expect(await users.verifyPassword({ username: 'bob', password: PASSWORD })).toMatchObject({
      mustChangePassword: false,
    });
    await expect(users.verifyPassword({ username: 'bob', password: oldPassword })).rejects.toThrow('not right');
    expect((await logOf(given)).slice(3)).toMatchObject([
      { operation: 'password_reset', target: 'bob', by: 'ada', before: '{"hasPassword":false}' },
      { operation: 'password_reset', target: 'bob', by: 'bob', after: '{"mustChangePassword":false}' },
    ]);
  });

  test('takes a given one, which is to be changed as well', async () => {
    await using given = await testUsers();
    await withStaff(given);

    const { user, temporaryPassword } = await given.users.resetPassword({ userId: 'bob', password: PASSWORD });

    expect(temporaryPassword).toBe(null);
    expect(user).toMatchObject({ hasPassword: true, mustChangePassword: true });
    await expect(given.users.resetPassword({ userId: 'bob', password: '' })).rejects.toThrow(PasswordRefusedError);
  });
});

describe('changing a password', () => {
  test('asks for the old one, and counts a wrong one as a guess', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const change = async (oldPassword: string) =>
      await given.users.changePassword({ userId: 'ada', oldPassword, newPassword: 'a new password, long' });

    for (let time = 0; time < 5; time += 1) {
      await expect(change(WRONG_PASSWORD)).rejects.toThrow(InvalidCredentialsError);
    }

    await expect(change(PASSWORD)).rejects.toThrow(InvalidCredentialsError);
    await expect(given.users.verifyPassword(RIGHT)).rejects.toThrow(InvalidCredentialsError);
  });

  test('refuses the old one as the new one, and a short one, without counting that', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const change = { userId: 'ada', oldPassword: PASSWORD };

    for (const newPassword of [PASSWORD, PASSWORD, PASSWORD, 'short', 'short', 'short']) {
      await expect(given.users.changePassword({ ...change, newPassword })).rejects.toThrow(PasswordRefusedError);
    }

    expect(await given.users.verifyPassword(RIGHT)).toMatchObject({ id: 'ada' });
  });

  test('of two changes at once with one old password makes one', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const change = { userId: 'ada', oldPassword: PASSWORD };

    const both = await Promise.allSettled([
      given.users.changePassword({ ...change, newPassword: 'the first new password' }),
      given.users.changePassword({ ...change, newPassword: 'the second new password' }),
    ]);

    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const first = { username: 'ada', password: 'the first new password' };
    expect(await given.users.verifyPassword(first)).toMatchObject({ id: 'ada' });
  });
});
