import { testDatabase, type TestDatabase } from '@iron/test-database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, readDocument, type Terminal } from '../iron-process.fixture.ts';
import { textMatching } from '../matchers.fixture.ts';

let terminal: Terminal;
let database: TestDatabase;
/** What the database is called, where it is shown. */
let name: string;
beforeAll(async () => {
  terminal = openTerminal();
  database = await testDatabase();
  name = database.database.path;
});
afterAll(async () => {
  terminal[Symbol.dispose]();
  await database[Symbol.asyncDispose]();
});

/** Types words where the environment names the database. */
const exported = async (words: string) =>
  await terminal.hereWith({ env: { DATABASE_URL: database.url } }, ...words.split(' '));

describe('on a database of a PostgreSQL server', () => {
  test('a command acts that names it by its URL, or whose environment does', async () => {
    expect(await exported('users create ada --role admin')).toMatchObject({ exitCode: 0, stderr: '' });
    const typed = ['tokens', 'create', '--user', 'ada', '--database', database.url];
    expect(await terminal.here(...typed)).toMatchObject({ exitCode: 0, stdout: textMatching('iron_dev_') });
    const recorded = 'usage record --token-id 1 --provider acme --model large --input 3 --output 4';
    for (const words of [recorded, 'limits create --user ada --tokens-per-day 100', 'usage rebuild', 'audit verify']) {
      expect([words, await exported(words)]).toMatchObject([words, { exitCode: 0, stderr: '' }]);
    }
    expect(readDocument(await exported('tokens list --json'))).toMatchObject({ items: [{ id: 1, userId: 'ada' }] });
    expect((await exported('usage report --by user')).stdout).toMatch(/ada +1 +3 +4/);
  });

  test('doctor looks at everything', async () => {
    const { database: shown, checks } = readDocument(await exported('doctor --json'));
    expect(shown).toBe(name);
    expect(checks).toMatchObject(
      [
        'configuration',
        'versions',
        'integrity',
        'references',
        'migrations',
        'schema',
        'seed',
        'credentials',
        'environment',
        'audit_log',
        'user_audit_log',
        'totals',
        'prices',
        'held',
        'expired_holds',
        'provider_keys',
        'encryption',
        'server_settings',
        'file_modes',
        'backups',
      ].map((check) => ({ check })),
    );
  });

  test('migrations that it has are not applied again', async () => {
    expect(readDocument(await exported('db migrate --json'))).toMatchObject({ database: name, applied: [] });
  });

  test('config shows it without its password', async () => {
    const env = { DATABASE_URL: database.url.replace('@', ':hunter2@').replace(/\/\/[^@]*@/, '//me:hunter2@') };
    const { stdout } = await terminal.hereWith({ env }, 'config');
    expect(stdout).toMatch(/^Database +postgres:\/\/me@/m);
    expect(stdout).not.toContain('hunter2');
  });

  test('one that cannot be reached is an error that says so, and a finding', async () => {
    const nowhere = 'postgres://me@127.0.0.1:1/tokens?sslmode=disable';
    const listed = readDocument(await terminal.here('tokens', 'list', '--database', nowhere, '--json'));
    expect(listed).toMatchObject({ error: { code: 'database.unreachable' } });
    const { checks } = readDocument(await terminal.here('doctor', '--database', nowhere, '--json'));
    expect(checks).toContainEqual(expect.objectContaining({ check: 'database', verdict: 'failed' }));
    expect(checks).toContainEqual(expect.objectContaining({ check: 'totals', verdict: 'skipped' }));
  });
});
