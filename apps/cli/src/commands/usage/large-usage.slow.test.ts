import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IRON, openTerminal, type Terminal } from '../../iron-process.fixture.ts';

const ROWS = 60_000;
const MODELS = 10_500;

/** So many calls of so many models. */
let terminal: Terminal;
let exported: string;

beforeAll(async () => {
  terminal = openTerminal();
  exported = join(terminal.folder, 'exported');
  mkdirSync(exported);
  await terminal.here('db', 'reset');
  await terminal.here('tokens', 'create', '--user', 'ada');
  using database = await openSqliteDatabase({ kind: 'file', path: join(terminal.folder, 'dev_tokens.db'), mode: 'rw' });
  database.connection.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
    INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, cost_nanos, price_version,
      recorded_at)
    SELECT 1, 'openai', printf('model-%05d', n % ${MODELS}), 10, 1, 11, 1000, 'given', 1772366400000 + n FROM numbers`);
});
afterAll(() => terminal[Symbol.dispose]());

describe('usage export', () => {
  test('writes a file of all calls that only its owner can read', () => {
    const ended = terminal.iron('usage', 'export', '--output', 'exported/usage.csv', '--json');
    const path = join(exported, 'usage.csv');

    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({ file: path, format: 'csv', sizeBytes: statSync(path).size });
    expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(ROWS + 2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(exported)).toEqual(['usage.csv']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'stopped by %s, it leaves the file that was there, and no other',
    async (signal) => {
      terminal.iron('usage', 'export', '--output', 'exported/usage.csv', '--user', 'nobody');
      const before = readFileSync(join(exported, 'usage.csv'));
      const child = spawn(process.execPath, [IRON, 'usage', 'export', '--output', 'exported/usage.csv'], {
        cwd: terminal.folder,
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = once(child, 'exit');
      while (readdirSync(exported).length === 1) await sleep(2);
      child.kill(signal);

      expect(await ended).toEqual([130, null]);
      expect(readdirSync(exported)).toEqual(['usage.csv']);
      expect(readFileSync(join(exported, 'usage.csv'))).toEqual(before);
    },
  );

  test('a reader that has seen enough ends it without a word', () => {
    const command = `"${process.execPath}" "${IRON}" usage export --format ndjson | head -n 2 | wc -l`;
    expect(terminal.shell(command)).toEqual({ exitCode: 0, stdout: '2\n', stderr: '' });
  });
});

describe('usage report', () => {
  test('of more lines than can be looked at shows the first, adds up all, and says how to get the rest', async () => {
    const { stdout, stderr } = await terminal.here('usage', 'report', '--by', 'model');
    const lines = stdout.trimEnd().split('\n');

    expect(lines).toHaveLength(10_002);
    expect(lines.at(-1)).toMatch(/^total +60000 +600000 +60000 +\$0\.06$/);
    expect(stderr).toMatch(/^There are more: use --csv, or --cursor \S+\n$/);
    const cursor = stderr.trim().split(' ').at(-1) ?? '';
    expect((await terminal.here('usage', 'report', '--by', 'model', '--cursor', cursor)).stdout).toMatch(
      /^model +requests .*\nmodel-10000 /,
    );
  });

  test('as CSV has every line', () => {
    const { stdout } = terminal.shell(`"${process.execPath}" "${IRON}" usage report --by model --csv | wc -l`);
    expect(stdout).toBe(`${MODELS + 1}\n`);
  });
});
