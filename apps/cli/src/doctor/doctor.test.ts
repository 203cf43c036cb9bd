import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textMatching } from '../matchers.fixture.ts';
import { openPatient, type Patient } from './patient.fixture.ts';

let patient: Patient;

beforeAll(async () => {
  patient = await openPatient();
});
afterAll(() => patient[Symbol.dispose]());

test('a sound database passes every check, and the list names them all', async () => {
  const { exitCode, stdout } = await patient.terminal.here('doctor', '--database', patient.path);

  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    `Database       ${patient.path}`,
    'Schema         012',
    textMatching(/^Iron {11}0\.1\.0 on Node\.js 24\.\d+\.\d+ with SQLite 3\.\d+\.\d+$/),
  ]);
  expect(stdout.split('\n').slice(4)).toEqual([
    'passed   configuration',
    'passed   versions',
    'passed   integrity',
    'passed   references',
    'passed   migrations',
    'passed   schema',
    'passed   seed',
    'passed   credentials',
    'passed   environment',
    'passed   audit_log',
    'passed   user_audit_log',
    'passed   totals',
    'passed   prices',
    'passed   held',
    'passed   expired_holds',
    'passed   provider_keys',
    'passed   file_modes',
    'passed   backups',
    '',
    '18 passed, 0 warnings, 0 failed',
    '',
  ]);
});

test('a server is refused: it is looked after on its own machine', async () => {
  expect(await patient.terminal.here('doctor', '--server', 'http://127.0.0.1:3000')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'Error: --server: is not for doctor, which looks at the database, its files and the configuration themselves.\n' +
      'Run it on the machine of the server.\n',
  });
});

describe('a database that cannot be looked at is a finding', () => {
  test('a damaged file', async () => {
    const path = await patient.copy();
    truncateSync(path, 100_000);

    const [integrity, ...others] = await patient.findings(path);

    expect(integrity).toMatchObject({
      check: 'integrity',
      verdict: 'failed',
      hint: textMatching('iron db restore --last'),
    });
    expect(new Set(others.map(({ verdict, problems }) => [verdict, ...problems].join(': ')))).toEqual(
      new Set(['skipped: integrity comes first']),
    );
  });

  test('no file, or one that is something else', async () => {
    const text = join(patient.terminal.folder, 'notes.txt');
    writeFileSync(text, 'not a database, and longer than a header of SQLite would be '.repeat(20));

    expect((await patient.findings(text))[0]).toMatchObject({
      check: 'database',
      problems: [textMatching('notes.txt')],
    });
    const missing = await patient.terminal.here('doctor', '--database', 'none.db');
    expect(missing.exitCode).toBe(1);
    expect(missing.stdout).toContain(
      `FAILED   database\n         There is no database at ${patient.terminal.folder}/none.db.\n`,
    );
    expect(missing.stdout).toContain(
      'skipped  environment, audit_log, user_audit_log, totals, prices, held, expired_holds, provider_keys, file_modes, ' +
        'backups\n         database comes first\n\n2 passed, 0 warnings, 1 failed, 10 skipped\n',
    );
  });

  test('a configuration that does not say which database it is', async () => {
    const env = { DATABASE_MAX_CONNECTIONS: '0', DATABASE_AUTO_MIGRATE: 'maybe' };
    const { exitCode, stdout } = await patient.terminal.hereWith({ env }, 'doctor');

    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Database       unknown\n`);
    expect(stdout).toContain(`FAILED   configuration
         The configuration has 2 problems:
         DATABASE_AUTO_MIGRATE: database.auto_migrate must be true or false, found "maybe".
         DATABASE_MAX_CONNECTIONS: database.max_connections must be a whole number from 1 to 100, found 0.
         Correct what is named here.`);
    expect(stdout).toContain('skipped  database\n         The configuration has 2 problems\n');
  });
});
