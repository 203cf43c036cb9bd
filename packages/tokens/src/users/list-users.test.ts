import { InvalidCursorError } from '@iron/db';
import { describe, expect, test } from 'vitest';
import { ADA, testUsers, withStaff } from './test-users.fixture.ts';
import type { ListUsersInput } from './user-input.ts';
import type { UserStorage } from './user-storage.ts';

async function names(users: UserStorage, input: ListUsersInput = {}): Promise<string[]> {
  return (await users.listUsers(input)).items.map(({ username }) => username);
}

describe('listing users', () => {
  test('goes by name, whatever the case', async () => {
    await using given = await testUsers();
    await withStaff(given);
    await given.users.createUser({ username: 'carl', role: 'user' });

    expect(await names(given.users)).toEqual(['ada', 'bob', 'carl', 'Vera']);
  });

  test('tells letters beyond ASCII apart by their case, and those of ASCII not', async () => {
    await using given = await testUsers();
    for (const username of ['Émile_Z', 'émile_z', '_zoe', 'Zoe'])
      await given.users.createUser({ username, role: 'user' });

    expect(await names(given.users)).toEqual(['_zoe', 'Zoe', 'Émile_Z', 'émile_z']);
    expect(await names(given.users, { text: 'É' })).toEqual(['Émile_Z']);
    expect(await names(given.users, { text: 'MILE_Z' })).toEqual(['Émile_Z', 'émile_z']);
    expect(await given.users.getUser({ username: 'ÉMILE_z' })).toMatchObject({ username: 'Émile_Z' });
  });

  test('filters by role, state and text', async () => {
    await using given = await testUsers();
    const { users } = given;
    await withStaff(given);
    await users.createUser({ id: 'carl', username: 'carl_100%', role: 'user' });
    await users.suspendUser({ userId: 'bob', actor: ADA });
    await users.deleteUser({ userId: 'vera', actor: ADA });

    expect(await names(users, { role: 'admin' })).toEqual(['ada', 'bob']);
    expect(await names(users, { state: 'active' })).toEqual(['ada', 'carl_100%']);
    expect(await names(users, { state: 'suspended' })).toEqual(['bob']);
    expect(await names(users, { state: 'deleted' })).toEqual(['Vera']);
    expect(await names(users, { role: 'admin', state: 'active' })).toEqual(['ada']);
    expect(await names(users, { text: 'BROWN' })).toEqual(['bob']);
    expect(await names(users, { text: 'example.org' })).toEqual(['ada']);
    expect(await names(users, { text: '0%' })).toEqual(['carl_100%']);
    expect(await names(users, { text: '_' })).toEqual(['carl_100%']);
    expect(await names(users, { text: String.raw`\ ` })).toEqual([]);
  });

  test('goes on by cursor, also after a name that was deleted or added meanwhile', async () => {
    await using given = await testUsers();
    const { users } = given;
    for (const username of ['a', 'B', 'c', 'D', 'e']) await users.createUser({ username, role: 'user' });

    const first = await users.listUsers({ limit: 2 });
    await users.createUser({ username: 'aa', role: 'user' });
    await users.createUser({ username: 'bb', role: 'user' });
    const second = await users.listUsers({ limit: 4, cursor: first.nextCursor ?? '' });

    expect(first.items.map(({ username }) => username)).toEqual(['a', 'B']);
    expect(second.items.map(({ username }) => username)).toEqual(['bb', 'c', 'D', 'e']);
    expect(second.nextCursor).toBe(null);
  });

  test.each([
    '',
    'nonsense',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["a\\u0000"]').toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    await using given = await testUsers();

    await expect(given.users.listUsers({ cursor })).rejects.toThrow(InvalidCursorError);
  });
});
