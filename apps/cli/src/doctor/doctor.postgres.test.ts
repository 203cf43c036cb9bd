import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textMatching } from '../matchers.fixture.ts';
import { openPatientOnServer, type PatientOnServer } from './patient-on-server.fixture.ts';

let patient: PatientOnServer;

beforeAll(async () => {
  patient = await openPatientOnServer();
});
afterAll(async () => await patient[Symbol.asyncDispose]());

test('a sound database of a server passes every check, and the list names them all', async () => {
  const { exitCode, stdout } = await patient.terminal.here('doctor', '--database', patient.url);

  expect(stdout.split('\n').slice(0, 5)).toEqual([
    textMatching(/^Database {7}postgres:\/\/iron@127\.0\.0\.1:\d+\/sound$/),
    'Schema         012',
    textMatching(/^Server {9}PostgreSQL \d+\.\d+$/),
    'Connected      nobody',
    textMatching(/^Iron {11}0\.1\.0 on Node\.js 24\.\d+\.\d+ with SQLite 3\.\d+\.\d+$/),
  ]);
  expect(stdout.split('\n').slice(6)).toEqual([
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
    'passed   encryption',
    'passed   server_settings',
    'passed   file_modes',
    'passed   backups',
    '',
    '20 passed, 0 warnings, 0 failed',
    '',
  ]);
  expect(exitCode).toBe(0);
});

test('who is connected is shown', async () => {
  const url = await patient.copy();
  await using database = await openDatabase(url);
  await database.reader.statement('SELECT 1').get();

  const { stdout } = await patient.terminal.here('doctor', '--database', url);

  expect(stdout).toMatch(/^Connected {6}iron at 127\.0\.0\.1/m);
});

describe('doctor finds in a database of a server', () => {
  test('what somebody altered, and does not say it again in every check that would have read it', async () => {
    const url = await patient.copy('DROP TABLE user_audit_log');
    expect(await patient.findings(url)).toMatchObject([
      { check: 'migrations', verdict: 'failed', problems: [textMatching('table user_audit_log is missing')] },
      { check: 'schema', verdict: 'skipped' },
      { check: 'seed', verdict: 'skipped' },
      { check: 'audit_log', verdict: 'skipped', problems: ['migrations comes first'] },
      { check: 'user_audit_log', verdict: 'skipped' },
      { check: 'totals', verdict: 'skipped' },
      { check: 'prices', verdict: 'skipped' },
      { check: 'held', verdict: 'skipped' },
      { check: 'expired_holds', verdict: 'skipped' },
      { check: 'provider_keys', verdict: 'skipped' },
    ]);
  });

  test('rows that refer to a row that is gone, and sums that are not what the calls add up to', async () => {
    const url = await patient.copy(
      'SET session_replication_role = replica',
      "INSERT INTO project_provider_key_assignments (project_id, provider_key_id, assigned_at) VALUES ('p', 404, 1764240000000)",
      'UPDATE _usage_by_token SET total_tokens = total_tokens + 1',
    );
    expect(await patient.findings(url)).toMatchObject([
      { check: 'references', verdict: 'failed', problems: [textMatching('that lead nowhere: 1, in provider_key_id')] },
      { check: 'totals', verdict: 'failed', hint: textMatching('iron usage rebuild') },
    ]);
  });

  test('development tokens in production, and a database of production without IRON_ENV', async () => {
    const url = await patient.copy("UPDATE _iron SET environment = 'production'");
    expect(await patient.findings(url)).toMatchObject([
      {
        check: 'credentials',
        verdict: 'failed',
        problems: [textMatching('Admin'), textMatching(''), textMatching('')],
      },
      { check: 'environment', verdict: 'warning', hint: 'Set IRON_ENV=production.' },
    ]);
  });

  test('settings of the server with which it does not keep its promises', async () => {
    const url = await patient.copy(
      'ALTER ROLE iron SET synchronous_commit = off',
      'ALTER ROLE iron IN DATABASE sound SET session_replication_role = replica',
    );
    try {
      expect(await patient.findings(patient.url)).toMatchObject([
        {
          check: 'server_settings',
          verdict: 'failed',
          problems: [
            'synchronous_commit is off: a crash of the server loses what was committed last',
            'session_replication_role is replica: no trigger keeps sums, logs and references',
          ],
          hint: textMatching('ALTER ROLE … RESET'),
        },
      ]);
    } finally {
      await using database = await openDatabase(url);
      for (const reset of ['ALTER ROLE iron RESET ALL', 'ALTER ROLE iron IN DATABASE sound RESET ALL']) {
        await database.reader.statement(reset).run();
      }
    }
  });

  test('that there is no server, as one finding', async () => {
    const nowhere = 'postgres://me@127.0.0.1:1/tokens?sslmode=disable';
    expect(await patient.findings(nowhere)).toMatchObject([
      { check: 'database', verdict: 'failed', problems: [textMatching('cannot be reached')] },
      ...[
        'environment',
        'audit_log',
        'user_audit_log',
        'totals',
        'prices',
        'held',
        'expired_holds',
        'provider_keys',
        'server_settings',
        'file_modes',
      ].map((check) => ({ check, verdict: 'skipped', problems: ['database comes first'] })),
    ]);
  });

  test('that there is no backup in the folder in which it runs', async () => {
    rmSync(join(patient.terminal.folder, 'backups'), { recursive: true });
    expect(await patient.findings(patient.url)).toMatchObject([
      { check: 'backups', verdict: 'warning', problems: ['there is no verified backup'] },
    ]);
  });
});
