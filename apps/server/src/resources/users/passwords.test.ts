import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApi, type TestApi } from '../../api.fixture.ts';
import { databaseBytes } from '../../database-bytes.fixture.ts';

const OLD = 'correct horse battery staple';
const NEW = 'a better horse, a newer battery';

let api: TestApi;
let root: string, ada: string, vera: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
  vera = (await api.person('vera', 'viewer')).secret;
});
afterAll(async () => await api[Symbol.asyncDispose]());

const reset = z.strictObject({ user: z.looseObject({ id: z.string() }), temporaryPassword: z.string().nullable() });

async function isInDatabase(...words: string[]): Promise<string[]> {
  const bytes = await databaseBytes(api.services.database);
  return words.filter((word) => bytes.includes(word));
}

test('an account is made with a password, of which nobody is told more than that there is one', async () => {
  const body = { id: 'eve', username: 'eve', role: 'user', password: OLD };
  const made = await api.ask('POST /api/users', { as: root, body });
  expect(made).toMatchObject({ status: 201, body: { hasPassword: true, mustChangePassword: false } });
  expect(await api.services.users.verifyPassword({ username: 'eve', password: OLD })).toMatchObject({ id: 'eve' });
  const shown = JSON.stringify([made.body, (await api.ask('GET /api/users/eve', { as: root })).body]);
  expect(['argon2', 'passwordHash', OLD].filter((word) => shown.includes(word))).toEqual([]);
  expect(await isInDatabase(OLD)).toEqual([]);
});

test('a password that is too short is refused, and not repeated', async () => {
  const body = { username: 'short', role: 'user', password: 'tooshort4u' };
  const refused = await api.ask('POST /api/users', { as: root, body });
  expect(refused).toMatchObject({ status: 422, body: { code: 'user.password_refused' } });
  expect(JSON.stringify(refused.body)).not.toContain('tooshort4u');
  expect(
    await api.refusalOf('POST /api/users/ada/password-reset', { as: root, body: { password: 'tooshort4u' } }),
  ).toEqual([422, 'user.password_refused']);
});

describe('a password that is reset', () => {
  test('is made and shown once, and its owner has to change it', async () => {
    const answer = await api.ask('POST /api/users/eve/password-reset', { as: root });
    const { temporaryPassword } = reset.parse(answer.body);
    const password = temporaryPassword ?? '';
    expect(answer).toMatchObject({ status: 200, body: { user: { id: 'eve', mustChangePassword: true } } });
    expect(await api.services.users.verifyPassword({ username: 'eve', password })).toMatchObject({ id: 'eve' });
    await expect(api.services.users.verifyPassword({ username: 'eve', password: OLD })).rejects.toThrow('not right');
    expect(await isInDatabase(password)).toEqual([]);
  });

  test('is the one that an administrator gives, and then no answer has it', async () => {
    const answer = await api.ask('POST /api/users/eve/password-reset', { as: root, body: { password: OLD } });
    expect(answer).toMatchObject({ status: 200, body: { temporaryPassword: null } });
    expect(JSON.stringify(answer.body)).not.toContain(OLD);
    expect(await api.services.users.verifyPassword({ username: 'eve', password: OLD })).toMatchObject({
      mustChangePassword: true,
    });
  });

  test('is the same one where the request is repeated with its Idempotency-Key, and cannot be read in the database', async () => {
    const asked = { as: root, headers: { 'idempotency-key': 'reset-1' } };
    const first = await api.ask('POST /api/users/ada/password-reset', asked);
    const second = await api.ask('POST /api/users/ada/password-reset', asked);
    expect(second.body).toEqual(first.body);
    expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    const password = reset.parse(first.body).temporaryPassword ?? '';
    expect(await api.services.users.verifyPassword({ username: 'ada', password })).toMatchObject({ id: 'ada' });
    expect(await isInDatabase(password, password.slice(6, -6))).toEqual([]);
    const { items } = await api.services.audit.listUserEntries({ targetUserId: 'ada', operation: 'password_reset' });
    expect(items).toHaveLength(1);
  });

  test('leaves nothing under its Idempotency-Key by which it could be guessed', async () => {
    const { secret: other } = await api.person('other', 'admin');
    const asked = { headers: { 'idempotency-key': 'reset-2' }, body: { password: OLD } };
    api.clock.now += 1;
    for (const as of [root, other]) await api.ask('POST /api/users/vera/password-reset', { ...asked, as });
    const rows = await api.services.database.reader
      .statement<[number], { request_hash: string }>('SELECT request_hash FROM _idempotency_keys WHERE started_at = ?')
      .all(api.clock.now);
    expect(new Set(rows.map((row) => row.request_hash)).size).toBe(2); // the hash of one body alone would be one
  });
});

async function change(as: string, userId: string, oldPassword: string, newPassword: string) {
  return await api.ask(`POST /api/users/${userId}/password`, { as, body: { oldPassword, newPassword } });
}

describe('a password that its owner changes', () => {
  test('is the new one from then on', async () => {
    await api.services.users.resetPassword({ userId: 'ada', password: OLD });
    expect(await change(ada, 'ada', OLD, NEW)).toMatchObject({
      status: 200,
      body: { id: 'ada', mustChangePassword: false },
    });
    expect(await api.services.users.verifyPassword({ username: 'ada', password: NEW })).toMatchObject({ id: 'ada' });
    expect(await isInDatabase(OLD, NEW)).toEqual([]);
  });

  test('is not changed by whoever does not know the old one, and locked after too many guesses', async () => {
    await api.services.users.resetPassword({ userId: 'ada', password: OLD });
    const wrong = { status: 403, body: { code: 'user.invalid_credentials' } };
    for (let guess = 1; guess <= 5; guess += 1) {
      expect(await change(ada, 'ada', `a wrong password ${guess}`, NEW)).toMatchObject(wrong);
    }
    expect(await change(ada, 'ada', OLD, NEW)).toMatchObject(wrong);
    expect(await api.ask('POST /api/users/ada/activate', { as: root })).toMatchObject({ body: { lockedUntil: null } });
    expect(await change(ada, 'ada', OLD, NEW)).toMatchObject({ status: 200 });
  });

  test('is not the old one, and not too short', async () => {
    await api.services.users.resetPassword({ userId: 'ada', password: OLD });
    const refused = { status: 422, body: { code: 'user.password_refused' } };
    expect(await change(ada, 'ada', OLD, OLD)).toMatchObject(refused);
    expect(await change(ada, 'ada', OLD, 'short')).toMatchObject(refused);
  });

  test('is theirs alone: somebody else is for them as nobody, and a viewer changes none', async () => {
    expect(await change(ada, 'eve', OLD, NEW)).toMatchObject({ status: 404, body: { code: 'user.not_found' } });
    expect(await change(ada, 'nobody', OLD, NEW)).toMatchObject({ status: 404, body: { code: 'user.not_found' } });
    expect(await change(vera, 'vera', OLD, NEW)).toMatchObject({
      status: 403,
      body: { code: 'access.role_not_allowed' },
    });
  });

  test('is in no answer that refuses it', async () => {
    const body = { oldPassword: OLD, newPassword: NEW, [NEW]: 1 };
    const refused = await api.ask('POST /api/users/ada/password', { as: ada, body });
    expect(refused.status).toBe(422);
    expect([OLD, NEW].filter((word) => JSON.stringify(refused.body).includes(word))).toEqual([]);
  });
});
