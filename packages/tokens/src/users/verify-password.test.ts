import { wait } from '@iron/db';
import { hash, parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { NOON, PASSWORD, testUsers, type TestUsers, withStaff } from './test-users.fixture.ts';

const MINUTE = 60_000;
const RIGHT = { username: 'ada', password: PASSWORD };
const WRONG = { username: 'ada', password: 'wrong horse battery staple' };

async function storedHash({ database }: TestUsers): Promise<string | undefined> {
  const ofAda = "SELECT password_hash AS stored FROM users WHERE id = 'ada'";
  return (await database.reader.statement<[], { stored: string }>(ofAda).get())?.stored;
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
    await given.database.reader
      .statement("UPDATE users SET failed_logins = 5, locked_until = ? WHERE id = 'locked'")
      .run(NOON + MINUTE);
    await execute(given.database, "UPDATE users SET password_hash = '$argon2id$broken' WHERE id = 'damaged'");

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
    await given.database.reader.statement("UPDATE users SET password_hash = ? WHERE id = 'ada'").run(cheap);

    await given.users.verifyPassword(RIGHT);
    const replaced = await storedHash(given);
    await given.users.verifyPassword(RIGHT);

    expect(parseOptions(String(replaced))).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(await storedHash(given)).toBe(replaced);
  });

  test.each([
    ['was suspended', 'is_active = 0'],
    ['was deleted', 'deleted_at = created_at'],
    ['got another password', "password_hash = '$argon2id$another'"],
  ])('is refused to whoever %s while the password was checked', async (_, change) => {
    await using given = await testUsers();
    await withStaff(given);

    const signIn = given.users.verifyPassword(RIGHT).catch(String);
    // The guess is counted in the same commit, and then looked at.
    await given.database.write((tx) => wait(tx.statement(`UPDATE users SET ${change} WHERE id = 'ada'`).run()));

    expect(await signIn).toContain('InvalidCredentialsError');
    expect(await given.users.getUser({ id: 'ada' })).toMatchObject({ lastLogin: null });
  });
});
