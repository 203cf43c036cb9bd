import { inspect } from 'node:util';
import { schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { storedText } from '../stored-text.fixture.ts';
import { UserStorage } from './user-storage.ts';

const PASSWORDS = [
  'first password of eve',
  'second password of eve',
  'third password of eve',
  'never right, never stored',
];

test('no password and no hash of one is readable in files, logs, errors or results (litellm#7603)', async () => {
  await using made = await testDatabase({ shared: true });
  const { database } = made;
  const [first = '', second = '', third = '', wrong = ''] = PASSWORDS;
  const seen: unknown[] = [];
  const users = await UserStorage.open(database);
  const see = async (work: Promise<unknown>) => void seen.push(await work.catch((error: unknown) => error));

  await see(users.createUser({ id: 'eve', username: 'eve', role: 'user', password: first }));
  await see(users.createUser({ id: 'eve', username: 'eve', role: 'user', password: second }));
  await see(users.createUser({ id: 'bob', username: 'bob', role: 'user', password: wrong.repeat(100) }));
  // @ts-expect-error a password in a wrong place
  await see(users.createUser({ id: 'bob', username: 'bob', role: wrong, password: wrong }));
  await see(users.verifyPassword({ username: 'eve', password: first }));
  await see(users.verifyPassword({ username: 'eve', password: wrong }));
  await see(users.changePassword({ userId: 'eve', oldPassword: wrong, newPassword: third }));
  await see(users.changePassword({ userId: 'eve', oldPassword: first, newPassword: first }));
  await see(users.changePassword({ userId: 'eve', oldPassword: first, newPassword: second }));
  await see(users.resetPassword({ userId: 'eve', password: third }));
  const { temporaryPassword, user } = await users.resetPassword({ userId: 'eve' });
  seen.push(user);
  await see(users.listUsers());
  await see(users.deleteUser({ userId: 'eve' }));
  await see(users.resetPassword({ userId: 'eve', password: third }));
  seen.push(users, await database.reader.select().from(schema.userAuditLog));
  const printed = seen.map((value) => inspect(value, { depth: Infinity, showHidden: true }) + JSON.stringify(value));
  const stored = await storedText(database);

  const everything = [...printed, stored].join('\n');
  expect(everything).toContain('password_reset');
  expect([...PASSWORDS, temporaryPassword].filter((password) => everything.includes(String(password)))).toEqual([]);
  expect(printed.join('\n')).not.toContain('argon2id$');
});
