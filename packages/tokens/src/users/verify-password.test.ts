import { hash, parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { ADA, logOf, NOON, PASSWORD, testUsers, type TestUsers, withStaff } from './test-users.fixture.ts';
import { InvalidCredentialsError, PasswordRefusedError } from './user-errors.ts';

const MINUTE = 60_000;
const RIGHT = { username: 'ada', password: PASSWORD };
const WRONG = { username: 'ada', password: 'wrong horse battery staple' };

async function guess({ users }: TestUsers, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await expect(users.verifyPassword(WRONG)).rejects.toThrow(InvalidCredentialsError);
  }
}

function storedHash({ database }: TestUsers): unknown {
  return database.connection.prepare("SELECT password_hash FROM users WHERE id = 'ada'").pluck().get();
}

describe('signing in', () => {
  test('gives the user and keeps the time', async () => {
    await using given = await testUsers();
    await withStaff(given);
    given.clock.time = NOON + MINUTE;

    const user = await given.users.verifyPassword({ username: 'ADA', password: PASSWORD });

    expect(user).toMatchObject({ id: 'ada', role: 'admin', mustChangePassword: false, lastLogin: NOON + MINUTE });
    expect(await given.users.getUser({ id: 'ada' })).toEqual(user);
  });

  test('takes a password however the keyboard composed it', async () => {
    await using given = await testUsers();
    await given.users.createUser({ username: 'zoe', role: 'user', password: 'Zoe\u0308s Passwort, lang' });

    const signIn = given.users.verifyPassword({ username: 'zoe', password: 'Zo\u00EBs Passwort, lang' });

    expect(await signIn).toMatchObject({ username: 'zoe' });
  });

  test('is refused with one and the same error, whatever the reason', async () => {
    await using given = await testUsers();
    const { users } = given;
    await withStaff(given);
    const password = PASSWORD;
    for (const username of ['suspended', 'deleted', 'locked', 'damaged']) {
      await users.createUser({ id: username, username, role: 'user', password });
    }
    await users.suspendUser({ userId: 'suspended' });
    await users.deleteUser({ userId: 'deleted' });
    given.database.connection
      .prepare("UPDATE users SET failed_logins = 5, locked_until = ? WHERE id = 'locked'")
      .run(NOON + MINUTE);
    given.database.connection.exec("UPDATE users SET password_hash = '$argon2id$broken' WHERE id = 'damaged'");

    const attempts = [
      WRONG,
      { username: 'nobody', password },
      { username: 'bob', password },
      { username: 'suspended', password },
      { username: 'deleted', password },
      { username: 'locked', password },
      { username: 'damaged', password },
      { username: 'ada', password: '' },
      { username: '', password },
      { username: 'ada\u0000', password },
      { username: 'ada', password: 'x'.repeat(100_000) },
      { username: 'ada', password: `${PASSWORD}\uDC00` },
    ];
    const errors = await Promise.all(
      attempts.map(async (attempt) => await users.verifyPassword(attempt).catch(String)),
    );

    expect(new Set(errors)).toEqual(
      new Set([
        'InvalidCredentialsError: The user name or the password is not right, or the account cannot sign in now.',
      ]),
    );
  });

  test('replaces a hash that was made at another cost, and only such a one', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const cheap = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    given.database.connection.prepare("UPDATE users SET password_hash = ? WHERE id = 'ada'").run(cheap);

    await given.users.verifyPassword(RIGHT);
    const replaced = storedHash(given);
    await given.users.verifyPassword(RIGHT);

    expect(parseOptions(String(replaced))).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(storedHash(given)).toBe(replaced);
  });

  test.each([
    ['was suspended', 'is_active = 0'],
    ['was deleted', 'deleted_at = created_at'],
    ['got another password', "password_hash = '$argon2id$another'"],
  ])('is refused to whoever %s while the password was checked', async (_, change) => {
    await using given = await testUsers();
    await withStaff(given);

    const signIn = given.users.verifyPassword(RIGHT).catch(String);
    await given.database.write(() => undefined); // the guess is counted in the same commit, and now looked at
    given.database.connection.exec(`UPDATE users SET ${change} WHERE id = 'ada'`);

    expect(await signIn).toContain('InvalidCredentialsError');
    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lastLogin: null });
  });
});

describe('guessing', () => {
  test('locks an account after five wrong passwords in a row, for a quarter of an hour', async () => {
    await using given = await testUsers();
    await withStaff(given);

    await guess(given, 5);

    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lockedUntil: NOON + 15 * MINUTE });
    await expect(given.users.verifyPassword(RIGHT)).rejects.toThrow(InvalidCredentialsError);
    given.clock.time = NOON + 15 * MINUTE - 1;
    await expect(given.users.verifyPassword(RIGHT)).rejects.toThrow(InvalidCredentialsError);
    given.clock.time = NOON + 15 * MINUTE;
    expect(await given.users.verifyPassword(RIGHT)).toMatchObject({ lockedUntil: null });
  });

  test('starts anew after a right password, and after a lock-out', async () => {
    await using given = await testUsers();
    await withStaff(given);

    await guess(given, 4);
    await given.users.verifyPassword(RIGHT);
    await guess(given, 5);
    given.clock.time = NOON + 15 * MINUTE;
    await guess(given, 4);

    expect(await given.users.verifyPassword(RIGHT)).toMatchObject({ id: 'ada' });
  });

  test('does not prolong a lock-out', async () => {
    await using given = await testUsers();
    await withStaff(given);
    await guess(given, 5);
    given.clock.time = NOON + 14 * MINUTE;

    await guess(given, 5);

    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lockedUntil: NOON + 15 * MINUTE });
  });

  test('all at once gives no more guesses than one after the other', async () => {
    await using given = await testUsers();
    await withStaff(given);
    const wrong = Array.from({ length: 5 }, async () => await given.users.verifyPassword(WRONG).catch(String));

    const right = given.users.verifyPassword(RIGHT);

    await expect(right).rejects.toThrow(InvalidCredentialsError);
    expect(await Promise.all(wrong)).toHaveLength(5);
    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lockedUntil: NOON + 15 * MINUTE });
  });

  test('is not what ten windows are in which one person signs in at once', async () => {
    await using given = await testUsers();
    await withStaff(given);

    const signIns = await Promise.all(Array.from({ length: 10 }, async () => await given.users.verifyPassword(RIGHT)));

    expect(signIns.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, () => 'ada'));
  });

  test('locks as the options say', async () => {
    await using given = await testUsers({ maxFailedLogins: 2, lockedForMs: 1000 });
    await withStaff(given);

    await guess(given, 2);

    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lockedUntil: NOON + 1000 });
  });

  test('ends for the owner when somebody activates the account or resets the password', async () => {
    await using given = await testUsers();
    await withStaff(given);

    await guess(given, 5);
    await given.users.activateUser({ userId: 'ada', reason: 'called me', actor: { userId: 'bob' } });
    expect(await given.users.verifyPassword(RIGHT)).toMatchObject({ id: 'ada' });
    await guess(given, 5);
    const { temporaryPassword } = await given.users.resetPassword({ userId: 'ada' });

    expect(await given.users.verifyPassword({ username: 'ada', password: temporaryPassword ?? '' })).toMatchObject({
      id: 'ada',
      mustChangePassword: true,
    });
    expect(logOf(given).at(-2)).toMatchObject({
      operation: 'activate',
      before: `{"state":"active","lockedUntil":${NOON + 15 * MINUTE}}`,
      reason: 'called me',
    });
  });
});

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
    expect(logOf(given).slice(3)).toMatchObject([
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
      await expect(change(WRONG.password)).rejects.toThrow(InvalidCredentialsError);
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
