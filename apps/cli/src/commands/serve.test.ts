import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { lifecycleOf } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturedContext } from '../captured-context.fixture.ts';
import { openTerminal, type Terminal } from '../iron-process.fixture.ts';
import { iron } from '../iron.ts';
import { run } from '../run.ts';

let terminal: Terminal;
let database: string;
beforeAll(async () => {
  terminal = openTerminal();
  database = join(terminal.folder, 'dev_tokens.db');
  await terminal.here('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

/** Runs `iron serve`, which does not come to listen. */
async function refused(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const captured = capturedContext({ cwd: terminal.folder, env });
  const exitCode = await run(iron, ['serve', ...words], captured.context);
  return { exitCode, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe('iron serve that cannot start says why, and', () => {
  test('ends with 1 where another program listens', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    expect(await refused(['--port', port])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        `Error: Another program listens at 127.0.0.1, port ${port}.\n` +
        'Stop it, or choose another port: `iron serve --port 0` takes any that is free.\n',
    });
    other.close();
  });

  test.each([
    ['a host that is none', ['--host', 'nowhere.invalid'], {}, 'server.host_unusable'],
    ['a configuration that is wrong', [], { SERVER_PORT: 'http' }, 'config.invalid'],
    ['a master key that is none', [], { IRON_MASTER_KEY: 'short' }, 'provider_key.master_key_invalid'],
    ['a database that is none', ['--database', '/dev/null'], {}, 'database.unusable_file'],
    [
      'a database without its migrations',
      ['--database', './new.db'],
      { DATABASE_AUTO_MIGRATE: 'false' },
      'migration.pending',
    ],
  ])('ends with 1 because of %s', async (_, words, env, code) => {
    const { exitCode, stdout } = await refused([...words, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(exitCode).toBe(1);
  });

  test.each([
    [['--port', '65536'], '--port: must be at most 65535'],
    [['--port', 'http'], '--port: must be a whole number'],
    [['--host', ''], '--host: must not be empty'],
  ])('ends with 2 for %j', async (words, message) => {
    const { exitCode, stdout, stderr } = await refused(words);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('in production ends with 1 for a database with tokens that everybody knows, and says what to do about this one', async () => {
    const env = { IRON_ENV: 'production', DATABASE_URL: `sqlite://${database}` };
    const { exitCode, stdout } = await refused(['--json'], env);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      database,
      error: {
        code: 'server.development_credentials',
        hint: expect.stringContaining(`\`iron tokens delete --database ${database}\``) as unknown,
      },
    });
    const status = await lifecycleOf({ kind: 'file', path: database, mode: 'ro' }).status();
    expect(status.identity?.environment).toBe('development'); // not marked for good
  });
});
