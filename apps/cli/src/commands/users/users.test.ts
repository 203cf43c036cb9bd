import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, readDocument, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const PASSWORD = 'correct horse battery staple';

/** Seeded: user_admin, user_project_manager, user_viewer. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

describe('users create', () => {
  test('makes an account and shows it', async () => {
    const flags = ['--id', 'ada', '--role', 'admin', '--name', 'Ada Lovelace', '--email', 'ada@example.com'];
    expect(await terminal.here('users', 'create', 'ada.l', ...flags)).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `Id             ada
User name      ada.l
Name           Ada Lovelace
E-mail         ada@example.com
Role           admin
State          active
Password       none
Created        2026-03-01 12:00:00 UTC
Last sign-in   never
`,
    });
    expect(await terminal.json('users', 'show', 'ada')).toMatchObject({ id: 'ada', role: 'admin', createdAt: NOON });
    expect(await terminal.json('users', 'create', 'ADA.L')).toMatchObject({ error: { code: 'user.exists' } });
  });

  test('--quiet prints the id alone, and a user is no administrator unless that is said', async () => {
    const { stdout } = await terminal.here('users', 'create', 'quiet', '--quiet');
    expect(stdout).toMatch(/^user_[0-9a-f-]{36}\n$/);
    expect(await terminal.json('users', 'show', stdout.trim())).toMatchObject({ username: 'quiet', role: 'user' });
  });

  test('takes a password from stdin or a hidden prompt, and shows it nowhere', async () => {
    const piped = await terminal.hereWith({ stdin: `${PASSWORD}\n` }, 'users', 'create', 'piped', '--password-stdin');
    const typed = await terminal.hereWith(
      { terminal: true, stdin: `${PASSWORD}\r${PASSWORD}\r` },
      'users',
      'create',
      'typed',
      '--password-stdin',
    );
    const short = await terminal.hereWith({ stdin: 'too short' }, 'users', 'create', 'short', '--password-stdin');

    expect(piped.stdout).toContain('Password       set\n');
    expect(typed).toMatchObject({ exitCode: 0, stderr: 'Password: \nPassword once more: \n' });
    expect(short).toMatchObject({ exitCode: 1, stderr: textMatching(/^Error: The password is refused: /) });
    expect(JSON.stringify([piped, typed, short])).not.toMatch(/horse|too short/);
  });

  test('a password on the command line is refused, and not said again', async () => {
    for (const words of [['--password', PASSWORD], [`--password=${PASSWORD}`], ['--password-stdin', PASSWORD]]) {
      const refused = await terminal.here('users', 'create', 'x', ...words);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).not.toContain('horse');
    }
  });
});

describe('users list', () => {
  test('is a table of those that are asked for', async () => {
    expect(await terminal.here('users', 'list', '--text', 'development')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `id                    user name        name                       e-mail  role    state   last sign-in
user_admin            admin            Development administrator          admin   active  never
user_project_manager  project_manager  Development manager                user    active  never
user_viewer           viewer           Development viewer                 viewer  active  never
`,
    });
    expect(await terminal.json('users', 'list', '--role', 'viewer')).toMatchObject({
      items: [{ id: 'user_viewer', hasPassword: false, state: 'active' }],
      nextCursor: null,
    });
    expect(await terminal.json('users', 'list', '--role', 'viewer', '--state', 'deleted', '--all')).toEqual({
      items: [],
      nextCursor: null,
    });
    expect(await terminal.here('users', 'list', '--role', 'root')).toMatchObject({
      exitCode: 2,
      stderr: 'Error: --role: must be one of admin, user, viewer, not "root".\n',
    });
  });
});

describe('what becomes of a user', () => {
  test('is suspended, activated, given another role, and deleted for good', async () => {
    await terminal.here('users', 'create', 'bob', '--id', 'bob');
    const operator = `os:${userInfo().username}`;

    const suspended = await terminal.here('users', 'suspend', 'bob', '--reason', 'on leave');
    expect(suspended.stdout).toContain('State          suspended\n');
    expect(suspended.stdout).toContain(`Suspended      2026-03-01 12:00:00 UTC by ${operator}\n`);
    expect(await terminal.json('users', 'activate', 'bob')).toMatchObject({ state: 'active', suspendedAt: null });
    expect((await terminal.here('users', 'role', 'bob', 'viewer')).stdout).toContain('Role           viewer\n');
    expect(await terminal.here('users', 'role', 'bob', 'root')).toMatchObject({ exitCode: 2 });

    expect(await terminal.here('users', 'delete', 'bob')).toMatchObject({
      exitCode: 2,
      stderr: 'Error: There is no terminal to ask on: Delete the user "bob"? That is for good.\nAdd --yes to do it.\n',
    });
    expect(await terminal.hereWith({ terminal: true, stdin: 'no\n' }, 'users', 'delete', 'bob')).toMatchObject({
      exitCode: 1,
    });
    expect(await terminal.json('users', 'show', 'bob')).toMatchObject({ state: 'active' });
    expect(await terminal.json('users', 'delete', 'bob', '--yes', '--reason', 'left')).toMatchObject({
      state: 'deleted',
      deletedAt: NOON,
      deletedBy: operator,
    });
    expect(await terminal.json('audit', 'users', '--user', 'bob')).toMatchObject({
      items: [
        { operation: 'delete', reason: 'left', performedBy: operator },
        { operation: 'role_change', reason: null },
        { operation: 'activate', reason: null },
        { operation: 'suspend', reason: 'on leave' },
        { operation: 'create' },
      ],
    });
    expect(await terminal.here('users', 'suspend', 'bob')).toMatchObject({ exitCode: 1 });
    expect(await terminal.json('users', 'activate', 'nobody')).toMatchObject({ error: { code: 'user.not_found' } });
  });
});

describe('passwords', () => {
  test('are reset to one that is shown once, or to one that is given', async () => {
    await terminal.here('users', 'create', 'eve', '--id', 'eve');
    const reset = await terminal.here('users', 'reset-password', 'eve');
    expect(reset).toMatchObject({ exitCode: 0, stderr: 'Hand the password over: it will not be shown again.\n' });
    expect(reset.stdout).toMatch(/^New password {3}\S{20,}\nId {13}eve\n/);
    expect(reset.stdout).toContain('Password       to be changed\n');

    expect((await terminal.here('users', 'reset-password', 'eve', '--quiet')).stdout).toMatch(/^\S{20,}\n$/);
    const given = await terminal.hereWith(
      { stdin: PASSWORD },
      'users',
      'reset-password',
      'eve',
      '--password-stdin',
      '--json',
    );
    expect(readDocument(given)).toMatchObject({
      user: { id: 'eve', mustChangePassword: true },
      temporaryPassword: null,
    });
  });

  test('are changed by whoever knows the old one, both from stdin or typed', async () => {
    const words = ['users', 'change-password', 'changer'];
    await terminal.hereWith({ stdin: PASSWORD }, 'users', 'create', 'changer', '--id', 'changer', '--password-stdin');
    const change = async (stdin: string) => await terminal.hereWith({ stdin }, ...words);

    expect(await change(`${PASSWORD}\nanother long password`)).toMatchObject({ exitCode: 0, stderr: '' });
    const wrong = await change(`${PASSWORD}\nyet another password`);
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '', stderr: textMatching(/^Error: The user name or the /) });
    expect(await change('one line only')).toMatchObject({
      exitCode: 2,
      stderr: 'Error: stdin: holds no new password.\nType it at a terminal, or pipe it in.\n',
    });
    expect(
      await terminal.hereWith({ terminal: true, stdin: `another long password\r${PASSWORD}\r${PASSWORD}\r` }, ...words),
    ).toMatchObject({
      exitCode: 0,
      stderr: 'Old password: \nNew password: \nNew password once more: \n',
    });
    const surplus = await terminal.here(...words, PASSWORD, 'another long password');
    expect(surplus).toMatchObject({ exitCode: 2, stderr: textMatching(/does not take so many arguments/) });
    expect(JSON.stringify([wrong, surplus])).not.toMatch(/horse|another/);
  });
});
