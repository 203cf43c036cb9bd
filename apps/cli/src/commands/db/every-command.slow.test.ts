import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyText, listWith, recordWith } from '../../matchers.fixture.ts';
import { openTerminal, readDocument, type Terminal } from '../../iron-process.fixture.ts';
import { everyCommand } from './every-command.fixture.ts';

/** One database for all: seeded, with two backups. */
let terminal: Terminal;
let database: string;

beforeAll(() => {
  terminal = openTerminal();
  database = join(terminal.folder, 'dev_tokens.db');
  terminal.iron('db', 'reset-seed');
  terminal.iron('db', 'backup');
  terminal.iron('db', 'backup');
});
afterAll(() => terminal[Symbol.dispose]());

const COMMANDS = everyCommand({
  backup: String.raw`/backups/dev_tokens_backup_\d{8}_\d{6}(_\d+)?\.db`,
  state: String.raw`Journal {8}wal\nSize {11}[\d.]+ KiB.*\nOpen in {8}no process that can be seen\n`,
  stateDocument: { journalMode: 'wal' },
});

describe('every command', () => {
  test.each(COMMANDS)(
    'db %s prints the absolute path and its result, or one JSON document',
    async (words, lines, document) => {
      const shown = await terminal.here('db', ...words.split(' '));
      const asJson = terminal.iron('db', ...words.split(' '), '--json');

      expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
      expect(shown.stdout.split('\n', 1)).toEqual([`Database       ${database}`]);
      expect(shown.stdout.slice(shown.stdout.indexOf('\n') + 1)).toMatch(lines);
      expect(shown.stdout).not.toContain('\u001b');
      expect(asJson).toMatchObject({ exitCode: 0, stderr: '' });
      expect(readDocument(asJson)).toMatchObject({ database, ...document });
    },
  );

  test('config shows each value with its source, and no secret', () => {
    writeFileSync(join(terminal.folder, 'config.dev.toml'), '[database]\nmax_connections = 3\n');
    const env = { DATABASE_URL: 'sqlite:///./other.db', DEVELOPMENT_DEBUG: 'true' };
    const shown = terminal.ironWith(env, 'config');
    const document = readDocument(terminal.ironWith(env, 'config', '--json'));
    writeFileSync(join(terminal.folder, 'config.dev.toml'), '');

    expect(shown).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `Environment    development
File           ${terminal.folder}/config.dev.toml
Database       ${terminal.folder}/other.db

key                       value                 source
database.url              sqlite:///./other.db  DATABASE_URL
database.max_connections  3                     config.dev.toml:2
database.auto_migrate     true                  default
database.foreign_keys     true                  default
server.host               127.0.0.1             default
server.port               3000                  default
server.cors_origins       none                  default
server.log_level          info                  default
server.trace_payloads     off                   default
development.debug         true                  DEVELOPMENT_DEBUG
development.auto_seed     false                 default
`,
    });
    expect(document).toMatchObject({
      environment: 'development',
      file: join(terminal.folder, 'config.dev.toml'),
      database: join(terminal.folder, 'other.db'),
      values: listWith({ key: 'database.max_connections', value: 3, source: { kind: 'file', file: anyText, line: 2 } }),
    });
  });

  test('db migration new makes the next file for each engine and prints where they are', async () => {
    using own = openTerminal();
    writeFileSync(join(own.folder, '006_before_the_reserved_number.sql'), '');

    expect(await own.here('db', 'migration', 'new', 'add_budgets', '--folder', '.')).toEqual({
      exitCode: 0,
      stdout:
        `Made           ${own.folder}/008_add_budgets.sql\n` +
        `Made           ${own.folder}/postgres/008_add_budgets.sql\n`,
      stderr: '',
    });
    expect(await own.json('db', 'migration', 'new', 'more', '--folder', '.')).toEqual({
      file: join(own.folder, '009_more.sql'),
      postgresFile: join(own.folder, 'postgres/009_more.sql'),
    });
    expect(await own.here('db', 'migration', 'new', 'No Words', '--folder', '.')).toMatchObject({ exitCode: 2 });
  });
});

describe('a check that finds something ends with 1', () => {
  test('seed --check and verify, after a seeded row is gone and another was changed', async () => {
    using own = openTerminal();
    await own.here('db', 'reset-seed', 'x.db');
    await runSql(
      join(own.folder, 'x.db'),
      "DELETE FROM usage_limits WHERE user_id = 'user_viewer'; UPDATE users SET role = 'user' WHERE username = 'viewer'",
    );

    const seeded = await own.here('db', 'seed', '--check', 'x.db');
    const verified = own.iron('db', 'verify', 'x.db', '--json');

    expect(seeded).toMatchObject({ exitCode: 1, stderr: '' });
    expect(seeded.stdout).toContain('2 rows differ:\n  user viewer was changed: role\n  limit of viewer is missing\n');
    await own.here('db', 'seed', 'x.db');
    expect((await own.here('db', 'seed', '--check', 'x.db')).stdout).toContain('\n1 row differs:\n  user viewer');
    expect(verified.exitCode).toBe(1);
    expect(readDocument(verified)).toMatchObject({
      passed: false,
      checks: listWith(recordWith({ check: 'seed', problems: ['limit of viewer is missing'] })),
    });
  });
});

describe('a database that a person altered', () => {
  test('is restored as it was, and restore and status say what stands in the way of migrations', async () => {
    using own = openTerminal();
    const path = join(own.folder, 'dev_tokens.db');
    await own.here('db', 'reset');
    await runSql(path, 'CREATE TABLE notes (text TEXT)');
    await own.here('db', 'backup');

    const restored = await own.here('db', 'restore', '--last');
    const status = await own.here('db', 'status');

    const [, from = ''] = /^Restored +(.*)$/m.exec(restored.stdout) ?? [];
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
    expect(restored.stdout).toContain(`\nProblem        ${alterationOf(from)}\n`);
    expect(status).toMatchObject({ exitCode: 1, stderr: '' });
    expect(status.stdout).toContain(`\nProblem: ${alterationOf(path)}\nDrop what Iron did not make (table notes), or `);
    expect(await own.json('db', 'status')).toMatchObject({ problem: { code: 'migration.structure_drift' } });
  });
});

function alterationOf(path: string): string {
  return `The structure of ${path} is not what the migrations build: table notes should not be there.`;
}

async function runSql(path: string, sql: string): Promise<void> {
  using opened = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  opened.connection.exec(sql);
}

describe('a failure ends with 1, says what and what to do, and has no stack trace', () => {
  test.each([
    ['status', 'missing.db', 'database.missing'],
    ['seed', 'missing.db', 'database.missing'],
    ['reset', 'folder', 'database.unusable_file'],
    ['reset', 'notes.txt', 'database.not_sqlite'],
    ['status', 'notes.txt', 'database.not_sqlite'],
    ['reset', 'no/where.db', 'database.folder_missing'],
    ['reset', 'sqlite:///./missing.db?mode=ro', 'cli.read_only_database'],
    ['reset', 'sqlite:///./missing.db?mode=rw', 'database.missing'],
    ['restore', 'nothing.db', 'backup.unusable'],
    ['restore', 'last', 'backup.unusable'],
    ['inspect', 'tokens', 'inspect.unknown_table'],
  ])('db %s %s', async (verb, name, code) => {
    writeFileSync(join(terminal.folder, 'notes.txt'), 'These are notes and no database. '.repeat(50));
    mkdirSync(join(terminal.folder, 'folder'), { recursive: true });

    const failed = await terminal.here('db', verb, name);
    const asJson = await terminal.here('db', verb, name, '--json');

    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/^Error: .+\.\n.+\n$/);
    expect(asJson).toMatchObject({ exitCode: 1, stderr: '' });
    expect(readDocument(asJson)).toMatchObject({
      error: { code, message: anyText, hint: anyText },
    });
  });

  test('the command in a hint names the database that was meant, and works when it is pasted', () => {
    const { stderr } = terminal.iron('db', 'status', 'hint me.db');
    const [, pasted = ''] = /`([^`]+)`/.exec(stderr) ?? [];

    expect(terminal.shell(pasted)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(terminal.iron('db', 'status', 'hint me.db').exitCode).toBe(0);
  });
});
