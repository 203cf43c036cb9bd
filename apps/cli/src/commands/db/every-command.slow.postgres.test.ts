import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations, wait } from '@iron/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDocument } from '../../iron-process.fixture.ts';
import { anyText, listWith, recordWith, textMatching } from '../../matchers.fixture.ts';
import { startServing } from '../../serve-process.fixture.ts';
import { openServerTerminal, type ServerTerminal } from '../../server-terminal.fixture.ts';
import { everyCommand } from './every-command.fixture.ts';
import { SEEDED, SEEDED_TEXT } from './seeded-contents.fixture.ts';

let own: ServerTerminal;
beforeEach(async () => {
  own = await openServerTerminal();
});
afterEach(async () => await own[Symbol.asyncDispose]());

const BACKUP = String.raw`/backups/iron_test_\w+_backup_\d{8}_\d{6}(_\d+)?\.copy\.zst`;

const NUMBERS = readMigrations('postgres').map(({ file }) => file.slice(0, 3));

const usersIn = async ({ json }: ServerTerminal) => (await json('inspect users'))['total'];

describe('with a DATABASE_URL of PostgreSQL', () => {
  test('reset-seed makes of an empty database what it makes of a file, and says the same', async () => {
    expect(own.start('reset-seed')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `Database       ${own.name}
Backup         none: there was nothing to back up
Migrations     ${NUMBERS.join(', ')} applied

${SEEDED_TEXT}`,
    });
    expect(readdirSync(own.terminal.folder)).toEqual([]);
    expect(await own.json('reset-seed')).toMatchObject({
      database: own.name,
      counts: SEEDED,
      credentials: { tokens: listWith(recordWith({ owner: 'admin', token: 'iron_dev_admin_token_001' })) },
      backup: { reason: 'reset', rows: { users: 3, token_usage: 7 } },
      undo: textMatching(/ db restore --last$/),
    });
  });

  test('every command prints what it prints of a file, or one JSON document', async () => {
    const commands = everyCommand({
      backup: BACKUP,
      state: String.raw`Server {9}PostgreSQL \d+\.\d+\nSize {11}[\d.]+ [KM]iB\nConnected {6}nobody\n`,
      stateDocument: { engine: 'postgres', journalMode: null, holders: [] },
    });
    for (const words of ['reset-seed', 'backup', 'backup']) await own.db(words);

    for (const [words, lines, document] of commands) {
      const shown = await own.db(words);
      const asJson = await own.db(`${words} --json`);

      expect([words, shown]).toMatchObject([words, { exitCode: 0, stderr: '' }]);
      expect(shown.stdout.split('\n', 1)).toEqual([`Database       ${own.name}`]);
      expect(shown.stdout.slice(shown.stdout.indexOf('\n') + 1)).toMatch(lines);
      expect(shown.stdout).not.toContain('\u001b');
      expect([words, asJson]).toMatchObject([words, { exitCode: 0, stderr: '' }]);
      expect(readDocument(asJson)).toMatchObject({ database: own.name, ...document });
    }
  });

  test('migrate fills an empty database, and a dry run before it does not', async () => {
    const pending = readMigrations('postgres').map(({ file }) => file);

    expect(await own.json('migrate --dry-run')).toMatchObject({ applied: [], pending });
    expect(await own.json('status')).toMatchObject({ tables: 0, pending });
    expect(await own.json('migrate')).toMatchObject({ applied: pending, backup: null });
    expect(await own.json('status')).toMatchObject({ tables: 11, indexes: 32, pending: [] });
  });

  test('the last backup undoes a reset, by the command that it prints, of a database that was typed', async () => {
    const typed = `${own.url}?sslmode=disable&connect_timeout=9`;
    await own.db(`reset-seed ${typed}`);

    const { stdout } = await own.db(`reset ${typed}`);
    const [, backup = ''] = /^Backup +(.*)$/m.exec(stdout) ?? [];
    const [, undo = ''] = /^Undo +(.*)$/m.exec(stdout) ?? [];

    expect(existsSync(backup)).toBe(true);
    expect(await usersIn(own)).toBe(0);
    expect(undo).toContain(`--database '${own.name}?sslmode=disable&connect_timeout=9'`);
    expect(own.terminal.shell(undo, { PGPASSWORD: own.password })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await usersIn(own)).toBe(3);
  });

  test('prune keeps the newest backups, and files that Iron did not make', async () => {
    await own.db('reset-seed');
    for (const words of ['backup', 'backup', 'backup']) await own.db(words);
    const foreign = join(own.backups, `${new URL(own.url).pathname.slice(1)}_backup_20260101_000000.copy.zst`);
    writeFileSync(foreign, 'mine');

    const { deleted, kept } = await own.json('prune --keep 2');

    expect([deleted, kept]).toMatchObject([[{ sequence: 1 }], [{ sequence: 3 }, { sequence: 2 }]]);
    expect((await own.db('backups')).stdout).toContain('no: it has no manifest');
    expect(readdirSync(own.backups).filter((name) => name.endsWith('.zst'))).toHaveLength(3);
  });
});

describe('refuses, and changes nothing', () => {
  test('a reset and a restore while a server is connected, which is named', async () => {
    await own.db('reset-seed');
    await own.db('backup');
    await using server = await startServing(own.terminal.folder, '--database', own.url);
    const status = await own.db('status');

    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(status.stdout).toMatch(/^Connected {6}iron at .+ \(process \d+ of the server\)/m);
    for (const words of ['reset', 'reset-seed', 'restore --last']) {
      const refused = await own.db(words);
      expect([words, refused]).toMatchObject([
        words,
        { exitCode: 1, stderr: textMatching(/ in use by PostgreSQL's process \d+ \(iron/) },
      ]);
      expect(await own.json(words)).toMatchObject({ database: own.name, error: { code: 'database.in_use' } });
    }
    expect(await usersIn(own)).toBe(3);
  });

  test('production, by the environment and by what the database says of itself', async () => {
    await own.db('reset-seed');
    const production = { IRON_ENV: 'production' };

    for (const words of ['reset', 'reset-seed', 'seed']) {
      expect(await own.json(words, production)).toMatchObject({ error: { code: 'lifecycle.production_refused' } });
    }
    expect(await own.db('migrate', production)).toMatchObject({ exitCode: 0 });
    for (const words of ['reset', 'reset-seed', 'seed']) {
      expect(await own.json(words)).toMatchObject({ error: { code: 'lifecycle.production_refused' } });
    }
    expect(await usersIn(own)).toBe(3);
  });

  test('a backup of the other engine, and says what brings it over', async () => {
    await own.db('reset-seed');
    await own.db('reset-seed ./file.db');
    await own.db('backup');
    const [archive = ''] = readdirSync(own.backups);

    expect(await own.db('restore ./file.db')).toMatchObject({
      exitCode: 1,
      stderr: textMatching(/it is a file of SQLite.*\n.*db copy`\.\n$/),
    });
    expect(await own.db(`restore ./backups/${archive} --database ./file.db`)).toMatchObject({
      exitCode: 1,
      stderr: textMatching(/it is a backup of a PostgreSQL database.*\n.*db copy`\.\n$/),
    });
    expect(await own.json('inspect users --database ./file.db')).toMatchObject({ total: 3 });
  });

  test.each([
    ['seed', '', 'migration.pending'],
    ['seed --check', '', 'migration.pending'],
    ['backup', '', 'backup.nothing_to_back_up'],
    ['restore --last', '', 'backup.none'],
    ['restore ./nothing.copy.zst', '', 'backup.unusable'],
    ['inspect tokens', '', 'inspect.unknown_table'],
    ['status', '_not_there', 'database.missing'],
    ['verify', '_not_there', 'database.missing'],
    ['backup', '_not_there', 'database.missing'],
  ])('%s %s', async (words, other, code) => {
    const env = { DATABASE_URL: `${own.url}${other}` };
    const failed = await own.db(words, env);

    expect(failed).toMatchObject({ exitCode: 1, stderr: textMatching(/^Error: .+\.\n.+\n$/) });
    expect(await own.json(words, env)).toMatchObject({ error: { code, message: anyText, hint: anyText } });
  });

  test('a wrong password and a server that is not there, without showing what was tried', async () => {
    const wrong = own.url.replace(own.password, 'hunter2-wrong');
    const nowhere = own.url.replace(/@[^/]+/, '@127.0.0.1:1');
    for (const [url, code] of [
      [wrong, 'database.access_refused'],
      [nowhere, 'database.unreachable'],
    ]) {
      for (const words of ['reset-seed', 'migrate', 'status', 'verify --verbose', 'backup', 'inspect']) {
        const failed = await own.db(words, { DATABASE_URL: url });
        expect([words, failed]).toMatchObject([words, { exitCode: 1 }]);
        expect(`${failed.stdout}${failed.stderr}`).not.toContain('hunter2');
        expect(await own.json(words, { DATABASE_URL: url })).toMatchObject({ error: { code } });
      }
    }
  });
});

describe('a check that finds something ends with 1', () => {
  test('seed --check and verify, after a seeded row is gone and another was changed', async () => {
    await own.db('reset-seed');
    await own.change(function* (tx) {
      yield* wait(tx.statement("DELETE FROM usage_limits WHERE user_id = 'user_viewer'").run());
      yield* wait(tx.statement("UPDATE users SET role = 'user' WHERE username = 'viewer'").run());
    });

    const seeded = await own.db('seed --check');
    const verified = await own.db('verify');

    expect(seeded).toMatchObject({ exitCode: 1, stderr: '' });
    expect(seeded.stdout).toContain('2 rows differ:\n  user viewer was changed: role\n  limit of viewer is missing\n');
    expect(verified).toMatchObject({
      exitCode: 1,
      stdout: textMatching(/FAILED {2}seed\n +limit of viewer is missing\n/),
    });
    expect(await own.json('verify')).toMatchObject({ passed: false });
    await own.db('seed');
    expect((await own.db('seed --check')).stdout).toContain('\n1 row differs:\n  user viewer');
  });

  test('status and a restore, of a database that a person altered', async () => {
    await own.db('reset-seed');
    await own.change(function* (tx) {
      yield* wait(tx.statement('DROP INDEX idx_users_email').run());
    });
    await own.db('backup');

    const restored = await own.db('restore --last');
    const status = await own.db('status');

    expect(restored).toMatchObject({ exitCode: 0, stdout: textMatching(/^Problem {8}.*idx_users_email/m) });
    expect(status).toMatchObject({ exitCode: 1, stdout: textMatching(/^Problem: .*idx_users_email/m) });
    expect(await own.json('verify')).toMatchObject({
      passed: false,
      checks: listWith(recordWith({ check: 'migrations', problems: [textMatching(/idx_users_email/)] })),
    });
  });
});
