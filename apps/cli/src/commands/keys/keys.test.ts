import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { MasterKey } from '@iron/tokens';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, openTerminal, readDocument, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const env = { IRON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
const OPERATOR = `os:${userInfo().username}`;
const KEY = 'sk-proj-0123456789abcdefWXYZ';

/** Seeded, without provider keys. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

async function add(key: string, ...words: string[]): Promise<Ended> {
  return await terminal.hereWith({ env, stdin: key }, 'keys', 'add', ...words);
}

/** The number of a new key. */
async function addedKey(...flags: string[]): Promise<string> {
  return (await add(KEY, 'openai', '--user', 'ada', '--quiet', ...flags)).stdout.trim();
}

describe('keys add', () => {
  test('takes the key from stdin and shows all but the key', async () => {
    const added = await add(`${KEY}\n`, 'openai', '--user', 'ada', '--description', 'team account');
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toMatch(
      /^Id {13}1\nProvider {7}openai\nKey {12}sk-…WXYZ\nUser {11}ada\nState {10}enabled\nBase URL {7}the usual address\nDescription {4}team account\nBalance {8}not known\nMaster key {5}\w+\nCreated {8}2026-03-01 12:00:00 UTC\nLast used {6}never\n$/,
    );
    expect(JSON.stringify(added)).not.toContain('0123456789');
  });

  test('types it unseen on a terminal', async () => {
    const typed = await terminal.hereWith(
      { env, terminal: true, stdin: `${KEY}\r` },
      'keys',
      'add',
      'anthropic',
      '--user',
      'ada',
      '--base-url',
      'https://llm.example.com/v1',
      '--json',
    );
    expect(typed).toMatchObject({ exitCode: 0, stderr: 'Key: \n' });
    expect(readDocument(typed)).toMatchObject({ provider: 'anthropic', baseUrl: 'https://llm.example.com/v1' });
    expect(JSON.stringify(typed)).not.toContain('0123456789');
  });

  test('refuses one on the command line without saying it again, one that is empty, and one without a master key', async () => {
    const onCommandLine = await add('', 'openai', KEY, '--user', 'ada');
    expect(onCommandLine).toMatchObject({ exitCode: 2, stdout: '' });
    expect(onCommandLine.stderr).not.toContain('0123456789');
    expect((await add('', 'openai', `--key=${KEY}`, '--user', 'ada')).stderr).not.toContain('0123456789');
    expect(await add('\n', 'openai', '--user', 'ada')).toMatchObject({ exitCode: 2 });
    expect(await add(KEY, 'openai')).toMatchObject({ exitCode: 2, stderr: 'Error: --user: is missing.\n' });
    const withoutMasterKey = await terminal.hereWith({ stdin: KEY }, 'keys', 'add', 'openai', '--user', 'a', '--json');
    expect(readDocument(withoutMasterKey)).toMatchObject({ error: { code: 'provider_key.master_key_missing' } });
  });
});

describe('one key', () => {
  test('is listed, switched off and on', async () => {
    const id = await addedKey();
    expect((await terminal.here('keys', 'disable', id)).stdout).toContain('State          disabled\n');
    expect(await terminal.json('keys', 'list', '--state', 'disabled')).toMatchObject({
      items: [{ id: Number(id), isEnabled: false, maskedKey: 'sk-…WXYZ' }],
      nextCursor: null,
    });
    expect(await terminal.json('keys', 'enable', id)).toMatchObject({ isEnabled: true });
    expect(await terminal.json('keys', 'show', id)).toMatchObject({ isEnabled: true, balanceNanos: null });
    expect(await terminal.here('keys', 'show', '99')).toMatchObject({
      exitCode: 1,
      stderr: textMatching(/^Error: There is no provider key 99\./),
    });
  });

  test('has a balance in dollars, which may be below zero or not known', async () => {
    const id = await addedKey('--description', 'with balance');
    expect((await terminal.here('keys', 'balance', id, '20.005')).stdout).toContain(
      'Balance        $20.005 (noted 2026-03-01 12:00:00 UTC)\n',
    );
    const overdrawn = await terminal.here('keys', 'balance', id, '--json', '--', '-1.50');
    expect(readDocument(overdrawn)).toMatchObject({ balanceNanos: -1_500_000_000 });
    expect((await terminal.here('keys', 'list', '--all')).stdout).toMatch(
      new RegExp(`^ *${id} +openai +sk-…WXYZ +ada +enabled +-\\$1\\.50 +with balance$`, 'm'),
    );
    expect(await terminal.json('keys', 'balance', id, 'none')).toMatchObject({ balanceNanos: null });
    for (const words of [[], ['5', '6'], ['1e3'], ['$5']]) {
      expect(await terminal.here('keys', 'balance', id, ...words)).toMatchObject({ exitCode: 2, stdout: '' });
    }
    for (const number of ['-1.50', '-5']) {
      const mistaken = await terminal.hereWith({ program: ['iron'] }, 'keys', 'balance', id, number);
      expect(mistaken).toMatchObject({ exitCode: 2, stderr: textMatching(`\`iron keys balance … -- ${number}\``) });
    }
  });

  test('is used at another address, and at the usual one again', async () => {
    const id = await addedKey();
    const url = 'https://llm.example.com/v1';
    const move = async (to: string) => await terminal.hereWith({ env }, 'keys', 'base-url', id, to, '--json');
    expect((await terminal.hereWith({ env }, 'keys', 'base-url', id, url)).stdout).toContain(`Base URL       ${url}\n`);
    expect(readDocument(await move('none'))).toMatchObject({ baseUrl: null });
    expect(await terminal.json('keys', 'base-url', id, url)).toMatchObject({
      error: { code: 'provider_key.master_key_missing' },
    });
    expect(await terminal.here('keys', 'base-url', id)).toMatchObject({ exitCode: 2 });
    expect(await terminal.here('keys', 'base-url', id, 'ftp://x')).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('is given to a project and taken from it', async () => {
    const id = await addedKey();
    expect(await terminal.here('keys', 'assign', id, 'search')).toEqual({
      exitCode: 0,
      stdout: `The project search may use provider key ${id}.\n`,
      stderr: '',
    });
    expect(await terminal.json('keys', 'list', '--project', 'search')).toMatchObject({ items: [{ id: Number(id) }] });
    expect(await terminal.json('keys', 'unassign', id, 'search')).toEqual({});
    expect((await terminal.here('keys', 'list', '--project', 'search')).stdout).toBe(
      'There is no such provider key.\n',
    );
  });

  test('is deleted when that is agreed to', async () => {
    const id = await addedKey();
    expect(await terminal.here('keys', 'delete', id)).toMatchObject({ exitCode: 2 });
    expect(await terminal.here('keys', 'delete', id, '--yes')).toEqual({
      exitCode: 0,
      stdout: `Deleted provider key ${id}.\n`,
      stderr: '',
    });
    expect(await terminal.json('keys', 'delete', id, '--yes')).toMatchObject({
      error: { code: 'provider_key.not_found' },
    });
  });
});

describe('keys rotate-master-key', () => {
  const OTHER = Buffer.alloc(32, 8).toString('base64');

  test('encrypts every key anew, says how many and under which master key, and finds nothing left', async () => {
    using own = openTerminal({ now: () => NOON });
    await own.here('db', 'reset-seed');
    for (const user of ['ada', 'ben']) {
      await own.hereWith({ env, stdin: KEY }, 'keys', 'add', 'openai', '--user', user);
    }
    writeFileSync(join(own.folder, 'new.key'), `${OTHER}\n`, { mode: 0o600 });
    const both = { ...env, IRON_NEW_MASTER_KEY_FILE: join(own.folder, 'new.key') };
    const { id: masterKeyId } = MasterKey.fromBase64(OTHER);

    const rotated = await own.hereWith({ env: both }, 'keys', 'rotate-master-key');
    const again = await own.hereWith({ env: both }, 'keys', 'rotate-master-key', '--json');

    expect(rotated).toMatchObject({ exitCode: 0, stderr: '' });
    expect(rotated.stdout).toContain(`\nEncrypted 2 provider keys anew, under the master key ${masterKeyId}.\n`);
    expect(readDocument(again)).toMatchObject({ reencrypted: 0, masterKeyId });
    expect(await own.json('keys', 'show', '1')).toMatchObject({ masterKeyId });
    const log = await own.json('audit', 'list', '--action', 'rotate_master_key');
    expect(log).toMatchObject({ items: [2, 1].map((id) => ({ entityId: String(id), actorUserId: OPERATOR })) });
  });

  test('says which keys were bound to no address until now, for somebody to look where they go', async () => {
    using own = openTerminal({ now: () => NOON });
    await own.here('db', 'reset-seed');
    await own.hereWith({ env, stdin: KEY }, 'keys', 'add', 'openai', '--user', 'ada');
    {
      using database = await openSqliteDatabase({ kind: 'file', path: join(own.folder, 'dev_tokens.db'), mode: 'rw' });
      const masterKey = MasterKey.fromBase64(env.IRON_MASTER_KEY);
      const { sealed, nonce } = masterKey.seal(
        KEY,
        JSON.stringify(['iron provider key', 1, 'openai', 'ada', masterKey.id]),
      );
      database.connection
        .prepare('UPDATE ai_provider_keys SET encrypted_api_key = ?, encryption_nonce = ?')
        .run(sealed, nonce);
    }

    const both = { ...env, IRON_NEW_MASTER_KEY: OTHER };
    const { stdout } = await own.hereWith({ env: both }, 'keys', 'rotate-master-key');
    expect(stdout).toContain('\nProvider key 1 was bound to no address before: see `');
    const again = { IRON_MASTER_KEY: OTHER, IRON_NEW_MASTER_KEY: env.IRON_MASTER_KEY };
    const rotated = await own.hereWith({ env: again }, 'keys', 'rotate-master-key', '--json');
    expect(readDocument(rotated)).toMatchObject({ reencrypted: 1, newlyBound: [] });
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['no new master key', env, 'There is no new master key to encrypt or decrypt provider keys with.'],
    ['none of now', { IRON_NEW_MASTER_KEY: OTHER }, 'There is no master key to encrypt or decrypt provider keys with.'],
    [
      'twice the same',
      { ...env, IRON_NEW_MASTER_KEY: env.IRON_MASTER_KEY },
      'The master key in IRON_NEW_MASTER_KEY cannot be used: it is the one that is in use already',
    ],
    ['one that is none', { ...env, IRON_NEW_MASTER_KEY: 'x' }, 'The master key in IRON_NEW_MASTER_KEY cannot be used'],
    [
      'a wrong one of now',
      { IRON_MASTER_KEY: OTHER, IRON_NEW_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') },
      'is encrypted under the master key',
    ],
  ])('changes nothing with %s', async (_, given, problem) => {
    await addedKey();
    const before = await terminal.json('keys', 'list');
    const refused = await terminal.hereWith({ env: given }, 'keys', 'rotate-master-key');
    expect(refused).toMatchObject({ exitCode: 1, stderr: textMatching(problem) });
    expect(await terminal.json('keys', 'list')).toEqual(before);
  });

  test('is no matter of a server', async () => {
    const asked = await terminal.hereWith({ env }, 'keys', 'rotate-master-key', '--server', 'http://127.0.0.1:1');
    expect(asked).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
