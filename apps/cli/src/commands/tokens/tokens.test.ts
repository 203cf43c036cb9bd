import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, readDocument, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const DAY = 86_400_000;
const SECRET = /^iron_dev_[0-9A-Za-z]{49}$/;

/** Seeded: tokens 1 to 3. Each test makes those that it needs. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

/** A token of this owner; its number. */
async function makeToken(user: string, ...flags: string[]): Promise<string> {
  const { token } = await terminal.json('tokens', 'create', '--user', user, ...flags);
  return /"id":(\d+)/.exec(JSON.stringify(token))?.[1] ?? '';
}

describe('tokens create', () => {
  test('shows what was made, its secret once, and says so on stderr', async () => {
    const flags = ['--project', 'search', '--name', 'laptop', '--scopes', 'usage:read,tokens:read', '--expires', '30d'];
    const { exitCode, stdout, stderr } = await terminal.here('tokens', 'create', '--user', 'ada', ...flags);

    expect([exitCode, stderr]).toEqual([0, 'Keep the token: it will not be shown again.\n']);
    expect(stdout.replace(/iron_dev_\w{49}/, 'SECRET').replace(/^(Id +)\d+/m, '$1N')).toBe(`Token          SECRET
Id             N
User           ada
Project        search
Name           laptop
State          active
Scopes         usage:read tokens:read
Agent          none
Provider       any
Created        2026-03-01 12:00:00 UTC
Last used      never
Expires        2026-03-31 12:00:00 UTC
`);
  });

  test('--quiet prints the secret alone, and --json what the API answers', async () => {
    const quiet = await terminal.here('tokens', 'create', '--user', 'ada', '--quiet');
    expect(quiet).toEqual({ exitCode: 0, stdout: textMatching(/^iron_dev_[0-9A-Za-z]{49}\n$/), stderr: '' });

    const flags = ['--user', 'ada', '--expires', '2027-01-01', '--provider', 'openai', '--json'];
    const asJson = await terminal.here('tokens', 'create', ...flags);
    expect(asJson).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readDocument(asJson)).toMatchObject({
      secret: textMatching(SECRET),
      token: { userId: 'ada', scopes: [], provider: 'openai', expiresAt: Date.UTC(2027, 0, 1), createdAt: NOON },
    });
  });

  test.each([
    [[], 2, '--user: is missing.\n'],
    [['--user', 'ada', '--expires', '2027-02-30'], 2, '--expires: must be a date (2027-01-01)'],
    [['--user', 'ada', '--agent', 'x'], 2, '--agent: must be a whole number, at least 1, not "x".\n'],
    [['--user', 'ada', '--scopes', 'no scope'], 1, 'no scope'],
    [['--user', 'ada', '--expires', '2020-01-01'], 1, ''],
    [['--user', 'ada', '--agent', '99'], 1, 'There is no agent 99.'],
  ])('%j is refused with %i', async (flags, exitCode, said) => {
    const refused = await terminal.here('tokens', 'create', ...flags);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toMatch(/^Error: /);
    expect(refused.stderr).toContain(said);
  });
});

describe('tokens list', () => {
  test('is a table of those that are asked for, the newest first', async () => {
    const ids = [await makeToken('lister', '--name', 'one'), await makeToken('lister', '--expires', '1d')];
    await terminal.here('tokens', 'deactivate', ids[0] ?? '');

    expect(await terminal.here('tokens', 'list', '--user', 'lister')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `id  user    project  name  state     scopes  created                  expires
${ids[1]?.padStart(2)}  lister                 active            2026-03-01 12:00:00 UTC  2026-03-02 12:00:00 UTC
${ids[0]?.padStart(2)}  lister           one   inactive          2026-03-01 12:00:00 UTC  never
`,
    });
    expect(await terminal.json('tokens', 'list', '--user', 'lister', '--state', 'inactive')).toMatchObject({
      items: [{ id: Number(ids[0]), state: 'inactive', name: 'one' }],
      nextCursor: null,
    });
    expect((await terminal.here('tokens', 'list', '--user', 'nobody')).stdout).toBe('There is no such token.\n');
  });

  test('comes in parts, says on stderr how to go on, and is whole with --all', async () => {
    for (let count = 0; count < 3; count += 1) await makeToken('pages');
    const first = await terminal.here('tokens', 'list', '--user', 'pages', '--limit', '2');
    const [, cursor = ''] = /--cursor (\S+)\n$/.exec(first.stderr) ?? [];
    const rest = await terminal.json('tokens', 'list', '--user', 'pages', '--cursor', cursor);
    const all = await terminal.json('tokens', 'list', '--user', 'pages', '--all');

    expect(first.stdout.split('\n')).toHaveLength(4); // heading, two tokens, end
    expect(rest).toMatchObject({ items: [{ userId: 'pages' }], nextCursor: null });
    expect(all).toMatchObject({ items: [{}, {}, {}], nextCursor: null });
    expect(await terminal.here('tokens', 'list', '--all', '--limit', '2')).toMatchObject({ exitCode: 2 });
    expect(await terminal.here('tokens', 'list', '--limit', '1001')).toMatchObject({
      exitCode: 2,
      stderr: 'Error: --limit: must be at most 1000; --all is all of them, not "1001".\n',
    });
    expect(await terminal.here('tokens', 'list', '--state', 'gone')).toMatchObject({
      exitCode: 2,
      stderr: 'Error: --state: must be one of active, inactive, expired, revoked, not "gone".\n',
    });
  });
});

describe('one token', () => {
  test('is shown, and one that is not there is not', async () => {
    expect((await terminal.here('tokens', 'show', '1')).stdout).toContain('User           user_admin\n');
    expect(await terminal.json('tokens', 'show', '1')).toMatchObject({ id: 1, userId: 'user_admin', createdAt: NOON });
    expect(await terminal.here('tokens', 'show', '9999')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: textMatching(/^Error: There is no token 9999\.\n/),
    });
    expect(await terminal.json('tokens', 'show', '9999')).toMatchObject({ error: { code: 'token.not_found' } });
  });

  test('is changed in what was typed, and in nothing else', async () => {
    const id = await makeToken('ada', '--name', 'old', '--scopes', 'usage:read', '--expires', '1d');
    expect(await terminal.json('tokens', 'update', id, '--name', 'new')).toMatchObject({
      name: 'new',
      scopes: ['usage:read'],
      expiresAt: NOON + DAY,
    });
    expect(
      await terminal.json('tokens', 'update', id, '--name', '', '--scopes', '', '--expires', 'never'),
    ).toMatchObject({ name: null, scopes: [], expiresAt: null });
    expect(await terminal.here('tokens', 'update', id)).toMatchObject({ exitCode: 2 });
  });

  test('is switched off and on again', async () => {
    const id = await makeToken('ada');
    expect((await terminal.here('tokens', 'deactivate', id)).stdout).toContain('State          inactive\n');
    expect(await terminal.json('tokens', 'activate', id)).toMatchObject({ id: Number(id), state: 'active' });
  });

  test('is rotated, with its secret shown once, and the old one works as long as was said', async () => {
    const id = await makeToken('ada', '--scopes', 'usage:read');
    const rotated = await terminal.here('tokens', 'rotate', id, '--overlap', '1h');
    const [, next = ''] = /^Id +(\d+)$/m.exec(rotated.stdout) ?? [];

    expect(rotated).toMatchObject({ exitCode: 0, stderr: 'Keep the token: it will not be shown again.\n' });
    expect(rotated.stdout).toMatch(/^Token +iron_dev_\w{49}\n/);
    expect(rotated.stdout).toContain(`Replaces       token ${id}\nOld one stops  2026-03-01 13:00:00 UTC\n`);
    expect(await terminal.json('tokens', 'show', id)).toMatchObject({ expiresAt: NOON + DAY / 24 });
    expect(await terminal.here('tokens', 'rotate', id)).toMatchObject({ exitCode: 1 });
    expect(await terminal.json('tokens', 'rotate', next, '--expires', '2d')).toMatchObject({
      secret: textMatching(SECRET),
      token: { expiresAt: NOON + 2 * DAY },
      replaced: { id: Number(next), state: 'expired' },
    });
  });
});

describe('what cannot be undone', () => {
  test.each([
    ['revoke', 'It will never work again.'],
    ['delete', 'with its usage and its traces? They cannot be brought back.'],
  ])('tokens %s asks on a terminal, and does it for yes alone', async (verb, said) => {
    const id = await makeToken('ada');
    const answer = async (stdin: string) => await terminal.hereWith({ terminal: true, stdin }, 'tokens', verb, id);

    const refused = await answer('\n');
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).toContain('[y/N]');
    expect(refused.stderr).toContain('Nothing was changed.\n');
    expect(await answer('\u0003')).toMatchObject({ exitCode: 130, stdout: '' });
    expect(await terminal.json('tokens', 'show', id)).toMatchObject({ state: 'active' });
    expect(await answer('y\n')).toMatchObject({ exitCode: 0 });
    expect(await terminal.json('tokens', 'show', id)).not.toMatchObject({ state: 'active' });
  });

  test('nobody is asked where there is no terminal: --yes has to be there', async () => {
    const id = await makeToken('ada');
    expect(await terminal.hereWith({ stdin: 'y\n' }, 'tokens', 'revoke', id)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Error: There is no terminal to ask on: Revoke token ${id}? It will never work again.\nAdd --yes to do it.\n`,
    });
    const revoked = await terminal.here('tokens', 'revoke', id, '--reason', 'laptop lost', '--yes');
    expect(revoked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(revoked.stdout).toContain('Revoked        2026-03-01 12:00:00 UTC\nReason         laptop lost\n');
  });

  test('tokens delete says what went with it', async () => {
    const [one, two] = [await makeToken('ada'), await makeToken('ada')];
    expect(await terminal.here('tokens', 'delete', one, '--yes')).toEqual({
      exitCode: 0,
      stdout: `Deleted token ${one} and 0 usage records.\n`,
      stderr: '',
    });
    expect(await terminal.json('tokens', 'delete', two, '--yes')).toEqual({ usageRecords: 0 });
    expect(await terminal.json('tokens', 'delete', two, '--yes')).toMatchObject({ error: { code: 'token.not_found' } });
  });
});

describe('tokens import', () => {
  const OLD = 'gateway-key-4f1d2c3b5a697887';

  test('takes a token from stdin, or types it unseen, and does not show it', async () => {
    const piped = await terminal.hereWith({ stdin: `${OLD}\n` }, 'tokens', 'import', '--user', 'bob', '--name', 'old');
    expect(piped).toMatchObject({ exitCode: 0, stderr: '' });
    expect(piped.stdout).toContain('User           bob\n');
    const typed = await terminal.hereWith({ terminal: true, stdin: `${OLD}-2\r` }, 'tokens', 'import', '--user', 'bob');
    expect(typed).toMatchObject({ exitCode: 0, stderr: 'Token: \n' });
    expect(JSON.stringify([piped, typed])).not.toContain(OLD);

    const again = await terminal.hereWith({ stdin: OLD }, 'tokens', 'import', '--user', 'bob', '--json');
    expect(again.exitCode).toBe(1);
    expect(readDocument(again)).toMatchObject({ error: { code: 'token.exists' } });
  });

  test('takes the hash of one that nobody has any more', async () => {
    const hash = createHash('sha256').update('another').digest('hex');
    expect(await terminal.json('tokens', 'import', '--user', 'bob', '--hash', hash)).toMatchObject({ userId: 'bob' });
    expect(await terminal.here('tokens', 'import', '--user', 'bob')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: stdin: holds no token.\nType it at a terminal, or pipe it in.\n',
    });
  });
});

test('a token that is typed where its number belongs is not said again', async () => {
  const { stdout: secret } = await terminal.here('tokens', 'create', '--user', 'ada', '--quiet');
  const said = [
    await terminal.here('tokens', 'show', secret.trim()),
    await terminal.here('tokens', 'revoke', secret.trim(), '--yes', '--verbose'),
    await terminal.here('tokens', 'list', '--text', secret.trim(), '--json'),
    await terminal.here('tokens', 'create', '--user', secret.trim()),
  ];
  expect(said.map(({ exitCode }) => exitCode)).toEqual([2, 2, 1, 1]);
  expect(JSON.stringify(said)).not.toContain(secret.slice(9, 30));
});
