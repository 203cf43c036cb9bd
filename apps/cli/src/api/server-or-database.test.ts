import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type IronDatabase, openSqliteDatabase } from '@iron/db';
import { type RunningServer, serve } from '@iron/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CapturedOptions } from '../captured-context.fixture.ts';
import { type Ended, openTerminal, readDocument, type Terminal } from '../iron-process.fixture.ts';
import { textMatching } from '../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const ADMIN = 'iron_dev_admin_token_001';
const VIEWER = 'iron_dev_viewer_token_003';
const IRON_MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** One seeded database, and a server over it. */
let terminal: Terminal;
let database: IronDatabase;
let server: RunningServer;
const log: string[] = [];

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
  database = await openSqliteDatabase({ kind: 'file', path: join(terminal.folder, 'dev_tokens.db'), mode: 'rw' });
  const about = {
    environment: 'development',
    now: () => NOON,
    logTo: { write: (line: string) => log.push(line) },
  } as const;
  server = await serve(database, { ...about, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.drain();
  await database.close();
  terminal[Symbol.dispose]();
});

/** Types words with the server and a token in the environment. */
async function remote(words: string, { token = ADMIN, ...options }: CapturedOptions & { token?: string } = {}) {
  const env = { IRON_SERVER: server.url, IRON_TOKEN: token };
  return await terminal.hereWith({ ...options, env }, ...words.split(' '));
}

async function local(words: string): Promise<Ended> {
  return await terminal.hereWith({ env: { IRON_MASTER_KEY } }, ...words.split(' '));
}

describe('a server is asked as the database is', () => {
  test('to change things, with the same output', async () => {
    const changes = ['agents create NAME --providers openai', 'users create NAME --role viewer', 'keys list'];
    for (const words of changes) {
      const there = await remote(words.replace('NAME', 'there'));
      const here = await local(words.replace('NAME', 'local'));
      expect(there).toMatchObject({ exitCode: 0, stderr: '' });
      expect(there.stdout.replaceAll(/there|(?<=Id +)\S+/g, 'x')).toBe(
        here.stdout.replaceAll(/local|(?<=Id +)\S+/g, 'x'),
      );
    }
    expect((await remote('tokens create --user ada --quiet')).stdout).toMatch(/^iron_dev_\w{49}\n$/);
    expect(await remote('agents delete 1 --yes')).toMatchObject({ exitCode: 0, stdout: 'Deleted agent 1.\n' });
    const revoked = await remote('tokens revoke 4', { terminal: true, stdin: 'y\n' });
    expect(revoked).toMatchObject({ exitCode: 0, stdout: textMatching('revoked') });
  });

  test.each([
    'tokens list',
    'tokens show 1',
    'tokens list --user user_admin --all --json',
    'users list',
    'users list --role viewer --json',
    'agents list --json',
    'traces list',
    'audit list',
    'audit list --since 30d --json',
    'audit users',
    'audit verify --json',
    'limits list',
    'limits show',
    'limits show --user user_admin --json',
    'limits holds --state settled',
    'limits verify',
    'limits show 999',
    'usage report --by user,model',
    'usage report --interval day --time-zone Europe/Berlin --json',
    'usage report --by model --csv',
    'usage list --limit 2 --json',
    'usage export --format ndjson --user user_admin',
    'usage unpriced',
    'usage verify --json',
    'usage report --by user,user',
    'prices show openai gpt-4o',
    'prices books',
    'prices show nobody knows',
    'tokens show 999',
    'users show nobody --json',
    'tokens update 1 --scopes no-scope',
  ])('%s', async (words) => {
    const [there, here] = [await remote(words), await local(words)];
    // Of an error on a database the document names that, too.
    expect(there).toEqual({ ...here, stdout: here.stdout.replace(/^ {2}"database": .*\n/m, '') });
    expect(there.stdout + there.stderr).not.toBe('');
  });

  test('and writes down who asked: the owner of the token, or whoever has the database', async () => {
    await remote('tokens create --user logged');
    await local('tokens create --user logged');
    const { items } = await terminal.json('audit', 'list', '--type', 'token', '--action', 'create', '--limit', '2');
    expect(items).toMatchObject([
      { actorUserId: `os:${userInfo().username}`, ipAddress: null },
      { actorUserId: 'user_admin', ipAddress: '127.0.0.1', userAgent: textMatching(/^iron\/\d+\.\d+\.\d+$/) },
    ]);
  });
});

test('what does not fit is named, and not the request that it was sent in', async () => {
  const [there, here] = [await remote('keys base-url 1 nowhere'), await local('users create  --role user')];
  expect(there).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'Error: baseUrl: must be an http or https address without user, password, query and fragment.\n' +
      'Nothing was changed.\n',
  });
  expect(here.stderr).toMatch(/^Error: username: must be 1 to 200 characters/);
});

describe('the token says who asks a server', () => {
  test('what it has used is shown, and on a database there is no such token', async () => {
    const { stdout } = await remote('tokens usage');
    expect(stdout).toMatch(/^Token {10}1\nUser {11}user_admin\nProject {8}project_alpha\nName {11}Admin dev/);
    expect(stdout).toMatch(/^Requests +7$/m);
    expect(stdout).toMatch(/^Cost +\$0\.059265$/m);
    expect(stdout).toMatch(/^limit +project +used +held +of +left +resets$/m);
    expect(readDocument(await remote('tokens usage --since 2026-03-01 --json'))).toMatchObject({
      tokenId: 1,
      from: Date.UTC(2026, 2, 1),
      usage: { requests: '1' },
    });
    expect(await local('tokens usage')).toMatchObject({ exitCode: 1, stderr: textMatching(/iron.* usage report/) });
  });

  test('a viewer reads their own and changes nothing', async () => {
    const listed = readDocument(await remote('tokens list --json', { token: VIEWER }));
    expect(listed).toMatchObject({ items: [{ id: 3, userId: 'user_viewer' }] });
    const refused = await remote('tokens create --user user_viewer --json', { token: VIEWER });
    expect(refused.exitCode).toBe(1);
    expect(readDocument(refused)).toMatchObject({ error: { code: 'access.role_not_allowed' } });
    const [theirs, nobodys] = [
      await remote('tokens show 1', { token: VIEWER }),
      await remote('tokens show 1111', { token: VIEWER }),
    ];
    expect(theirs.exitCode).toBe(1);
    expect(theirs.stderr.replace('token 1.', 'token 1111.')).toBe(nobodys.stderr);
  });

  test('a token that is not valid is refused, and not said again', async () => {
    const secret = `iron_dev_${'0'.repeat(49)}`;
    const refused = await remote('tokens list', { token: secret });
    expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: textMatching(/^Error: /) });
    const typed = await terminal.here('tokens', 'list', '--server', server.url, '--token', secret, '--verbose');
    expect(typed.stderr).toMatch(/^Error: /);
    expect(JSON.stringify([refused, typed, log])).not.toContain('0'.repeat(20));
  });
});

test.each(['', '.', '..'])('"%s" is the id of nothing, and no other path', async (id) => {
  for (const words of [
    ['users', 'delete', id, '--yes'],
    ['keys', 'unassign', '1', id],
  ]) {
    expect(await terminal.here(...words)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: "${id}": is the id of nothing.\n`,
    });
  }
  const odd = 'a/b?c#d%2e';
  expect(await terminal.json('users', 'show', odd)).toMatchObject({
    error: { code: 'user.not_found', details: { id: odd } },
  });
});

describe('which of the two is asked', () => {
  test('a database that is typed is asked, whatever server the environment names', async () => {
    const path = join(terminal.folder, 'dev_tokens.db');
    const env = { IRON_SERVER: 'http://127.0.0.1:1' };
    const words = ['tokens', 'show', '1', '--database', path];
    expect(await terminal.hereWith({ env }, ...words)).toMatchObject({ exitCode: 0 });
  });

  test.each([
    [['--server', 'http://127.0.0.1:1', '--token', 'x'], 1, 'No server answers at http://127.0.0.1:1.'],
    [['--server', 'http://127.0.0.1:1'], 1, 'A server needs a token.'],
    [['--server', 'localhost:3000', '--token', 'x'], 2, '--server: must be an address such as http://127.0.0.1:3000.'],
    [['--server', 'http://127.0.0.1:1', '--database', 'x.db'], 2, '--server: was given together with --database.'],
    [['--token', 'x'], 2, '--token: is for a server, and none is named.'],
  ])('%j ends with %i', async (flags, exitCode, said) => {
    const { stderr, ...ended } = await terminal.here('tokens', 'list', ...flags);
    expect(ended).toEqual({ exitCode, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`Error: ${said}`);
  });
});
