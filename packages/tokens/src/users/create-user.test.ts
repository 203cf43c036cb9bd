import { InvalidInputError, verifyAudit } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { ADA, logOf, NOON, PASSWORD, testUsers, withStaff } from './test-users.fixture.ts';
import { PasswordRefusedError, UserExistsError, UserNotFoundError } from './user-errors.ts';
import { UserStorage } from './user-storage.ts';

describe('creating a user', () => {
  test('gives an account that can be found by id, name and address, in any case', async () => {
    await using given = await testUsers();
    const { users } = given;

    const created = await users.createUser({
      id: 'u1',
      username: 'Ada',
      email: 'Ada@Example.org',
      name: 'Ada Lovelace',
      role: 'user',
      password: PASSWORD,
    });

    expect(created).toEqual({
      id: 'u1',
      username: 'Ada',
      email: 'Ada@Example.org',
      name: 'Ada Lovelace',
      role: 'user',
      state: 'active',
      hasPassword: true,
      mustChangePassword: false,
      lockedUntil: null,
      createdAt: NOON,
      lastLogin: null,
      suspendedAt: null,
      suspendedBy: null,
      deletedAt: null,
      deletedBy: null,
    });
    expect(await users.getUser({ id: 'u1' })).toEqual(created);
    expect(await users.getUser({ username: 'ADA' })).toEqual(created);
    expect(await users.getUser({ email: 'ada@EXAMPLE.org' })).toEqual(created);
  });

  test('is a row of the log with who did it, and without the password', async () => {
    await using given = await testUsers();

    await given.users.createUser({ id: 'u1', username: 'eve', role: 'viewer', password: PASSWORD, actor: ADA });

    const after = { username: 'eve', email: null, name: null, role: 'viewer', state: 'active', hasPassword: true };
    expect(await logOf(given)).toEqual([
      {
        operation: 'create',
        target: 'u1',
        by: 'ada',
        before: null,
        after: JSON.stringify(after),
        reason: null,
        at: NOON,
      },
    ]);
    expect((await verifyAudit(given.database.reader)).map(({ broken }) => broken)).toEqual([null, null]);
  });

  test('makes an id where none is given, and names the system where nobody acts', async () => {
    await using given = await testUsers();

    const { id } = await given.users.createUser({ username: 'eve', role: 'viewer' });

    expect(id).toMatch(/^user_[0-9a-f-]{36}$/);
    expect(await logOf(given)).toMatchObject([{ target: id, by: 'system' }]);
  });

  test.each([
    [{ id: 'ada', username: 'new' }, 'There is already a user with the id "ada".'],
    [{ username: 'ADA' }, 'There is already a user with the username "ADA".'],
    [{ username: 'new', email: 'ADA@example.ORG' }, 'There is already a user with the email "ADA@example.ORG".'],
  ])('refuses what another user has: %j', async (taken, message) => {
    await using given = await testUsers();
    await withStaff(given);
    const before = await logOf(given);

    const creating = given.users.createUser({ role: 'user', ...taken });

    await expect(creating).rejects.toThrow(UserExistsError);
    await expect(creating).rejects.toThrow(message);
    expect(await logOf(given)).toEqual(before);
  });

  test('of two who want one name at once gives it to one', async () => {
    await using given = await testUsers();

    const both = await Promise.allSettled([
      given.users.createUser({ username: 'eve', role: 'user' }),
      given.users.createUser({ username: 'Eve', role: 'admin' }),
    ]);

    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    [{ username: '' }, 'username: must be 1 to 200 characters of valid Unicode without NUL'],
    [{ username: ' eve' }, 'username: must be one line that neither begins nor ends with white space'],
    [{ username: 'eve\u0000' }, 'without NUL'],
    [{ username: 'e\nve' }, 'must be one line'],
    [{ username: 'eve', id: 'system' }, 'id: system stands for Iron itself'],
    [{ username: 'eve', email: 'eve' }, 'email: must be an e-mail address'],
    [{ username: 'eve', role: 'root' }, 'role: Invalid option'],
    [{ username: 'eve', pasword: PASSWORD }, 'there is no field pasword'],
    [{ username: 'eve', actor: { user: 'ada' } }, 'actor: there is no field user'],
  ])('refuses %j by name', async (wrong, message) => {
    await using given = await testUsers();
    const input = { role: 'user', ...wrong };

    // @ts-expect-error some of these do not compile; they come from JavaScript
    const creating = given.users.createUser(input);

    await expect(creating).rejects.toThrow(InvalidInputError);
    await expect(creating).rejects.toThrow(message);
    await expect(creating).rejects.not.toThrow(PASSWORD);
  });

  test.each([
    ['only 14 chars.', 'it has fewer than 15 characters'],
    ['🔑'.repeat(14), 'it has fewer than 15 characters'],
    ['x'.repeat(1025), 'it has more than 1024 characters'],
    [`${'x'.repeat(20)}\uD800`, 'it is not valid Unicode text'],
  ])('refuses a password by its length only: %j', async (password, reason) => {
    await using given = await testUsers();

    const creating = given.users.createUser({ username: 'eve', role: 'user', password });

    await expect(creating).rejects.toThrow(PasswordRefusedError);
    await expect(creating).rejects.toThrow(`The password is refused: ${reason}.`);
  });

  test.each(['🔑'.repeat(15), 'a'.repeat(15), ' '.repeat(15), 'x'.repeat(1024)])(
    'takes any password of 15 to 1024 characters: %j',
    async (password) => {
      await using given = await testUsers();
      const { id } = await given.users.createUser({ username: 'eve', role: 'user', password });

      expect(await given.users.verifyPassword({ username: 'eve', password })).toMatchObject({ id });
    },
  );
});

describe('finding a user', () => {
  test('says which key found nobody', async () => {
    await using given = await testUsers();

    await expect(given.users.getUser({ id: 'u1' })).rejects.toThrow(UserNotFoundError);
    await expect(given.users.getUser({ username: 'eve' })).rejects.toThrow('no user with the username "eve"');
    await expect(given.users.getUser({ id: 'u1\0' })).rejects.toThrow(UserNotFoundError);
    await expect(given.users.getUser({ email: 'e@x' })).rejects.toThrow('no user with the email "e@x"');
  });
});

describe('opening', () => {
  test('closes only a database that it opened itself', async () => {
    await using given = await testUsers();
    const own = await UserStorage.open('sqlite::memory:');

    await own.close();
    await given.users.close();

    await expect(own.listUsers()).rejects.toThrow('The database connection is not open');
    expect(await given.database.reader.statement('SELECT count(*) AS users FROM users').get()).toEqual({ users: 0 });
  });

  test('refuses a lock-out that would lock nobody', async () => {
    await expect(UserStorage.open('sqlite::memory:', { maxFailedLogins: 0 })).rejects.toThrow('maxFailedLogins');
  });
});
