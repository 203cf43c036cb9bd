import { describe, expect, test } from 'vitest';
import { logOf, NOON, PASSWORD, testUsers, type TestUsers, withStaff } from './test-users.fixture.ts';
import { InvalidCredentialsError } from './user-errors.ts';

const MINUTE = 60_000;
const RIGHT = { username: 'ada', password: PASSWORD };
const WRONG = { username: 'ada', password: 'wrong horse battery staple' };

async function guess({ users }: TestUsers, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await expect(users.verifyPassword(WRONG)).rejects.toThrow(InvalidCredentialsError);
  }
}

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
    expect((await logOf(given)).at(-2)).toMatchObject({
      operation: 'activate',
      before: `{"state":"active","lockedUntil":${NOON + 15 * MINUTE}}`,
      reason: 'called me',
    });
  });
});
